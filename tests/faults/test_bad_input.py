"""Bad input, from the outside: one paragraph with file, place and what to do, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tests.cards import CARD
from workbench.errors import WorkbenchError
from workbench.reports.exporter import HtmlExporter, PdfExporter
from workbench.settings import read_settings
from workbench.sources import import_exports, load_corpus
from workbench.starting import start_study

WHOLE = json.dumps({"name": "Testkanal", "type": "public_supergroup", "id": 19, "messages": [
    {"id": i, "type": "message", "date": "2025-08-01T10:00:00", "date_unixtime": str(1754042400 + i),
     "from": "Kaj Testesen", "from_id": f"user{i}", "text": f"hemmeligt ord {i}", "text_entities": []}
    for i in range(20)]}).encode()

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "another format": b'{"hello": ["world"]}',
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}
# how much of the same twenty posts is read all the same, and how many records are set aside
DAMAGED: dict[str, tuple[bytes, int, int]] = {
    "truncated": (WHOLE[:-200], 18, 1),
    "UTF-16 without a mark": (WHOLE.decode().encode("utf-16-le"), 20, 0),
    "a title in Latin-1": (WHOLE.replace(b"Testkanal", "Testkanal på øen".encode("latin-1")), 20, 0),
    "a comma too many": (WHOLE.replace(b'"messages": [', b'"messages": [,'), 20, 0),
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study that holds one good import of twenty posts."""
    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(tmp_path / "key" / "made.key"))
    folder = tmp_path / "by"
    start_study(folder)
    for name, content in (("good", WHOLE), ("bad", b"")):
        (folder / "data" / "raw" / name).mkdir()
        (folder / "data" / "raw" / name / "source.toml").write_text(CARD, encoding="utf-8")
        (folder / "data" / "raw" / name / "result.json").write_bytes(content)
    import_exports([folder / "data" / "raw" / "good" / "result.json"], settings=read_settings(folder))
    return folder


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(WorkbenchError) as caught:
        work()
    message = str(caught.value)
    assert "\n" not in message
    assert "hemmeligt" not in message
    assert "Testesen" not in message
    return message


@pytest.mark.parametrize("fault", list(BROKEN))
def test_a_broken_file_is_refused_by_name_and_nothing_is_lost(study: Path, fault: str) -> None:
    before = {p: p.read_bytes() for p in (study / "data" / "processed").rglob("*.parquet")}
    path = study / "data" / "raw" / "bad" / "result.json"
    path.write_bytes(BROKEN[fault])
    message = refusal(lambda: import_exports([path], settings=read_settings(study)))
    assert "result.json" in message
    assert {p: p.read_bytes() for p in (study / "data" / "processed").rglob("*.parquet")} == before
    assert len(load_corpus(study).posts) == 20


@pytest.mark.parametrize("fault", list(DAMAGED))
def test_of_a_damaged_file_all_that_can_be_read_is(study: Path, fault: str) -> None:
    content, good, aside = DAMAGED[fault]
    path = study / "data" / "raw" / "bad" / "result.json"
    path.write_bytes(content)
    row = import_exports([path], settings=read_settings(study)).files.iloc[0]
    assert (row["unchanged"], row["quarantined"]) == (good, aside)
    assert len(load_corpus(study).posts) == 20


def test_a_missing_file_is_named(study: Path) -> None:
    assert "nowhere.json" in refusal(lambda: import_exports([study / "nowhere.json"], settings=read_settings(study)))


def test_one_bad_file_among_good_ones_stops_all_before_anything_is_written(study: Path) -> None:
    (study / "data" / "raw" / "bad" / "result.json").write_bytes(BROKEN["empty"])
    paths = [study / "data" / "raw" / n / "result.json" for n in ("good", "bad")]
    refusal(lambda: import_exports(paths, settings=read_settings(study)))
    assert len(load_corpus(study).posts) == 20


def test_a_bad_row_never_costs_a_good_one(study: Path) -> None:
    export = json.loads(WHOLE)
    export["messages"][3] = 17
    export["messages"][5]["date_unixtime"] = "soon"
    export["messages"][5]["date"] = None
    path = study / "data" / "raw" / "bad" / "result.json"
    path.write_text(json.dumps({**export, "id": 20}), encoding="utf-8")
    row = import_exports([path], settings=read_settings(study)).files.iloc[0]
    assert (row["rows_read"], row["kept"], row["quarantined"], row["undated"]) == (20, 19, 1, 1)
    kept = "".join(p.read_text(encoding="utf-8") for p in (study / "data" / "raw" / "quarantine").glob("*.jsonl"))
    assert len(kept.splitlines()) == 1


def damaged(notebook, fault: str):
    codes = [c for c in notebook.cells if c.cell_type == "code"]
    if fault == "not run":
        for cell in codes:
            cell.execution_count, cell.outputs = None, []
    elif fault == "ran in part":
        codes[-1].execution_count, codes[-1].outputs = None, []
    elif fault == "out of order":
        codes[2].execution_count = 40
    elif fault == "failed":
        codes[3].outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="hemmeligt ord", traceback=[])]
    elif fault in ("broken figure", "script in a figure", "no alt text", "a glyph that no font has"):
        data = next(o["data"][k] for c in codes for o in c.outputs for k in o.get("data", {})
                    if k.startswith("application/vnd.workbench") and any(b["kind"] == "figure" for b in o["data"][k]["blocks"]))
        content = next(b["content"] for b in data["blocks"] if b["kind"] == "figure")
        change = {"broken figure": {"svg": content["svg"][:400]}, "no alt text": {"alt": ""},
                  "script in a figure": {"svg": content["svg"].replace("</svg>", "<script>alert(1)</script></svg>")},
                  "a glyph that no font has": {"title": "hieroglyf \U00013000"}}[fault]
        content.update(change)
    return notebook


@pytest.mark.parametrize("exporter", [PdfExporter, HtmlExporter])
@pytest.mark.parametrize(("fault", "words"), [
    ("not run", "not run"), ("ran in part", "cell"), ("out of order", "order"), ("failed", "KeyError"),
    ("broken figure", "block"), ("script in a figure", "block"), ("no alt text", "alt"),
    ("a glyph that no font has", r"U\+13000")])
def test_a_notebook_that_is_not_whole_cannot_be_exported(city_report, exporter, fault: str, words: str) -> None:
    import re

    notebook = damaged(nbformat.read(city_report.folder / "report.ipynb", as_version=4), fault)
    message = refusal(lambda: exporter().from_notebook_node(notebook))
    assert re.search(words, message), message
