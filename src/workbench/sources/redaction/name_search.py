"""Where texts write the names of a book."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.sources.redaction.distinct import Texts, change_distinct, changed_where, hits_of
from workbench.sources.redaction.name_forms import MOST_WORDS, PARTICLES, WORD, common_spelling, is_ordinary
from workbench.sources.redaction.names import NameBook, pair_of, token_of_name, tokens_of_words

_WIDEST_GAP = 3  # characters between two words of a name
_MOST_READINGS = 8  # of one row of words: a word may be a form of several names
_WORDS_IN_A_LETTER = frozenset("iåöaoeuy")  # an initial that is a word needs its dot
_LONG = 7  # letters of a surname that is redacted alone in lower case too
_PLACEHOLDER = re.compile(r"\[[a-z ]{4,13}\]")
_LETTERS = (("æ", "ae"), ("ä", "ae"), ("ø", "oe"), ("ö", "oe"), ("å", "aa"), ("ü", "ue"), ("é", "e"), ("ð", "d"), ("þ",
                                                                                                                   "th"),
            ("á", "a"), ("í", "i"), ("ó", "o"), ("ú", "u"), ("ý", "y"))
_SIGNS = ".,:;!?\"'()*_#-–…”“’»«"


def redact_names(texts: pd.Series, book: NameBook, *, own_titles: Collection[str] = ()) -> pd.Series:
    """Redact the names of a book.

    Found are names in any case and with the endings of the Nordic languages, with æ as ae and the like, turned round,
    with initials, and written in one word as in hashtags. Texts may be redacted again with a book that has grown.

    Parameters
    ----------
    own_titles
        Of arenas: they stay where a text writes them.

    Returns
    -------
    texts
        Same index, with [name] in place of names; missing stays missing.
    """
    return change_distinct(texts, lambda distinct: without_names(distinct, book, own_titles))


def without_names(texts: Texts, book: NameBook, own_titles: Collection[str]) -> Texts:
    """Return distinct texts with the names of a book redacted."""
    if not len(book) or not len(texts):
        return texts
    found, known = _candidates(texts, book)
    if not found.any():
        return texts
    return changed_where(texts, found, _Search(book, known, own_titles).redacted)


class _Known(NamedTuple):
    """What a batch of texts holds of a book, by words in the common spelling."""

    lemmas: dict[str, tuple[int, ...]]  # the words of names that a word may be a form of
    begins: frozenset[tuple[str, str]]  # pairs of words that begin a name
    joined: frozenset[str]
    surnames: frozenset[str]


def _candidates(texts: Texts, book: NameBook) -> tuple[np.ndarray, _Known]:
    """Return in which texts there may be a name; every distinct word and pair of known words is hashed once."""
    owner, ids, words = _words_of(texts)
    tokens = tokens_of_words(words, book.key)
    forms, stands_for = book.forms
    first, last = np.searchsorted(forms, tokens, "left"), np.searchsorted(forms, tokens, "right")
    is_known = last > first
    lemmas = {i: tuple(stands_for[first[i]:last[i]].tolist()) for i in np.flatnonzero(is_known).tolist()}
    is_joined = _within(tokens, book.joined)
    is_surname = np.zeros(len(words), dtype=bool)
    rows = np.flatnonzero(_within(stands_for, book.surnames))
    if len(rows):
        is_surname = _within(tokens, np.unique(forms[rows]))
    pair = np.flatnonzero((owner[1:] == owner[:-1]) & is_known[ids[1:]] & is_known[ids[:-1]])
    pairs, of = np.unique(ids[pair].astype(np.int64) * len(words) + ids[pair + 1], return_inverse=True)
    begins = _begins([divmod(code, len(words)) for code in pairs.tolist()], lemmas, book)
    found = np.zeros(len(texts), dtype=bool)
    found[owner[(is_joined | is_surname)[ids]]] = True
    found[owner[pair[begins[of]]]] = True
    return found, _Known(
        {words[i]: stand for i, stand in lemmas.items()},
        frozenset((words[a], words[b]) for a, b in (divmod(code, len(words)) for code in pairs[begins].tolist())),
        frozenset(words[i] for i in np.flatnonzero(is_joined).tolist()),
        frozenset(words[i] for i in np.flatnonzero(is_surname).tolist()))


def _within(tokens: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return which tokens are among those known, which are in order."""
    if not len(known):
        return np.zeros(len(tokens), dtype=bool)
    place = np.minimum(np.searchsorted(known, tokens), len(known) - 1)
    return np.asarray(known[place] == tokens)


def _begins(pairs: list[tuple[int, int]], lemmas: dict[int, tuple[int, ...]], book: NameBook) -> np.ndarray:
    """Return which pairs of words begin a name, in any of their readings."""
    readings = [[pair_of(*both) for both in product(lemmas[a], lemmas[b])] for a, b in pairs]
    is_begin = _within(tokens_of_words([one for some in readings for one in some], book.key), book.begins)
    which = np.repeat(np.arange(len(pairs)), [len(some) for some in readings])
    return np.bincount(which, weights=is_begin, minlength=len(pairs)) > 0


def _words_of(texts: Texts) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return of each word of texts, in order, the position of its text and its number, and the distinct words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    split = pc.utf8_split_whitespace(texts)
    encoded = split.flatten().dictionary_encode()
    parts = encoded.indices.to_numpy()
    owner = pc.list_parent_indices(split).to_numpy()
    spelled, counts = _spelled(encoded.dictionary)
    numbered = pa.array(spelled, type=pa.large_string()).dictionary_encode()
    ids = numbered.indices.to_numpy()
    starts = np.cumsum(counts) - counts
    many = counts[parts]
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(owner, many), ids[np.repeat(starts[parts], many) + within], numbered.dictionary.to_pylist()


def _spelled(parts: Texts) -> tuple[list[str], np.ndarray]:
    """Return the words in the common spelling of parts of texts between spaces, and how many each part has."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.utf8_lower(pc.utf8_trim(parts, characters=_SIGNS))
    foreign = hits_of(plain, r"[^\x00-\x7f]")
    if foreign.any():
        some = plain.filter(pa.array(foreign))
        for letter, letters in _LETTERS:
            some = pc.replace_substring(some, letter, letters)
        plain = pc.replace_with_mask(plain, pa.array(foreign), some)
    paired = hits_of(plain, "[aou]e|aa")
    if paired.any():
        some = pc.replace_substring_regex(plain.filter(pa.array(paired)), "([aou])e|(a)a", r"\1\2")
        plain = pc.replace_with_mask(plain, pa.array(paired), some)
    words: list[str] = plain.to_pylist()
    counts = np.ones(len(words), dtype=np.int64)
    others = np.flatnonzero(~hits_of(plain, "^[a-z0-9]+$"))
    if not len(others):
        return words, counts
    found = [[common_spelling(word) for word in WORD.findall(part)]
             for part in parts.take(pa.array(others)).to_pylist()]
    counts[others] = [len(some) for some in found]
    return list(_woven(words, others.tolist(), found)), counts


def _woven(words: list[str], places: list[int], found: list[list[str]]) -> Iterator[str]:
    done = 0
    for place, some in zip(places, found, strict=True):
        yield from words[done:place]
        yield from some
        done = place + 1
    yield from words[done:]


class _Search:
    """Names of a book in one text after the other."""

    def __init__(self, book: NameBook, known: _Known, own_titles: Iterable[str]) -> None:
        self._book, self._known = book, known
        self._tokens: dict[tuple[int, ...], int] = {}
        self._starts = frozenset(first for first, _ in known.begins) | known.joined | known.surnames
        self._titles: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for title in own_titles:
            if words := tuple(map(common_spelling, WORD.findall(title))):
                self._titles[words[0]].append(words)

    def redacted(self, text: str) -> str:
        """Return a text with its names redacted, the longest first."""
        plain = _PLACEHOLDER.sub(lambda found: "]" * len(found[0]), text)
        words = list(WORD.finditer(plain))
        spelled = [common_spelling(word[0]) for word in words]
        kept, done, at = [], 0, 0
        for start, word in enumerate(spelled):
            if start < at or (word not in self._starts and word not in self._titles):
                continue
            if own := self._own_title(spelled, start):
                at = start + own
            elif length := self._name(plain, words, spelled, start):
                kept += [text[done:words[start].start()], "[name]"]
                at = start + length
                done = words[at - 1].end()
        return "".join((*kept, text[done:])) if kept else text

    def _own_title(self, spelled: list[str], at: int) -> int:
        return max((len(title) for title in self._titles.get(spelled[at], ())
                    if tuple(spelled[at:at + len(title)]) == title), default=0)

    def _name(self, text: str, words: list[re.Match[str]], spelled: list[str], at: int) -> int:
        """Return how many words from here are a name."""
        known = self._known
        if (spelled[at], *spelled[at + 1:at + 2]) in known.begins:
            lemmas = []
            for i in range(at, min(at + MOST_WORDS, len(words))):
                if spelled[i] not in known.lemmas or (i > at and not _is_near(text, words[i - 1], words[i])):
                    break
                lemmas.append(known.lemmas[spelled[i]])
            for length in range(len(lemmas), 1, -1):
                if self._is_name(text, words[at:at + length], lemmas[:length]):
                    return length
        if spelled[at] in known.joined:
            return 1
        word = words[at][0]
        return int(spelled[at] in known.surnames and (word[0].isupper() or len(word) >= _LONG)
                   and not is_ordinary(word))

    def _is_name(self, text: str, words: list[re.Match[str]], lemmas: list[tuple[int, ...]]) -> bool:
        tokens = {self._token(reading) for reading, _ in zip(product(*lemmas), range(_MOST_READINGS ** 2),
                                                             strict=False)}
        if not tokens.isdisjoint(self._book.names):
            return True
        if tokens.isdisjoint(self._book.capitals) or (
                all(word[0].isupper() and len(word[0]) > 1 for word in words)):  # in capitals, as all that is shouted
            return False
        return all(_is_capital(text, word) or (word[0] in PARTICLES and i > 0) for i, word in enumerate(words))

    def _token(self, words: tuple[int, ...]) -> int:
        if words not in self._tokens:
            self._tokens[words] = token_of_name(self._book.key, words)
        return self._tokens[words]


def _is_near(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Return whether two words may be of one name: little between them, and no placeholder."""
    return other.start() - one.end() <= _WIDEST_GAP and "]" not in text[one.end():other.start()]


def _is_capital(text: str, word: re.Match[str]) -> bool:
    """Return whether a word begins with a capital; an initial that is a word as well needs its dot."""
    if word[0].casefold() in _WORDS_IN_A_LETTER and text[word.end():word.end() + 1] != ".":
        return False
    return word[0][0].isupper()
