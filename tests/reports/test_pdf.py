from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from workbench.errors import ReportError
from workbench.look import read_look
from workbench.reports import render_pdf
from workbench.reports.blocks import Block


def structure(reader: PdfReader) -> list:
    """Return every structure element of a tagged PDF."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found.append(node)
            waiting += [node["/K"]] if "/K" in node else []
    return found


def words_of(page) -> str:
    return " ".join(page.extract_text().split())


@pytest.fixture(scope="session")
def read():
    return lambda made: PdfReader(io.BytesIO(made))


def test_a_report_is_tagged_and_says_its_title_language_and_standard(make_blocks, read):
    made = render_pdf(make_blocks(), language="da", draft=False)
    reader = read(made)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Samtalen samler sig – Lillehavn"
    assert reader.metadata.author == "Lillehavn Kommune"
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()


def test_every_figure_has_its_alt_text_and_every_table_its_headers(make_blocks, read):
    elements = structure(read(render_pdf(make_blocks(), language="da", draft=False)))
    alts = sorted(str(e["/Alt"]) for e in elements if e.get("/S") == "/Figure")
    assert alts == ["Tre søjler om topics, den sidste højest.", "Tre søjler om volume, den sidste højest."]
    kinds = [e.get("/S") for e in elements]
    assert kinds.count("/Table") == 5
    assert kinds.count("/TH") == 10
    assert {"/H1", "/H2", "/H3", "/TOC", "/L"} <= set(kinds)


def test_only_the_packaged_fonts_are_in_it(make_blocks, read):
    reader = read(render_pdf(make_blocks(), language="da", draft=False))
    fonts = {str(f.get_object()["/BaseFont"]).split("+")[-1] for p in reader.pages
             for f in p["/Resources"].get("/Font", {}).values()}
    assert fonts
    assert all(f.startswith(("SourceSans3", "NotoSans", "NotoEmoji")) for f in fonts)


def test_every_page_of_a_draft_is_marked_and_no_page_else(make_blocks, read):
    draft = read(render_pdf(make_blocks(), language="da", draft=True))
    assert all("Udkast" in words_of(page) for page in draft.pages)
    final = read(render_pdf(make_blocks(), language="da", draft=False))
    assert not any("Udkast" in words_of(page) for page in final.pages)


def test_pages_are_numbered_behind_the_cover(make_blocks, read):
    pages = read(render_pdf(make_blocks("en"), language="en", draft=False)).pages
    assert f"page 3 of {len(pages)}" in words_of(pages[2])
    assert "page 1" not in words_of(pages[0])


def test_the_same_blocks_give_the_same_bytes(make_blocks):
    first, second = (render_pdf(make_blocks(), language="da", draft=False) for _ in range(2))
    assert first == second


def test_outside_text_never_becomes_markup(make_blocks, read):
    text = '#panic("x") *fed* $ 1 $ @ref <label> \\ #include "/etc/passwd"'
    made = render_pdf([make_blocks()[0], Block("text", {"text": text}, "da")], language="da", draft=False)
    assert text in words_of(read(made).pages[-1])


def test_what_cannot_be_typeset_is_named(make_blocks):
    blocks = make_blocks()
    place = next(i for i, b in enumerate(blocks) if b.kind == "figure")
    flat = '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'
    broken = replace(blocks[place], content={**blocks[place].content, "svg": flat}, where="report, cell 7, block 1")
    with pytest.raises(ReportError, match=r"^report, cell 7, block 1 cannot be typeset"):
        render_pdf([*blocks[:place], broken, *blocks[place + 1:]], language="da", draft=False)


def test_a_missing_font_is_an_error_and_no_empty_page(make_blocks, monkeypatch):
    look = replace(read_look(), families={"pdf": ("No Such Font",)})
    monkeypatch.setattr("workbench.reports.pdf.read_look", lambda: look)
    with pytest.raises(ReportError, match="unknown font family"):
        render_pdf(make_blocks(), language="da", draft=False)
