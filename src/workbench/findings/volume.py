"""How much was posted: per week, and per platform (M1)."""

from __future__ import annotations

import pandas as pd

from workbench.findings.periods import posts_of, previous_quarter, quarter_bounds, week_name, week_start, whole_weeks
from workbench.findings.periods import written_posts as written
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus, author_of

MOST_WEEKS = 65  # the quarter and a year before it


def measure_volume(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure how many posts a quarter has, and how many each week up to its end (M1).

    Parameters
    ----------
    corpus
        The quarter and what is wanted of the time before it, for the weekly curve.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: posts of the quarter. Data: one row per whole ISO week, at most 65, columns `week`
        (2025-W27), `week_start` (UTC), `posts`, `in_quarter`.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    chosen = posts_of(corpus, quarter)
    start, end = quarter_bounds(quarter)
    posts = written(corpus)
    posts = posts[posts["posted_at"] < end]
    weeks = whole_weeks(posts, quarter)[-MOST_WEEKS:]
    by_week = dict(iter(posts["post_id"].groupby(week_start(posts["posted_at"]))))
    empty = posts["post_id"].iloc[:0]
    members = [by_week.get(week, empty) for week in weeks]
    data = pd.DataFrame({
        "week": pd.array([week_name(w) for w in weeks], dtype="string"),
        "week_start": weeks,
        "posts": pd.array([len(m) for m in members], dtype="Int64"),
        "in_quarter": weeks + pd.Timedelta(days=6) >= start,
    })
    cells = tuple(Cell(i, "posts", hash_posts(m)) for i, m in enumerate(members))
    inside = [len(m) for m, w in zip(members, weeks, strict=True) if w >= start]
    return Finding(
        key="volume", metric="M1", sentence="finding.volume", period=quarter, frame="all_posts", unit="posts",
        data=data, value=float(len(chosen)),
        facts={"posts": len(chosen), "arenas": int(chosen["arena_id"].nunique()),
               "per_week": float(pd.Series(inside, dtype=float).median()) if inside else float("nan"),
               "weeks": len(inside)},
        caveats=("copies_counted",),
        cells=(*cells, Cell(-1, "value", hash_posts(chosen["post_id"]))),
    )


def measure_platforms(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure posts, arenas and authors of each platform in a quarter (M1, M26).

    Returns
    -------
    finding
        Data: one row per platform and kind of arena and a last row ``all_posts``, columns
        `platform`, `arena_kind`, `arenas`, `posts`, `share` (of all posts), `authors`
        (distinct pseudonyms within the row; missing in the total, since pseudonyms are
        per platform) and `median_posts` (per arena). Value: share of the quarter's posts
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
        rows.append({"platform": platform, "arena_kind": kind, "arenas": part["arena_id"].nunique(),
                     "posts": len(part), "share": len(part) / len(table),
                     "authors": part["account_id"].nunique() if speaks else pd.NA,
                     "median_posts": float(part.groupby("arena_id").size().median())})
        cells.append(Cell(position, "posts", hash_posts(part["post_id"]), ("share", "authors", "median_posts")))
    rows.append({"platform": "all_posts", "arena_kind": pd.NA, "arenas": table["arena_id"].nunique(),
                 "posts": len(table), "share": 1.0, "authors": pd.NA,
                 "median_posts": float(table.groupby("arena_id").size().median())})
    cells.append(Cell(len(rows) - 1, "posts", hash_posts(table["post_id"]), ("share", "median_posts")))
    data = pd.DataFrame(rows).astype({"platform": "string", "arena_kind": "string", "arenas": "Int64", "posts": "Int64",
                                      "share": "Float64", "authors": "Int64", "median_posts": "Float64"})
    before = written(corpus)
    first, last = quarter_bounds(previous_quarter(quarter))
    before = before[(before["posted_at"] >= first) & (before["posted_at"] < last)]
    panel = table[table["arena_id"].isin(set(before["arena_id"]))]
    return Finding(
        key="platforms", metric="M1", sentence="finding.platforms", period=quarter, frame="all_posts", unit="share",
        data=data, value=len(panel) / len(table), numerator=len(panel), denominator=len(table),
        facts={"platforms": int(table["platform"].nunique()), "arenas": int(table["arena_id"].nunique()),
               "posts": len(table), "panel_share": len(panel) / len(table)},
        cells=(*cells, Cell(-1, "value", hash_posts(panel["post_id"]))),
        totals=((len(rows) - 1, tuple(range(len(rows) - 1))),),
    )
