from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from workbench.editions import clean_notebook
from workbench.errors import ReportError
from workbench.reports.blocks import MIMETYPE
from workbench.reports.showing import show_pictures
from workbench.runs import run_report
from workbench.study import open_study

JUPYTER = Path(sys.executable).with_name("jupyter")


@pytest.fixture(scope="module")
def other_city(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the study in another folder, with nothing released yet."""
    folder = tmp_path_factory.mktemp("elsewhere") / "a" / "b"
    shutil.copytree(city_folder, folder, ignore=shutil.ignore_patterns("reports", "findings"))
    return folder


def test_everything_that_was_promised_is_there(city_report) -> None:
    names = set(city_report.files)
    assert {"report.pdf", "report.html", "report.ipynb"} <= names
    assert any(n.startswith("tables/") and n.endswith(".csv") for n in names)
    assert any(n.startswith("figures/") and n.endswith(".svg") for n in names)
    manifest = json.loads((city_report.folder / "manifest.json").read_text())
    assert manifest["files"] == city_report.files
    assert manifest["release"]


def test_two_runs_in_two_folders_give_the_same_bytes(city_report, other_city: Path) -> None:
    again = run_report("quarterly", study=open_study(other_city), period="2025Q3", parameters={"topic_refits": 8})
    assert again.files == city_report.files
    assert (again.folder / "manifest.json").read_bytes() == (city_report.folder / "manifest.json").read_bytes()


def test_the_pdf_is_tagged_and_names_its_language_and_title(city_report) -> None:
    from pypdf import PdfReader

    reader = PdfReader(city_report.folder / "report.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("da")
    assert "Lillehavn" in reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert len(reader.pages) == city_report.pages
    assert city_report.pages >= 8
    assert not any(re.search(r"\bUdkast\b", page.extract_text()) for page in reader.pages)


def test_every_number_of_a_sentence_stands_in_a_table_or_in_the_notebook(city_report) -> None:
    from pypdf import PdfReader

    text = "\n".join(p.extract_text() for p in PdfReader(city_report.folder / "report.pdf").pages)
    html = (city_report.folder / "report.html").read_text(encoding="utf-8")
    for number in re.findall(r"\d{1,3}(?:\.\d{3})+", text):
        assert number in html


def test_the_published_notebook_holds_no_time_path_or_version(city_report, city_folder: Path) -> None:
    text = (city_report.folder / "report.ipynb").read_text(encoding="utf-8")
    assert str(city_folder) not in text
    assert "papermill" not in json.loads(text)["metadata"]
    assert "version" not in json.loads(text)["metadata"]["language_info"]
    assert not re.search(r"20\d\d-\d\d-\d\dT\d\d:", text)


def test_the_other_language_stands_beside_it(other_city: Path) -> None:
    result = run_report("quarterly", study=open_study(other_city), period="2025Q3", language="en",
                        parameters={"topic_refits": 8})
    assert result.folder.name == "quarterly-en"
    assert 'lang="en"' in (result.folder / "report.html").read_text(encoding="utf-8")


def test_papermill_alone_runs_it_and_its_export_is_marked_as_draft(other_city: Path, tmp_path: Path) -> None:
    import papermill
    from pypdf import PdfReader

    from workbench.reports.exporter import PdfExporter

    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(str(other_city / "notebooks" / "quarterly_report.ipynb"), str(out), progress_bar=False,
                               parameters={"quarter": "2025Q3", "study_folder": str(other_city), "topic_refits": 8}, log_output=False)
    pdf, _ = PdfExporter().from_filename(str(out))
    (tmp_path / "out.pdf").write_bytes(pdf)
    pages = PdfReader(tmp_path / "out.pdf").pages
    assert all("Udkast" in page.extract_text() for page in pages)


def test_what_papermill_made_of_a_misspelled_parameter_cannot_be_exported(city_report) -> None:
    from workbench.reports.exporter import PdfExporter

    notebook = nbformat.read(city_report.folder / "report.ipynb", as_version=4)
    injected = next(c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", []))
    injected.source = 'quater = "2025Q3"'
    with pytest.raises(ReportError, match="quarter"):
        PdfExporter().from_notebook_node(notebook)


def test_the_exporters_are_listed_by_jupyter() -> None:
    done = subprocess.run([JUPYTER, "nbconvert", "--to", "no-such-format", "x.ipynb"], capture_output=True, text=True,
                          env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1"})
    assert "workbench-pdf" in done.stdout + done.stderr
    assert "workbench-html" in done.stdout + done.stderr


def test_cleaning_a_notebook_twice_changes_nothing(city_report) -> None:
    notebook = nbformat.read(city_report.folder / "report.ipynb", as_version=4)
    again = clean_notebook(notebook)
    show_pictures(again, colour=None)
    assert nbformat.from_dict(again) == notebook


def test_outputs_that_no_gate_looks_at_are_not_published() -> None:
    block = nbformat.v4.new_output("display_data", {MIMETYPE: {"schema": 1}, "text/html": "<p>block</p>"})
    posts = nbformat.v4.new_output("execute_result", {"text/plain": "what somebody wrote"}, execution_count=1)
    printed = nbformat.v4.new_output("stream", name="stdout", text="what somebody wrote")
    cell = nbformat.v4.new_code_cell("x", outputs=[posts, printed, block], execution_count=1)
    [published] = clean_notebook(nbformat.v4.new_notebook(cells=[cell])).cells
    assert [MIMETYPE in output["data"] for output in published.outputs] == [True]
