"""The calculations to play with, against short independent ones."""

from __future__ import annotations

import math

import pytest

from workbench.training.pictures import FEED, HEATED
from workbench.training.toys import SCHOOL, count_alarms, draw_classes, rank_feed, read_points, spread_rumour


def test_a_rumour_that_nobody_passes_on_stays_with_one() -> None:
    assert spread_rumour(6, 10, 10) == [1.0] * 11


def test_a_rumour_grows_as_chance_says_and_never_beyond_the_school() -> None:
    heard = spread_rumour(3, 0, 2)
    second = 399 * (1 - math.exp(-3 / 400))
    third = (399 - second) * (1 - math.exp(-3 * second / 400))
    assert heard == pytest.approx([1, 1 + second, 1 + second + third])
    assert max(spread_rumour(6, 0, 10)) <= SCHOOL


def test_more_that_check_and_fewer_days_never_spread_it_further() -> None:
    for tells in range(1, 7):
        by_checks = [spread_rumour(tells, checks, 10)[-1] for checks in range(11)]
        assert by_checks == sorted(by_checks, reverse=True)
    days = spread_rumour(3, 5, 10)
    assert days == sorted(days)


def test_seven_of_ten_end_a_rumour_that_each_tells_to_three() -> None:
    assert [checks for checks in range(11) if spread_rumour(3, checks, 10)[-1] < 10] == [7, 8, 9, 10]


def test_alarms_are_counted_as_shares_of_both_kinds() -> None:
    assert count_alarms(40, 90, 10) == (36, 96)
    assert count_alarms(100, 90, 10) == (90, 90)
    assert count_alarms(0, 90, 0) == (0, 0)


def test_a_feed_follows_its_weights() -> None:
    assert rank_feed(FEED, (5, 1, 1))[0] == "argue"
    assert rank_feed(FEED, (0, 5, 0))[0] == "friend"
    assert rank_feed(FEED, (0, 0, 5))[0] == "homework"
    assert rank_feed(FEED, (0, 0, 0)) == list(FEED)
    assert {*rank_feed(FEED, (5, 1, 1))[:3]} == {*HEATED}


def test_small_classes_differ_more_than_large_ones() -> None:
    def width(size: int) -> float:
        drawn = [draw_classes(size, seed=seed) for seed in range(30)]
        return sum(max(d) - min(d) for d in drawn) / 30

    assert width(4) > 2 * width(40) > 4 * width(500)
    assert set(draw_classes(4, seed=1)) <= {0, 25, 50, 75, 100}
    assert max(max(draw_classes(400, seed=seed)) for seed in range(200)) < 65


def test_points_are_read_from_their_line() -> None:
    assert read_points("nasty word 3, hate 2,sick 1") == {"nasty word": 3, "hate": 2, "sick": 1}
