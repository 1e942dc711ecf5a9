"""Topics, and which posts belong to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError

if TYPE_CHECKING:
    from bertopic import BERTopic

TOPIC_COLUMNS: dict[str, str] = {
    "topic_id": "Int64",  # 0, 1, ... by size; -1 is "no topic"
    "label": "string",  # three or four words
    "words": "object",  # list of the ten top words
    "description": "string",  # the labels of its largest parts; missing where it has one part only
    "size": "Int64",  # posts
    "core": "Int64",  # posts that two of three refits put there too
    "stability": "Float64",  # mean best Jaccard over refits, 0 to 1; missing where not measured
    "inclusion": "Float64",  # part of core texts that held-out refits put there, 0 to 1; missing where not measured
    "near": "Int64",  # the topic that is most like it; missing where it is the only one
    "unlike": "object",  # list of the words that tell it from that one
    "looked_for": "string",  # name of the theme that a person looked for; missing where it was found
}

ASSIGNMENT_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "topic_id": "Int64",  # -1 where the post is in no topic
    "subtopic_id": "Int64",  # -1 where the post is in no topic
    "confidence": "Float64",  # 0 to 1; missing where the post is in no topic
    "is_core": "boolean",  # two of three refits put it into its topic too
    # few_words | only_emoji | invitation | link_farm | everyday_talk | far | removed (its topic was deleted in
    # BERTopic); missing where in a topic
    "set_aside": "string",
}

SUBTOPIC_COLUMNS: dict[str, str] = {
    "subtopic_id": "Int64",  # 0, 1, ... by topic, then by size
    "topic_id": "Int64",  # the topic it is a part of
    "label": "string",
    "words": "object",  # list of the ten top words
    "size": "Int64",  # posts
}

CORE_SHARE = 2 / 3  # of the refits
TRUSTED_CORE = 50  # posts
TRUSTED_INCLUSION = 0.8


def is_trusted(topics: pd.DataFrame) -> pd.Series:
    """Tell which topics are found again surely enough to say something of (M12); missing where not measured.

    A topic has at least 50 core posts, and held-out refits put four fifths of its core there again.

    Parameters
    ----------
    topics
        `core` and `inclusion` of `TOPIC_COLUMNS`.
    """
    good = topics["core"].ge(TRUSTED_CORE) & topics["inclusion"].fillna(0).ge(TRUSTED_INCLUSION)
    return good.astype("boolean").mask(topics["core"].isna())


@dataclass(frozen=True)
class Refits:
    """Where refits put each post, and which of their groups stand for which topic.

    Attributes
    ----------
    groups
        Posts (rows of `assignments`) by refits: number of the group, -1 for none.
    counterparts
        Topics by refits by groups, true where the group stands for the topic.
    """

    groups: np.ndarray
    counterparts: np.ndarray

    def posts_of(self, topic: int) -> np.ndarray:
        """Tell which posts each refit has in a topic; posts by refits."""
        refits = np.arange(self.groups.shape[1])
        return np.asarray((self.groups >= 0) & self.counterparts[topic, refits[None], np.maximum(self.groups, 0)])


@dataclass(frozen=True)
class EarlierTopics:
    """Where the model of the quarter before puts the posts of this one.

    Attributes
    ----------
    topic_id
        Of that model, one number per row of `assignments`, -1 for none.
    refits
        Of that model.
    """

    topic_id: np.ndarray
    refits: Refits


@dataclass(frozen=True)
class TopicSet:
    """Topics of a corpus.

    Attributes
    ----------
    topics
        One row per topic, columns `TOPIC_COLUMNS`, without the row for no topic.
    assignments
        One row per post of the corpus that has text, columns `ASSIGNMENT_COLUMNS`.
    provenance
        Parameters, seed, versions, posts in, posts set aside and why.
    bertopic
        The fitted BERTopic, for everything it can do; None where there are no topics.
    subtopics
        One row per part of a topic, columns `SUBTOPIC_COLUMNS`.
    refits
        Where refits put the posts; None where there are none, or the topics were loaded.
    earlier
        What the model says that was continued; None without one, or where the topics were loaded.
    """

    topics: pd.DataFrame
    assignments: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    bertopic: BERTopic | None = None
    subtopics: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(
        {name: pd.Series(dtype=kind) for name, kind in SUBTOPIC_COLUMNS.items()}))
    refits: Refits | None = None
    earlier: EarlierTopics | None = None

    def posts_in(self, topic_id: int, *, core: bool = False) -> pd.Series:
        """Return the ids of the posts in a topic, for `Corpus.where`; -1: those in none.

        Parameters
        ----------
        core
            Only those that two of three refits put there too.

        Raises
        ------
        TableError
            If there is no such topic.
        """
        if topic_id not in {-1, *self.topics["topic_id"]}:
            raise TableError(f"There is no topic {topic_id}. There are 0 to {len(self.topics) - 1}, and -1 for "
                             "no topic.")
        chosen = self.assignments[self.assignments["topic_id"].eq(topic_id)]
        posts: pd.Series = chosen.loc[chosen["is_core"].fillna(False), "post_id"] if core else chosen["post_id"]
        return posts


REGISTER_COLUMNS: dict[str, str] = {
    "stable_id": "string",  # K-001, K-002, ...; never given twice in a study
    "topic_id": "Int64",  # in this quarter's model; missing where the topic has ended
    "verdict": "string",  # kept | grown | shrunk | split | merged | born | gone; missing in the first quarter
    "came_from": "object",  # list of stable ids of the quarter before
    "became": "object",  # list of stable ids that a topic which has ended went into
    "jaccard": "Float64",  # with the topic it was kept from, or the nearest one; missing in the first quarter
    "confidence": "Float64",  # share of refit pairs with the same verdict, 0 to 1; missing where not measured
    "first_label": "string",  # given when the topic came up; a new one where its words have moved away from it
    "label": "string",  # label, description and decision are a person's, from the reviews; missing where empty
    "description": "string",
    "decision": "string",  # of `tables.review.DECISIONS`
    "reviewed": "string",  # period in which the person decided, such as 2025Q3
    "is_drifted": "boolean",  # no longer the topic that was decided about; missing without a decision
}

CERTAIN_CONFIDENCE = 0.8


@dataclass(frozen=True)
class TopicRegister:
    """What became of the topics of the quarter before, under ids that stay.

    Attributes
    ----------
    quarter
        Such as 2025Q3.
    entries
        Columns `REGISTER_COLUMNS`: one row per topic of this quarter's model, then one per
        topic of the quarter before that has ended.
    provenance
        Quarter before, posts compared, thresholds, refits.
    """

    quarter: str
    entries: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)


MATCH_COLUMNS: dict[str, str] = {
    "before": "Int64",  # topic of the model before; missing where the row is a new topic
    "now": "Int64",  # topic of the model now; missing where the row is a topic that has ended
    "verdict": "string",  # kept | split | merged | born | gone
    "before_parts": "object",  # topics before that a split or merged topic comes from
    "now_parts": "object",  # topics now that an ended topic went into
    "jaccard": "Float64",  # of the pair, or with the nearest topic of the other model
    "inclusion_before": "Float64",  # part of the topic before that is in the topic now
    "inclusion_now": "Float64",  # part of the topic now that was in the topic before
}

NEW_WORD_COLUMNS: dict[str, str] = {
    "word": "string",  # case-folded
    "kind": "string",  # word | hashtag (mostly written as one) | emoji
    "status": "string",  # new (not seen before) | growing
    "first_seen": "string",  # ISO week, such as 2025-W31, of its first post in the corpus
    "posts_before": "Int64",  # in all quarters before
    "posts": "Int64",  # in this quarter
    "growth": "Float64",  # share of posts now / share before, half a post added to both
    "authors": "Int64",  # in this quarter
    "arenas": "Int64",
    "parts": "object",  # list: the known words a compound is made of, else empty
    "post_ids": "object",  # list: the posts with it, before and in this quarter
}
