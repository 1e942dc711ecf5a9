"""The last weeks as lines: what is drawn is what stands in the findings, hidden weeks are gaps, too few make no line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.charts.small import made, small_finding
from workbench.charts import Chart, plot_recent_weeks
from workbench.errors import TableError

WEEKS = [f"2025-W{w}" for w in range(20, 36)]


def volume(counts: list[Any]) -> Any:
    rows = [{"week": w, "posts": n, "in_quarter": True, "straddles": False} for w, n in zip(WEEKS, counts, strict=True)]
    return made("volume", "finding.volume", pd.DataFrame(rows).convert_dtypes(), posts=1, arenas=9)


def marked(codes: dict[str, list[Any]]) -> Any:
    rows = [{"code": code, "name": {"da": code.title(), "en": code.title(), "no": code.title(), "sv": code.title()}, "week": w, "posts": n, "is_peak": False}
            for code, counts in codes.items() for w, n in zip(WEEKS, counts, strict=True)]
    columns = ["code", "name", "week", "posts", "is_peak"]
    return made("speech_peaks", "finding.no_speech_peaks", pd.DataFrame(rows, columns=columns).convert_dtypes())


def drawn(chart: Chart) -> list[list[float]]:
    return [list(line.get_ydata()) for line in chart.figure.axes[0].lines if str(line.get_gid()).startswith("line-")]


ATTACKS, KIND = [10 + i for i in range(16)], [60 - i for i in range(16)]


def test_the_lines_are_the_last_twelve_weeks_of_each_code_with_its_name() -> None:
    chart = plot_recent_weeks(marked({"attack": ATTACKS, "recognition": KIND}), volume([300] * 16))
    assert drawn(chart) == [ATTACKS[4:], KIND[4:]]
    axes = chart.figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["Attack", "Recognition"]
    assert [label.get_text() for label in axes.get_xticklabels()] == [str(w) for w in range(24, 36)]
    assert axes.get_ylim()[0] == 0
    assert len({(line.get_color(), line.get_marker()) for line in axes.lines}) == 2
    assert chart.table.groupby("series")["posts"].sum().to_dict() == {"Attack": sum(ATTACKS[4:]), "Recognition": sum(KIND[4:])}
    assert "from week 24, 2025 to week 35, 2025: Attack between 14 and 25; Recognition between 45 and 56" in chart.alt
    assert "Nobody has checked them" in chart.subtitle


def test_hidden_weeks_are_gaps_and_a_code_with_fewer_than_half_of_them_has_no_line() -> None:
    gaps = [*ATTACKS[:10], None, *ATTACKS[11:]]
    chart = plot_recent_weeks(marked({"attack": gaps, "hate": [5] * 9 + [None] * 7}), volume([300] * 16))
    [line] = drawn(chart)
    assert np.isnan(line[6])
    assert sum(np.isnan(line)) == 1
    assert "1 week" in chart.subtitle
    assert "Hate" not in chart.alt


def test_where_no_code_may_be_drawn_the_line_is_that_of_all_posts() -> None:
    for codes in ({}, {"hate": [None] * 16}):
        chart = plot_recent_weeks(marked(codes), volume(ATTACKS))
        assert drawn(chart) == [ATTACKS[4:]]
        assert (chart.key, chart.finding) == ("recent_volume", "volume")
        assert "How much of it is attack or harm cannot be told" in chart.subtitle


def test_without_any_week_the_chart_says_so_and_a_report_leaves_it_out() -> None:
    chart = plot_recent_weeks(marked({}), volume([None] * 16))
    assert chart.is_empty
    assert "None of the weeks can be shown" in chart.alt


def test_both_findings_must_be_those_it_is_made_for_and_released() -> None:
    assert plot_recent_weeks(marked({"attack": ATTACKS}), volume([300] * 16)).is_released
    with pytest.raises(TableError, match="plot_recent_weeks takes the finding speech_peaks"):
        plot_recent_weeks(small_finding("topics"), volume([300] * 16))


@pytest.mark.parametrize("language", ["da", "en", "no", "sv"])
def test_names_of_lines_that_end_close_together_do_not_lie_on_each_other(language: str) -> None:
    chart = plot_recent_weeks(marked({"attack": ATTACKS, "hate": ATTACKS, "recognition": ATTACKS}), volume([9] * 16),
                              language=language)
    places = sorted(text.xy[1] for text in chart.figure.axes[0].texts)
    assert min(np.diff(places)) >= 25 / 7 - 1e-9
