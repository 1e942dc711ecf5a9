"""Quarters, months, ISO weeks and days: what they are called, when they begin and end."""

from __future__ import annotations

import re

import pandas as pd

from workbench.errors import TableError

_WRITTEN = {
    "quarter": re.compile(r"(\d{4})Q([1-4])"),
    "month": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "week": re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])"),
    "day": re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
}
ZONE = "Europe/Copenhagen"  # by whose clocks hours and the days of events are told
EXAMPLES = {"quarter": "2025Q3", "month": "2025-07", "week": "2025-W27", "day": "2025-07-14"}


def period_kind(period: str) -> str:
    """Return what a period is: quarter, month, week or day.

    Raises
    ------
    TableError
        If it is written like none of them, or there is no such day or week.
    """
    found = next((kind for kind, form in _WRITTEN.items() if form.fullmatch(period)), None)
    if found is None:
        raise TableError(f"{period!r} is no period. A quarter is written as {EXAMPLES['quarter']}, a month as "
                         f"{EXAMPLES['month']}, a week as {EXAMPLES['week']}, a day as {EXAMPLES['day']}.")
    return found


def period_bounds(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first instant of a period and of the next one, UTC.

    Raises
    ------
    TableError
        If it is no period, see `period_kind`.
    """
    kind = period_kind(period)
    try:
        if kind == "week":
            first = pd.Timestamp.fromisocalendar(int(period[:4]), int(period[-2:]), 1).tz_localize("UTC")
            return first, first + pd.Timedelta(days=7)
        found = pd.Period(period, freq={"quarter": "Q", "month": "M", "day": "D"}[kind])
    except ValueError:
        raise TableError(f"There is no {kind} {period}.") from None
    return found.start_time.tz_localize("UTC"), (found + 1).start_time.tz_localize("UTC")


def list_periods(period: str, kind: str) -> list[str]:
    """Return the quarters, months, weeks or days that begin within a period, in order.

    Raises
    ------
    TableError
        If it is no period, see `period_kind`.
    """
    start, end = period_bounds(period)
    if kind == "week":
        monday = start + pd.Timedelta(days=(7 - start.weekday()) % 7)
        return [week_name(day) for day in pd.date_range(monday, end, freq="7D", inclusive="left")]
    every = pd.period_range(start.tz_localize(None), end.tz_localize(None) - pd.Timedelta(1, "D"),
                            freq={"quarter": "Q", "month": "M", "day": "D"}[kind])
    return [str(found) for found in every if found.start_time.tz_localize("UTC") >= start]


def quarter_bounds(quarter: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first instant of a quarter and of the next one, UTC.

    Raises
    ------
    TableError
        If the quarter is not written as 2025Q3.
    """
    if _WRITTEN["month"].fullmatch(quarter):
        raise TableError(f"This is told of a quarter; {quarter} is a month, of which too little could be told. Give "
                         f"the quarter that holds it: {quarter_of(quarter)}.")
    if not _WRITTEN["quarter"].fullmatch(quarter):
        raise TableError(f"A quarter is written as {EXAMPLES['quarter']}, not {quarter!r}.")
    return period_bounds(quarter)


def quarter_of(period: str) -> str:
    """Return the quarter that holds a quarter, a month or a day, or in which a week begins.

    Raises
    ------
    TableError
        If it is no period, see `period_kind`.
    """
    return str(period_bounds(period)[0].tz_localize(None).to_period("Q"))


def previous_quarter(quarter: str) -> str:
    """Return the quarter before, written as 2025Q2."""
    quarter_bounds(quarter)
    return previous_period(quarter)


def previous_period(period: str) -> str:
    """Return the quarter, month, week or day before one.

    Raises
    ------
    TableError
        If it is no period, see `period_kind`.
    """
    kind, (first, _) = period_kind(period), period_bounds(period)
    if kind == "week":
        return week_name(first - pd.Timedelta(days=7))
    return str(pd.Period(period, freq={"quarter": "Q", "month": "M", "day": "D"}[kind]) - 1)


def week_start(posted_at: pd.Series) -> pd.Series:
    """Return the Monday, 00:00 UTC, of each time's ISO week."""
    day = posted_at.dt.normalize()
    monday: pd.Series = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    return monday


def week_name(monday: pd.Timestamp) -> str:
    """Return an ISO week's name, such as 2025-W27."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
