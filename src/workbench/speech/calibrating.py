"""Scores as probabilities, the score from which a model says yes, and how often it is right: all of it out of fold."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.auditing import limit_share

FOLDS = 5
FEWEST_IN_TRAINING = 5  # posts with the code that the other folds must hold, else the split is by post
EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)  # of scores in the table of calibration


def split_posts(truth: np.ndarray, groups: np.ndarray, *, seed: int) -> tuple[np.ndarray, str]:
    """Return the fold of every post, and by what posts were split: ``arena``, or ``post`` where arenas are too few.

    Posts of one group are in one fold: what a model learned of an arena's own ways is not counted as skill.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    places = np.unique(groups, return_inverse=True)[1]
    with_code = len(np.unique(places[truth]))
    if with_code == truth.sum() and len(np.unique(places)) == len(truth):  # every post stands alone
        splitter: Any = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        return _folds(splitter.split(places, truth), len(truth)), "arena"
    if with_code >= 2:
        splitter = StratifiedGroupKFold(min(FOLDS, with_code), shuffle=True, random_state=seed)
        fold = _folds(splitter.split(places, truth, places), len(truth))
        left = truth.sum() - np.bincount(fold, weights=truth)
        if left.min() >= FEWEST_IN_TRAINING:
            return fold, "arena"
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return _folds(splitter.split(places, truth), len(truth)), "post"


def fit_calibration(values: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return slope and offset of the logistic curve from what a model says to how likely it is (Platt 1999).

    Targets are Platt's, drawn in from 0 and 1 by the number of posts, so that a model that tells all apart in a small
    set is not taken at its word. Where high values mean no, the slope is 0: the model says nothing.
    """
    yes, no = float(truth.sum()), float((~truth).sum())
    target = np.where(truth, (yes + 1) / (yes + 2), 1 / (no + 2))
    weights = weights / weights.mean()
    scale = float(values.std()) or 1.0
    base = np.average(target, weights=weights)
    features = np.column_stack([values / scale, np.ones(len(values))])
    found = np.array([0.0, np.log(base / (1 - base))])
    for _ in range(100):
        chance = chances(features @ found)
        slope = features.T @ (weights * (chance - target)) + np.array([1e-3, 0.0]) * found
        bend = (features * (weights * chance * (1 - chance))[:, None]).T @ features + np.diag([1e-3, 1e-9])
        step = np.linalg.solve(bend, slope)
        found = found - step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    if found[0] <= 0:
        return 0.0, float(np.log(base / (1 - base)))
    return float(found[0] / scale), float(found[1])


def chances(values: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))))


def choose_threshold(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """Return the score from which saying yes gives the highest F1: halfway between two scores that occur."""
    order = np.argsort(-scores, kind="stable")
    ranked, is_true, weight = scores[order], truth[order], weights[order]
    both = np.cumsum(weight * is_true)
    harmonic = 2 * both / (np.cumsum(weight) + both[-1])
    ends = np.append(ranked[1:] < ranked[:-1], True)  # posts of one score go together
    last = int(np.argmax(np.where(ends, harmonic, -1)))
    below = ranked[last + 1] if last + 1 < len(ranked) else 0.0
    return float((ranked[last] + below) / 2)


def judge_scores(values: np.ndarray, truth: np.ndarray, fold: np.ndarray,
                 weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the calibrated score of each post, and whether it is flagged, by what the other folds alone tell."""
    scores, flagged = np.zeros(len(values)), np.zeros(len(values), dtype=bool)
    for part in np.unique(fold):
        mine, others = fold == part, fold != part
        slope, offset = fit_calibration(values[others], truth[others], weights[others])
        scores[mine] = chances(slope * values[mine] + offset)
        told = chances(slope * values[others] + offset)
        flagged[mine] = scores[mine] >= choose_threshold(told, truth[others], weights[others])
    return scores, flagged


def measure_flags(flagged: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """Return precision, recall and F1 of the positive class, each with its 95 % interval (mid-P).

    F1 follows from the share of posts that were rightly flagged among all that were flagged or have the code, so its
    interval does too.
    """
    both, said, there = int((flagged & truth).sum()), int(flagged.sum()), int(truth.sum())
    either = said + there - both

    def share(part: int, whole: int) -> list[float | None]:
        if not whole:
            return [None, None, None]
        low, high = limit_share(np.array([whole]), np.array([part]))
        return [part / whole, float(low[0]), float(high[0])]

    joint = share(both, either)
    return {"posts": len(truth), "found": there, "flagged": said, "precision": rounded(share(both, said)),
            "recall": rounded(share(both, there)),
            "f1": rounded([None if j is None else 2 * j / (1 + j) for j in joint])}


def measure_calibration(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    """Return how near scores are to shares: Brier score, mean distance (ECE), and a row for each span of scores."""
    span = np.clip(np.searchsorted(EDGES, scores, side="right") - 1, 0, len(EDGES) - 2)
    rows, apart = [], 0.0
    for i in np.unique(span):
        inside = span == i
        score, share = (float(np.average(v[inside], weights=weights[inside])) for v in (scores, truth.astype(float)))
        apart += abs(score - share) * float(weights[inside].sum() / weights.sum())
        rows.append({"from": EDGES[i], "to": EDGES[i + 1], "posts": int(inside.sum()), "score": round(score, 4),
                     "share": round(share, 4)})
    brier = float(np.average((scores - truth) ** 2, weights=weights))
    return {"brier": round(brier, 5), "ece": round(apart, 5), "reliability": rows}


def rounded(values: list[float | None]) -> list[float | None]:
    """Return numbers as they stand in a card."""
    return [None if value is None else round(value, 4) for value in values]


def _folds(splits: Any, number: int) -> np.ndarray:
    fold = np.zeros(number, dtype=np.int64)
    for part, (_, test) in enumerate(splits):
        fold[test] = part
    return fold
