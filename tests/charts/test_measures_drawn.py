"""What the pictures of the collection, its steps, its concentration and its lasting show is what their tables hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.charts.small import PLOTS, small_finding
from tests.charts.test_drawn import axes_of, draw, legend_of, texts_of, ticks_of
from tests.charts.test_sparks import plain


def test_each_part_of_a_bar_is_as_long_as_its_share_and_begins_where_the_one_before_ends() -> None:
    finding = small_finding("composition")
    axes = axes_of(chart := draw(finding))
    names = ticks_of(axes.yaxis)
    bars: dict[str, list[tuple[float, float]]] = {name: [] for name in names.values()}
    for bar in axes.patches:
        bars[names[round(bar.get_y() + bar.get_height() / 2)]].append((round(bar.get_x(), 9), round(bar.get_width(), 9)))
    assert bars == {"Posts": [(0, 0.7), (0.7, 0.3)], "Arenas": [(0, 0.5), (0.5, 0.5)], "Channels and pages": [(0, 1.0)],
                    "Groups": [(0, round(1 / 6, 9)), (round(1 / 6, 9), round(5 / 6, 9))]}
    assert list(legend_of(chart)) == ["Telegram", "Reddit"]
    assert len({(sign.get_facecolor(), sign.get_hatch()) for sign in legend_of(chart).values()}) == 2
    assert "Posts: Telegram: 70.0% and Reddit: 30.0%." in plain(chart.alt)


def test_of_kinds_of_arenas_the_bars_of_channels_and_groups_would_say_nothing_and_are_not_drawn() -> None:
    finding = small_finding("composition")
    finding.data["by"] = "kind"
    assert list(ticks_of(axes_of(draw(finding)).yaxis).values()) == ["Arenas", "Posts"]


def test_a_hidden_part_is_left_blank() -> None:
    finding = small_finding("composition")
    finding.data.loc[1, ["posts", "share"]] = pd.NA
    chart = draw(finding)
    top = [b for b in axes_of(chart).patches if round(b.get_y() + b.get_height() / 2) == 3]
    assert [b.get_width() for b in top] == [0.7]
    assert "Blank: hidden" in chart.subtitle


def test_each_step_is_as_long_as_its_share_of_the_first_of_its_kind() -> None:
    axes = axes_of(chart := draw("selection"))
    by_place = {round(b.get_y() + b.get_height() / 2, 6): b.get_width() for b in axes.patches}
    lengths = {name: by_place[round(place, 6)] for place, name in ticks_of(axes.yaxis).items()}
    assert lengths == pytest.approx({"Read in the exports": 1, "Written in the quarter": 4000 / 9100, "With a topic": 1234 / 9100,
                                     "Collected from": 1, "Wrote in the quarter": 0.75})
    assert texts_of(chart) == ["up to 9,100 rows", "4,000 posts", "1,234 posts", "40 arenas", "30 arenas"]
    # posts stand above arenas, the first step on top
    places = {name: place for place, name in ticks_of(axes.yaxis).items()}
    assert sorted(places, key=lambda name: -places[name]) == list(lengths)[::-1]


def test_a_hidden_step_has_no_bar_and_says_hidden() -> None:
    finding = small_finding("selection")
    finding.data.loc[2, "posts"] = pd.NA
    chart = draw(finding)
    assert sum(np.isnan(b.get_width()) for b in axes_of(chart).patches) == 1
    assert texts_of(chart)[2] == "hidden"


def test_the_curves_run_through_the_slices_that_are_shown_beside_the_line_of_equals() -> None:
    finding = small_finding("concentration")
    chart = draw(finding)
    curves = {line.get_gid(): line for line in axes_of(chart).lines}
    assert curves["arenas"].get_xdata().tolist() == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert curves["arenas"].get_ydata().tolist() == pytest.approx([0, 50, 90, 100])
    assert curves["authors"].get_ydata().tolist() == pytest.approx([0, 40, 100])
    assert list(curves["equal"].get_xdata()) == list(curves["equal"].get_ydata()) == [0, 100]
    assert len({(c.get_linestyle(), c.get_marker()) for c in curves.values()}) == 3
    assert "the most active 66.7% of arenas hold 90.0%" in plain(chart.alt)
    finding.data.loc[2, ["posts", "share"]] = pd.NA
    assert {line.get_gid(): line for line in axes_of(draw(finding)).lines}["arenas"].get_ydata().tolist() == pytest.approx([0, 90, 100])


def test_where_only_the_whole_is_left_there_is_no_curve() -> None:
    finding = small_finding("concentration")
    finding.data.loc[finding.data["part"] < 1, "share"] = pd.NA
    assert PLOTS["concentration"](finding).is_empty


def test_the_steps_of_lasting_go_down_at_their_days_within_their_band() -> None:
    axes = axes_of(chart := draw("survival"))
    [curve] = [line for line in axes.lines if line.get_gid() == "curve"]
    assert curve.get_drawstyle() == "steps-post"
    assert list(curve.get_xdata()) == [0, 30, 60, 91, 200]
    assert list(curve.get_ydata()) == pytest.approx([100, 100, 90, 90, 60])
    band = axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(30)
    assert [plain(name) for name in legend_of(chart)] == ["95% interval", "still there"]
    assert plain(chart.alt) == "Step curve of the share of arenas still there: 100.0% after 30 days; 90.0% after 91 days."


def test_where_no_arena_disappeared_there_is_no_curve() -> None:
    finding = small_finding("survival")
    finding.data["share"] = 1.0
    assert PLOTS["survival"](finding).is_empty
