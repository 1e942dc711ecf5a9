"""Events on the time line: which are drawn, where, and what is said of them."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.charts.small import PLOTS, small_finding
from workbench.charts.events import MOST_LETTERS, place_events
from workbench.wording import open_wording

# name of the picture, the day of an event, its place on the axis
SHOWN = [("volume", "2025-07-08", 2.0), ("peaks", "2025-07-22", 0.0), ("topic_weeks", "2025-07-01", 0.5)]


def events(*days: str, label: str = "fair") -> pd.DataFrame:
    return pd.DataFrame({"date": pd.to_datetime(list(days), utc=True),
                         "label": [f"{label} {place}" for place in "abcdef"[:len(days)]]})


def draw(name: str, table: pd.DataFrame | None):
    return PLOTS[name](small_finding(name), language="en", events=table)


def marks_of(chart) -> dict[float, str]:
    return {t.xy[0]: t.get_text() for t in chart.figure.axes[0].texts if t.get_gid() == "event"}


@pytest.mark.parametrize(("name", "day", "place"), SHOWN)
def test_an_event_stands_at_its_week_and_its_words_below_and_in_the_alt_text(name: str, day: str, place: float) -> None:
    chart = draw(name, events(day))
    assert marks_of(chart) == {place: "1"}
    assert any(line.get_xdata()[0] == place for line in chart.figure.axes[0].lines)
    below = chart.figure._supxlabel.get_text()
    assert below.startswith("1: fair a (")
    assert chart.alt.endswith(f"Events: {below}.")


@pytest.mark.parametrize("name", [name for name, *_ in SHOWN])
def test_events_outside_the_weeks_shown_and_no_events_leave_the_picture_as_it_was(name: str) -> None:
    for table in (events(), events("2019-01-01", "2031-01-01")):
        plain, chart = draw(name, None), draw(name, table)
        assert marks_of(chart) == {}
        assert chart.alt == plain.alt
        assert chart.svg() == plain.svg()


def test_events_are_numbered_in_order_of_time_and_those_of_a_week_share_a_mark() -> None:
    chart = draw("volume", events("2025-07-09", "2025-07-01", "2025-07-08", "2019-01-01"))
    assert marks_of(chart) == {1.0: "1", 2.0: "2 3"}
    assert chart.figure._supxlabel.get_text().split("\n") == [
        "1: fair b (1 July 2025)", "2: fair c (8 July 2025)", "3: fair a (9 July 2025)"]


def test_bars_and_their_numbers_end_below_the_marks_and_the_picture_grows_with_its_lines() -> None:
    plain, marked = draw("peaks", None), draw("peaks", events("2025-07-22", "2025-07-29"))
    assert marked.figure.axes[0].get_ylim()[1] > 1.1 * plain.figure.axes[0].get_ylim()[1]
    assert marked.figure.get_figheight() > plain.figure.get_figheight()


def test_a_long_label_is_cut_below_the_picture_and_whole_in_the_alt_text() -> None:
    chart = draw("volume", events("2025-07-08", label="x" * 100))
    assert len(chart.figure._supxlabel.get_text()) == MOST_LETTERS
    assert "x" * 100 in chart.alt


def test_a_label_is_a_text_and_no_formula_of_the_drawing() -> None:
    assert "$5_x^2$ a" in draw("volume", events("2025-07-08", label="$5_x^2$")).figure._supxlabel.get_text()
    assert "<svg" in draw("volume", events("2025-07-08", label="$5_x^{2")).svg()


@pytest.mark.parametrize(("weeks", "day", "place"), [
    (["2025-W27-W28", "2025-W29-W30"], "2025-07-07", 0), (["2025-W27-W28", "2025-W29-W30"], "2025-07-14", 1),
    (["2026-W51-W52", "2026-W53-W01"], "2026-12-30", 1), (["2026-W51-W52", "2026-W53-W01"], "2027-01-05", 1),
    (["2025-07", "2025-08"], "2025-07-31", 0), (["2025-07", "2025-08"], "2025-08-01", 1),
    (["2025-07", "2025-08"], "2024-08-01", None), (["2026-W53-W01"], "2026-01-01", None)])
def test_an_event_finds_its_fortnight_and_its_month(weeks: list[str], day: str, place: int | None) -> None:
    found = place_events(events(day), weeks, open_wording("en"))
    assert [marker.place for marker in found] == ([] if place is None else [place])
