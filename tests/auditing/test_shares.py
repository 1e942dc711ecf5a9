from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from workbench.auditing import estimate_share, limit_share


def test_limits_solve_the_mid_p_equations() -> None:
    low, high = limit_share(np.array([40, 200]), np.array([3, 50]))
    for n, x, least, most in zip((40, 200), (3, 50), low, high, strict=True):
        assert binom.sf(x, n, least) + binom.pmf(x, n, least) / 2 == pytest.approx(0.025)
        assert binom.cdf(x - 1, n, most) + binom.pmf(x, n, most) / 2 == pytest.approx(0.025)


def test_no_case_found_leaves_an_upper_end_above_nothing() -> None:
    estimate = estimate_share([100, 900, 9000], [40, 120, 240], [0, 0, 0])
    assert (estimate.value, estimate.low) == (0, 0)
    assert estimate.high > 0


def test_strata_coded_whole_add_no_doubt() -> None:
    estimate = estimate_share([40, 1000], [40, 1000], [10, 20])
    assert estimate.low == estimate.value == estimate.high == pytest.approx(30 / 1040)


def test_a_stratum_nobody_looked_into_may_hold_anything() -> None:
    estimate = estimate_share([100, 100], [100, 0], [0, 0])
    assert (estimate.low, estimate.high) == (0, pytest.approx(0.5))


def test_a_stratum_counts_by_its_posts_not_by_its_codes() -> None:
    assert estimate_share([100, 900], [50, 50], [25, 0]).value == pytest.approx(0.05)
