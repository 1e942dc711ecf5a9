from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from workbench.branding import Brand
from workbench.errors import ReportError
from workbench.look import read_look
from workbench.reports import render_html, render_list, render_pdf
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
    assert kinds.count("/Table") == 7  # three of the method's are in two columns
    scopes = [dict(part.get_object()).get("/Scope") for e in elements if e.get("/S") == "/TH" for part in e["/A"]]
    assert scopes.count("/Column") == 14
    rows = [e for e in elements if e.get("/S") == "/TR"]
    assert scopes.count("/Row") == len(rows) - 7 > 20
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


def test_the_first_cell_of_each_row_is_its_header_and_no_other_and_the_file_stays_whole(make_blocks, read, monkeypatch):
    headed = render_pdf(make_blocks(), language="da", draft=False)
    monkeypatch.setattr("workbench.reports.pdf.head_rows", lambda made: made)
    plain = render_pdf(make_blocks(), language="da", draft=False)
    assert len(headed) == len(plain)
    assert [words_of(p) for p in read(headed).pages] == [words_of(p) for p in read(plain).pages]
    for row in (e for e in structure(read(headed)) if e.get("/S") == "/TR"):
        kinds = [cell.get_object()["/S"] for cell in row["/K"]]
        assert kinds in (["/TH"] * len(kinds), ["/TH"] + ["/TD"] * (len(kinds) - 1))


def full_summary(make_blocks, **more) -> Block:
    """Return a summary with all that the page that says it all may hold."""
    block = next(b for b in make_blocks() if b.kind == "summary")
    picture = next(b for b in make_blocks() if b.kind == "figure").content
    tile = {"key": "volume", "value": "12.345", "label": "opslag i arenaer, som alle kan se", "arrow": "up",
            "note": "95 %-interval: 11.000 til 13.000"}
    item = {"key": "volume", "sentence": "Sætning om noget, der er talt op og prøvet, og som fylder to linjer på siden.",
            "level": "high", "confidence": "høj", "arrow": "down"}
    content = {**block.content, "tiles": [tile] * 4, "items": [item] * 5, "reading_time": "Læsetid: 12 minutter",
               "strip": {"svg": picture["svg"], "alt": "Små kurver"},
               "recommendations": [{"number": n, "text": "Gør noget ved det, som står her. " * 2, "addressee": "SSP"}
                                   for n in (1, 2, 3)],
               "unknown": ["Hvem der læser med, og hvor mange børn de er."] * 3, **more}
    return replace(block, content=content)


def pages_with(block: Block, make_blocks, read) -> list[str]:
    made = render_pdf([make_blocks()[0], block, *make_blocks()[2:]], language="da", draft=False)
    return [words_of(page) for page in read(made).pages]


def test_a_full_summary_stands_on_one_page_with_its_small_charts(make_blocks, read):
    pages = pages_with(full_summary(make_blocks), make_blocks, read)
    assert "Læsetid" in pages[1]
    assert all(words in pages[1] for words in ("Anbefalinger", "Hvad vi ikke ved", "Tallene gælder", "↑", "↓"))
    assert pages[2].find("Hvor meget?") >= 0


def test_a_summary_with_too_much_for_its_page_goes_without_the_small_charts(make_blocks, read):
    plain = full_summary(make_blocks)
    much = full_summary(make_blocks, recommendations=[{"number": n, "text": "Gør noget ved det, som står her. " * 16,
                                                       "addressee": "SSP"} for n in (1, 2, 3)])
    few, more = (read(render_pdf([make_blocks()[0], b], language="da", draft=False)) for b in (plain, much))
    assert len(few.pages) == len(more.pages) == 2
    figures = [sum(e.get("/S") == "/Figure" for e in structure(r)) for r in (few, more)]
    assert figures == [1, 0]


def test_the_contents_stand_on_the_cover_and_the_summary_behind_it(make_blocks, read):
    pages = [words_of(p) for p in read(render_pdf(make_blocks(), language="da", draft=False)).pages]
    assert "Indhold" in pages[0]
    assert "På én side" in pages[1]


def test_a_figure_says_where_its_numbers_and_its_method_stand(make_blocks, read):
    text = " ".join(words_of(p) for p in read(render_pdf(make_blocks(), language="da", draft=False)).pages)
    assert "Data: tabel 1 · Metode: bilag · Kilde: egne beregninger" in text
    assert "Data: filen tables/topics.csv · Metode: bilag" in text
    assert text.count("Kilde: egne beregninger") == 1


def test_the_text_of_charts_is_printed_at_the_size_it_has(make_blocks, read):
    from workbench.charts.style import new_figure, style

    assert new_figure()[0].get_figwidth() * 25.4 == pytest.approx(170)
    assert style()["font.size"] >= 11
    assert min(read_look().points[name] for name in ("body", "label")) >= 11


def test_a_table_of_one_row_is_a_sentence(make_blocks, read):
    table = Block("table", {"title": "Emner", "columns": [{"label": "Emne", "align": "left"},
                                                          {"label": "Opslag", "align": "right"}],
                            "rows": [["skole", "12"]], "note": "", "key": "topics", "csv": "a\n1\n"}, "da")
    reader = read(render_pdf([make_blocks()[0], table], language="da", draft=False))
    assert "Emne: skole · Opslag: 12" in words_of(reader.pages[-1])
    assert not any(e.get("/S") == "/Table" for e in structure(reader))
    assert "Emne: skole · Opslag: 12" in " ".join(
        render_html([make_blocks()[0], table], language="da", draft=False).split())


def test_words_beside_many_numbers_are_never_set_a_letter_a_line(make_blocks, read):
    said = "kontrolleret af mennesker, og enigheden er ukendt"
    columns = [{"label": "Hvad", "align": "left"}, {"label": "Kontrolleret?", "align": "left"},
               *({"label": "Modellens andel", "align": "right"} for _ in range(9))]
    rows = [["anerkendelse", said, *["20,7 pct."] * 9], ["had", said, *["1,0 pct."] * 9]]
    table = Block("table", {"title": "Andele", "columns": columns, "rows": rows, "note": "", "key": "speech", "csv": "a\n1\n"}, "da")
    page = read(render_pdf([make_blocks()[0], table], language="da", draft=False)).pages[-1]
    lines = [line.strip() for line in page.extract_text().splitlines()]
    assert [line for line in lines if len(line) == 1] == []
    assert "mennesker" in words_of(page)


def test_a_report_of_the_made_up_city_says_so_on_every_page(make_blocks, read):
    pages = read(render_pdf(make_blocks(), language="da", draft=False, made_up=True)).pages
    assert all("Opdigtet by" in words_of(page) for page in pages)
    assert "Opdigtet by" in render_html(make_blocks(), language="da", draft=False, made_up=True)
    assert "Opdigtet by" not in render_html(make_blocks(), language="da", draft=False)


def test_a_draft_says_why_it_is_one(make_blocks, read):
    more = {"language": "da", "draft": True, "reasons": ("name", "contact")}
    words = words_of(read(render_pdf(make_blocks(), **more)).pages[0])
    for text in (words, render_html(make_blocks(), **more)):
        assert "Kommunens navn mangler i study.toml" in text
        assert "Kontakten mangler i study.toml" in text


def test_colour_and_logo_of_a_municipality_are_used_in_headings_boxes_and_charts(make_blocks, read):
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1"/></svg>'
    brand = Brand("#7a1f3d", logo, is_svg=True)
    accent = read_look().accent
    blocks = [replace(b, content={**b.content, "svg": b.content["svg"].replace("#1f77b4", accent)})
              if b.kind == "figure" else b for b in make_blocks()]
    html = render_html(blocks, language="da", draft=False, brand=brand)
    assert accent in render_html(blocks, language="da", draft=False)
    assert accent not in html
    assert "fill: #7a1f3d" in html
    assert f'src="{brand.address()}"' in html
    reader = read(render_pdf(blocks, language="da", draft=False, brand=brand))
    assert "Logo: Lillehavn" in [str(e.get("/Alt")) for e in structure(reader)]


def test_a_list_stands_in_both_forms(make_blocks, read):
    block = render_list(["Det ene", "section.volume"], language="da")
    made = words_of(read(render_pdf([make_blocks()[0], block], language="da", draft=False)).pages[-1])
    html = render_html([make_blocks()[0], block], language="da", draft=False)
    assert "Det ene" in made
    assert "<ul><li>Det ene</li><li>Hvor meget" in html
