"""Whatever the gate hides, every chart is drawn and says nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text

from tests.charts.small import PLOTS, small_finding
from workbench.charts import Chart
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording

LANGUAGES = ("da", "en")
LEFT_OUT = object()
_MISSING = re.compile(r"\b[Nn]a[Nn]\b|<NA>|\bNone\b|\bNaT\b|\bTrue\b|\bFalse\b|\{")


def words_of(chart: Chart) -> list[str]:
    """Return every text that stands in a picture, legends and ticks included."""
    axes = chart.figure.axes[0]
    drawn = [t for a in [*axes.texts, *[c for c in axes.get_children() if isinstance(c, Legend)]]
             for t in ([a] if isinstance(a, Text) else a.get_texts())]
    ticks = [] if not axes.axison else [
        label for axis in (axes.xaxis, axes.yaxis) if axis.get_visible() for label in (*axis.get_ticklabels(), axis.label)]
    return [t.get_text() for t in (*drawn, *ticks) if t.get_text()]


def look_at(chart: Chart) -> None:
    """Draw a chart and read everything it says."""
    chart.figure.draw_without_rendering()
    assert chart.title
    assert chart.subtitle
    assert len(chart.alt) > 10
    drawn = words_of(chart)
    assert drawn
    assert not [text for text in (chart.title, chart.subtitle, chart.alt, *drawn) if _MISSING.search(text)]
    axes = chart.figure.axes[0]
    is_picture = axes.patches or axes.lines or axes.collections
    # a frame with nothing in it says why, and says the same to those who do not see it
    assert is_picture or drawn == [chart.alt]


def hide(finding: ReleasedFinding, rows: Any, columns: Any) -> ReleasedFinding:
    data = finding.data.copy()
    data.loc[rows, columns] = pd.NA
    return replace(finding, data=data)


def cells_of(finding: ReleasedFinding) -> Iterator[tuple[int, str]]:
    """Return the cells that hold something."""
    yield from finding.data.notna().stack().loc[lambda known: known].index


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(PLOTS))
def test_a_chart_of_all_its_numbers_of_none_and_of_an_empty_table_is_drawn(name: str, language: str) -> None:
    finding = small_finding(name)
    for made in (finding, hide(finding, slice(None), finding.data.columns), replace(finding, data=finding.data.iloc[:0])):
        chart = PLOTS[name](made, language=language)
        look_at(chart)
        assert "<svg" in chart.svg()


@pytest.mark.parametrize("name", list(PLOTS))
def test_each_cell_can_be_hidden(name: str) -> None:
    finding = small_finding(name)
    for number, (row, column) in enumerate(cells_of(finding)):
        look_at(PLOTS[name](hide(finding, row, column), language=LANGUAGES[number % 2]))


@pytest.mark.parametrize("name", list(PLOTS))
def test_each_row_and_each_column_can_be_hidden(name: str) -> None:
    finding = small_finding(name)
    whole = [(row, finding.data.columns) for row in finding.data.index]
    for number, (rows, columns) in enumerate([*whole, *[(slice(None), c) for c in finding.data]]):
        look_at(PLOTS[name](hide(finding, rows, columns), language=LANGUAGES[number % 2]))


@pytest.mark.parametrize("name", list(PLOTS))
def test_a_row_that_is_hidden_is_told_of(name: str) -> None:
    finding = small_finding(name)
    whole = PLOTS[name](finding, language="en")
    assert "idden" not in whole.subtitle
    for row in finding.data.index:
        of_group = name == "coordination" and finding.data.at[row, "row"] == "group"
        is_total = name in ("platforms", "topics") and "all_posts" in set(finding.data.loc[row])
        is_end = name == "link_flows" and finding.data.at[row, "row"] == "destination"
        is_other_days = name == "topic_weeks" and finding.data.at[row, "week"] is pd.NA
        if of_group or is_total or is_end or is_other_days:
            # nothing of such a row is drawn
            continue
        chart = PLOTS[name](hide(finding, row, finding.data.columns), language="en")
        said = " ".join([chart.subtitle, *words_of(chart)])
        assert re.search("hidden|not drawn|cannot be shown|can be shown", said), row


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), LEFT_OUT], ids=["None", "NA", "nan", "left out"])
@pytest.mark.parametrize("name", list(PLOTS))
def test_each_fact_can_be_missing(name: str, missing: Any) -> None:
    finding = small_finding(name)
    for number, fact in enumerate(finding.facts):
        facts = {k: v for k, v in finding.facts.items() if k != fact} | ({} if missing is LEFT_OUT else {fact: missing})
        chart = PLOTS[name](replace(finding, facts=facts), language=LANGUAGES[number % 2])
        said = (chart.title, chart.subtitle, chart.alt, *words_of(chart))
        assert not [text for text in said if _MISSING.search(text)]
        # what is drawn does not hang on what the sentence says
        assert chart.alt == PLOTS[name](finding, language=LANGUAGES[number % 2]).alt


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(PLOTS))
def test_without_its_facts_a_chart_has_a_title_that_needs_none(name: str, language: str) -> None:
    wording = open_wording(language)
    finding = replace(small_finding(name), facts={})
    title = PLOTS[name](finding, language=language).title
    assert title == wording.say(f"report.title.{finding.key}", period=wording.quarter("2025Q3"))


@pytest.mark.parametrize("name", list(PLOTS))
def test_with_its_facts_the_title_is_the_finding_and_the_subtitle_its_own(name: str) -> None:
    wording, finding = open_wording("en"), small_finding(name)
    chart = PLOTS[name](finding)
    said = {**finding.facts, "period": wording.quarter("2025Q3"), "topic": "trains", "each": "each week", "marked_as": "Boos",
            "whole": "the hate"}
    assert chart.title == wording.say(finding.sentence, said)
    assert chart.subtitle.startswith(wording.say(f"chart.{name}.subtitle", said))
