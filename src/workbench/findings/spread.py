"""How one piece of content went through the arenas, and how a network changed between quarters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import quarter_bounds
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.periods import period_bounds
from workbench.tables.spec import Column, Fact, Headline, Spec

CHANGES = ("stayed", "entered", "left", "moved")


def _say_spread(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if data.empty:
        return Headline("finding.spread_none" if "posts" in facts else "finding.spread_small")
    said = {"count": len(data), "hours": float(data["hours"].max()), "arena": str(data["arena"].iloc[0])}
    return Headline("finding.spread", said, value=float(len(data)))


SPREAD = Spec(
    key="spread", metric="M13", unit="arenas", frame="all_posts", headline=_say_spread, identity=("arena",),
    rests_on=("posts",), caveats=("first_collected",),
    columns={"arena": Column("string", shown="text"),
             "hours": Column("Float64", unit="number", shown="decimal", step=0.1),
             "arenas": Column("Int64", unit="arenas", shown="number")},
    facts={"posts": Fact("posts")},
    sentences={"finding.spread": ("count", "hours"), "finding.spread_small": (), "finding.spread_none": ()})


def describe_spread(spread: pd.DataFrame, *, quarter: str) -> Finding:
    """Describe how one piece of content spread: who had it first, hours, arenas.

    Parameters
    ----------
    spread
        Of `actors.find_spread`: columns `post_id`, `arena_id`, `hours`, `arenas`, `is_first_here`.
    quarter
        In which it is told; a month, week or day too.

    Returns
    -------
    finding
        Value: arenas that had it. Data: one row per arena in the order in which they had it, columns
        `arena` (code), `hours` (since the first post) and `arenas` (how many had it by then). The
        content itself is not told.
    """
    period_bounds(quarter)
    first = spread[spread["is_first_here"].astype(bool)]
    data = first[["arena_id", "hours", "arenas"]].rename(columns={"arena_id": "arena"})
    return Finding(SPREAD, quarter, data, facts={"posts": len(spread)}, caveats=SPREAD.caveats,
                   cells=(Cell(WHOLE_FINDING, "posts", hash_posts(spread["post_id"])),))


def _say_change(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not (facts["before"] and facts["now"]):
        return Headline("finding.network_change_none")
    changed, total = facts["entered"] + facts["left"], facts["before"] + facts["now"]
    return Headline("finding.network_change", value=changed / total, numerator=changed, denominator=total, of="arenas")


NETWORK_CHANGE = Spec(
    key="network_change", metric="M2", unit="share", frame="forwards", headline=_say_change, identity=("change",),
    caveats=("forwards_only",),
    columns={"change": Column("string", shown="code"), "arenas": Column("Int64", unit="arenas", shown="number")},
    facts={**{name: Fact("arenas") for name in (*CHANGES, "before", "now")}, "kept": Fact("groups"),
           "groups": Fact("groups")},
    sentences={"finding.network_change": ("entered", "left", "moved"), "finding.network_change_none": ()})


def describe_network_change(followed: pd.DataFrame, matches: pd.DataFrame, *, quarter: str) -> Finding:
    """Describe which arenas came into the network, left it or changed their group (M2, M16).

    Parameters
    ----------
    followed
        Of `actors.find_changes`, from the quarter before to this one.
    matches
        Of `actors.find_matches`, the same two quarters.

    Returns
    -------
    finding
        Value: churn = (entered + left) / (arenas with ties before + now), from 0 to 1. Data: one row
        per change, columns `change` (stayed | entered | left | moved: those of the arenas that stayed
        which are in another group) and `arenas`.
    """
    quarter_bounds(quarter)
    arenas = followed[followed["kind"] == "arena"]
    counts = {c: int((arenas["change"] == c).sum()) for c in CHANGES[:3]}
    counts["moved"] = int(arenas["has_moved"].fillna(False).sum())
    before, now = counts["stayed"] + counts["left"], counts["stayed"] + counts["entered"]
    fates = matches["fate"].value_counts()
    data = pd.DataFrame({"change": list(CHANGES), "arenas": [counts[c] for c in CHANGES]})
    return Finding(
        NETWORK_CHANGE, quarter, data, caveats=NETWORK_CHANGE.caveats,
        facts={**counts, "before": before, "now": now, "kept": int(fates.get("kept", 0)),
               "groups": int(matches["community_now"].notna().sum())})
