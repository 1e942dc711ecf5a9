"""Tests of change where few arenas are followed: weeks are the units, and only these arenas are told of (M9w)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.findings.change import seen_from
from workbench.findings.distinct import MINIMUM_POSTS

WEEKS = 13  # parts of a quarter, each a week but for some hours
FEWEST_WEEKS = 10  # of a quarter, with posts in the panel
FEWEST_ARENAS = 3
MOST_QUARTERS = 9
SEASON_QUARTERS = 4
SHRINKAGE = 600
AGREEING, LARGEST_PART = 0.6, 0.6


@dataclass(frozen=True)
class _Weeks:
    """Weekly shares of the panel, on a scale on which their variance does not depend on their size."""

    mean: np.ndarray  # quarters by topics
    spread: np.ndarray  # variance of a week within its quarter, by topic
    inflation: float  # of the variance of a mean, since one week resembles the next
    weeks: np.ndarray  # with posts, by quarter
    share: np.ndarray  # quarters by topics, weighted


def compare_weeks(counts: np.ndarray, topics: pd.Index) -> pd.DataFrame:
    """Test whether shares changed between the last two quarters in these arenas, over weeks.

    Parameters
    ----------
    counts
        Distinct posts by quarter, week, arena and topic; the last topic is "no topic", which is not tested. Up to nine
        quarters, in order of time, the last two with at least 10 weeks of posts.
    topics
        Their ids, without "no topic".

    Returns
    -------
    changes
        As of `compare_shares`, and `agree`: at least three arenas with 20 posts in both quarters, of which six in ten
        moved the same way, and none makes more than six tenths of the change. `top_arena` is the largest part that
        one makes.

    Notes
    -----
    Blueprint §0a, M9w: arcsine of the root of the weekly share; variance within quarters, inflated by the
    autocorrelation pooled over topics; with four quarters at least that between the means of the earlier ones.
    """
    from scipy import stats

    found = _weekly(counts)
    d = found.mean[-1] - found.mean[-2]
    quarters, f = len(counts), found.inflation
    variance = found.spread * f * (1 / found.weeks[-1] + 1 / found.weeks[-2])
    if quarters >= SEASON_QUARTERS:
        variance = np.maximum(variance, 2 * found.mean[:-1].var(axis=0, ddof=1).mean())
    freedom = max(float(found.weeks.sum()) / f - quarters, 2.0)
    error = np.sqrt(variance)
    before, now = found.share[-2], found.share[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        # what is all or nothing of the posts moves on the scale where only their number does
        t = np.where((error > 0) & (np.abs(now - before) > 1e-12), np.abs(d) / error, 0.0)
    reach = stats.t.ppf(0.975, freedom) * error
    # sin²a − sin²b = sin(a+b)·sin(a−b): what a difference on the scale is in shares
    slope = np.sin(found.mean[-1] + found.mean[-2])
    low, high = ((now - before) + slope * (np.sin(d + side * reach) - np.sin(d)) for side in (-1, 1))
    table = pd.DataFrame({
        "change": now - before, "low": low, "high": high, "p": 2 * stats.t.sf(t, freedom), "panel": now,
        "panel_before": before, "strength": t, "seen": slope * np.sin(np.minimum(
            seen_from(error, freedom, len(topics)), np.pi / 2))}, index=topics)
    agreement = _agreement(counts, np.sign(d), topics)
    return table.join(agreement.assign(agree=agreement["agree"] & (np.sign(now - before) == np.sign(d))))


def _weekly(counts: np.ndarray) -> _Weeks:
    posts = counts.sum(axis=3).astype(float)  # quarters, weeks, arenas
    weight = 1 / (1 + posts.sum(axis=(0, 1)) / SHRINKAGE)
    total = posts @ weight
    weighted = np.einsum("qwak,a->qwk", counts[..., :-1].astype(float), weight)
    is_there = posts.sum(axis=2) > 0
    weeks = is_there.sum(axis=1)
    share = weighted / np.maximum(total, 1)[..., None]
    y = np.arcsin(np.sqrt(np.clip((share * total[..., None] + 0.375) / (total[..., None] + 0.75), 0, 1)))
    mean = (y * is_there[..., None]).sum(axis=1) / weeks[:, None]
    residual = (y - mean[:, None]) * is_there[..., None]
    squares = (residual**2).sum()
    lag = (residual[:, 1:] * residual[:, :-1]).sum() / squares if squares else 0.0
    lag = float(np.clip(lag + 2 / WEEKS, 0, 0.9))  # within thirteen weeks it comes out too small
    k = np.arange(1, WEEKS)
    f = 1 + 2 * float(((1 - k / WEEKS) * lag**k).sum())
    spread = (residual**2).sum(axis=(0, 1)) / (weeks - 1).sum() * (WEEKS - 1) / (WEEKS - f)
    return _Weeks(mean, spread, f, weeks, weighted.sum(axis=1) / total.sum(axis=1)[:, None])


def _agreement(counts: np.ndarray, direction: np.ndarray, topics: pd.Index) -> pd.DataFrame:
    """Return whether arenas agree on each topic's change, the largest part one makes, and the pooled change."""
    before, now = counts[-2].sum(axis=0), counts[-1].sum(axis=0)  # arenas by topics
    n1, n2 = before.sum(axis=1), now.sum(axis=1)
    enough = np.minimum(n1, n2) >= MINIMUM_POSTS
    d = (now / np.maximum(n2, 1)[:, None] - before / np.maximum(n1, 1)[:, None])[enough, :-1]
    agrees = np.sign(d) == direction
    part = np.maximum(np.minimum(n1, n2)[enough, None] * d * direction, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        top = part.max(axis=0, initial=0) / part.sum(axis=0)
    many = agrees.sum(axis=0)
    agree = (many >= FEWEST_ARENAS) & (many >= AGREEING * enough.sum()) & (top <= LARGEST_PART)
    pooled = now.sum(axis=0) / max(n2.sum(), 1) - before.sum(axis=0) / max(n1.sum(), 1)
    return pd.DataFrame({"agree": agree, "top_arena": top, "pooled": pooled[:-1]}, index=topics)


def count_weeks(panel: pd.DataFrame, quarters: list[tuple[str, pd.Timestamp, pd.Timestamp]],
                topics: pd.Index) -> np.ndarray:
    """Count distinct posts by quarter, thirteenth of the quarter, arena and topic (the last: no topic).

    Quarters are given in order of time and told from the last one back, as long as each has posts of the panel in at
    least ten weeks; at most nine.
    """
    arenas = pd.Index(sorted(panel["unit"].unique()))
    counts: list[np.ndarray] = []
    for name, start, end in reversed(quarters[-MOST_QUARTERS:]):
        part = panel[panel["quarter"] == name]
        week = ((part["posted_at"] - start) / (end - start) * WEEKS).to_numpy(float).astype(int)
        topic = topics.get_indexer(pd.Index(part["topic_id"]))
        here = np.zeros((WEEKS, len(arenas), len(topics) + 1), dtype=np.int64)
        np.add.at(here, (week, arenas.get_indexer(pd.Index(part["unit"])), np.where(topic < 0, len(topics), topic)), 1)
        if (here.sum(axis=(1, 2)) > 0).sum() < FEWEST_WEEKS:
            break
        counts.insert(0, here)
    return np.stack(counts) if counts else np.zeros((0, WEEKS, len(arenas), len(topics) + 1), dtype=np.int64)
