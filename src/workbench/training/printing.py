"""Slides, time plan and assessment sheet as tagged PDF (PDF/UA-1), typeset by Typst."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from workbench.errors import ReportError
from workbench.look import read_look
from workbench.reports.fonts import font_folders
from workbench.reports.pdf import head_rows
from workbench.training.pages import Sheet
from workbench.training.slides import read_markdown

_TIMESTAMP = 946_684_800  # the same bytes whenever it is made: 2000-01-01, shown nowhere
_BOX = "☐"  # drawn: the fonts of reports have none


def print_sheet(sheet: Sheet, *, language: str) -> bytes:
    """Typeset a sheet as PDF; the first cell of each row is its header."""
    rows = [["" if value == _BOX else value for value in row] for row in sheet.rows]
    boxes = sum(value == _BOX for value in sheet.rows[0]) if sheet.rows else 0
    return head_rows(_typeset({"kind": "sheet", "title": sheet.title, "caption": sheet.caption,
                               "heads": list(sheet.heads), "rows": rows, "boxes": boxes, "notes": list(sheet.notes)},
                              language))


def print_slides(title: str, slides: Sequence[tuple[str, str]], *, language: str) -> bytes:
    """Typeset slides as PDF, a page each."""
    told = [{"blocks": read_markdown(text), "foot": foot} for text, foot in slides]
    return _typeset({"kind": "slides", "title": title, "slides": told}, language)


def _typeset(document: dict[str, Any], language: str) -> bytes:
    import typst

    folder = files("workbench.training")
    compiler = typst.Compiler((folder / "papers.typ").read_bytes(), root=str(folder),
                              font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                                                     font_paths=font_folders()),
                              ignore_system_fonts=True,
                              sys_inputs={"document": json.dumps({**document, "language": language,
                                                                  "look": read_look().for_pdf()},
                                                                 ensure_ascii=False, sort_keys=True)})
    try:
        made, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["ua-1"], timestamp=_TIMESTAMP)
    except typst.TypstError as error:
        raise ReportError(f"The papers of the course cannot be typeset: {error.message}. Report this as a fault of the "
                          "template.") from error
    if warnings or not isinstance(made, bytes):
        raise ReportError(f"The papers of the course cannot be typeset: {'; '.join(w.message for w in warnings)}. Use "
                          "plain words, lists and headings on slides.")
    return made
