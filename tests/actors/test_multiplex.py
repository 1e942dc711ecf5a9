from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from workbench.actors.multiplex import CoShares, find_groups, number_groups


def co_shares(groups: list[list[int]], *, things: int = 10, near: float = 5, far: float = 3000) -> CoShares:
    """Let all actors share the same things, each group at a time of its own."""
    of = {actor: number for number, members in enumerate(groups) for actor in members}
    pairs = [(a, b) for a, b in combinations(sorted(of), 2) for _ in range(things)]
    one, two = np.array(pairs).T
    seconds = np.array([near + far * abs(of[a] - of[b]) for a, b in pairs], dtype=float)
    return CoShares(one, two, seconds, np.full(len(pairs), len(of) - 1))


def test_time_decay_tells_groups_apart_that_share_the_same_things_at_different_times() -> None:
    layer = co_shares([[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]])
    membership, half_lives = find_groups([layer], 10, seed=1)
    assert number_groups(membership, least=3).tolist() == [1] * 5 + [2] * 5
    assert half_lives[0] <= 600
    same_time = co_shares([[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]], far=0)
    assert number_groups(find_groups([same_time], 10, seed=1)[0], least=3).tolist() == [1] * 10


def test_layers_that_each_hold_a_part_of_a_group_make_one_group_together() -> None:
    left = co_shares([[0, 1, 2, 3]])
    right = co_shares([[2, 3, 4, 5]])
    alone = co_shares([[6, 7, 8]])
    both = CoShares(*(np.concatenate([getattr(right, name), getattr(alone, name)])
                      for name in ("one", "two", "seconds", "fellows")))
    number = number_groups(find_groups([left, both], 9, seed=1)[0], least=3)
    assert len(set(number[:6])) == 1
    assert len(set(number[6:])) == 1
    assert number[0] != number[6]


def test_a_thing_that_many_share_weighs_less() -> None:
    from workbench.actors.multiplex import _weigh

    layer = CoShares(np.array([0, 0]), np.array([1, 2]), np.array([60.0, 60.0]), np.array([1, 9]))
    graph = _weigh(layer, 60.0, 3)
    assert graph.es["weight"] == pytest.approx([1 / 2, 1 / 18])


def test_groups_are_numbered_by_size_and_small_ones_left_out() -> None:
    assert number_groups(np.array([4, 4, 4, 1, 1, 7, 7, 7, 7]), least=3).tolist() == [2, 2, 2, 0, 0, 1, 1, 1, 1]
    assert number_groups(np.zeros(0, dtype=np.int64), least=3).tolist() == []
