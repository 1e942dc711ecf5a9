"""Find communities of actors that forward from each other, and the bridges between them (M16, M17)."""

from __future__ import annotations

from importlib.metadata import version
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.actors.measures import project_ties
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

if TYPE_CHECKING:
    import igraph

CERTAIN_FROM = 0.7
NULL_GRAPHS = 20
SWAPS_PER_TIE = 10
LEAST_STRENGTH = 10


def find_communities(network: ActorNetwork, *, seed: int, runs: int = 50) -> ActorNetwork:
    """Find communities by modularity, with how certain they are.

    Leiden (Traag, Waltman & van Eck 2019) on the undirected weighted graph, once per run. The
    consensus is the run that agrees best with all others by adjusted mutual information (Vinh,
    Epps & Bailey 2010). The null rewires who forwards from whom: every actor keeps its number
    of ties in and out, every source the weights of its ties.

    Parameters
    ----------
    runs
        Leiden runs, at least 2, each with its own seed drawn from `seed`.

    Returns
    -------
    network
        `community` numbered 1, 2, … by size, then by smallest actor code; missing without ties.
        `participation` is M17's unbiased coefficient 1 − Σ s_ic(s_ic−1)/(s_i(s_i−1)), missing
        below a strength of 10 posts. `provenance` gains `modularity`, `modularity_null` (mean of
        20 rewired networks) and `modularity_null_max`, `is_above_null`, `mean_ami` between runs,
        `certain` (mean AMI of .7 or more), `communities` (how many) and `bridges`: arenas whose
        ties spread over communities, by participation, each with its strength.

    Raises
    ------
    TableError
        If `runs` is below 2.
    """
    if runs < 2:
        raise TableError(f"find_communities: runs is {runs}; at least 2 are needed to compare runs.")
    rng = np.random.default_rng(seed)
    ties = network.ties.sort_values(["source", "target"], ignore_index=True)
    codes = pd.Series(sorted(set(ties["source"]) | set(ties["target"])), dtype="string")
    found: dict[str, Any] = {"modularity": None, "modularity_null": None, "modularity_null_max": None,
                             "is_above_null": False, "mean_ami": None, "certain": False}
    numbers = np.zeros(0, dtype=np.int64)
    if len(ties):
        graph, weights = project_ties(codes, ties)
        partitions = np.stack([_leiden(graph, weights, int(s)) for s in rng.integers(2**31, size=runs)])
        chosen, agreement = _consensus(partitions)
        numbers = _number(chosen)
        score = float(graph.modularity(chosen.tolist(), weights=weights.tolist()))
        null = _null_modularities(codes, ties, rng)
        found = {"modularity": score, "modularity_null": float(np.mean(null)), "modularity_null_max": max(null),
                 "is_above_null": score > max(null), "mean_ami": agreement, "certain": agreement >= CERTAIN_FROM}
    spread = _participation(codes, ties, numbers)
    ids = network.actors["actor_id"]
    actors = network.actors.assign(
        community=ids.map(pd.Series(numbers, index=codes, dtype="Int64")).astype("Int64"),
        participation=ids.map(spread["participation"]).astype("Float64"))
    provenance = {**network.provenance, **found, "communities": int(numbers.max(initial=0)), "seed": seed, "runs": runs,
                  "bridges": _bridges(actors, spread),
                  "versions": {**network.provenance.get("versions", {}), "leidenalg": version("leidenalg")}}
    return ActorNetwork(actors=actors, ties=network.ties, provenance=provenance)


def _leiden(graph: igraph.Graph, weights: np.ndarray, seed: int) -> np.ndarray:
    """Return a label per vertex, labels in the order in which vertices meet them."""
    import leidenalg

    found = leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, weights=weights.tolist(), seed=seed)
    return pd.factorize(np.asarray(found.membership))[0]


def _consensus(partitions: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the partition that agrees best with all others, and the mean AMI of all pairs."""
    from sklearn.metrics import adjusted_mutual_info_score

    distinct, times = np.unique(partitions, axis=0, return_counts=True)
    ami = np.eye(len(distinct))
    for i, j in combinations(range(len(distinct)), 2):
        ami[i, j] = ami[j, i] = adjusted_mutual_info_score(distinct[i], distinct[j])
    runs = len(partitions)
    # a run is not compared with itself
    mean = (float(times @ ami @ times) - runs) / (runs * (runs - 1))
    return distinct[int(np.argmax(np.round(ami @ times, 9)))], min(mean, 1.0)


def _number(labels: np.ndarray) -> np.ndarray:
    """Return 1, 2, … by falling size; vertices are sorted by code, so the first one breaks a tie."""
    sizes = np.bincount(labels)
    first = np.array([np.argmax(labels == k) for k in range(len(sizes))])
    order = np.lexsort((first, -sizes))
    number = np.zeros(len(sizes), dtype=np.int64)
    number[order] = np.arange(1, len(sizes) + 1)
    return np.take(number, labels)


def _null_modularities(codes: pd.Series, ties: pd.DataFrame, rng: np.random.Generator) -> list[float]:
    """Return the modularity that Leiden finds in each rewired network."""
    index, names = pd.Index(codes), codes.to_numpy()
    source, target = index.get_indexer(ties["source"]), index.get_indexer(ties["target"])
    scores = []
    for seed in rng.integers(2**31, size=NULL_GRAPHS):
        graph, weights = project_ties(codes, ties.assign(target=names[_rewire(source, target, rng)]))
        scores.append(float(graph.modularity(_leiden(graph, weights, int(seed)).tolist(), weights=weights.tolist())))
    return scores


def _rewire(source: np.ndarray, target: np.ndarray, rng: np.random.Generator) -> list[int]:
    """Return new targets by swaps that make no self-forward and no tie twice (Maslov & Sneppen 2002).

    A tie keeps its source and weight: shuffled weights would put heavy ties on actors with a
    single tie, which alone lifts the modularity of the null.
    """
    origin: list[int] = source.tolist()
    end: list[int] = target.tolist()
    taken = set(zip(origin, end, strict=True))
    for i, j in rng.integers(len(end), size=(SWAPS_PER_TIE * len(end), 2)).tolist():
        one, two = (origin[i], end[j]), (origin[j], end[i])
        if one[0] == one[1] or two[0] == two[1] or one in taken or two in taken:
            continue
        taken -= {(origin[i], end[i]), (origin[j], end[j])}
        taken |= {one, two}
        end[i], end[j] = end[j], end[i]
    return end


def _participation(codes: pd.Series, ties: pd.DataFrame, numbers: np.ndarray) -> pd.DataFrame:
    """Return strength and unbiased participation of every actor with ties, by code."""
    community = pd.Series(numbers, index=codes)
    both = pd.concat([ties[["source", "target", "weight"]],
                      ties[["target", "source", "weight"]].set_axis(["source", "target", "weight"], axis=1)])
    inner = both["weight"].astype(float).groupby([both["source"], both["target"].map(community)]).sum()
    strength = inner.groupby(level=0).sum()
    same = (inner * (inner - 1)).groupby(level=0).sum()
    share = 1 - same / (strength * (strength - 1)).where(strength >= LEAST_STRENGTH)
    # sums of floats may leave −1e-17 where every tie is inside
    return pd.DataFrame({"strength": strength, "participation": share.clip(0, 1)})


def _bridges(actors: pd.DataFrame, spread: pd.DataFrame) -> list[dict[str, Any]]:
    ranked = actors.loc[(actors["kind"] == "arena") & (actors["participation"].fillna(0.0) > 0), ["actor_id"]]
    ranked = ranked.join(spread, on="actor_id").sort_values(["participation", "strength", "actor_id"],
                                                            ascending=[False, False, True])
    return [{"actor_id": str(a), "participation": float(p), "strength": float(s)}
            for a, p, s in zip(ranked["actor_id"], ranked["participation"], ranked["strength"], strict=True)]
