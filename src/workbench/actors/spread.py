"""Find how one piece of content spread: who had it first, after how many hours, in which arenas."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from workbench.actors.projections import copied_posts
from workbench.errors import TableError
from workbench.tables.actors import SPREADS_COLUMNS
from workbench.tables.posts import Corpus, check_corpus, is_written

Content = Literal["text", "url", "domain", "hashtag"]

SPREAD_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "arena_id": "string",
    "platform": "string",
    "posted_at": "datetime64[us, UTC]",
    "hours": "Float64",  # since the first post
    "arenas": "Int64",  # arenas that had it by then, this one included
    "is_first_here": "boolean",  # first post of its arena
    "is_forward": "boolean",
}


def find_spreads(corpus: Corpus, content: Content = "text", *, least_arenas: int = 3,
                 within_hours: float | None = None) -> pd.DataFrame:
    """Find the texts, addresses, domains or hashtags that went through the most arenas.

    Texts count as one where they are nearly the same, as `find_copies` sees it.

    Parameters
    ----------
    within_hours
        Of the first post: arenas that had it later do not count; None: all do.

    Returns
    -------
    spreads
        One row per piece of content in at least `least_arenas` arenas, columns `SPREADS_COLUMNS`,
        by falling arenas, then hours.

    Raises
    ------
    TableError
        If the corpus is not well formed or `content` is unknown.
    """
    posts = shared_content(corpus, content)
    first = posts.drop_duplicates(["content", "arena_id"])
    if within_hours is not None:
        begun = first.groupby("content", sort=False)["posted_at"].transform("first")
        first = first[_hours(first["posted_at"] - begun) <= within_hours]
    by = first.groupby("content", sort=False)
    rank, arenas = by.cumcount() + 1, by["arena_id"].transform("size")
    begun = by["posted_at"].transform("first")
    first = first.assign(hours=_hours(first["posted_at"] - begun), arenas=arenas, is_half=rank >= arenas / 2)
    first = first[arenas >= least_arenas]
    met = first.groupby("content", sort=False)
    found = met.agg(first_arena=("arena_id", "first"), first_at=("posted_at", "first"), arenas=("arenas", "first"),
                    hours_to_last=("hours", "max"), first_post=("post_id", "first"))
    found["hours_to_half"] = first[first["is_half"]].groupby("content", sort=False)["hours"].first()
    found["posts"] = posts.groupby("content").size().reindex(found.index)  # of an empty table too
    found = found.reset_index()
    if content == "text":
        found["content"] = found["first_post"]
    return found[list(SPREADS_COLUMNS)].astype(SPREADS_COLUMNS).sort_values(
        ["arenas", "hours_to_last", "content"], ascending=[False, True, True], ignore_index=True)


def find_spread(corpus: Corpus, sought: str, content: Content = "text") -> pd.DataFrame:
    """Find the way of one piece of content through the arenas.

    Parameters
    ----------
    sought
        An address, domain or hashtag as it stands in the links; of a text, the id of any post
        that has it.

    Returns
    -------
    spread
        One row per post with the content, columns `SPREAD_COLUMNS`, by time; empty where no post
        has it.

    Raises
    ------
    TableError
        If the corpus is not well formed or `content` is unknown.
    """
    posts = shared_content(corpus, content)
    wanted = posts.loc[posts["post_id"] == sought, "content"].head(1) if content == "text" else [sought]
    return trace_spread(posts[posts["content"].isin(wanted)], corpus)


def trace_spread(posts: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Return the way that these posts of one content took, columns `SPREAD_COLUMNS`; they come by time."""
    is_first = ~posts.duplicated("arena_id")
    forwards = corpus.links.loc[corpus.links["relation"] == "forward", "post_id"]
    found = posts.assign(hours=_hours(posts["posted_at"] - posts["posted_at"].min()), is_first_here=is_first,
                         arenas=is_first.cumsum(), is_forward=posts["post_id"].isin(forwards))
    return found[list(SPREAD_COLUMNS)].astype(SPREAD_COLUMNS).reset_index(drop=True)


def _hours(span: pd.Series) -> pd.Series:
    hours: pd.Series = span.dt.total_seconds() / 3600
    return hours


def shared_content(corpus: Corpus, content: str) -> pd.DataFrame:
    """Return the posts with each piece of content, by time, column `content` the number of a text or a target."""
    if content not in get_args(Content):
        raise TableError(f"Spread: unknown content {content!r}; use {', '.join(get_args(Content))}.")
    check_corpus(corpus)
    if content == "text":
        found = copied_posts(corpus, forwards=True).rename(columns={"copy": "content"})
    else:
        links = corpus.links.loc[corpus.links["relation"] == content, ["post_id", "target"]].drop_duplicates()
        posts = corpus.posts[is_written(corpus.posts)]
        found = posts.merge(links.rename(columns={"target": "content"}), on="post_id")
    return found[["post_id", "arena_id", "platform", "posted_at", "content"]].sort_values(
        ["posted_at", "post_id"], ignore_index=True)
