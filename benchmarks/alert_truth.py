"""Whether alerts are raised when something happens, and not when nothing does.

On the made-up town, with topics of the quarter before: how many hours of data after a rumour reaches its fifth arena
raise a draft, and whether the week of the planted peak does. In made-up years of 30 weekly topics and ten hourly series
that vary by a fifth more than chance: drafts in 52 quiet weeks, and the part of weeks of five times and of six hours of
ten times as much that raise one. `ALERT_SEEDS` gives another number of years.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.hourly_peaks import BEFORE, SERIES, YEAR, ZONE, clocks, draw_hours
from benchmarks.measuring import Row, row

SEEDS = int(os.environ.get("ALERT_SEEDS", "50"))
TOPICS, WEEKS, EXTRA = 30, 52, 0.2
SAME_EVENT = 12  # hours within which flagged hours are one draft, over all series


def quiet_weeks(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the weekly posts of 30 topics, from 15 to 200 a week, for the year and the year and a week before it."""
    usual = np.exp(rng.uniform(np.log(15), np.log(200), TOPICS))
    shock = rng.gamma(1 / EXTRA**2, EXTRA**2, (2 * WEEKS + 1, TOPICS))
    return pd.DataFrame(rng.poisson(usual * shock))


def quiet_hours(rng: np.random.Generator, times: np.ndarray | None = None) -> pd.DataFrame:
    """Draw the hourly posts of ten series, from one to thirty an hour, for a year and nine weeks before it."""
    usual = np.exp(np.linspace(np.log(1), np.log(30), SERIES))
    # days vary by a fifth, and single hours by a half more than chance
    return draw_hours(rng, clocks(), usual=usual, spread=1.5, days=EXTRA, times=times)  # type: ignore[arg-type]


def draft_weeks(counts: pd.DataFrame) -> set[int]:
    """Return the weeks that raise a draft: one each, however many topics stand out."""
    from workbench.findings import flag_peaks

    flagged = flag_peaks(counts, tested=WEEKS)
    return set(flagged.loc[flagged["is_alert"], "position"])


def draft_hours(counts: pd.DataFrame) -> list[int]:
    """Return the hours in which a draft is raised: flagged ones less than half a day apart are one."""
    from workbench.findings import flag_hours

    flagged = flag_hours(counts, tested=YEAR, zone=ZONE)
    at = np.unique(flagged.loc[flagged["is_flagged"], "position"])
    return [int(hour) for hour, gap in zip(at, np.diff(at, prepend=-10**6), strict=True) if gap > SAME_EVENT]


def count_quiet(seed: int) -> tuple[int, int]:
    """Return the drafts by week and by hour of a year in which nothing happens."""
    rng = np.random.default_rng(seed)
    return len(draft_weeks(quiet_weeks(rng))), len(draft_hours(quiet_hours(rng)))


def find_planted(seed: int) -> tuple[bool, bool]:
    """Tell whether a week of five times, and six hours of ten times as much, raise a draft when they happen."""
    rng = np.random.default_rng(seed)
    weeks = quiet_weeks(rng)
    week, topic = int(rng.integers(WEEKS + 1, len(weeks))), int(rng.integers(TOPICS))
    weeks.iloc[week, topic] *= 5
    local = clocks().tz_convert(ZONE).hour.to_numpy()
    at = np.arange(BEFORE, BEFORE + YEAR - 24)
    hour, series = int(rng.choice(at[(local[at] >= 8) & (local[at] <= 22)])), int(rng.integers(SERIES))
    times = np.ones((len(local), SERIES))
    times[hour:hour + 6, series] = 10
    hours = draft_hours(quiet_hours(rng, times))
    return week in draft_weeks(weeks), any(hour <= found <= hour + 7 for found in hours)


def _simulated() -> Iterator[Row]:
    quiet = np.array([count_quiet(seed) for seed in range(SEEDS)])
    yield row(f"drafts in {WEEKS} quiet weeks, {TOPICS} topics and {SERIES} hourly series",
              float(quiet.sum(axis=1).mean()), 2.0, "asked at most")
    yield row("of them by week", float(quiet[:, 0].mean()), None, "")
    yield row("of them by hour", float(quiet[:, 1].mean()), None, "")
    found = np.array([find_planted(1_000 + seed) for seed in range(SEEDS)])
    yield row("a week of five times as much raises a draft", float(found[:, 0].mean()), 0.9, "asked at least")
    yield row("six hours of ten times as much raise a draft", float(found[:, 1].mean()), 0.9, "asked at least")


def _town(folder: Path) -> Iterator[Row]:
    """Look at the town hour by hour as its rumour spreads, and after the week of its peak."""
    from workbench.city import build_city
    from workbench.detecting import check_alerts
    from workbench.settings import read_settings
    from workbench.sources import import_exports
    from workbench.starting import start_study
    from workbench.study import open_study
    from workbench.topics import model_topics, register_topics

    start_study(folder / "town", is_city=True)
    truth = build_city(folder / "town" / "data" / "raw", seed=1)
    import_exports([folder / "town" / "data" / "raw"], settings=read_settings(folder / "town"))
    study = open_study(folder / "town")
    before = study.corpus(None, "2025Q2")
    register_topics(before, model_topics(before, seed=1, refits=2), folder=study.folder, quarter="2025Q2")
    fifth = pd.Timestamp(sorted(arena["at"] for arena in truth.rumour["arenas"])[4])
    begun = time.perf_counter()
    late = next((hours for hours in range(1, 8) if any(alert.trigger == "claim" for alert in check_alerts(
        study, until=fifth.floor("h") + pd.Timedelta(hours=hours)).alerts)), 99)
    yield row("town: hours of data from the rumour's fifth arena to its draft", float(late), 1.0, "asked at most")
    monday = pd.Timestamp.fromisocalendar(2025, int(truth.peak["week"][-2:]) + 1, 1).tz_localize("UTC")
    done = check_alerts(study, until=monday)
    yield row("town: the week of the planted peak raises a draft at its end",
              float(any(alert.trigger == "week" for alert in done.alerts)), 1.0, "asked at least")
    yield row("town: seconds from new data to a draft, 20,000 posts", done.seconds, 60.0, "asked at most",
              all_looks=time.perf_counter() - begun)
    quiet = [check_alerts(study, until=monday - pd.Timedelta(weeks=weeks)) for weeks in (2, 4, 6)]
    drafts = float(sum(len(look.alerts) for look in quiet))
    yield row("town: drafts in three weeks before the peak", drafts, 0.0, "asked")


def measure(folder: Path) -> list[Row]:
    """Count false drafts and found events, and time how long a draft takes."""
    return [*_town(folder), *_simulated()]
