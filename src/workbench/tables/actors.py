"""Actors and the ties between them, with the posts that are the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    import networkx as nx

# ids stand once however many ties they prove, so a tie costs four bytes per post
EVIDENCE = pd.ArrowDtype(pa.list_(pa.dictionary(pa.int32(), pa.large_string())))

ACTOR_COLUMNS: dict[str, str] = {
    "actor_id": "string",  # arena code, pseudonym of an account, or x-<hex> for a source outside the corpus
    "kind": "string",  # arena | account | outside
    "platform": "string",
    "community": "Int64",  # 1, 2, ... by size; missing before find_communities
    "stability": "Float64",  # share of the runs that put the actor into its community; missing before
    "in_strength": "Float64",  # weight of ties into the actor: what it forwards (amplifier)
    "out_strength": "Float64",  # weight of ties out of the actor: how it is forwarded (source)
    "pagerank": "Float64",
    "betweenness": "Float64",  # 0 to 1
    "core": "Int64",  # largest k for which the actor is in the k-core
    "participation": "Float64",  # unbiased participation coefficient; missing below strength 10
}

TIE_COLUMNS: dict[str, Any] = {
    "source": "string",  # forward: whose posts are forwarded; mention, reply: who mentions, who replies
    "target": "string",  # forward: who forwards them; mention, reply: who is mentioned, who is answered
    "relation": "string",
    "weight": "Float64",  # unit in provenance["weight"]
    "posts": EVIDENCE,  # list of post_id: the evidence, by time
}


@dataclass(frozen=True)
class ActorNetwork:
    """A network of actors.

    Attributes
    ----------
    actors
        One row per actor, columns `ACTOR_COLUMNS`.
    ties
        One row per ordered pair and relation, columns `TIE_COLUMNS`; where the network is not
        directed, one row per pair, `source` before `target`.
    provenance
        Parameters, seed, links in, links set aside and why; after `find_communities` also
        `modularity`, `modularity_null`, `mean_ami` and `certain`.
    directed
        Whether source and target of a tie play different parts.
    """

    actors: pd.DataFrame
    ties: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    directed: bool = True

    def graph(self) -> nx.Graph:
        """Return the network as a networkx DiGraph, or Graph where it is not directed.

        Nodes carry the columns of `actors`; edges carry `relation`, `weight` and `posts`
        (the list of post ids). Missing attributes are left out. Where a pair has ties of
        several relations, the graph is a MultiDiGraph or MultiGraph, keyed by relation.
        """
        import networkx as nx

        is_multi = bool(self.ties.duplicated(["source", "target"]).any())
        plain: type[nx.Graph] = nx.DiGraph if self.directed else nx.Graph
        multi: type[nx.Graph] = nx.MultiDiGraph if self.directed else nx.MultiGraph
        graph = (multi if is_multi else plain)()
        for row in self.actors.to_dict("records"):
            actor = row.pop("actor_id")
            graph.add_node(actor, **{str(k): v for k, v in row.items() if not pd.isna(v)})
        columns = (self.ties[c].tolist() for c in ("source", "target", "relation", "weight", "posts"))
        for source, target, relation, weight, posts in zip(*columns, strict=True):
            key = {"key": relation} if is_multi else {}
            graph.add_edge(source, target, **key, relation=relation, weight=float(weight), posts=list(posts))
        return graph
