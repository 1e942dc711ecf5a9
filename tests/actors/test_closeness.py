from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.actors import closeness
from workbench.actors.closeness import find_usual, together_p
from workbench.actors.sweep import count_followers, count_pairs, order_slots, sweep_pairs


def slots_of(times: dict[str, dict[str, list[float]]]):
    """Lay out who shared which thing at which seconds."""
    rows = [(actor, thing, s) for thing, by in times.items() for actor, seconds in by.items() for s in seconds]
    frame = pd.DataFrame(rows, columns=["actor_id", "object_id", "s"])
    return order_slots(frame.assign(shared_at=pd.to_datetime((frame["s"] * 1e6).astype("int64"), unit="us", utc=True),
                                    post_id=[f"p{k}" for k in range(len(frame))]))


def test_one_actors_own_repeats_say_nothing_about_how_close_two_are() -> None:
    slots = slots_of({"o": {"a": [0, 1e6, 2e6, 3e6], "b": [10]}, "x": {"a": [0], "b": [5000]}})
    # of five pairs of two actors one is close; by thing a quarter and none
    assert find_usual(slots, count_followers(slots, 60)) == pytest.approx(1 / 5)
    nobody = slots_of({"o": {"a": [0, 5]}})
    assert find_usual(nobody, count_followers(nobody, 60)) == 1


def test_the_tail_is_binomial_where_each_thing_has_one_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    things = {f"o{k}": {"a": [0], "b": [k], "c": [k] if k < 4 else []} for k in range(10)}
    slots = slots_of(things)
    pairs = count_pairs(slots, sweep_pairs(slots, count_followers(slots, 4)))
    weight = pairs.objects
    expected = [stats.binom.sf(w - 1, n, 0.2) for w, n in zip(weight, [10, 4, 4], strict=True)]
    assert together_p(slots, pairs, weight, 0.2) == pytest.approx(expected)
    monkeypatch.setattr(closeness, "BLOCK_CELLS", 1)
    assert together_p(slots, pairs, weight, 0.2) == pytest.approx(expected)
    assert together_p(slots, pairs, weight, 1.0) == pytest.approx(np.ones(3))


def test_shares_repeated_give_more_chances() -> None:
    slots = slots_of({"o": {"a": [0, 100, 200], "b": [1, 101]}})
    pairs = count_pairs(slots, sweep_pairs(slots, count_followers(slots, 4)))
    assert together_p(slots, pairs, np.array([1]), 0.1) == pytest.approx(1 - 0.9**6)


def test_p_is_at_most_what_shuffling_accounts_within_each_thing_gives() -> None:
    # ten things, each with five shares over an hour; a pair that shared all of them by interest
    rng = np.random.default_rng(3)
    times = rng.uniform(0, 3600, (10, 5))
    close = np.abs(times[:, :, None] - times[:, None, :]) <= 300
    slots = slots_of({f"o{k}": {name: [t] for name, t in zip("abcde", row, strict=True)} for k, row in enumerate(times)})
    usual = find_usual(slots, count_followers(slots, 300))
    drawn = np.zeros(20_000, dtype=int)
    for k in range(10):
        one = rng.integers(5, size=len(drawn))
        two = (one + rng.integers(1, 5, size=len(drawn))) % 5
        drawn += close[k][one, two]
    pairs = count_pairs(slots, sweep_pairs(slots, count_followers(slots, 3600)))
    for weight in range(int(usual * 10) + 2, 8):
        p = together_p(slots, pairs, np.full(len(pairs.a), weight), usual)[0]
        assert p >= (drawn >= weight).mean() - 0.005
