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

BRIDGE_COLUMNS: dict[str, str] = {
    "actor_id": "string",
    "kind": "string",
    "community": "Int64",
    "strength": "Float64",  # posts in all ties of the actor
    "participation": "Float64",  # unbiased, 0 to 1; missing below strength 10
    "e_i": "Float64",  # (external − internal) / (external + internal), in weight: −1 to 1
    "e_i_expected": "Float64",  # mean over permuted labels
    "p": "Float64",  # of an E–I at least as high under permuted labels
    "q": "Float64",  # Benjamini–Hochberg over the actors
}

CHANCE_COLUMNS: dict[str, str] = {
    "measure": "string",  # reciprocity | clustering | modularity
    "observed": "Float64",
    "expected": "Float64",  # mean of the rewired networks
    "low": "Float64",  # 2.5 % and 97.5 % of the rewired networks
    "high": "Float64",
    "p": "Float64",  # share of networks, rewired and observed, at least as high
}

LINEAGE_COLUMNS: dict[str, Any] = {
    "arena_id": "string",  # the arena that fell silent
    "successor": "string",  # the arena that opened
    "title_similarity": "Float64",  # 0 to 1; missing where either has no title
    "gap_days": "Float64",  # from the last post of the old to the first of the new; negative: overlap
    "declared_move": "boolean",
    "shared_forwards": "Int64",  # posts in the new one that are forwarded from the old one
    "copied_texts": "Int64",  # distinct texts that only these two arenas posted, in the old one first
    "evidence": "Int64",  # signs met, 2 to 4
    "move_posts": EVIDENCE,  # posts of the old arena that point at the new one
    "forward_posts": EVIDENCE,  # posts of the new arena
    "copy_posts": EVIDENCE,  # posts of both arenas
}

SPREADS_COLUMNS: dict[str, str] = {
    "content": "string",  # what find_spread takes: the target, or the id of the first post with that text
    "posts": "Int64",
    "arenas": "Int64",
    "first_arena": "string",
    "first_at": "datetime64[us, UTC]",
    "hours_to_half": "Float64",  # until half of its arenas had it
    "hours_to_last": "Float64",  # until the last of its arenas had it
}

CLAIMS_COLUMNS: dict[str, str] = {
    "claim": "string",  # id, which tells nothing of the text
    "first_post": "string",  # of the month
    "posts": "Int64",  # of the month, as all that follow but first_at
    "arenas": "Int64",
    "platforms": "Int64",
    "hours": "Float64",  # from its first post to its last one
    "begun_at": "datetime64[us, UTC]",
    "last_at": "datetime64[us, UTC]",
    "first_at": "datetime64[us, UTC]",  # of all posts that were looked at, also before the month
    "hourly": "object",  # posts of each hour since begun_at, a list
    "post_ids": "object",
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

    def graph(self, *, folded: bool = False) -> nx.Graph:
        """Return the network as a networkx DiGraph, or Graph where it is not directed.

        Nodes carry the columns of `actors`; edges carry `relation`, `weight` and `posts`
        (the list of post ids). Missing attributes are left out. Where a pair has ties of
        several relations, the graph is a MultiDiGraph or MultiGraph, keyed by relation.

        Parameters
        ----------
        folded
            One Graph without direction instead, both directions and all relations of a pair summed,
            edges with `weight`, `distance` (1/weight) and `posts` only.

        Notes
        -----
        networkx gives what the columns of `actors` say, to four digits, when asked for the same::

            networkx.pagerank(network.graph(), tol=1e-10)
            networkx.betweenness_centrality(network.graph(folded=True), weight="distance")

        With its default tolerance PageRank stops earlier (.0004 off where there are many actors);
        `to_undirected` keeps the weight of one direction, and without `distance` a heavy tie is no
        shorter than a light one (betweenness .015 off, or far more with direction). What is left is
        paths that are equally short but for the last digit of a sum. With 2,000 actors or more
        `betweenness` is estimated from some of them: see `provenance["betweenness"]`.
        """
        import networkx as nx

        is_multi = bool(self.ties.duplicated(["source", "target"]).any()) and not folded
        plain: type[nx.Graph] = nx.DiGraph if self.directed and not folded else nx.Graph
        multi: type[nx.Graph] = nx.MultiDiGraph if self.directed else nx.MultiGraph
        graph = (multi if is_multi else plain)()
        for row in self.actors.to_dict("records"):
            actor = row.pop("actor_id")
            graph.add_node(actor, **{str(k): v for k, v in row.items() if not pd.isna(v)})
        columns = (self.ties[c].tolist() for c in ("source", "target", "relation", "weight", "posts"))
        for source, target, relation, weight, posts in zip(*columns, strict=True):
            if folded:
                _fold_edge(graph, source, target, float(weight), list(posts))
                continue
            key = {"key": relation} if is_multi else {}
            graph.add_edge(source, target, **key, relation=relation, weight=float(weight), posts=list(posts))
        return graph


def _fold_edge(graph: nx.Graph, source: str, target: str, weight: float, posts: list[str]) -> None:
    """Add a tie to the edge of its pair."""
    there = graph.get_edge_data(source, target, {"weight": 0.0, "posts": []})
    weight, posts = weight + there["weight"], list(dict.fromkeys([*there["posts"], *posts]))
    graph.add_edge(source, target, weight=weight, distance=1 / weight, posts=posts)
