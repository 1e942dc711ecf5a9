"""Test whether an arena has become larger or smaller, or its tone another, than it was in the weeks before."""

from __future__ import annotations

import numpy as np

FEWEST_WEEKS, MOST_WEEKS = 8, 26  # before the period
FEWEST_POSTS = 20  # before and in the period together
TIMES = 1.5  # as many, or as few: less is no change that anybody would act on
FEWEST_MARKED = 10
MOST_MEMORY = 0.7  # of a week for the week before


def judge_size(before: np.ndarray, now: int, *, weeks: float) -> float:
    """Return the p-value of a number of posts, given those of the weeks before; missing where it cannot be told.

    Parameters
    ----------
    before
        Posts of each week before, by time.
    now
        Posts of the period.
    weeks
        Its length.

    Notes
    -----
    Under no change the period holds the share weeks / (weeks + weeks before) of all posts. Posts come in bursts and a
    busy week follows a busy week, so the binomial variance is multiplied by the index of dispersion of the weeks before
    (McCullagh & Nelder 1989, quasi-likelihood) and by (1 + r) / (1 − r), r the correlation of a week with the one
    before; Student's t with one degree of freedom less than there are weeks.
    """
    from scipy import stats

    number, total = len(before), int(before.sum()) + now
    if number < FEWEST_WEEKS or total < FEWEST_POSTS or before.sum() == 0:
        return float("nan")
    part = weeks / (weeks + number)
    scatter = max(1.0, float(before.var(ddof=1) / before.mean())) * _inflation(before)
    t = (now - total * part) / np.sqrt(scatter * total * part * (1 - part))
    return float(2 * stats.t.sf(abs(t), number - 1))


def judge_tone(marked_before: np.ndarray, posts_before: np.ndarray, marked: int, posts: int) -> float:
    """Return the p-value of a share of marked posts, given those of the weeks before; missing where it cannot be told.

    Notes
    -----
    Two shares, their variance multiplied by the dispersion of the weekly ones (Pearson's X² / degrees of freedom).
    """
    from scipy import stats

    has_posts = posts_before > 0
    marked_before, posts_before = marked_before[has_posts], posts_before[has_posts]
    number, all_marked, whole = len(posts_before), int(marked_before.sum()) + marked, int(posts_before.sum()) + posts
    if number < FEWEST_WEEKS or not posts or all_marked < FEWEST_MARKED or whole - all_marked < FEWEST_MARKED:
        return float("nan")
    usual = marked_before.sum() / posts_before.sum()
    if not 0 < usual < 1:
        return float("nan")
    spread = ((marked_before - posts_before * usual) ** 2 / (posts_before * usual * (1 - usual))).sum() / (number - 1)
    share = all_marked / whole
    variance = max(1.0, float(spread)) * share * (1 - share) * (1 / posts + 1 / posts_before.sum())
    return float(2 * stats.t.sf(abs(marked / posts - usual) / np.sqrt(variance), number - 1))


def adjust(p: np.ndarray) -> np.ndarray:
    """Return q-values over what could be tested (Benjamini & Hochberg 1995); missing stays missing."""
    from scipy import stats

    is_tested = np.isfinite(p)
    q = np.full(len(p), np.nan)
    if is_tested.any():
        q[is_tested] = stats.false_discovery_control(p[is_tested])
    return q


def _inflation(weekly: np.ndarray) -> float:
    """Return by how much sums of weeks vary more than weeks that know nothing of each other."""
    apart = weekly - weekly.mean()
    if not apart.any():
        return 1.0
    found = float((apart[1:] * apart[:-1]).sum() / (apart**2).sum())
    # of few weeks the correlation is underestimated (Marriott & Pope 1954)
    memory = min(max(found + (1 + 3 * found) / len(weekly), 0.0), MOST_MEMORY)
    return (1 + memory) / (1 - memory)
