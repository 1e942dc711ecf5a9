"""How well a model did where it was used: precision and recall from the audit of the same posts (M5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from workbench.auditing.ratios import bound_ratios, odds_to_part
from workbench.auditing.shares import Estimate, estimate_share, weigh_strata


@dataclass(frozen=True)
class Detection:
    """What a model found, and what it passed over.

    Attributes
    ----------
    precision
        Part of the posts it flagged that have the code; missing where it flagged none.
    recall
        Part of the posts with the code that it flagged; where `missed` is 0 its value is 1, its upper end too, and only
        its lower end can be told: "at least x %". Missing where none was found.
    missed
        Coded posts with the code that it did not flag.
    """

    precision: Estimate
    recall: Estimate
    missed: int


def estimate_detection(posts: ArrayLike, coded: ArrayLike, found: ArrayLike) -> Detection:
    """Estimate precision and recall of a model from the audit.

    Parameters
    ----------
    posts, coded, found
        Arrays of strata × 2: not flagged, flagged by the model; counts as in `estimate_share`.

    Notes
    -----
    The coded posts of a cell are a random sample of it, so flagged and passed-over posts are estimated apart, and the
    recall is r/(1+r) with r = found among the flagged to found among the rest, by MOVER-R.
    """
    posts, coded, found = (np.asarray(v, dtype=float) for v in (posts, coded, found))
    precision = estimate_share(posts[:, 1], coded[:, 1], found[:, 1])
    value, low, high = bound_recalls(posts, coded, found)
    return Detection(precision, Estimate(float(value), float(low), float(high)), int(found[:, 0].sum()))


def bound_recalls(posts: ArrayLike, coded: ArrayLike, found: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate many recalls at once, strata and not flagged/flagged along the last two axes."""
    posts, coded, found = (np.asarray(v, dtype=float) for v in (posts, coded, found))
    cells = weigh_strata(*(v.reshape(*v.shape[:-2], -1) for v in (posts, coded, found)))
    (missed, *missed_off), (hit, *hit_off) = (cells.of(slice(i, None, 2)).total() for i in (0, 1))
    low, high = bound_ratios(hit, missed, (hit_off[0], hit_off[1]), (missed_off[0], missed_off[1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = hit / (hit + missed)
    is_known = hit + missed > 0
    return value, *(np.where(is_known, odds_to_part(v), np.nan) for v in (low, high))
