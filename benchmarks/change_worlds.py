"""What the tests of change and of peaks report where nothing happened, and what they find where something did.

Quarters without change for 5, 8 and 11 arenas (over weeks) and 20, 40 and 80 (over arenas), 200 each, with arenas of
very unequal size, waves that all arenas share, season, few posts, one arena that makes half of them; the power for a
topic that grows to 1.5, 2 and 3 times its share, the echoes it makes in others, and a rise in one arena alone, which is
to be refused. False peaks a year over 30 topics in worlds with bursts, growth, new arenas, season and half crawls, and
the power for a week of three and five times as many posts. `CHANGE_QUARTERS` and `PEAK_YEARS` give other numbers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, row, seconds

QUARTERS = int(os.environ.get("CHANGE_QUARTERS", "200"))
YEARS = int(os.environ.get("PEAK_YEARS", "40"))
ASKED = 0.05
TOPICS, SERIES, YEAR = 30, 30, 52

WEEKS_WORLDS: dict[str, dict[str, Any]] = {
    "5 arenas": {"arenas": 5}, "8 arenas": {"arenas": 8}, "11 arenas of unequal size": {"arenas": 11, "unequal": 1.8},
    "8 arenas, 40 posts a week": {"arenas": 8, "posts": 40}, "8 arenas, strong common waves": {
        "arenas": 8, "common": 0.4, "common_lag": 0.7},
    "8 arenas, season": {"arenas": 8, "season": 0.2}, "8 arenas, season, nine quarters": {
        "arenas": 8, "season": 0.2, "quarters": 9},
    "8 arenas, two quarters": {"arenas": 8, "quarters": 2},
    "8 arenas, calm": {"arenas": 8, "own": 0.15, "common": 0.05},
    "11 arenas, three quarters": {"arenas": 11, "unequal": 1.8, "quarters": 3}}
ARENA_WORLDS: dict[str, dict[str, Any]] = {
    "20 arenas": {"arenas": 20, "unequal": 0.8, "posts": 10_000}, "40 arenas": {"arenas": 40},
    "80 arenas": {"arenas": 80}, "40 arenas of very unequal size": {"arenas": 40, "unequal": 2.0},
    "40 arenas, calm": {"arenas": 40, "own": 0.15},
    "80 arenas, one with half of the posts": {"arenas": 80, "huge": 0.5},
    "40 arenas with bursts": {"arenas": 40, "bursts": 20}}


def _waves(rng: np.random.Generator, shape: tuple[int, ...], *, lag: float, size: float) -> np.ndarray:
    """Draw series along the first axis, each value like the one before."""
    drawn = rng.normal(size=shape) * size
    for t in range(1, shape[0]):
        drawn[t] = lag * drawn[t - 1] + np.sqrt(1 - lag**2) * drawn[t]
    return drawn


def few_arenas(rng: np.random.Generator, *, arenas: int, topics: int = 12, quarters: int = 5, unequal: float = 1.0,
               posts: int = 150, own: float = 0.4, common: float = 0.2, common_lag: float = 0.5, season: float = 0.0,
               times: float = 1.0, alone: bool = False) -> tuple[np.ndarray, int]:
    """Draw counts by quarter, week, arena and topic (the last: none); one topic may grow in the last quarter."""
    weeks = 13 * quarters
    whole = rng.dirichlet(np.full(topics, 2.0))
    profile = rng.gamma(10 * (whole + 0.01) / (whole + 0.01).sum(), size=(arenas, topics)) + 1e-6
    size = rng.lognormal(0, unequal, arenas)
    size *= posts / size.sum()
    wave = _waves(rng, (weeks, arenas, topics), lag=0.5, size=own)
    wave = wave + _waves(rng, (weeks, 1, topics), lag=common_lag, size=common)
    wave += season * np.sin(2 * np.pi * (np.arange(weeks)[:, None, None] / 52 + rng.random((1, 1, topics))))
    rising = int(rng.integers(topics))
    share = np.repeat((profile / profile.sum(axis=1, keepdims=True))[None], weeks, axis=0)
    where = [int(np.argmax(size))] if alone else list(range(arenas))
    share[-13:, where, rising] *= times
    share = share * np.exp(wave)
    share /= share.sum(axis=2, keepdims=True)
    drawn = rng.poisson(size * np.exp(rng.normal(0, 0.3, (weeks, arenas))))
    counts = np.stack([rng.multinomial(n, s) for n, s in zip(drawn, share, strict=True)])
    return np.concatenate([counts, np.zeros((weeks, arenas, 1), int)], axis=2).reshape(quarters, 13, arenas, -1), rising


def many_arenas(rng: np.random.Generator, *, arenas: int, unequal: float = 1.5, posts: int = 20_000, own: float = 0.4,
                huge: float = 0.0, bursts: int = 0, times: float = 1.0) -> tuple[list[np.ndarray], int]:
    """Draw counts by arena and topic of two quarters; one of the larger topics may grow in the second."""
    whole = np.sort(rng.dirichlet(np.full(TOPICS, 1.0)))[::-1]
    profile = rng.gamma(20 * (whole + 0.005) / (whole + 0.005).sum(), size=(arenas, TOPICS)) + 1e-9
    profile /= profile.sum(axis=1, keepdims=True)
    size = rng.lognormal(0, unequal, arenas)
    if huge:
        size[0] = huge / (1 - huge) * size[1:].sum()
    size *= posts / size.sum()
    rising, counts = int(rng.integers(2, 12)), []
    for quarter in (0, 1):
        share = profile.copy()
        share[:, rising] *= times if quarter else 1.0
        share = share * np.exp(_waves(rng, (13, arenas, TOPICS), lag=0.5, size=own))
        share /= share.sum(axis=2, keepdims=True)
        drawn = rng.poisson(size / 13 * np.exp(rng.normal(0, 0.3, (13, arenas))))
        here = sum(rng.multinomial(n, s) for n, s in zip(drawn, share, strict=True))
        for _ in range(bursts):
            a, k = int(rng.integers(arenas)), int(rng.integers(TOPICS))
            here[a, k] += rng.poisson(size[a] / 13 * profile[a, k] * rng.uniform(20, 60))
        counts.append(here)
    gone = rng.random(arenas)
    counts[0][gone < 0.075] = 0
    counts[1][(gone >= 0.075) & (gone < 0.15)] = 0
    return counts, rising


def told_over_weeks(counts: np.ndarray) -> pd.DataFrame:
    """Return the topics that the test over weeks reports, echoes taken out."""
    from workbench.findings.change import LEVEL, take_out_echoes
    from workbench.findings.change_weeks import compare_weeks

    ids = pd.Index(range(counts.shape[3] - 1))

    def test(taken: Any) -> pd.DataFrame:
        kept = ~ids.isin(taken)
        return compare_weeks(counts[..., np.append(kept, True)], ids[kept])

    found = take_out_echoes(test, tested=list(ids))
    agreed = found["agree"] & (np.sign(found["change"]) == np.sign(found["pooled"]))
    return found[found["q"].lt(LEVEL) & agreed]


def told_over_arenas(counts: list[np.ndarray], *, seed: int = 1) -> pd.DataFrame:
    """Return the topics that the test over arenas reports, echoes taken out."""
    from workbench.findings.change import LEVEL, compare_shares, take_out_echoes

    names = [f"T-{i:03d}" for i in range(len(counts[0]))]
    before, now = (pd.DataFrame(c, index=names) for c in counts)

    def test(taken: Any) -> pd.DataFrame:
        return compare_shares(before.drop(columns=taken), now.drop(columns=taken), seed=seed)

    found = take_out_echoes(test, tested=list(before.columns))
    fair = (np.sign(found["change"]) == np.sign(found["pooled"])) & found["top_arena"].le(0.5)
    return found[found["q"].lt(LEVEL) & fair]


Told = Callable[[Any], pd.DataFrame]


def _change_rows(name: str, draw: Callable[..., tuple[Any, int]], told: Told, *, alone: bool = False) -> Iterator[Row]:
    rng = np.random.default_rng(11)
    false = sum(bool(len(told(draw(rng)[0]))) for _ in range(QUARTERS))
    yield row(f"{name}: quarters without change that report one", false / QUARTERS, ASKED, "asked at most")
    for times in (1.5, 2.0, 3.0):
        hits = echoes = 0
        for _ in range(QUARTERS // 2):
            counts, rising = draw(rng, times=times)
            found = told(counts)
            hits += bool(rising in found.index and found.at[rising, "change"] > 0)
            echoes += bool(len(found.index.drop(rising, errors="ignore")))
        yield row(f"{name}: power for {times:g} times the share", hits / (QUARTERS // 2), None, "",
                  quarters_with_another=echoes / (QUARTERS // 2))
    if alone:
        hits = 0
        for _ in range(QUARTERS // 2):
            counts, rising = draw(rng, times=2.0, alone=True)
            hits += rising in told(counts).index
        yield row(f"{name}: twice the share in the largest arena alone, reported", hits / (QUARTERS // 2), 0.02,
                  "asked at most")


def _posts_a_week(rng: np.random.Generator, world: str, weeks: int = 2 * YEAR) -> np.ndarray:
    """Draw the mean posts of each week and topic in one of the worlds of peaks."""
    special = {"no spread": (0.0, 0.0), "spread .45": (0.45, 0.3), "spread .8": (0.8, 0.3),
               "spread .45, one week like the next": (0.45, 0.6)}
    spread, lag = special.get(world, (0.22, 0.3))
    usual = np.exp(rng.uniform(np.log(5), np.log(300), SERIES))
    size = np.sqrt(np.log(1 + spread**2))
    mean = usual * np.exp(_waves(rng, (weeks, SERIES), lag=lag, size=size) - size**2 / 2)
    t = np.arange(weeks)[:, None]
    if world == "bursts of 2 to 4 times in 3 % of weeks":
        return np.asarray(mean * np.where(rng.random(mean.shape) < 0.03, rng.uniform(2, 4, mean.shape), 1))
    if world == "topics silent in 60 % of weeks":
        return np.asarray(mean * (rng.random(mean.shape) > 0.6))
    if world == "a holiday of 6 times in 5 topics, two weeks every year":
        return np.asarray(mean * np.where((t % 52 >= 48) & (t % 52 < 50) & (np.arange(SERIES) < 5), 6, 1))
    changed = {"half as much again in a year": np.exp(np.log(1.5) * (t - YEAR) / 52),
               "twice as much in a year": np.exp(np.log(2) * (t - YEAR) / 52),
               "four times as much in a year": np.exp(np.log(4) * (t - YEAR) / 52),
               "new arenas double the volume": np.where(t >= YEAR + 8, 2, 1),
               "season": 1 + 0.5 * np.sin(2 * np.pi * t / 52),
               "a summer of eight quiet weeks": np.where((t % 52 >= 26) & (t % 52 < 34), 0.3, 1),
               "six weeks without collection": np.where((t >= YEAR - 14) & (t < YEAR - 8), 0, 1),
               "twenty weeks without collection": np.where((t >= YEAR - 30) & (t < YEAR - 10), 0, 1),
               "half a crawl, then a whole one": np.where(t < YEAR + 18, 0.5, 1),
               "six weeks of a fifth of a crawl": np.where((t >= YEAR + 10) & (t < YEAR + 16), 0.2, 1)}
    return np.asarray(mean * changed.get(world, 1))


PEAK_WORLDS = ("no spread", "spread .22", "spread .45", "spread .45, one week like the next", "spread .8",
               "half as much again in a year", "twice as much in a year", "four times as much in a year",
               "new arenas double the volume", "season", "a summer of eight quiet weeks",
               "a holiday of 6 times in 5 topics, two weeks every year", "six weeks without collection",
               "twenty weeks without collection", "half a crawl, then a whole one", "six weeks of a fifth of a crawl",
               "topics silent in 60 % of weeks", "bursts of 2 to 4 times in 3 % of weeks")


def count_episodes(flagged: pd.DataFrame, mark: str) -> int:
    """Return how many runs of weeks are marked, over all series."""
    hits = flagged[flagged[mark].astype(bool)]
    return sum(int((np.diff(np.sort(p), prepend=-9) > 1).sum()) for _, p in hits.groupby("series")["position"])


def year_of_reports(posts: np.ndarray) -> pd.DataFrame:
    """Return what four quarterly reports of thirteen weeks each flag in the second of two years."""
    from workbench.findings import flag_peaks

    return pd.concat([flag_peaks(pd.DataFrame(posts[: YEAR + 13 * (q + 1)]), tested=13) for q in range(4)])


def _peak_rows() -> Iterator[Row]:
    for world in PEAK_WORLDS:
        rng = np.random.default_rng(5)
        years = [year_of_reports(rng.poisson(_posts_a_week(rng, world))) for _ in range(YEARS)]
        peaks, alerts = (float(np.mean([count_episodes(y, mark) for y in years])) for mark in ("is_peak", "is_alert"))
        yield row(f"peaks, {world}: a year, of {SERIES} topics", peaks, 2.8, "blueprint at most", alerts=alerts,
                  said_as_last_year=float(np.mean([y["as_last_year"].sum() for y in years])))
    for spread in (0.22, 0.45):
        for usual in (20, 50, 100):
            for times in (3, 5):
                rng = np.random.default_rng(6)
                found = [_finds_week(rng, spread, usual, times) for _ in range(QUARTERS // 2)]
                yield row(f"peaks, spread {spread:g}, {usual} posts a week: a week of {times} times is found",
                          float(np.mean([f[0] for f in found])), None, "", alert=float(np.mean([f[1] for f in found])))


def _finds_week(rng: np.random.Generator, spread: float, usual: float, times: float) -> tuple[bool, bool]:
    from workbench.findings import flag_peaks

    size = np.sqrt(np.log(1 + spread**2))
    mean = usual * np.exp(_waves(rng, (YEAR + 2, SERIES), lag=0.3, size=size) - size**2 / 2)
    mean[-1, 0] *= times
    found = flag_peaks(pd.DataFrame(rng.poisson(mean)), tested=1).iloc[0]
    return bool(found["is_peak"]), bool(found["is_alert"])


def _whole_way(folder: Path) -> Iterator[Row]:
    """Measure the finding itself on a made corpus of 100,000 posts."""
    from workbench.findings import compare_topics, measure_peaks
    from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame
    from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet

    rng = np.random.default_rng(3)
    posts = 100_000
    arena = rng.integers(40, size=posts)
    when = pd.to_datetime("2024-04-01", utc=True) + pd.to_timedelta(np.sort(rng.uniform(0, 548, posts)), unit="D")
    words = np.array([f"ord{i}" for i in range(3000)])
    text = [" ".join(words[w]) for w in rng.integers(3000, size=(posts, 12))]
    table = pd.DataFrame({"post_id": [f"p{i}" for i in range(posts)], "platform": "telegram", "kind": "post",
                          "arena_id": [f"T-{a:03d}" for a in arena],
                          "account_id": [f"u{i % 900}" for i in range(posts)], "posted_at": when,
                          "text": text, "source_id": "made"})
    table = table.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS)
    arenas = pd.DataFrame({"arena_id": [f"T-{a:03d}" for a in range(40)], "platform": "telegram", "kind": "group",
                           "access": "open"}).reindex(columns=list(ARENA_COLUMNS)).astype(ARENA_COLUMNS)
    corpus = Corpus(table, empty_frame(LINK_COLUMNS), arenas)
    topics = pd.DataFrame({"topic_id": range(30), "label": [f"k{i}" for i in range(30)], "words": [[]] * 30})
    assigned = pd.DataFrame({"post_id": table["post_id"], "topic_id": rng.integers(-1, 30, posts)})
    made = TopicSet(topics.reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS),
                    assigned.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS))
    yield row("compare_topics on 100,000 posts, seconds",
              seconds(lambda: compare_topics(corpus, made, quarter="2025Q3", seed=1)), 2, "asked at most")
    yield row("measure_peaks on 100,000 posts, seconds",
              seconds(lambda: measure_peaks(corpus, made, quarter="2025Q3")), 2, "asked at most")


def measure(folder: Path) -> list[Row]:
    """Measure false changes and peaks, power and time."""
    rows = [*_whole_way(folder)]
    for name, world in WEEKS_WORLDS.items():
        rows += _change_rows(name, partial(few_arenas, **world), told_over_weeks, alone=True)
    for name, world in ARENA_WORLDS.items():
        rows += _change_rows(name, partial(many_arenas, **world), told_over_arenas)
    return [*rows, *_peak_rows()]
