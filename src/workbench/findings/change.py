"""Tests of change over arenas: sign flips, intervals, false discovery rate (blueprint §0a, M9)."""

from __future__ import annotations

import numpy as np
import pandas as pd

MINIMUM_EFFECTIVE_ARENAS = 12
MINIMUM_POSTS = 20
SHRINKAGE = 300


def compare_shares(before: pd.DataFrame, now: pd.DataFrame, *, seed: int, flips: int = 9999) -> pd.DataFrame:
    """Test whether shares changed between two quarters, over the arenas of the fixed panel.

    Parameters
    ----------
    before, now
        Posts by arena (index) and category (columns); the categories of one arena sum to
        its posts. Arenas with fewer than 20 posts in either quarter are left out.
    seed
        Of the sign flips, which are the same for every category.
    flips
        Random flips of whole arenas.

    Returns
    -------
    changes
        One row per category: `change` (weighted mean difference of shares), `low`, `high`
        (95 %, t with CR2 variance), `pooled` (difference of the pooled shares), `p`,
        `top_arena` (largest part of the change that one arena makes), `effective` (arenas,
        1/Σw²), `arenas`, and `panel_before` and `panel`, the weighted shares that `change` is the difference of.
        Missing where fewer than 12 effective arenas allow no test.

    Notes
    -----
    Canay, Romano and Shaikh (2017), Econometrica 85(3), approximate symmetry; weights
    h/(h+300) with h = N1·N2/(N1+N2); CR2 after Bell and McCaffrey (2002).
    """
    from scipy import stats

    columns = before.columns.union(now.columns)
    before = before.reindex(columns=columns, fill_value=0)
    now = now.reindex(columns=columns, fill_value=0)
    size_before, size_now = before.sum(axis=1), now.sum(axis=1)
    panel = before.index.intersection(now.index)
    panel = panel[(size_before[panel] >= MINIMUM_POSTS) & (size_now[panel] >= MINIMUM_POSTS)].sort_values()
    n1, n2 = size_before[panel].to_numpy(float), size_now[panel].to_numpy(float)
    pooled = now.loc[panel].sum() / max(n2.sum(), 1) - before.loc[panel].sum() / max(n1.sum(), 1)
    result = pd.DataFrame({"pooled": pooled.astype(float), "arenas": len(panel)}, index=columns)
    h = n1 * n2 / np.maximum(n1 + n2, 1)
    w = h / (h + SHRINKAGE)
    w = w / w.sum() if len(w) else w
    effective = 1 / (w**2).sum() if len(w) else 0.0
    result["effective"] = effective
    if effective < MINIMUM_EFFECTIVE_ARENAS:
        return result.assign(change=np.nan, low=np.nan, high=np.nan, p=np.nan, top_arena=np.nan, panel=np.nan,
                             panel_before=np.nan)
    then, later = before.loc[panel].to_numpy(float) / n1[:, None], now.loc[panel].to_numpy(float) / n2[:, None]
    d = later - then
    weighted = w[:, None] * d
    change = weighted.sum(axis=0)
    scale = np.sqrt((weighted**2).sum(axis=0))
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(flips, len(panel)))
    # the denominator of T does not change when signs flip, so |Σ| alone decides
    flipped = np.abs(signs @ weighted)
    p = (1 + (flipped >= np.abs(change) - 1e-12).sum(axis=0)) / (flips + 1)
    variance = ((w[:, None] ** 2) * (d - change) ** 2 / (1 - w[:, None])).sum(axis=0)
    reach = stats.t.ppf(0.975, effective - 1) * np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        top = np.where(change != 0, np.max(weighted * np.sign(change), axis=0) / np.abs(change), np.nan)
    return result.assign(change=change, low=change - reach, high=change + reach,
                         p=np.where(scale > 0, p, 1.0), top_arena=top, panel=w @ later, panel_before=w @ then)


def adjust_p(p: pd.Series) -> pd.Series:
    """Return Benjamini–Hochberg q-values; missing p stay missing and do not count.

    Notes
    -----
    Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57(1).
    """
    from scipy import stats

    known = p.dropna()
    q = pd.Series(np.nan, index=p.index, dtype=float)
    if len(known):
        q[known.index] = stats.false_discovery_control(known.to_numpy(float))
    return q
