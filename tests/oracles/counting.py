"""What an oracle tells, and the little that oracles share: nothing of it calls the workbench."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

__all__ = ["Counter", "Expected", "defaultdict", "group", "median", "monday", "quarter_days", "share", "whole_weeks"]

Post = Mapping[str, Any]


@dataclass(frozen=True)
class Expected:
    """What a finding should be: every column of its table in order of its rows, every fact, the whole headline."""

    rows: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    sentence: str
    told: Mapping[str, Any] = field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    test: str | None = None
    p: float | None = None
    is_change: bool = False
    caveats: tuple[str, ...] = ()


def quarter_days(quarter: str) -> tuple[datetime, datetime]:
    """Return the first instant of a quarter and of the next."""
    year, number = int(quarter[:4]), int(quarter[-1])
    later = (year + number // 4, number % 4 + 1)
    return datetime(year, 3 * number - 2, 1, tzinfo=UTC), datetime(later[0], 3 * later[1] - 2, 1, tzinfo=UTC)


def monday(at: datetime) -> datetime:
    """Return the Monday, midnight, of a time's week."""
    return datetime(at.year, at.month, at.day, tzinfo=UTC) - timedelta(days=at.weekday())


def whole_weeks(posts: Iterable[Post], quarter: str) -> list[datetime]:
    """Return the Mondays of the weeks that lie wholly between the first post and the quarter's end or the last post."""
    end = quarter_days(quarter)[1]
    times = [p["at"] for p in posts if p["at"] < end]
    week, weeks = monday(min(times)), []
    last_day = min(end, datetime(*max(times).timetuple()[:3], tzinfo=UTC) + timedelta(days=1))
    while week + timedelta(days=7) <= last_day:
        if week >= datetime(*min(times).timetuple()[:3], tzinfo=UTC):
            weeks.append(week)
        week += timedelta(days=7)
    return weeks


def group(posts: Iterable[Post], key: str | Callable[[Post], Any]) -> dict[Any, list[Post]]:
    """Return posts by what they have in common."""
    found: dict[Any, list[Post]] = defaultdict(list)
    for post in posts:
        found[key(post) if callable(key) else post[key]].append(post)
    return found


def share(part: float, whole: float) -> float:
    """Return a quotient, not a number where there is nothing to divide by."""
    return part / whole if whole else math.nan
