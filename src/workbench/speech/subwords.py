"""Texts as counts of words, pairs of words and pieces of words, made for whole arrays of letters at once.

A text is written small and in one form of Unicode (NFKC: letters of fancy alphabets are letters), numbers become zeros,
and a letter that is drawn out is written twice. Then every piece gets a number of 22 bits: the value of a polynomial in
its letters, of which all that begin and end anywhere in a chunk follow from running sums (Karp & Rabin 1987). The
number of a piece does not depend on the texts around it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

PIECES = (2, 3, 4, 5)  # letters of a piece of a word, its edges counted as letters
BITS = 22  # 4 million numbers: two of 100,000 pieces share one in about one of 40 cases
CHUNK = 8192  # texts at a time: their letters and pieces stay below some hundred megabytes
_END = "\x00"
_SPACE, _ZERO = 32, 48
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_WORD, _PAIR = 101, 102  # salts of whole words and pairs, apart from the lengths of pieces


def number_pieces(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of every piece of every text, and the row of its text; both unordered, pieces repeat."""
    letters, row = _letters(texts)
    is_word = _class(letters, str.isalnum)
    is_space = letters == _SPACE
    powers, inverse = _powers(len(letters) + 1)
    # letters are spread over 64 bits first, else short pieces of one alphabet would crowd together
    spread = (letters.astype(np.uint64) + np.uint64(1)) * _MIXER
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum((spread ^ (spread >> np.uint64(31))) * powers[:-1],
                                                             dtype=np.uint64)])
    found = [_pieces(n, sums, inverse, is_space, row) for n in PIECES]
    found += _words(sums, inverse, is_word, is_space, row)
    return np.concatenate([number for number, _ in found]), np.concatenate([rows for _, rows in found])


def count_pieces(texts: Sequence[str], table: np.ndarray, known: int) -> sparse.csr_matrix:
    """Return texts by known pieces: how often each stands in each.

    Parameters
    ----------
    table
        Column of every number, see `column_table`.
    known
        How many columns there are.
    """
    from scipy import sparse

    number, row = number_pieces(texts)
    column = table[number]
    is_known = column >= 0
    key = row[is_known].astype(np.int64) * known + column[is_known]
    key.sort()
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
    counts = np.diff(np.append(starts, len(key))).astype(np.float32)
    rows, columns = np.divmod(key[starts], max(known, 1))
    ends = np.searchsorted(rows, np.arange(len(texts) + 1))
    return sparse.csr_matrix((counts, columns.astype(np.int32), ends.astype(np.int32)), shape=(len(texts), known))


def find_pieces(texts: Sequence[str], *, least: int = 2) -> np.ndarray:
    """Return the numbers of pieces that stand in at least so many texts, ascending."""
    seen = np.zeros(2**BITS, dtype=np.int32)
    for start in range(0, len(texts), CHUNK):
        number, row = number_pieces(texts[start:start + CHUNK])
        seen += np.bincount(np.unique(row.astype(np.int64) << BITS | number) & (2**BITS - 1),
                            minlength=2**BITS).astype(np.int32)
    return np.flatnonzero(seen >= least).astype(np.int32)


def column_table(known: np.ndarray) -> np.ndarray:
    """Return the column of every number there can be, -1 where it is not known."""
    table = np.full(2**BITS, -1, dtype=np.int32)
    table[known] = np.arange(len(known), dtype=np.int32)
    return table


def _letters(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the letters of all texts, each between spaces, and the row of each letter."""
    joined = unicodedata.normalize("NFKC", _END.join(text.replace(_END, " ") for text in texts)).lower()
    letters = np.frombuffer(f" {joined.replace(_END, f' {_END} ')} ".encode("utf-32-le", "replace"), dtype=np.uint32)
    is_end = letters == 0
    row = np.cumsum(is_end, dtype=np.int32)
    letters = np.where(_class(letters, str.isspace), np.uint32(_SPACE), letters)
    letters = np.where(_class(letters, str.isdigit), np.uint32(_ZERO), letters)
    # three of a letter in a row say what two say; spaces and numbers stand once
    same = np.concatenate([[False], letters[1:] == letters[:-1]])
    again = same & np.concatenate([[False], same[:-1]])
    drop = again | (same & ((letters == _SPACE) | (letters == _ZERO))) | is_end
    return letters[~drop], row[~drop]


def _class(letters: np.ndarray, belongs: Callable[[str], bool]) -> np.ndarray:
    table = np.zeros(0x110000, dtype=bool)
    there = np.flatnonzero(np.bincount(letters, minlength=1))
    table[there] = [belongs(chr(c)) for c in there]
    return np.asarray(table[letters])


def _powers(number: int) -> tuple[np.ndarray, np.ndarray]:
    steps = np.ones((2, number), dtype=np.uint64)
    steps[0, 1:], steps[1, 1:] = _BASE, _INVERSE
    raised = np.cumprod(steps, axis=1, dtype=np.uint64)
    return raised[0], raised[1]


def _number(value: np.ndarray, salt: int) -> np.ndarray:
    value = (value + np.uint64(salt)) * _MIXER
    value ^= value >> np.uint64(32)
    return ((value * _BASE) >> np.uint64(64 - BITS)).astype(np.int32)


def _pieces(length: int, sums: np.ndarray, inverse: np.ndarray, is_space: np.ndarray,
            row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pieces of one length inside a text; a space is at most their first or last letter."""
    last = len(row) - length + 1
    if last < 1:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    spaces = np.concatenate([[0], np.cumsum(is_space, dtype=np.int32)])
    inside = spaces[length - 1:length - 1 + last] == spaces[1:1 + last]
    start = np.flatnonzero(inside & (row[:last] == row[length - 1:]))
    return _number((sums[start + length] - sums[start]) * inverse[start], length), row[start]


def _words(sums: np.ndarray, inverse: np.ndarray, is_word: np.ndarray, is_space: np.ndarray,
           row: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return whole words, and pairs of neighbours in one text."""
    edge = np.diff(np.concatenate([[False], is_word, [False]]).astype(np.int8))
    start, end = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    value, of_text = (sums[end] - sums[start]) * inverse[start], row[np.minimum(start, len(row) - 1)]
    side_by_side = np.flatnonzero(of_text[1:] == of_text[:-1])
    pair = (value[side_by_side] ^ (value[side_by_side] >> np.uint64(29))) * _BASE + value[side_by_side + 1]
    return [(_number(value, _WORD), of_text), (_number(pair, _PAIR), of_text[side_by_side])]
