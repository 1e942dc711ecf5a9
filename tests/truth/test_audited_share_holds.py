"""Audited shares hold what is true as often as they say, and each rule of theirs matters.

Four thousand quarters of each kind are in benchmarks/audited_share.py.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from benchmarks.audit_worlds import (
    POSTS,
    allocate,
    allocate_by_neyman,
    covers,
    draw_codes,
    draw_quarters,
    mover_by_squares,
    power_for,
    wald,
    width,
    wilson,
)
from workbench.auditing import (
    Estimate,
    bound_parts,
    bound_ratios_within,
    bound_recalls,
    bound_shares,
    check_spread,
    estimate_ratio,
    limit_share,
    weigh_difference,
)
from workbench.auditing.ratios import bound_ratios, odds_to_part
from workbench.auditing.shares import weigh_strata

QUARTERS = 1200
LEAST, MOST = 0.931, 0.975  # .95 less three standard errors of 1,200 quarters, and what is asked for at most


@cache
def quarters(share: float) -> tuple[np.ndarray, dict[float, np.ndarray]]:
    """Return posts by quarter, stratum and truth; mean scores of a model calibrated in the quarter, and at 10 %."""
    drawn = [(b.tally(b.has, 2), {prior: b.means(b.scores(prior)) for prior in (share, 0.1)}) for b in draw_quarters(
        np.random.default_rng(1), QUARTERS, share=share, power=power_for(share))]
    return np.concatenate([t for t, _ in drawn]), {p: np.concatenate([m[p] for _, m in drawn]) for p in (share, 0.1)}


def audits(share: float, size: int, *, prior: float, allocated=allocate):
    """Return posts, drawn and found by quarter and stratum, and what is true."""
    there, means = quarters(share)
    posts = there[0].sum(axis=-1)
    drawn = allocated(posts, means[prior], size)
    return posts, drawn, draw_codes(np.random.default_rng(2), there, drawn)[..., 1], there[..., 1].sum(axis=1) / POSTS


@pytest.mark.parametrize(("share", "size", "widest"), [(0.002, 400, 0.95), (0.01, 1000, 0.95), (0.2, 400, 0.95)])
@pytest.mark.parametrize("trained_at", ["here", "at 10 %"])
def test_the_interval_holds_the_quarters_own_share_and_is_narrower_than_that_of_a_plain_sample(
        share: float, size: int, widest: float, trained_at: str) -> None:
    posts, drawn, found, true = audits(share, size, prior=share if trained_at == "here" else 0.1)
    bounds = bound_shares(posts, drawn, found)
    plain = wilson(size, np.random.default_rng(3).binomial(size, true))
    assert LEAST < covers(bounds, true) < MOST
    assert width(bounds) <= widest * width(plain)


def test_one_in_a_thousand_and_400_codes_still_hold_with_a_model_trained_elsewhere() -> None:
    posts, drawn, found, true = audits(0.001, 400, prior=0.1)
    plain = width(wilson(400, np.random.default_rng(3).binomial(400, true)))
    bounds = bound_shares(posts, drawn, found)
    assert covers(bounds, true) > LEAST
    assert width(bounds) <= 1.15 * plain
    # left out: that half of the sample does not ask the model
    assert width(bound_shares(*audits(0.001, 400, prior=0.1, allocated=allocate_by_neyman)[:3])) > 1.15 * plain
    nothing = found.sum(axis=1) == 0
    assert nothing.any()
    assert bounds[2][nothing].min() > 0


def test_the_normal_interval_would_not_hold() -> None:
    posts, drawn, found, true = audits(0.002, 400, prior=0.002)
    assert covers(wald(posts, drawn, found), true) < 0.9


def test_the_codes_of_all_strata_thrown_together_would_not_hold() -> None:
    _, _, found, true = audits(0.01, 400, prior=0.01)
    assert covers(wilson(400, found.sum(axis=1)), true) < 0.5


def test_strata_without_a_case_each_by_itself_would_make_rare_codes_wider_for_nothing() -> None:
    posts, drawn, found, true = audits(0.002, 400, prior=0.002)
    ours, apart = bound_shares(posts, drawn, found), mover_by_squares(posts, drawn, found)
    assert width(ours) < 0.9 * width(apart)
    assert covers(ours, true) > LEAST


def test_a_stratum_without_a_case_taken_for_empty_would_not_hold() -> None:
    rng = np.random.default_rng(1)
    posts, drawn, having = np.array([200, 1800, 18_000]), np.array([40, 90, 270]), np.array([100, 60, 100])
    found = rng.hypergeometric(having, posts - having, drawn, size=(4000, 3))
    true = np.full(4000, having.sum() / posts.sum())
    value, low, high = bound_shares(posts, drawn, found)
    empty = [np.where(found == 0, 0, v) for v in limit_share(np.broadcast_to(drawn, found.shape), found)]
    above = np.sqrt(((posts / posts.sum()) ** 2 * (1 - drawn / posts) * (empty[1] - found / drawn) ** 2).sum(axis=1))
    assert covers((value, low, high), true) > 0.94
    assert covers((value, low, value + above), true) < 0.85


def test_a_quarter_coded_by_two_thirds_would_look_less_sure_than_it_is_if_that_did_not_count() -> None:
    rng = np.random.default_rng(1)
    posts, drawn = np.array([30, 270, 2700]), np.array([30, 180, 1800])
    found = rng.hypergeometric([20, 40, 90], posts - [20, 40, 90], drawn, size=(4000, 3))
    true = np.full(4000, 150 / 3000)
    without = bound_shares(posts * 10**6, drawn, found)
    assert 0.94 < covers(bound_shares(posts, drawn, found), true) < 0.975
    assert covers(without, true) > 0.99


def test_audits_drawn_by_arena_would_not_hold_and_are_noticed() -> None:
    rng, found, true = np.random.default_rng(1), [], []
    for batch in draw_quarters(rng, 300, share=0.05, power=0.0):
        starts = np.cumsum(batch.sizes) - batch.sizes
        for has in batch.has:
            chosen = rng.choice(len(batch.sizes), 10, p=batch.sizes / POSTS)
            ids = np.concatenate([starts[a] + rng.integers(0, batch.sizes[a], 40) for a in chosen])
            found.append(has[ids].sum())
            true.append(has.mean())
        arenas = pd.Series(batch.arena)
        assert not check_spread(arenas, arenas.iloc[np.unique(ids)], seed=1).is_plausible
        assert check_spread(arenas, arenas.sample(400, random_state=1), seed=1).is_plausible
    assert covers(wilson(400, np.array(found)), np.array(true)) < 0.8


def drawn_kinds(having: list[list[int]], posts: list[int], drawn: list[int], times: int = 4000) -> np.ndarray:
    """Draw audits of one quarter: times × strata × kinds, of which the last is everything else."""
    there = np.array([[*kinds, n - sum(kinds)] for kinds, n in zip(having, posts, strict=True)])
    return draw_codes(np.random.default_rng(1), np.broadcast_to(there, (times, *there.shape)), np.broadcast_to(
        np.array(drawn), (times, len(drawn))))


POSTS_OF, DRAWN_OF = [200, 1800, 18_000], [60, 240, 700]


def test_a_part_of_a_part_holds_and_would_not_if_its_halves_were_taken_for_independent() -> None:
    # most posts of this town attack: hateful, otherwise attacking
    codes = drawn_kinds([[90, 100], [600, 1000], [5000, 9000]], POSTS_OF, DRAWN_OF)
    part, rest = codes[..., 0], codes[..., 1]
    true = np.full(len(codes), 5690 / (5690 + 10_100))
    assert 0.94 < covers(bound_parts(POSTS_OF, DRAWN_OF, part, part + rest), true) < 0.965
    (x, *x_off), (y, *y_off) = (weigh_strata(POSTS_OF, DRAWN_OF, v).total() for v in (part, rest))
    apart = [odds_to_part(v) for v in bound_ratios(x, y, (x_off[0], x_off[1]), (y_off[0], y_off[1]))]
    assert covers((x / (x + y), *apart), true) < 0.88


def test_a_part_of_a_rare_code_holds() -> None:
    codes = drawn_kinds([[30, 70], [20, 60], [10, 40]], POSTS_OF, DRAWN_OF)
    bounds = bound_parts(POSTS_OF, DRAWN_OF, codes[..., 0], codes[..., :2].sum(axis=-1))
    assert covers(bounds, np.full(len(codes), 60 / 230)) > 0.94


def test_the_ratio_of_two_codes_of_the_same_posts_holds() -> None:
    # recognition alone, attack alone, both
    codes = drawn_kinds([[10, 60, 60], [100, 200, 100], [1000, 400, 200]], POSTS_OF, DRAWN_OF)
    bounds = bound_ratios_within(POSTS_OF, DRAWN_OF, codes[..., 0] + codes[..., 2], codes[..., 1] + codes[..., 2], codes[..., 2])
    assert 0.935 < covers(bounds, np.full(len(codes), 1470 / 1020)) < 0.975


def test_recall_holds_and_what_it_is_at_least_is_rarely_too_much_where_no_miss_was_found() -> None:
    there = np.array([[[0, 0], [80, 120]], [[1450, 50], [250, 50]], [[17_980, 20], [0, 0]]])
    rng, drawn = np.random.default_rng(1), np.array([60, 240, 700])
    flat = draw_codes(rng, np.broadcast_to(there.reshape(3, 4), (4000, 3, 4)), np.broadcast_to(drawn, (4000, 3)))
    codes = flat.reshape(-1, 3, 2, 2)
    bounds = bound_recalls(there.sum(axis=-1), codes.sum(axis=-1), codes[..., 1])
    true = np.full(4000, 170 / 240)
    assert covers(bounds, true) > 0.935
    no_miss = codes[:, :, 0, 1].sum(axis=1) == 0
    assert (bounds[2][no_miss] == 1).all()
    assert np.mean(bounds[1] > true) < 0.04


def test_equal_shares_rarely_look_like_a_lift_also_at_the_levels_of_many_topics() -> None:
    rng, coded = np.random.default_rng(1), np.array([[10, 20, 70], [50, 220, 630]])
    found = rng.binomial(coded, [0.5, 0.08, 0.03], size=(3000, 2, 3))
    posts = np.array([[20, 200, 2000], [180, 1600, 16_000]])
    # the same strata in the topic and in the rest
    bounds = np.stack(bound_shares(posts, coded, found), axis=-1)
    p = np.array([weigh_difference(Estimate(*a), Estimate(*b)) for a, b in bounds])
    lifts = [estimate_ratio(Estimate(*a), Estimate(*b)) for a, b in bounds]
    assert np.mean(p < 0.05) < 0.06
    assert np.mean(p < 0.05 / 30) < 0.004
    true = (posts[0] @ [0.5, 0.08, 0.03] / posts[0].sum()) / (posts[1] @ [0.5, 0.08, 0.03] / posts[1].sum())
    assert np.mean([e.low <= true <= e.high for e in lifts]) > 0.935


def test_the_share_within_a_week_and_a_platform_holds() -> None:
    rng, bounds, true = np.random.default_rng(1), {"week": [], "platform": []}, {"week": [], "platform": []}
    for batch in draw_quarters(rng, 600, share=0.05, power=power_for(0.05)):
        drawn = allocate(np.bincount(batch.stratum[0], minlength=3), batch.means(batch.scores(0.1)), 400)
        for name, inside in (("week", rng.integers(0, 13, POSTS) == 0),
                             ("platform", (np.cumsum(batch.sizes) <= POSTS / 3).repeat(batch.sizes))):
            there = batch.tally(2 * np.broadcast_to(inside, batch.has.shape).astype(np.int8) + batch.has, 4)
            codes = draw_codes(rng, there, drawn)
            bounds[name].append(bound_shares(there[..., 2:].sum(axis=-1), codes[..., 2:].sum(axis=-1), codes[..., 3]))
            true[name].append(there[..., 3].sum(axis=1) / np.maximum(there[..., 2:].sum(axis=(1, 2)), 1))
    for name in bounds:
        assert covers(tuple(np.concatenate(v) for v in zip(*bounds[name], strict=True)), np.concatenate(true[name])) > LEAST
