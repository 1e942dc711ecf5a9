"""How often the hourly rule raises an alarm where nothing happened, and how surely it finds a burst of six hours.

A year of ten series in worlds with the rhythm of day and week by the clocks of Copenhagen, which are changed twice a
year: calm and lively series, days that vary together, threads in which one post draws others, growth, weeks
without collection, half a crawl. False episodes a year over the ten series, and the part of bursts of ten times as much
for six hours that is found, by the posts an hour that are usual. `HOUR_YEARS` gives another number of years.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, row

YEARS = int(os.environ.get("HOUR_YEARS", "20"))
SERIES, ZONE = 10, "Europe/Copenhagen"
YEAR, BEFORE = 8_736, 24 * 7 * 9
# usual posts an hour, spread of single hours (variance over mean), spread of days, posts that a post draws after it
WORLDS: dict[str, tuple[float, float, float, float]] = {
    ".2 an hour": (0.2, 1.5, 0.3, 0), ".2 an hour, bursty": (0.2, 3, 0.3, 0), "1 an hour": (1, 1.5, 0.3, 0),
    "1 an hour, bursty": (1, 3, 0.3, 0), "5 an hour": (5, 1.5, 0.3, 0), "5 an hour, bursty": (5, 3, 0.3, 0),
    "30 an hour": (30, 1.5, 0.3, 0), "30 an hour, bursty": (30, 3, 0.3, 0), "30 an hour, uneven days": (30, 3, 0.5, 0),
    "200 an hour": (200, 3, 0.3, 0), "5 an hour, threads": (5, 1.5, 0.3, 0.5), "1 an hour, threads": (1, 1.5, 0.3, 0.7)}
BREAKS = {"four times as much in a year": "growth", "three weeks without collection": "gap",
          "half a crawl for ten weeks": "half", "the volume doubles": "double"}


def clocks(hours: int = YEAR + BEFORE) -> pd.DatetimeIndex:
    """Return the hours of a year and of nine weeks before it, in UTC."""
    return pd.date_range("2023-10-30", periods=hours, freq="h", tz="UTC", unit="us")


def rhythm(hours: pd.DatetimeIndex) -> np.ndarray:
    """Return how much is usual at each hour by the clocks of the zone, 1 on average."""
    local = hours.tz_convert(ZONE)
    at, day = local.hour.to_numpy(), local.day_of_week.to_numpy()
    usual = 0.1 + np.exp(-(((at - 20) / 4) ** 2)) + 0.5 * np.exp(-(((at - 9) / 3) ** 2))
    usual = usual * np.where(day >= 5, 1.3, 1)
    return np.asarray(usual / usual.mean())


def draw_hours(rng: np.random.Generator, hours: pd.DatetimeIndex, *, usual: float, spread: float, days: float,
               drawn: float = 0.0, times: np.ndarray | None = None) -> pd.DataFrame:
    """Draw the posts of each hour in ten series; each post may draw others within the next hours."""
    shock = np.repeat(np.exp(rng.normal(0, days, (len(hours) // 24 + 1, SERIES))), 24, axis=0)[:len(hours)]
    mean = usual * rhythm(hours)[:, None] * shock / np.exp(days**2 / 2) * (1 if times is None else times)
    mean = np.broadcast_to(mean, (len(hours), SERIES)) * (1 - drawn)
    posts = rng.negative_binomial(np.maximum(mean, 1e-9) / (spread - 1), 1 / spread)
    young = posts
    while drawn and young.any():
        replies, young = rng.poisson(drawn * young), np.zeros_like(posts)
        for later, part in ((0, 0.6), (1, 0.3), (2, 0.1)):
            taken = rng.binomial(replies, part) if later < 2 else replies
            replies = replies - taken
            young[later:] += taken[:len(taken) - later]
        posts = posts + young
    return pd.DataFrame(posts, index=hours)


def count_episodes(flagged: pd.DataFrame) -> int:
    """Return how many runs of hours are flagged, over all series; hours less than four apart are one."""
    hits = flagged[flagged["is_flagged"]]
    return sum(int((np.diff(np.sort(p), prepend=-9) > 3).sum()) for _, p in hits.groupby("series")["position"])


def broken(hours: pd.DatetimeIndex, what: str) -> np.ndarray:
    """Return by what the posts of each hour are multiplied where the collection changes in the year."""
    at = np.arange(len(hours))[:, None]
    weeks = (at - BEFORE) / 168
    return np.asarray({"growth": 4 ** (weeks / 52), "gap": np.where((weeks >= 20) & (weeks < 23), 0, 1),
                       "half": np.where((weeks >= 20) & (weeks < 30), 0.5, 1),
                       "double": np.where(weeks >= 20, 2, 1)}[what], dtype=float)


def finds_bursts(rng: np.random.Generator, usual: float, *, times: float = 10, length: int = 6,
                 planted: int = 4) -> float:
    """Return the part of planted bursts, at any hour from 8 to 22 by the clocks, of which some hour is flagged."""
    from workbench.findings import flag_hours

    hours = clocks()
    local = hours.tz_convert(ZONE).hour.to_numpy()
    parts = np.array_split(np.arange(BEFORE, len(hours) - 24), planted)
    starts = [(int(at), s) for s in range(SERIES) for part in parts
              for at in [rng.choice(part[(local[part] >= 8) & (local[part] <= 22)])]]
    more = np.ones((len(hours), SERIES))
    for at, s in starts:
        more[at:at + length, s] = times
    flagged = flag_hours(draw_hours(rng, hours, usual=usual, spread=1.5, days=0.3, times=more), tested=YEAR, zone=ZONE)
    hits = {s: set(p) for s, p in flagged[flagged["is_flagged"]].groupby("series")["position"]}
    return float(np.mean([bool(hits.get(s, set()) & set(range(at, at + length + 2))) for at, s in starts]))


def false_episodes(rng: np.random.Generator, world: str, what: str = "") -> int:
    """Return the episodes of one year in a world without an event."""
    from workbench.findings import flag_hours

    usual, spread, days, drawn = WORLDS[world]
    hours = clocks()
    posts = draw_hours(rng, hours, usual=usual, spread=spread, days=days, drawn=drawn,
                       times=broken(hours, what) if what else None)
    return count_episodes(flag_hours(posts, tested=YEAR, zone=ZONE))


def _rows() -> Iterator[Row]:
    for world in WORLDS:
        rng = np.random.default_rng(5)
        yield row(f"hours, {world}: false episodes a year, of {SERIES} series",
                  float(np.mean([false_episodes(rng, world) for _ in range(YEARS)])), 1.0, "asked at most")
    for name, what in BREAKS.items():
        rng = np.random.default_rng(6)
        found = [false_episodes(rng, "5 an hour, bursty", what) for _ in range(YEARS)]
        yield row(f"hours, 5 an hour, {name}: false episodes a year, of {SERIES} series", float(np.mean(found)), 1.0,
                  "asked at most")
    for usual in (0.5, 1, 2, 5, 20, 100):
        rng = np.random.default_rng(7)
        yield row(f"hours, {usual:g} an hour: six hours of ten times are found",
                  float(np.mean([finds_bursts(rng, usual) for _ in range(max(YEARS // 4, 1))])), 0.9, "asked at least")


def measure(folder: Path) -> list[Row]:
    """Count what the rule raises in years without an event, and what it finds of bursts."""
    return list(_rows())
