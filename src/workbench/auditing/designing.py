"""How a sample for shares is laid out: strata by score, posts for each, and what more posts would bring (M4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbench.auditing.shares import Estimate, bound_shares

TOP, NEXT = 0.01, 0.1  # the highest 1 % of the scores are a stratum, the next 9 % another
FEWEST_FOUND = 30  # posts with a code, before a part of them is told (M8)
WIDEST = 1.3  # times the share: a wider interval is too wide (Parker et al. 2017, NCHS standards for proportions)


def cut_strata(scores: ArrayLike) -> np.ndarray:
    """Cut posts into strata by score: 1 the highest 1 %, 2 the next 9 %, 3 the rest.

    Equal scores keep the order in which they came; a missing score is the lowest. Order posts by something that has
    nothing to do with what they say, such as their pseudonymous id.
    """
    scores = np.asarray(scores, dtype=float)
    order = np.argsort(-np.where(np.isnan(scores), -np.inf, scores), kind="stable")
    rank = np.empty(len(scores), dtype=np.int64)
    rank[order] = np.arange(len(scores))
    return np.asarray(1 + (rank >= np.ceil(TOP * len(scores))) + (rank >= np.ceil(NEXT * len(scores))), dtype=np.int64)


def allocate_sample(posts: ArrayLike, scores_mean: ArrayLike, *, size: int, least: int = 40) -> np.ndarray:
    """Divide a sample between strata: more where there are more posts, and where the model is less sure.

    Parameters
    ----------
    posts, scores_mean
        One number a stratum: posts in it, the mean of their scores.
    size
        Posts to draw; all of them where there are fewer.
    least
        From each stratum; all of it where it has fewer.

    Returns
    -------
    drawn
        Half of the sample by n_h ∝ N_h·√(p_h(1−p_h)), p_h = the mean score kept between .005 and .5, half by
        n_h ∝ N_h^⅔; n_h ≥ `least`, Σn_h = `size`.

    Notes
    -----
    The first half is Neyman's allocation; with it alone a model trained where the share was larger draws too few posts
    of the large stratum, and intervals of rare codes widen. The second makes Σ(N_h·u_h)² least where nothing is found,
    u_h = 3/n_h, whatever the model thinks. Chosen by simulation (`benchmarks/audited_share.py`).
    """
    posts = np.asarray(posts, dtype=np.int64)
    size = int(min(size, posts.sum()))
    mean = np.clip(np.nan_to_num(np.asarray(scores_mean, dtype=float), nan=0.5), 0.005, 0.5)
    surest, rarest = posts * np.sqrt(mean * (1 - mean)), posts ** (2 / 3)
    wanted = surest / max(surest.sum(), 1e-300) + rarest / max(rarest.sum(), 1e-300)
    floor = np.minimum(posts, least)
    if floor.sum() >= size:  # a sample too small for that: alike
        wanted, floor = np.minimum(posts, 1).astype(float), np.zeros_like(posts)
    drawn = floor.astype(float)
    is_open = posts > 0
    while True:
        # strata that get less than the floor or more than they have are fixed there, the others share the rest
        free = size - drawn[~is_open].sum()
        share = np.where(is_open, free * wanted / max(wanted[is_open].sum(), 1e-300), drawn)
        over, under = is_open & (share > posts), is_open & (share < floor)
        fixed = over if (share - posts)[over].sum() >= (floor - share)[under].sum() and over.any() else under
        if not fixed.any():
            return _round_to(share, size, posts)
        drawn = np.where(fixed, np.where(over, posts, floor), drawn)
        is_open = is_open & ~fixed


def _round_to(share: np.ndarray, size: int, posts: np.ndarray) -> np.ndarray:
    """Return whole numbers that sum to a size: down, then one more for those with the largest remainder."""
    whole: np.ndarray = np.minimum(np.floor(share + 1e-9), posts).astype(np.int64)
    order = np.argsort(-(share - whole), kind="stable")
    for index in order[: max(size - int(whole.sum()), 0)]:
        whole[index] += 1
    return whole


def forecast_width(posts: ArrayLike, coded: ArrayLike, found: ArrayLike, *, more: int = 50) -> tuple[float, float]:
    """Forecast the width of the interval of a share after more posts are coded.

    Parameters
    ----------
    posts, coded, found
        As in `estimate_share`.
    more
        Posts, of which each stratum gets the part that it has of the coded so far, and shows the shares found so far.

    Returns
    -------
    now, then
        Width (upper end less lower end) of both; `then` is never above `now`.
    """
    posts, coded, found = (np.asarray(v, dtype=float) for v in (posts, coded, found))
    part = coded / coded.sum() if coded.sum() else posts / max(posts.sum(), 1)
    more_coded = np.minimum(coded + more * part, np.maximum(posts, coded))
    # nothing is known of what a stratum without codes will show
    share = np.where(coded > 0, found / np.maximum(coded, 1), 0.5)
    now, then = (float(high - low) for _, low, high in (
        bound_shares(posts, coded, found), bound_shares(posts, more_coded, share * more_coded)))
    return now, min(now, then)


def judge_sample(estimate: Estimate, found: int) -> str:
    """Tell what a sample is too small for: ``nothing_found``, ``too_wide``, ``no_parts``, or nothing.

    Parameters
    ----------
    estimate
        Share of a code.
    found
        Coded posts with it.

    Returns
    -------
    short
        ``nothing_found``: only "under x %" can be told. ``too_wide``: the interval is wider than 1.3 times the share
        (about fewer than nine found in a plain sample). ``no_parts``: the share can be told, but with fewer than 30
        found not what they are made of. Empty: large enough for both.
    """
    if found == 0:
        return "nothing_found"
    if not estimate.high - estimate.low <= WIDEST * estimate.value:
        return "too_wide"
    return "no_parts" if found < FEWEST_FOUND else ""
