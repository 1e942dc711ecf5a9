"""Tables for spreadsheets, as Excel and CSV: text is never a formula, and the same table gives the same bytes."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.look import read_look
from workbench.wording import open_wording

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# what a spreadsheet takes for the beginning of a formula
FORMULA = ("=", "+", "-", "@")
# what it can hold: letters of a cell, rows of a sheet
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576

# joiners are format characters too, but emoji and Arabic cannot be written without them
_JOINERS = "\u200c\u200d"
_SPACES = {ord(c): " " for c in "\t\n\r\v\f\x85\u2028\u2029"}
_REMOVED = ("Cc", "Cf", "Co", "Cs")
_MADE = datetime(2000, 1, 1)  # shown nowhere; the same bytes whenever it is made
_BROADEST = 48


def clean_text(text: str) -> tuple[str, int]:
    """Take control, format, private-use and surrogate characters out of a text.

    Line breaks and tabs become spaces; the joiners of emoji and Arabic stay.

    Returns
    -------
    text, removed
        The text, and how many characters were taken out.
    """
    spaced = text.translate(_SPACES)
    kept = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _REMOVED)
    return kept, len(spaced) - len(kept)


def guard_text(text: str) -> str:
    """Return a text for a CSV; where a spreadsheet would take it for a formula, an apostrophe stands before it."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def write_csv(table: pd.DataFrame, *, language: str = "en") -> str:
    """Write a table as CSV, names of codes in a language; no cell can be taken for a formula by a spreadsheet."""
    wording = open_wording(language)

    def plain(value: object) -> object:
        if isinstance(value, Mapping):
            value = wording.named(value)
        if isinstance(value, list | tuple):
            value = ", ".join(map(str, value))
        if not isinstance(value, str):
            return value
        return guard_text(clean_text(value)[0])

    columns = [str(c) for c in table.select_dtypes(["object", "string"])]
    texts = {c: table[c].astype(object).map(plain) for c in columns}
    return str(table.assign(**texts).to_csv(index=False, lineterminator="\n"))


def fill_page(page: Worksheet, rows: Sequence[Sequence[Any]], *, top: int) -> None:
    """Write rows below each other from row `top` on; the first is the header, which stays in sight."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for place, row in enumerate(rows, start=top):
        for column, value in enumerate(row, start=1):
            if value is not None:
                put_cell(page, place, column, value)
    for column in range(1, len(rows[0]) + 1):
        head = page.cell(top, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=read_look().tint[1:])
        head.alignment = Alignment(wrap_text=True, vertical="top")
        longest = max(len(str(row[column - 1])) for row in rows if column <= len(row))
        page.column_dimensions[get_column_letter(column)].width = min(max(longest, 8), _BROADEST) + 2
    page.freeze_panes = f"A{top + 1}"


def put_cell(page: Worksheet, row: int, column: int, value: Any) -> None:
    """Write a value into a cell; a text stays text."""
    cell = page.cell(row, column)
    cell.value = value[:LONGEST_CELL] if isinstance(value, str) else value
    if isinstance(value, str):
        # said to be text, so that what begins like a formula is none, not even once it is edited
        cell.data_type, cell.quotePrefix = "s", value.lstrip().startswith(FORMULA)


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names a sheet may have: at most 31 letters, no sign of a path or range, none twice."""
    names: list[str] = []
    for name in wanted:
        plain = re.sub(r"[\[\]:*?/\\']", " ", name)[:27].strip() or "–"
        taken = {n.casefold() for n in names}
        endings = ("", *(f" {n}" for n in range(2, len(wanted) + 2)))
        ending = next(e for e in endings if f"{plain}{e}".casefold() not in taken)
        names.append(f"{plain}{ending}")
    return names


def save_workbook(book: Workbook) -> bytes:
    """Return a workbook as a file whose parts all bear the same time, and no time of now."""
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
