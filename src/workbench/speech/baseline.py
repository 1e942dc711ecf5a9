"""A model that a study trains on its own codes: a line through words and pieces of words, one per code."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.speech.calibrating import chances
from workbench.speech.lines import train_lines
from workbench.speech.subwords import CHUNK, column_table, count_pieces, find_pieces

if TYPE_CHECKING:
    from scipy import sparse


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
    made: list[np.ndarray] = []

    def vectors(ordered: list[str]) -> sparse.csr_matrix:
        features, *rest = _features(ordered)
        made.extend(rest)
        return features

    learnt = train_lines(texts, labels, groups=groups, seed=seed, weights=weights, parts=parts, about=about,
                         vectors=vectors)
    return Baseline(codes=learnt.codes, thresholds=learnt.thresholds, card={"name": "baseline", "kind": "baseline",
                                                                            **learnt.card},
                    pieces=made[0], rarity=made[1], weights=learnt.weights, offsets=learnt.offsets)


def _features(texts: list[str]) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Return texts by pieces that stand in two texts, the numbers of these pieces, and how rare they are."""
    from scipy import sparse

    pieces = find_pieces(texts)
    table = column_table(pieces)
    counts = sparse.vstack([count_pieces(texts[start:start + CHUNK], table, len(pieces))
                            for start in range(0, len(texts), CHUNK)], format="csr")
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(counts.indices, minlength=len(pieces)))) + 1
    return weigh_pieces(counts, rarity.astype(np.float32)), pieces, rarity.astype(np.float32)
