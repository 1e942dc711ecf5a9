"""The words that tell a topic, and the few that name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.topics.inflections import find_forms
from workbench.topics.languages import number_languages
from workbench.topics.weighing import class_tfidf

if TYPE_CHECKING:
    from scipy import sparse

TOP_WORDS = 10
LABEL_WORDS = 3
MOST_LABEL_WORDS = 4  # where three words reach too few texts,
ENOUGH_COVERAGE = 0.6
WORTH_A_WORD = 0.05  # and the fourth reaches this share of them
CANDIDATES = 100
SPOKEN_SHARE = 0.1  # of a topic's texts: a language spoken in fewer does not join its words
BIG_LANGUAGE = 0.25  # of a topic's texts: it has a word of its own in the label
LEAST_LIFT = 1.5  # a word that is not this much commoner inside than outside names nothing,
MOST_LIFT = 20.0  # and one that is has shown whose it is: else a rare name would win over a common word
REACHED_AGAIN = 0.3  # a text that a word of the label reaches already counts this much for the next
SAME_TEXTS = 0.6  # two words that stand together this often (Jaccard) say one thing
TEXTS_OF_PRIOR = 25  # as if so many texts of each language had words as all languages have
SHORTEST_LAST, SHORTEST_FIRST, SHORTEST_REST = 4, 5, 2  # letters of a part of a compound, and of what is left
PART_SHARE = 0.5  # of a compound's texts: a word with fewer does not stand for it
CONTRAST_WORDS = 3
DESCRIPTION_LETTERS = 90
BETWEEN = " · "

_COMPOUNDING = ("da", "sv", "nb", "nn", "no", "fi", "de")  # write compounds as one word
# what is left of addresses and files, and names nothing
_REMAINS = frozenset(("amp", "com", "fbclid", "gif", "href", "htm", "html", "http", "https", "img", "jpeg", "jpg",
                      "nbsp", "org", "pdf", "php", "png", "quot", "src", "url", "utm", "www"))


@dataclass(frozen=True)
class _Counted:
    """Texts by words with what all topics are told from.

    Attributes
    ----------
    has
        1 where a text has a word.
    weights
        c-TF-IDF, topics by words; 0 for what names nothing.
    spoken, codes
        Number of each text's language (the last one: unknown or rare), and the codes.
    texts_with
        Languages by words.
    """

    has: sparse.csr_matrix
    words: list[str]
    labels: np.ndarray
    languages: pd.Series
    weights: np.ndarray
    spoken: np.ndarray
    codes: list[str]
    texts_with: np.ndarray


@dataclass(frozen=True)
class _Candidates:
    """Words that may name one topic, the highest c-TF-IDF first.

    Attributes
    ----------
    places
        In the vocabulary.
    forms
        Places of the inflections of each, the commonest in the topic first.
    holds
        Words by candidates: 1 where the word reaches a text for the candidate.
    reached
        Texts of the topic by candidates: which have a form of it, or a compound it is part of.
    words_with, texts_with
        How many texts of the topic have each word, and each candidate (its forms added up), by language.
    texts
        Of the topic, by language.
    """

    places: np.ndarray
    forms: list[list[int]]
    holds: sparse.csr_matrix
    reached: np.ndarray
    words_with: np.ndarray
    texts_with: np.ndarray
    texts: np.ndarray


def choose_words(counts: sparse.csr_matrix, words: Sequence[str], labels: np.ndarray, languages: pd.Series, *,
                 groups: int) -> pd.DataFrame:
    """Choose the ten words that tell each topic and the three or four that name it.

    The ten are ranked by c-TF-IDF (Grootendorst 2022); of the inflections of one word (Snowball,
    in the languages of the topic's texts) the highest stays. The label is chosen for the texts it
    reaches: one after the other that word is taken which has the highest product of the share of
    texts it reaches and no word before did, and the log of how much commoner it is inside than
    outside, within languages. A word reaches the texts with any inflection of it or with a
    compound it is a part of, and is shown in the form that is commonest inside. A language of a
    quarter of the topic's texts has a word of its own.

    Parameters
    ----------
    counts
        Texts by words.
    words
        Of the columns, in the order of the alphabet.
    labels
        Topic of each text, -1 for none.
    languages
        Of the texts, such as da; missing where it cannot be told.
    groups
        Topics.

    Returns
    -------
    chosen
        One row per topic 0, 1, ...: `label`, `words` (list) and `coverage` (share of its texts that the
        label reaches; missing where there is no label).
    """
    counted = _count(counts, words, labels, languages, groups=groups)
    rows = []
    for topic in range(groups):
        candidates = _find_candidates(counted, topic)
        named = _name(counted, candidates, counted.weights[topic])
        label = BETWEEN.join(counted.words[candidates.forms[place][0]] for place in named)
        rows.append((label, _top_words(counted, candidates), _coverage(candidates, named) if named else np.nan))
    return pd.DataFrame(rows, columns=["label", "words", "coverage"]).astype({"label": "string", "coverage": "Float64"})


def contrast_words(counts: sparse.csr_matrix, words: Sequence[str], labels: np.ndarray, languages: pd.Series,
                   near: Sequence[int]) -> list[list[str]]:
    """Choose the three words that tell each topic from the one it is most like.

    They have the highest product of the share of the topic's texts they reach and the log of how
    much commoner they are than in the other topic's; fewer where there are not three that are half
    as common again.

    Parameters
    ----------
    counts, words, labels, languages
        As of `choose_words`.
    near
        The other topic of topic 0, 1, ... (`find_near`), -1 for none.
    """
    counted = _count(counts, words, labels, languages, groups=len(near))
    chosen: list[list[str]] = []
    for topic, other in enumerate(near):
        candidates = _find_candidates(counted, topic)
        named: list[int] = []
        if other >= 0 and len(candidates.places):
            there = np.flatnonzero(labels == other)
            spoken, most = counted.spoken[there], len(counted.codes) + 1
            texts = np.bincount(spoken, minlength=most)
            worth = _lift(candidates, _by_language(counted.has[there], spoken, most), texts)
            while len(named) < CONTRAST_WORDS and (following := _next_word(candidates, worth, named)):
                named += following
        chosen.append([counted.words[candidates.forms[place][0]] for place in named])
    return chosen


def find_near(vectors: np.ndarray) -> list[int]:
    """Return for each topic the one whose vector (or c-TF-IDF) is most like its own, -1 where it is alone."""
    from sklearn.preprocessing import normalize

    if len(vectors) < 2:
        return [-1] * len(vectors)
    rows = normalize(vectors)
    alike = rows @ rows.T
    np.fill_diagonal(alike, -np.inf)
    return [int(t) for t in alike.argmax(axis=1)]


def describe(parts: pd.DataFrame) -> str:
    """Describe a topic in one line of at most 90 letters by the labels of its largest parts, no word twice.

    Parameters
    ----------
    parts
        Subtopics of one topic: `label` and `size`.
    """
    said: list[str] = []
    line = ""
    for label in parts.sort_values("size", ascending=False, kind="stable")["label"].fillna(""):
        between = "; "
        for word in str(label).split(BETWEEN):
            longer = line + between * bool(line) + word
            if not word or any(word.startswith(w) or w.startswith(word) for w in said):
                continue
            if len(longer) > DESCRIPTION_LETTERS:
                return line
            said.append(word)
            line, between = longer, ", "
    return line


def measure_coverage(counts: sparse.csr_matrix, words: Sequence[str], labels: np.ndarray, languages: pd.Series, *,
                     named: Sequence[Sequence[str]]) -> list[float]:
    """Measure the share of each topic's texts that named words reach, as `choose_words` counts it.

    Parameters
    ----------
    counts, words, labels, languages
        As of `choose_words`.
    named
        Case-folded words of topic 0, 1, ...

    Returns
    -------
    coverage
        0 to 1; missing for a topic without texts or named words.
    """
    counted = _count(counts, words, labels, languages, groups=len(named))
    place = {word: i for i, word in enumerate(words)}
    found = []
    for topic, some in enumerate(named):
        wanted = [place[word] for word in some if word in place]
        if not len(some) or not (labels == topic).any():
            found.append(np.nan)
            continue
        candidates = _find_candidates(counted, topic, wanted)
        found.append(_coverage(candidates, list(range(len(wanted)))))
    return found


def _count(counts: sparse.csr_matrix, words: Sequence[str], labels: np.ndarray, languages: pd.Series, *,
           groups: int) -> _Counted:
    has = (counts > 0).astype(np.float32).tocsr()
    weights = class_tfidf(counts, labels, groups=groups)
    weights[:, [w in _REMAINS or len(w) < 2 or w.isdigit() for w in words]] = 0
    spoken, codes = number_languages(languages)
    spoken = np.where(spoken < 0, len(codes), spoken)
    texts_with = _by_language(has, spoken, len(codes) + 1)
    return _Counted(has, list(words), labels, languages, weights, spoken, codes, texts_with)


def _by_language(table: sparse.csr_matrix, spoken: np.ndarray, languages: int) -> np.ndarray:
    """Return the sums of the rows of each language."""
    from scipy import sparse

    members = sparse.csr_matrix((np.ones(len(spoken), np.float32), (spoken, np.arange(len(spoken)))),
                                shape=(languages, len(spoken)))
    return np.asarray((members @ table).todense())


def _find_candidates(counted: _Counted, topic: int, wanted: Sequence[int] = ()) -> _Candidates:
    """Find the words that may name a topic; those at the wanted places come first."""
    from scipy import sparse

    inside = np.flatnonzero(counted.labels == topic)
    texts = np.bincount(counted.spoken[inside], minlength=len(counted.codes) + 1)
    spoken = _spoken(counted.languages.iloc[inside])
    weights = counted.weights[topic]
    places = np.argsort(-weights, kind="stable")[:CANDIDATES]
    places = places[(weights[places] > 0) & ~np.isin(places, wanted)]
    places = np.concatenate([np.array(wanted, dtype=int), places])
    own = counted.has[inside]
    words_with = _by_language(own, counted.spoken[inside], len(texts))
    common = words_with.sum(axis=0)
    forms = [sorted(found, key=lambda p: -common[p]) for found in find_forms(counted.words, places.tolist(), spoken)]
    reaching = _with_compounds(counted.words, forms, common, spoken)
    column = np.repeat(np.arange(len(places)), [len(r) for r in reaching])
    holds = sparse.csr_matrix((np.ones(len(column), np.float32), ([p for r in reaching for p in r], column)),
                              shape=(len(counted.words), len(places)))
    return _Candidates(places, forms, holds, (own @ holds).toarray() > 0, words_with, words_with @ holds, texts)


def _spoken(languages: pd.Series) -> list[str]:
    shares = languages.value_counts() / max(len(languages), 1)
    return [str(code) for code in shares.index[shares >= SPOKEN_SHARE]]


def _with_compounds(words: list[str], forms: list[list[int]], common: np.ndarray, spoken: list[str]) -> list[set[int]]:
    """Return the places of the words by which each candidate reaches a text: its forms, and compounds of them.

    A candidate that ends or begins with a form of another is its compound, for both are of one topic,
    unless the other is much rarer there: a name in which a rare word stands by chance.
    """
    reaching = [set(f) for f in forms]
    if not set(spoken) & set(_COMPOUNDING):
        return reaching
    texts = [common[f].sum() for f in forms]
    parts = [(words[p], j) for j, of_word in enumerate(forms) for p in of_word if len(words[p]) >= SHORTEST_LAST]
    for i, of_word in enumerate(forms):
        word = words[of_word[0]]
        for j in {j for part, j in parts if part in word and j != i and _is_part(part, word)}:
            if texts[j] >= PART_SHARE * texts[i]:
                reaching[j] |= set(of_word)
    return reaching


def _is_part(part: str, word: str) -> bool:
    rest = len(word) - len(part)
    return (word.endswith(part) and len(part) >= SHORTEST_LAST and rest >= SHORTEST_REST) or (
        word.startswith(part) and len(part) >= SHORTEST_FIRST and rest > SHORTEST_REST)


def _lift(candidates: _Candidates, texts_with: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return the log of how many times as common each candidate is inside as in other texts, within languages.

    Parameters
    ----------
    texts_with, texts
        Of the others: languages by words, and by language.
    """
    others = texts_with @ candidates.holds
    in_all = (others.sum(axis=0) + 0.5) / (texts.sum() + 1)
    rates = (others + TEXTS_OF_PRIOR * in_all) / (texts + TEXTS_OF_PRIOR)[:, None]
    expected = candidates.texts / candidates.texts.sum() @ rates
    here = (candidates.texts_with.sum(axis=0) + 0.5) / (candidates.texts.sum() + 1)
    lift = np.asarray(np.log(here / expected)).clip(max=np.log(MOST_LIFT))
    return np.where(lift >= np.log(LEAST_LIFT), lift, 0)


def _name(counted: _Counted, candidates: _Candidates, weights: np.ndarray) -> list[int]:
    """Return the candidates that name the topic."""
    if not len(candidates.places):
        return []
    texts = np.bincount(counted.spoken, minlength=len(counted.codes) + 1) - candidates.texts
    worth = _lift(candidates, counted.texts_with - candidates.words_with, texts)
    if not worth.any():  # nothing is outside, or nothing tells it from there
        worth = weights[candidates.places]
    named: list[int] = []
    for own in _own_words(counted, candidates):
        named += _next_word(candidates, worth * own, named)
    while len(named) < LABEL_WORDS and (following := _next_word(candidates, worth, named)):
        named += following
    if len(named) < MOST_LABEL_WORDS and _coverage(candidates, named) < ENOUGH_COVERAGE:
        more = named + _next_word(candidates, worth, named)
        if _coverage(candidates, more) >= _coverage(candidates, named) + WORTH_A_WORD:
            named = more
    return named


def _own_words(counted: _Counted, candidates: _Candidates) -> list[np.ndarray]:
    """Return, for each of several big languages, which candidates are commonest in it."""
    texts = candidates.texts[:len(counted.codes)]
    big = np.flatnonzero(texts >= BIG_LANGUAGE * candidates.texts.sum())
    if len(big) < 2:
        return []
    commonest = (candidates.texts_with[big] / texts[big, None]).argmax(axis=0)
    return [commonest == i for i in np.argsort(-texts[big], kind="stable")]


def _next_word(candidates: _Candidates, worth: np.ndarray, named: list[int]) -> list[int]:
    """Return the word that reaches most texts for its worth, those counting less that are reached already.

    None where no word is worth anything but those named and those that stand where they do.
    """
    reached = candidates.reached.astype(np.float32)
    gain = worth * (REACHED_AGAIN ** reached[:, named].sum(axis=1) @ reached)
    together = reached[:, named].T @ reached
    either = reached.sum(axis=0) + reached[:, named].sum(axis=0)[:, None] - together
    said = candidates.holds[:, named].T @ candidates.holds
    gain[(together > SAME_TEXTS * either).any(axis=0) | (np.asarray(said.todense()) > 0).any(axis=0)] = 0
    return [int(gain.argmax())] if gain.any() else []


def _coverage(candidates: _Candidates, named: list[int]) -> float:
    return float(candidates.reached[:, named].any(axis=1).mean())


def _top_words(counted: _Counted, candidates: _Candidates) -> list[str]:
    """Return the words that are no inflection of an earlier one."""
    seen: set[int] = set()
    top = []
    for place, forms in zip(candidates.places.tolist(), candidates.forms, strict=True):
        if place not in seen:
            top.append(counted.words[place])
        seen |= set(forms)
    return top[:TOP_WORDS]
