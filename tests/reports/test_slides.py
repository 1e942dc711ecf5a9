from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from pypdf import PdfReader

from workbench.charts import Chart
from workbench.errors import ReleaseError, ReportError
from workbench.reports import (
    render_contacts,
    render_cover,
    render_figure,
    render_finding,
    render_heading,
    render_html,
    render_list,
    render_notes,
    render_numbers,
    render_pdf,
    render_section,
    render_slide,
)
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.document import make_document
from workbench.reports.layout import Layout

SLIDES = Layout(cover=True, contents=False, form="slides")
SAID = "Det her siger den, der taler, og ingen anden."


def notes(source: str, language: str = "da") -> Block:
    return render_notes([SAID], sources=[source], language=language)


@pytest.fixture
def deck(release, make_chart) -> list[Block]:
    words = {"language": "da"}
    lines = pd.DataFrame([{"name": "Alarmcentralen", "phone": "112", "web": None, "hours": "altid", "text": "Når det haster."}])
    return [
        render_cover(release, title="Hvad møder vores børn?", place="Lillehavn", period="2025Q3", contact="Beredskabet",
                     **words),
        notes("Opslag i åbne arenaer"),
        render_heading("Så meget", level=1, **words),
        render_figure(make_chart("volume"), **words),
        notes("Rapporten om mængden"),
        render_heading("Det handler det om", level=1, **words),
        render_finding(release["topics"], **words),
        render_numbers(release, [release["volume"]], **words),
        notes("Rapporten om emnerne"),
        render_heading("Hjælp", level=1, **words),
        render_contacts(lines, **words),
        render_heading("Tal sammen", level=2, **words),
        render_list(["Hvad nu?"], **words),
        notes("Kommunens liste"),
    ]


def pdf_of(blocks: list[Block], **more) -> PdfReader:
    made = render_pdf(blocks, language="da", draft=more.pop("draft", False), layout=SLIDES, **more)
    return PdfReader(io.BytesIO(made))


def html_of(blocks: list[Block], **more) -> str:
    return render_html(blocks, language="da", draft=more.pop("draft", False), layout=SLIDES, **more)


def words_of(page) -> str:
    return " ".join(page.extract_text().split())


def tags_of(reader: PdfReader) -> list:
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found.append(node)
            waiting += [node["/K"]] if "/K" in node else []
    return found


def swapped(deck: list[Block], at: int, *blocks: Block) -> list[Block]:
    return [*deck[:at], *blocks, *deck[at + 1:]]


def test_every_heading_of_level_1_is_a_page_of_16_to_9_behind_the_cover(deck) -> None:
    reader = pdf_of(deck)
    assert len(reader.pages) == 4
    assert {round(float(p.mediabox.width / p.mediabox.height), 3) for p in reader.pages} == {1.778}
    assert [words_of(p).split(" Kilde")[0].startswith(title) for p, title in zip(
        reader.pages[1:], ["Så meget", "Det handler det om", "Hjælp"], strict=True)] == [True] * 3


def test_the_pdf_is_tagged_with_headings_alt_texts_language_and_standard(deck) -> None:
    reader = pdf_of(deck)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    elements = tags_of(reader)
    kinds = [e.get("/S") for e in elements]
    assert kinds.count("/H1") == 3
    assert kinds.count("/H2") == 1
    assert [str(e["/Alt"]) for e in elements if e.get("/S") == "/Figure"] == ["Tre søjler om volume, den sidste højest."]


def test_each_slide_says_its_source_on_paper_and_on_the_screen(deck) -> None:
    sources = [b.content["source"] for b in deck if b.kind == "notes"]
    assert [f"Kilde: {source}" in words_of(page) for page, source in zip(pdf_of(deck).pages, sources, strict=True)] == [True] * 4
    sections = html_of(deck).split("<section>")[1:]
    assert [f"<p>Kilde: {source}</p>" in section for section, source in zip(sections, sources, strict=True)] == [True] * 4


def test_what_the_speaker_says_stands_on_no_page_of_the_pdf_and_once_on_each_slide_of_the_screen(deck) -> None:
    assert not any(SAID in words_of(page) for page in pdf_of(deck).pages)
    html = html_of(deck)
    assert re.findall(r'<aside class="notes"[^>]*><p>(.*?)</p></aside></section>', html) == [SAID] * 4
    assert '<button type="button" class="turn"' in html


@pytest.mark.parametrize(("at", "title"), [(1, "Hvad møder vores børn?"), (4, "Så meget"), (13, "Hjælp")])
def test_a_slide_without_a_source_is_refused_and_named(deck, at: int, title: str) -> None:
    for render in (pdf_of, html_of):
        with pytest.raises(ReportError, match=re.escape(f"The slide “{title}” has no source")):
            render(swapped(deck, at))


def test_an_empty_source_is_none(deck) -> None:
    with pytest.raises(ReportError, match="source is empty"):
        pdf_of(swapped(deck, 4, notes(" ")))


def test_two_sources_of_one_slide_are_refused(deck) -> None:
    with pytest.raises(ReportError, match="The slide “Så meget” has 2 blocks of notes"):
        pdf_of(swapped(deck, 4, deck[4], deck[4]))


def test_a_page_for_itself_is_no_part_of_a_slide(deck, make_blocks) -> None:
    summary = next(b for b in make_blocks() if b.kind == "summary")
    with pytest.raises(ReportError, match="The slide “Så meget” holds a block of the kind 'summary'"):
        pdf_of(swapped(deck, 3, summary))


@pytest.mark.parametrize("too_much", [
    render_list(["En linje, som nogen skal kunne læse fra bagerste række i salen."] * 16, language="da"),
    make_block("text", {"text": "For mange ord på én gang. " * 60}, language="da")])
def test_a_slide_that_does_not_fit_its_page_is_refused_and_named(deck, too_much: Block) -> None:
    with pytest.raises(ReportError, match=r"The slide “Hjælp” \(number 4\) holds more than can be read on one page"):
        pdf_of(swapped(deck, 10, too_much))


def test_a_chart_that_would_be_too_low_to_read_is_refused(deck) -> None:
    words = make_block("text", {"text": "Ord, som tager pladsen fra billedet. " * 14}, language="da")
    with pytest.raises(ReportError, match="The slide “Så meget”"):
        pdf_of(swapped(deck, 3, words, deck[3]))


def test_words_are_larger_where_there_are_few_of_them(deck) -> None:
    def largest(items: int) -> float:
        sizes: list[float] = []
        lines = render_list(["Spørg om noget."] * items, language="da")
        page = pdf_of(swapped(deck, 10, lines)).pages[3]
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: sizes.append(size * abs(cm[0] * tm[0]))
                          if "Spørg" in text else None)
        return max(sizes)

    assert largest(2) > largest(7)


def test_every_page_of_a_draft_is_marked_and_no_page_else(deck) -> None:
    assert all("Udkast" in words_of(p) for p in pdf_of(deck, draft=True, reasons=["open"]).pages)
    assert not any("Udkast" in words_of(p) for p in pdf_of(deck).pages)
    drafted = html_of(deck, draft=True)
    assert [("Udkast" in section) for section in drafted.split("<section>")[1:]] == [True] * 4
    assert "Udkast" not in html_of(deck).split("<section>", 1)[1]


def test_a_policy_lets_the_page_run_its_own_scripts_and_styles_and_nothing_else(deck) -> None:
    html = html_of(deck)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert html.index("Content-Security-Policy") < html.index("<style>") < html.index("<script>")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert {rules[name] for name in ("default-src", "base-uri", "form-action")} == {"'none'"}
    for rule, tag in (("script-src", "script"), ("style-src-elem", "style")):
        parts = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts]
        assert rules[rule] == " ".join(f"'sha256-{digest}'" for digest in digests)
        assert len(digests) == 2
    assert "connect-src" not in rules
    assert not re.findall(r'\s(?:src|href)="(?!#|data:)', re.sub(r"(?s)<(script|style)>.*?</\1>", "", html))


def test_a_page_has_language_title_and_a_heading_for_each_slide(deck) -> None:
    html = html_of(deck)
    assert html.startswith('<!DOCTYPE html>\n<html lang="da">')
    assert "<title>Hvad møder vores børn? – Lillehavn</title>" in html
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", html) == ["Så meget", "Det handler det om", "Hjælp"]
    assert html.count("<h1>") == 1
    assert 'aria-label="Tre søjler om volume, den sidste højest."' in html


def test_pdf_and_page_tell_the_same_numbers(deck) -> None:
    html = re.sub(r"(?s)<(style|script|svg).*?</\1>|<aside.*?</aside>", "", html_of(deck))
    shown = set(re.findall(r"\d+(?:[.,]\d+)*", re.sub(r"<[^>]*>", " ", html[html.index("<main"):html.index("</main>")])))
    assert "12.345" in shown
    assert shown <= set(re.findall(r"\d+(?:[.,]\d+)*", " ".join(p.extract_text() for p in pdf_of(deck).pages)))


def test_the_same_blocks_give_the_same_bytes(deck) -> None:
    assert html_of(deck) == html_of(deck)
    first, second = (render_pdf(deck, language="da", draft=False, layout=SLIDES) for _ in range(2))
    assert first == second


def test_outside_text_never_becomes_markup(deck) -> None:
    text = '<script>alert(1)</script> #panic("x") *fed*'
    told = make_block("notes", {"text": [text], "source": text}, language="da")
    html = html_of(swapped(deck, 4, told))
    assert html.count("<script>") == 2
    assert html.count("&lt;script&gt;alert(1)") == 2
    assert text in words_of(pdf_of(swapped(deck, 4, told)).pages[1])


def test_what_cannot_be_typeset_on_a_slide_is_named_by_its_cell(deck) -> None:
    flat = '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'
    broken = replace(deck[3], content={**deck[3].content, "svg": flat}, where="deck, cell 7, block 1")
    with pytest.raises(ReportError, match=r"^deck, cell 7, block 1 cannot be typeset"):
        pdf_of(swapped(deck, 3, broken))


def test_set_as_a_report_slides_keep_their_words_and_notes(deck) -> None:
    pages = PdfReader(io.BytesIO(render_pdf(deck, language="da", draft=True))).pages
    told = " ".join(words_of(page) for page in pages)
    assert told.count(SAID) == 4
    assert "Kilde: Rapporten om emnerne" in told


def blocks_of(section) -> dict[str, dict]:
    return {b.kind: dict(b.content) for b in section.blocks}


def test_a_slide_names_its_findings_as_source_and_leaves_numbers_and_caveats_to_the_speaker(release, make_chart) -> None:
    slide = blocks_of(render_slide("volume", render_figure(make_chart("volume"), language="da"), language="da",
                                   findings=[release["volume"]], sources=["En bog."]))
    assert slide["heading"] == {"text": "Så meget bliver der skrevet", "level": 1}
    assert slide["notes"]["source"] == "Tal som i kvartalsrapporten for 3. kvartal 2025: Opslag over tid. En bog."
    finding = dict(render_finding(release["volume"], language="da").content)
    assert all(part in " ".join(slide["notes"]["text"]) for part in (*finding["facts"], *finding["caveats"]))
    assert "list" not in slide


def test_where_nothing_can_be_shown_the_slide_stays_and_says_so(release) -> None:
    slide = blocks_of(render_slide("volume", leave_out("report.nothing_drawn", language="en"), language="en",
                                   findings=[release["volume"]]))
    assert slide["list"]["items"][0] == "There are too few posts to show how much is written."
    assert slide["notes"]["source"] == "The municipality’s own numbers."
    assert "left_out" not in slide
    assert not any("12,345" in text for text in slide["notes"]["text"])


def test_points_below_a_lead_are_one_block(release) -> None:
    slide = blocks_of(render_slide("harms", render_list([], language="da"), language="da"))
    assert slide["points"]["lead"].startswith("Vi har ikke et sikkert tal")
    assert len(slide["points"]["points"]) == 5


def test_what_help_lines_are_for_is_told_by_the_speaker(deck) -> None:
    slide = blocks_of(render_slide("help", deck[10], language="da"))
    assert "Alarmcentralen: Når det haster." in slide["notes"]["text"]


def test_a_slide_takes_released_findings_only(release) -> None:
    with pytest.raises(ReleaseError, match="render_slide takes findings from a release only"):
        render_slide("volume", language="da", findings=[release["volume"].data])


def test_slides_are_split_at_headings_of_level_1_only(deck) -> None:
    slides = make_document(deck, language="da", draft=False, layout=SLIDES)["slides"]
    assert [[b["kind"] for b in slide["blocks"]] for slide in slides] == [
        [], ["heading", "figure"], ["heading", "finding", "numbers"], ["heading", "contacts", "heading", "list"]]


def test_a_chart_can_be_drawn_lower_and_stays_as_it_was(make_chart) -> None:
    chart: Chart = make_chart("volume")
    plain, low = (render_figure(chart, height=height, language="da") for height in (None, 1.0))
    heights = [float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', b.content["svg"])[1]) for b in (plain, low)]
    assert heights == [pytest.approx(2.5 * 72), pytest.approx(72)]
    assert render_figure(chart, language="da") == plain


def test_notes_are_seen_in_the_notebook(deck) -> None:
    shown = render_section(deck[4])._repr_mimebundle_()["text/html"]
    assert SAID in shown
    assert "Kilde: Rapporten om mængden" in shown
