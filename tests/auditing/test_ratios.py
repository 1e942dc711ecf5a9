from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from workbench.auditing import (
    Estimate,
    estimate_difference,
    estimate_part,
    estimate_ratio,
    estimate_ratio_within,
    estimate_share,
    weigh_difference,
)

POSTS, CODED = [200, 1800, 18_000], [40, 90, 270]


@st.composite
def crossed(draw):
    """Draw three strata: posts, coded, and of them those with a first code, a second, both."""
    coded = np.array([draw(st.integers(1, 200)) for _ in range(3)])
    both = np.array([draw(st.integers(0, n)) for n in coded])
    only = np.array([draw(st.integers(0, n - b)) for n, b in zip(coded, both, strict=True)])
    other = np.array([draw(st.integers(0, n - b - o)) for n, b, o in zip(coded, both, only, strict=True)])
    return coded * draw(st.integers(1, 90)), coded, both + only, both + other, both


def test_limits_of_a_ratio_are_where_the_mover_interval_of_x_less_theta_y_begins_to_leave_out_nothing() -> None:
    x, y = Estimate(0.02, 0.012, 0.035), Estimate(0.05, 0.038, 0.066)

    def lower_of_difference(theta: float) -> float:
        return x.value - theta * y.value - np.hypot(x.value - x.low, theta * (y.high - y.value))

    def upper_of_difference(theta: float) -> float:
        return x.value - theta * y.value + np.hypot(x.high - x.value, theta * (y.value - y.low))

    ratio = estimate_ratio(x, y)
    assert ratio.value == pytest.approx(0.4)
    assert ratio.low == pytest.approx(brentq(lower_of_difference, 1e-6, 0.4))
    assert ratio.high == pytest.approx(brentq(upper_of_difference, 0.4, 5))


def test_no_ratio_to_what_may_be_nothing() -> None:
    assert np.isnan(estimate_ratio(Estimate(0.02, 0.01, 0.03), Estimate(0, 0, 0.01)).value)
    assert np.isnan(estimate_ratio(Estimate(0.02, 0.01, 0.03), Estimate(0.01, 0, 0.03)).value)
    assert np.isnan(estimate_ratio_within(POSTS, CODED, [3, 2, 1], [0, 0, 0], [0, 0, 0]).high)


def test_nothing_above_gives_a_ratio_of_nothing_with_an_upper_end() -> None:
    ratio = estimate_ratio(Estimate(0, 0, 0.01), Estimate(0.05, 0.04, 0.06))
    assert (ratio.value, ratio.low) == (0, 0)
    assert 0.2 < ratio.high < 0.26


def test_posts_with_both_codes_narrow_the_ratio_and_posts_with_one_widen_it() -> None:
    first, second = np.array([30, 40, 20]), np.array([30, 40, 20])
    same = estimate_ratio_within(POSTS, CODED, first, second, first)
    apart = estimate_ratio_within([2000] * 3, [100] * 3, first, second, [0, 0, 0])
    mixed = estimate_ratio_within([2000] * 3, [100] * 3, first, second, [15, 20, 10])
    assert same.high - same.low < 0.8
    assert mixed.high - mixed.low < apart.high - apart.low


def test_a_part_is_what_was_found_of_the_whole_weighted_back_to_the_posts() -> None:
    part = estimate_part(POSTS, CODED, [6, 2, 0], [24, 9, 3])
    shares = [estimate_share(POSTS, CODED, v).value for v in ([6, 2, 0], [24, 9, 3])]
    assert part.value == pytest.approx(shares[0] / shares[1])
    assert 0 < part.low < part.value < part.high < 1


@pytest.mark.parametrize("which", ["none", "all"])
def test_a_part_of_nothing_or_of_everything_ends_there_and_is_open_to_the_other_side(which: str) -> None:
    whole = np.array([24, 9, 3])
    part = estimate_part(POSTS, CODED, 0 * whole if which == "none" else whole, whole)
    if which == "none":
        assert (part.value, part.low) == (0, 0)
        assert 0.1 < part.high < 0.5
    else:
        assert (part.value, part.high) == (1, 1)
        assert 0.5 < part.low < 0.9


def test_a_stratum_nobody_looked_into_does_not_move_a_part_but_widens_it() -> None:
    known, open_ = estimate_part([200, 1800], [40, 90], [6, 2], [24, 9]), estimate_part([200, 1800, 50], [40, 90, 0], [6, 2, 0], [24, 9, 0])
    assert open_.value == pytest.approx(known.value)
    assert open_.low < known.low < known.high < open_.high


def test_no_part_of_a_whole_that_was_not_found() -> None:
    assert np.isnan(estimate_part(POSTS, CODED, [0, 0, 0], [0, 0, 0]).value)


def test_a_difference_goes_both_ways_and_its_p_value_agrees_with_its_interval() -> None:
    before, after = estimate_share(POSTS, CODED, [20, 4, 1]), estimate_share(POSTS, CODED, [24, 30, 20])
    gap, back = estimate_difference(after, before), estimate_difference(before, after)
    assert (back.value, back.low, back.high) == pytest.approx((-gap.value, -gap.high, -gap.low))
    assert gap.low > 0
    assert weigh_difference(after, before) == pytest.approx(weigh_difference(before, after))
    assert weigh_difference(after, before) < 0.05
    assert weigh_difference(before, before) == 1
    # an end of the interval at 0 is a p-value of .05
    assert weigh_difference(Estimate(0.03, 0.03, 0.05), Estimate(0.02, 0.01, 0.03)) == pytest.approx(0.05)


def test_nothing_known_of_one_share_gives_no_difference() -> None:
    assert np.isnan(weigh_difference(Estimate(0.1, 0.05, 0.2), Estimate(np.nan, np.nan, np.nan)))


@given(crossed())
@settings(max_examples=150, deadline=None)
def test_ratios_and_parts_keep_their_order_and_turned_around_they_are_turned_around(world) -> None:
    posts, coded, first, second, both = world
    ratio, back = estimate_ratio_within(posts, coded, first, second, both), estimate_ratio_within(posts, coded, second, first, both)
    if second.any():
        assert 0 <= ratio.low <= ratio.value + 1e-9
        assert ratio.value <= ratio.high + 1e-9
        part, rest = estimate_part(posts, coded, both, second), estimate_part(posts, coded, second - both, second)
        assert 0 <= part.low <= part.value + 1e-9
        assert part.value <= part.high + 1e-9
        assert part.high <= 1
        assert (rest.value, rest.low, rest.high) == pytest.approx((1 - part.value, 1 - part.high, 1 - part.low), abs=1e-6)
    if first.any() and second.any():
        assert (back.low, back.high) == pytest.approx((1 / ratio.high, 1 / max(ratio.low, 1e-300)), rel=1e-6)
