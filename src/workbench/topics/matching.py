"""Which topic of one model is which topic of another (blueprint §0a, topic register)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus, empty_frame, is_written
from workbench.tables.topics import ASSIGNMENT_COLUMNS, MATCH_COLUMNS, TOPIC_COLUMNS, Refits, TopicSet
from workbench.topics.preparing import MINIMUM_WORDS
from workbench.topics.words import theme_words

KEPT_JACCARD = 0.5
PART_INCLUSION = 0.6
SMALLEST_PART = 0.1  # of the topic that was divided; a splinter makes no split
GROWTH = 1.5
NO_TOPIC = -1


def match_topics(before: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Match the topics of two models by the posts that both assigned.

    A topic is kept where the Jaccard index is above .5 (at .5 exactly, two equal halves would
    tie); the two are then each other's best. Else, where at least .6 of two or more topics lies
    in one of the other model and each makes a tenth of it or more, that one was split or they
    were merged; a kept topic counts as a part, so that what breaks off from it or joins it is
    told. Else a topic is born or gone.

    Parameters
    ----------
    before, now
        Topic by post id, -1 for none. Only posts in both count: give both models the posts of
        both quarters (`assign_posts`).

    Returns
    -------
    matches
        Columns `MATCH_COLUMNS`: one row per topic of the model now, then one per topic before
        that was not kept.

    Notes
    -----
    The thresholds are the blueprint's; that a part must make a tenth was added after trials on
    the made-up city (`benchmarks/topics_register.py`).
    """
    shared = before.index.intersection(now.index)
    old, new = before.reindex(shared).astype("int64"), now.reindex(shared).astype("int64")
    rows = np.unique(before[before >= 0].astype("int64"))
    columns = np.unique(now[now >= 0].astype("int64"))
    table = pd.crosstab(old.to_numpy(), new.to_numpy()).reindex(index=rows, columns=columns, fill_value=0)
    together = table.to_numpy(float)
    in_old = old.value_counts().reindex(rows, fill_value=0).to_numpy(float)[:, None]
    in_new = new.value_counts().reindex(columns, fill_value=0).to_numpy(float)[None, :]
    jaccard = together / np.maximum(in_old + in_new - together, 1)
    of_old, of_new = together / np.maximum(in_old, 1), together / np.maximum(in_new, 1)
    kept = jaccard > KEPT_JACCARD  # above a half no topic has two such partners, so both are each other's best
    parts = (of_new >= PART_INCLUSION) & (of_old >= SMALLEST_PART) | kept  # topics now that were parts of one before
    sources = (of_old >= PART_INCLUSION) & (of_new >= SMALLEST_PART) | kept
    split = parts & (parts.sum(axis=1, keepdims=True) >= 2)
    merged = sources & (sources.sum(axis=0, keepdims=True) >= 2)
    measures = {"jaccard": jaccard, "inclusion_before": of_old, "inclusion_now": of_new}
    found = [_row(c, columns[c], kept[:, c], split[:, c], merged[:, c], rows, measures, axis=0)
             for c in range(len(columns))]
    found += [_row(r, rows[r], kept[r], split[r], merged[r], columns, measures, axis=1)
              for r in range(len(rows)) if not kept[r].any()]
    return pd.DataFrame(found, columns=list(MATCH_COLUMNS)).astype(MATCH_COLUMNS)


def _row(place: int, topic: int, kept: np.ndarray, split: np.ndarray, merged: np.ndarray, others: np.ndarray,
         measures: dict[str, np.ndarray], *, axis: int) -> dict[str, object]:
    """Return the verdict on one topic now (axis 0) or one topic before that was not kept (axis 1)."""
    mine, their, ending = ("now", "before", "born") if axis == 0 else ("before", "now", "gone")
    row: dict[str, object] = {mine: int(topic), their: pd.NA, "verdict": ending, "before_parts": [], "now_parts": []}
    near = {name: np.take(table, place, axis=1 - axis) for name, table in measures.items()}
    best = int(near["jaccard"].argmax()) if len(others) else -1
    if kept.any():
        best = int(np.flatnonzero(kept)[0])
        row |= {their: int(others[best]), "verdict": "kept"}
    elif merged.any():
        row |= {"verdict": "merged", f"{their}_parts": [int(t) for t in others[merged]]}
    elif split.any():
        row |= {"verdict": "split", f"{their}_parts": [int(t) for t in others[split]]}
    return row | {name: float(values[best]) if best >= 0 else 0.0 for name, values in near.items()}


def assign_posts(topics: TopicSet, posts: pd.DataFrame) -> pd.Series:
    """Return the topic of each post under a model, also of posts it was not fitted on.

    Posts that the model was fitted on keep their topic; of others with at least two usable
    words the model says it, each text once; the rest is in no topic.

    Parameters
    ----------
    topics
        With `bertopic`, unless it was fitted on all of these posts.
    posts
        Of a corpus.

    Returns
    -------
    topic_of
        Topic (-1: none) by post id, int64.

    Raises
    ------
    TableError
        If there are other posts and the topics carry no fitted model.
    """
    known = topics.assignments.set_index("post_id")["topic_id"]
    found = known.reindex(posts["post_id"])
    has_text = (posts["text"].fillna("").str.strip().ne("") & is_written(posts)).to_numpy(dtype=bool)
    unknown = found.isna().to_numpy() & has_text
    found = found.fillna(NO_TOPIC).astype("int64")
    texts, place = np.unique(posts.loc[unknown, "text"].to_numpy(dtype=object), return_inverse=True)
    usable = np.array([len(set(theme_words(text))) >= MINIMUM_WORDS for text in texts], dtype=bool)
    if not usable.any() or topics.topics.empty:
        return found
    if topics.bertopic is None:
        raise TableError("The model of these topics is not at hand, so it cannot assign posts it has not seen. "
                         "Model the topics again, or load them with the model they were saved with.")
    said = np.full(len(texts), NO_TOPIC)
    said[usable] = np.asarray(topics.bertopic.transform(texts[usable].tolist())[0])
    found[unknown] = said[place]
    return found


def assign_topics(topics: TopicSet | None, corpus: Corpus) -> TopicSet:
    """Put every post of a corpus into the topics of a model that knows some of them, without what topics are called.

    So new posts can be counted at once. Words of the corpus stay out, since nobody has reviewed them yet.

    Parameters
    ----------
    topics
        Of `load_model_before`; None: there are none, and every post is in none.
    corpus
        The posts to be counted.

    Returns
    -------
    topics
        With `assignments` of every post that has text, and no labels.
    """
    posts = corpus.posts[corpus.posts["text"].notna()]
    if topics is None:
        topics = TopicSet(empty_frame(TOPIC_COLUMNS), empty_frame(ASSIGNMENT_COLUMNS))
    found = assign_posts(topics, posts)
    table = pd.DataFrame({"post_id": found.index, "topic_id": found.to_numpy()})
    assignments = table.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS)
    return TopicSet(topics.topics.assign(label=pd.array([pd.NA] * len(topics.topics), dtype="string")), assignments,
                    provenance=topics.provenance)


def measure_confidence(matches: pd.DataFrame, topics: TopicSet, posts: np.ndarray) -> pd.DataFrame:
    """Measure how often pairs of refits give each match the same verdict.

    Each pair is a refit of the model before and one of the model now, on the same vectors; both have placed all
    posts. A verdict is the same if the topic's counterparts got it and, where the topic was kept, were kept as
    one another.

    Parameters
    ----------
    matches
        Of `match_topics`, of the model before and the model now.
    topics
        Of the model now, with `refits` and `earlier`.
    posts
        Rows of its assignments by which topics are matched.

    Returns
    -------
    matches
        With `confidence`, 0 to 1; below .8 a match is uncertain. Missing where either model has no refits.
    """
    earlier = topics.earlier
    if earlier is None or topics.refits is None:
        return matches.assign(confidence=pd.array([pd.NA] * len(matches), dtype="Float64"))
    pairs = min(earlier.refits.groups.shape[1], topics.refits.groups.shape[1])
    same = np.zeros(len(matches))
    for refit in range(pairs):
        (before, was), (now, is_now) = (_labels_of(refits, posts, refit) for refits in (earlier.refits, topics.refits))
        same += _same_verdicts(matches, match_topics(before, now), [was, is_now])
    return matches.assign(confidence=pd.array(same / pairs if pairs else [pd.NA] * len(matches), dtype="Float64"))


def _labels_of(refits: Refits, posts: np.ndarray, refit: int) -> tuple[pd.Series, dict[int, int]]:
    """Return the group of each post in a refit, -1 where it stands for no topic, and the topic of each group."""
    stands_for = refits.counterparts[:, refit, :]
    groups = refits.groups[posts, refit].astype(np.int64)
    known = np.append(stands_for.any(axis=0), False)
    topic_of = {int(g): int(stands_for[:, g].argmax()) for g in np.flatnonzero(known)}
    return pd.Series(np.where(known[groups], groups, NO_TOPIC)), topic_of


def _same_verdicts(matches: pd.DataFrame, refitted: pd.DataFrame, counterparts: list[dict[int, int]]) -> np.ndarray:
    found = refitted.assign(before=refitted["before"].map(counterparts[0]), now=refitted["now"].map(counterparts[1]))
    return np.isin(_keys(matches), _keys(found)).astype(float)


def _keys(matches: pd.DataFrame) -> np.ndarray:
    """Return what a verdict is about: the pair where a topic was kept, else the one topic."""
    parts = [matches[c].astype("Int64").astype("string").fillna("none") for c in ("before", "now")]
    return (matches["verdict"] + " " + parts[0] + " " + parts[1]).to_numpy(dtype=str)
