"""The tables of a report as one Excel file: a sheet a table, numbers as numbers, the same bytes each time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.look import read_look
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MADE = datetime(2000, 1, 1)  # shown nowhere; the same bytes whenever it is made
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SHARE = re.compile(r"share|share_.*|.*_share|panel|panel_before")
# what a spreadsheet cannot hold in a cell
_LONGEST = 32_767
_BROADEST = 48


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
    names = _sheet_names([wording.say("report.sheet_contents"), *(sheet.key for sheet in sheets)])
    contents = book.active
    contents.title = names[0]
    rows = [[wording.say(f"report.sheet_{part}") for part in ("name", "title", "note")]]
    rows += [[name, sheet.title, " ".join(sheet.notes)] for name, sheet in zip(names[1:], sheets, strict=True)]
    _fill(contents, rows, top=1)
    for place, name in enumerate(names[1:], start=2):
        contents.cell(place, 1).hyperlink = f"#'{name}'!A1"
    for name, sheet in zip(names[1:], sheets, strict=True):
        _write_sheet(book.create_sheet(name), sheet, wording)
    return _same_bytes(book)


def _write_sheet(page: Worksheet, sheet: Sheet, wording: Wording) -> None:
    from openpyxl.styles import Font

    rows = list(csv.reader(io.StringIO(sheet.csv)))
    notes = [*sheet.notes, *([wording.say("report.sheet_empty")] if any("" in row for row in rows[1:]) else [])]
    _put(page, 1, 1, sheet.title)
    page.cell(1, 1).font = Font(bold=True, size=14)
    for place, note in enumerate(notes, start=2):
        _put(page, place, 1, note)
    top = len(notes) + 3
    header = rows[0] if rows else []
    names = [wording.say(f"column.{c}") if wording.knows(f"column.{c}") else c for c in header]
    # which column of the CSV it is stays to be seen where the words are others
    _fill(page, [names, *([_value(v) for v in row] for row in rows[1:])], top=top)
    for column, name in enumerate(header, start=1):
        _put(page, top - 1, column, name)
        page.cell(top - 1, column).font = Font(italic=True, color=read_look().muted[1:])
        if _SHARE.fullmatch(name):
            for place in range(top + 1, top + len(rows)):
                page.cell(place, column).number_format = "0.0%"


def _fill(page: Worksheet, rows: Sequence[Sequence[Any]], *, top: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for place, row in enumerate(rows, start=top):
        for column, value in enumerate(row, start=1):
            _put(page, place, column, value)
    for column in range(1, len(rows[0]) + 1):
        head = page.cell(top, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=read_look().tint[1:])
        head.alignment = Alignment(wrap_text=True, vertical="top")
        longest = max(len(str(row[column - 1])) for row in rows if column <= len(row))
        page.column_dimensions[get_column_letter(column)].width = min(max(longest, 8), _BROADEST) + 2
    page.freeze_panes = f"A{top + 1}"


def _put(page: Worksheet, row: int, column: int, value: Any) -> None:
    cell = page.cell(row, column)
    if value is not None:
        cell.value = value[:_LONGEST] if isinstance(value, str) else value
    if isinstance(value, str):
        # said to be text, so that what begins like a formula is none, not even once it is edited
        cell.data_type, cell.quotePrefix = "s", value.startswith(("=", "+", "-", "@"))


def _value(text: str) -> Any:
    """Return what a cell of a CSV holds: a number, a truth, nothing, or text without its mark against formulas."""
    if text == "":
        return None
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text or "e" in text.casefold() else int(text)
    if text in ("True", "False"):
        return text == "True"
    return text[1:] if text.startswith("'") and text[1:2] in tuple("=+-@") and len(text) > 1 else text


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names a sheet may have: at most 31 letters, no sign of a path or range, none twice."""
    names: list[str] = []
    for name in wanted:
        plain = re.sub(r"[\[\]:*?/\\']", " ", name)[:27].strip() or "–"
        taken = {n.casefold() for n in names}
        endings = ("", *(f" {n}" for n in range(2, len(wanted) + 2)))
        ending = next(e for e in endings if f"{plain}{e}".casefold() not in taken)
        names.append(f"{plain}{ending}")
    return names


def _same_bytes(book: Workbook) -> bytes:
    """Save a workbook whose parts all bear the same time, and no time of now."""
    book.properties.creator = "workbench"
    book.properties.created = book.properties.modified = _MADE
    saved, made = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                # the writer sets it to the time of saving
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", part)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, part)
    return made.getvalue()
