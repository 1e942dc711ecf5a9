"""Who forwards from whom: three communities, one bridge between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

OUTSIDE = 0.05  # of all forwards come from arenas that were not collected
_RATE = {"group": 0.16, "channel": 0.2, "page": 0.0}
_BRIDGE_RATE = 0.6
_FROM_BRIDGE, _ACROSS = 0.08, 0.02  # of what an arena forwards


def _pull(arenas: pd.DataFrame) -> np.ndarray:
    """Return how readily each arena (rows) forwards from each other (columns)."""
    community = arenas["community"].to_numpy()
    role = arenas["role"].to_numpy()
    is_channel = (arenas["kind"] == "channel").to_numpy()
    # a group of 4CAT carries no id of its own, so a forward from it could not be resolved
    small = np.where(arenas["format"] == "desktop", 0.25, 0.0)
    weight = np.where(is_channel, np.where(role == "hub", 5.0, 2.5), small)
    bridge = role == "bridge"
    weight = np.where(bridge | (community == 0), 0.0, weight)
    same = (community[:, None] == community[None, :]) * weight
    other = (community[:, None] != community[None, :]) * weight
    np.fill_diagonal(same, 0)
    same[np.ix_(role == "reopened", role == "closed")] = 40.0
    pull = _shares(same) * (1 - _FROM_BRIDGE - _ACROSS) + _shares(other) * _ACROSS
    pull[:, bridge] = _FROM_BRIDGE
    by_community = [_shares(weight[None, :] * (community == c)) for c in (1, 2, 3)]
    pull[bridge] = sum(by_community)
    return pull


def _shares(weight: np.ndarray) -> np.ndarray:
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(weight / np.where(total > 0, total, 1))


def add_forwards(plan: pd.DataFrame, arenas: pd.DataFrame, *, outside: int, rng: np.random.Generator) -> pd.DataFrame:
    """Add `source`: the arena a post is forwarded from, missing where it is no forward.

    Sources outside the collected set are numbered -2, -3, ...; there are `outside` of them.
    """
    rate = np.where(arenas["role"] == "bridge", _BRIDGE_RATE, arenas["kind"].map(_RATE))[plan["arena"]]
    can = (plan["ring"] < 0) & ~plan["is_move"]
    rows = np.flatnonzero((rng.random(len(plan)) < rate) & can)
    target = plan["arena"].to_numpy()[rows]
    day = plan["seconds"].to_numpy()[rows, None] // 86400
    first, last = (arenas[c].to_numpy()[None, :] for c in ("first_day", "last_day"))
    spoke = (first < day) & (day <= last)
    role = arenas["role"].to_numpy()
    spoke |= (role[target] == "reopened")[:, None] & (role == "closed")[None, :]
    chance = _pull(arenas)[target] * spoke
    draw = rng.random(len(rows)) * chance.sum(axis=1)
    source = (chance.cumsum(axis=1) < draw[:, None]).sum(axis=1)
    from_outside = (rng.random(len(rows)) < OUTSIDE) | (chance.sum(axis=1) == 0)
    # each community has its own sources outside, so that these are no bridges
    community = arenas["community"].to_numpy()[target]
    stranger = 3 * rng.integers(0, outside // 3, len(rows)) + community % 3
    source = np.where(from_outside, -2 - stranger, source)
    filled = pd.Series(pd.NA, index=plan.index, dtype="Int64")
    filled.iloc[rows] = source
    return plan.assign(source=filled)
