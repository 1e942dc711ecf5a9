"""The words that tell a topic, and the few that name it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.topics.inflections import SNOWBALL, split_compound, stem_of
from workbench.topics.weighing import class_tfidf

if TYPE_CHECKING:
    from scipy import sparse

TOP_WORDS = 10
LABEL_WORDS = 3
CANDIDATES = 40
SPOKEN_SHARE = 0.1  # of a topic's texts: a language spoken in fewer does not join its words
DIVERSITY = 0.4


def choose_words(counts: sparse.csr_matrix, words: Sequence[str], labels: np.ndarray, languages: pd.Series, *,
                 groups: int) -> list[tuple[list[str], str]]:
    """Choose the ten words that tell each topic and the three that name it.

    Words are ranked by c-TF-IDF (Grootendorst 2022). Of the inflections of one word (Snowball,
    in the languages of the topic's texts) the highest stays. The label takes words by maximal
    marginal relevance (Carbonell & Goldstein 1998): rank against the cosine of the texts that
    two words stand in, and compounds with a common part count as alike.

    Parameters
    ----------
    counts
        Texts by words.
    words
        Of the columns.
    labels
        Topic of each text, -1 for none.
    languages
        Of the texts, such as da; missing where it cannot be told.
    groups
        Topics.

    Returns
    -------
    chosen
        Words and label of topic 0, 1, ...
    """
    vocabulary = np.asarray(words, dtype=object)
    weights = class_tfidf(counts, labels, groups=groups)
    has = (counts > 0).astype(np.float64).tocsc()
    known = dict(zip(words, np.asarray(has.sum(axis=0)).ravel().astype(int).tolist(), strict=True))
    chosen = []
    for topic in range(groups):
        inside = labels == topic
        order = np.argsort(-weights[topic], kind="stable")[:CANDIDATES]
        order = order[weights[topic, order] > 0]
        spoken = languages[inside].value_counts(normalize=True)
        first = _first_inflections(vocabulary[order], [str(c) for c in spoken.index[spoken >= SPOKEN_SHARE]])
        order = order[first]
        alike = _alike(has[np.flatnonzero(inside)][:, order], [split_compound(w, known) for w in vocabulary[order]])
        named = _most_relevant(weights[topic, order], alike)
        chosen.append((vocabulary[order[:TOP_WORDS]].tolist(), " · ".join(vocabulary[order[named]])))
    return chosen


def _first_inflections(words: np.ndarray, languages: list[str]) -> list[int]:
    """Return the places of words that are no inflection of an earlier one."""
    seen: set[tuple[str, str]] = set()
    first = []
    for place, word in enumerate(words):
        stems = {(language, stem_of(word, language)) for language in languages if language in SNOWBALL} or {("", word)}
        if not stems & seen:
            first.append(place)
        seen |= stems
    return first


def _alike(has: sparse.csc_matrix, parts: list[tuple[str, ...]]) -> np.ndarray:
    together = np.asarray((has.T @ has).todense())
    alone = np.sqrt(np.maximum(together.diagonal(), 1))
    alike = together / np.outer(alone, alone)
    for i, one in enumerate(parts):
        for j in range(i):
            if set(one) & set(parts[j]):
                alike[i, j] = alike[j, i] = 1
    return alike


def _most_relevant(weights: np.ndarray, alike: np.ndarray) -> list[int]:
    if not len(weights):
        return []
    relevance = weights / weights.max()
    named = [0]
    while len(named) < min(LABEL_WORDS, len(weights)):
        score = (1 - DIVERSITY) * relevance - DIVERSITY * alike[:, named].max(axis=1)
        score[named] = -np.inf
        named.append(int(score.argmax()))
    return named
