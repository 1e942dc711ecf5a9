"""How much was posted: over time, and per platform (M1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import bounds_of, posts_before, posts_of
from workbench.findings.periods import written_posts as written
from workbench.findings.spans import check_span, span_end, span_name, span_start, whole_spans
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus, author_of
from workbench.tables.spec import Column, Fact, Headline, Spec

MOST = {"week": 65, "fortnight": 32, "month": 15}  # the quarter and a year before it
ALL_POSTS = "all_posts"
MEDIAN_STEP = 10  # posts: of an odd number of arenas the median is the count of one of them


def _say_volume(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if "posts" in facts:
        return Headline("finding.volume", value=float(facts["posts"]))
    return Headline("finding.volume_arenas")


VOLUME = Spec(
    key="volume", metric="M1", unit="posts", frame="all_posts", headline=_say_volume, is_tile=True,
    identity=("week",), caveats=("copies_counted",),
    columns={
        "week": Column("string", shown="week"),
        "week_start": Column("datetime64[us, UTC]"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "in_quarter": Column("bool"),  # all its days
        "straddles": Column("bool"),  # some of its days are in the quarter
    },
    facts={"posts": Fact("posts", "posts"), "arenas": Fact("arenas", "active_arenas")},
    sentences={"finding.volume": ("posts", "arenas"), "finding.volume_arenas": ("arenas",)})


def measure_volume(corpus: Corpus, *, quarter: str, span: str = "week") -> Finding:
    """Measure how many posts a quarter has, and how many each week up to its end (M1).

    Parameters
    ----------
    corpus
        The quarter and what is wanted of the time before it, for the weekly curve.
    quarter
        Such as 2025Q3; or a month such as 2025-08.
    span
        week, fortnight (two ISO weeks) or month: what the curve is told by (`choose_span`).

    Returns
    -------
    finding
        Value: posts of the quarter or month. Data: one row per whole span, at most a year before it, columns `week`
        (2025-W27, 2025-W27-W28 or 2025-07), `week_start` (UTC), `posts`, `in_quarter` (all its days) and `straddles`
        (some of them).

    Raises
    ------
    TableError
        If the quarter holds no posts, or there is no such span.
    """
    check_span(span, asked_by="measure_volume")
    chosen = posts_of(corpus, quarter, months=True)
    start, end = bounds_of(quarter, months=True)
    posts = written(corpus)
    posts = posts[posts["posted_at"] < end]
    weeks = whole_spans(posts, quarter, span)[-MOST[span]:]
    by_week = dict(iter(posts["post_id"].groupby(span_start(posts["posted_at"], span))))
    empty = posts["post_id"].iloc[:0]
    members = [by_week.get(week, empty) for week in weeks]
    data = pd.DataFrame({
        "week": [span_name(w, span) for w in weeks],
        "week_start": weeks,
        "posts": [len(m) for m in members],
        "in_quarter": weeks >= start,
        "straddles": [w < start < span_end(w, span) for w in weeks],
    })
    cells = [Cell(row, "posts", hash_posts(m)) for row, m in enumerate(members)]
    return Finding(
        VOLUME, quarter, data, facts={"posts": len(chosen), "arenas": int(chosen["arena_id"].nunique())},
        cells=(*cells, Cell(WHOLE_FINDING, "posts", hash_posts(chosen["post_id"]))), caveats=("copies_counted",))


def _say_platforms(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if "panel_share" not in facts:
        return Headline("finding.platforms_arenas")
    return Headline("finding.platforms", value=float(facts["panel_share"]), numerator=int(facts["panel_posts"]),
                    denominator=int(facts["posts"]))


PLATFORMS = Spec(
    key="platforms", metric="M1", unit="share", frame="all_posts", headline=_say_platforms, is_tile=True,
    identity=("row", "platform", "arena_kind"),
    columns={
        "row": Column("string"),  # platform | all
        "platform": Column("string", shown="code"),
        "arena_kind": Column("string", shown="code"),
        "arenas": Column("Int64", unit="arenas", shown="number"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:posts")),
        "authors": Column("Int64", unit="accounts", shown="number", follows=("posts",)),
        "median_posts": Column("Float64", unit="number", shown="number", follows=("posts",), step=MEDIAN_STEP),
    },
    facts={"posts": Fact("posts", "posts"), "panel_posts": Fact("posts"),
           "panel_share": Fact("share", share_of=("panel_posts", "posts")), "arenas": Fact("arenas", "active_arenas")},
    sentences={"finding.platforms": ("panel_share",), "finding.platforms_arenas": ("arenas",)})


def measure_platforms(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure posts, arenas and authors of each platform in a quarter (M1, M26).

    Returns
    -------
    finding
        Data: one row per platform and kind of arena (`row` is platform) and a last row for all of them
        (`row` is all), columns `platform`, `arena_kind`, `arenas`, `posts`, `share` (of all posts), `authors`
        (distinct pseudonyms within the row; missing in the total, since pseudonyms are
        per platform) and `median_posts` (per arena; released to the next ten, since the median of an odd
        number of arenas is the count of one). Value: share of the quarter's posts
        that comes from arenas which also posted in the quarter before.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    chosen = posts_of(corpus, quarter)
    kinds = corpus.arenas.set_index("arena_id")["kind"]
    table = chosen.assign(arena_kind=chosen["arena_id"].map(kinds), author=author_of(chosen))
    rows, cells = [], []
    for position, ((platform, kind), part) in enumerate(table.groupby(["platform", "arena_kind"], sort=True)):
        speaks = part["account_id"].notna().any()
        rows.append({"row": "platform", "platform": platform, "arena_kind": kind, "arenas": part["arena_id"].nunique(),
                     "posts": len(part), "share": len(part) / len(table),
                     "authors": part["account_id"].nunique() if speaks else pd.NA,
                     "median_posts": float(part.groupby("arena_id").size().median())})
        cells.append(Cell(position, "posts", hash_posts(part["post_id"])))
    rows.append({"row": "all", "platform": ALL_POSTS, "arena_kind": pd.NA, "arenas": table["arena_id"].nunique(),
                 "posts": len(table), "share": 1.0, "authors": pd.NA,
                 "median_posts": float(table.groupby("arena_id").size().median())})
    every = hash_posts(table["post_id"])
    panel = table[table["arena_id"].isin(set(posts_before(corpus, quarter)["arena_id"]))]
    cells += [Cell(len(rows) - 1, "posts", every), Cell(WHOLE_FINDING, "posts", every),
              Cell(WHOLE_FINDING, "panel_posts", hash_posts(panel["post_id"]))]
    return Finding(
        PLATFORMS, quarter, pd.DataFrame(rows), cells=tuple(cells),
        facts={"arenas": int(table["arena_id"].nunique()),
               "posts": len(table), "panel_posts": len(panel), "panel_share": len(panel) / len(table)})
