"""Weeks in which a topic peaks above its usual part of the week's posts, or the posts themselves do (M13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.periods import (
    bounds_of,
    check_topics_of,
    posts_of,
    quarter_bounds,
    quarter_of,
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
COLLECTED = 0.1  # of the median week: below, nothing was collected
VOLUME = "all_posts"  # label of the rows that are about no topic
_UNUSUAL = 2.58
_QUARTER = 13


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["measured"]:
        return Headline("finding.peaks_unmeasured", reason="peaks_short_history")
    peaks = data[data["is_peak"].fillna(False).astype(bool)]
    main: dict[str, Any] = {"value": float(len(peaks)), "test": "negative_binomial", "is_change": bool(len(peaks))}
    if peaks.empty:
        none = "finding.no_peaks" if facts["series"] else "finding.no_peaks_volume"
        return Headline("finding.peaks_hidden" if facts["found"] else none, **main)
    of_topics = peaks[peaks["topic_id"].notna()]
    chosen = of_topics if len(of_topics) else peaks
    top = chosen.assign(excess=chosen["posts"] / chosen["expected"]).sort_values(
        ["p", "excess", "topic_id"], ascending=[True, False, True]).iloc[0]
    said = {"topic_id": int(top["topic_id"]) if len(of_topics) else -1, "count": len(chosen), "label": top["label"],
            "week": str(top["week"]), "posts": int(top["posts"]), "expected": float(top["expected"]),
            "arenas": int(top["arenas"])}
    named = ("finding.peaks" if pd.notna(top["label"]) else "finding.peaks_unnamed") if len(of_topics) else (
        "finding.peaks_volume")
    again = "_again" if pd.notna(top["as_last_year"]) and bool(top["as_last_year"]) else ""
    return Headline(f"{named}{again}", said, p=float(top["p"]), **main)


_WEEK = ("week", "posts", "expected")
PEAKS = Spec(
    key="peaks", metric="M13", unit="peaks", frame="topics", headline=_say, is_tile=True,
    identity=("topic_id", "week"), caveats=("peaks_unexplained", "peaks_of_share"), reasons=("peaks_short_history",),
    columns={
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string"),
        "label": Column("string", shown="code", words="topic"),
        "week": Column("string", shown="week"),
        "week_start": Column("datetime64[us, UTC]"),
        "posts": Column("Int64", unit="posts", shown="number"),
        # of a baseline of weeks that may be hidden: in whole posts, 52 of them are told to 26 posts at best
        "expected": Column("Float64", unit="number", shown="number", follows=("posts",), step=1),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "is_peak": Column("boolean", follows=("posts",)),
        "is_alert": Column("boolean", follows=("posts",)),
        "as_last_year": Column("boolean", follows=("posts",)),
        "p": Column("Float64", unit="p", follows=("posts",), step=1e-4),
        "explanation": Column("string", shown="code", follows=("posts",)),
    },
    facts={"series": Fact("topics"), "weeks": Fact("number"), "fewest_weeks": Fact("number"),
           "weeks_before": Fact("number"), "measured": Fact(), "found": Fact("number")},
    sentences={**{f"finding.peaks{again}": (*_WEEK, "count", "label") for again in ("", "_again")},
               **{f"finding.peaks_{what}{again}": (*_WEEK, "count") for what in ("unnamed", "volume")
                  for again in ("", "_again")},
               "finding.no_peaks": ("series",), "finding.no_peaks_volume": (), "finding.peaks_hidden": (),
               "finding.peaks_unmeasured": ("fewest_weeks",)})


def flag_peaks(counts: pd.DataFrame, *, tested: int, totals: pd.Series | None = None,
               against_total: bool = True, beside: int = 0) -> pd.DataFrame:
    """Test the last weeks of weekly count series against their own past year (M13).

    Parameters
    ----------
    counts
        Posts, one row per week in order of time, one column per series; the index may hold the Mondays.
    tested
        How many of the last weeks are tested, each against the 52 weeks before the one before it.
    totals
        All posts of each week; None: the sum of the series. A week with less than a tenth of the median was not
        collected: it is neither tested nor in a baseline.
    against_total
        What is expected is a share of the week's total, so that a larger collection is no event; False: a number.
    beside
        Other series that the same report tests: they count among the K over which the level is shared out.

    Returns
    -------
    weeks
        One row per tested week and series: `position` (row of `counts`), `series`, `posts`,
        `expected` (μ), `dispersion` (φ), `p`, `is_peak` before the rule of two arenas
        (p < 0.1/(52·K), at least 20 posts and 1.5 μ), `is_alert` (p < 0.025/(52·K) and at
        least 3 μ) and `as_last_year` (a peak, and the same ISO week of the year before, or one beside it, would be one
        by the same baseline). Weeks with fewer than 26 collected weeks in their baseline are left out.

    Notes
    -----
    Noufaily et al. (2013), Statistics in Medicine 32(7): past outbreaks are weighted down
    by (2.58/s)² where the Anscombe residual s exceeds 2.58. The p-value is that of a
    negative binomial with mean μ and variance φμ(1+N_t/ΣN), N the totals of the week and the baseline.
    """
    values = counts.to_numpy(float)
    total = (counts.sum(axis=1) if totals is None else totals).to_numpy(float)
    is_collected = (total > 0) & (total >= COLLECTED * np.median(total)) if len(total) else total > 0
    size = total if against_total else np.ones_like(total)
    level = 1 / (52 * max(values.shape[1] + beside, 1))
    parts = []
    for position in range(max(len(values) - tested, 0), len(values)):
        # the week before may belong to the same event
        past = np.arange(max(position - BASELINE_WEEKS - 1, 0), max(position - 1, 0))
        past = past[is_collected[past]]
        if len(past) < FEWEST_WEEKS or not is_collected[position]:
            continue
        share, dispersion = _baseline(values[past], size[past])
        earlier = _year_before(counts.index, position)
        p, mean = _tail(values[[position, *earlier]], size[[position, *earlier]], share, dispersion, size[past].sum())
        x = values[[position, *earlier]]
        large = (x >= FEWEST_POSTS) & (x >= 1.5 * mean)
        is_peak = (p < 0.1 * level) & large
        parts.append(pd.DataFrame({
            "position": position, "series": counts.columns, "posts": x[0].astype(int), "expected": mean[0],
            "dispersion": dispersion, "p": p[0], "is_peak": is_peak[0],
            "is_alert": (p[0] < 0.025 * level) & large[0] & (x[0] >= 3 * mean[0]),
            "as_last_year": is_peak[0] & is_peak[1:].any(axis=0)}))
    names = ["position", "series", "posts", "expected", "dispersion", "p", "is_peak", "is_alert", "as_last_year"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def _year_before(index: pd.Index, position: int) -> list[int]:
    """Return the rows of the same ISO week of the year before, and of the weeks beside it."""
    if not isinstance(index, pd.DatetimeIndex):
        return [at for at in range(position - 53, position - 50) if at >= 0]
    year, week, _ = index[position].isocalendar()
    last = pd.Timestamp(year - 1, 12, 28).isocalendar()[1]  # this day is in the last week of its ISO year
    monday = pd.Timestamp.fromisocalendar(year - 1, min(week, last), 1).tz_localize(index.tz)
    beside = pd.DatetimeIndex([monday + pd.Timedelta(weeks=k) for k in (-1, 0, 1)]).as_unit(index.unit)
    return [int(at) for at in index.get_indexer(beside) if at >= 0]


def _baseline(past: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each series' share of the size of its weeks, and its dispersion around that."""
    weights = np.ones_like(past)
    for _ in range(3):
        share = np.maximum((weights * past).sum(axis=0) / (weights * size[:, None]).sum(axis=0), 1e-9)
        mean = share * size[:, None]
        spread = (weights * (past - mean) ** 2 / mean).sum(axis=0)
        dispersion = np.maximum(spread / np.maximum(weights.sum(axis=0) - 1, 1), 1.0)
        residual = 1.5 * (past ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * np.sqrt(dispersion))
        weights = np.where(residual > _UNUSUAL, (_UNUSUAL / np.maximum(residual, _UNUSUAL)) ** 2, 1.0)
    return share, dispersion


def _tail(x: np.ndarray, size: np.ndarray, share: np.ndarray, dispersion: np.ndarray,
          past: float) -> tuple[np.ndarray, np.ndarray]:
    """Return P(X >= x) of each week and series, and what was expected."""
    from scipy import stats

    mean = share * size[:, None]
    # variance = inflation·mean > mean, so size and probability of the negative binomial are defined
    inflation = np.maximum(dispersion * (1 + size[:, None] / past), 1 + 1e-9)
    return np.asarray(stats.nbinom.sf(x - 1, mean / (inflation - 1), 1 / inflation)), mean


def measure_peaks(corpus: Corpus, topics: TopicSet | None, *, quarter: str, beside: int = 0) -> Finding:
    """Find the weeks of a quarter in which a topic peaks, or the posts of arenas followed all the time do (M13).

    Parameters
    ----------
    corpus
        The quarter and the year before it; with less than 26 collected weeks before, the finding says
        that peaks could not be measured.
    topics
        Of the same corpus. Posts they do not know count as not collected. None: all posts alone are tested.
    quarter
        Such as 2025Q3; or a month such as 2025-08: the weeks that end in it.
    beside
        Series that the same report tests besides topics, such as those of `measure_speech_peaks`.

    Returns
    -------
    finding
        Value: peaks found. Data: for every topic with a peak its weeks of the past year, and of all posts of
        the arenas that posted in the quarter and a year before the weeks that peak (`topic_id` and `stable_id`
        missing, `label` ``all_posts``), columns `topic_id`, `stable_id`, `label`, `week`, `week_start`, `posts`,
        `expected` (tested weeks), `arenas` (at a peak), `is_peak`, `is_alert`, `as_last_year` (the same week of the
        year before, or one beside it, stood out as well), `p` and `explanation` (``unexplained``
        until a person writes one).
    """
    chosen = posts_of(corpus, quarter, months=True)
    if topics is not None:
        check_topics_of(topics, chosen, asked_by="measure_peaks")
    start, end = bounds_of(quarter, months=True)
    posts = written_posts(corpus)
    posts = posts[posts["posted_at"] < end]
    weeks = whole_weeks(posts, quarter)
    ids = pd.Series(dtype=int) if topics is None else topics.topics["topic_id"]
    assigned = posts[["post_id"]].assign(topic_id=-1) if topics is None else topics.assignments[["post_id", "topic_id"]]
    table = posts[["post_id", "arena_id", "posted_at", "text"]].merge(assigned, on="post_id", how="left")
    table["week_start"] = week_start(table["posted_at"])
    table = table[table["week_start"].isin(weeks) & (table["topic_id"].notna() | table["text"].isna())]
    of_topic = table[table["topic_id"].ge(0).fillna(False)]
    counts = of_topic.pivot_table(index="week_start", columns="topic_id", values="post_id", aggfunc="count")
    counts = counts.reindex(index=weeks, columns=ids, fill_value=0).fillna(0)
    totals = table.groupby("week_start").size().reindex(weeks, fill_value=0)
    tested = int((weeks + pd.Timedelta(days=6) >= start).sum())
    flagged = flag_peaks(counts, tested=tested, totals=totals, beside=beside)
    flagged = count_arenas(flagged, of_topic, weeks, series="topic_id") if len(flagged) else flagged
    # of a month too the arenas are those of its quarter, so that a week has one number in both
    steady = _steady(table, weeks, int((weeks + pd.Timedelta(days=6) >= quarter_bounds(quarter_of(quarter))[0]).sum()))
    volume = steady.groupby("week_start").size().reindex(weeks, fill_value=0).to_frame(-1)
    whole = count_arenas(flag_peaks(volume, tested=tested, against_total=False), steady.assign(topic_id=-1), weeks,
                        series="topic_id")
    data, cells = _peak_series(of_topic, flagged, steady, whole, weeks,
                               pd.DataFrame() if topics is None else name_topics(topics))
    collected = totals[: len(totals) - tested]
    before = int((collected >= COLLECTED * totals.median()).sum()) if len(totals) else 0
    found = int(data["is_peak"].eq(True).sum())
    caveats = PEAKS.caveats[:1 if topics is None else None]
    return Finding(
        PEAKS, quarter, data, cells=tuple(cells), caveats=caveats if len(data) else (),
        facts={"series": counts.shape[1], "weeks": tested, "fewest_weeks": FEWEST_WEEKS, "weeks_before": before,
               "measured": len(whole if topics is None else flagged) > 0, "found": found},
        provenance={**({} if topics is None else {"topics": topics.provenance}),
                    "peaks": {"baseline_weeks": BASELINE_WEEKS}})


def _steady(table: pd.DataFrame, weeks: pd.DatetimeIndex, tested: int) -> pd.DataFrame:
    """Return the posts of arenas that posted in the tested weeks and in the first quarter of their baseline.

    Arenas that came in between would make a peak of the volume by coming.
    """
    if not tested or len(weeks) <= tested:
        return table.iloc[:0]
    begin = max(len(weeks) - tested - BASELINE_WEEKS - 1, 0)
    early, late = weeks[begin:begin + _QUARTER], weeks[-tested:]
    arenas = [set(table.loc[table["week_start"].isin(part), "arena_id"]) for part in (early, late)]
    return table[table["arena_id"].isin(arenas[0] & arenas[1])]


def count_arenas(flagged: pd.DataFrame, table: pd.DataFrame, weeks: pd.DatetimeIndex, *, series: str) -> pd.DataFrame:
    """Return the tested weeks with how many arenas each has; what stands in one arena alone is no peak.

    Parameters
    ----------
    flagged
        Of `flag_peaks`.
    table
        The posts, columns `arena_id`, `week_start` and the one named by `series`, which says what they count for.
    """
    spread = table.groupby([series, "week_start"])["arena_id"].nunique()
    where = pd.MultiIndex.from_arrays([flagged["series"], weeks[flagged["position"].to_numpy(int)]])
    flagged = flagged.assign(arenas=spread.reindex(where).fillna(0).to_numpy(int))
    for mark in ("is_peak", "is_alert", "as_last_year"):
        flagged[mark] = flagged[mark].astype(bool) & (flagged["arenas"] >= 2)
    return flagged


def _peak_series(table: pd.DataFrame, flagged: pd.DataFrame, steady: pd.DataFrame, whole: pd.DataFrame,
                 weeks: pd.DatetimeIndex, names: pd.DataFrame) -> tuple[pd.DataFrame, list[Cell]]:
    """Return the past year of every topic with a peak and the peaks of all posts, and a cell for each week."""
    shown = sorted(set(flagged.loc[flagged["is_peak"], "series"])) if len(flagged) else []
    tested = pd.concat([part.assign(week_start=weeks[part["position"].to_numpy(int)]) for part in (flagged, whole)])
    tests = tested.set_index(["series", "week_start"]).to_dict("index")
    wanted = [(topic, week) for topic in shown for week in weeks[-(BASELINE_WEEKS + 1):]]
    wanted += [(-1, week) for week in weeks if tests.get((-1, week), {}).get("is_peak")]
    members = dict(iter(table[table["topic_id"].isin(shown)].groupby(["topic_id", "week_start"])["post_id"]))
    members |= {(-1, week): part for week, part in steady.groupby("week_start")["post_id"]}
    nobody = table["post_id"].iloc[:0]
    rows, cells = [], []
    for topic, week in wanted:
        found, test = members.get((topic, week), nobody), tests.get((topic, week))
        peak = test is not None and bool(test["is_peak"])
        name = {"stable_id": None, "label": VOLUME}
        if topic >= 0:
            name = names.loc[topic, ["stable_id", "label"]].to_dict()
        rows.append({"topic_id": topic if topic >= 0 else None, **name, "week": week_name(week), "week_start": week,
                     "posts": len(found), "expected": None if test is None else float(test["expected"]),
                     "arenas": int(test["arenas"]) if peak and test is not None else None, "is_peak": peak,
                     "is_alert": test is not None and bool(test["is_alert"]),
                     "as_last_year": bool(test["as_last_year"]) if peak and test is not None else None,
                     "p": None if test is None else float(test["p"]),
                     "explanation": "unexplained" if peak else None})
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(found)))
    return pd.DataFrame(rows, columns=list(PEAKS.columns)), cells
