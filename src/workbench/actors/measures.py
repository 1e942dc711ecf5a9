"""Measure actors by their ties: strength, PageRank, betweenness, k-core (M15)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from workbench.actors.ties import encode, find_in, plain
from workbench.tables.actors import ACTOR_COLUMNS

if TYPE_CHECKING:
    import igraph

    from workbench.tables.actors import ActorNetwork

EXACT_BELOW = 2_000
PIVOTS = 500
LEAST_PIVOTS = 10  # fewer tell nothing
WORK = 20_000_000  # ties walked over all pivots: about ten seconds


def tie_ends(actor_ids: pd.Series, ties: pd.DataFrame) -> np.ndarray:
    """Return the positions of source and target of each tie in `actor_ids`, one row per tie."""
    ids = plain(actor_ids)
    return np.column_stack([find_in(plain(ties[c]), ids) for c in ("source", "target")])


def draw_graph(size: int, ends: np.ndarray, *, directed: bool = False) -> igraph.Graph:
    """Return the igraph of these ties; igraph reads the memory instead of a list of tuples."""
    import igraph

    pairs = np.ascontiguousarray(ends, dtype=np.int64)
    return igraph.Graph(n=size, edges=pairs.data if len(ends) else [], directed=directed)


@contextmanager
def lend_chance(seed: int) -> Iterator[None]:
    """Lend igraph a generator of ours: it draws from one for the whole process."""
    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def fold_ties(size: int, ends: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the undirected ties, smaller position first and sorted, both directions summed."""
    low, high = ends.min(axis=1, initial=size), ends.max(axis=1, initial=0)
    key, position = np.unique(low * max(size, 1) + high, return_inverse=True)
    return (np.column_stack(np.divmod(key, max(size, 1))),
            np.bincount(position.ravel(), weights=weights, minlength=len(key)))


def steady_order(actors: pd.DataFrame, ties: pd.DataFrame, ends: np.ndarray) -> np.ndarray:
    """Return the positions of the actors with ties, in an order that no pseudonym decides.

    Arenas by code. Then accounts and sources outside by the first and last of the posts with
    which their ties begin, and by strength: their own codes change with the key of the study,
    and an algorithm that starts at the first vertex would end elsewhere. Only actors alike in
    all of this are told apart by code.
    """
    codes, distinct = encode(ties["posts"].list[0].astype("string"))
    rank = np.empty(len(distinct))
    rank[np.asarray(pc.sort_indices(distinct))] = np.arange(len(distinct))
    rank = rank[codes]
    sides = pd.DataFrame({"actor": ends.T.ravel(), "first": np.tile(rank, 2), "last": np.tile(rank, 2),
                          "strength": np.tile(ties["weight"].to_numpy(float), 2)})
    found = sides.groupby("actor").agg({"first": "min", "last": "max", "strength": "sum"}).round(6).reset_index()
    tied = found["actor"].to_numpy(np.int64)
    found["code"] = actors["actor_id"].to_numpy(dtype=object)[tied]
    found["arena"] = np.where(actors["kind"].to_numpy(dtype=object)[tied] == "arena", found["code"], "\uffff")
    return tied[found.sort_values(["arena", "first", "last", "strength", "code"]).index.to_numpy(np.int64)]


def settle(network: ActorNetwork) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows of the actors with ties in steady order, and ties between them with their weights.

    Ties are sorted, so equal networks give equal arrays whatever the order of their rows.
    """
    ends = tie_ends(network.actors["actor_id"], network.ties)
    order = steady_order(network.actors, network.ties, ends)
    place = np.full(len(network.actors), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    ends = place[ends]
    if not network.directed:
        ends = np.sort(ends, axis=1)
    weights = network.ties["weight"].to_numpy(float)
    by = np.lexsort((weights, ends[:, 1], ends[:, 0]))
    return order, ends[by], weights[by]


def measure_actors(actors: pd.DataFrame, ties: pd.DataFrame, *,
                   directed: bool = True) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the actors with strengths, PageRank, betweenness and k-core, and what holds for the whole."""
    size, ends = len(actors), tie_ends(actors["actor_id"], ties)
    weights = ties["weight"].to_numpy(float)
    out, into = (np.bincount(ends[:, side], weights, minlength=size) for side in (0, 1))
    if not directed:
        out = into = out + into
    folded, summed = fold_ties(size, ends, weights)
    flat = draw_graph(size, folded)
    # without direction both graphs are one; drawing millions of ties takes seconds
    graph, worth = (draw_graph(size, ends, directed=True), weights) if directed else (flat, summed)
    rank = graph.pagerank(damping=0.85, weights=worth.tolist() if len(ties) else None) if size else []
    between, how = _betweenness(flat, summed, lambda: steady_order(actors, ties, ends))
    measured = actors.assign(in_strength=into, out_strength=out, pagerank=rank, betweenness=between,
                             core=np.asarray(flat.coreness(), dtype=np.int64))
    inside = (actors["kind"] != "outside").to_numpy(dtype=bool)
    return measured.astype(ACTOR_COLUMNS), {
        **_whole(ends[inside[ends].all(axis=1)], int(inside.sum()), size, directed), "betweenness": how}


def _betweenness(graph: igraph.Graph, weights: np.ndarray,
                 order: Callable[[], np.ndarray]) -> tuple[np.ndarray, str]:
    """Return betweenness, 0 to 1, of every vertex (Freeman 1977; Brandes & Pich 2007 for the sample)."""
    size = graph.vcount()
    if not graph.ecount() or size < 3:
        return np.zeros(size), "exact"
    pairs = (size - 1) * (size - 2) / 2
    if size < EXACT_BELOW:
        return np.asarray(graph.betweenness(directed=False, weights=(1 / weights).tolist())) / pairs, "exact"
    wanted = min(PIVOTS, WORK // graph.ecount())
    if wanted < LEAST_PIVOTS:
        return np.full(size, np.nan), f"not measured: {graph.ecount()} ties are too many; take the backbone first"
    tied = order()
    # evenly spaced instead of drawn: the same network gives the same estimate without a seed
    pivots = np.unique(np.linspace(0, len(tied) - 1, min(wanted, len(tied))).astype(int))
    found = np.asarray(graph.betweenness(directed=False, weights=(1 / weights).tolist(),
                                         sources=tied[pivots].tolist()))
    return found * len(tied) / len(pivots) / pairs, f"estimated from {len(pivots)} of {len(tied)} actors with ties"


def _whole(ends: np.ndarray, inside: int, size: int, directed: bool) -> dict[str, float | None]:
    """Return density and reciprocity of the ties among actors of the corpus; None where undefined."""
    density = len(ends) / (inside * (inside - 1) / (1 if directed else 2)) if inside > 1 else None
    if not directed:
        return {"density": density, "reciprocity": None}
    # two ties that answer each other fold into one
    answered = 2 * (len(ends) - len(fold_ties(size, ends, np.ones(len(ends)))[0]))
    return {"density": density, "reciprocity": answered / len(ends) if len(ends) else None}
