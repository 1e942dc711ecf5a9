"""Groups that share the same things at nearly the same time more often than chance (blueprint §0a)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.findings.periods import posts_of
from workbench.tables.coordination import Coordination
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus

INTERESTS_FROM = 3600  # seconds: from here on shared interests alone can tie a small community
_KINDS = {"row": "string", "window_seconds": "Int64", "group": "Int64", "groups": "Int64", "accounts": "Int64",
          "arenas": "Int64", "posts": "Int64", "things": "string"}


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
        If the quarter holds no posts or the window was not looked at.
    """
    windows = sorted(int(w) for w in set(coordination.layers["window_seconds"]))
    if window_seconds not in windows:
        raise TableError(f"describe_coordination: the window {window_seconds} s was not looked at; choose one of "
                         f"{', '.join(map(str, windows)) or 'none'}.")
    arena_of = posts_of(corpus, quarter).set_index("post_id")["arena_id"]
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
        posts = _evidence(own, arena_of)
        rows.append({**row, "posts": len(posts), "arenas": posts.map(arena_of).nunique(),
                     "things": " ".join(sorted(set(own["relation"])))})
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(posts), ("groups", "accounts", "arenas", "things")))
    main = next(r for r in rows if r["row"] == "window" and r["window_seconds"] == window_seconds)
    evidence = _evidence(ties[ties["window_seconds"] == window_seconds], arena_of)
    layers = coordination.layers[coordination.layers["window_seconds"] == window_seconds]
    return Finding(
        key="coordination", metric="coordination", period=quarter, frame="coshares", unit="posts",
        sentence="finding.coordination" if main["groups"] else "finding.coordination_none",
        data=pd.DataFrame(rows, columns=list(_KINDS)).astype(_KINDS), value=float(len(evidence)),
        facts={"count": int(main["groups"]), "accounts": int(main["accounts"]), "posts": len(evidence),
               "arenas": int(main["arenas"]), "seconds": window_seconds, "tested": int(layers["pairs"].sum()),
               "set_aside": int(layers["set_aside_shares"].sum()), "shares": int(layers["shares"].sum())},
        caveats=("coordination_behaviour", *_doubts(layers, rows)),
        cells=(*cells, Cell(-1, "value", hash_posts(evidence))))


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


def _evidence(ties: pd.DataFrame, arena_of: pd.Series) -> pd.Series:
    """Return the distinct posts of the ties that lie in the quarter."""
    posts = pd.Series([p for posts in ties["posts"] for p in posts], dtype="string").drop_duplicates()
    return posts[posts.isin(arena_of.index)]
