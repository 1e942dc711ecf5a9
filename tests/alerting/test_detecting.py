"""New posts are looked at for what stands out; only what the gate lets through is told, and of the year before it all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.alert_truth import count_quiet, find_planted
from workbench.actors import find_outbreak, find_outbreaks
from workbench.findings import flag_claims
from workbench.tables.actors import SPREADS_COLUMNS
from workbench.tables.posts import empty_frame

START = pd.Timestamp("2025-08-20 10:00", tz="UTC")
TEXT = "ænderne ved badet har spist grøn maling i dag"


@pytest.fixture
def corpus(make_corpus):
    """Write one text in five arenas within six hours, again in a sixth a day later, and once long before."""
    hours = [("T-001", 0.2), ("T-002", 1), ("T-003", 2), ("T-003", 2.5), ("T-004", 5), ("T-005", 6.1), ("T-006", 30),
             ("T-001", -500)]
    rows = [(arena, f"a-{i}", str(START + pd.Timedelta(hours=h)), TEXT) for i, (arena, h) in enumerate(hours)]
    return make_corpus([*rows, ("T-007", "b", str(START), "noget helt andet end det med ænderne")])


def claims(*arenas: int) -> pd.DataFrame:
    return pd.DataFrame({"arenas": pd.array(arenas, "Int64")})


def test_arenas_count_within_six_hours_of_the_first_post_of_the_span(corpus) -> None:
    found = find_outbreaks(corpus, start=START, end=START + pd.Timedelta(hours=72))
    assert found[["arenas", "posts"]].to_numpy().tolist() == [[5, 7]]
    assert found["first_at"].tolist() == [START + pd.Timedelta(hours=0.2)]
    early = find_outbreaks(corpus, start=START, end=START + pd.Timedelta(hours=3))
    assert early["arenas"].tolist() == [3]


def test_a_text_is_found_again_by_the_hour_in_which_it_began(corpus) -> None:
    assert find_outbreak(corpus, since=START)["arena_id"].nunique() == 6
    assert find_outbreak(corpus, since=START + pd.Timedelta(hours=1))["arena_id"].tolist()[0] == "T-002"
    assert find_outbreak(corpus, since=START - pd.Timedelta(hours=48)).empty


def test_days_without_a_copied_text_give_an_empty_table(corpus) -> None:
    alone = find_outbreaks(corpus, start=START - pd.Timedelta(hours=501), end=START)
    assert alone.empty
    assert alone.dtypes.astype(str).to_dict() == SPREADS_COLUMNS
    assert not flag_claims(alone, alone, weeks=52)["is_flagged"].any()


def test_a_text_must_go_half_as_far_again_as_any_of_the_year_before() -> None:
    for before, flagged in (((), [True, True]), ((3, 2), [True, True]), ((4,), [False, True]), ((5,), [False, False])):
        assert flag_claims(claims(5, 7), claims(*before), weeks=52)["is_flagged"].tolist() == flagged
    assert flag_claims(claims(4), empty_frame(SPREADS_COLUMNS), weeks=52)["is_flagged"].tolist() == [False]


def test_with_less_than_eight_weeks_before_no_text_is_flagged() -> None:
    assert [flag_claims(claims(9), claims(), weeks=w)["is_flagged"].any() for w in (7.9, 8)] == [False, True]


def test_quiet_years_raise_few_drafts_and_planted_events_do() -> None:
    # asked: two a year on average; 9 is the upper 98 % limit of two years
    assert sum(sum(count_quiet(seed)) for seed in (1, 2)) <= 9
    found = np.array([find_planted(seed) for seed in range(1_000, 1_004)])
    assert (found.sum(axis=0) >= 3).all()  # of four, where nine of ten are found
