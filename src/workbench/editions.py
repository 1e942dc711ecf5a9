"""The files of one report: what is published of an executed notebook, written into a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import ReportError
from workbench.reports.layout import Layout

if TYPE_CHECKING:
    import pandas as pd

    from workbench.settings import Settings

BLOCK = "application/vnd.workbench.block+json"


def clean_notebook(notebook: Any) -> Any:
    """Return a notebook as it may be published: without times, paths, versions and papermill's own notes.

    The same run gives the same bytes. Every cell keeps its source and tags; of its outputs only blocks stay, since
    only they were looked at by the gates.
    """
    import nbformat

    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        clean = {k: v for k, v in cell.items() if k not in ("metadata", "id")}
        clean["metadata"] = {"tags": list(tags)} if tags else {}
        clean["id"] = "injected-parameters" if "injected-parameters" in tags else cell.get("id", "cell")
        if cell.cell_type == "code":
            clean["outputs"] = [_clean_output(o) for o in cell.outputs if BLOCK in o.get("data", {})]
        cells.append(clean)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.from_dict({"cells": cells, "nbformat": 4, "nbformat_minor": 5,
                               "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}})


def _clean_output(output: Any) -> dict[str, Any]:
    return {**{k: v for k, v in output.items() if k != "metadata"}, "metadata": {}}


def list_sections(notebook: Any) -> list[dict[str, Any]]:
    """Return the JSON of the blocks that each cell of a notebook shows, in order."""
    return [output["data"][BLOCK] for cell in notebook.cells for output in cell.get("outputs", [])
            if BLOCK in output.get("data", {})]


def write_edition(notebook: Any, folder: Path, *, draft_because: Sequence[str], layout: Layout, settings: Settings,
                  tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any]) -> tuple[dict[str, str], int]:
    """Write PDF, HTML, notebook, tables, figures and the manifest of all of them into a new folder.

    Tables are written as CSV each, and all together as one Excel file. Of the form ``fragment`` the same stands in
    ``fragment.html`` and ``fragment.md`` too.

    Parameters
    ----------
    notebook
        As `clean_notebook` returns it.
    draft_because
        Why it is a draft, as in the messages ``report.draft.<reason>``, and every page is marked as one; none: it is
        not.
    layout
        Of the product.
    settings
        Of the study: its colour and logo, and whether it is made up.
    tables
        Besides those of the blocks, by name.
    about
        What the manifest says besides the files.

    Returns
    -------
    files, pages
        SHA-256 by name, and the pages of the PDF.

    Raises
    ------
    ReportError
        If a block cannot be exported; the message names its cell. If a piece for a website has too many words.
    """
    import nbformat

    from workbench.reports.exporter import HtmlExporter, PdfExporter
    from workbench.reports.pdf import count_pages
    from workbench.reports.pictures import recolour
    from workbench.reports.showing import show_pictures
    from workbench.reports.spreadsheet import list_sheets, write_workbook
    from workbench.spreadsheets import write_csv

    for name in ("tables", "figures"):
        (folder / name).mkdir(parents=True)
    draft = bool(draft_because)
    form = {"draft": draft, "reasons": tuple(draft_because), "brand": settings.brand, "made_up": settings.made_up,
            "layout": layout,
            "edited": next((how for name, how in about.get("edited", {}).items() if name.endswith(".ipynb")), "")}
    with ThreadPoolExecutor(1) as beside:  # Typst leaves the interpreter to others while it sets the pages
        page = beside.submit(HtmlExporter(**form).from_notebook_node, notebook)
        pdf, _ = PdfExporter(**form).from_notebook_node(notebook)
        html, _ = page.result()
    (folder / "report.pdf").write_bytes(pdf)
    _write(folder / "report.html", html)
    shown = deepcopy(notebook)
    show_pictures(shown, colour=settings.brand.colour)
    _write(folder / "report.ipynb", nbformat.writes(nbformat.from_dict(shown)) + "\n")
    blocks = [block for section in list_sections(notebook) for block in section["blocks"]]
    language = list_sections(notebook)[0]["language"]
    written = {name: write_csv(table, language=language) for name, table in tables.items()}
    for content in (block["content"] for block in blocks if "csv" in block["content"]):
        written.setdefault(content["key"], content["csv"])
        if "svg" in content:
            _write(folder / "figures" / f"{content['key']}.svg", recolour(content["svg"], settings.brand.colour))
    for name, text in written.items():
        _write(folder / "tables" / f"{name}.csv", text)
    (folder / "tables.xlsx").write_bytes(write_workbook(list_sheets(blocks, written), language=language))
    if layout.form == "fragment":
        _write_pieces(blocks, folder, language=language, draft=draft, settings=settings)
    files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(folder.rglob("*"))
             if path.is_file()}
    versions = {"workbench": version("findings-workbench")}
    manifest = {"schema": 3, "files": files, "versions": versions, "draft": draft, **about}
    _write(folder / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return files, count_pages(pdf)


def _write_pieces(blocks: Sequence[Mapping[str, Any]], folder: Path, *, language: str, draft: bool,
                  settings: Settings) -> None:
    """Write what goes into a website, of the same blocks, where they are few enough words."""
    from workbench.reports.website import MOST_WORDS, count_words, write_pieces

    if (words := count_words(blocks, language=language)) > MOST_WORDS:
        raise ReportError(f"The digest has {words} words, and may have {MOST_WORDS}; its chart does not count. Show "
                          "fewer findings or shorten its texts.")
    html, markdown = write_pieces(blocks, language=language, draft=draft, made_up=settings.made_up,
                                  brand=settings.brand)
    _write(folder / "fragment.html", html)
    _write(folder / "fragment.md", markdown)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
