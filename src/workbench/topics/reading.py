"""What people changed on `topics.bertopic`, brought back into the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.topics import TopicSet
from workbench.topics.bert import renumber_bertopic
from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.labels import LABEL_WORDS
from workbench.topics.rearranging import given_labels, is_changed, words_by_topic
from workbench.topics.trust import join_counterparts, judge_changed
from workbench.topics.weighing import TOP_WORDS

if TYPE_CHECKING:
    from workbench.topics.model import OurBERTopic

REMOVED = "removed"  # why a post is in no topic: a person deleted its topic
_OWN = ("topic_id", "label", "words", "size")


@dataclass(frozen=True)
class _Change:
    """What became of topics.

    Attributes
    ----------
    was, now
        Topic of each post before and now, in final numbers.
    into
        Final number of each topic before, -1 where it was deleted.
    current
        Number that BERTopic gives each final topic.
    moved
        Posts whose topic is not what became of their topic.
    same
        Final topics that have exactly the posts of one topic before.
    """

    was: np.ndarray
    now: np.ndarray
    into: dict[int, int]
    current: dict[int, int]
    moved: np.ndarray
    same: dict[int, int]

    @property
    def parts(self) -> dict[int, list[int]]:
        """Return the topics before that went into each final topic."""
        return {t: [p for p, to in self.into.items() if to == t] for t in self.current}


def read_bertopic(topics: TopicSet) -> TopicSet:
    """Bring back what was changed on `topics.bertopic`: topics merged, reduced, deleted or named, words, posts.

    Call it after ``merge_topics``, ``reduce_topics``, ``delete_topics``, ``update_topics`` (words of any representation
    model, or other topics of posts, as from ``reduce_outliers``) and ``set_topic_labels`` of BERTopic. Without changes
    it returns the topics it got.

    Parameters
    ----------
    topics
        With the changed `bertopic`, which stays as it is.

    Returns
    -------
    topics
        Numbered by size again where posts have other topics, with a BERTopic that agrees with the tables. A custom
        label becomes `label`; a representation of fewer than three words, such as a sentence, becomes `label` too,
        and `words` are then the top ones by c-TF-IDF. New posts find the topics as merged. Posts that were moved one by
        one keep their new topic, without confidence and subtopic, for no words of theirs say so; `provenance` counts
        them in ``readings``. Posts of deleted topics are `set_aside` as ``removed``. Other columns are
        missing where the posts of a topic are others than before.

    Raises
    ------
    TableError
        If the topics carry no model, their assignments were changed beside it, or a topic was made up that
        no group of the model stands for.
    """
    model = _checked(topics)
    labels = given_labels(model)
    known = dict(zip(topics.topics["topic_id"].astype(int), topics.topics["label"], strict=True))
    if not is_changed(model) and all(known.get(t, label) == label for t, label in labels.items()):
        return topics
    change = _follow(model)
    assignments = _assignments(topics.assignments, change)
    table = _topic_table(topics.topics, model, labels, change, assignments)
    subtopics, assignments, order = _subtopics(topics.subtopics, assignments, change)
    clusters = _clusters(model.hdbscan_model, change, order)
    number = {c: t for t, c in change.current.items()} | {NO_TOPIC: NO_TOPIC}
    fresh = renumber_bertopic(model, {t: number[t] for t in model.topic_representations_}, clusters, assignments)
    found = replace(topics, topics=table, assignments=assignments, subtopics=subtopics, bertopic=fresh,
                    provenance=_provenance(topics, table, assignments, change, named=len(set(labels) - {NO_TOPIC})))
    return judge_changed(found, clusters.counterparts)


def _checked(topics: TopicSet) -> OurBERTopic:
    model: Any = topics.bertopic
    if model is None:
        raise TableError("These topics carry no model, so nothing can have been changed on it. Model the topics again, "
                         "or load them with load_topics.")
    if not np.array_equal(model.hdbscan_model.labels_, topics.assignments["topic_id"].to_numpy(np.int64)):
        raise TableError("The assignments were changed after the model was made, as merge_topics(topics, review) does. "
                         "Read the BERTopic first, and merge by the review after that.")
    if len(model.topics_) != len(topics.assignments):
        raise TableError(f"topics.bertopic holds {len(model.topics_)} posts and the assignments "
                         f"{len(topics.assignments)}. Give BERTopic the texts of all posts of the assignments.")
    return model  # type: ignore[no-any-return]


def _follow(model: OurBERTopic) -> _Change:
    """Find what became of each topic: what BERTopic's own list of merges says, or else where most of its posts are."""
    was, now = model.hdbscan_model.labels_, np.asarray(model.topics_, dtype=np.int64)
    step = {int(a): int(b) for a, b in model.topic_mapper_.get_mappings(original_topics=True).items()}
    numbers = sorted({int(t) for t in model.hdbscan_model.topic_of if t >= 0})
    # that posts in no topic were merged into one says nothing of new posts that are in none
    expected = np.array([step.get(t, NO_TOPIC) if t >= 0 else t for t in was.tolist()], dtype=np.int64)
    ends = {int(t): _where(now[expected == t], int(t)) for t in np.unique(expected) if t >= 0}
    into = {t: ends.get(step.get(t, NO_TOPIC), NO_TOPIC) for t in numbers}
    living = sorted(set(now.tolist()) - {NO_TOPIC})
    if not living:
        raise TableError("No topic is left in topics.bertopic. Model the topics again.")
    if alone := [str(t) for t in living if t not in into.values()]:
        raise TableError(f"Topic {', '.join(alone)} of topics.bertopic is made of posts of other topics, and no group "
                         "of the model stands for it, so new posts could not find it. Put its posts in a topic "
                         "that there is with update_topics(texts, topics=...), or model more topics.")
    if not np.array_equal(was, now):  # a stable sort: of two topics of one size the first stays the first
        living = sorted(living, key=lambda t: -int((now == t).sum()))
    number = {t: i for i, t in enumerate(living)} | {NO_TOPIC: NO_TOPIC}
    into = {t: number[end] for t, end in into.items()}
    moved = now != np.array([ends.get(t, NO_TOPIC) for t in expected.tolist()])
    final = np.array([number[t] for t in now.tolist()])
    parts = {number[t]: [p for p, to in into.items() if to == number[t]] for t in living}
    same = {t: p[0] for t, p in parts.items() if len(p) == 1 and np.array_equal(was == p[0], final == t)}
    return _Change(was, final, into, dict(enumerate(living)), moved, same)


def _where(now: np.ndarray, topic: int) -> int:
    """Return a topic where posts are left in it, else the one that most of its posts went to."""
    if (now == topic).any():
        return topic
    found, counts = np.unique(now, return_counts=True)
    return int(found[counts.argmax()])


def _assignments(table: pd.DataFrame, change: _Change) -> pd.DataFrame:
    inside = change.now >= 0
    same = [NO_TOPIC, *change.same.values()]
    kept = ~change.moved & np.isin(change.was, same) & (inside | (change.was == NO_TOPIC))
    others: dict[str, Any] = {str(name): table[name].where(kept) for name in table
              if name not in ("post_id", "topic_id", "subtopic_id", "confidence", "set_aside")}
    left = ~inside & (change.was >= 0)
    return table.assign(
        topic_id=pd.array(change.now, dtype="Int64"),
        subtopic_id=table["subtopic_id"].mask(change.moved | ~inside, NO_TOPIC),
        confidence=table["confidence"].mask(change.moved | ~inside),
        set_aside=table["set_aside"].mask(inside).mask(left, REMOVED), **others)


def _topic_table(table: pd.DataFrame, model: OurBERTopic, labels: dict[int, str], change: _Change,
                 assignments: pd.DataFrame) -> pd.DataFrame:
    numbers, old = list(change.current), table.reset_index(drop=True)
    row = {int(t): i for i, t in enumerate(old["topic_id"])}
    new = old.reindex([row[change.same[t]] if t in change.same else -1 for t in numbers]).reset_index(drop=True)
    told = [_told(model, labels, change, t, old) for t in numbers]
    sizes = assignments["topic_id"].value_counts()
    new = new.assign(topic_id=numbers, label=[label for label, _ in told], size=[int(sizes[t]) for t in numbers],
                     words=pd.Series([words for _, words in told], dtype=object))
    if "near" in new:
        back = {p: t for t, p in change.same.items()}
        near = new["near"].map(lambda t: back.get(int(t), pd.NA), na_action="ignore").astype("Int64")
        new = new.assign(near=near)
        if "unlike" in new:  # words that tell it from a topic that has other posts now
            words = [list(w) if known else [] for w, known in zip(new["unlike"], near.notna(), strict=True)]
            new["unlike"] = pd.Series(words, index=new.index, dtype=object)
    kinds = {name: table[name].dtype for name in table if name in _OWN or new[name].notna().all()}
    return new.astype(kinds)[list(table)]


def _told(model: OurBERTopic, labels: dict[int, str], change: _Change, topic: int,
          old: pd.DataFrame) -> tuple[str, list[str]]:
    """Return the label and the words of a topic."""
    current, parts = change.current[topic], change.parts[topic]
    now = words_by_topic(model)[current]
    said = [word for word in now if word.strip()]
    if len(parts) == 1 and now == model.agreed_words_[parts[0]]:
        row = int(np.flatnonzero(old["topic_id"] == parts[0])[0])
        label, words = str(old["label"].iloc[row]), list(old["words"].iloc[row])
    elif len(said) < LABEL_WORDS:
        words = _top_words(model, current)
        label = " · ".join(said or words[:LABEL_WORDS])
    else:
        label, words = " · ".join(said[:LABEL_WORDS]), said[:TOP_WORDS]
    return labels.get(current, label), words


def _top_words(model: OurBERTopic, topic: int) -> list[str]:
    weights = model.c_tf_idf_.tocsr()[sorted(model.topic_representations_).index(topic)].toarray()[0]
    names = model.vectorizer_model.get_feature_names_out()
    return [str(names[i]) for i in np.argsort(-weights, kind="stable")[:TOP_WORDS] if weights[i] > 0]


def _subtopics(table: pd.DataFrame, assignments: pd.DataFrame,
               change: _Change) -> tuple[pd.DataFrame, pd.DataFrame, list[int]]:
    """Return the parts of topics under their topics now, posts with them, and the number each had before."""
    sizes = assignments.loc[assignments["subtopic_id"] >= 0, "subtopic_id"].value_counts()
    found = table.assign(topic_id=table["topic_id"].astype(int).map(change.into),
                         before=table["subtopic_id"].astype(int))
    found["size"] = [int(sizes.get(t, 0)) for t in found["before"]]
    found = found[found["topic_id"] >= 0]
    if not np.array_equal(change.was, change.now):
        found = found.sort_values(["topic_id", "size", "before"], ascending=[True, False, True])
    order = [int(t) for t in found["before"]]
    number = {t: i for i, t in enumerate(order)} | {NO_TOPIC: NO_TOPIC}
    found = found.assign(subtopic_id=range(len(found))).drop(columns="before").reset_index(drop=True)
    assignments = assignments.assign(subtopic_id=assignments["subtopic_id"].map(number).astype("Int64"))
    return found.astype(table.dtypes.to_dict()), assignments, order


def _clusters(clusters: TopicCentroids, change: _Change, order: list[int]) -> TopicCentroids:
    into = change.into | {NO_TOPIC: NO_TOPIC}
    return replace(
        clusters, topic_of=np.array([into[int(t)] for t in clusters.topic_of], dtype=clusters.topic_of.dtype),
        counterparts=join_counterparts(clusters.counterparts, into), fine=clusters.fine[order],
        parent_of=np.array([into[int(clusters.parent_of[i])] for i in order], dtype=clusters.parent_of.dtype))


def _provenance(topics: TopicSet, table: pd.DataFrame, assignments: pd.DataFrame, change: _Change, *,
                named: int) -> dict[str, Any]:
    before = dict(topics.provenance)
    reading: dict[str, Any] = {
        "topics_before": len(topics.topics), "topics": len(table), "labels_given": named,
        "merged": {str(t): parts for t, parts in change.parts.items() if len(parts) > 1},
        "deleted": [t for t, to in change.into.items() if to == NO_TOPIC],
        "posts_moved": int(change.moved.sum())}
    if reading["posts_moved"]:
        reading["note"] = (f"{reading['posts_moved']} posts were put in their topic one by one: new posts of the same "
                           "words may find another.")
    reasons, outside = assignments["set_aside"].value_counts(), assignments["topic_id"].eq(NO_TOPIC)
    if (change.was != change.now).any() and "posts_in_no_topic" in before:
        counted = [*before["posts_in_no_topic"], *([REMOVED] if REMOVED in reasons else [])]
        before["posts_in_no_topic"] = {reason: int(reasons.get(reason, 0)) for reason in dict.fromkeys(counted)}
        before["share_in_no_topic"] = float(outside.mean())
        before["posts_set_aside"] = {reason: int(reasons.get(reason, 0)) for reason in before["posts_set_aside"]}
    return before | {"readings": [*before.get("readings", []), reading]}
