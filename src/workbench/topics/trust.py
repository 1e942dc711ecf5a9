"""How far topics are found again in refits (M12): stability, core posts and what refits say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.tables.topics import CORE_SHARE, Refits, TopicSet
from workbench.topics.layers import jaccard_of_groups

FOLDS = 4


def find_counterparts(labels: np.ndarray, groups: np.ndarray, *, topics: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the group of each refit that is most like each topic.

    Parameters
    ----------
    labels
        Topic of each text, -1 for none.
    groups
        Texts by refits: group of each text.
    topics
        Number of topics.

    Returns
    -------
    counterparts
        Topics by refits by groups, true where the group is the topic's counterpart (the largest Jaccard index).
    stability
        By topic, mean over refits of that index (Hennig 2007).
    """
    number = int(groups.max(initial=0)) + 1
    counterparts = np.zeros((topics, groups.shape[1], number), dtype=bool)
    alike = np.zeros((groups.shape[1], topics))
    for refit, found in enumerate(groups.T):
        jaccard = jaccard_of_groups(labels, found.astype(np.int64), rows=topics, columns=number)
        alike[refit] = jaccard.max(axis=1)
        counterparts[np.arange(topics), refit, jaccard.argmax(axis=1)] = alike[refit] > 0
    return counterparts, alike.mean(axis=0) if len(alike) else np.full(topics, np.nan)


def told_again(labels: np.ndarray, groups: np.ndarray, counterparts: np.ndarray) -> np.ndarray:
    """Tell which refits put each text into the counterpart of its topic; texts by refits, false in no topic."""
    if not len(counterparts):
        return np.zeros(groups.shape, dtype=bool)
    refits = np.arange(groups.shape[1])
    known = (labels >= 0)[:, None] & (groups >= 0)
    return np.asarray(known & counterparts[np.maximum(labels, 0)[:, None], refits[None], np.maximum(groups, 0)])


def find_core(labels: np.ndarray, groups: np.ndarray, counterparts: np.ndarray) -> np.ndarray:
    """Tell which texts are in the core of their topic: two of three refits put them into its counterpart."""
    if not groups.shape[1]:
        return np.zeros(len(labels), dtype=bool)
    return np.asarray(told_again(labels, groups, counterparts).mean(axis=1) >= CORE_SHARE)


def measure_inclusion(labels: np.ndarray, groups: np.ndarray, counterparts: np.ndarray) -> np.ndarray:
    """Measure what part of a topic's core texts refits put there that had no say in which texts are the core.

    Refits are dealt into four folds; the core of the other three is judged by each.

    Returns
    -------
    inclusion
        By topic, 0 to 1; missing where there are fewer refits than folds, or no core text.
    """
    topics, refits = counterparts.shape[:2]
    if refits < FOLDS:
        return np.full(topics, np.nan)
    again = told_again(labels, groups, counterparts)
    fold, found = np.arange(refits) % FOLDS, []
    for number in range(FOLDS):
        core = again[:, fold != number].mean(axis=1) >= CORE_SHARE
        inside = labels[core]
        size = np.bincount(inside, minlength=topics).astype(float)
        held = np.bincount(inside, weights=again[core][:, fold == number].mean(axis=1), minlength=topics)
        found.append(np.divide(held, size, out=np.full(topics, np.nan), where=size > 0))
    known = ~np.isnan(found)
    total = np.where(known, found, 0).sum(axis=0)
    return np.asarray(np.divide(total, known.sum(axis=0), out=np.full(topics, np.nan), where=known.any(axis=0)))


def join_counterparts(counterparts: np.ndarray, into: Mapping[int, int]) -> np.ndarray:
    """Return the groups that stand for topics under new numbers; those of topics that became one stand together.

    Parameters
    ----------
    counterparts
        Topics by refits by groups.
    into
        New number of each topic, -1 where it is gone.
    """
    number = max((to for old, to in into.items() if old >= 0), default=-1) + 1
    joined = np.zeros((number, *counterparts.shape[1:]), dtype=bool)
    for old, to in into.items():
        if 0 <= old < len(counterparts) and to >= 0:
            joined[to] |= counterparts[old]
    return joined


def judge_changed(topics: TopicSet, counterparts: np.ndarray) -> TopicSet:
    """Measure anew how far topics are found again whose posts were changed by hand: those without `core`.

    Parameters
    ----------
    topics
        With new numbers; without `refits` they stay as they are.
    counterparts
        Of the topics as they are now.
    """
    if topics.refits is None or not topics.refits.groups.shape[1]:
        return replace(topics, refits=None)
    groups, labels = topics.refits.groups, topics.assignments["topic_id"].to_numpy(np.int64)
    number, table = len(topics.topics), topics.topics.copy()
    is_core = find_core(labels, groups, counterparts)
    inclusion, changed = measure_inclusion(labels, groups, counterparts), table["core"].isna().to_numpy()
    table.loc[changed, "core"] = np.bincount(labels[is_core], minlength=number)[changed]
    table.loc[changed, "inclusion"] = inclusion[changed]
    table.loc[changed, "stability"] = _union_jaccard(labels, groups, counterparts)[changed]
    known = topics.assignments["is_core"].fillna(pd.Series(is_core, index=topics.assignments.index, dtype="boolean"))
    return replace(topics, topics=table, refits=Refits(groups, counterparts),
                   assignments=topics.assignments.assign(is_core=known))


def _union_jaccard(labels: np.ndarray, groups: np.ndarray, counterparts: np.ndarray) -> np.ndarray:
    """Return how alike each topic is to all groups that stand for it, mean over refits."""
    refits, found = Refits(groups, counterparts), []
    for topic in range(len(counterparts)):
        inside, again = (labels == topic)[:, None], refits.posts_of(topic)
        found.append(float(((inside & again).sum(axis=0) / np.maximum((inside | again).sum(axis=0), 1)).mean()))
    return np.array(found)
