"""Whether a sample was drawn post by post, or arena by arena, which is refused (M4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PLAUSIBLE = 0.001  # one random sample in a thousand is refused
DRAWN = 1999  # random samples it is held against


@dataclass(frozen=True)
class Spread:
    """How a sample lies over arenas, beside random samples of the same size.

    Attributes
    ----------
    is_plausible
        Whether random samples of the same strata come out as uneven often enough (p at least .001).
    p
        Part of them that are at least as uneven.
    arenas
        In which the sample has posts.
    expected
        The same of a random sample, on average.
    """

    is_plausible: bool
    p: float
    arenas: int
    expected: float


def check_spread(frame_arenas: pd.Series, sample_arenas: pd.Series, *, seed: int,
                 frame_strata: pd.Series | None = None, sample_strata: pd.Series | None = None) -> Spread:
    """Check whether a sample that was drawn elsewhere may be a random one, or took whole arenas.

    An audit drawn by arena would need intervals over arenas; the usual ones then hold in 46–88 % of quarters only.

    Parameters
    ----------
    frame_arenas, sample_arenas
        Arena of every post, of the frame and of the sample. An arena that the frame does not have is refused.
    seed
        Of the random samples.
    frame_strata, sample_strata
        Stratum of the same posts, in the same order; None: one stratum.

    Returns
    -------
    spread
        From Σ(o−e)²/e over strata and arenas, o = posts of the sample in the arena and e = those a random sample has on
        average, against random samples without replacement.
    """
    rng = np.random.default_rng(seed)
    ones = [pd.Series(1, index=v.index) if strata is None else strata
            for v, strata in ((frame_arenas, frame_strata), (sample_arenas, sample_strata))]
    there = pd.crosstab(frame_arenas.to_numpy(), ones[0].to_numpy())
    drawn = pd.crosstab(sample_arenas.to_numpy(), ones[1].to_numpy())
    if not (drawn.index.isin(there.index).all() and drawn.columns.isin(there.columns).all()):
        return Spread(False, 0.0, len(drawn), float("nan"))
    drawn = drawn.reindex(index=there.index, columns=there.columns, fill_value=0)
    uneven, random_uneven, seen = 0.0, np.zeros(DRAWN), np.zeros((DRAWN, len(there)), dtype=bool)
    for stratum in there.columns:
        size, taken = there[stratum].to_numpy(), drawn[stratum].to_numpy()
        if (taken > size).any():
            return Spread(False, 0.0, int((drawn.sum(axis=1) > 0).sum()), float("nan"))
        expected = np.maximum(size * taken.sum() / max(size.sum(), 1), 1e-12)
        others = rng.multivariate_hypergeometric(size, int(taken.sum()), size=DRAWN, method="marginals")
        uneven += float(((taken - expected) ** 2 / expected).sum())
        random_uneven += ((others - expected) ** 2 / expected).sum(axis=1)
        seen |= others > 0
    p = (1 + int((random_uneven >= uneven - 1e-9).sum())) / (1 + DRAWN)
    return Spread(p >= PLAUSIBLE, p, int((drawn.sum(axis=1) > 0).sum()), float(seen.sum(axis=1).mean()))
