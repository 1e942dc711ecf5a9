from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from workbench.auditing import bound_shares, estimate_share, limit_share


@st.composite
def audits(draw):
    """Draw one to four strata: posts, coded, found."""
    posts = draw(st.lists(st.integers(1, 20_000), min_size=1, max_size=4))
    coded = [draw(st.integers(0, min(n, 600))) for n in posts]
    return np.array(posts), np.array(coded), np.array([draw(st.integers(0, n)) for n in coded])


def test_limits_solve_the_mid_p_equations() -> None:
    coded, found = np.array([40, 200, 2, 1000, 100_000, 7]), np.array([3, 50, 1, 999, 1, 6])
    low, high = limit_share(coded, found)
    for n, x, least, most in zip(coded, found, low, high, strict=True):
        assert binom.sf(x, n, least) + binom.pmf(x, n, least) / 2 == pytest.approx(0.025)
        assert binom.cdf(x - 1, n, most) + binom.pmf(x, n, most) / 2 == pytest.approx(0.025)


def test_at_no_case_and_at_all_one_limit_is_the_end_and_the_other_still_mid_p() -> None:
    low, high = limit_share([50, 50, 0], [0, 50, 0])
    assert (low[0], high[1], low[2], high[2]) == (0, 1, 0, 1)
    assert binom.pmf(0, 50, high[0]) / 2 == pytest.approx(0.025)
    assert binom.pmf(50, 50, low[1]) / 2 == pytest.approx(0.025)


def test_limits_of_a_hundred_thousand_audits_take_no_time() -> None:
    rng = np.random.default_rng(1)
    coded = rng.integers(1, 1000, (100_000, 3))
    begun = time.perf_counter()
    bound_shares([200, 1800, 18_000], coded, rng.binomial(coded, 0.02))
    assert time.perf_counter() - begun < 3


def test_no_case_found_leaves_an_upper_end_above_nothing() -> None:
    estimate = estimate_share([100, 900, 9000], [40, 120, 240], [0, 0, 0])
    assert (estimate.value, estimate.low) == (0, 0)
    assert estimate.high > 0


def test_strata_without_a_case_count_as_one_by_the_largest_of_their_limits() -> None:
    limits = limit_share([40, 120, 240], [0, 0, 0])[1] * [0.01, 0.09, 0.9] * np.sqrt(1 - np.array([0.4, 120 / 900, 240 / 9000]))
    assert estimate_share([100, 900, 9000], [40, 120, 240], [0, 0, 0]).high == pytest.approx(max(limits))
    # the chance to find nothing in any of them, were that share true and all of it in that stratum
    high = estimate_share([10**8, 9 * 10**8, 9 * 10**9], [40, 120, 240], [0, 0, 0]).high
    assert (1 - high / 0.9) ** 240 / 2 == pytest.approx(0.025, rel=1e-3)


def test_strata_coded_whole_add_no_doubt() -> None:
    estimate = estimate_share([40, 1000], [40, 1000], [10, 20])
    assert estimate.low == estimate.value == estimate.high == pytest.approx(30 / 1040)


def test_a_stratum_nobody_looked_into_may_hold_anything() -> None:
    estimate = estimate_share([100, 100], [100, 0], [0, 0])
    assert (estimate.low, estimate.high) == (0, pytest.approx(0.5))


def test_strata_nobody_looked_into_add_up_and_take_the_share_that_is_known_from_elsewhere() -> None:
    estimate = estimate_share([10, 90, 900], [0, 0, 90], [0, 0, 0], unknown=[0.6, 0.1, 0.3])
    assert estimate.value == pytest.approx(0.01 * 0.6 + 0.09 * 0.1)
    assert estimate.low == 0
    known = estimate_share([900], [90], [0]).high * 0.9
    # both may hold nothing but cases, at the same time
    assert estimate.high == pytest.approx(0.01 + 0.09 + known)


def test_a_stratum_counts_by_its_posts_not_by_its_codes() -> None:
    assert estimate_share([100, 900], [50, 50], [25, 0]).value == pytest.approx(0.05)


def test_where_there_are_no_posts_nothing_is_told() -> None:
    estimate = estimate_share([0, 0], [0, 0], [0, 0])
    assert np.isnan([estimate.value, estimate.low, estimate.high]).all()


def test_many_audits_at_once_are_the_same_as_one_by_one() -> None:
    coded, found = np.array([[40, 100, 260], [40, 0, 30]]), np.array([[30, 5, 0], [0, 0, 30]])
    together = np.transpose(bound_shares([200, 1800, 18_000], coded, found))
    for row, n, x in zip(together, coded, found, strict=True):
        one = estimate_share([200, 1800, 18_000], n, x)
        assert tuple(row) == (one.value, one.low, one.high)


@given(audits())
@settings(max_examples=150, deadline=None)
def test_the_value_lies_between_its_limits_and_all_between_nothing_and_everything(audit) -> None:
    estimate = estimate_share(*audit)
    assert 0 <= estimate.low <= estimate.value + 1e-12
    assert estimate.value <= estimate.high + 1e-12
    assert estimate.high <= 1


@given(audits(), st.data())
@settings(max_examples=150, deadline=None)
def test_one_more_found_lowers_neither_the_share_nor_its_limits(audit, data) -> None:
    posts, coded, found = audit
    index = data.draw(st.integers(0, len(posts) - 1))
    more = found.copy()
    more[index] = min(more[index] + 1, coded[index])
    before, after = estimate_share(posts, coded, found), estimate_share(posts, coded, more)
    assert after.value >= before.value - 1e-12
    assert after.low >= before.low - 1e-12
    assert after.high >= before.high - 1e-12


@given(audits())
@settings(max_examples=100, deadline=None)
def test_what_is_not_found_has_the_mirrored_share(audit) -> None:
    posts, coded, found = audit
    one, other = estimate_share(posts, coded, found), estimate_share(posts, coded, coded - found)
    assert (other.value, other.low, other.high) == pytest.approx((1 - one.value, 1 - one.high, 1 - one.low), abs=1e-9)


@given(audits())
@settings(max_examples=100, deadline=None)
def test_the_order_of_strata_does_not_matter(audit) -> None:
    one, other = estimate_share(*audit), estimate_share(*(v[::-1] for v in audit))
    assert (other.value, other.low, other.high) == pytest.approx((one.value, one.low, one.high))
