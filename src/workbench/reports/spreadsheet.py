"""The tables of a report as one Excel file: a sheet a table, numbers as numbers, the same bytes each time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.look import read_look
from workbench.spreadsheets import FORMULA, fill_page, put_cell, save_workbook, sheet_names
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SHARE = re.compile(r"share|share_.*|.*_share|panel|panel_before")


@dataclass(frozen=True)
class Sheet:
    """A table for a sheet of its own: title, notes on unit and denominator, and the text of its CSV."""

    key: str
    title: str
    notes: tuple[str, ...]
    csv: str


def list_sheets(blocks: Sequence[Mapping[str, Any]], written: Mapping[str, str]) -> list[Sheet]:
    """Return the sheets of a report: of each CSV one, in the order of the report, with what its blocks say of it.

    Parameters
    ----------
    blocks
        `kind` and `content` of each.
    written
        CSV by name; what no block shows comes last, under its name.
    """
    told: dict[str, list[tuple[str, str]]] = {}
    for content in (b["content"] for b in blocks if "csv" in b["content"]):
        note = content.get("subtitle") or content.get("note", "")
        told.setdefault(content["key"], []).append((content["title"], note))
    sheets = []
    for key in [*told, *(name for name in written if name not in told)]:
        titles = told.get(key) or [(key, "")]
        sheets.append(Sheet(key, titles[0][0], tuple(dict.fromkeys(note for _, note in titles if note)), written[key]))
    return sheets


def write_workbook(sheets: Sequence[Sheet], *, language: str) -> bytes:
    """Write tables as an Excel file; no text of it is ever a formula.

    The first sheet lists the others. On each, title and notes stand above the header, which stays in sight; a hidden
    number is an empty cell, and a note says so.
    """
    from openpyxl import Workbook

    wording = open_wording(language)
    book = Workbook()
    names = sheet_names([wording.say("report.sheet_contents"), *(sheet.key for sheet in sheets)])
    contents = book.active
    contents.title = names[0]
    rows = [[wording.say(f"report.sheet_{part}") for part in ("name", "title", "note")]]
    rows += [[name, sheet.title, " ".join(sheet.notes)] for name, sheet in zip(names[1:], sheets, strict=True)]
    fill_page(contents, rows, top=1)
    for place, name in enumerate(names[1:], start=2):
        contents.cell(place, 1).hyperlink = f"#'{name}'!A1"
    for name, sheet in zip(names[1:], sheets, strict=True):
        _write_sheet(book.create_sheet(name), sheet, wording)
    return save_workbook(book)


def _write_sheet(page: Worksheet, sheet: Sheet, wording: Wording) -> None:
    from openpyxl.styles import Font

    rows = list(csv.reader(io.StringIO(sheet.csv)))
    notes = [*sheet.notes, *([wording.say("report.sheet_empty")] if any("" in row for row in rows[1:]) else [])]
    put_cell(page, 1, 1, sheet.title)
    page.cell(1, 1).font = Font(bold=True, size=14)
    for place, note in enumerate(notes, start=2):
        put_cell(page, place, 1, note)
    top = len(notes) + 3
    header = rows[0] if rows else []
    names = [wording.say(f"column.{c}") if wording.knows(f"column.{c}") else c for c in header]
    # which column of the CSV it is stays to be seen where the words are others
    fill_page(page, [names, *([_value(v) for v in row] for row in rows[1:])], top=top)
    for column, name in enumerate(header, start=1):
        put_cell(page, top - 1, column, name)
        page.cell(top - 1, column).font = Font(italic=True, color=read_look().muted[1:])
        if _SHARE.fullmatch(name):
            for place in range(top + 1, top + len(rows)):
                page.cell(place, column).number_format = "0.0%"


def _value(text: str) -> Any:
    """Return what a cell of a CSV holds: a number, a truth, nothing, or text without its mark against formulas."""
    if text == "":
        return None
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text or "e" in text.casefold() else int(text)
    if text in ("True", "False"):
        return text == "True"
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(FORMULA) else text
