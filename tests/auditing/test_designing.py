from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.auditing import (
    Estimate,
    allocate_sample,
    cut_strata,
    estimate_share,
    forecast_width,
    judge_sample,
)

POSTS = [200, 1800, 18_000]


def test_the_highest_hundredth_is_the_first_stratum_and_the_next_nine_the_second() -> None:
    scores = np.random.default_rng(1).random(2000)
    strata = cut_strata(scores)
    assert np.bincount(strata).tolist() == [0, 20, 180, 1800]
    assert scores[strata == 1].min() > scores[strata == 2].max() > scores[strata == 3].max()


def test_equal_scores_keep_their_order_and_missing_ones_come_last() -> None:
    assert cut_strata(np.zeros(100)).tolist() == [1] + [2] * 9 + [3] * 90
    assert cut_strata([np.nan] * 95 + [0.1] * 5).tolist() == [2] * 5 + [3] * 90 + [1] + [2] * 4
    assert cut_strata([]).tolist() == []


def test_strata_get_more_where_they_are_larger_and_where_the_model_is_less_sure() -> None:
    plain = allocate_sample(POSTS, [0.5, 0.05, 0.005], size=1000)
    unsure = allocate_sample(POSTS, [0.5, 0.3, 0.005], size=1000)
    assert plain.sum() == unsure.sum() == 1000
    assert unsure[1] > plain[1]
    assert plain[2] > plain[1] > plain[0] >= 40


def test_a_model_that_sees_the_code_everywhere_still_leaves_two_thirds_to_the_large_stratum() -> None:
    # the model alone would give 243 of 400 (scores of a model trained where the share is 10 %)
    assert allocate_sample(POSTS, [0.9, 0.4, 0.01], size=400)[2] >= 240
    assert allocate_sample(POSTS, [0.9, 0.4, 0.005], size=400, least=0)[2] > 400 * 18_000 * 0.0705 / (
        18_000 * 0.0705 + 1800 * 0.49 + 200 * 0.5)


def test_a_stratum_in_which_the_model_sees_the_code_everywhere_gets_as_much_as_one_in_which_it_cannot_tell() -> None:
    assert allocate_sample([1000, 1000], [1.0, 0.5], size=1000, least=0).tolist() == [500, 500]


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=4), st.data())
@settings(max_examples=150, deadline=None)
def test_the_whole_sample_is_given_out_no_stratum_gets_more_than_it_has_nor_less_than_the_least(posts, data) -> None:
    means = [data.draw(st.floats(0, 1)) for _ in posts]
    size, least = data.draw(st.integers(0, 2000)), data.draw(st.integers(0, 60))
    drawn, posts = allocate_sample(posts, means, size=size, least=least), np.array(posts)
    assert drawn.sum() == min(size, posts.sum())
    assert (drawn <= posts).all()
    if np.minimum(posts, least).sum() <= size:
        assert (drawn >= np.minimum(posts, least)).all()


def test_fifty_more_make_the_interval_narrower_by_about_the_root_of_the_codes() -> None:
    now, then = forecast_width(POSTS, [40, 90, 270], [25, 10, 2], more=50)
    estimate = estimate_share(POSTS, [40, 90, 270], [25, 10, 2])
    assert now == pytest.approx(estimate.high - estimate.low)
    assert 0.9 * now < then < 0.97 * now
    assert forecast_width(POSTS, [40, 90, 270], [25, 10, 2], more=400)[1] == pytest.approx(now / np.sqrt(2), rel=0.1)


def test_where_nothing_was_found_more_codes_still_narrow_it() -> None:
    now, then = forecast_width(POSTS, [40, 90, 270], [0, 0, 0])
    assert then == pytest.approx(now * 400 / 450, rel=0.01)


def test_no_stratum_is_coded_beyond_its_posts() -> None:
    assert forecast_width([40, 400], [40, 400], [10, 3]) == pytest.approx((0, 0))
    assert forecast_width([40, 400], [39, 399], [10, 3])[1] == pytest.approx(0, abs=1e-9)


def test_before_anything_was_coded_everything_is_possible() -> None:
    now, then = forecast_width(POSTS, [0, 0, 0], [0, 0, 0])
    assert now == pytest.approx(1, abs=0.15)
    assert then < now


@pytest.mark.parametrize(("estimate", "found", "short"), [
    (Estimate(0.0, 0.0, 0.01), 0, "nothing_found"), (Estimate(0.01, 0.004, 0.02), 6, "too_wide"),
    (Estimate(0.03, 0.02, 0.05), 18, "no_parts"), (Estimate(0.03, 0.02, 0.05), 30, ""),
    (Estimate(np.nan, np.nan, np.nan), 3, "too_wide")])
def test_what_a_sample_is_too_small_for_is_told(estimate: Estimate, found: int, short: str) -> None:
    assert judge_sample(estimate, found) == short


def test_a_plain_sample_with_nine_found_is_just_wide_enough() -> None:
    assert [judge_sample(estimate_share([100_000], [1000], [x]), x) for x in (8, 12)] == ["too_wide", "no_parts"]
