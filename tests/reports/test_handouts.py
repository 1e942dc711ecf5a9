"""What is handed out: each block on paper and on the page, and as many pages as were begun."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest

from tests.charts.test_for_children import SPEECH, plot
from workbench.errors import ReportError
from workbench.handbook import read_handbook
from workbench.reports import (
    Block,
    render_activities,
    render_answers,
    render_heading,
    render_html,
    render_list,
    render_page,
    render_pdf,
    render_poster,
    render_questions,
    render_section,
)
from workbench.reports.layout import Layout
from workbench.starting import start_study
from workbench.week11 import list_questions


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("study")
    start_study(folder)
    return {name: read_handbook(folder, name, language="da") for name in ("activities", "quiz")}


def cover() -> Block:
    content = {"title": "Uge 11", "place": "By", "period": "3. kvartal 2025", "days": "", "contact": "byen", "author": "byen",
               "digest": "a1b2"}
    return Block("cover", content, "da")


def pages(*blocks: Block) -> list[str]:
    from pypdf import PdfReader

    pdf = render_pdf([cover(), render_heading("Uge 11", level=1, language="da"), *blocks], language="da", draft=False,
                     layout=Layout(cover=False, contents=False))
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def page(*blocks: Block) -> str:
    return render_html([cover(), render_heading("Uge 11", level=1, language="da"), *blocks], language="da", draft=False,
                       layout=Layout(cover=False, contents=False))


def heading(text: str) -> tuple[Block, Block]:
    return render_page(language="da"), render_heading(text, level=1, language="da")


def test_an_activity_tells_all_that_is_written_of_it(handbook) -> None:
    first = handbook["activities"].head(1)
    told = pages(*heading("Aktiviteter"), render_activities(first, language="da"))[-1]
    shown = page(render_activities(first, language="da"))
    row = first.iloc[0]
    for text in (row["title"], row["text"], *row["steps"], row["materials"], row["marker"]):
        assert text in told.replace("- ", "")
        assert text in shown
    assert "6–9 år · i klassen · 25 minutter" in told


def test_an_activity_without_materials_has_no_line_for_them(handbook) -> None:
    bare = handbook["activities"].head(1).assign(materials=pd.NA, marker=pd.NA)
    assert "Det skal I bruge" not in pages(render_activities(bare, language="da"))[-1]
    assert "Det skal I bruge" in pages(render_activities(handbook["activities"].head(1), language="da"))[-1]


def test_what_begins_a_page_fills_one_page_however_long_it_is(handbook) -> None:
    long = handbook["activities"].head(3).copy()
    long["text"] = long["text"].map(lambda _: "Et ord og et til. " * 13)
    long["steps"] = long["steps"].map(lambda _: ["Gør en ting og så en ting mere. " * 6] * 6)
    quiz = handbook["quiz"].head(8).assign(text="Hvad gør du, når noget sker på nettet? " * 4)
    blocks = [*heading("Aktiviteter"), render_activities(long, language="da"),
              *heading("Quiz"), render_questions(quiz, marks="letters", language="da"),
              *heading("Svar"), render_answers(quiz, language="da")]
    assert len(pages(*blocks)) == 4


def test_a_quiz_has_letters_and_a_slip_has_boxes_and_room_to_write(handbook) -> None:
    quiz = render_questions(handbook["quiz"].head(2), marks="letters", language="da")
    told = pages(quiz)[-1]
    assert f"A. {handbook['quiz'].iloc[0]['choices'][0]}" in told
    assert "2. " + handbook["quiz"].iloc[1]["text"] in told
    slip = render_questions(list_questions(language="da"), marks="boxes", language="da")
    assert "A." not in pages(slip)[-1]
    assert 'class="choices boxes"' in page(slip)
    assert 'class="choices letters"' in page(quiz)
    with pytest.raises(ReportError, match="must be one of letters, boxes"):
        render_questions(handbook["quiz"], marks="stars", language="da")


def test_the_answer_is_the_right_choice_by_its_letter_and_stands_not_with_the_question(handbook) -> None:
    row = handbook["quiz"].iloc[3]
    told = pages(render_answers(handbook["quiz"].iloc[[3]], language="da"))[-1]
    assert f"{'ABC'[row['right'] - 1]}. {row['choices'][row['right'] - 1]}" in told
    assert row["why"] in told
    assert row["why"] not in pages(render_questions(handbook["quiz"].iloc[[3]], marks="letters", language="da"))[-1]


def test_a_poster_has_its_chart_or_a_hundred_signs_to_colour() -> None:
    words = {"message": "Er det sandt?", "call": "Spørg først.", "language": "da"}
    full = render_poster(plot(), **words)
    bare = render_poster(plot("", speech=SPEECH.assign(share=pd.NA).convert_dtypes()), **words)
    assert [block.kind for block in full] == ["poster", "figure", "poster"]
    assert [block.kind for block in bare] == ["poster", "poster", "poster"]
    assert bare[1].content["signs"] == 100
    for blocks, said in ((full, "Så mange af hundrede opslag"), (bare, "Farv en ring for hvert godt ord")):
        told = pages(*heading("Plakat"), *blocks)
        assert len(told) == 2
        assert all(text in told[-1] for text in ("Er det sandt?", said, "Spørg først."))
        assert all(text in page(*blocks) for text in ("Er det sandt?", said, "Spørg først."))


def test_a_list_of_nothing_goes_with_its_heading() -> None:
    section = render_section(render_heading("Sidst", level=2, language="da"), render_list([], language="da"),
                             render_heading("Nu", level=2, language="da"), render_list(["ja"], language="da"))
    assert [block.kind for block in section.blocks] == ["left_out", "heading", "list"]
    assert section.blocks[1].content["text"] == "Nu"
