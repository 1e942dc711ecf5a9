"""The empty form in which street workers write down what they see."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import InputError
from workbench.settings import LANGUAGES
from workbench.sources.readers.formats.field_notes import CODES, COLUMNS, SEVERITIES
from workbench.wording import open_wording

_ROWS = 500


def write_field_form(path: Path, *, language: str) -> Path:
    """Write an empty form for field notes as an Excel file with lists to choose from.

    Parameters
    ----------
    path
        Ending in .xlsx; never overwritten.
    language
        Of the column names and codes; the import reads all.

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
    say = open_wording(language).say
    codes = [say(f"form.code.{code}") for code in CODES]
    book = Workbook()
    notes = book.active
    notes.title = say("form.sheet")
    notes.append([say(f"form.column.{column}") for column in COLUMNS])
    for cell in notes[1]:
        cell.font = Font(bold=True)
    notes.freeze_panes = "A2"
    help_sheet = book.create_sheet(say("form.help_sheet"))
    for text in (say("form.help"), say("form.codes"), *codes, say("form.severities")):
        help_sheet.append([text])
    for number in SEVERITIES:
        help_sheet.append([int(number), say(f"form.severity.{number}")])
    first = 3
    for name, source in (("content", f"'{help_sheet.title}'!$A${first}:$A${first + len(codes) - 1}"),
                         ("severity", '"1,2,3,4"')):
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        letter = "ABCDEFG"[COLUMNS.index(name)]
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
