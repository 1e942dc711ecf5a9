"""Which topic of one model is which topic of another (blueprint §0a, topic register)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.topics.preparing import MINIMUM_WORDS
from workbench.topics.words import words_of

KEPT_JACCARD = 0.5
PART_INCLUSION = 0.6
SMALLEST_PART = 0.1  # of the topic that was divided; a splinter makes no split
GROWTH = 1.5
NO_TOPIC = -1
SUBSAMPLE = 0.8

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
    has_text = (posts["text"].fillna("").str.strip().ne("") & posts["kind"].ne("service")).to_numpy(dtype=bool)
    unknown = found.isna().to_numpy() & has_text
    found = found.fillna(NO_TOPIC).astype("int64")
    texts, place = np.unique(posts.loc[unknown, "text"].to_numpy(dtype=object), return_inverse=True)
    usable = np.array([len(set(words_of(text))) >= MINIMUM_WORDS for text in texts], dtype=bool)
    if not usable.any() or topics.topics.empty:
        return found
    if topics.bertopic is None:
        raise TableError("The model of these topics is not at hand, so it cannot assign posts it has not seen. "
                         "Model the topics again, or load them with the model they were saved with.")
    said = np.full(len(texts), NO_TOPIC)
    said[usable] = np.asarray(topics.bertopic.transform(texts[usable].tolist())[0])
    found[unknown] = said[place]
    return found


def measure_confidence(matches: pd.DataFrame, before: TopicSet, now: TopicSet, corpus: Corpus, *,
                       posts: pd.DataFrame, seed: int, refits: int = 20) -> pd.DataFrame:
    """Measure how often pairs of refitted models give each match the same verdict.

    Each pair models 80 % of what either model was fitted on, drawn without replacement, arenas
    in proportion, and assigns the posts of both quarters. Where the model now continues the one
    before, that one is given and only the model now is refitted, to continue it. A topic's counterpart in a refit is
    the one that `match_topics` calls kept. A verdict is the same if the counterpart got it and,
    where the topic was kept, was kept from the counterpart of the same topic.

    Parameters
    ----------
    matches
        Of `match_topics`.
    before, now
        The two models.
    corpus
        Holds what both were fitted on.
    posts
        Of both quarters, by which topics are matched.
    seed
        Of the samples and of the refits.
    refits
        Pairs; the blueprint's report uses 20.

    Returns
    -------
    matches
        With `confidence`, 0 to 1; below .8 a match is uncertain.
    """
    rng = np.random.default_rng(seed)
    models = (before, now)
    full = [assign_posts(model, posts) for model in models]
    same = np.zeros(len(matches))
    for _ in range(refits):
        earlier = before if now.provenance.get("is_continued") else None
        refitted = (earlier or _refit(corpus, before, rng), _refit(corpus, now, rng, earlier))
        refit = [assign_posts(model, posts) for model in refitted]
        counterparts = [_counterparts(f, r) for f, r in zip(full, refit, strict=True)]
        same += _same_verdicts(matches, match_topics(*refit), counterparts)
    return matches.assign(confidence=pd.array(same / refits, dtype="Float64"))


def _refit(corpus: Corpus, model: TopicSet, rng: np.random.Generator, before: TopicSet | None = None) -> TopicSet:
    from workbench.topics.modelling import model_topics

    seed = int(rng.integers(2**31))
    fitted = corpus.posts[corpus.posts["post_id"].isin(model.assignments["post_id"])].sort_values("post_id")
    sample = fitted.groupby("arena_id").sample(frac=SUBSAMPLE, random_state=seed)
    return model_topics(Corpus(posts=sample, links=corpus.links, arenas=corpus.arenas), seed=seed,
                        before=before, **model.provenance["parameters"])


def _counterparts(full: pd.Series, refit: pd.Series) -> dict[int, int]:
    """Return the topic of the full model that each topic of a refit stands for, where there is one."""
    matches = match_topics(full, refit)
    kept = matches[matches["verdict"] == "kept"]
    return {int(now): int(before) for now, before in zip(kept["now"], kept["before"], strict=True)}


def _same_verdicts(matches: pd.DataFrame, refitted: pd.DataFrame, counterparts: list[dict[int, int]]) -> np.ndarray:
    found = refitted.assign(before=refitted["before"].map(counterparts[0]), now=refitted["now"].map(counterparts[1]))
    return np.isin(_keys(matches), _keys(found)).astype(float)


def _keys(matches: pd.DataFrame) -> np.ndarray:
    """Return what a verdict is about: the pair where a topic was kept, else the one topic."""
    parts = [matches[c].astype("Int64").astype("string").fillna("none") for c in ("before", "now")]
    return (matches["verdict"] + " " + parts[0] + " " + parts[1]).to_numpy(dtype=str)
