"""A model that a study trains on its own codes: a line through words and pieces of words, one per code."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from workbench.speech.subwords import CHUNK, column_table, count_pieces, find_pieces

if TYPE_CHECKING:
    from scipy import sparse

FEWEST_FOUND = 10  # posts with a code, and without it: with fewer it is not learnt
FEWEST_IN_PART = 30  # coded posts of a platform or language: with fewer the card has no row of it
PENALTY = 0.2  # C of the support vector machine: chosen on labelled sets (benchmarks/speech_baseline.py)


@dataclass(frozen=True)
class Baseline:
    """A trained baseline.

    Attributes
    ----------
    codes
        That it has learnt, in the order of its columns.
    thresholds
        By code: the score from which it says yes.
    card
        What it was trained on, and how good it is.
    pieces
        Numbers of the pieces it knows, ascending.
    rarity
        Weight of each piece (inverse document frequency).
    weights, offsets
        From a text's pieces to what becomes a score: pieces by codes, and one number a code.
    """

    codes: tuple[str, ...]
    thresholds: Mapping[str, float]
    card: Mapping[str, Any]
    pieces: np.ndarray
    rarity: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray

    def score(self, texts: Sequence[str]) -> np.ndarray:
        """Return how likely each code is, texts by codes; a text's scores do not depend on the others."""
        from tqdm.auto import tqdm

        scores = np.zeros((len(texts), len(self.codes)), dtype=np.float32)
        table, starts = column_table(self.pieces), range(0, len(texts), CHUNK)

        def fill(start: int) -> None:
            counts = weigh_pieces(count_pieces(texts[start:start + CHUNK], table, len(self.pieces)), self.rarity)
            scores[start:start + CHUNK] = chances(np.asarray(counts @ self.weights, dtype=float) + self.offsets)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(tqdm(pool.map(fill, starts), "scoring", total=len(starts), disable=len(starts) < 4, leave=False))
        return scores


def weigh_pieces(counts: sparse.csr_matrix, rarity: np.ndarray) -> sparse.csr_matrix:
    """Return counts as TF-IDF rows of unit length: 1 + log of the count, times rarity."""
    from sklearn.preprocessing import normalize

    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    return normalize(counts, copy=False)


def train_baseline(texts: pd.Series, labels: pd.DataFrame, *, groups: pd.Series, seed: int,
                   weights: pd.Series | None = None, parts: pd.DataFrame | None = None,
                   about: Mapping[str, Any] | None = None) -> Baseline:
    """Train a linear model per code on texts that people coded.

    Scores are calibrated and thresholds chosen out of fold; the folds hold whole arenas. A text that stands in several
    posts teaches and counts once, so none is judged by a model that has seen it elsewhere.

    Parameters
    ----------
    texts
        By `post_id`.
    labels
        By `post_id`, one boolean column per code; missing where nobody knows. A code with fewer than `FEWEST_FOUND`
        posts is not learnt, and the card says so.
    groups
        By `post_id`: the arena, by which posts are split.
    seed
        Of folds and solver.
    weights
        By `post_id`: 1 / probability of being drawn; scores are then calibrated for the posts that were drawn from.
        Missing for posts that nobody drew at random: they teach, and are not counted.
    parts
        By `post_id`: columns such as `platform` and `language`, for which the card has measures of their own.
    about
        What else the card says of the posts: `first`, `last`, `codebook`, `platforms`, `languages`.

    Raises
    ------
    TableError
        If tables do not hold the same posts, or no code can be learnt.
    """
    texts = texts.sort_index()  # the order in which posts come changes nothing
    labels = _checked(texts, labels, groups)
    told, untold = _learnable(labels)
    features, pieces, rarity = _features(texts.astype(str).tolist())
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
    card = {"name": "baseline", "kind": "baseline", "seed": seed, "trained_on": trained_on, "not_learnt": untold,
            "codes": {code: found[3] for code, found in learnt.items()}}
    return Baseline(codes=tuple(told), thresholds={code: found[2] for code, found in learnt.items()}, card=card,
                    pieces=pieces, rarity=rarity,
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


def _features(texts: list[str]) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Return texts by pieces that stand in two texts, the numbers of these pieces, and how rare they are."""
    from scipy import sparse

    pieces = find_pieces(texts)
    table = column_table(pieces)
    counts = sparse.vstack([count_pieces(texts[start:start + CHUNK], table, len(pieces))
                            for start in range(0, len(texts), CHUNK)], format="csr")
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(counts.indices, minlength=len(pieces)))) + 1
    return weigh_pieces(counts, rarity.astype(np.float32)), pieces, rarity.astype(np.float32)


def _learn(features: sparse.csr_matrix, truth: np.ndarray, *, places: np.ndarray, chance: np.ndarray,
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


def _fit(features: sparse.csr_matrix, truth: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
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
