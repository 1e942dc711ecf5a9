from __future__ import annotations

import numpy as np
import pytest

from workbench.tables.topics import Refits
from workbench.topics.trust import find_core, find_counterparts, measure_inclusion, told_again

LABELS = np.repeat([0, 1, -1], [6, 4, 2])


def groups_of(*refits: list[int]) -> np.ndarray:
    return np.array(refits, dtype=np.int16).T


SAME = [2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 1, 1]  # under other numbers
MOVED = [2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1]  # two texts of topic 0 with topic 1
NOWHERE = [-1] * 12


def test_stability_is_the_mean_best_jaccard_with_the_groups_of_refits() -> None:
    counterparts, stability = find_counterparts(LABELS, groups_of(SAME, MOVED, NOWHERE), topics=2)
    assert counterparts[:, 0].argmax(axis=1).tolist() == [2, 0]
    assert stability == pytest.approx([(1 + 4 / 6) / 3, (1 + 4 / 6) / 3])
    assert not counterparts[:, 2].any()


def test_the_core_is_what_two_of_three_refits_put_there() -> None:
    groups = groups_of(SAME, SAME, MOVED)
    counterparts, _ = find_counterparts(LABELS, groups, topics=2)
    assert find_core(LABELS, groups, counterparts).tolist() == [True] * 10 + [False] * 2
    groups = groups_of(SAME, MOVED, MOVED)
    counterparts, _ = find_counterparts(LABELS, groups, topics=2)
    assert find_core(LABELS, groups, counterparts).tolist() == [True] * 4 + [False] * 2 + [True] * 4 + [False] * 2
    assert not told_again(LABELS, groups, counterparts)[10:].any()


def test_inclusion_is_judged_by_refits_that_had_no_say() -> None:
    groups = groups_of(SAME, SAME, SAME, MOVED)
    counterparts, _ = find_counterparts(LABELS, groups, topics=2)
    # of the core by the other three, the refit that moved two of six texts finds four again
    assert measure_inclusion(LABELS, groups, counterparts) == pytest.approx([(1 + 1 + 1 + 4 / 6) / 4, 1])
    assert np.isnan(measure_inclusion(LABELS, groups[:, :3], counterparts[:, :3])).all()


def test_refits_at_random_leave_no_core_to_trust() -> None:
    rng = np.random.default_rng(1)
    labels, groups = rng.integers(0, 6, 3000), rng.integers(0, 6, (3000, 20)).astype(np.int16)
    counterparts, stability = find_counterparts(labels, groups, topics=6)
    assert stability.max() < 0.15
    assert find_core(labels, groups, counterparts).mean() < 0.01


def test_a_table_of_refits_tells_the_posts_each_has_in_a_topic() -> None:
    groups = groups_of(SAME, MOVED)
    refits = Refits(groups, find_counterparts(LABELS, groups, topics=2)[0])
    assert refits.posts_of(0).sum(axis=0).tolist() == [6, 4]
    assert refits.posts_of(1).sum(axis=0).tolist() == [4, 6]
