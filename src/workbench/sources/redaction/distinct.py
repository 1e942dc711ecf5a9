"""Work on texts in columns: each distinct text once, and only those texts that a pattern hits one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Texts = Any  # an Arrow array of large_string


def hits(texts: pd.Series, pattern: str) -> np.ndarray:
    """Return where an RE2 pattern occurs; False where a text is missing."""
    return hits_of(as_arrow(texts), pattern)


def as_arrow(texts: pd.Series) -> Texts:
    """Return texts as one Arrow array."""
    import pyarrow as pa

    array = pa.array(texts.astype("string"), type=pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def hits_of(texts: Texts, pattern: str) -> np.ndarray:
    """Return where an RE2 pattern occurs in an Arrow array; False where a text is missing."""
    import pyarrow.compute as pc

    found = pc.match_substring_regex(texts, pattern)
    return np.array(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=bool)


def change_distinct(texts: pd.Series, change: Callable[[Texts], Texts]) -> pd.Series:
    """Return texts changed by a function that gets each distinct text once; missing stays missing."""
    encoded = as_arrow(texts).dictionary_encode()
    changed = change(encoded.dictionary)
    if changed is encoded.dictionary:
        return texts.astype("string")
    return pd.Series(pd.array(changed.take(encoded.indices), dtype="string"), index=texts.index, name=texts.name)


def changed_where(texts: Texts, found: np.ndarray, change: Callable[[str], str]) -> Texts:
    """Return texts of which those found are changed one by one."""
    import pyarrow as pa

    if not found.any():
        return texts
    changed = [change(text) for text in texts.filter(pa.array(found)).to_pylist()]
    return put(texts, found, pa.array(changed, type=pa.large_string()))


def put(texts: Texts, where: np.ndarray, values: Texts) -> Texts:
    """Return texts with others in the places given."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.replace_with_mask(texts, pa.array(where), values)
