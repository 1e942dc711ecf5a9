"""A sheet: the blocks of a report, set on one or two pages."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from workbench.charts.style import TEXT
from workbench.look import read_look
from workbench.reports import render_heading, render_html, render_list, render_pdf
from workbench.reports.blocks import Block, make_block
from workbench.reports.layout import Layout
from workbench.reports.pdf import SCALES

SHEET, REPORT = (Layout(cover=False, contents=False, form=form) for form in ("sheet", "report"))
QUESTIONS = [f"Hvad sker der i jeres gruppe, når det går op i en spids, {n}. gang?" for n in range(1, 6)]
SMALLEST = 7.5  # points of a chart's text


def contacts(count: int) -> Block:
    line = {"name": "Alarmcentralen", "phone": "112", "web": "sletdet.dk", "hours": "altid", "text": "Når det brænder."}
    lines = [{**line, "name": f"Linje {n}"} for n in range(1, count + 1)]
    return make_block("contacts", {"lines": lines}, language="da")


@pytest.fixture
def blocks(make_blocks) -> list[Block]:
    made = make_blocks()
    return [made[0], *made[2:5], *made[6:9], render_heading("Spørg dit barn", level=1, language="da"),
            render_list(QUESTIONS, language="da"), render_heading("Hjælp", level=1, language="da"), contacts(8)]


def pages_of(blocks: list[Block], layout: Layout, **more) -> list[str]:
    made = render_pdf(blocks, language="da", layout=layout, **{"draft": False, **more})
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


def beginnings(blocks: list[Block], layout: Layout) -> list[tuple[str, float]]:
    """Return the texts of the PDF with how far from the left they begin."""
    found: list[tuple[str, float]] = []

    def note(text, page, line, *_) -> None:
        found.append((text, line[4] * page[0] + line[5] * page[2] + page[4]))

    made = render_pdf(blocks, language="da", layout=layout, draft=False)
    for page in PdfReader(io.BytesIO(made)).pages:
        page.extract_text(visitor_text=note)
    return found


def chart_widths(made: bytes) -> list[float]:
    """Return how wide every picture of a PDF is set, in millimetres."""
    boxes = re.findall(rb"/S/Figure.{0,400}?/BBox ?\[([\d.]+) [\d.]+ ([\d.]+)", made, re.DOTALL)
    return [(float(end) - float(begin)) * 25.4 / 72 for begin, end in boxes]


def test_a_sheet_takes_fewer_pages_than_the_same_blocks_as_a_report(blocks) -> None:
    short, long = pages_of(blocks, SHEET), pages_of(blocks, REPORT)
    assert len(short) == 1 < len(long)
    assert all(question in short[0] for question in QUESTIONS)


def test_a_fragment_is_set_like_a_sheet(blocks) -> None:
    assert render_pdf(blocks, language="da", draft=False, layout=SHEET) == render_pdf(
        blocks, language="da", draft=False, layout=Layout(cover=False, contents=False, form="fragment"))


def test_every_page_of_a_sheet_has_contact_version_and_page_at_its_foot(blocks) -> None:
    pages = pages_of([*blocks, *(b for _ in range(4) for b in blocks[1:8])], SHEET)
    assert len(pages) > 1
    assert all("Kontakt: Beredskabet · Version ab12ab12ab12" in page for page in pages)
    assert all(f"side {n} af {len(pages)}" in page for n, page in enumerate(pages, start=1))


def test_a_sheet_that_is_a_draft_or_made_up_says_so_on_every_page(blocks) -> None:
    pages = pages_of([*blocks, *blocks[1:8]], SHEET, draft=True, made_up=True, reasons=("name",))
    assert len(pages) > 1
    assert all("Udkast" in page and "Opdigtet by" in page for page in pages)
    assert "Kommunens navn mangler" in pages[0]


def test_a_page_that_says_it_all_takes_no_page_of_its_own_on_a_sheet(make_blocks) -> None:
    made = make_blocks()
    assert len(pages_of([*made[:4]], SHEET)) == 1 < len(pages_of([*made[:4]], REPORT))


def test_short_texts_and_help_lines_stand_in_two_columns_on_a_sheet_and_in_one_elsewhere(blocks) -> None:
    for words in ("Hvad sker der", "Linje"):
        sheet, report = ([round(x) for text, x in beginnings(blocks, layout) if words in text] for layout in (SHEET, REPORT))
        assert len(sheet) == len(report) >= 5
        assert len(set(report)) == 1
        assert len(set(sheet)) == 2
        assert sheet == sorted(sheet)  # the first column is read to its end before the second


def test_three_short_texts_stand_below_each_other(make_blocks) -> None:
    alone = [make_blocks()[0], render_list(QUESTIONS[:3], language="da")]
    assert len({round(x) for text, x in beginnings(alone, SHEET) if "Hvad sker der" in text}) == 1


def test_the_text_of_a_chart_on_a_sheet_can_still_be_read(blocks) -> None:
    sheet, report = (chart_widths(render_pdf(blocks, language="da", draft=False, layout=layout))
                     for layout in (SHEET, REPORT))
    assert report == pytest.approx([170, 170], abs=0.5)
    assert max(sheet) < 150
    assert TEXT * min(sheet) / 170 >= SMALLEST
    assert min(read_look().sheet.values()) >= SMALLEST


def test_a_chart_without_an_appendix_sends_nobody_to_it(make_blocks) -> None:
    made = make_blocks()
    alone, whole = ("".join(pages_of(blocks, REPORT)) for blocks in (made[:6], made))
    assert "bilaget" not in alone
    assert "Kilde: egne beregninger." in alone
    assert "bilaget om metode" in whole


@pytest.mark.parametrize("more", [0, 1, 2, 3])
def test_a_sheet_that_promises_its_pages_is_set_in_the_largest_letters_that_keep_the_promise(blocks, more: int) -> None:
    whole = [*blocks, *(b for _ in range(more) for b in blocks[8:])]
    two = Layout(cover=False, contents=False, form="sheet", pages=2)
    assert len(pages_of(whole, two)) == 2
    assert len(pages_of(whole, Layout(cover=False, contents=False, form="report", pages=2))) != 2


def test_a_sheet_with_too_little_or_too_much_for_its_pages_is_set_in_its_own_size(blocks) -> None:
    promise = {n: Layout(cover=False, contents=False, form="sheet", pages=n) for n in (1, 9)}
    much = [*blocks, *(b for _ in range(9) for b in blocks[1:])]
    for pages, content in ((1, much), (9, blocks)):
        assert render_pdf(content, language="da", draft=False, layout=promise[pages]) == render_pdf(
            content, language="da", draft=False, layout=SHEET)


def test_no_letter_of_a_sheet_is_smaller_than_can_be_read() -> None:
    assert min(SCALES) * min(read_look().sheet.values()) >= SMALLEST
    assert list(SCALES) == sorted(SCALES, reverse=True)


def test_a_page_of_html_says_its_form_and_its_direction(blocks) -> None:
    sheet = render_html(blocks, language="da", draft=True, layout=SHEET)
    assert '<html lang="da" dir="ltr">' in sheet
    assert '<body class="sheet draft">' in sheet
    assert '<body class="report">' in render_html(blocks, language="da", draft=False, layout=REPORT)
