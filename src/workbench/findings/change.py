"""Tests of change over arenas: sign flips, intervals, false discovery rate, echoes (blueprint §0a, M9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from workbench.findings.distinct import MINIMUM_POSTS

MINIMUM_EFFECTIVE_ARENAS = 12
SHRINKAGE = 300
LEVEL = 0.05
POWER = 0.8


def compare_shares(before: pd.DataFrame, now: pd.DataFrame, *, seed: int, flips: int = 9999,
                   together: pd.Series | None = None) -> pd.DataFrame:
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
    together
        By arena, the group it belongs to: arenas of one group are run together and flip as one. None: each by itself.

    Returns
    -------
    changes
        One row per category: `change` (weighted mean difference of shares), `low`, `high`
        (95 %, t with CR2 variance), `pooled` (difference of the pooled shares), `p`,
        `top_arena` (largest part of the change that one arena makes), `effective` (arenas,
        1/Σw²), `arenas`, `panel_before` and `panel`, the weighted shares that `change` is the difference of,
        `strength` (size of the change in widths of its interval) and `seen` (the change that would be found in four
        of five quarters, were all categories tested at once).
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
    unit = _groups(panel, together)
    weight = np.bincount(unit, w)  # of what flips as one
    effective = 1 / (weight**2).sum() if len(w) else 0.0
    result["effective"] = effective
    if effective < MINIMUM_EFFECTIVE_ARENAS:
        return result.assign(**dict.fromkeys(("change", "low", "high", "p", "top_arena", "panel", "panel_before",
                                              "strength", "seen"), np.nan))
    then, later = before.loc[panel].to_numpy(float) / n1[:, None], now.loc[panel].to_numpy(float) / n2[:, None]
    d = later - then
    weighted = np.zeros((len(weight), d.shape[1]))
    np.add.at(weighted, unit, w[:, None] * d)
    change = weighted.sum(axis=0)
    scale = np.sqrt((weighted**2).sum(axis=0))
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(flips, len(weight)))
    # the denominator of T does not change when signs flip, so |Σ| alone decides
    flipped = np.abs(signs @ weighted)
    p = (1 + (flipped >= np.abs(change) - 1e-12).sum(axis=0)) / (flips + 1)
    variance = ((weighted - weight[:, None] * change) ** 2 / (1 - weight[:, None])).sum(axis=0)
    reach = stats.t.ppf(0.975, effective - 1) * np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        top = np.where(change != 0, np.max(weighted * np.sign(change), axis=0) / np.abs(change), np.nan)
        strength = np.where(reach > 0, np.abs(change) / (2 * reach), np.where(change != 0, np.inf, 0.0))
    return result.assign(change=change, low=change - reach, high=change + reach,
                         p=np.where(scale > 0, p, 1.0), top_arena=top, panel=w @ later, panel_before=w @ then,
                         strength=strength, seen=seen_from(np.sqrt(variance), effective - 1, len(columns)))


def _groups(panel: pd.Index, together: pd.Series | None) -> np.ndarray:
    if together is None:
        return np.arange(len(panel))
    return np.asarray(pd.factorize(together.reindex(panel).fillna(pd.Series(panel, index=panel)))[0])


def seen_from(error: np.ndarray, freedom: float, tests: int) -> np.ndarray:
    """Return the change that four of five quarters would show, from its standard error and how many are tested."""
    from scipy import stats

    reach = stats.t.ppf(1 - LEVEL / 2 / max(tests, 1), freedom) + stats.t.ppf(POWER, freedom)
    return np.asarray(reach * error)


def take_out_echoes(test: Callable[[Sequence[int]], pd.DataFrame], *, tested: Sequence[int]) -> pd.DataFrame:
    """Test categories; take the surest change out of the denominators and test the rest again, until none is left.

    One that rises makes the shares of all others fall by arithmetic: such echoes are no change.

    Parameters
    ----------
    test
        Gives one row per category with `change`, `panel_before`, `p` and `strength`, without those already taken out.
    tested
        Categories for which p counts; of the others it is dropped.

    Returns
    -------
    changes
        The rows of `test`, each of the round in which its category was taken out (`order`: 1, 2, …), the others of the
        last one (`order` missing), with `q` of that round.
    """
    taken: list[int] = []
    told: list[pd.DataFrame] = []
    while True:
        found = test(taken)
        found = found.assign(p=found["p"].where(found.index.isin(list(tested))))
        found = found.assign(q=adjust_p(found["p"]), order=np.nan)
        sure = found[found["q"] < LEVEL]
        if sure.empty:
            break
        # of two that mirror each other the smaller one is what changed
        grown = (sure["change"].abs() / sure["panel_before"].clip(lower=1e-9)).to_numpy(float)
        first = sure.index[np.lexsort((-grown, -sure["strength"].round(6)))[0]]
        taken.append(first)
        told.append(found.loc[[first]].assign(order=len(taken)))
        if not set(tested) & set(found.index) - {first}:
            found = found.drop(index=first)
            break
    return pd.concat([*told, found])


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
