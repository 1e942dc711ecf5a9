"""Topics, and which posts belong to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from bertopic import BERTopic

TOPIC_COLUMNS: dict[str, str] = {
    "topic_id": "Int64",  # 0, 1, ... by size; -1 is "no topic"
    "label": "string",  # three or four top words
    "words": "object",  # list of the ten top words
    "size": "Int64",  # posts
    "stability": "Float64",  # mean best Jaccard over refits, 0 to 1; missing where not measured
}

ASSIGNMENT_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "topic_id": "Int64",  # -1 where the post is in no topic
    "subtopic_id": "Int64",  # -1 where the post is in no topic
    "confidence": "Float64",  # 0 to 1; missing where the post is in no topic
    # few_words | only_emoji | invitation | link_farm | no_shared_words | far; missing where in a topic
    "set_aside": "string",
}

SUBTOPIC_COLUMNS: dict[str, str] = {
    "subtopic_id": "Int64",  # 0, 1, ... by topic, then by size
    "topic_id": "Int64",  # the topic it is a part of
    "label": "string",
    "words": "object",  # list of the ten top words
    "size": "Int64",  # posts
}


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
    """

    topics: pd.DataFrame
    assignments: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    bertopic: BERTopic | None = None
    subtopics: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(
        {name: pd.Series(dtype=kind) for name, kind in SUBTOPIC_COLUMNS.items()}))


REGISTER_COLUMNS: dict[str, str] = {
    "stable_id": "string",  # K-001, K-002, ...; never given twice in a study
    "topic_id": "Int64",  # in this quarter's model; missing where the topic has ended
    "verdict": "string",  # kept | grown | shrunk | split | merged | born | gone; missing in the first quarter
    "came_from": "object",  # list of stable ids of the quarter before
    "became": "object",  # list of stable ids that a topic which has ended went into
    "jaccard": "Float64",  # with the topic it was kept from, or the nearest one; missing in the first quarter
    "confidence": "Float64",  # share of refit pairs with the same verdict, 0 to 1; missing where not measured
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
