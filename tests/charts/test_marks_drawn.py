"""What the pictures of posts that a model marks show is what their tables hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.charts.small import PLOTS, small_finding
from tests.charts.test_drawn import axes_of, draw, face, legend_of, texts_of, ticks_of, upright
from tests.charts.test_sparks import plain
from workbench.charts.style import ALARM, INK, QUIET


def test_the_weeks_of_the_code_of_the_sentence_are_drawn_with_what_was_expected_and_its_peak_stands_out() -> None:
    chart = draw("speech_peaks")
    axes, bars = axes_of(chart), upright(chart)
    assert [bars[i].get_height() for i in range(3)] == [9, 12, 70]
    assert [(face(bars[i]), bool(bars[i].get_hatch())) for i in range(3)] == [
        (QUIET, False), (QUIET, False), (ALARM, True)]
    [line] = axes.lines
    assert np.isnan(line.get_ydata()[0])
    assert list(line.get_ydata()[1:]) == [10.5, 11.5]
    assert line.get_color() == INK
    assert list(legend_of(chart)) == ["expected"]
    assert texts_of(chart) == ["70"]
    assert ticks_of(axes.xaxis) == {0: "30/25", 1: "31/25", 2: "32/25"}
    assert chart.alt == ("Bar chart of posts per week that the model marked as “Boos”. The number of week 32, 2025 stands "
                         "out: 70, where 12 could be expected.")
    assert "“Boos”" in chart.subtitle
    assert "Not quality-assured" in chart.subtitle


def test_without_a_sentence_the_clearest_peak_is_drawn_and_without_a_peak_the_first_code() -> None:
    finding = small_finding("speech_peaks")
    finding.data["p"] = finding.data["p"].mask(finding.data["code"].eq("hate"), 1e-12)
    mute = replace(finding, headline=replace(finding.headline, sentence="finding.no_speech_peaks", facts={}))
    mute = replace(mute, facts={k: v for k, v in mute.facts.items() if k not in ("code", "week")})
    assert upright(draw(mute))[1].get_height() == 41
    mute.data["is_peak"] = False
    chart = draw(mute)
    assert upright(chart)[2].get_height() == 70
    assert chart.alt == ("Bar chart of posts per week that the model marked as “Boos”: between 9 and 70. No week shown stands "
                         "out.")


def test_where_the_number_of_the_peak_is_hidden_the_words_do_not_tell_it() -> None:
    finding = small_finding("speech_peaks")
    finding.data.loc[2, ["posts", "expected"]] = pd.NA
    chart = draw(finding)
    assert chart.alt.startswith("Bar chart of posts per week that the model marked as “Boos”. The number of week 32, 2025 "
                                "stands out; it is hidden in whole or in part.")
    assert texts_of(chart) == ["×"]


def test_events_stand_above_their_weeks() -> None:
    events = pd.DataFrame({"date": pd.to_datetime(["2025-08-05"], utc=True), "label": ["fair"]})
    chart = PLOTS["speech_peaks"](small_finding("speech_peaks"), language="en", events=events)
    [mark] = [t for t in axes_of(chart).texts if t.get_gid() == "event"]
    assert (mark.get_text(), mark.xy[0]) == ("1", 2)
    assert chart.alt.endswith("Events: 1: fair (5 August 2025).")


def test_the_curves_of_attacks_run_through_their_slices_and_name_attacks() -> None:
    chart = draw("attack_concentration")
    curves = {line.get_gid(): line for line in axes_of(chart).lines}
    assert curves["arenas"].get_xdata().tolist() == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert curves["arenas"].get_ydata().tolist() == pytest.approx([0, 70, 90, 100])
    assert curves["authors"].get_ydata().tolist() == pytest.approx([0, 40, 100])
    assert [plain(name) for name in legend_of(chart)] == ["accounts with attacks", "arenas with attacks", "if all wrote as much"]
    assert axes_of(chart).get_ylabel() == "Per cent of marked attacks"
    assert "the 25.0% of accounts with most wrote 40.0% of the attacks" in plain(chart.alt)
    assert chart.key == "attack_concentration"
