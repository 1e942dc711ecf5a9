"""Measure actors by their ties: strength, PageRank, betweenness (M15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import igraph

EXACT_BELOW = 2_000
PIVOTS = 500


def project_ties(actor_ids: pd.Series, ties: pd.DataFrame) -> tuple[igraph.Graph, np.ndarray]:
    """Return the undirected graph of the ties and its weights, both directions summed.

    Vertices are positions in `actor_ids`; edges are sorted, so equal networks give equal graphs.
    """
    import igraph

    ends = np.column_stack([pd.Index(actor_ids).get_indexer(ties[c]) for c in ("source", "target")]).astype(np.int64)
    edges, position = np.unique(np.sort(ends, axis=1), axis=0, return_inverse=True)
    weights = np.bincount(position.ravel(), weights=ties["weight"].to_numpy(float), minlength=len(edges))
    return igraph.Graph(n=len(actor_ids), edges=edges.tolist()), weights


def measure_actors(actors: pd.DataFrame, ties: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the actors with strengths, PageRank and betweenness, and what holds for the whole."""
    import igraph

    ids = actors["actor_id"]
    strength = {side: ids.map(ties.groupby(side)["weight"].sum()).fillna(0.0).astype("Float64")
                for side in ("source", "target")}
    ends = [pd.Index(ids).get_indexer(ties[c]).tolist() for c in ("source", "target")]
    graph = igraph.Graph(n=len(ids), edges=list(zip(*ends, strict=True)), directed=True)
    rank = graph.pagerank(damping=0.85, weights=ties["weight"].tolist() if len(ties) else None)
    between, how = _betweenness(*project_ties(ids, ties))
    measured = actors.assign(in_strength=strength["target"], out_strength=strength["source"],
                             pagerank=pd.array(rank, dtype="Float64"), betweenness=pd.array(between, dtype="Float64"))
    inside = set(ids[actors["kind"] == "arena"])
    return measured, {**_whole(ties[ties["source"].isin(inside)], len(inside)), "betweenness": how}


def _betweenness(graph: igraph.Graph, weights: np.ndarray) -> tuple[np.ndarray, str]:
    """Return betweenness, 0 to 1, of every vertex (Freeman 1977; Brandes & Pich 2007 for the sample)."""
    size = graph.vcount()
    if not graph.ecount() or size < 3:
        return np.zeros(size), "exact"
    distance = (1 / weights).tolist()
    pairs = (size - 1) * (size - 2) / 2
    if size < EXACT_BELOW:
        return np.asarray(graph.betweenness(directed=False, weights=distance)) / pairs, "exact"
    tied = np.flatnonzero(graph.degree())
    # evenly spaced instead of drawn: the same network gives the same estimate without a seed
    pivots = np.unique(np.linspace(0, len(tied) - 1, min(PIVOTS, len(tied))).astype(int))
    found = np.asarray(graph.betweenness(directed=False, weights=distance, sources=tied[pivots].tolist()))
    return found * len(tied) / len(pivots) / pairs, f"estimated from {len(pivots)} of {len(tied)} actors with ties"


def _whole(ties: pd.DataFrame, size: int) -> dict[str, float | None]:
    """Return density and reciprocity of the ties among the arenas; None where undefined."""
    pairs = pd.MultiIndex.from_frame(ties[["source", "target"]])
    answered = pairs.isin(pairs.swaplevel())
    return {"density": len(ties) / (size * (size - 1)) if size > 1 else None,
            "reciprocity": float(answered.mean()) if len(ties) else None}
