"""A line per code through the vectors of texts that people coded, judged and calibrated on arenas it has not seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.speech.calibrating import (
    chances,
    choose_threshold,
    fit_calibration,
    judge_scores,
    measure_calibration,
    measure_flags,
    split_posts,
)

FEWEST_FOUND = 10  # posts with a code, and without it: with fewer it is not learnt
FEWEST_IN_PART = 30  # coded posts of a platform or language: with fewer the card has no row of it
PENALTY = 0.2  # C of the support vector machine: best, and flat around it, in benchmarks/speech_baseline.py


@dataclass(frozen=True)
class Lines:
    """What was learnt: codes, thresholds and card, weights (numbers of a vector by codes) and offsets (one a code)."""

    codes: tuple[str, ...]
    thresholds: Mapping[str, float]
    card: Mapping[str, Any]
    weights: np.ndarray
    offsets: np.ndarray


def train_lines(texts: pd.Series, labels: pd.DataFrame, *, groups: pd.Series, seed: int, weights: pd.Series | None,
                parts: pd.DataFrame | None, about: Mapping[str, Any] | None,
                vectors: Callable[[list[str]], Any]) -> Lines:
    """Train a line per code; see `train_baseline`.

    Parameters
    ----------
    vectors
        From texts to rows of numbers, sparse or not.
    """
    texts = texts.sort_index()  # the order in which posts come changes nothing
    labels = _checked(texts, labels, groups)
    told, untold = _learnable(labels)
    features = vectors(texts.astype(str).tolist())
    chance = np.ones(len(texts)) if weights is None else weights.reindex(texts.index).to_numpy(float, na_value=np.nan)
    same, places = pd.factorize(texts.astype(str))[0], groups.reindex(texts.index).astype(str).to_numpy()
    of_parts = pd.DataFrame(index=texts.index) if parts is None else parts.reindex(texts.index)

    def learn(code: str) -> tuple[np.ndarray, float, float, dict[str, Any]]:
        rows = np.flatnonzero(labels[code].notna())
        rows, truth, drawn = _once(rows, labels[code].iloc[rows].to_numpy(bool), same[rows], chance[rows])
        return _learn(features[rows], truth, places=places[rows], chance=drawn, parts=of_parts.iloc[rows], seed=seed)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the solver leaves Python alone while it works
        learnt = dict(zip(told, pool.map(learn, told), strict=True))
    trained_on = {"posts": len(texts), "arenas": int(groups.reindex(texts.index).nunique()), **dict(about or {})}
    card = {"seed": seed, "trained_on": trained_on, "not_learnt": untold,
            "codes": {code: found[3] for code, found in learnt.items()}}
    return Lines(codes=tuple(told), thresholds={code: found[2] for code, found in learnt.items()}, card=card,
                 weights=np.column_stack([found[0] for found in learnt.values()]).astype(np.float32),
                 offsets=np.array([found[1] for found in learnt.values()]))


def _learnable(labels: pd.DataFrame) -> tuple[list[str], dict[str, int]]:
    """Return the codes that can be learnt, and how often those were found that cannot."""
    yes, no = labels.fillna(False).sum(), (~labels.fillna(True)).sum()
    is_enough = (yes >= FEWEST_FOUND) & (no >= FEWEST_FOUND)
    if not is_enough.any():
        raise TableError(f"No code has been found in {FEWEST_FOUND} posts, and not found in as many: there is nothing "
                         "to learn from yet. Code more posts.")
    return ([str(code) for code in labels.columns[is_enough]],
            {str(code): int(found) for code, found in yes[~is_enough].items()})


def _once(rows: np.ndarray, truth: np.ndarray, same: np.ndarray,
          chance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first post of every different text, what most coded copies are, and how many posts they stand for."""
    _, first, copy = np.unique(same, return_index=True, return_inverse=True)
    drawn = np.bincount(copy, weights=np.nan_to_num(chance))
    is_yes = np.bincount(copy, weights=truth) * 2 >= np.bincount(copy)
    return rows[first], is_yes, np.where(drawn > 0, drawn, np.nan)


def _learn(features: Any, truth: np.ndarray, *, places: np.ndarray, chance: np.ndarray,
           parts: pd.DataFrame, seed: int) -> tuple[np.ndarray, float, float, dict[str, Any]]:
    """Return the weights of one code on the scale of its calibrated scores, the offset, the threshold and measures."""
    fold, split = split_posts(truth, places, seed=seed)
    values = np.zeros(len(truth))
    for part in np.unique(fold):
        test = fold == part
        line, offset = _fit(features[~test], truth[~test], seed)
        values[test] = features[test] @ line + offset
    drawn = np.isfinite(chance)
    if min(truth[drawn].sum(), (~truth[drawn]).sum()) < FEWEST_FOUND:
        drawn, chance = np.ones(len(truth), dtype=bool), np.ones(len(truth))
    values, told, fold, chance = values[drawn], truth[drawn], fold[drawn], chance[drawn]
    scores, flagged = judge_scores(values, told, fold, chance)
    slope, shift = fit_calibration(values, told, chance)
    threshold = choose_threshold(chances(slope * values + shift), told, chance)
    line, offset = _fit(features, truth, seed)
    card = {**measure_flags(flagged, told), **measure_calibration(scores, told, chance), "split": split,
            "threshold": round(threshold, 6), "arenas": len(np.unique(places)),
            "arenas_found": len(np.unique(places[truth]))}
    if len(parts.columns):
        card["parts"] = [{"part": str(column), "value": str(value), **measure_flags(flagged[inside], told[inside])}
                         for column in parts for value, inside in _parts_of(parts[column][drawn])]
    return slope * line, slope * offset + shift, threshold, card


def _fit(features: Any, truth: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=PENALTY, random_state=seed, max_iter=5000).fit(features, truth)
    return machine.coef_[0], float(machine.intercept_[0])


def _parts_of(column: pd.Series) -> list[tuple[str, np.ndarray]]:
    counts = column.value_counts()
    return [(value, column.eq(value).fillna(False).to_numpy(bool))
            for value in sorted(counts.index[counts >= FEWEST_IN_PART])]


def _checked(texts: pd.Series, labels: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    faults = [f"{name} has a post twice" for name, index in (("texts", texts.index), ("labels", labels.index))
              if index.has_duplicates]
    faults += [f"{name} lacks {missing} of the posts"
               for name, index in (("labels", labels.index), ("groups", groups.dropna().index))
               if (missing := int((~texts.index.isin(index)).sum()))]
    if missing := int(texts.isna().sum()):
        faults.append(f"{missing} posts have no text")
    if faults:
        raise TableError("The posts to learn from are not well formed: " + "; ".join(faults) + ".")
    return labels.reindex(texts.index).astype("boolean")
