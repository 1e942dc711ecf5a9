"""The evaluation slip: three questions without names, and what children answered as counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError
from workbench.files import write_atomically
from workbench.reviewing.answers import looks_like_person
from workbench.settings import LANGUAGES
from workbench.sources import redact
from workbench.spreadsheets import fill_page, guard_text, save_workbook
from workbench.wording import open_wording

# a question with its choices; none: free text
QUESTIONS: Mapping[str, tuple[str, ...]] = {"liked": ("good", "fair", "bad"), "learned": ("much", "some", "nothing"),
                                            "wish": ()}
FEWEST = 5  # slips behind a count
LONGEST = 200  # letters of a wish
ENDINGS = (".xlsx", ".csv")
COLUMNS = ["question", "answer", "count"]
_MOST_BYTES = 2_000_000
_ROWS = 500


@dataclass(frozen=True)
class Slips:
    """What children answered.

    Attributes
    ----------
    table
        Columns `question`, `answer` (a choice, or the words of a wish) and `count` (missing: fewer than five, or a
        wish). Wishes stand in the order of the alphabet, so that none can be tied to a slip.
    slips
        That were read.
    refused
        Wishes that were left out: they held a name or something else that tells of a person, or were too long.
    """

    table: pd.DataFrame
    slips: int
    refused: int


def list_questions(*, language: str) -> pd.DataFrame:
    """List the questions of the slip: columns `text` and `choices`; without choices there is room to write."""
    wording = open_wording(language)
    return pd.DataFrame([{"text": wording.say(f"week11.question.{name}"),
                          "choices": [wording.say(f"week11.answer.{choice}") for choice in choices]}
                         for name, choices in QUESTIONS.items()])


def write_slips(path: Path, *, language: str) -> Path:
    """Write an empty form for the answers of many slips: one row a slip, no names.

    Parameters
    ----------
    path
        Ending in .xlsx (with lists to choose from) or .csv; never overwritten.
    language
        Of its words; `read_slips` reads all.

    Raises
    ------
    InputError
        If the file exists or ends otherwise.
    """
    if path.suffix not in ENDINGS or path.exists():
        raise InputError(f"{path}: {'is there already' if path.exists() else 'does not end in .xlsx or .csv'}. Choose "
                         "another name.")
    asked = list_questions(language=language)
    header = list(asked["text"])
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        stream = io.StringIO()
        csv.writer(stream, delimiter=";", lineterminator="\n").writerow(map(guard_text, header))
        write_atomically(path, "\ufeff" + stream.getvalue())
    else:
        write_atomically(path, _workbook(header, asked["choices"], language))
    return path


def read_slips(paths: Iterable[Path]) -> Slips:
    """Read the answers of slips and count them together, so that nobody can be known by an answer.

    Parameters
    ----------
    paths
        Forms of `write_slips` that were filled in, Excel or CSV, in any language.

    Returns
    -------
    slips
        A count below five is not told. A wish that holds a name, an address or a number of a person is left out.

    Raises
    ------
    InputError
        If a file cannot be read, holds another column than the three questions or an answer that is no choice, or
        there are fewer than five slips; with file and row, never with what is written there.
    """
    rows = [row for path in paths for row in _rows(path)]
    if len(rows) < FEWEST:
        raise InputError(f"There are {len(rows)} slips, and fewer than {FEWEST} tell who answered. Read them together "
                         "with those of other groups.")
    counted = [{"question": name, "answer": choice, "count": _told(sum(row[name] == choice for row in rows))}
               for name, choices in QUESTIONS.items() for choice in choices]
    given = [row["wish"] for row in rows if row["wish"]]
    kept = _without_persons(given)
    wishes = [{"question": "wish", "answer": wish, "count": pd.NA} for wish in sorted(set(kept), key=str.casefold)]
    table = pd.DataFrame([*counted, *wishes], columns=COLUMNS).astype({"count": "Int64"})
    return Slips(table, slips=len(rows), refused=len(given) - len(kept))


def _told(count: int) -> Any:
    return count if count >= FEWEST else pd.NA


def _without_persons(wishes: Sequence[str]) -> list[str]:
    texts = pd.Series(wishes, dtype="string")
    same = redact(texts).eq(texts).fillna(False)
    return [wish for wish, is_same in zip(wishes, same, strict=True)
            if is_same and len(wish) <= LONGEST and not looks_like_person(wish)]


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the slips of a file, answers by the code of the question and choice; empty rows are left out."""
    table = [_trim([str(value if value is not None else "").strip() for value in row]) for row in _cells(path)]
    header = [_code(cell, "question", QUESTIONS) for cell in table[0]] if table else []
    # what stands below no question may be names
    if sorted(header) != sorted(QUESTIONS) or any(len(row) > len(header) for row in table):
        raise InputError(f"{path}: its columns are not the three questions of the slip, and no others may be there. "
                         "Make the form with workbench week11 form.")
    rows, faults = [], []
    for number, cells in enumerate(table[1:], start=2):
        row = dict(zip(header, [*cells, *[""] * len(header)], strict=False))
        if not any(row.values()):
            continue
        for name, choices in QUESTIONS.items():
            if choices and row[name]:
                row[name] = _code(row[name], "answer", choices)
                faults += [f"row {number}"] * (not row[name])
        rows.append(row)
    if faults:
        raise InputError(f"{path}, {', '.join(faults[:5])}: an answer is none of the choices of its question. Choose "
                         "one from the list, or leave it empty.")
    return rows


def _trim(cells: list[str]) -> list[str]:
    """Return the cells of a row without the empty ones at its end."""
    return cells[:max((place for place, cell in enumerate(cells, start=1) if cell), default=0)]


def _code(said: str, kind: str, codes: Iterable[str]) -> str:
    """Return which question or choice a cell says, in any language; empty where it is none."""
    plain = " ".join(said.lstrip("'").casefold().split())
    return next((code for code in codes for language in LANGUAGES
                 if plain == open_wording(language).say(f"week11.{kind}.{code}").casefold()), "")


def _cells(path: Path) -> list[list[Any]]:
    if path.suffix not in ENDINGS:
        raise InputError(f"{path}: does not end in .xlsx or .csv. Save it as one of these.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Correct the path.") from None
    if len(content) > _MOST_BYTES:
        raise InputError(f"{path}: is too large for answers of slips. Give the form alone.")
    return _excel_cells(path, content) if path.suffix == ".xlsx" else _csv_cells(path, content)


def _csv_cells(path: Path, content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # what Excel saves as CSV on a Nordic Windows
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    try:
        return list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ","))
    except csv.Error:
        raise InputError(f"{path}: is no CSV that can be read. Save it again as CSV.") from None


def _excel_cells(path: Path, content: bytes) -> list[list[Any]]:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [list(row) for row in book.worksheets[0].iter_rows(max_row=10_000, max_col=20, values_only=True)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError):
        raise InputError(f"{path}: is no Excel file that can be read. Save it again as .xlsx.") from None


def _workbook(header: Sequence[str], choices: Iterable[Sequence[str]], language: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    say = open_wording(language).say
    book = Workbook()
    page = book.active
    page.title = say("week11.form_sheet")
    fill_page(page, [header], top=1)
    for column, some in enumerate(choices, start=1):
        if some:
            rule = DataValidation(type="list", formula1='"' + ",".join(some) + '"', allow_blank=True,
                                  showErrorMessage=True)
            rule.add(f"{get_column_letter(column)}2:{get_column_letter(column)}{_ROWS}")
            page.add_data_validation(rule)
    notes = book.create_sheet(say("week11.form_notes"))
    notes.append([say("week11.form_help")])
    return save_workbook(book)
