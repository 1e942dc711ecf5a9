"""Quarters and ISO weeks of a corpus."""

from __future__ import annotations

import re

import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus


def quarter_bounds(quarter: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first instant of a quarter and of the next one, UTC.

    Raises
    ------
    TableError
        If the quarter is not written as 2025Q3.
    """
    if not re.fullmatch(r"\d{4}Q[1-4]", quarter):
        raise TableError(f"A quarter is written as 2025Q3, not {quarter!r}.")
    period = pd.Period(quarter, freq="Q")
    return period.start_time.tz_localize("UTC"), (period + 1).start_time.tz_localize("UTC")


def previous_quarter(quarter: str) -> str:
    """Return the quarter before, written as 2025Q2."""
    quarter_bounds(quarter)
    return str(pd.Period(quarter, freq="Q") - 1)


def posts_of(corpus: Corpus, quarter: str) -> pd.DataFrame:
    """Return the posts of one quarter that people or arenas wrote, without service rows.

    Raises
    ------
    TableError
        If the quarter holds no posts; the message names the span that the corpus covers.
    """
    start, end = quarter_bounds(quarter)
    written = written_posts(corpus)
    chosen = written[(written["posted_at"] >= start) & (written["posted_at"] < end)]
    if chosen.empty:
        span = ("no posts at all" if written.empty else
                f"posts from {written['posted_at'].min():%Y-%m-%d} to {written['posted_at'].max():%Y-%m-%d}")
        raise TableError(f"The corpus has no posts in {quarter}; it holds {span}. "
                         f"Choose a quarter that was collected, or import its export first.")
    return chosen


def written_posts(corpus: Corpus) -> pd.DataFrame:
    """Return the posts without service rows (joins, pins and the like)."""
    return corpus.posts[corpus.posts["kind"] != "service"]


def week_start(posted_at: pd.Series) -> pd.Series:
    """Return the Monday, 00:00 UTC, of each time's ISO week."""
    day = posted_at.dt.normalize()
    monday: pd.Series = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    return monday


def whole_weeks(posts: pd.DataFrame, quarter: str) -> pd.DatetimeIndex:
    """Return the Mondays of the weeks that lie wholly between the first post and the quarter's end."""
    _, end = quarter_bounds(quarter)
    if posts.empty:
        return pd.DatetimeIndex([], tz="UTC")
    first = posts["posted_at"].min().normalize()
    monday = first + pd.Timedelta(days=(7 - first.weekday()) % 7)
    last = min(end, posts["posted_at"].max().normalize() + pd.Timedelta(days=1))
    return pd.date_range(monday, last - pd.Timedelta(days=7), freq="7D", unit="us")


def week_name(monday: pd.Timestamp) -> str:
    """Return an ISO week's name, such as 2025-W27."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
