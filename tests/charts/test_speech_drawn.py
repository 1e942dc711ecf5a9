"""What is drawn of attacks, hate and recognition, read back from the picture, is what stands in the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.charts.small import PLOTS, small_finding
from tests.charts.test_drawn import axes_of, draw, legend_of, texts_of, ticks_of
from workbench.charts.style import ACCENT, ALARM
from workbench.tables.release import ReleasedFinding

NAMES = {"speech": ["attacks", "hate", "recognition"], "speech_parts": ["YouTube, pages", "local", "All"]}


def marks(chart: Any, place: int) -> dict[str, Any]:
    """Return line, dot and hollow ring of a row, as far as they are drawn."""
    own = [line for line in axes_of(chart).lines if set(line.get_ydata()) == {place}]
    kinds = {("checked", 2): "line", ("checked", 1): "dot", ("raw", 1): "ring"}
    return {kinds[line.get_gid(), len(line.get_xdata())]: line for line in own}


def hide(finding: ReleasedFinding, row: int, *columns: str) -> ReleasedFinding:
    data = finding.data.copy()
    data.loc[row, list(columns)] = pd.NA
    return replace(finding, data=data)


@pytest.mark.parametrize("name", list(NAMES))
def test_each_share_stands_on_its_interval_and_the_models_count_is_hollow_beside_it(name: str) -> None:
    finding = small_finding(name)
    chart = draw(finding)
    assert list(ticks_of(axes_of(chart).yaxis).values()) == NAMES[name]
    assert axes_of(chart).yaxis_inverted()
    for place, row in enumerate(finding.data.to_dict("records")):
        drawn = marks(chart, place)
        assert list(drawn["line"].get_xdata()) == pytest.approx([100 * row["low"], 100 * row["high"]])
        if row["low"] >= 0.0005:
            assert list(drawn["dot"].get_xdata()) == pytest.approx([100 * row["share"]])
            assert f"{100 * row['share']:.1f}%" in texts_of(chart)[place]
        assert ("ring" in drawn) == pd.notna(row["raw"])
        if "ring" in drawn:
            assert list(drawn["ring"].get_xdata()) == pytest.approx([100 * row["raw"]])
            assert drawn["ring"].get_markerfacecolor() == "none"
    assert set(legend_of(chart)) == {"checked, with uncertainty", "model alone, not checked"}
    assert axes_of(chart).get_xlim()[0] == 0


def test_a_share_that_may_be_nothing_has_no_dot_and_its_upper_end_in_words() -> None:
    chart = draw("speech")
    assert "dot" not in marks(chart, 1)
    assert texts_of(chart)[1] == "under 0.90%"
    assert "hate: under 0.90%" in chart.alt
    assert "attacks: 5.1% (4.0% to 6.3%)" in chart.alt


def test_hate_among_attacks_is_no_share_of_the_posts_and_is_not_drawn() -> None:
    finding = small_finding("speech")
    part = pd.DataFrame([{"row": "part", "code": "hate_of_attacks", "state": "audited", "share": 0.5, "low": 0.4, "high": 0.6}])
    whole = replace(finding, data=pd.concat([finding.data, part], ignore_index=True))
    chart = draw(whole)
    assert chart.alt == draw(finding).alt
    assert len(ticks_of(axes_of(chart).yaxis)) == 3


def test_what_differs_by_more_than_chance_is_a_diamond_of_another_colour() -> None:
    finding = small_finding("speech_parts")
    looks = [(d["dot"].get_marker(), d["dot"].get_color()) for d in (marks(draw(finding), place) for place in range(3))]
    assert looks == [("D", ALARM), ("o", ACCENT), ("o", ACCENT)]
    # its verdict hidden, it looks like the others
    assert marks(draw(hide(finding, 0, "verdict")), 0)["dot"].get_marker() == "o"


@pytest.mark.parametrize("name", list(NAMES))
@pytest.mark.parametrize("column", ["share", "low", "high"])
def test_a_hidden_number_leaves_its_row_without_marks(name: str, column: str) -> None:
    finding = small_finding(name)
    for place in range(3):
        chart = draw(hide(finding, place, column))
        assert marks(chart, place) == {}
        assert texts_of(chart)[place] == "hidden"
        assert all(marks(chart, other) for other in range(3) if other != place)


def test_a_code_on_which_readers_differ_says_so_instead_of_hidden() -> None:
    finding = hide(small_finding("speech"), 1, "share", "low", "high", "raw")
    finding.data.loc[1, "state"] = "coders_differ"
    chart = draw(finding)
    assert texts_of(chart)[1] == "the readers differ"
    assert "hate: the readers differ" in chart.alt


def test_where_nothing_was_checked_the_models_count_is_not_drawn_alone() -> None:
    finding = small_finding("speech")
    finding.data.loc[:, ["share", "low", "high"]] = pd.NA
    assert draw(finding).is_empty


def lane(chart: Any, number: int, gid: str) -> list[Any]:
    """Return the lines of a row of the picture from below, by what they are."""
    return [line for line in axes_of(chart).lines if line.get_gid() == gid and all(number <= y < number + 1 for y in line.get_ydata() if y == y)]


def test_each_month_stands_in_the_middle_of_its_weeks_at_its_height_in_the_scale_of_its_row() -> None:
    finding = small_finding("speech_weeks")
    chart = draw(finding)
    assert list(ticks_of(axes_of(chart).yaxis).values()) == ["recognition", "attacks"]
    weeks = ticks_of(axes_of(chart).xaxis)
    assert list(weeks.values()) == [str(w) for w in range(27, 41)]
    for number, code, top in ((0, "recognition", 0.25), (1, "attack", 0.3)):
        own = finding.data[finding.data["code"].eq(code) & finding.data["row"].eq("audited")]
        [curve] = lane(chart, number, "checked")
        # noon of 16 July is 13 days after the middle of week 27, noon of 16 August 44 days
        assert list(curve.get_xdata()) == pytest.approx([13 / 7, 44 / 7])
        assert list(curve.get_ydata()) == pytest.approx([number + 0.62 * float(s) / top for s in own["share"]])
        ends = [list(line.get_ydata()) for line in lane(chart, number, "interval")]
        assert ends == [pytest.approx([number + 0.62 * low / top, number + 0.62 * high / top])
                        for low, high in own[["low", "high"]].astype(float).itertuples(index=False)]
    [model] = lane(chart, 1, "raw")
    assert list(model.get_xdata()) == [1, 4]
    assert list(model.get_ydata()) == pytest.approx([1 + 0.62 * 0.1 / 0.3, 1 + 0.62])
    assert model.get_linestyle() == "--"
    assert lane(chart, 0, "raw") == []
    assert texts_of(chart) == ["20.0%", "21.0%", "4.0%", "5.0%"]
    assert chart.alt.endswith("attacks: July 4.0%, August 5.0%; recognition: July 20.0%, August 21.0%.")


def test_a_hidden_month_leaves_its_code_with_the_others_and_is_told_of() -> None:
    finding = small_finding("speech_weeks")
    chart = draw(hide(finding, 0, "share", "low", "high"))
    assert [len(lane(chart, n, "interval")) for n in (0, 1)] == [2, 1]
    assert "1 hidden" in chart.subtitle
    assert "July 4.0%" not in chart.alt


def test_a_hidden_week_is_a_gap_in_the_models_line() -> None:
    finding = small_finding("speech_weeks")
    [line] = lane(draw(hide(finding, 5, "raw")), 1, "raw")
    assert list(line.get_xdata()) == [1, 4]
    assert [y == y for y in line.get_ydata()] == [True, False]
    data = finding.data.copy()
    data.loc[[4, 5], "raw"] = pd.NA
    assert lane(draw(replace(finding, data=data)), 1, "raw") == []


def test_events_of_the_town_are_marked_in_their_weeks() -> None:
    events = pd.DataFrame({"date": pd.to_datetime(["2025-08-19"]), "label": ["Election"]})
    chart = PLOTS["speech_weeks"](small_finding("speech_weeks"), language="en", events=events)
    [mark] = [t for t in axes_of(chart).texts if t.get_gid() == "event"]
    assert (mark.get_text(), mark.xy[0]) == ("1", 7)
    assert "Election" in chart.alt
