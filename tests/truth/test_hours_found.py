"""Hours in which far more is written than usual are found, and a year without an event raises hardly any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.hourly_peaks import false_episodes, finds_bursts, rhythm
from tests.speech_worlds import audit_world
from workbench.findings import flag_hours, measure_hours
from workbench.findings.hours import HISTORY
from workbench.wording import open_wording


@pytest.mark.parametrize("world", ["1 an hour, bursty", "5 an hour, threads", "30 an hour"])
def test_a_year_of_ten_series_without_an_event_raises_about_one_alarm_at_most(world: str) -> None:
    rng = np.random.default_rng(5)
    # asked: one a year; 8 is the upper 98 % limit of four
    assert sum(false_episodes(rng, world) for _ in range(4)) <= 8


@pytest.mark.parametrize("what", ["growth", "gap", "half", "double"])
def test_a_collection_that_changes_is_no_event(what: str) -> None:
    rng = np.random.default_rng(6)
    assert sum(false_episodes(rng, "5 an hour, bursty", what) for _ in range(3)) <= 6


def test_six_hours_of_ten_times_as_much_are_found() -> None:
    assert finds_bursts(np.random.default_rng(7), 5) >= 0.9


def steady(usual: float, weeks: int = 12, start: str = "2025-01-06") -> pd.DataFrame:
    """Return as many posts at each hour of the week, by the clocks, week after week."""
    hours = pd.date_range(start, periods=168 * weeks, freq="h", tz="UTC", unit="us")
    return pd.DataFrame({"a": np.round(usual * rhythm(hours)).astype(int)}, index=hours)


def test_what_an_hour_is_held_against_follows_the_clocks_when_summer_time_begins() -> None:
    # the morning rises from few to many within an hour, at the same time by the clocks; it changes on 30 March 2025
    hours = pd.date_range("2025-01-06", periods=168 * 16, freq="h", tz="UTC", unit="us")
    local = hours.tz_convert("Europe/Copenhagen")
    posts = pd.DataFrame({"a": np.where((local.hour >= 8) & (local.hour < 20), 300, 0)}, index=hours)
    after = (hours >= pd.Timestamp("2025-03-31", tz="UTC")).sum()
    by_clock, by_utc = (flag_hours(posts, tested=int(after), zone=zone) for zone in ("Europe/Copenhagen", "UTC"))
    first = int(np.flatnonzero(hours == pd.Timestamp("2025-03-31 07:00", tz="UTC"))[0])
    expected = [t.set_index("position").loc[first, "expected"] for t in (by_clock, by_utc)]
    # 9 o'clock by the clocks: two hours of 300 posts have gone by, or one, or three
    assert expected == [600, 300]
    assert not by_clock["is_flagged"].any()


@pytest.mark.parametrize(("posts", "hours_long", "flagged"), [(19, 2, False), (60, 2, True)])
def test_a_few_posts_are_no_event_however_rare(posts: int, hours_long: int, flagged: bool) -> None:
    quiet = steady(0)
    quiet.iloc[-30:-30 + hours_long, 0] = posts // hours_long
    # other series were written all the time
    found = flag_hours(quiet, tested=168, totals=pd.Series(10, index=quiet.index))
    assert found["is_flagged"].any() == flagged


def test_four_times_as_many_are_no_event_and_six_times_are() -> None:
    for times, flagged in ((4, False), (6, True)):
        posts = steady(50)
        posts.iloc[-30:-24] *= times
        assert flag_hours(posts, tested=168)["is_flagged"].any() == flagged


def test_one_hour_alone_is_flagged_with_no_other_beside_it() -> None:
    posts = steady(20)
    found = flag_hours(posts, tested=168)
    assert not found["is_flagged"].any()
    # the sum of three hours is high once only where the first of them was far below: hours that are flagged have company
    posts.iloc[-30:-24] *= 12
    at = np.sort(flag_hours(posts, tested=168).query("is_flagged")["position"])
    assert len(at) >= 2
    assert (np.minimum(np.diff(at, prepend=-9), np.diff(at, append=10**6)) == 1).all()


def test_with_less_than_eight_weeks_before_it_nothing_is_measured() -> None:
    posts = steady(20)
    posts.iloc[-30:-24] *= 12
    for hours, measured in ((HISTORY + 6, True), (168 * 8 - 24, False)):
        assert flag_hours(posts.tail(hours), tested=6)["is_measured"].any() == measured
    gap = posts.copy()
    gap.iloc[168 * 5:168 * 6] = 0
    found = flag_hours(gap, tested=168)
    assert not found["is_measured"].any()
    assert not found["is_flagged"].any()


def test_too_many_series_and_hours_with_gaps_are_refused() -> None:
    posts = steady(5)
    with pytest.raises(ValueError, match="at most 10"):
        flag_hours(pd.concat([posts["a"].rename(i) for i in range(11)], axis=1), tested=6)
    with pytest.raises(ValueError, match="gaps"):
        flag_hours(posts.drop(posts.index[7]), tested=6)


@pytest.fixture
def evening(make_corpus):
    """Write six months of four arenas, and on one summer evening at 20 by the clocks 150 posts more within three hours."""
    rng, rows = np.random.default_rng(5), []
    for day in pd.date_range("2025-04-01", "2025-09-30", freq="D"):
        for a in range(4):
            rows += [(f"T-{a:03d}", f"a-{a}-{i % 7}", f"{day + pd.Timedelta(minutes=int(m))}", "hej")
                     for i, m in enumerate(rng.integers(0, 1440, rng.poisson(20)))]

    def make(arenas: int, begun: str = "2025-08-05 18:00"):
        burst = [(f"T-{i % arenas:03d}", f"b-{i % 20}", f"{pd.Timestamp(begun) + pd.Timedelta(seconds=72 * i)}", "boo")
                 for i in range(150)]
        return make_corpus([*rows, *burst])

    return make


def test_an_evening_is_told_with_day_and_hour_by_the_clocks_and_one_arena_alone_is_no_event(evening) -> None:
    finding = measure_hours(evening(4), quarter="2025Q3")
    assert finding.data[["code", "clock", "week", "arenas"]].to_numpy().tolist() == [["all_posts", "20:00", "2025-W32", 4]]
    [row] = finding.data.to_dict("records")
    assert row["date"] == pd.Timestamp("2025-08-05", tz="UTC")
    assert 150 <= row["posts"] <= 175
    assert 2 <= row["hours"] <= 4
    assert "Once far more than usual was written within a few hours: in week 32" in open_wording("en").say(
        finding.sentence, finding.known)
    assert finding.caveats == ("peaks_unexplained",)
    assert measure_hours(evening(1), quarter="2025Q3").sentence == "finding.no_hours"


def test_what_a_model_marks_is_followed_beside_all_posts_and_marked_as_such(evening) -> None:
    corpus = evening(4)
    truth = pd.DataFrame({"post_id": corpus.posts["post_id"], "attack": corpus.posts["text"].eq("boo")})
    speech = audit_world(corpus, truth, period="2025Q3", noise=0.0)
    finding = measure_hours(corpus, speech, speech.scores, quarter="2025Q3")
    assert finding.data["code"].tolist() == ["all_posts", "attack"]
    assert finding.data["posts"].tolist()[1] == 150
    assert finding.caveats == ("not_audited", "marked_by_model", "peaks_unexplained")


def test_arenas_that_came_since_make_no_hours_of_all_posts(evening) -> None:
    corpus = evening(4)
    is_new = corpus.posts["text"].eq("boo")
    late = replace(corpus, posts=corpus.posts.assign(arena_id=corpus.posts["arena_id"].mask(is_new, corpus.posts["arena_id"] + "x")))
    assert measure_hours(late, quarter="2025Q3").sentence == "finding.no_hours"


def test_too_short_a_history_says_how_long_it_must_be(evening) -> None:
    corpus = evening(4)
    late = replace(corpus, posts=corpus.posts[corpus.posts["posted_at"] >= pd.Timestamp("2025-08-01", tz="UTC")])
    finding = measure_hours(late, quarter="2025Q3")
    assert finding.reason == "hours_short_history"
    assert "0 weeks before the quarter were collected. It takes 8" in open_wording("en").say(f"unsaid.{finding.reason}", finding.known)
