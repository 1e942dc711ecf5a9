"""How often posts were shown (M21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import posts_of
from workbench.findings.volume import ALL_POSTS, MEDIAN_STEP
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

SETTLED_DAYS = 7  # old when collected: younger posts are still being seen
VIEWS_STEP = 100


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not len(data):
        return Headline("finding.reach_none", reason="no_views")
    whole = data[data["row"].eq("all")]
    if whole.empty or whole[["posts", "views", "median_views"]].isna().any(axis=None):
        return Headline("finding.reach_none", reason="reach_hidden")
    row = whole.iloc[0]
    return Headline("finding.reach", {"views": float(row["views"]), "median_views": float(row["median_views"]),
                                      "counted": int(row["posts"])}, value=float(row["median_views"]))


REACH = Spec(
    key="reach", metric="M21", unit="number", frame="settled_posts", headline=_say,
    identity=("row", "platform", "arena_kind"), caveats=("views_not_people", "subscribers_unknown"),
    reasons=("no_views", "reach_hidden"),
    columns={
        "row": Column("string"),  # platform | all
        "platform": Column("string", shown="code"),
        "arena_kind": Column("string", shown="code"),
        "arenas": Column("Int64", unit="arenas", shown="number"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "of_posts": Column("Int64", unit="posts", shown="number"),
        "views": Column("Float64", unit="number", shown="number", follows=("posts",), step=VIEWS_STEP),
        "median_views": Column("Float64", unit="number", shown="number", follows=("posts",), step=MEDIAN_STEP),
    },
    facts={"posts": Fact("posts", "posts")},
    sentences={"finding.reach": ("views", "median_views", "counted"), "finding.reach_none": ()})


def measure_reach(corpus: Corpus, *, quarter: str) -> Finding:
    """Measure how often the quarter's posts were shown: views, not people (M21).

    Only posts that were at least seven days old when they were last collected count, since younger ones are still
    being seen, and only those of which the export tells the views. Change of subscribers would need their number at
    two collections; no export that is read tells it, so a caveat says that it is not measured.

    Returns
    -------
    finding
        Value: median views of a post. Data: one row per platform and kind of arena with views, then one of all
        (`row`: platform, all), columns `platform`, `arena_kind`, `arenas`, `posts` (with views, old enough),
        `of_posts` (all of the quarter), `views` (their sum, released to the next hundred) and `median_views` (to the
        next ten). No rows where no post has views.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    chosen = posts_of(corpus, quarter)
    table = chosen.assign(arena_kind=chosen["arena_id"].map(corpus.arenas.set_index("arena_id")["kind"]))
    is_settled = (table["collected_at"] - table["posted_at"]) >= pd.Timedelta(days=SETTLED_DAYS)
    is_counted = (is_settled & table["views"].notna()).fillna(False).astype(bool)
    rows: list[dict[str, Any]] = []
    cells = [Cell(WHOLE_FINDING, "posts", hash_posts(table["post_id"]))]
    parts: list[tuple[str, Any, Any, pd.DataFrame]] = [
        ("platform", platform, kind, part)
        for (platform, kind), part in table.groupby(["platform", "arena_kind"], sort=True)]
    for row, platform, kind, part in [*parts, ("all", ALL_POSTS, pd.NA, table)]:
        counted = part[is_counted[part.index]]
        if counted.empty:
            continue
        cells += [Cell(len(rows), "posts", hash_posts(counted["post_id"])),
                  Cell(len(rows), "of_posts", hash_posts(part["post_id"]))]
        rows.append({"row": row, "platform": platform, "arena_kind": kind, "arenas": counted["arena_id"].nunique(),
                     "posts": len(counted), "of_posts": len(part), "views": float(counted["views"].sum()),
                     "median_views": float(counted["views"].median())})
    return Finding(REACH, quarter, pd.DataFrame(rows, columns=list(REACH.columns)), facts={"posts": len(table)},
                   cells=tuple(cells), caveats=REACH.caveats if rows else ())
