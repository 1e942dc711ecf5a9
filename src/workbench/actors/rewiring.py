"""Rewire ties so that every actor keeps as many as it had."""

from __future__ import annotations

import numpy as np
import pandas as pd

ROUNDS = 20


def rewire(ends: np.ndarray, rng: np.random.Generator, *, directed: bool = True) -> np.ndarray:
    """Return ties rewired by swaps that make no self-tie and no tie twice (Maslov & Sneppen 2002).

    In each of 20 rounds ties are paired at random and exchange their targets, all at once. A tie
    keeps its source and so its weight: shuffled weights would put heavy ties on actors with a
    single tie, which alone lifts the modularity of the null.

    Parameters
    ----------
    ends
        Positions of source and target, one row per tie, each pair once.
    """
    ends = ends.copy()
    size, half = int(ends.max(initial=0)) + 1, len(ends) // 2
    for _ in range(ROUNDS if half else 0):
        order = rng.permutation(len(ends))
        one, two = order[:half], order[half:2 * half]
        if not directed:
            turned = two[rng.random(half) < 0.5]
            ends[turned] = ends[turned, ::-1]
        made = ends[one].copy(), ends[two].copy()
        made[0][:, 1], made[1][:, 1] = ends[two, 1], ends[one, 1]
        # what is neither there yet nor made twice stands once among all ties, old and made
        codes, _ = pd.factorize(np.concatenate([_key(m, size, directed) for m in (*made, ends)]))
        is_new = (np.bincount(codes)[codes[:2 * half]] == 1).reshape(2, half).all(axis=0)
        is_tie = (made[0][:, 0] != made[0][:, 1]) & (made[1][:, 0] != made[1][:, 1])
        swap = is_new & is_tie
        ends[one[swap]], ends[two[swap]] = made[0][swap], made[1][swap]
    return ends


def _key(ends: np.ndarray, size: int, directed: bool) -> np.ndarray:
    low, high = (ends[:, 0], ends[:, 1]) if directed else (ends.min(axis=1), ends.max(axis=1))
    return np.asarray(low * size + high)
