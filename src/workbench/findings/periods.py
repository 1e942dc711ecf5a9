"""The posts of a quarter or a month, its whole weeks, and tables that are of another time."""

from __future__ import annotations

import pandas as pd

from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork
from workbench.tables.periods import period_bounds, period_kind, previous_period
from workbench.tables.periods import previous_quarter as previous_quarter
from workbench.tables.periods import quarter_bounds as quarter_bounds
from workbench.tables.periods import quarter_of as quarter_of
from workbench.tables.periods import week_name as week_name
from workbench.tables.periods import week_start as week_start
from workbench.tables.posts import Corpus, is_written
from workbench.tables.topics import TopicSet


def bounds_of(period: str, *, months: bool = False) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first instant of a quarter and of the next one, UTC; or of a month, where a finding takes months.

    Months are for what is counted week by week, hour by hour or word by word. What compares arenas or topics needs a
    quarter of them: thirteen weeks, and arenas with enough posts in both of two.

    Parameters
    ----------
    months
        Whether it may be a month such as 2025-08.

    Raises
    ------
    TableError
        If it is neither, or a month where a quarter is needed.
    """
    return period_bounds(period) if months and period_kind(period) == "month" else quarter_bounds(period)


def posts_of(corpus: Corpus, quarter: str, *, months: bool = False) -> pd.DataFrame:
    """Return the posts of one quarter, or month, that people or arenas wrote, without service rows.

    Raises
    ------
    TableError
        If it holds no posts; the message names the span that the corpus covers. Or as `bounds_of`.
    """
    start, end = bounds_of(quarter, months=months)
    written = written_posts(corpus)
    chosen = written[(written["posted_at"] >= start) & (written["posted_at"] < end)]
    if chosen.empty:
        span = ("no posts at all" if written.empty else
                f"posts from {written['posted_at'].min():%Y-%m-%d} to {written['posted_at'].max():%Y-%m-%d}")
        raise TableError(f"The corpus has no posts in {quarter}; it holds {span}. "
                         f"Choose a {period_kind(quarter)} that was collected, or import its export first.")
    return chosen


def posts_before(corpus: Corpus, quarter: str, *, months: bool = False) -> pd.DataFrame:
    """Return the posts of the quarter, or month, before, without service rows; empty where there are none."""
    first, last = bounds_of(previous_period(quarter), months=months)
    posts = written_posts(corpus)
    return posts[(posts["posted_at"] >= first) & (posts["posted_at"] < last)]


def written_posts(corpus: Corpus) -> pd.DataFrame:
    """Return the posts without service rows (joins, pins and the like) and without field notes."""
    return corpus.posts[is_written(corpus.posts)]


def whole_weeks(posts: pd.DataFrame, quarter: str) -> pd.DatetimeIndex:
    """Return the Mondays of the weeks that lie wholly between the first post and the end of a quarter or month."""
    _, end = period_bounds(quarter)
    if posts.empty:
        return pd.DatetimeIndex([], tz="UTC")
    first = posts["posted_at"].min().normalize()
    monday = first + pd.Timedelta(days=(7 - first.weekday()) % 7)
    last = min(end, posts["posted_at"].max().normalize() + pd.Timedelta(days=1))
    return pd.date_range(monday, last - pd.Timedelta(days=7), freq="7D", unit="us")


def check_topics_of(topics: TopicSet, posts: pd.DataFrame, *, asked_by: str) -> None:
    """Refuse topics that were not modelled on these posts.

    Raises
    ------
    TableError
        If posts with text are missing from the assignments: they would all be counted as in no topic.
    """
    written = posts.loc[posts["text"].notna(), "post_id"]
    unknown = int((~written.isin(topics.assignments["post_id"])).sum())
    if unknown:
        raise TableError(f"{asked_by}: {unknown} of {len(written)} posts with text are not in the topics given: these "
                         "were made of other posts, or of another time. Model topics on the corpus that is measured.")


def check_network_of(network: ActorNetwork, posts: pd.DataFrame, *, quarter: str, asked_by: str) -> None:
    """Refuse a network that was not made of these posts.

    Raises
    ------
    TableError
        If a tie rests on posts outside of them: the numbers would be of another time than the title.
    """
    evidence = network.ties["posts"].explode().dropna().astype("string").drop_duplicates()
    outside = int((~evidence.isin(posts["post_id"])).sum())
    if outside:
        raise TableError(f"{asked_by}: {outside} of {len(evidence)} posts behind the ties are not posts of {quarter}. "
                         f"Make the network of that quarter alone: link_forwards(study.corpus(\"{quarter}\")).")
