"""Which posts repeat the same text with small changes, by MinHash and an exact check.

Texts are compared as sets of five neighbouring characters. MinHash (Broder 1997) in 16 bands of 4 proposes
pairs; only pairs whose sets overlap enough (exact Jaccard) count. In each band a text is compared with the
first of its bucket and with its neighbour there, never every pair, so a text posted in a hundred thousand
variants costs no more than a hundred thousand others.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import TableError

GRAM = 5  # characters
BANDS, ROWS = 16, 4
BLOCK_TEXTS, BLOCK_PAIRS = 20_000, 50_000
# fixed, since they are a part of the method and not a draw: the same texts give the same copies
_MULTIPLIERS = np.random.default_rng(5).integers(2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)


def find_copies(texts: pd.Series, *, similarity: float = 0.7, least_words: int = 5) -> pd.Series:
    """Find posts whose texts are the same or nearly so.

    Case, punctuation, emoji and addresses do not count. Copies of copies belong together.

    Parameters
    ----------
    texts
        May be missing.
    similarity
        Least overlap (Jaccard) of the sets of five neighbouring characters, 0 to 1; 1 finds
        texts with the same words only.
    least_words
        Shorter texts are nobody's copy: many people write them by themselves.

    Returns
    -------
    copies
        A number for each text that is long enough, the same for all its copies, in order of
        first appearance; the index of `texts`.

    Raises
    ------
    TableError
        If `similarity` is not above 0 and at most 1.
    """
    if not 0 < similarity <= 1:
        raise TableError(f"find_copies: similarity is {similarity}; it must be above 0 and at most 1.")
    words = plain_words(texts)
    long = np.asarray(pc.fill_null(pc.greater_equal(pc.count_substring(words, " "), least_words - 1), False))
    found = pd.Series(pd.NA, index=texts.index, dtype="Int64")
    if not long.any():
        return found
    encoded = pc.dictionary_encode(words.filter(pa.array(long)))
    distinct = encoded.dictionary
    label = np.arange(len(distinct)) if similarity == 1 else _join_similar(distinct, similarity)
    found.iloc[np.flatnonzero(long)] = pd.factorize(label[np.asarray(encoded.indices)])[0]
    return found


def plain_words(texts: pd.Series) -> pa.Array:
    """Return texts as they are compared: words in small letters, one blank between, without addresses and signs."""
    array = pa.array(texts, type=pa.large_string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    for pattern, instead in ((r"(https?://|www\.)\S+", " "), (r"[^\p{L}\p{N}]+", " ")):
        array = pc.replace_substring_regex(array, pattern, instead)
    return pc.utf8_trim_whitespace(pc.utf8_lower(array))


def _grams(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return text and hash of every gram of each text, in order of the texts; each has at least five characters."""
    characters = np.frombuffer("".join(texts.to_pylist()).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.asarray(pc.utf8_length(texts))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    code = np.zeros(max(len(characters) - GRAM + 1, 0), dtype=np.uint64)
    for offset in range(GRAM):
        code = code * np.uint64(0x9E3779B97F4A7C15) + characters[offset:offset + len(code)] + np.uint64(1)
    code ^= code >> np.uint64(29)
    of = np.repeat(np.arange(len(texts)), lengths)[: len(code)]
    inside = np.arange(len(code)) + GRAM <= starts[of + 1]
    return of[inside], code[inside]


def _signatures(texts: pa.Array) -> np.ndarray:
    """Return one hash per text and band."""
    bands = np.empty((len(texts), BANDS), dtype=np.uint64)
    for begin in range(0, len(texts), BLOCK_TEXTS):
        of, code = _grams(texts.slice(begin, BLOCK_TEXTS))
        starts = np.flatnonzero(np.diff(of, prepend=-1))
        for band in range(BANDS):
            value = np.zeros(len(starts), dtype=np.uint64)
            for factor in _MULTIPLIERS[band * ROWS:(band + 1) * ROWS]:
                value = value * np.uint64(0xBF58476D1CE4E5B9) + np.minimum.reduceat(code * factor, starts)
            bands[begin:begin + len(starts), band] = value
    return bands


def _join_similar(texts: pa.Array, similarity: float) -> np.ndarray:
    from scipy import sparse

    bands = _signatures(texts)
    proposed = [_neighbours(bands[:, band]) for band in range(BANDS)]
    pairs = np.unique(np.concatenate(proposed), axis=0)
    close = np.concatenate([_overlap(texts, pairs[i:i + BLOCK_PAIRS]) for i in range(0, len(pairs), BLOCK_PAIRS)]
                           or [np.zeros(0)]) >= similarity
    one, two = pairs[close].T
    graph = sparse.coo_matrix((np.ones(len(one)), (one, two)), shape=(len(texts), len(texts)))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1])


def _neighbours(values: np.ndarray) -> np.ndarray:
    """Return pairs of texts with the same value: each with the first of them, and with the one before it."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.append(True, values[order][1:] != values[order][:-1]))
    first = np.repeat(order[starts], np.diff(np.append(starts, len(order))))
    before = np.concatenate([order[:1], order[:-1]])
    later = np.ones(len(order), dtype=bool)
    later[starts] = False
    own = order[later]
    return np.concatenate([np.column_stack([first[later], own]), np.column_stack([before[later], own])])


def _overlap(texts: pa.Array, pairs: np.ndarray) -> np.ndarray:
    """Return the Jaccard overlap of the grams of each pair."""
    from scipy import sparse

    used, place = np.unique(pairs, return_inverse=True)
    of, code = _grams(texts.take(pa.array(used)))
    gram = np.unique(code, return_inverse=True)[1]
    sets = sparse.csr_matrix((np.ones(len(of)), (of, gram)), shape=(len(used), int(gram.max(initial=0)) + 1))
    sets.sum_duplicates()
    sets.data[:] = 1
    left, right = place.reshape(pairs.shape).T
    shared = np.asarray(sets[left].multiply(sets[right]).sum(axis=1)).ravel()
    size = np.diff(sets.indptr)
    return np.asarray(shared / (size[left] + size[right] - shared))
