"""Months: what is counted by week, hour or word is told of a month too, with the numbers that its quarter has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import audit_world
from workbench.errors import TableError
from workbench.findings import (
    choose_span,
    describe_new_words,
    measure_composition,
    measure_concentration,
    measure_hours,
    measure_peaks,
    measure_platforms,
    measure_speech_peaks,
    measure_volume,
)
from workbench.findings.periods import bounds_of, posts_before
from workbench.tables.periods import previous_period, quarter_of
from workbench.topics import find_new_words
from workbench.wording import open_wording

QUARTER, MONTH = "2025Q3", "2025-08"


@pytest.fixture(scope="module")
def world():
    """Fifteen months of six arenas; in week 34 four times as many posts and six times as many attacks."""
    from tests.conftest import make_corpus

    rng, rows = np.random.default_rng(5), []
    for week in pd.date_range("2024-07-01", "2025-09-22", freq="7D"):
        is_busy = f"{week:%G-W%V}" == "2025-W34"
        # the last one writes in September alone, and early in the year before
        for a in range(7):
            if a == 6 and not (week < pd.Timestamp("2024-10-01") or week >= pd.Timestamp("2025-09-01")):
                continue
            many = int(rng.poisson(45 * (4 if is_busy else 1)))
            boo = rng.random(many) < 0.08 * (6 if is_busy else 1)
            word = ["boo" if b else "fyrtårn" if is_busy and i % 3 else "hej" for i, b in enumerate(boo)]
            rows += [(f"T-{a:03d}", f"a-{a}-{i % 20}", f"{week + pd.Timedelta(days=i % 7, hours=i % 24):%Y-%m-%d %H:%M}",
                      f"{text} {a} {i}") for i, text in enumerate(word)]
    rows += [(f"T-{i % 6:03d}", f"a-{i % 6}-{i % 20}", f"{pd.Timestamp('2025-08-20 18:00') + pd.Timedelta(seconds=40 * i):%Y-%m-%d %H:%M}",
              f"aften {i}") for i in range(240)]
    corpus = make_corpus.__wrapped__()(rows)
    truth = pd.DataFrame({"post_id": corpus.posts["post_id"], "attack": corpus.posts["text"].str.startswith("boo")})
    now = truth[corpus.posts["posted_at"].ge(pd.Timestamp("2025-07-01", tz="UTC")).to_numpy()].reset_index(drop=True)
    speech = audit_world(corpus, now, period=QUARTER, noise=0.0)
    return corpus, speech, audit_world(corpus, truth, period=QUARTER, noise=0.0).scores


@pytest.fixture
def measure(world, make_topics):
    corpus, speech, scores = world
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    words = {p: find_new_words(corpus, quarter=p) for p in (QUARTER, MONTH)}
    return {"volume": lambda p: measure_volume(corpus, quarter=p),
            "speech_peaks": lambda p: measure_speech_peaks(corpus, speech, scores, quarter=p),
            "hours": lambda p: measure_hours(corpus, speech, scores, quarter=p),
            "peaks": lambda p: measure_peaks(corpus, topics, quarter=p),
            "new_words": lambda p: describe_new_words(words[p], corpus, quarter=p)}


def test_a_month_holds_its_own_posts_and_is_told_by_its_own_name(world, measure) -> None:
    at = world[0].posts["posted_at"]
    finding = measure["volume"](MONTH)
    own = at.ge(pd.Timestamp("2025-08-01", tz="UTC")) & at.lt(pd.Timestamp("2025-09-01", tz="UTC"))
    assert (finding.period, finding.value) == (MONTH, own.sum())
    assert finding.data.loc[finding.data["in_quarter"], "week"].tolist() == ["2025-W32", "2025-W33", "2025-W34", "2025-W35"]
    assert finding.data["week"].iloc[-1] == "2025-W35"
    assert len(posts_before(world[0], MONTH, months=True)) == at.dt.strftime("%Y-%m").eq("2025-07").sum()
    assert [open_wording(code).period(MONTH) for code in ("da", "en")] == ["august 2025", "August 2025"]


@pytest.mark.parametrize("key", ["volume", "speech_peaks", "peaks"])
def test_a_week_has_the_same_number_in_a_month_as_in_its_quarter(measure, key: str) -> None:
    of_month, of_quarter = (measure[key](p).data for p in (MONTH, QUARTER))
    by = ["week"] if key == "volume" else ["week", "code"] if key == "speech_peaks" else ["week", "label"]
    both = of_month.merge(of_quarter, on=by, suffixes=("", "_quarter"))
    assert len(both) >= min(len(of_month), 1)
    assert both["posts"].tolist() == both["posts_quarter"].tolist()
    if key != "volume":
        assert both["is_peak"].sum() >= 1
        peak = both[both["is_peak"].astype(bool)]
        assert peak["is_peak_quarter"].all()
        assert peak["week"].unique().tolist() == ["2025-W34"]
    if key == "speech_peaks":  # of all posts it may move: an arena that writes again in September is not yet known
        assert peak["expected"].tolist() == pytest.approx(peak["expected_quarter"].tolist())


def test_an_episode_of_hours_is_the_same_in_a_month_as_in_its_quarter(measure) -> None:
    of_month, of_quarter = (measure["hours"](p) for p in (MONTH, QUARTER))
    assert of_month.data["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-08-20"]
    shown = ["code", "date", "clock", "posts", "expected"]
    own = of_quarter.data[of_quarter.data["date"].dt.strftime("%Y-%m").eq(MONTH)]
    pd.testing.assert_frame_equal(of_month.data[shown].reset_index(drop=True), own[shown].reset_index(drop=True))


def test_weeks_are_told_in_the_month_in_which_they_end(measure) -> None:
    weeks = {p: measure["speech_peaks"](p).data.dropna(subset=["expected"])["week"] for p in ("2025-07", MONTH, "2025-09")}
    # week 27 ends on the sixth of July, week 31 on the third of August
    assert [(w.iloc[0], w.iloc[-1]) for w in weeks.values()] == [
        ("2025-W27", "2025-W30"), ("2025-W31", "2025-W35"), ("2025-W36", "2025-W39")]


def test_words_are_new_in_their_month(measure) -> None:
    data = measure["new_words"](MONTH).data.set_index("word")
    assert data.loc["fyrtårn", "first_seen"] == "2025-W34"
    assert measure["new_words"]("2025-08").period == MONTH


@pytest.mark.parametrize("other", [measure_platforms, measure_composition, measure_concentration])
def test_what_needs_a_quarter_refuses_a_month_and_names_the_quarter(world, other) -> None:
    with pytest.raises(TableError, match=r"2025-08 is a month, .* Give the quarter that holds it: 2025Q3"):
        other(world[0], quarter=MONTH)


def test_a_month_needs_the_codes_of_the_quarter_that_holds_it(world) -> None:
    with pytest.raises(TableError, match=r"of 2025Q3, and 2025-06 is asked for.*study.speech\(\"2025Q2\"\)"):
        measure_speech_peaks(*world, quarter="2025-06")


def test_weeks_and_days_are_no_time_of_a_finding(world) -> None:
    for period in ("2025-W34", "2025-08-20", "august"):
        with pytest.raises(TableError):
            measure_volume(world[0], quarter=period)


def test_a_month_without_posts_says_what_there_is(world) -> None:
    with pytest.raises(TableError, match=r"no posts in 2026-01; it holds posts from .* Choose a month"):
        measure_volume(world[0], quarter="2026-01")


def test_the_span_of_a_month_is_chosen_from_its_own_weeks(world) -> None:
    assert choose_span(world[0], quarter=MONTH, minimum_authors=5, minimum_arenas=3) == "week"
    assert choose_span(world[0], quarter=MONTH, minimum_authors=99_999, minimum_arenas=3) == "month"


@pytest.mark.parametrize(("period", "before", "quarter"), [
    ("2025Q1", "2024Q4", "2025Q1"), ("2025-01", "2024-12", "2025Q1"), ("2025-W01", "2024-W52", "2024Q4"),
    ("2025-03-01", "2025-02-28", "2025Q1")])
def test_each_kind_of_period_has_one_before_it_and_a_quarter(period: str, before: str, quarter: str) -> None:
    assert (previous_period(period), quarter_of(period)) == (before, quarter)


def test_bounds_are_those_of_the_month_only_where_months_are_taken() -> None:
    assert bounds_of(MONTH, months=True) == (pd.Timestamp("2025-08-01", tz="UTC"), pd.Timestamp("2025-09-01", tz="UTC"))
    with pytest.raises(TableError, match="is a month"):
        bounds_of(MONTH)
