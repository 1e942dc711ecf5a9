"""Shares of a finite set of posts, estimated from a stratified audit (M4)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


def estimate_share(posts: np.ndarray, coded: np.ndarray, found: np.ndarray) -> Estimate:
    """Estimate a share from random samples of strata.

    Parameters
    ----------
    posts, coded, found
        One number a stratum: posts in it, those of its random sample that were coded, those found. A stratum of which
        nothing was coded may hold anything.

    Returns
    -------
    share
        p = ΣW_h·p_h with W_h = N_h/N, and its MOVER interval: l = p − √ΣW_h²(1−n_h/N_h)(p_h−l_h)², u likewise, where
        l_h, u_h are the mid-P limits (l_h = 0 at no case, u_h = 1 at all). Missing (nan) where there are no posts.

    Notes
    -----
    Zou & Donner 2008 (MOVER); Lancaster 1961 (mid-P); blueprint §0a, M4.
    """
    posts, coded, found = (np.asarray(v, dtype=float) for v in (posts, coded, found))
    is_there = posts > 0
    posts, coded, found = posts[is_there], coded[is_there], found[is_there]
    if not len(posts):
        return Estimate(np.nan, np.nan, np.nan)
    weight, left = posts / posts.sum(), 1 - np.minimum(coded / posts, 1)
    # of a stratum nobody looked into, half is the middle of what it may hold
    share = np.where(coded > 0, found / np.maximum(coded, 1), 0.5)
    low, high = limit_share(coded, found)
    value = float((weight * share).sum())
    below = sqrt(float((weight**2 * left * (share - low) ** 2).sum()))
    above = sqrt(float((weight**2 * left * (high - share) ** 2).sum()))
    return Estimate(value, max(0.0, value - below), min(1.0, value + above))


def limit_share(coded: np.ndarray, found: np.ndarray, *, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Return the mid-P limits of binomial shares, by bisection; 0 at no case, 1 at all, both where none was coded.

    Notes
    -----
    The lower limit solves P(X > x) + P(X = x)/2 = α/2, the upper one P(X < x) + P(X = x)/2 = α/2.
    """
    from scipy.stats import binom

    coded, found = np.asarray(coded, dtype=float), np.asarray(found, dtype=float)
    alpha = (1 - level) / 2
    limits = []
    for is_low in (True, False):
        below, above = np.zeros_like(coded), np.ones_like(coded)
        for _ in range(45):
            middle = (below + above) / 2
            tail = binom.sf(found, coded, middle) if is_low else binom.cdf(found - 1, coded, middle)
            rises = tail + binom.pmf(found, coded, middle) / 2 < alpha
            goes_up = rises if is_low else ~rises
            below, above = np.where(goes_up, middle, below), np.where(goes_up, above, middle)
        limits.append((below + above) / 2)
    low, high = limits
    return np.where(found <= 0, 0.0, low), np.where((found >= coded) | (coded == 0), 1.0, high)
