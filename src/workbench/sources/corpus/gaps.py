"""Days on which nothing was collected of an arena: a fault of the collection, or silence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from workbench.tables.imports import GAP_COLUMNS
from workbench.tables.posts import Corpus

AROUND = 28  # days before and after by which an arena's habits are told
LEAST_CHANCE = 0.0001  # a row of silent days likelier than this is no gap: forty arenas have thousands of rows a year
MOSTLY = 0.8  # of the other arenas of the source: silence of that many at once is no coincidence
LEAST_OTHERS = 3
LEAST_EXPECTED = 3  # posts: an arena that writes less says nothing by its silence
LEAST_ID_SHARE = 0.5  # of the posts that an arena usually has in so many days
FEW_ID_SHARE = 0.2  # service messages and deletions use numbers too


def describe_gaps(corpus: Corpus) -> pd.DataFrame:
    """Describe rows of days without a post that are longer than an arena's habits explain, and what they look like.

    Where the platform went on giving numbers away, posts were made that are not here, and where nearly all arenas of a
    source fall silent at once, it was the collection: both look like a ``fault``. Where numbers go on as if nothing
    was, it looks like ``silence``. A row of days before the first post of an arena or after its last one is no gap.

    Returns
    -------
    gaps
        One row per arena and row of days, columns `GAP_COLUMNS`, longest first.
    """
    posts = corpus.posts.dropna(subset=["posted_at"])
    if posts.empty:
        return pd.DataFrame(columns=list(GAP_COLUMNS)).astype(GAP_COLUMNS)
    day = posts["posted_at"].dt.floor("D").dt.tz_localize(None)
    counts = pd.crosstab(posts["arena_id"], day)
    counts = counts.reindex(columns=pd.date_range(counts.columns.min(), counts.columns.max(), freq="D"), fill_value=0)
    sources = posts.groupby("arena_id")["source_id"].agg(lambda s: s.mode().iloc[0])
    numbers = _numbers(posts)
    table, codes, days = counts.to_numpy(), list(counts.index), pd.DatetimeIndex(counts.columns)
    rows = []
    for place, code in enumerate(codes):
        others = np.array([sources[other] == sources[code] and other != code for other in codes])
        for start, stop, usual, chance in _runs(table[place]):
            first, last = days[start], days[stop - 1]
            missing = _ids_missing(numbers.get(code), first, last + pd.Timedelta(days=1))
            silent = _also_silent(table[others], start, stop)
            judged = _judge(usual * (stop - start), missing, silent)
            rows.append((code, f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", stop - start, judged, usual, chance, missing,
                         silent, sources[code]))
    found = pd.DataFrame(rows, columns=list(GAP_COLUMNS)).astype(GAP_COLUMNS)
    return found.sort_values(["days", "arena_id", "first_day"], ascending=[False, True, True], ignore_index=True)


def _runs(counts: np.ndarray) -> Iterator[tuple[int, int, float, float]]:
    """Give the rows of silent days between an arena's first and last post that its habits do not explain."""
    active = np.flatnonzero(counts)
    for before, after in pairwise(active):
        if after - before < 3:
            continue
        # only days on which the arena was there say what it usually does
        around = np.concatenate([counts[max(active[0], before - AROUND):before + 1],
                                 counts[after:min(active[-1] + 1, after + AROUND)]])
        silent = (int((around == 0).sum()) + 1) / (len(around) + 2)
        if len(around) >= AROUND and (chance := silent ** int(after - before - 1)) < LEAST_CHANCE:
            yield int(before + 1), int(after), float(around.mean()), float(chance)


def _numbers(posts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the numbers that posts have in arenas where they count up, with their times."""
    numbered = posts["post_id"].str.extract(r":(\d{1,15})$", expand=False)
    some = posts.assign(number=pd.to_numeric(numbered, errors="coerce").astype("Float64"))[numbered.notna()]
    return {str(code): rows[["posted_at", "number"]].sort_values("posted_at")
            for code, rows in some.groupby("arena_id") if _counts_up(rows)}


def _counts_up(rows: pd.DataFrame) -> bool:
    ranks = rows["number"].rank().corr(rows["posted_at"].rank())
    return len(rows) > 2 and bool(ranks > 0.99)


def _ids_missing(numbers: pd.DataFrame | None, start: pd.Timestamp, stop: pd.Timestamp) -> int | None:
    if numbers is None:
        return None
    times = numbers["posted_at"].dt.tz_localize(None)
    before, after = numbers.loc[times < start, "number"], numbers.loc[times >= stop, "number"]
    return max(0, int(after.min() - before.max()) - 1) if len(before) and len(after) else None


def _also_silent(others: np.ndarray, start: int, stop: int) -> float | None:
    """Return which share of a source's other arenas was silent too, of those that write enough to tell."""
    days = np.r_[max(0, start - AROUND):start, stop:min(others.shape[1], stop + AROUND)]
    there = others[:, days].mean(axis=1) * (stop - start) >= LEAST_EXPECTED
    return float((others[there][:, start:stop].sum(axis=1) == 0).mean()) if there.sum() >= LEAST_OTHERS else None


def _judge(expected: float, ids_missing: int | None, also_silent: float | None) -> str:
    if (also_silent or 0) >= MOSTLY or (ids_missing or 0) >= LEAST_ID_SHARE * expected:
        return "fault"
    return "silence" if ids_missing is not None and ids_missing <= FEW_ID_SHARE * expected else "unknown"
