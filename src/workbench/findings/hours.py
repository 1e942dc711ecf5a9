"""Hours in which far more is written than at the same hour of the weeks before (M13, hourly)."""

from __future__ import annotations

import numpy as np
import pandas as pd

MOST_SERIES = 10  # the level is shared out over thirty, so that topics of several products may be watched too
ZONE = "Europe/Copenhagen"
WINDOW = 3  # hours that are summed
WEEKS_BACK = 8
AROUND = (-1, 0, 1)  # hours beside the same hour of the week
TIMES = 5.0
FEWEST_POSTS = 20  # in three hours: a lively thread alone is no event
FREEDOM = 15  # of the 24 values, since sums of neighbouring hours share posts
LEVEL = 2 / (8_736 * 30)  # hours of a year, series
WEEK = 168
HISTORY = WEEK * WEEKS_BACK + WINDOW + 1  # hours before the first one that can be tested
COLLECTED = 0.1  # of the median week: below, nothing was collected


def flag_hours(counts: pd.DataFrame, *, tested: int, totals: pd.Series | None = None,
               zone: str = ZONE) -> pd.DataFrame:
    """Test the last hours of hourly count series against the same hour of the week in the eight weeks before (M13).

    Parameters
    ----------
    counts
        Posts, one row per hour without gaps, one column per series, at most ten; the index holds the beginnings of the
        hours in UTC.
    tested
        How many of the last hours are tested.
    totals
        All posts of each hour; None: the sum of the series. Of seven days that hold less than a tenth of the median
        seven days nothing was collected: such hours are in no baseline and not tested.
    zone
        In which people live: the same hour of the week is the same by their clocks, winter and summer.

    Returns
    -------
    hours
        One row per tested hour and series that holds a post in its three hours, or that is flagged: `position` (row of
        `counts`), `series`, `posts` (of the three hours that end with this one), `expected` (mean of the baseline,
        missing where there is none), `p` (likewise), `is_measured` (24 values to hold it against) and `is_flagged`
        (p < 2/(8,736·30), at least 20 posts and five times what was expected, in this hour and in the one before or
        after it).

    Raises
    ------
    ValueError
        If there are more than ten series, or the hours have gaps.

    Notes
    -----
    y: sums of three hours; baseline: y of the same hour of the week and the hours beside it in eight weeks, 24 values.
    g = 2√(y + 3/8) (Anscombe 1948) has nearly the same spread everywhere; its standard deviation is taken as 1 at
    least. t = (g − ḡ)/(s·√(1 + 1/24)) with 15 degrees of freedom, one-sided. Blueprint §0a, M13.
    """
    if counts.shape[1] > MOST_SERIES:
        raise ValueError(f"{counts.shape[1]} series; hours are tested for at most {MOST_SERIES}")
    index = pd.DatetimeIndex(counts.index)
    if len(index) > 1 and (np.diff(index.asi8) != pd.Timedelta(hours=1).to_timedelta64().astype(
            f"m8[{index.unit}]").astype("int64")).any():
        raise ValueError("the hours have gaps; give each hour a row")
    sums = _sums(counts.to_numpy(float))
    whole = counts.sum(axis=1).to_numpy(float) if totals is None else totals.to_numpy(float)
    is_there = _collected(whole)
    sums[~is_there] = np.nan
    positions = np.arange(max(len(counts) - tested, 0), len(counts))
    past = _baseline_rows(index, positions, zone)
    # one hour at a time would be a loop over thousands of hours: all baselines are taken at once, a series at a time
    parts = [_test(sums[:, at], positions, past).assign(series=name) for at, name in enumerate(counts.columns)]
    names = ["position", "series", "posts", "expected", "p", "is_measured", "is_flagged"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def _sums(values: np.ndarray) -> np.ndarray:
    """Return for each hour the posts of the three hours that end with it; missing for the first two."""
    running = np.vstack([np.zeros((1, values.shape[1])), values.cumsum(axis=0)])
    sums = np.full(values.shape, np.nan)
    sums[WINDOW - 1:] = running[WINDOW:] - running[:-WINDOW]
    return sums


def _collected(totals: np.ndarray) -> np.ndarray:
    """Tell of each hour whether its seven days, counted from the first hour on, hold what a collection would."""
    if not len(totals):
        return np.zeros(0, dtype=bool)
    # the hours at the end that make no whole week are counted with the seven days before the end
    week = np.minimum(np.arange(len(totals)) // WEEK, max(len(totals) // WEEK - 1, 0))
    of_week = np.bincount(week, weights=totals)
    return np.asarray((of_week > 0) & (of_week >= COLLECTED * np.median(of_week)))[week]


def _baseline_rows(index: pd.DatetimeIndex, positions: np.ndarray, zone: str) -> np.ndarray:
    """Return the rows that each tested hour is held against, hours × 24; -1 where there is none."""
    local = index.tz_convert(zone).tz_localize(None).asi8 - index.tz_convert("UTC").tz_localize(None).asi8
    offset = np.round(local / (pd.Timedelta(hours=1) / pd.Timedelta(1, index.unit))).astype(int)
    rows = []
    for week in range(1, WEEKS_BACK + 1):
        then = positions - WEEK * week
        # where the clocks were changed in between, the same time of day is an hour off
        moved = offset[positions] - offset[np.maximum(then, 0)]
        rows += [then + moved + beside for beside in AROUND]
    found = np.stack(rows, axis=1)
    return np.where(found < 0, -1, found)


def _test(sums: np.ndarray, positions: np.ndarray, past: np.ndarray) -> pd.DataFrame:
    """Test the hours of one series."""
    from scipy import stats

    y = np.where(past < 0, np.nan, sums[past])
    is_measured = ~np.isnan(y).any(axis=1) & ~np.isnan(sums[positions])
    g = 2 * np.sqrt(y[is_measured] + 0.375)
    x = sums[positions]
    expected, p = np.full(len(x), np.nan), np.full(len(x), np.nan)
    expected[is_measured] = y[is_measured].mean(axis=1)
    spread = np.maximum(g.std(axis=1, ddof=1), 1.0) * np.sqrt(1 + 1 / past.shape[1])
    p[is_measured] = stats.t.sf((2 * np.sqrt(x[is_measured] + 0.375) - g.mean(axis=1)) / spread, FREEDOM)
    is_high = (p < LEVEL) & (x >= TIMES * expected) & (x >= FEWEST_POSTS)
    beside = np.r_[False, is_high[:-1]] | np.r_[is_high[1:], False]
    table = pd.DataFrame({"position": positions, "posts": x, "expected": expected, "p": p, "is_measured": is_measured,
                          "is_flagged": is_high & beside})
    table = table[table["posts"] > 0]
    return table.astype({"posts": int})
