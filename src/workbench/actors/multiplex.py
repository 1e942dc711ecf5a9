"""Groups of actors tied by several relations at once, ties weighed by how close in time they share.

After Iannucci, Muratore, Matakos & Kivelä 2025 (arXiv:2512.19677): in each layer two actors' weight is the sum
over the things both shared of exp(−βΔt) for each pair of shares, divided by the number of actors of the thing
less one (Newman 2001); β is the one at which Leiden finds the highest modularity in the layer; communities
are found over all layers together. Unlike there, only pairs that passed the test against chance are weighed,
and an actor has one community over all layers (Leiden's multiplex form, Mucha et al. 2010 with layers of one
vertex set) instead of one per layer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import igraph

HALF_LIVES = (10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0)  # seconds


@dataclass(frozen=True)
class CoShares:
    """What the significant pairs of one relation shared.

    Attributes
    ----------
    one, two
        Vertices, per pair of shares.
    seconds
        Between the two shares.
    fellows
        Actors that shared the thing, less one.
    """

    one: np.ndarray
    two: np.ndarray
    seconds: np.ndarray
    fellows: np.ndarray


def find_groups(layers: list[CoShares], size: int, *, seed: int,
                blocks: np.ndarray | None = None) -> tuple[np.ndarray, list[float]]:
    """Return the community of each of `size` vertices, and the half-life in seconds chosen for each layer.

    Parameters
    ----------
    blocks
        By vertex, numbered from 0: vertices of one block come into one community.
    """
    import leidenalg

    if blocks is not None:
        merged = [replace(layer, one=blocks[layer.one], two=blocks[layer.two]) for layer in layers]
        found, lives = find_groups(merged, int(blocks.max(initial=-1)) + 1, seed=seed)
        return found[blocks], lives
    chosen, parts = [], []
    for layer in layers:
        graphs = [_weigh(layer, half_life, size) for half_life in HALF_LIVES]
        best = int(np.argmax([round(_modularity(graph, seed), 9) for graph in graphs]))
        chosen.append(HALF_LIVES[best])
        parts.append(leidenalg.ModularityVertexPartition(graphs[best], weights="weight"))
    optimiser = leidenalg.Optimiser()
    optimiser.set_rng_seed(seed)
    if parts:
        optimiser.optimise_partition_multiplex(parts, n_iterations=-1)
    return np.asarray(parts[0].membership if parts else range(size), dtype=np.int64), chosen


def _weigh(layer: CoShares, half_life: float, size: int) -> igraph.Graph:
    import igraph

    worth = np.exp2(-layer.seconds / half_life) / layer.fellows
    code, position = np.unique(np.minimum(layer.one, layer.two) * size + np.maximum(layer.one, layer.two),
                               return_inverse=True)
    weights = np.bincount(position, worth, minlength=len(code))
    graph = igraph.Graph(n=size, edges=np.column_stack([code // size, code % size]).tolist())
    # a pair whose shares all lie many half-lives apart must not vanish from the graph
    graph.es["weight"] = np.maximum(weights, 1e-9).tolist()
    return graph


def _modularity(graph: igraph.Graph, seed: int) -> float:
    import leidenalg

    found = leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, weights="weight", seed=seed)
    return float(graph.modularity(found.membership, weights="weight"))


def number_groups(membership: np.ndarray, *, least: int) -> np.ndarray:
    """Return 1, 2, … by falling size, then by first member; 0 for communities below `least` members."""
    sizes = np.bincount(membership) if len(membership) else np.zeros(0, dtype=np.int64)
    first = pd.Series(np.arange(len(membership))).groupby(membership).first()
    ranked = first.to_frame("first").assign(size=sizes[first.index])
    ranked = ranked.sort_values(["size", "first"], ascending=[False, True])
    ranked = ranked[ranked["size"] >= least]
    number = pd.Series(np.arange(1, len(ranked) + 1), index=ranked.index)
    return number.reindex(membership).fillna(0).to_numpy(dtype=np.int64)
