"""What language does to words, and how it is taken out of them and of their vectors.

Words of one language keep company whatever they are about. So association is measured within
each language, contexts that several languages share (names, hashtags, loan words, words that
are spelt alike) count more than those of one language only, and what a text's language says
about its vector is subtracted. What labels tell of language also counts against a layer
(`find_layers`).

Texts of two languages that share no name, hashtag, emoji, loan word or spelling cannot be joined:
nothing in the corpus says that they are about the same. That takes a model which was trained on
both, such as ``embedding="sentence-transformers:intfloat/multilingual-e5-small"``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from workbench.topics.words import STOP_WORD_LANGUAGES, listed_stop_words

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

FEWEST_TEXTS = 25  # of a language; fewer do not tell what its words are,
SMALLEST_SHARE = 0.005  # and a smaller share of texts is what a language detector gets wrong
FLOOR = 0.2  # weight of a context word that stands in one language only
CONTEXT_POWER = 0.75
UNKNOWN = "und"  # the code of a language that cannot be told
COMMON_SHARE = 0.04  # of a language's texts: a word in fewer fills no label
EVEN_COMPANY = 0.65  # function words keep 0.6 to 0.9 of the company of all words, words of a theme less
TELLING_TEXTS = 100  # of a language, before its common words are told from its themes
OWN_SHARE = 0.9  # of the texts with a word, in one language: there it is safe to drop where the language is unknown
_MOST_COUNTED = 10_000  # texts of a language
_COMPANY = 1000


def number_languages(languages: pd.Series, codes: list[str] | None = None) -> tuple[np.ndarray, list[str]]:
    """Return the number of each text's language, -1 where unknown or rare, and their codes in order.

    Parameters
    ----------
    codes
        Those to number, where that was decided before.
    """
    if codes is None:
        counted = languages.value_counts()
        enough = max(FEWEST_TEXTS, SMALLEST_SHARE * len(languages))
        codes = sorted(str(code) for code in counted.index[counted >= enough])
    known = {code: i for i, code in enumerate(codes)}
    return languages.map(known).fillna(-1).to_numpy(dtype=np.int64), codes or ["und"]


def has_list_of_ours(language: str) -> bool:
    """Tell whether the stop words of a language are left out of all texts (`words.stop_words`)."""
    return {"nb": "no", "nn": "no"}.get(language, language) in STOP_WORD_LANGUAGES


def find_stop_words(words: pd.Series, languages: pd.Series) -> dict[str, frozenset[str]]:
    """Find the stop words of languages that have no list of ours, from 25 texts on.

    They are those of `stopwordsiso`; where it has none, and the language has 0.5 % of the texts,
    the words that stand in at least 4 % of its different texts and keep the company that all words
    keep (`_even_words`).

    Parameters
    ----------
    words
        Usable words of each text, joined by spaces.

    Returns
    -------
    stop_words
        By language code, to be dropped from texts of that language only. ``und`` has those
        to be dropped where the language is unknown: at least 90 % of the texts of known language that
        hold them are in the one language.
    """
    counted = languages.value_counts()
    found: dict[str, frozenset[str]] = {}
    for code in sorted(str(code) for code in counted.index[counted >= FEWEST_TEXTS]):
        if has_list_of_ours(code):
            continue
        found[code] = listed_stop_words(code)
        if not found[code] and counted[code] >= SMALLEST_SHARE * len(languages):
            found[code] = _even_words(words[languages.eq(code).fillna(False).to_numpy(dtype=bool)].drop_duplicates())
    if found:
        known = languages.notna().to_numpy(dtype=bool)
        found[UNKNOWN] = _own_words(words[known], languages[known], found)
    return found


def _even_words(words: pd.Series) -> frozenset[str]:
    """Return common words whose company is that of all words: who stands beside them says nothing of a theme.

    The company of a word are the words that share a text with it; measured is the part of it that
    would be the same had the texts been drawn from all (one less half the sum of differences).
    """
    from sklearn.feature_extraction.text import CountVectorizer

    words = words[words != ""]
    if len(words) < TELLING_TEXTS:
        return frozenset()
    counter = CountVectorizer(analyzer=str.split, binary=True, dtype=np.float64)
    counts = counter.fit_transform(words.iloc[::-(-len(words) // _MOST_COUNTED)]).tocsc()
    texts_with = np.asarray(counts.sum(axis=0)).ravel()
    common = np.flatnonzero(texts_with >= COMMON_SHARE * counts.shape[0])
    beside = np.argsort(-texts_with, kind="stable")[:_COMPANY]
    company = np.asarray((counts[:, common].T @ counts[:, beside]).todense())
    own, usual = company / company.sum(axis=1, keepdims=True), texts_with[beside] / texts_with[beside].sum()
    return frozenset(counter.get_feature_names_out()[common[np.minimum(own, usual).sum(axis=1) >= EVEN_COMPANY]])


def _own_words(words: pd.Series, languages: pd.Series, stop_words: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the stop words that nearly all texts which hold them have in the one language."""
    spoken = languages.where(languages.isin(list(stop_words)), "")
    every = frozenset().union(*stop_words.values())
    texts_with = {str(code): _estimate_texts(some, every) for code, some in words.groupby(spoken)}
    in_all = sum(texts_with.values(), Counter())
    return frozenset(word for code, stop in stop_words.items() for word in stop
                     if texts_with[code][word] >= max(OWN_SHARE * in_all[word], 1))


def _estimate_texts(words: pd.Series, wanted: frozenset[str]) -> Counter[str]:
    """Return how many texts have each wanted word, from every so-many-th where there are many."""
    step = -(-len(words) // _MOST_COUNTED)
    counted = Counter(word for text in words.iloc[::step] for word in wanted.intersection(text.split(" ")))
    return Counter({word: texts * step for word, texts in counted.items()})


def profile_words(counts: sparse.csr_matrix, language: np.ndarray, languages: int) -> np.ndarray:
    """Return in which languages each word stands: rates per text of the language, adding up to 1 per word."""
    from scipy import sparse

    told = np.flatnonzero(language >= 0)
    if not len(told):
        return np.full((counts.shape[1], languages), 1 / languages, dtype=np.float32)
    members = sparse.csr_matrix((np.ones(len(told), np.float32), (told, language[told])),
                                shape=(counts.shape[0], languages))
    texts = np.asarray(members.sum(axis=0)).ravel()
    texts_with = np.asarray((counts.T @ members).todense())
    rates = (texts_with + texts / texts.sum()) / np.maximum(texts, 1)  # as if each word stood in one text more
    return np.asarray(rates / rates.sum(axis=1, keepdims=True), dtype=np.float32)


def mix_of_texts(counts: sparse.csr_matrix, profile: np.ndarray) -> np.ndarray:
    """Return how much of each text is in each language, by its words; rows add up to 1, or are 0 without words."""
    from sklearn.preprocessing import normalize

    return np.asarray(normalize(counts, norm="l1") @ profile)


def associate(counts: sparse.csr_matrix, mix: np.ndarray, profile: np.ndarray) -> sparse.csr_matrix:
    """Return the positive pointwise mutual information of words in one text, within languages.

    log(n(w, c) / e(w, c)) where it is positive, and e(w, c) is how often word and context would
    meet by chance if texts of one language only drew words of that language; contexts smoothed
    by the power 0.75 (Levy, Goldberg & Dagan 2015). With one language this is the common PPMI.
    Columns are weighted by the entropy of the context word's languages, from 0.2 (one language)
    to 1 (several alike): these are the anchors between languages.
    """
    from scipy import sparse

    together = (counts.T @ counts).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    pairs = together.tocoo()
    language = mix.argmax(axis=1)
    expected = np.zeros(len(pairs.data))
    for spoken in np.unique(language):
        some = counts[language == spoken]
        company = np.asarray(some.T @ (some.sum(axis=1) - 1)).ravel()
        context = company**CONTEXT_POWER
        expected += company[pairs.row] * (context / max(context.sum(), 1.0))[pairs.col]
    information = np.log(pairs.data / np.maximum(expected, 1e-9))
    keep = information > 0
    weight = _anchor_weights(profile)[pairs.col[keep]]
    return sparse.csr_matrix(((information[keep] * weight).astype(np.float32), (pairs.row[keep], pairs.col[keep])),
                             shape=together.shape)


def _anchor_weights(profile: np.ndarray) -> np.ndarray:
    if profile.shape[1] < 2:
        return np.ones(len(profile))
    entropy = -(profile * np.log(profile.clip(1e-12))).sum(axis=1) / np.log(profile.shape[1])
    return np.asarray(FLOOR + (1 - FLOOR) * np.minimum(1, 2 * entropy))


def language_part(mix: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return what each language says about a vector, one row per language, by least squares.

    ``vectors - mix @ language_part(mix, vectors)`` is what is left; with one language that is
    the difference from the mean.
    """
    return np.asarray(np.linalg.lstsq(mix, vectors, rcond=None)[0], dtype=np.float32)
