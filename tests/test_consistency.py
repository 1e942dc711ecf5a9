"""Two places that tell one number differently are found, and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.consistency import _STROKE, _text_of_pdf, find_contradictions

TABLES = {
    "topics": "row,topic_id,label,posts,share\ntopic,0,Busser,80,0.8\ntopic,1,Havn,20,0.2\n",
    "topic_weeks": "topic_id,week,posts\n0,2025-W30,50\n0,2025-W31,30\n",
    "peaks": "topic_id,week,posts\n0,2025-W30,50\n",
    "facts": "finding,period,fact,concept,value\ntopics,2025Q3,posts,posts,100\nvolume,2025Q3,posts,posts,100\n"
             "topics,2025Q3,share,,0.8\ntopics,2025Q3,topics,topics,2\n",
}
SENTENCE = "Opslagene samler sig om 2 emner; det største, Busser, fylder 80,0 pct. af alle opslag"


@pytest.fixture
def product(tmp_path: Path):
    """Make a finished product of one finding, with changes to its tables, blocks or page."""
    def make(*, tables: dict[str, str] | None = None, blocks: list[dict[str, Any]] | None = None, page: str | None = None,
             sentence: str = SENTENCE) -> list[str]:
        (tmp_path / "tables").mkdir(exist_ok=True)
        for name, text in {**TABLES, **(tables or {})}.items():
            (tmp_path / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
        every = [{"kind": "finding", "content": {"key": "topics", "sentence": sentence, "facts": []}},
                 {"kind": "table", "content": {"key": "topics", "rows": [["Busser", "80"]], "csv": TABLES["topics"]}},
                 *(blocks or [])]
        (tmp_path / "report.html").write_text(page or f"<p>{sentence}</p><td>Busser</td><td>80</td>", encoding="utf-8")
        return find_contradictions([{"blocks": every}], tmp_path, language="da")

    return make


def test_a_product_that_agrees_with_itself_has_no_fault(product) -> None:
    assert product() == []


@pytest.mark.parametrize(("changes", "said"), [
    ({"sentence": SENTENCE.replace("80,0", "81,0")}, "block 1 (finding) says 81,0, which topics.csv and facts.csv do not hold"),
    ({"tables": {"facts": TABLES["facts"].replace("volume,2025Q3,posts,posts,100", "volume,2025Q3,posts,posts,99")}},
     "the facts have two values of posts: 100.0 in topics and 99.0 in volume"),
    ({"tables": {"peaks": TABLES["peaks"].replace("50", "51")}},
     "peaks.csv and topic_weeks.csv tell posts of topic_id 0, week 2025-W30 differently"),
    ({"tables": {"peaks": TABLES["peaks"].replace("50", "")}}, "or one hides what the other shows (1 rows)"),
    ({"blocks": [{"kind": "table", "content": {"key": "topics", "rows": [["x"]], "csv": "other"}}]},
     "block 2 and block 3 have different numbers under the one name topics"),
    ({"blocks": [{"kind": "table", "content": {"key": "empty", "rows": [], "csv": "a\n"}}]}, "the table empty, has no rows"),
    ({"blocks": [{"kind": "figure", "content": {"key": "none", "finding": "topics", "title": "Om 2 emner", "csv": "a\n"}}]},
     "the figure none, is drawn from no rows"),
    ({"page": "<p>noget andet</p>"}, "block 1 (finding) and report.html differ"),
])
def test_each_contradiction_is_named_with_its_two_places(product, changes, said: str) -> None:
    faults = product(**changes)
    assert any(said in fault for fault in faults), faults


def test_a_number_of_a_tile_that_no_table_holds_is_named(product) -> None:
    tile = {"key": "topics", "value": "4.213", "label": "opslag", "note": ""}
    assert any("(tile) says 4.213" in fault for fault in product(
        blocks=[{"kind": "numbers", "content": {"tiles": [tile]}}], page=f"<p>{SENTENCE}</p>4.213<td>Busser</td>80"))


def test_periods_and_codes_are_no_numbers_of_a_finding(product) -> None:
    sentence = "I 3. kvartal 2025 samler opslagene i T-014 sig om 2 emner"
    assert product(sentence=sentence) == []


@pytest.mark.parametrize(("said", "is_fault"), [("1 minut", False), ("2 minutter", True)])
def test_seconds_may_be_told_in_minutes(product, said: str, is_fault: bool) -> None:
    facts = TABLES["facts"] + "coordination,2025Q3,seconds,,60\n"
    block = {"kind": "finding", "content": {"key": "coordination", "sentence": f"Ingen delte det inden for {said}",
                                            "facts": []}}
    page = f"<p>{SENTENCE}</p><td>Busser</td><td>80</td><p>{block['content']['sentence']}</p>"
    assert bool(product(tables={"facts": facts}, blocks=[block], page=page)) == is_fault


def test_of_a_pdf_strokes_are_left_out_before_it_is_read_and_no_text_is(tmp_path: Path) -> None:
    import typst
    from pypdf import PdfReader

    drawn = "".join(f"#place(polygon(stroke: 1pt, (0pt, 0pt), ({n}pt, 3pt), (9pt, {n}.5pt)))" for n in range(40))
    paper = tmp_path / "report.pdf"
    paper.write_bytes(typst.compile(f"I alt 1 234 opslag, 5 6 c og 7 8 m. {drawn} Slut 99".encode(), format="pdf"))
    page = PdfReader(paper).pages[0]
    assert len(_STROKE.findall(page.get_contents().get_data())) > 40
    assert _text_of_pdf(paper) == page.extract_text()
    assert "5 6 c og 7 8 m" in _text_of_pdf(paper)
