"""How often chance alone makes two actors share the same things within a window (blueprint §0a).

The null exchanges accounts among the share slots of one bin of time; what was shared when stays as
it is. For a pair i, j the expected number of slot pairs on one object is

    λ_ij = Σ_g 2·C_gg·n_ig·n_jg / (N_g·(N_g − 1)) + Σ_{g<g'} C_gg'·(n_ig·n_jg' + n_ig'·n_jg) / (N_g·N_g')

with n_ig the slots of i in bin g, N_g all slots of the bin and C_gg' the pairs of slots on one
object within the window. That is n_iᵀ K n_j with a sparse symmetric K, computed for tied pairs only:
without a tie w = 0 and p = 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from workbench.actors.sweep import MICROSECONDS, Pairs, Slots

if TYPE_CHECKING:
    from scipy import sparse

FEWEST_SHARES = 200
HOUR = 3600 * MICROSECONDS
TIE_BLOCK = 500_000


def bin_times(time: np.ndarray, *, hours: float, fewest: int = FEWEST_SHARES) -> np.ndarray:
    """Return the bin of each slot: `hours` wide from midnight UTC, neighbours joined until each has enough slots.

    Parameters
    ----------
    time
        Microseconds since 1970.
    fewest
        Slots of a bin; what is left at the end joins the last bin.
    """
    if not len(time):
        return np.zeros(0, dtype=np.int64)
    cell = time // round(hours * HOUR)
    cell = cell - cell.min()
    counts = np.bincount(cell)
    number = np.zeros(len(counts), dtype=np.int64)
    bins, held = 0, 0
    for place, count in enumerate(counts.tolist()):
        number[place] = bins
        held += count
        if held >= fewest:
            bins, held = bins + 1, 0
    if held > 0 and bins:
        number[number == bins] = bins - 1
    return np.asarray(number[cell])


def bin_hours_of_day(time: np.ndarray) -> np.ndarray:
    """Return the hour of day, UTC, of each slot, as bins without gaps."""
    hour = time // HOUR % 24
    return np.asarray((np.cumsum(np.bincount(hour, minlength=24) > 0) - 1)[hour])


def count_close(binnings: list[np.ndarray], blocks: Iterator[tuple[np.ndarray, np.ndarray]]) -> list[sparse.csr_matrix]:
    """Return, for each binning, C: pairs of slots on one object within the window, by the bins of both."""
    from scipy import sparse

    sizes = [int(bins.max(initial=-1)) + 1 for bins in binnings]
    close = [sparse.csr_matrix((size, size)) for size in sizes]
    for left, right in blocks:
        for place, (bins, size) in enumerate(zip(binnings, sizes, strict=True)):
            low, high = np.minimum(bins[left], bins[right]), np.maximum(bins[left], bins[right])
            close[place] = close[place] + sparse.csr_matrix((np.ones(len(low)), (low, high)), shape=(size, size))
    return close


def rate_pairs(bins: np.ndarray, close: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return K: what one slot of i in bin g and one of j in bin g' add to λ; symmetric."""
    from scipy import sparse

    total = np.bincount(bins, minlength=close.shape[0]).astype(float)
    entry = close.tocoo()
    # a pair within one bin needs two slots there, so N_g is at least 2 where C_gg is not 0
    others = total[entry.col] - (entry.row == entry.col)
    rate = sparse.csr_matrix((entry.data / (total[entry.row] * others), (entry.row, entry.col)), shape=close.shape)
    return rate + rate.T


def expect_pairs(slots: Slots, pairs: Pairs, bins: np.ndarray, rates: sparse.csr_matrix) -> np.ndarray:
    """Return λ of each pair."""
    from scipy import sparse

    of = sparse.csr_matrix((np.ones(len(bins)), (slots.actor, bins)), shape=(len(slots.actor_ids), rates.shape[0]))
    spread = (of @ rates).tocsr()
    parts = [np.asarray(spread[pairs.a[i:i + TIE_BLOCK]].multiply(of[pairs.b[i:i + TIE_BLOCK]]).sum(axis=1)).ravel()
             for i in range(0, len(pairs.a), TIE_BLOCK)]
    return np.concatenate(parts or [np.zeros(0)])


def tail_p(weight: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return P(Poisson(expected) ≥ weight), 1 where the weight is 0."""
    from scipy import special

    return np.asarray(np.where(weight > 0, special.gammainc(np.maximum(weight, 1), expected), 1.0))


def adjust_over(p: np.ndarray, tests: float) -> np.ndarray:
    """Return Benjamini–Hochberg q-values when `tests` were made and all those not in `p` gave 1.

    Notes
    -----
    Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57(1).
    """
    order = np.argsort(p, kind="stable")
    stepped = p[order] * tests / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return q
