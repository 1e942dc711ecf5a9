"""Find the bridges between communities, and how far communities keep to themselves (M17)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.actors.measures import tie_ends
from workbench.errors import TableError
from workbench.tables.actors import BRIDGE_COLUMNS, ActorNetwork

LEAST_STRENGTH = 10

MIXING_COLUMNS: dict[str, str] = {
    "community": "Int64",  # missing in the row for the whole network
    "actors": "Int64",
    "internal": "Float64",  # weight of ties inside
    "external": "Float64",  # weight of ties to other communities
    "e_i": "Float64",
    "expected": "Float64",  # mean over permuted labels
    "low": "Float64",  # 2.5 % and 97.5 % over permuted labels
    "high": "Float64",
    "p": "Float64",  # two-sided
}


def find_bridges(network: ActorNetwork, *, seed: int, permutations: int = 999) -> pd.DataFrame:
    """Find the actors whose ties lead out of their community.

    Parameters
    ----------
    network
        After `find_communities`.
    permutations
        Of the community labels over the actors with ties (Krackhardt & Stern 1988 for E–I).

    Returns
    -------
    bridges
        One row per actor with ties, columns `BRIDGE_COLUMNS`, by falling participation (missing
        last), then strength, then code.

    Raises
    ------
    TableError
        If `permutations` is below 19.
    """
    labels, ends, weights, rng = _labelled(network, seed, permutations, "find_bridges")
    size = len(labels)
    strength = np.bincount(ends.ravel(), np.repeat(weights, 2), minlength=size)
    observed = _outward(labels, ends, weights, size)
    total, higher = np.zeros(size), np.zeros(size)
    for _ in range(permutations if len(ends) else 0):
        drawn = _outward(_permute(labels, rng), ends, weights, size)
        total += drawn
        higher += drawn >= observed - 1e-9
    spread = measure_participation(network.actors, network.ties)
    is_tied = strength > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        table = network.actors[["actor_id", "kind", "community"]].assign(
            strength=spread["strength"], participation=spread["participation"], e_i=2 * observed / strength - 1,
            e_i_expected=2 * total / permutations / strength - 1, p=(1 + higher) / (permutations + 1))[is_tied]
    table = table.assign(q=adjust_p(table["p"].to_numpy(float))).astype(BRIDGE_COLUMNS)
    return table.sort_values(["participation", "strength", "actor_id"], ascending=[False, False, True],
                             ignore_index=True)[list(BRIDGE_COLUMNS)]


def find_mixing(network: ActorNetwork, *, seed: int, permutations: int = 999) -> pd.DataFrame:
    """Find whether communities keep to themselves more than permuted labels would (E–I index).

    Parameters
    ----------
    network
        After `find_communities`.

    Returns
    -------
    mixing
        The whole network first, then one row per community, columns `MIXING_COLUMNS`. A community
        is compared with as many actors drawn at random. An index of −1 means that all ties are
        inside.

    Raises
    ------
    TableError
        If `permutations` is below 19.
    """
    labels, ends, weights, rng = _labelled(network, seed, permutations, "find_mixing")
    groups = int(labels.max(initial=0))
    internal, external = _inside_out(labels, ends, weights, groups)
    observed = _index(internal, external)
    drawn = np.array([_index(*_inside_out(_permute(labels, rng), ends, weights, groups))
                      for _ in range(permutations)])
    as_low, as_high = ((1 + c.sum(axis=0)) / (permutations + 1)
                       for c in (drawn <= observed + 1e-12, drawn >= observed - 1e-12))
    sizes = np.bincount(labels[labels > 0], minlength=groups + 1)
    sizes[0] = sizes.sum()
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    table = pd.DataFrame({"community": pd.array([None, *range(1, groups + 1)], dtype="Int64"), "actors": sizes,
                          "internal": internal, "external": external, "e_i": observed,
                          "expected": drawn.mean(axis=0), "low": low, "high": high,
                          "p": np.where(np.isnan(observed), np.nan, np.minimum(1, 2 * np.minimum(as_low, as_high)))})
    return table[list(MIXING_COLUMNS)].astype(MIXING_COLUMNS)


def adjust_p(p: np.ndarray) -> np.ndarray:
    """Return Benjamini–Hochberg q-values (1995)."""
    from scipy import stats

    return np.asarray(stats.false_discovery_control(p)) if len(p) else p


def measure_participation(actors: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Return `actor_id`, `kind`, strength in posts and unbiased participation; the index of `actors`."""
    ends = tie_ends(actors["actor_id"], ties)
    posts = ties["posts"].list.len().to_numpy(float) if len(ties) else np.zeros(0)
    labels = actors["community"].fillna(0).to_numpy(np.int64)
    base = int(labels.max(initial=0)) + 1
    cell = np.concatenate([ends[:, 0] * base + labels[ends[:, 1]], ends[:, 1] * base + labels[ends[:, 0]]])
    cells, position = np.unique(cell, return_inverse=True)
    inner = np.bincount(position.ravel(), np.tile(posts, 2), minlength=len(cells))
    strength, same = (np.bincount(cells // base, w, minlength=len(actors)) for w in (inner, inner * (inner - 1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        # sums of floats may leave −1e-17 where every tie is inside
        share = np.where(strength >= LEAST_STRENGTH, np.clip(1 - same / (strength * (strength - 1)), 0, 1), np.nan)
    return actors[["actor_id", "kind"]].assign(strength=strength, participation=share)


def list_bridges(spread: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the arenas whose ties spread over communities, by participation, then strength, then code."""
    ranked = spread[(spread["kind"] == "arena") & (spread["participation"] > 0)].sort_values(
        ["participation", "strength", "actor_id"], ascending=[False, False, True])
    return [{"actor_id": str(a), "participation": float(p), "strength": float(s)}
            for a, p, s in zip(ranked["actor_id"], ranked["participation"], ranked["strength"], strict=True)]


def _labelled(network: ActorNetwork, seed: int, permutations: int,
              name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.random.Generator]:
    if permutations < 19:
        raise TableError(f"{name}: permutations is {permutations}; at least 19 are needed for a p of .05.")
    labels = network.actors["community"].fillna(0).to_numpy(np.int64)
    ends = tie_ends(network.actors["actor_id"], network.ties)
    if len(ends) and not labels[ends].all():
        raise TableError(f"{name}: actors with ties have no community; call find_communities first.")
    return labels, ends, network.ties["weight"].to_numpy(float), np.random.default_rng(seed)


def _permute(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the labels dealt out anew among the actors that have one."""
    drawn = labels.copy()
    drawn[labels > 0] = rng.permutation(labels[labels > 0])
    return drawn


def _outward(labels: np.ndarray, ends: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    out = np.where(labels[ends[:, 0]] != labels[ends[:, 1]], weights, 0.0)
    return np.bincount(ends.ravel(), np.repeat(out, 2), minlength=size)


def _inside_out(labels: np.ndarray, ends: np.ndarray, weights: np.ndarray,
                groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weight inside and to others: of the whole network, then of each community."""
    one, two = labels[ends[:, 0]], labels[ends[:, 1]]
    is_out = one != two
    internal = np.bincount(one[~is_out], weights[~is_out], minlength=groups + 1)
    external = np.bincount(np.concatenate([one[is_out], two[is_out]]), np.tile(weights[is_out], 2),
                           minlength=groups + 1)
    internal[0], external[0] = weights[~is_out].sum(), weights[is_out].sum()
    return internal, external


def _index(internal: np.ndarray, external: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((external - internal) / (external + internal))
