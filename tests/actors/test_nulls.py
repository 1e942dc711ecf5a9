from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from workbench.actors.nulls import (
    adjust_over,
    bin_hours_of_day,
    bin_times,
    count_close,
    expect_pairs,
    rate_pairs,
    tail_p,
)
from workbench.actors.sweep import Pairs, Slots, count_followers, sweep_pairs

HOUR = 3_600_000_000


def draw_slots(seed: int, *, slots: int = 240, actors: int = 10, objects: int = 30, hours: float = 8) -> Slots:
    """Draw a busy day, so that chance pairs are many."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    activity = rng.pareto(1.5, actors) + 0.3
    item, time = rng.integers(0, objects, slots), rng.uniform(0, hours * HOUR, slots).astype(np.int64)
    order = np.lexsort((time, item))
    actor = rng.choice(actors, slots, p=activity / activity.sum())
    return Slots(actor[order], item[order], time[order], np.arange(slots), pd.Index([f"a{k}" for k in range(actors)]),
                 np.array([f"p{k}" for k in range(slots)], dtype=object), objects)


def every_pair(actors: int) -> Pairs:
    a, b = np.array(list(combinations(range(actors), 2))).T
    none = np.zeros(len(a), dtype=np.int64)
    return Pairs(a, b, none, none, none)


def slot_pairs(slots: Slots, actor: np.ndarray, left: np.ndarray, right: np.ndarray, actors: int) -> np.ndarray:
    low, high = np.minimum(actor[left], actor[right]), np.maximum(actor[left], actor[right])
    table = np.zeros((actors, actors))
    np.add.at(table, (low, high), 1)
    return table[np.triu_indices(actors, 1)]


def distinct_objects(slots: Slots, actor: np.ndarray, left: np.ndarray, right: np.ndarray, actors: int) -> np.ndarray:
    low, high = np.minimum(actor[left], actor[right]), np.maximum(actor[left], actor[right])
    found = np.unique(np.column_stack([low, high, slots.item[left]]), axis=0)
    table = np.zeros((actors, actors))
    np.add.at(table, (found[:, 0], found[:, 1]), 1)
    return table[np.triu_indices(actors, 1)]


def setting(seed: int, window: float = 600):
    slots = draw_slots(seed)
    blocks = list(sweep_pairs(slots, count_followers(slots, window)))
    left, right = (np.concatenate(side) for side in zip(*blocks, strict=True))
    return slots, blocks, left, right


def shuffle(actor: np.ndarray, bins: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exchange accounts among the slots of each bin."""
    order, target = np.lexsort((rng.random(len(bins)), bins)), np.argsort(bins, kind="stable")
    mixed = np.empty_like(actor)
    mixed[target] = actor[order]
    return mixed


def rates_of(bins: np.ndarray, blocks: list):
    return rate_pairs(bins, count_close([bins], iter(blocks))[0])


def test_the_expected_pairs_follow_the_formula_term_by_term() -> None:
    slots, blocks, left, right = setting(1)
    bins = bin_times(slots.time, hours=2, fewest=1)
    size = bins.max() + 1
    n = np.zeros((10, size))
    np.add.at(n, (slots.actor, bins), 1)
    many, close = np.bincount(bins), np.zeros((size, size))
    np.add.at(close, (np.minimum(bins[left], bins[right]), np.maximum(bins[left], bins[right])), 1)
    slow = []
    for i, j in combinations(range(10), 2):
        same = sum(2 * close[g, g] * n[i, g] * n[j, g] / (many[g] * (many[g] - 1)) for g in range(size))
        across = sum(close[g, h] * (n[i, g] * n[j, h] + n[i, h] * n[j, g]) / (many[g] * many[h])
                     for g, h in combinations(range(size), 2))
        slow.append(same + across)
    quick = expect_pairs(slots, every_pair(10), bins, rates_of(bins, blocks))
    assert quick == pytest.approx(slow, rel=1e-12)
    assert close[np.triu_indices(size, 1)].sum() > 0


def test_full_shuffles_give_the_expected_pairs_on_average() -> None:
    slots, blocks, left, right = setting(2)
    bins = bin_times(slots.time, hours=2, fewest=1)
    expected = expect_pairs(slots, every_pair(10), bins, rates_of(bins, blocks))
    rng = np.random.default_rng(1)
    drawn = np.array([slot_pairs(slots, shuffle(slots.actor, bins, rng), left, right, 10) for _ in range(4000)])
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - expected) < 4.5 * error + 1e-9).all()
    assert expected.sum() > 30


def test_analytic_p_agrees_with_full_shuffles_and_is_never_much_too_small() -> None:
    slots, blocks, left, right = setting(3)
    bins = bin_times(slots.time, hours=6, fewest=100)
    expected = expect_pairs(slots, every_pair(10), bins, rates_of(bins, blocks))
    rng = np.random.default_rng(2)
    drawn = np.array([distinct_objects(slots, shuffle(slots.actor, bins, rng), left, right, 10) for _ in range(4000)])
    for weight in (1, 2, 3, 4):
        shuffled = (drawn >= weight).mean(axis=0)
        analytic = tail_p(np.full(len(expected), weight), expected)
        usual = analytic > 0.02
        assert (shuffled[usual] <= 1.25 * analytic[usual] + 0.01).all()
        assert np.median(shuffled[usual] / analytic[usual]) > 0.6


def test_bins_are_joined_until_each_has_enough_shares_and_the_rest_joins_the_last() -> None:
    time = np.concatenate([np.full(150, 1), np.full(60, 7), np.full(10, 13), np.full(300, 19), np.full(5, 40)]) * HOUR
    assert bin_times(time, hours=6).tolist() == [0] * 210 + [1] * 315
    assert set(bin_times(time[:150], hours=6)) == {0}
    assert bin_times(time[:0], hours=6).tolist() == []


def test_hours_of_day_are_one_bin_each_over_all_days() -> None:
    assert bin_hours_of_day(np.array([3, 27, 5, 51]) * HOUR).tolist() == [0, 0, 1, 0]


def test_q_is_over_all_pairs_and_not_only_those_with_a_tie() -> None:
    from scipy.stats import false_discovery_control

    p = np.array([0.03, 0.0001, 0.2, 0.0005])
    padded = np.concatenate([p, np.ones(996)])
    assert adjust_over(p, 1000) == pytest.approx(false_discovery_control(padded)[:4])
    assert adjust_over(p, 1000).min() > false_discovery_control(p).min()


def test_a_pair_that_shares_nothing_has_p_one() -> None:
    assert tail_p(np.array([0, 1]), np.array([0.5, 0.5])) == pytest.approx([1.0, 1 - np.exp(-0.5)])
