"""Keep the ties that are too strong for chance: the backbone of a network (M18)."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.actors.bridges import adjust_p
from workbench.actors.measures import tie_ends
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork


def find_backbone(network: ActorNetwork, *, level: float = 0.05) -> ActorNetwork:
    """Find the backbone: ties that carry more of an actor's weight than an even spread would allow.

    Disparity filter (Serrano, Boguñá & Vespignani 2009): for an actor of k ties a tie with the part
    w/s of its strength has p = (1 − w/s)^(k−1); ties into and out of an actor are looked at apart
    where the network is directed. A tie counts by the smaller p of its two ends, doubled because
    there are two, and is kept where Benjamini–Hochberg over *all* ties gives q ≤ `level`. An
    actor's only tie has p = 1 on that side: it is no choice among several.

    Returns
    -------
    backbone
        All actors with the measures they had; the ties kept, with the further columns `p` and `q`.
        `provenance` gains `backbone`: `level`, `ties` tested, `kept`, and `weight_kept`, the share
        of all weight (missing without ties).

    Raises
    ------
    TableError
        If `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise TableError(f"find_backbone: level is {level}; it must lie between 0 and 1, such as 0.05.")
    ends = tie_ends(network.actors["actor_id"], network.ties)
    weights = network.ties["weight"].to_numpy(float)
    p = np.minimum(1.0, 2 * np.minimum(*_disparity(ends, weights, len(network.actors), network.directed)))
    ties = network.ties.assign(p=p, q=adjust_p(p))
    kept = ties[ties["q"] <= level].reset_index(drop=True)
    total = float(weights.sum())
    found: dict[str, Any] = {"level": level, "ties": len(ties), "kept": len(kept),
                             "weight_kept": float(kept["weight"].sum()) / total if total else None}
    return ActorNetwork(network.actors, kept, {**network.provenance, "backbone": found}, network.directed)


def _disparity(ends: np.ndarray, weights: np.ndarray, size: int, directed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return p of each tie as seen from its source and from its target."""
    sides = [(ends[:, 0], ends[:, 0]), (ends[:, 1], ends[:, 1])]
    if not directed:
        sides = [(ends.ravel(order="F"), end) for end in (ends[:, 0], ends[:, 1])]
    found = []
    for pool, end in sides:
        strength = np.bincount(pool, np.resize(weights, len(pool)), minlength=size)
        degree = np.bincount(pool, minlength=size)
        found.append(np.clip(1 - weights / strength[end], 0, 1) ** (degree[end] - 1))
    return found[0], found[1]
