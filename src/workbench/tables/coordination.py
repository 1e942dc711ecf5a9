"""Accounts and arenas that share the same things at nearly the same time, and how often chance would do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import networkx as nx

COSHARE_COLUMNS: dict[str, str] = {
    "relation": "string",  # forward | url | hashtag | reply | copy
    "window_seconds": "Int64",
    "actor_a": "string",  # pseudonym of an account, or arena code where the arena itself speaks; a < b
    "actor_b": "string",
    "objects": "Int64",  # distinct things both shared within the window
    "posts_a": "Int64",  # distinct posts of a within the window of a post of b on the same thing
    "posts_b": "Int64",
    "weight": "Int64",  # what is tested: objects, at most the posts of either
    "expected": "Float64",  # pairs of shares that chance makes
    "bursts": "Int64",  # things set aside as bursts in which both took part; tested beside the weight
    "bursts_expected": "Float64",  # by how active both are otherwise; missing below three bursts
    "p": "Float64",  # of weight or bursts, twice the smaller; from windows of an hour on, the larger of two tests
    "q": "Float64",  # Benjamini–Hochberg over all pairs of actors of the relation
    "is_significant": "boolean",  # at this window or a shorter one
    "found_seconds": "Int64",  # the shortest window at which it is; missing where it is not
    "posts": "object",  # list of post_id of both, the evidence; missing where not significant
}

LAYER_COLUMNS: dict[str, str] = {
    "relation": "string",
    "window_seconds": "Int64",
    "actors": "Int64",  # with at least one share
    "objects": "Int64",
    "shares": "Int64",
    "set_aside_objects": "Int64",  # shared in bursts too large to tell who follows whom
    "set_aside_shares": "Int64",  # of those, and in other bursts what an actor repeats within the window
    "pairs": "Int64",  # all pairs of actors: what q is over
    "tied_pairs": "Int64",  # with at least one thing shared within the window
    "significant_pairs": "Int64",  # at this window or a shorter one
    "bins": "Int64",  # of time, within which the null exchanges accounts
    "half_life_seconds": "Float64",  # of the time-decay of the groups' weights; missing without significant pairs
}

BIN_COLUMNS: dict[str, str] = {
    "relation": "string",
    "window_seconds": "Int64",
    "bin_width": "string",  # such as 6 h, or hour of day
    "bins": "Int64",
    "significant_pairs": "Int64",
    "kept": "Int64",  # of the pairs significant at the main width
}

WITHOUT_COLUMNS: dict[str, str] = {
    "window_seconds": "Int64",
    "groups": "Int64",
    "accounts": "Int64",  # in groups
    "posts": "object",  # list of post_id behind the ties of the groups
}

MEMBER_COLUMNS: dict[str, str] = {
    "window_seconds": "Int64",
    "group": "Int64",  # 1, 2, ... by size within the window; a group lies whole in one of each longer window
    "actor_id": "string",
    "kind": "string",  # account | arena
    "ties": "Int64",  # significant ties to others of the group, over all relations
}


@dataclass(frozen=True)
class Coordination:
    """Who shares the same things within seconds, minutes or hours more often than chance.

    Says what accounts do, never why: people at one event, fans or a news desk do it too.

    Attributes
    ----------
    ties
        One row per relation, window and pair that shared anything, columns `COSHARE_COLUMNS`.
    layers
        One row per relation and window, columns `LAYER_COLUMNS`.
    bin_widths
        The same test with other bins of time, columns `BIN_COLUMNS`.
    members
        One row per window and actor in a group, columns `MEMBER_COLUMNS`.
    provenance
        Parameters, seed, level of significance, versions and posts left out by relation.
    without_rule
        What is found when no burst is set aside, columns `WITHOUT_COLUMNS`: one row per window at which some were,
        unless they are too large to compare everybody in them.
    """

    ties: pd.DataFrame
    layers: pd.DataFrame
    bin_widths: pd.DataFrame
    members: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    without_rule: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(
        {name: pd.Series(dtype=kind) for name, kind in WITHOUT_COLUMNS.items()}))

    def graph(self, *, window_seconds: int) -> nx.MultiGraph:
        """Return the significant ties of one window as a networkx MultiGraph, keyed by relation.

        Nodes carry `group` and `kind` where they are in a group; edges carry `weight`, `objects`,
        `expected`, `q` and `posts` (the list of post ids).
        """
        import networkx as nx

        graph = nx.MultiGraph()
        of = self.members[self.members["window_seconds"] == window_seconds]
        for actor, group, kind in zip(of["actor_id"], of["group"], of["kind"], strict=True):
            graph.add_node(actor, group=int(group), kind=kind)
        ties = self.ties[(self.ties["window_seconds"] == window_seconds) & self.ties["is_significant"]]
        for row in ties.to_dict("records"):
            graph.add_edge(row["actor_a"], row["actor_b"], key=row["relation"], weight=int(row["weight"]),
                           objects=int(row["objects"]), expected=float(row["expected"]), q=float(row["q"]),
                           posts=list(row["posts"]))
        return graph
