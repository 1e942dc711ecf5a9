"""A prediction-powered share, to stand beside the audited one where enough was found (M4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbench.auditing.designing import FEWEST_FOUND
from workbench.auditing.shares import LEVEL, Estimate


def estimate_powered(scores: ArrayLike, strata: ArrayLike, is_coded: ArrayLike, is_found: ArrayLike) -> Estimate:
    """Estimate a share from codes and the scores of all posts.

    Parameters
    ----------
    scores, strata, is_coded, is_found
        One value per post of the frame: score of the code, stratum, whether it was drawn and coded, whether it has the
        code.

    Returns
    -------
    share
        Mean of the prediction-powered estimates of the strata, each with its own weight for the scores (λ), weighted by
        posts, with a normal interval; missing with fewer than 30 found. It leans on the model, and where few posts were
        found in the large stratum its interval is too narrow: it stands beside `estimate_share`, never for it.

    Notes
    -----
    Angelopoulos, Duchi & Zrnic 2023 (PPI++); the package ppi-python.
    """
    from ppi_py import ppi_mean_ci

    scores, strata, drawn = np.asarray(scores, dtype=float), np.asarray(strata), np.asarray(is_coded, dtype=bool)
    found: np.ndarray = np.asarray(is_found, dtype=bool) & drawn
    if found.sum() < FEWEST_FOUND:
        return Estimate(float("nan"), float("nan"), float("nan"))
    value = variance = 0.0
    for stratum in np.unique(strata):
        here = strata == stratum
        said, known, others = found[here & drawn].astype(float), scores[here & drawn], scores[here & ~drawn]
        if not len(said):
            return Estimate(float("nan"), float("nan"), float("nan"))
        weight = here.mean()
        if not len(others):  # coded whole
            value += weight * float(said.mean())
            continue
        # with the same score everywhere, or no case, the scores say nothing
        told = {} if said.std() > 0 and known.std() > 0 and others.std() > 0 else {"lam": 0.0}
        low, high = (float(np.squeeze(v)) for v in ppi_mean_ci(said, known, others, alpha=1 - LEVEL, **told))
        left = 1 - len(said) / here.sum()
        value += weight * (low + high) / 2
        variance += weight**2 * left * ((high - low) / 2) ** 2
    half = float(np.sqrt(variance))
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))
