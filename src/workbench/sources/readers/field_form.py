"""The empty form in which street workers write down what they see."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import InputError
from workbench.settings import LANGUAGES
from workbench.sources.readers.formats.field_notes import CODES, COLUMNS, SEVERITIES

_ROWS = 500
_HELP = {
    "en": ("One row is one observation. Write no names, handles, links to persons, ages or schools: say what kind of "
           "content it was, where, and how severe.", "Codes of content", "Severity"),
    "da": ("En række er én iagttagelse. Skriv ingen navne, brugernavne, links til personer, aldre eller skoler: skriv "
           "hvilken slags indhold det var, hvor, og hvor alvorligt.", "Koder for indhold", "Alvor"),
}
_SEVERITY_DA = {"1": "værd at vide", "2": "bekymrende", "3": "alvorligt", "4": "akut"}


def write_field_form(path: Path, *, language: str) -> Path:
    """Write an empty form for field notes as an Excel file with lists to choose from.

    Parameters
    ----------
    path
        Ending in .xlsx; never overwritten.
    language
        da or en, of the column names and codes; the import reads both.

    Raises
    ------
    InputError
        If the file exists, ends otherwise or cannot be written, or the language is another.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    if language not in LANGUAGES:
        raise InputError(f"{language!r} is none of {', '.join(LANGUAGES)}.")
    if path.suffix != ".xlsx" or path.exists():
        raise InputError(f"{path}: {'is there already' if path.exists() else 'does not end in .xlsx'}. Choose another "
                         "name.")
    danish = language == "da"
    columns = list(COLUMNS.values()) if danish else list(COLUMNS)
    codes = list(CODES.values()) if danish else list(CODES)
    severities = _SEVERITY_DA if danish else SEVERITIES
    book = Workbook()
    notes = book.active
    notes.title = "noter" if danish else "notes"
    notes.append(columns)
    for cell in notes[1]:
        cell.font = Font(bold=True)
    notes.freeze_panes = "A2"
    help_sheet = book.create_sheet("vejledning" if danish else "help")
    text, code_title, severity_title = _HELP[language]
    help_sheet.append([text])
    help_sheet.append([code_title])
    for code in codes:
        help_sheet.append([code])
    help_sheet.append([severity_title])
    for number, word in severities.items():
        help_sheet.append([int(number), word])
    first = 3
    for name, source in (("content", f"'{help_sheet.title}'!$A${first}:$A${first + len(codes) - 1}"),
                         ("severity", '"1,2,3,4"')):
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        letter = "ABCDEFG"[list(COLUMNS).index(name)]
        rule.add(f"{letter}2:{letter}{_ROWS}")
        notes.add_data_validation(rule)
    for letter, width in zip("ABCDEFG", (12, 10, 14, 30, 24, 8, 60), strict=True):
        notes.column_dimensions[letter].width = width
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from error
    return path
