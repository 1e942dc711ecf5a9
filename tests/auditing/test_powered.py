from __future__ import annotations

import numpy as np
import pytest

from workbench.auditing import cut_strata, estimate_powered, estimate_share


def audit(*, share: float, seed: int, posts: int = 6000, size: int = 600):
    rng = np.random.default_rng(seed)
    has = rng.random(posts) < share
    scores = 1 / (1 + np.exp(-(3 * has + rng.normal(size=posts) - 3)))
    strata = cut_strata(scores)
    coded = np.zeros(posts, dtype=bool)
    for h, part in ((1, 0.1), (2, 0.25), (3, 0.65)):
        here = np.flatnonzero(strata == h)
        coded[rng.choice(here, min(int(part * size), len(here)), replace=False)] = True
    return scores, strata, coded, has


def test_fewer_than_thirty_found_give_no_prediction_powered_share() -> None:
    scores, strata, coded, has = audit(share=0.2, seed=1)
    few = has & (np.cumsum(has & coded) <= 29)
    assert np.isnan(estimate_powered(scores, strata, coded, few).value)
    assert not np.isnan(estimate_powered(scores, strata, coded, has).value)


def test_posts_nobody_coded_do_not_count_as_found() -> None:
    scores, strata, coded, has = audit(share=0.2, seed=1)
    assert estimate_powered(scores, strata, coded, has) == estimate_powered(scores, strata, coded, has & coded)


def test_scores_make_it_narrower_than_the_audit_alone_and_it_holds_what_is_true() -> None:
    narrower, holds = [], []
    for seed in range(40):
        scores, strata, coded, has = audit(share=0.2, seed=seed)
        powered = estimate_powered(scores, strata, coded, has)
        plain = estimate_share(*(np.bincount(strata, v, minlength=4)[1:] for v in (np.ones(len(has)), coded, coded & has)))
        narrower.append((powered.high - powered.low) / (plain.high - plain.low))
        holds.append(powered.low <= has.mean() <= powered.high)
    assert np.median(narrower) < 0.97
    assert np.sum(holds) >= 34  # 1 in 1,000 of 95 % intervals are below


def test_scores_that_say_nothing_leave_the_stratified_mean() -> None:
    _, strata, coded, has = audit(share=0.2, seed=2)
    powered = estimate_powered(np.full(len(has), 0.3), strata, coded, has)
    plain = estimate_share(*(np.bincount(strata, v, minlength=4)[1:] for v in (np.ones(len(has)), coded, coded & has)))
    assert powered.value == pytest.approx(plain.value)


def test_what_is_coded_whole_is_certain() -> None:
    scores, strata, _, has = audit(share=0.2, seed=2)
    powered = estimate_powered(scores, strata, np.ones(len(has), dtype=bool), has)
    assert powered.value == powered.low == powered.high == pytest.approx(has.mean())


def test_a_stratum_nobody_looked_into_leaves_it_untold() -> None:
    scores, strata, coded, has = audit(share=0.2, seed=2)
    assert np.isnan(estimate_powered(scores, strata, coded & (strata != 3), has).value)
