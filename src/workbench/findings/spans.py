"""Weeks, fortnights and months: what a quarter's posts are told by, and the finest that may be shown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.findings.counting_rule import Rule, index_posts, passing
from workbench.findings.periods import bounds_of, posts_of, week_name, week_start, written_posts
from workbench.findings.topics import NO_TOPIC, with_topic
from workbench.tables.finding import hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet

SPANS = ("week", "fortnight", "month")
SHOWN_SHARE = 0.5
# every fortnight begins an even number of weeks after this Monday, so that no two quarters cut time differently
_FIRST_FORTNIGHT = pd.Timestamp("2024-01-01", tz="UTC")


def check_span(span: str, *, asked_by: str) -> None:
    """Refuse a span that there is not.

    Raises
    ------
    TableError
        Naming those there are.
    """
    if span not in SPANS:
        raise TableError(f"{asked_by}: there is no span {span!r}; choose one of {', '.join(SPANS)}.")


def span_start(posted_at: pd.Series, span: str) -> pd.Series:
    """Return the first instant, UTC, of the week, fortnight or month of each time."""
    if span == "month":
        day = posted_at.dt.normalize()
        first: pd.Series = day - pd.to_timedelta(day.dt.day - 1, unit="D")
        return first
    monday = week_start(posted_at)
    if span == "fortnight":
        monday = monday - pd.to_timedelta((monday - _FIRST_FORTNIGHT).dt.days // 7 % 2 * 7, unit="D")
    return monday


def span_end(start: pd.Timestamp, span: str) -> pd.Timestamp:
    """Return the first instant after a span."""
    if span == "month":
        return pd.Timestamp(start + pd.offsets.MonthBegin(1))
    return start + pd.Timedelta(days=7 if span == "week" else 14)


def span_name(start: pd.Timestamp, span: str) -> str:
    """Return what a span is called: 2025-W27, 2025-W27-W28 or 2025-07."""
    if span == "month":
        return f"{start:%Y-%m}"
    first = week_name(start)
    return first if span == "week" else f"{first}-{week_name(start + pd.Timedelta(days=7))[-3:]}"


def whole_spans(posts: pd.DataFrame, quarter: str, span: str) -> pd.DatetimeIndex:
    """Return the starts of the spans that lie wholly between the first post and the end of a quarter or month."""
    _, end = bounds_of(quarter, months=True)
    posts = posts[posts["posted_at"] < end]
    if posts.empty:
        return pd.DatetimeIndex([], tz="UTC")
    first = posts["posted_at"].min().normalize()
    last = min(end, posts["posted_at"].max().normalize() + pd.Timedelta(days=1))
    start = span_start(pd.Series([first]), span).iloc[0]
    starts = []
    while span_end(start, span) <= last:
        if start >= first:
            starts.append(start)
        start = span_end(start, span)
    return pd.DatetimeIndex(starts, tz="UTC").as_unit("us")


def choose_span(corpus: Corpus, *, quarter: str, minimum_authors: int, minimum_arenas: int,
                topics: TopicSet | None = None, most_topics: int = 14) -> str:
    """Choose the finest span by which at least half of a quarter's cells may be shown.

    Parameters
    ----------
    corpus
        The quarter.
    quarter
        Such as 2025Q3; or a month such as 2025-08.
    minimum_authors, minimum_arenas
        Of a published count.
    topics
        Where they are given, the cells are those of the largest topics by time; else the posts by time. Cells without
        posts are not asked about: that a nought may be shown helps nobody.
    most_topics
        The largest ones.

    Returns
    -------
    span
        week, fortnight or month; month too where by none half of the cells may be shown.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    rule, index = Rule(minimum_authors, minimum_arenas), index_posts(corpus)
    chosen = posts_of(corpus, quarter, months=topics is None)
    start, _ = bounds_of(quarter, months=True)
    if topics is not None:
        chosen = with_topic(chosen, topics)
        sizes = chosen.loc[chosen["topic_id"] != NO_TOPIC, "topic_id"].value_counts().head(most_topics)
        chosen = chosen[chosen["topic_id"].isin(sizes.index)]
    for span in SPANS:
        starts = whole_spans(written_posts(corpus), quarter, span)
        cells = list(_cells(chosen, starts[starts >= start], span))
        if cells and np.mean(passing(index, cells, rule)) >= SHOWN_SHARE:
            return span
    return SPANS[-1]


def _cells(posts: pd.DataFrame, starts: pd.DatetimeIndex, span: str) -> Iterator[np.ndarray]:
    begun = span_start(posts["posted_at"], span)
    inside = posts[begun.isin(starts)]
    by = [begun[inside.index], *([inside["topic_id"]] if "topic_id" in inside else [])]
    for _, part in inside["post_id"].groupby(by):
        yield hash_posts(part)
