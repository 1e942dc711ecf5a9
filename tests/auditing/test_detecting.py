from __future__ import annotations

import numpy as np
import pytest

from workbench.auditing import estimate_detection, estimate_share

# strata × not flagged, flagged
POSTS = [[0, 200], [1500, 300], [18_000, 0]]
CODED = [[0, 40], [70, 20], [270, 0]]


def test_precision_and_recall_weigh_strata_by_their_posts() -> None:
    done = estimate_detection(POSTS, CODED, [[0, 30], [7, 10], [1, 0]])
    hit, missed = 200 * 0.75 + 300 * 0.5, 1500 * 0.1 + 18_000 / 270
    assert done.precision.value == pytest.approx(hit / 500)
    assert done.recall.value == pytest.approx(hit / (hit + missed))
    assert done.missed == 8
    assert done.recall.low < done.recall.value < done.recall.high < 1


def test_precision_is_the_share_among_the_flagged() -> None:
    done = estimate_detection(POSTS, CODED, [[0, 30], [7, 10], [1, 0]])
    assert done.precision == estimate_share([200, 300], [40, 20], [30, 10])


def test_where_no_miss_was_found_only_a_lower_end_is_told() -> None:
    done = estimate_detection(POSTS, CODED, [[0, 30], [0, 10], [0, 0]])
    assert (done.missed, done.recall.value, done.recall.high) == (0, 1, 1)
    # up to 1.1 % of the rest may have it: some 200 beside some 300
    assert 0.5 < done.recall.low < 0.75


def test_more_codes_among_what_was_passed_over_raise_what_recall_is_at_least() -> None:
    coded = np.array(CODED) * [[1, 1], [4, 1], [4, 1]]
    few, many = (estimate_detection(POSTS, c, [[0, 30], [0, 10], [0, 0]]).recall for c in (CODED, coded))
    assert many.low > few.low


def test_flagged_posts_of_which_none_was_coded_count_like_their_stratum() -> None:
    done = estimate_detection([[0, 200], [17_900, 100]], [[0, 40], [300, 0]], [[0, 30], [3, 0]])
    assert done.precision.value == pytest.approx((150 + 1) / 300)
    assert done.precision.high > (150 + 100) / 300
    assert done.recall.value == pytest.approx((150 + 1) / (150 + 1 + 179))


def test_a_model_that_flagged_nothing_has_no_precision_and_one_with_nothing_to_find_no_recall() -> None:
    nothing = estimate_detection([[200, 0], [18_000, 0]], [[40, 0], [360, 0]], [[5, 0], [1, 0]])
    assert np.isnan(nothing.precision.value)
    assert (nothing.recall.value, nothing.recall.low, nothing.recall.high) == (0, 0, 0)
    assert np.isnan(estimate_detection(POSTS, CODED, np.zeros((3, 2))).recall.value)
