"""How one piece of content went through the arenas, and how a network changed between quarters."""

from __future__ import annotations

import pandas as pd

from workbench.findings.periods import quarter_bounds
from workbench.tables.finding import Cell, Finding, hash_posts

CHANGES = ("stayed", "entered", "left", "moved")


def describe_spread(spread: pd.DataFrame, *, quarter: str) -> Finding:
    """Describe how one piece of content spread: who had it first, hours, arenas.

    Parameters
    ----------
    spread
        Of `actors.find_spread`: columns `post_id`, `arena_id`, `hours`, `arenas`, `is_first_here`.
    quarter
        In which it is told.

    Returns
    -------
    finding
        Value: arenas that had it. Data: one row per arena in the order in which they had it, columns
        `arena` (code), `hours` (since the first post) and `arenas` (how many had it by then). The
        content itself is not told.
    """
    quarter_bounds(quarter)
    first = spread[spread["is_first_here"].astype(bool)]
    kinds = {"arena": "string", "hours": "Float64", "arenas": "Int64"}
    data = first[["arena_id", "hours", "arenas"]].rename(columns={"arena_id": "arena"}).reset_index(drop=True)
    hours = float(data["hours"].max()) if len(data) else 0.0
    return Finding(
        key="spread", metric="M13", sentence="finding.spread" if len(data) else "finding.spread_none", period=quarter,
        frame="all_posts", unit="arenas", data=data.astype(kinds), value=float(len(data)),
        facts={"count": len(data), "hours": hours, "posts": len(spread),
               "arena": str(data["arena"].iloc[0]) if len(data) else ""},
        caveats=("first_collected",), cells=(Cell(-1, "value", hash_posts(spread["post_id"])),) if len(data) else ())


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
    changed = counts["entered"] + counts["left"]
    fates = matches["fate"].value_counts()
    data = pd.DataFrame({"change": pd.array(list(CHANGES), dtype="string"),
                         "arenas": pd.array([counts[c] for c in CHANGES], dtype="Int64")})
    return Finding(
        key="network_change", metric="M2",
        sentence="finding.network_change" if before and now else "finding.network_change_none", period=quarter,
        frame="forwards", unit="share", data=data, value=changed / (before + now) if before and now else None,
        numerator=changed if before and now else None, denominator=before + now if before and now else None,
        facts={**counts, "before": before, "now": now, "kept": int(fates.get("kept", 0)),
               "groups": int(matches["community_now"].notna().sum())},
        caveats=("forwards_only",))
