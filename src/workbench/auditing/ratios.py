"""Ratios, parts and differences of audited shares (M6–M8, M10), with MOVER intervals."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from workbench.auditing.shares import Estimate, WeighedStrata, weigh_strata

NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def estimate_ratio(above: Estimate, below: Estimate) -> Estimate:
    """Estimate how many times as large one share is as another, from samples of different posts.

    Parameters
    ----------
    above, below
        Shares of two sets without a post in common: a topic and the rest, two platforms, two quarters.

    Returns
    -------
    ratio
        With its MOVER-R interval; missing where the lower limit of `below` is 0, as any ratio is then possible.

    Notes
    -----
    Donner & Zou 2012 (MOVER-R).
    """
    if not below.low > 0 or np.isnan(above.value):
        return NOTHING
    off = [np.asarray(v) for v in (above.value - above.low, above.high - above.value, below.value - below.low,
                                   below.high - below.value)]
    low, high = bound_ratios(np.asarray(above.value), np.asarray(below.value), (off[0], off[1]), (off[2], off[3]))
    return Estimate(above.value / below.value, float(low), float(high))


def estimate_ratio_within(posts: ArrayLike, coded: ArrayLike, first: ArrayLike, second: ArrayLike,
                          both: ArrayLike) -> Estimate:
    """Estimate how many posts of a first code there are for each of a second, counted in the same sample.

    Parameters
    ----------
    posts, coded
        One number a stratum, as in `estimate_share`.
    first, second, both
        One number a stratum: coded posts with the first code, the second, with both.

    Returns
    -------
    ratio
        With its MOVER-R interval, in which posts with both codes make the two shares rise and fall together; missing
        where none of the second was found.
    """
    value, low, high = bound_ratios_within(posts, coded, first, second, both)
    return Estimate(float(value), float(low), float(high)) if np.isfinite(high) else NOTHING


def estimate_part(posts: ArrayLike, coded: ArrayLike, part: ArrayLike, whole: ArrayLike) -> Estimate:
    """Estimate which part of the posts with a code have another as well: hate among attacks, one target among attacks.

    Parameters
    ----------
    posts, coded
        One number a stratum, as in `estimate_share`.
    part, whole
        One number a stratum: coded posts with both codes, coded posts with the one that is asked about.

    Returns
    -------
    part
        r/(1+r), where r is the ratio of those that have it to those that do not; missing where none of the whole was
        found.
    """
    value, low, high = bound_parts(posts, coded, part, whole)
    return Estimate(float(value), float(low), float(high))


def estimate_difference(after: Estimate, before: Estimate) -> Estimate:
    """Estimate a difference of two shares of different posts, such as those of two quarters (MOVER)."""
    below = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    above = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    value = after.value - before.value
    return Estimate(value, value - below, value + above)


def weigh_difference(after: Estimate, before: Estimate) -> float:
    """Return the p-value of no difference between two shares of different posts, two-sided.

    It is under .05 where the interval of `estimate_difference` leaves out 0.
    """
    from scipy.stats import norm

    gap = estimate_difference(after, before)
    if np.isnan(gap.value) or gap.value == 0:
        return float("nan") if np.isnan(gap.value) else 1.0
    off = gap.value - gap.low if gap.value > 0 else gap.high - gap.value
    return float(2 * norm.sf(norm.ppf(0.975) * abs(gap.value) / off)) if off > 0 else 0.0


def bound_ratios(above: np.ndarray, below: np.ndarray, above_off: tuple[np.ndarray, np.ndarray],
                 below_off: tuple[np.ndarray, np.ndarray],
                 together: tuple[np.ndarray | float, np.ndarray | float] = (0.0, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    """Return MOVER-R limits of many ratios.

    Parameters
    ----------
    above, below
        What is divided, and by what.
    above_off, below_off
        How far each may be too high, and too low.
    together
        What the two have in common: correlation times distances, that of the lower limit (`above` too high, `below` too
        low) and that of the upper.

    Returns
    -------
    low, high
        Roots of (x − θy)² = d_x² − 2θ·c + θ²·d_y²; the upper one is infinite where `below` may be 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        cross, a, c = above * below - together[0], below**2 - below_off[1] ** 2, above**2 - above_off[0] ** 2
        low = c / (cross + np.sqrt(np.maximum(cross**2 - a * c, 0)))
        cross, a, c = above * below - together[1], below**2 - below_off[0] ** 2, above**2 - above_off[1] ** 2
        # rounding leaves 1e-20 where the lower limit of `below` is 0
        high = np.where(a > 1e-12 * below**2, (cross + np.sqrt(np.maximum(cross**2 - a * c, 0))) / a, np.inf)
    return np.where(above > 0, np.maximum(low, 0), 0.0), high


def bound_ratios_within(posts: ArrayLike, coded: ArrayLike, first: ArrayLike, second: ArrayLike, both: ArrayLike,
                        *, unknown: float = 0.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate many ratios at once, as `estimate_ratio_within`, strata along the last axis.

    The upper limit is infinite where none of the second was found.
    """
    one, two = (weigh_strata(posts, coded, v, unknown=unknown) for v in (first, second))
    shared = np.asarray(both, dtype=float) / np.maximum(np.asarray(coded, dtype=float), 1)
    alike = _correlation(one, two, shared) * (np.asarray(coded) > 0)
    (x, x_below, x_above), (y, y_below, y_above) = one.total(), two.total()
    together = [(alike * d * e).sum(axis=-1) for d, e in ((one.below, two.above), (one.above, two.below))]
    low, high = bound_ratios(x, y, (x_below, x_above), (y_below, y_above), (together[0], together[1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return x / y, low, high


def bound_parts(posts: ArrayLike, coded: ArrayLike, part: ArrayLike, whole: ArrayLike) -> tuple[np.ndarray, np.ndarray,
                                                                                               np.ndarray]:
    """Estimate many parts at once, as `estimate_part`, strata along the last axis."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    # both halves of a stratum nobody looked into are as likely
    return tuple(odds_to_part(r) for r in bound_ratios_within(posts, coded, part, whole - part, np.zeros_like(part),
                                                              unknown=0.25))  # type: ignore[return-value]


def odds_to_part(odds: np.ndarray) -> np.ndarray:
    """Return r/(1+r); 1 where it is infinite."""
    return np.where(np.isinf(odds), 1.0, odds / (1 + np.where(np.isinf(odds), 0.0, odds)))


def _correlation(one: WeighedStrata, two: WeighedStrata, shared: np.ndarray) -> np.ndarray:
    """Return by stratum how much two codes of the same posts rise and fall together; 0 where one has none or all."""
    spread = one.share * (1 - one.share) * two.share * (1 - two.share)
    return np.where(spread > 0, (shared - one.share * two.share) / np.sqrt(np.where(spread > 0, spread, 1)), 0.0)
