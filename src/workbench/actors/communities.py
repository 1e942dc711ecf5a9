"""Find communities of actors that hang together, and the bridges between them (M16, M17)."""

from __future__ import annotations

from importlib.metadata import version
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.actors.bridges import list_bridges, measure_participation
from workbench.actors.measures import draw_graph, fold_ties, lend_chance, settle
from workbench.actors.rewiring import rewire
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

if TYPE_CHECKING:
    import igraph

CERTAIN_FROM = 0.7
_GAIN = 1e-12  # of modularity: less is rounding
NULL_GRAPHS = 20
COMPARED = 5_000  # actors by which two runs are compared; AMI takes time by the square of the groups


def find_communities(network: ActorNetwork, *, seed: int, runs: int = 50) -> ActorNetwork:
    """Find communities by modularity, with how certain they are.

    Leiden (Traag, Waltman & van Eck 2019) on the undirected weighted graph, once per run. The
    consensus is the run that agrees best with all others by adjusted mutual information (Vinh,
    Epps & Bailey 2010). The null rewires the ties: every actor keeps its number of ties, in and
    out, every source the weights of its ties. The result does not hang on the pseudonyms of
    accounts and sources outside: see `steady_order`.

    Parameters
    ----------
    runs
        Leiden runs, at least 2, each with its own seed drawn from `seed`.

    Returns
    -------
    network
        `community` numbered 1, 2, … by size, then by smallest arena code; missing without ties.
        `stability` is the share of runs in which the actor is in the community that matches its
        own best. `participation` is M17's unbiased coefficient 1 − Σ s_ic(s_ic−1)/(s_i(s_i−1)) in
        posts, missing below a strength of 10. `provenance` gains `modularity`, `modularity_null`
        (mean of 20 rewired networks) and `modularity_null_max`, `is_above_null`, `mean_ami`
        between runs (beyond 5,000 actors with ties, on so many evenly spaced ones), `certain` (mean
        AMI of .7 or more), `communities` (how many) and `bridges`: arenas whose ties spread over
        communities, by participation, each with its strength.

    Raises
    ------
    TableError
        If `runs` is below 2.
    """
    if runs < 2:
        raise TableError(f"find_communities: runs is {runs}; at least 2 are needed to compare runs.")
    found: dict[str, Any] = {"modularity": None, "modularity_null": None, "modularity_null_max": None,
                             "is_above_null": False, "mean_ami": None, "certain": False}
    order, ends, weights = settle(network)
    numbers, stability = np.zeros(0, dtype=np.int64), np.zeros(0)
    if len(ends):
        rng = np.random.default_rng(seed)
        folded, summed = fold_ties(len(order), ends, weights)
        graph = draw_graph(len(order), folded)
        partitions = np.stack([leiden(graph, summed, int(s)) for s in rng.integers(2**31, size=runs)])
        chosen, agreement, stability = _consensus(partitions)
        numbers = _number(chosen)
        score = float(graph.modularity(chosen.tolist(), weights=summed.tolist()))
        null = _null_modularities(ends, weights, network.directed, rng)
        found = {"modularity": score, "modularity_null": float(np.mean(null)), "modularity_null_max": max(null),
                 "is_above_null": score > max(null), "mean_ami": agreement, "certain": agreement >= CERTAIN_FROM}
    actors = network.actors.copy()
    actors["community"] = pd.Series(numbers, index=actors.index[order], dtype="Int64").reindex(actors.index)
    actors["stability"] = pd.Series(stability, index=actors.index[order], dtype="Float64").reindex(actors.index)
    spread = measure_participation(actors, network.ties)
    actors["participation"] = spread["participation"].astype("Float64")
    provenance = {**network.provenance, **found, "communities": int(numbers.max(initial=0)), "seed": seed, "runs": runs,
                  "bridges": list_bridges(spread),
                  "versions": {**network.provenance.get("versions", {}), "igraph": version("igraph")}}
    return ActorNetwork(actors=actors, ties=network.ties, provenance=provenance, directed=network.directed)


def leiden(graph: igraph.Graph, weights: np.ndarray, seed: int) -> np.ndarray:
    """Return a label per vertex, labels in the order in which vertices meet them.

    Leiden as igraph has it, round after round until nothing is won any more: on a dense graph it is seven times as
    fast as leidenalg, which stops after two rounds and ends lower. Where several divisions are equally good, igraph's
    own way to ask for that (``n_iterations=-1``) may change between them for ever.
    """
    weighed, members, best = weights.tolist(), None, -np.inf
    with lend_chance(seed):
        while True:
            found = graph.community_leiden(objective_function="modularity", weights=weighed, n_iterations=1,
                                           initial_membership=members)
            if not found.quality > best + _GAIN:
                return pd.factorize(np.asarray(members if members is not None else found.membership))[0]
            members, best = found.membership, found.quality


def _consensus(partitions: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Return the partition that agrees best with all others, the mean AMI of all pairs, and stability."""
    distinct, times = np.unique(partitions, axis=0, return_counts=True)
    size = distinct.shape[1]
    some = distinct[:, np.unique(np.linspace(0, size - 1, min(size, COMPARED)).astype(int))]
    some = np.stack([np.unique(run, return_inverse=True)[1].ravel() for run in some])
    ami = np.eye(len(distinct))
    for i, j in combinations(range(len(distinct)), 2):
        ami[i, j] = ami[j, i] = _agreement(some[i], some[j])
    runs = len(partitions)
    # a run is not compared with itself
    mean = (float(times @ ami @ times) - runs) / (runs * (runs - 1))
    chosen = distinct[int(np.argmax(np.round(ami @ times, 9)))]
    stable = np.stack([_is_kept(run, chosen) for run in distinct])
    return chosen, min(mean, 1.0), times @ stable / runs


def _agreement(one: np.ndarray, two: np.ndarray) -> float:
    """Return the adjusted mutual information of two labellings 0, 1, … without gaps, as scikit-learn does.

    scikit-learn checks the labels of every one of 1,225 pairs anew, which takes four times as long as the sum.
    """
    from scipy import sparse
    from sklearn.metrics.cluster import expected_mutual_information

    size, table = len(one), sparse.coo_matrix((np.ones(len(one), dtype=np.int64), (one, two))).tocsr().tocoo()
    sides = np.bincount(one).astype(float), np.bincount(two).astype(float)
    if all(len(side) == 1 for side in sides):
        return 1.0
    mutual = float((table.data / size * np.log(size * table.data / (sides[0][table.row] * sides[1][table.col]))).sum())
    entropy = float(np.mean([-(side / size * np.log(side / size)).sum() for side in sides]))
    expected = float(expected_mutual_information(table, size))
    room, least = entropy - expected, float(np.finfo(float).eps)
    return (mutual - expected) / (min(room, -least) if room < 0 else max(room, least))


def _is_kept(run: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return whether each vertex is in the group of the run that holds most of its chosen group."""
    base = int(run.max()) + 1
    cells, sizes = np.unique(chosen * base + run, return_counts=True)
    by = np.lexsort((cells, -sizes, cells // base))
    first = np.unique((cells // base)[by], return_index=True)[1]
    return np.asarray(run == (cells[by][first] % base)[chosen])


def _number(labels: np.ndarray) -> np.ndarray:
    """Return 1, 2, … by falling size; the group whose first vertex comes first breaks a tie."""
    sizes = np.bincount(labels)
    _, first = np.unique(labels, return_index=True)
    number = np.empty(len(sizes), dtype=np.int64)
    number[np.lexsort((first, -sizes))] = np.arange(1, len(sizes) + 1)
    return np.asarray(number[labels])


def _null_modularities(ends: np.ndarray, weights: np.ndarray, directed: bool,
                       rng: np.random.Generator) -> list[float]:
    """Return the modularity that Leiden finds in each rewired network."""
    size, scores = int(ends.max()) + 1, []
    for seed in rng.integers(2**31, size=NULL_GRAPHS):
        folded, summed = fold_ties(size, rewire(ends, rng, directed=directed), weights)
        graph = draw_graph(size, folded)
        groups = leiden(graph, summed, int(seed))
        scores.append(float(graph.modularity(groups.tolist(), weights=summed.tolist())))
    return scores
