"""Groups that share the same things at nearly the same time more often than chance (blueprint §0a)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.findings.periods import posts_of
from workbench.tables.coordination import Coordination
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

INTERESTS_FROM = 3600  # seconds: from here on shared interests alone can tie a small community


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    main = data[data["row"].eq("window") & data["window_seconds"].eq(facts["seconds"])].iloc[0]
    if not facts["found"]:
        return Headline("finding.coordination_none", {"count": 0}, value=0.0)
    if pd.isna(main["posts"]):
        return Headline("finding.coordination_small")
    said = {name: int(main[column]) for name, column in (("count", "groups"), ("accounts", "accounts"),
                                                         ("arenas", "arenas"), ("posts", "posts"))}
    return Headline("finding.coordination", said, value=float(main["posts"]))


_SHARED = ("posts",)
COORDINATION = Spec(
    key="coordination", metric="coordination", unit="posts", frame="coshares", headline=_say,
    identity=("row", "window_seconds", "group"),
    caveats=("coordination_behaviour", "coordination_interests", "coordination_bursts"),
    columns={
        "row": Column("string"),  # group | window
        "window_seconds": Column("Int64", unit="number", shown="number"),
        "group": Column("Int64", unit="class"),
        "groups": Column("Int64", unit="groups", shown="number", follows=_SHARED),
        "accounts": Column("Int64", unit="accounts", shown="number", follows=_SHARED),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=_SHARED),
        "posts": Column("Int64", unit="posts", shown="number"),
        "things": Column("string", follows=_SHARED),
    },
    facts={"seconds": Fact("number"), "found": Fact(), "tested": Fact("number"), "set_aside": Fact("number"),
           "shares": Fact("number")},
    sentences={"finding.coordination": ("accounts", "count", "seconds"), "finding.coordination_small": ("seconds",),
               "finding.coordination_none": ("seconds",)})


def describe_coordination(coordination: Coordination, corpus: Corpus, *, quarter: str,
                          window_seconds: int = 60) -> Finding:
    """Describe which groups shared the same things within a window, and how that changes with the window.

    Says what was shared together, never why, and names nobody.

    Parameters
    ----------
    coordination
        Of the same quarter.
    corpus
        The posts it was made of.
    quarter
        Such as 2025Q3.
    window_seconds
        The window that the sentence is about; one of those looked at.

    Returns
    -------
    finding
        Value: posts that groups shared together within the window. Data: one row per group
        (`row` is group) and one per window (`row` is window), columns `window_seconds`, `group`,
        `groups` (how many), `accounts` (in groups; a broadcast channel counts as one), `arenas`
        and `posts` (of the evidence) and `things` (kinds of sharing, as codes joined by a blank).

    Raises
    ------
    TableError
        If the quarter holds no posts, the window was not looked at, or the evidence lies outside the quarter.
    """
    windows = sorted(int(w) for w in set(coordination.layers["window_seconds"]))
    if window_seconds not in windows:
        raise TableError(f"describe_coordination: the window {window_seconds} s was not looked at; choose one of "
                         f"{', '.join(map(str, windows)) or 'none'}.")
    arena_of = posts_of(corpus, quarter).set_index("post_id")["arena_id"]
    _refuse_other_time(coordination, arena_of, quarter)
    ties = _group_ties(coordination)
    parts: list[tuple[dict[str, Any], pd.DataFrame]] = []
    for number, own in ties[ties["window_seconds"] == window_seconds].groupby("group"):
        parts.append(({"row": "group", "window_seconds": window_seconds, "group": number,
                       "accounts": len({*own["actor_a"], *own["actor_b"]})}, own))
    for window in windows:
        members = coordination.members[coordination.members["window_seconds"] == window]
        parts.append(({"row": "window", "window_seconds": window, "groups": members["group"].nunique(),
                       "accounts": len(members)}, ties[ties["window_seconds"] == window]))
    rows, cells = [], []
    for row, own in parts:
        posts = _evidence(own)
        rows.append({**row, "posts": len(posts), "arenas": posts.map(arena_of).nunique(),
                     "things": " ".join(sorted(set(own["relation"])))})
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(posts)))
    layers = coordination.layers[coordination.layers["window_seconds"] == window_seconds]
    main = next(r for r in rows if r["row"] == "window" and r["window_seconds"] == window_seconds)
    return Finding(
        COORDINATION, quarter, pd.DataFrame(rows, columns=list(COORDINATION.columns)), cells=tuple(cells),
        facts={"seconds": window_seconds, "found": bool(main["groups"]), "tested": int(layers["pairs"].sum()),
               "set_aside": int(layers["set_aside_shares"].sum()), "shares": int(layers["shares"].sum())},
        caveats=("coordination_behaviour", *_doubts(layers, rows)),
        provenance={"coordination": coordination.provenance})


def _doubts(layers: pd.DataFrame, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    long = any(r["row"] == "window" and r["window_seconds"] >= INTERESTS_FROM and r["groups"] for r in rows)
    doubts = (("coordination_interests", long),
              ("coordination_bursts", int(layers["set_aside_shares"].sum()) > 0))
    return tuple(name for name, holds in doubts if holds)


def _group_ties(coordination: Coordination) -> pd.DataFrame:
    """Return the significant ties between members of one group, with its number."""
    of = coordination.members[["window_seconds", "actor_id", "group"]]
    ties = coordination.ties[coordination.ties["is_significant"]]
    ties = ties.merge(of.rename(columns={"actor_id": "actor_a"}), on=["window_seconds", "actor_a"])
    ties = ties.merge(of.rename(columns={"actor_id": "actor_b", "group": "other"}), on=["window_seconds", "actor_b"])
    return ties[ties["group"] == ties["other"]]


def _refuse_other_time(coordination: Coordination, arena_of: pd.Series, quarter: str) -> None:
    evidence = pd.Series([p for posts in coordination.ties["posts"].dropna() for p in posts], dtype="string")
    outside = int((~evidence.drop_duplicates().isin(arena_of.index)).sum())
    if outside:
        raise TableError(f"describe_coordination: {outside} posts behind the ties are not posts of {quarter}. Look for "
                         f"coordination in that quarter alone: find_coordination(study.corpus(\"{quarter}\"), seed=…).")


def _evidence(ties: pd.DataFrame) -> pd.Series:
    """Return the distinct posts of the ties."""
    return pd.Series([p for posts in ties["posts"] for p in posts], dtype="string").drop_duplicates()
