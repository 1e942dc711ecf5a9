"""How far words belong together in groups that chance makes, against which groups of texts are judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.topics.consensus import draw_order, gather_evidence, group_texts
from workbench.topics.layers import centroids_of
from workbench.topics.vectors import learn_vectors
from workbench.topics.weighing import TOP_WORDS, class_tfidf

if TYPE_CHECKING:
    from scipy import sparse

MOST_TEXTS = 6_000
CHANCE_PAIRS = 20  # as many pairs more than expected are still no sign of anything
NEAR_SIZES = 15  # groups of chance by which a group of a size is judged
DEVIATIONS = 3.0  # above the median of these
STARTS = 3


def tell_from_chance(counts: sparse.csr_matrix, words: Sequence[str], labels: np.ndarray,
                     spoken: np.ndarray, keys: np.ndarray, *, groups: int, seed: int) -> np.ndarray:
    """Tell which groups of texts have words that belong together more than words drawn by chance.

    Chance is a collection of the same texts whose words were dealt out anew within each language: as long as
    they were, with words as frequent as they were, about nothing. Vectors are learned from it and groups found in
    it as in the real one; the lift (`measure_lift`) of a real group must lie three deviations above the median of
    the fifteen groups of chance that are nearest to it in size (root mean square of those above the median: there
    are always some groups of chance with hardly any words in common, and these say nothing of the upper end). Long
    posts and a language's common words make lifts of 2 without any theme, short captions of 1: one limit would be
    wrong for either.

    Parameters
    ----------
    counts
        Texts by words, 1 where the text has the word.
    labels
        Group of each text, -1 for none.
    spoken
        Number of each text's language, -1 where unknown.
    keys
        One hash per text.
    groups
        Number of groups.

    Returns
    -------
    is_theme
        By group.
    """
    some = np.sort(np.argsort(draw_order(keys, seed), kind="stable")[:MOST_TEXTS])
    counts, labels, spoken, keys = counts[some], labels[some], spoken[some], keys[some]
    sizes, lifts = np.bincount(labels + 1, minlength=groups + 1)[1:], group_lifts(counts, labels, spoken, groups=groups)
    dealt = deal_words(counts, spoken, seed=seed)
    own = learn_vectors(dealt, words, language=spoken, languages=int(spoken.max(initial=0)) + 1, seed=seed)
    vectors = own.embed_counts(dealt, words)
    evidence = gather_evidence(vectors, keys, seed=seed)
    by_chance = []
    for wanted in (groups, 2 * groups):
        found = group_texts(evidence, min(wanted, len(some)), seed=seed, starts=STARTS)
        found = (vectors @ centroids_of(vectors, found).T).argmax(axis=1)
        number = int(found.max()) + 1
        by_chance.append(np.column_stack([np.bincount(found, minlength=number),
                                          group_lifts(dealt, found, spoken, groups=number)]))
    chance = np.concatenate(by_chance)
    chance = chance[chance[:, 0] > 0]
    away = np.abs(np.log(chance[None, :, 0]) - np.log(np.maximum(sizes, 1))[:, None])
    near = chance[np.argsort(away, axis=1, kind="stable")[:, :NEAR_SIZES], 1]
    return np.asarray(lifts > _limits(near))


def _limits(near: np.ndarray) -> np.ndarray:
    """Return what a lift must exceed, by row of lifts of chance."""
    middle = np.median(near, axis=1)
    above = np.where(near > middle[:, None], near - middle[:, None], np.nan)
    spread = np.sqrt(np.nanmean(np.append(above**2, np.zeros((len(above), 1)), axis=1), axis=1))
    return np.asarray(middle + DEVIATIONS * spread)


def deal_words(counts: sparse.csr_matrix, spoken: np.ndarray, *, seed: int) -> sparse.csr_matrix:
    """Deal the words of all texts of a language out among them again; each has as many as before, a few twice."""
    from scipy import sparse

    table = counts.tocoo()
    rng, words = np.random.default_rng(seed), table.col.copy()
    language = spoken[table.row]
    for number in np.unique(language):
        inside = np.flatnonzero(language == number)
        words[inside] = words[inside[rng.permutation(len(inside))]]
    dealt = sparse.csr_matrix((np.ones(len(words), np.float32), (table.row, words)), shape=counts.shape)
    dealt.data[:] = 1
    return dealt


def group_lifts(counts: sparse.csr_matrix, labels: np.ndarray, spoken: np.ndarray, *, groups: int) -> np.ndarray:
    """Return the lift of the ten words that lead each group by c-TF-IDF."""
    top = np.argsort(-class_tfidf(counts, labels, groups=groups), axis=1, kind="stable")[:, :TOP_WORDS]
    columns = counts.tocsc()
    return np.array([measure_lift(columns[:, words], spoken) for words in top])


def measure_lift(counts: sparse.csc_matrix, language: np.ndarray) -> float:
    """Return how many times as often pairs of these words share a text as they would by chance.

    Chance is taken within each language, for words of one language keep company anyway. Twenty
    pairs are added to what is expected, so that few texts prove nothing.

    Parameters
    ----------
    counts
        Texts by the words in question.
    language
        Number of each text's language.
    """
    chosen = (counts > 0).astype(np.float64).tocsr()
    pairs = np.triu_indices(chosen.shape[1], 1)
    together = np.asarray((chosen.T @ chosen).todense())[pairs].sum()
    expected = 0.0
    for spoken in np.unique(language):
        inside = language == spoken
        alone = np.asarray(chosen[inside].sum(axis=0)).ravel()
        expected += (np.outer(alone, alone) / inside.sum())[pairs].sum()
    return float(together / (expected + CHANCE_PAIRS))
