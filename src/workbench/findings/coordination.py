"""Groups that share the same things at nearly the same time more often than chance (blueprint §0a)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.findings.periods import posts_of
from workbench.tables.coordination import Coordination
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

INTERESTS_FROM = 3600  # seconds: from here on shared interests alone can tie a small community
LEAST_ACTORS = 3  # fewer are no group


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if facts["actors"] < LEAST_ACTORS:
        return Headline("finding.coordination_none", {"count": 0}, reason="too_few_share")
    main = data[data["row"].eq("window") & data["window_seconds"].eq(facts["seconds"])].iloc[0]
    # what was set aside stands in the sentence, with what would be found if it were not
    aside = "" if not facts["things"] else "_aside" if "without" in facts else "_crowded"
    if not facts["found"]:
        return Headline(f"finding.coordination_none{aside}", {"count": 0}, value=0.0, test="exchanged_shares")
    if pd.isna(main["posts"]):
        return Headline("finding.coordination_small")
    said = {name: int(main[column]) for name, column in (("count", "groups"), ("accounts", "accounts"),
                                                         ("arenas", "arenas"), ("posts", "posts"))}
    return Headline(f"finding.coordination{aside}", said, value=float(main["posts"]), test="exchanged_shares")


_SHARED = ("posts",)
_ASIDE = ("things", "set_aside", "shares")
COORDINATION = Spec(
    key="coordination", metric="coordination", unit="posts", frame="coshares", headline=_say,
    identity=("row", "window_seconds", "group"), caveats=("coordination_behaviour", "coordination_interests"),
    reasons=("too_few_share",),
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
    facts={"seconds": Fact("number"), "found": Fact(), "actors": Fact("number"), "tested": Fact("number"),
           "things": Fact("number"), "set_aside": Fact("number"), "shares": Fact("number"),
           "without_posts": Fact("posts"), "without": Fact("accounts", follows=("without_posts",))},
    sentences={"finding.coordination": ("accounts", "count", "seconds"),
               "finding.coordination_aside": ("accounts", "count", "seconds", *_ASIDE, "without"),
               "finding.coordination_crowded": ("accounts", "count", "seconds", *_ASIDE),
               "finding.coordination_small": ("seconds",), "finding.coordination_none": ("seconds",),
               "finding.coordination_none_aside": ("seconds", *_ASIDE, "without"),
               "finding.coordination_none_crowded": ("seconds", *_ASIDE)})


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
        and `posts` (of the evidence) and `things` (kinds of sharing, as codes joined by a blank). A longer
        window counts whatever a shorter one does. Facts: how many `things` and shares (`set_aside` of
        `shares`) were left out as bursts at the window of the sentence, and how many accounts would be in groups
        `without` that rule (missing where that is too much to compare).

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
    facts, more = _facts(coordination, window_seconds)
    main = next(r for r in rows if r["row"] == "window" and r["window_seconds"] == window_seconds)
    return Finding(
        COORDINATION, quarter, pd.DataFrame(rows, columns=list(COORDINATION.columns)), cells=(*cells, *more),
        facts={"seconds": window_seconds, "found": bool(main["groups"]), **facts},
        caveats=("coordination_behaviour", *(("coordination_interests",) if _grows(rows) else ())),
        provenance={"coordination": coordination.provenance})


def _facts(coordination: Coordination, window_seconds: int) -> tuple[dict[str, Any], list[Cell]]:
    """Return what was tested and set aside at one window, and what is found without that rule."""
    layers = coordination.layers[coordination.layers["window_seconds"] == window_seconds]
    sums = layers[["pairs", "set_aside_objects", "set_aside_shares", "shares"]].sum()
    facts: dict[str, Any] = {"actors": int(layers["actors"].max()), "tested": int(sums["pairs"]),
                             "things": int(sums["set_aside_objects"]), "set_aside": int(sums["set_aside_shares"]),
                             "shares": int(sums["shares"])}
    without = coordination.without_rule[coordination.without_rule["window_seconds"] == window_seconds]
    if without.empty:
        return facts, []
    posts = pd.Series(without["posts"].iloc[0], dtype="string")
    facts |= {"without": int(without["accounts"].iloc[0]), "without_posts": len(posts)}
    return facts, [Cell(WHOLE_FINDING, "without_posts", hash_posts(posts))]


def _grows(rows: list[dict[str, Any]]) -> bool:
    """Tell whether a window of an hour or more finds accounts that no shorter one does."""
    accounts = [(r["window_seconds"] >= INTERESTS_FROM, r["accounts"]) for r in rows if r["row"] == "window"]
    short, long = (max((n for is_long, n in accounts if is_long == which), default=0) for which in (False, True))
    return long > short


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
