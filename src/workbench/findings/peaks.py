"""Weeks in which a topic peaks above its own past year (M13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.periods import (
    check_topics_of,
    posts_of,
    quarter_bounds,
    week_name,
    week_start,
    whole_weeks,
    written_posts,
)
from workbench.findings.topics import name_topics
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import TopicSet

BASELINE_WEEKS = 52
FEWEST_WEEKS = 26
FEWEST_POSTS = 20
_UNUSUAL = 2.58


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["measured"]:
        return Headline("finding.peaks_unmeasured")
    peaks = data[data["is_peak"].fillna(False).astype(bool)]
    main: dict[str, Any] = {"value": float(len(peaks)), "test": "negative_binomial", "is_change": bool(len(peaks))}
    if peaks.empty:
        return Headline("finding.no_peaks", **main)
    top = peaks.assign(excess=peaks["posts"] / peaks["expected"]).sort_values(
        ["p", "excess", "topic_id"], ascending=[True, False, True]).iloc[0]
    said = {"topic_id": int(top["topic_id"]), "count": len(peaks), "label": top["label"], "week": str(top["week"]),
            "posts": int(top["posts"]),
            "expected": float(top["expected"]), "arenas": int(top["arenas"])}
    sentence = "finding.peaks" if pd.notna(top["label"]) else "finding.peaks_unnamed"
    return Headline(sentence, said, p=float(top["p"]), **main)


_WEEK = ("week", "posts", "expected")
PEAKS = Spec(
    key="peaks", metric="M13", unit="peaks", frame="topics", headline=_say, is_tile=True,
    identity=("topic_id", "week"), caveats=("peaks_unexplained",),
    columns={
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string"),
        "label": Column("string", shown="text", words="topic"),
        "week": Column("string", shown="week"),
        "week_start": Column("datetime64[us, UTC]"),
        "posts": Column("Int64", unit="posts", shown="number"),
        # of a baseline of weeks that may be hidden: in whole posts, 52 of them are told to 26 posts at best
        "expected": Column("Float64", unit="number", shown="number", follows=("posts",), step=1),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "is_peak": Column("boolean", follows=("posts",)),
        "is_alert": Column("boolean", follows=("posts",)),
        "p": Column("Float64", unit="p", follows=("posts",), step=1e-4),
        "explanation": Column("string", shown="code", follows=("posts",)),
    },
    facts={"series": Fact("topics"), "weeks": Fact("number"), "fewest_weeks": Fact("number"), "measured": Fact()},
    sentences={"finding.peaks": (*_WEEK, "count", "label"), "finding.peaks_unnamed": (*_WEEK, "count"),
               "finding.no_peaks": ("series",), "finding.peaks_unmeasured": ("fewest_weeks",)})


def flag_peaks(counts: pd.DataFrame, *, tested: int) -> pd.DataFrame:
    """Test the last weeks of weekly count series against their own past year (M13).

    Parameters
    ----------
    counts
        Posts, one row per week in order of time, one column per series.
    tested
        How many of the last weeks are tested, each against the up to 52 weeks before it.

    Returns
    -------
    weeks
        One row per tested week and series: `position` (row of `counts`), `series`, `posts`,
        `expected` (μ), `dispersion` (φ), `p`, `is_peak` before the rule of two arenas
        (p < 0.1/(52·K), at least 20 posts and 1.5 μ) and `is_alert` (p < 0.025/(52·K) and at
        least 3 μ). Weeks with fewer than 26 weeks before them are left out.

    Notes
    -----
    Noufaily et al. (2013), Statistics in Medicine 32(7): past outbreaks are weighted down
    by (2.58/s)² where the Anscombe residual s exceeds 2.58. The p-value is that of a
    negative binomial with mean μ and variance φμ(1+1/b), b weeks in the baseline.
    """
    values = counts.to_numpy(float)
    series = max(values.shape[1], 1)
    parts = []
    for position in range(max(len(values) - tested, FEWEST_WEEKS), len(values)):
        past = values[max(position - BASELINE_WEEKS, 0):position]
        mean, dispersion = _baseline(past)
        x = values[position]
        p = _tail(x, mean, dispersion * (1 + 1 / len(past)))
        large = x >= FEWEST_POSTS
        parts.append(pd.DataFrame({
            "position": position, "series": counts.columns, "posts": x.astype(int), "expected": mean,
            "dispersion": dispersion, "p": p,
            "is_peak": (p < 0.1 / (52 * series)) & large & (x >= 1.5 * mean),
            "is_alert": (p < 0.025 / (52 * series)) & large & (x >= 3 * mean)}))
    names = ["position", "series", "posts", "expected", "dispersion", "p", "is_peak", "is_alert"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def _baseline(past: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weights = np.ones_like(past)
    for _ in range(3):
        total = weights.sum(axis=0)
        mean = np.maximum((weights * past).sum(axis=0) / total, 1e-9)
        spread = (weights * (past - mean) ** 2).sum(axis=0) / mean
        dispersion = np.maximum(spread / np.maximum(total - 1, 1), 1.0)
        residual = 1.5 * (past ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * np.sqrt(dispersion))
        weights = np.where(residual > _UNUSUAL, (_UNUSUAL / np.maximum(residual, _UNUSUAL)) ** 2, 1.0)
    return mean, dispersion


def _tail(x: np.ndarray, mean: np.ndarray, inflation: np.ndarray) -> np.ndarray:
    from scipy import stats

    # variance = inflation·mean > mean, so size and probability of the negative binomial are defined
    size = mean / np.maximum(inflation - 1, 1e-9)
    return np.asarray(stats.nbinom.sf(x - 1, size, 1 / np.maximum(inflation, 1 + 1e-9)))


def measure_peaks(corpus: Corpus, topics: TopicSet, *, quarter: str) -> Finding:
    """Find the weeks of a quarter in which a topic peaks (M13).

    Parameters
    ----------
    corpus
        The quarter and the year before it; with less than 26 weeks before, the finding says
        that peaks could not be measured.
    topics
        Of the same corpus.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: peaks found. Data: for every topic with a peak its weeks of the past year,
        columns `topic_id`, `stable_id`, `label`, `week`, `week_start`, `posts`, `expected` (tested weeks),
        `arenas` (at a peak), `is_peak`, `is_alert`, `p` and `explanation` (``unexplained``
        until a person writes one).
    """
    check_topics_of(topics, posts_of(corpus, quarter), asked_by="measure_peaks")
    start, end = quarter_bounds(quarter)
    posts = written_posts(corpus)
    posts = posts[posts["posted_at"] < end]
    weeks = whole_weeks(posts, quarter)
    named = topics.assignments[topics.assignments["topic_id"] >= 0]
    table = posts[["post_id", "arena_id", "posted_at"]].merge(named[["post_id", "topic_id"]], on="post_id")
    table["week_start"] = week_start(table["posted_at"])
    table = table[table["week_start"].isin(weeks)]
    counts = table.pivot_table(index="week_start", columns="topic_id", values="post_id", aggfunc="count")
    counts = counts.reindex(index=weeks, columns=topics.topics["topic_id"], fill_value=0).fillna(0)
    tested = int((weeks + pd.Timedelta(days=6) >= start).sum())
    flagged = flag_peaks(counts, tested=tested)
    spread = table.groupby(["topic_id", "week_start"])["arena_id"].nunique()
    where = pd.MultiIndex.from_arrays([flagged["series"], weeks[flagged["position"].to_numpy(int)]])
    flagged["arenas"] = spread.reindex(where).fillna(0).to_numpy(int)
    for mark in ("is_peak", "is_alert"):
        flagged[mark] = flagged[mark].astype(bool) & (flagged["arenas"] >= 2)
    data, cells = _peak_series(table, flagged, weeks, name_topics(topics))
    return Finding(
        PEAKS, quarter, data, cells=tuple(cells), caveats=PEAKS.caveats if len(data) else (),
        facts={"series": counts.shape[1], "weeks": tested, "fewest_weeks": FEWEST_WEEKS, "measured": len(flagged) > 0},
        provenance={"topics": topics.provenance, "peaks": {"baseline_weeks": BASELINE_WEEKS}})


def _peak_series(table: pd.DataFrame, flagged: pd.DataFrame, weeks: pd.DatetimeIndex,
                 names: pd.DataFrame) -> tuple[pd.DataFrame, list[Cell]]:
    """Return the past year of every topic with a peak, and a cell for each of its weeks."""
    shown = sorted(set(flagged.loc[flagged["is_peak"], "series"])) if len(flagged) else []
    tested = flagged.assign(week_start=weeks[flagged["position"].to_numpy(int)]).set_index(["series", "week_start"])
    members = dict(iter(table[table["topic_id"].isin(shown)].groupby(["topic_id", "week_start"])["post_id"]))
    nobody = table["post_id"].iloc[:0]
    rows, cells = [], []
    for topic in shown:
        for week in weeks[-(BASELINE_WEEKS + 1):]:
            found = members.get((topic, week), nobody)
            test = tested.loc[(topic, week)] if (topic, week) in tested.index else None
            peak = test is not None and bool(test["is_peak"])
            rows.append({"topic_id": topic, **names.loc[topic, ["stable_id", "label"]].to_dict(),
                         "week": week_name(week), "week_start": week, "posts": len(found),
                         "expected": None if test is None else float(test["expected"]),
                         "arenas": int(test["arenas"]) if peak and test is not None else None, "is_peak": peak,
                         "is_alert": test is not None and bool(test["is_alert"]),
                         "p": None if test is None else float(test["p"]),
                         "explanation": "unexplained" if peak else None})
            cells.append(Cell(len(rows) - 1, "posts", hash_posts(found)))
    return pd.DataFrame(rows, columns=list(PEAKS.columns)), cells
