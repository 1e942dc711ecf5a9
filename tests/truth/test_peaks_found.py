"""A week that stands out is found against the week's total; a larger or broken collection is no event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.change_worlds import _posts_a_week, count_episodes, year_of_reports
from workbench.findings import flag_peaks, measure_peaks
from workbench.wording import open_wording


@pytest.mark.parametrize("world", ["spread .22", "new arenas double the volume", "half a crawl, then a whole one",
                                   "six weeks of a fifth of a crawl"])
def test_years_without_an_event_raise_few_peaks_however_much_is_collected(world: str) -> None:
    rng = np.random.default_rng(5)
    years = [year_of_reports(rng.poisson(_posts_a_week(rng, world))) for _ in range(3)]
    # blueprint §0a: at most 2.8 a year over 30 topics; 15 is the upper 99 % limit of three
    assert sum(count_episodes(year, "is_peak") for year in years) <= 15


def test_on_raw_counts_a_larger_collection_would_be_a_peak_in_every_topic() -> None:
    posts = np.random.default_rng(1).poisson(60, (80, 10))
    posts[78:] *= 3
    counts = pd.DataFrame(posts)
    assert flag_peaks(counts, tested=2)["is_peak"].sum() == 0
    assert flag_peaks(counts, tested=2, against_total=False)["is_peak"].all()


def test_weeks_without_collection_are_neither_tested_nor_held_against_others() -> None:
    counts = pd.DataFrame(np.random.default_rng(2).poisson(60, (80, 3)))
    whole = flag_peaks(counts, tested=3)
    broken = counts.copy()
    broken.iloc[40:60] = 0
    broken.iloc[78] = 1
    flagged = flag_peaks(broken, tested=3)
    assert sorted(set(flagged["position"])) == [77, 79]
    last, same = (f[f["position"] == 79].set_index("series")["expected"] for f in (flagged, whole))
    assert np.allclose(last, same, rtol=0.2)
    # twenty of the 52 weeks before the last but one are gone, and 26 it takes
    broken.iloc[30:60] = 0
    assert flag_peaks(broken, tested=3).empty


def test_the_week_before_does_not_hide_an_event_that_goes_on() -> None:
    counts = pd.DataFrame(np.random.default_rng(3).poisson(40, (60, 10)))
    counts.iloc[[58, 59], 4] = 200
    without = counts.drop(index=58).reset_index(drop=True)
    on, one = (flag_peaks(c, tested=1).set_index("series").loc[4] for c in (counts, without))
    assert on["expected"] == pytest.approx(one["expected"], rel=0.05)
    assert on["is_peak"]


@pytest.mark.parametrize(("off", "said"), [(0, True), (1, True), (-1, True), (3, False)])
def test_a_peak_that_stood_in_the_same_week_of_the_year_before_says_so(off: int, said: bool) -> None:
    counts = pd.DataFrame(np.random.default_rng(4).poisson(40, (110, 10)),
                          index=pd.date_range("2023-07-31", periods=110, freq="7D", tz="UTC"))
    week = counts.index.get_loc(pd.Timestamp("2025-08-18", tz="UTC"))  # week 34
    before = counts.index.get_loc(pd.Timestamp("2024-08-19", tz="UTC"))
    counts.iloc[week, 2] = counts.iloc[before + off, 2] = 220
    row = flag_peaks(counts, tested=5).query("series == 2 and position == @week").iloc[0]
    assert row["is_peak"]
    assert bool(row["as_last_year"]) == said


@pytest.fixture
def busy_weeks(make_corpus, make_topics):
    """Fifteen months of four arenas that post on two topics; in week 34 they all write four times as much."""
    rng, rows = np.random.default_rng(5), []
    for week in pd.date_range("2024-07-01", "2025-09-22", freq="7D"):
        for a in range(4):
            many = int(rng.poisson(20)) * (4 if f"{week:%G-W%V}" == "2025-W34" else 1)
            rows += [(f"T-{a:03d}", f"a-{a}-{i % 7}", f"{week + pd.Timedelta(days=i % 7):%Y-%m-%d}", "havn" if i % 2 else "by")
                     for i in range(many)]
    corpus = make_corpus(rows)
    return corpus, make_topics(corpus, corpus.posts["text"].map({"havn": 0, "by": 1}))


def test_a_week_in_which_all_is_more_is_told_of_all_posts_and_of_no_topic(busy_weeks) -> None:
    finding = measure_peaks(*busy_weeks, quarter="2025Q3")
    assert finding.sentence == "finding.peaks_volume"
    assert finding.data[["label", "week", "is_peak"]].to_numpy().tolist() == [["all_posts", "2025-W34", True]]
    assert finding.data["topic_id"].isna().all()
    assert "uge 34 med 264 opslag" in open_wording("da").say(finding.sentence, finding.known)
    assert "week 34 with 264 posts" in open_wording("en").say(finding.sentence, finding.known)


def test_arenas_that_came_since_make_no_peak_of_the_volume(busy_weeks, make_topics) -> None:
    corpus, topics = busy_weeks
    is_more = (corpus.posts["posted_at"].dt.strftime("%G-W%V") == "2025-W34") & (corpus.posts.index % 4 > 0)
    arena = corpus.posts["arena_id"].mask(is_more, "T-099").astype("string")
    arenas = pd.concat([corpus.arenas, corpus.arenas.iloc[:1].assign(arena_id="T-099")], ignore_index=True)
    corpus = replace(corpus, posts=corpus.posts.assign(arena_id=arena), arenas=arenas)
    finding = measure_peaks(corpus, topics, quarter="2025Q3")
    assert (finding.sentence, finding.value) == ("finding.no_peaks", 0)


def test_too_short_a_history_says_how_long_it_is_and_how_long_it_must_be(make_corpus, make_topics) -> None:
    days = pd.date_range("2025-05-05", "2025-09-28", freq="D").strftime("%Y-%m-%d")
    corpus = make_corpus([(f"T-{i % 4:03d}", f"a-{i % 9}", d, "hej") for i, d in enumerate(days)])
    finding = measure_peaks(corpus, make_topics(corpus, pd.Series(0, index=corpus.posts.index)), quarter="2025Q3")
    assert finding.reason == "peaks_short_history"
    assert "8 weeks before the period were collected. It takes at least 26." in open_wording("en").say(
        f"unsaid.{finding.reason}", finding.known)
