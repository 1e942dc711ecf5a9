"""The picture for children: what is drawn, read back from it, is what stands in the table."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from tests.charts.small import made
from workbench.charts import Chart, plot_for_children
from workbench.charts.for_children import EMPTY, FULL, NUMBER, WORDS
from workbench.charts.style import ACCENT, ALARM
from workbench.errors import TableError
from workbench.reports.pictures import read_picture, tidy_picture
from workbench.tables.release import ReleasedFinding
from workbench.wording import measure_lix, open_wording

TOPICS = pd.DataFrame([{"stable_id": "K-001", "label": "fodbold", "share": 0.0503},
                       {"stable_id": "K-002", "label": "et emne med et langt navn om det hele", "share": 0.004},
                       {"stable_id": "K-003", "label": "hidden", "share": None}]).convert_dtypes()
HARMS = pd.DataFrame([{"code": "harm.bullying", "name": {"da": "Mobning", "en": "Bullying"}, "share": 0.02}])
SPEECH = pd.DataFrame([{"row": "share", "code": "attack", "share": 0.04},
                       {"row": "part", "code": "recognition", "share": 0.9},
                       {"row": "share", "code": "recognition", "share": 0.1945}]).convert_dtypes()


def plot(row: object = "K-001", *, speech: pd.DataFrame = SPEECH, language: str = "da") -> Chart:
    chart = plot_for_children(made("topics", "finding.topics", TOPICS), made("harms", "finding.harms", HARMS),
                              made("speech", "finding.speech", speech), row=row, language=language)
    chart.figure.draw_without_rendering()
    return chart


def signs(chart: Chart, gid: str) -> list[Any]:
    return [drawn for drawn in chart.figure.axes[0].collections if drawn.get_gid() == gid]


def words(chart: Chart) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in chart.figure.axes[0].texts]


@pytest.mark.parametrize(("row", "counts", "said"), [
    ("K-001", [5, 19], ["5 ud af 100", "handler om: fodbold", "19 ud af 100", "har gode ord til andre"]),
    ("harm.bullying", [2, 19], ["2 ud af 100", "handler om: Mobning", "19 ud af 100", "har gode ord til andre"])])
def test_as_many_of_a_hundred_signs_are_filled_as_the_table_says(row: str, counts: list[int], said: list[str]) -> None:
    chart = plot(row)
    assert [len(s.get_offsets()) for s in signs(chart, FULL)] == counts == chart.table["of_100"].tolist()
    assert [len(s.get_offsets()) for s in signs(chart, EMPTY)] == [100 - n for n in counts]
    assert words(chart) == said
    every = {tuple(spot) for s in chart.figure.axes[0].collections for spot in s.get_offsets().tolist()}
    assert len(every) == 200


def test_the_table_holds_the_shares_that_were_released() -> None:
    assert plot().table["share"].tolist() == [0.0503, 0.1945]


def test_less_than_one_half_is_said_to_be_fewer_than_one_and_nothing_is_filled() -> None:
    chart = plot("K-002")
    assert words(chart)[0] == "færre end 1 ud af 100"
    assert len(signs(chart, FULL)) == 1
    assert chart.table["of_100"].tolist() == [0, 19]


@pytest.mark.parametrize("row", ["", None, pd.NA, "K-003", "K-999", "harm.violence"])
def test_a_theme_without_a_number_leaves_the_kind_words_alone(row: object) -> None:
    chart = plot(row)
    assert words(chart) == ["19 ud af 100", "har gode ord til andre"]
    assert chart.finding == "speech"


def test_without_any_number_it_is_empty_and_without_kind_words_the_theme_stands_alone() -> None:
    hidden = SPEECH.assign(share=pd.NA).convert_dtypes()
    assert plot("", speech=hidden).is_empty
    assert words(plot(speech=hidden)) == ["5 ud af 100", "handler om: fodbold"]
    assert not plot(speech=hidden).is_empty


def test_shape_as_well_as_colour_tells_the_squares_apart_and_every_word_is_large() -> None:
    theme, kind = signs(plot(), FULL)
    assert to_hex(theme.get_facecolor()[0]) == ALARM.lower()
    assert to_hex(kind.get_facecolor()[0]) == ACCENT.lower()
    assert len(theme.get_paths()[0].vertices) != len(kind.get_paths()[0].vertices)
    assert min(NUMBER * 0.75, WORDS) >= 14
    for row in ("K-001", "K-002"):
        assert min(text.get_fontsize() for text in plot(row).figure.axes[0].texts) >= 14


@pytest.mark.parametrize("language", ["da", "en", "sv", "no"])
def test_its_words_are_easy_and_tell_the_same_to_those_who_do_not_see_it(language: str) -> None:
    chart = plot(language=language)
    for said in words(chart):
        assert said in chart.alt or said.split(": ")[-1] in chart.alt
    assert open_wording(language).quarter("2025Q3") in chart.subtitle
    assert measure_lix(". ".join([chart.title, *words(chart)])) <= 25
    assert not any(c.isdigit() for c in chart.title)


@pytest.mark.parametrize("row", ["K-001", "K-002", ""])
def test_words_stay_within_the_picture_and_apart(row: str) -> None:
    chart = plot(row, language="en")
    boxes = [text.get_window_extent() for text in chart.figure.axes[0].texts]
    page = chart.figure.bbox
    assert all(page.x0 <= b.x0 and b.x1 <= page.x1 and page.y0 <= b.y0 and b.y1 <= page.y1 for b in boxes)
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[n + 1:])


def test_the_picture_may_stand_in_a_report_and_a_draft_finding_makes_a_draft() -> None:
    read_picture(tidy_picture(plot().svg()))
    assert plot().is_released
    released = made("topics", "finding.topics", TOPICS)
    draft: Any = SimpleNamespace(key="topics", data=TOPICS, known={}, period="2025Q3", sentence=released.sentence)
    assert not plot_for_children(draft, made("harms", "finding.harms", HARMS), made("speech", "finding.speech", SPEECH),
                                 row="K-001").is_released


def test_another_finding_is_refused() -> None:
    released: ReleasedFinding = made("speech", "finding.speech", SPEECH)
    with pytest.raises(TableError, match="takes the finding topics"):
        plot_for_children(released, released, released)
