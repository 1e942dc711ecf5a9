"""Actors and the ties between them, with the posts that are the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import networkx as nx

ACTOR_COLUMNS: dict[str, str] = {
    "actor_id": "string",  # arena code, or the pseudonym of a source outside the corpus
    "kind": "string",  # arena | outside
    "community": "Int64",  # 1, 2, ... by size; missing before find_communities
    "in_strength": "Float64",  # weight of ties into the actor: what it forwards (amplifier)
    "out_strength": "Float64",  # weight of ties out of the actor: how it is forwarded (source)
    "pagerank": "Float64",
    "betweenness": "Float64",
    "participation": "Float64",  # unbiased participation coefficient; missing below strength 10
}

TIE_COLUMNS: dict[str, str] = {
    "source": "string",  # whose posts are forwarded
    "target": "string",  # who forwards them
    "relation": "string",
    "weight": "Float64",  # posts
    "posts": "object",  # list of post_id: the evidence
}


@dataclass(frozen=True)
class ActorNetwork:
    """A directed network of actors.

    Attributes
    ----------
    actors
        One row per actor, columns `ACTOR_COLUMNS`.
    ties
        One row per ordered pair and relation, columns `TIE_COLUMNS`.
    provenance
        Parameters, seed, links in, links set aside and why; after `find_communities` also
        `modularity`, `modularity_null`, `mean_ami` and `certain`.
    """

    actors: pd.DataFrame
    ties: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)

    def graph(self) -> nx.DiGraph:
        """Return the network as a networkx DiGraph.

        Nodes carry the columns of `actors`; edges carry `relation`, `weight` and `posts`
        (the list of post ids). Missing attributes are left out.
        """
        import networkx as nx

        graph = nx.DiGraph()
        for row in self.actors.to_dict("records"):
            actor = row.pop("actor_id")
            graph.add_node(actor, **{str(k): v for k, v in row.items() if not pd.isna(v)})
        for row in self.ties.to_dict("records"):
            graph.add_edge(row["source"], row["target"], relation=row["relation"],
                           weight=float(row["weight"]), posts=list(row["posts"]))
        return graph
