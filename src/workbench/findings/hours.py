"""Hours in which far more is written than at the same hour of the weeks before (M13, hourly)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.periods import (
    bounds_of,
    posts_of,
    quarter_bounds,
    quarter_of,
    week_name,
    week_start,
    written_posts,
)
from workbench.findings.speech_marks import codes_of, mark_posts
from workbench.findings.speech_names import CODE, NAME, name_code
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.periods import ZONE
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.speech import SpeechCodes

MOST_SERIES = 10  # the level is shared out over thirty, so that topics of several products may be watched too
WINDOW = 3  # hours that are summed
WEEKS_BACK = 8
AROUND = (-1, 0, 1)  # hours beside the same hour of the week
TIMES = 5.0
FEWEST_POSTS = 20  # in three hours: a lively thread alone is no event
FREEDOM = 15  # of the 24 values, since sums of neighbouring hours share posts
LEVEL = 2 / (8_736 * 30)  # hours of a year, series
WEEK = 168
HISTORY = WEEK * WEEKS_BACK + WINDOW + 1  # hours before the first one that can be tested, clocks changed or not
VOLUME = "all_posts"
FEWEST_ARENAS = 2
COLLECTED = 0.1  # of the median week: below, nothing was collected


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["measured"]:
        return Headline("finding.hours_unmeasured", reason="hours_short_history")
    main: dict[str, Any] = {"value": float(len(data)), "test": "student_t", "is_change": bool(len(data))}
    if data.empty:
        return Headline("finding.hours_hidden" if facts["found"] else "finding.no_hours", **main)
    top = data.sort_values(["p", "code", "date", "clock"]).iloc[0]
    said = {"count": len(data), "week": str(top["week"]), "posts": int(top["posts"]),
            "seconds": 3600 * int(top["hours"]), "expected": float(top["expected"])}
    sentence, named = ("finding.hours_all", {}) if top["code"] == VOLUME else ("finding.hours", {"name": top["name"]})
    return Headline(sentence, {**said, **named}, p=float(top["p"]), **main)


_SAID = ("count", "week", "posts", "seconds", "expected")
HOURS = Spec(
    key="hours", metric="M13", unit="peaks", frame="steady_arenas", headline=_say, identity=("code", "date", "clock"),
    caveats=("not_audited", "marked_by_model", "peaks_unexplained"), reasons=("hours_short_history",),
    drops_hidden="posts",
    columns={
        "code": CODE,  # of the codebook | all_posts
        "name": NAME,
        "week": Column("string"),
        "date": Column("datetime64[us, UTC]", shown="day"),  # midnight, of the day by the clocks of the zone
        "clock": Column("string", shown="text"),  # 14:00, by the same clocks
        "hours": Column("Int64", unit="number", shown="number", follows=("posts",)),
        "posts": Column("Int64", unit="posts", shown="number"),
        "expected": Column("Float64", unit="number", shown="number", follows=("posts",), step=1),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "p": Column("Float64", unit="p", follows=("posts",), step=1e-4),
        "explanation": Column("string", shown="code", follows=("posts",)),
    },
    facts={"series": Fact("number"), "measured": Fact(), "found": Fact("number"), "weeks_before": Fact("number"),
           "weeks_needed": Fact("number"), "zone": Fact()},
    sentences={"finding.hours": (*_SAID, "name"), "finding.hours_all": _SAID, "finding.no_hours": (),
               "finding.hours_hidden": (), "finding.hours_unmeasured": ()})


def measure_hours(corpus: Corpus, speech: SpeechCodes | None = None, scores: pd.DataFrame | None = None, *,
                  quarter: str, zone: str = ZONE) -> Finding:
    """Find the hours of a quarter in which far more was written, or marked by a model, than is usual then (M13).

    Parameters
    ----------
    corpus
        The quarter and nine weeks before it; with less history the finding says so: what is seen then is observed, not
        measured. Only arenas count that posted in the eight weeks before the quarter: those that came since would make
        such hours by coming.
    speech, scores
        As of `measure_speech_peaks`: posts marked as attacks, hate and recognition are followed too. Without them all
        posts alone are.
    quarter
        Such as 2025Q3; or a month such as 2025-08. An hour of a month is held against the same hours, in the same
        arenas, as in its quarter, so that both tell the same of it.
    zone
        By whose clocks hours are told and compared.

    Returns
    -------
    finding
        Value: episodes found; each is in at least two arenas, and holds twice what is usual without the one
        that wrote most. Data: one row an episode, columns `code` (``all_posts`` or
        of the codebook), `name`, `week`, `date` and `clock` (when it began, in `zone`), `hours`, `posts`, `expected`
        (in these hours), `arenas`, `p` (of its clearest hour) and `explanation`.

    Raises
    ------
    TableError
        If the quarter holds no posts, or as `measure_speech_peaks`.
    """
    posts_of(corpus, quarter, months=True)
    begin, end = bounds_of(quarter, months=True)
    start, _ = quarter_bounds(quarter_of(quarter))
    first = start - pd.Timedelta(hours=HISTORY)
    posts = written_posts(corpus)[["post_id", "arena_id", "posted_at"]]
    steady = posts.loc[posts["posted_at"].between(start - pd.Timedelta(weeks=WEEKS_BACK), start), "arena_id"]
    near = posts[posts["posted_at"].ge(first) & posts["posted_at"].lt(end) & posts["arena_id"].isin(steady)]
    members = {VOLUME: near}
    if speech is not None and scores is not None:
        marked = mark_posts(corpus, speech, scores, quarter=quarter, asked_by="measure_hours")
        members |= {code: near[near["post_id"].isin(marked.loc[marked[code], "post_id"])] for code in codes_of(marked)}
    # a history that begins later is none: its hours are not there
    begun = max(first, posts["posted_at"].min().floor("h")) if len(posts) else first
    hours = pd.date_range(begun, end, freq="h", inclusive="left", unit="us")
    counts = pd.DataFrame({name: _per_hour(own, hours) for name, own in members.items()}, index=hours)
    flagged = flag_hours(counts, tested=int((hours >= begin).sum()), totals=counts[VOLUME], zone=zone)
    rows, cells = _episodes(flagged[flagged["is_flagged"]], flagged, members, hours, speech, zone)
    has_codes = any(row["code"] != VOLUME for row in rows)
    caveats = (*(HOURS.caveats[:2] if has_codes else ()), *(HOURS.caveats[2:] if rows else ()))
    return Finding(
        HOURS, quarter, pd.DataFrame(rows, columns=list(HOURS.columns)), cells=tuple(cells), caveats=caveats,
        facts={"series": len(members), "measured": bool(flagged["is_measured"].any()), "found": len(rows), "zone": zone,
               "weeks_before": max(min(int((start - begun).days // 7), WEEKS_BACK), 0), "weeks_needed": WEEKS_BACK},
        provenance={"hours": {"weeks_back": WEEKS_BACK, "zone": zone},
                    **({"speech": speech.provenance} if speech else {})})


def _per_hour(posts: pd.DataFrame, hours: pd.DatetimeIndex) -> np.ndarray:
    place = ((posts["posted_at"] - hours[0]) // pd.Timedelta(hours=1)).to_numpy(int)
    return np.bincount(place[place >= 0], minlength=len(hours))


def _episodes(hits: pd.DataFrame, flagged: pd.DataFrame, members: Mapping[str, pd.DataFrame], hours: pd.DatetimeIndex,
              speech: SpeechCodes | None, zone: str) -> tuple[list[dict[str, Any]], list[Cell]]:
    """Return one row per run of flagged hours that does not stand in one arena alone, and the cells of its posts."""
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for name, posts in members.items():
        usual = flagged.loc[flagged["series"].eq(name)].set_index("position")["expected"] / WINDOW
        own = hits[hits["series"].eq(name)]
        for _, hit in own.groupby((own["position"].diff() > WINDOW).cumsum()):
            first, last = _within(hit, _per_hour(posts, hours))
            expected = float(usual.reindex(range(first, last + 1)).sum())
            at, end = posts["posted_at"], hours[last] + pd.Timedelta(hours=1)
            found = posts[at.ge(hours[first]) & at.lt(end)]
            of_arena = found["arena_id"].value_counts()
            # what one arena alone wrote is no event, though others wrote as usual
            if len(of_arena) < FEWEST_ARENAS or len(found) - of_arena.iloc[0] <= 2 * expected:
                continue
            begun = hours[first].tz_convert(zone)
            cells.append(Cell(len(rows), "posts", hash_posts(found["post_id"])))
            rows.append({
                "code": name, "name": name_code(speech.codebook, name) if speech and name != VOLUME else name,
                "week": week_name(week_start(pd.Series([hours[first]])).iloc[0]),
                "date": pd.Timestamp(begun.date(), tz="UTC"), "clock": f"{begun:%H}:00", "hours": last - first + 1,
                "posts": len(found), "expected": expected, "arenas": len(of_arena), "p": float(hit["p"].min()),
                "explanation": "unexplained"})
    return rows, cells


def _within(hit: pd.DataFrame, counts: np.ndarray) -> tuple[int, int]:
    """Return the first and last hour of an episode: of its sums of three hours, those that hold more than is usual."""
    first, last = int(hit["position"].iloc[0]), int(hit["position"].iloc[-1])
    usual = hit["expected"].mean() / WINDOW
    inside = first - WINDOW + 1 + np.flatnonzero(counts[first - WINDOW + 1:last + 1] > 2 * usual)
    return int(inside[0]), int(inside[-1])


def flag_hours(counts: pd.DataFrame, *, tested: int, totals: pd.Series | None = None,
               zone: str = ZONE) -> pd.DataFrame:
    """Test the last hours of hourly count series against the same hour of the week in the eight weeks before (M13).

    Parameters
    ----------
    counts
        Posts, one row per hour without gaps, one column per series, at most ten; the index holds the beginnings of the
        hours in UTC.
    tested
        How many of the last hours are tested.
    totals
        All posts of each hour; None: the sum of the series. Of seven days that hold less than a tenth of the median
        seven days nothing was collected: such hours are in no baseline and not tested.
    zone
        In which people live: the same hour of the week is the same by their clocks, winter and summer.

    Returns
    -------
    hours
        One row per tested hour and series: `position` (row of `counts`), `series`, `posts` (of the three hours that end
        with this one; missing where nothing was collected), `expected` (mean of the baseline, missing where there is
        none), `p` (likewise), `is_measured` (24 values to hold it against) and `is_flagged`
        (p < 2/(8,736·30), at least 20 posts and five times what was expected, in this hour and in the one before or
        after it).

    Raises
    ------
    ValueError
        If there are more than ten series, or the hours have gaps.

    Notes
    -----
    y: sums of three hours; baseline: y of the same hour of the week and the hours beside it in eight weeks, 24 values.
    g = 2√(y + 3/8) (Anscombe 1948) has nearly the same spread everywhere; its standard deviation is taken as 1 at
    least. t = (g − ḡ)/(s·√(1 + 1/24)) with 15 degrees of freedom, one-sided. Blueprint §0a, M13.
    """
    if counts.shape[1] > MOST_SERIES:
        raise ValueError(f"{counts.shape[1]} series; hours are tested for at most {MOST_SERIES}")
    index = pd.DatetimeIndex(counts.index)
    if len(index) > 1 and (np.diff(index.asi8) != pd.Timedelta(hours=1).to_timedelta64().astype(
            f"m8[{index.unit}]").astype("int64")).any():
        raise ValueError("the hours have gaps; give each hour a row")
    sums = _sums(counts.to_numpy(float))
    whole = counts.sum(axis=1).to_numpy(float) if totals is None else totals.to_numpy(float)
    is_there = _collected(whole)
    sums[~is_there] = np.nan
    positions = np.arange(max(len(counts) - tested, 0), len(counts))
    past = _baseline_rows(index, positions, zone)
    # one hour at a time would be a loop over thousands of hours: all baselines are taken at once, a series at a time
    parts = [_test(sums[:, at], positions, past).assign(series=name) for at, name in enumerate(counts.columns)]
    names = ["position", "series", "posts", "expected", "p", "is_measured", "is_flagged"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def _sums(values: np.ndarray) -> np.ndarray:
    """Return for each hour the posts of the three hours that end with it; missing for the first two."""
    running = np.vstack([np.zeros((1, values.shape[1])), values.cumsum(axis=0)])
    sums = np.full(values.shape, np.nan)
    sums[WINDOW - 1:] = running[WINDOW:] - running[:-WINDOW]
    return sums


def _collected(totals: np.ndarray) -> np.ndarray:
    """Tell of each hour whether its seven days, counted from the first hour on, hold what a collection would."""
    if not len(totals):
        return np.zeros(0, dtype=bool)
    # the hours at the end that make no whole week are counted with the seven days before the end
    week = np.minimum(np.arange(len(totals)) // WEEK, max(len(totals) // WEEK - 1, 0))
    of_week = np.bincount(week, weights=totals)
    return np.asarray((of_week > 0) & (of_week >= COLLECTED * np.median(of_week)))[week]


def _baseline_rows(index: pd.DatetimeIndex, positions: np.ndarray, zone: str) -> np.ndarray:
    """Return the rows that each tested hour is held against, hours × 24; -1 where there is none."""
    local = index.tz_convert(zone).tz_localize(None).asi8 - index.tz_convert("UTC").tz_localize(None).asi8
    offset = np.round(local / (pd.Timedelta(hours=1) / pd.Timedelta(1, index.unit))).astype(int)
    rows = []
    for week in range(1, WEEKS_BACK + 1):
        then = positions - WEEK * week
        # where the clocks were changed in between, the same time of day is an hour off
        moved = offset[positions] - offset[np.maximum(then, 0)]
        rows += [then + moved + beside for beside in AROUND]
    found = np.stack(rows, axis=1)
    return np.where(found < 0, -1, found)


def _test(sums: np.ndarray, positions: np.ndarray, past: np.ndarray) -> pd.DataFrame:
    """Test the hours of one series."""
    from scipy import stats

    y = np.where(past < 0, np.nan, sums[past])
    is_measured = ~np.isnan(y).any(axis=1) & ~np.isnan(sums[positions])
    g = 2 * np.sqrt(y[is_measured] + 0.375)
    x = sums[positions]
    expected, p = np.full(len(x), np.nan), np.full(len(x), np.nan)
    expected[is_measured] = y[is_measured].mean(axis=1)
    spread = np.maximum(g.std(axis=1, ddof=1), 1.0) * np.sqrt(1 + 1 / past.shape[1])
    p[is_measured] = stats.t.sf((2 * np.sqrt(x[is_measured] + 0.375) - g.mean(axis=1)) / spread, FREEDOM)
    is_high = (p < LEVEL) & (x >= TIMES * expected) & (x >= FEWEST_POSTS)
    beside = np.r_[False, is_high[:-1]] | np.r_[is_high[1:], False]
    return pd.DataFrame({"position": positions, "posts": x, "expected": expected, "p": p, "is_measured": is_measured,
                         "is_flagged": is_high & beside})
