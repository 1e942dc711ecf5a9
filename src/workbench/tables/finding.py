"""A finding: one measured thing with its denominator, interval, test and the data to draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Cell:
    """One number of a finding's data that counts posts, and the posts it counts.

    Attributes
    ----------
    row
        Position of the number's row in `Finding.data`; -1 for the finding's own value.
    column
        Column of `Finding.data` that holds the count.
    posts
        64-bit hashes of the post ids that are counted (`hash_posts`), sorted.
    blanks
        Further columns of that row from which the count could be worked out.
    """

    row: int
    column: str
    posts: np.ndarray
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One measured thing, not yet released.

    Attributes
    ----------
    key
        Stable name, such as ``volume`` or ``topic_change``.
    metric
        Number of the metric in the method appendix, such as ``M1``.
    sentence
        Message id of the sentence that states the finding; filled with `facts`.
    facts
        Values of the sentence: numbers, dates, codes, words. Never text of posts.
    value, low, high
        The main number and its 95 % interval; None where there is none.
    numerator, denominator
        Of a share; None otherwise.
    unit
        posts | arenas | share | percentage points | ratio
    period
        Quarter such as 2025Q3.
    frame
        Message id of what the number is about, such as ``all_posts`` or ``fixed_panel``.
    test, p
        Name of the test and its p-value where the finding speaks of change.
    is_change
        True where a test passed and the text may speak of a change.
    caveats
        Message ids of what the reader must know.
    data
        The table to draw.
    cells
        Every count of posts in `data` or `value`, for the release gate.
    totals
        Published sums: (position of the total in `cells`, positions of its parts).
    """

    key: str
    metric: str
    sentence: str
    period: str
    frame: str
    unit: str
    data: pd.DataFrame
    facts: dict[str, Any] = field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    test: str | None = None
    p: float | None = None
    is_change: bool = False
    caveats: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    totals: tuple[tuple[int, tuple[int, ...]], ...] = ()


def hash_posts(post_ids: pd.Series) -> np.ndarray:
    """Return sorted 64-bit hashes of post ids, the way cells name the posts they count."""
    return np.sort(pd.util.hash_pandas_object(post_ids.astype(object), index=False).to_numpy(dtype=np.uint64))
