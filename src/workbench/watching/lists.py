"""Read and write the watch list, `watch/list.csv`, which people edit in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from workbench.errors import CardError
from workbench.files import write_atomically
from workbench.reviewing.answers import is_line, looks_like_person
from workbench.spreadsheets import FORMULA
from workbench.tables.watching import ACCESSES, STATUSES, WATCH_COLUMNS

LIST_FILE = Path("watch", "list.csv")
_NEEDED = ("arena", "reason", "category", "access", "owner", "added", "review", "status")
_MOST = {"arena": 40, "name": 80, "reason": 200, "category": 60, "owner": 80, "card": 80}  # letters
_DAYS = ("added", "review")
_CHOICES: dict[str, Sequence[str]] = {"access": ACCESSES, "status": STATUSES}
_CODE = re.compile(r"[A-Z]{1,3}-\d{3,6}|[xi]-[0-9a-f]{8,64}")
# what is one person's: a handle, an address, a number, a link
_CONTACT = re.compile(r"@\w|://|\bt\.me/|\+?\d[\d ]{7,}\d")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")


def read_watch_list(folder: Path) -> pd.DataFrame:
    """Read the arenas that a municipality follows, each with the reason and who decided.

    Parameters
    ----------
    folder
        Of the study, with ``watch/list.csv``: columns `WATCH_COLUMNS`, separated by commas or semicolons, days as
        2025-09-01 or 01-09-2025. Without the file nothing is followed.

    Returns
    -------
    watched
        Columns `WATCH_COLUMNS`, in the order of the file.

    Raises
    ------
    CardError
        If it has faults: all of them at once, with line and column, and never with what is written there.
    """
    path = folder / LIST_FILE
    columns = tuple(WATCH_COLUMNS)
    rows = read_rows(path, columns)
    faults = [fault for line, row in rows for fault in _row_faults(line, row)]
    first: dict[str, int] = {}
    for line, row in rows:
        if (known := first.setdefault(row["arena"], line)) != line:
            faults.append(f"line {line}, column arena: it stands in line {known} too; keep one")
    refuse_faults(path, faults)
    return _table([row for _, row in rows])


def write_watch_list(folder: Path, watched: pd.DataFrame) -> Path:
    """Write the watch list so that a spreadsheet opens it: semicolons, UTF-8 with its mark, days as 2025-09-01.

    Raises
    ------
    CardError
        If what would be written has faults, which `read_watch_list` would tell.
    """
    path = folder / LIST_FILE
    table = watched[list(WATCH_COLUMNS)].astype(object)
    for column in _DAYS:
        table[column] = watched[column].dt.strftime("%Y-%m-%d")
    rows = [{str(name): str(value) for name, value in row.items()}
            for row in table.where(watched.notna(), "").to_dict("records")]
    refuse_faults(path, [fault for line, row in enumerate(rows, start=2) for fault in _row_faults(line, row)])
    text = io.StringIO()
    writer = csv.DictWriter(text, list(WATCH_COLUMNS), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.getvalue().encode("utf-8-sig"), is_private=False)
    return path


def read_rows(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a file that a spreadsheet may have saved, each with its line; none without the file.

    Raises
    ------
    CardError
        If it cannot be read, its columns are others, or a row is longer or shorter than the header.
    """
    if not path.is_file():
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: not in UTF-8. Save it again as CSV with the encoding UTF-8.") from error
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}).") from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        read = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error:
        raise CardError(f"{path}, line {reader.line_num}: not readable as CSV. Correct the quotation marks there."
                        ) from None
    names = [name.casefold() for name in read[0][1]] if read else []
    if sorted(names) != sorted(columns):
        missing = [name for name in columns if name not in names]
        raise CardError(f"{path}, line 1: the columns are {', '.join(columns)}, each once"
                        + (f"; missing: {', '.join(missing)}" if missing else "") + ". Correct the first line.")
    filled = [(line, row) for line, row in read[1:] if any(row)]
    refuse_faults(path, [f"line {line}: {len(row)} columns under a header of {len(names)}; put a text with the "
                         "separator in quotes" for line, row in filled if len(row) != len(names)])
    return [(line, dict(zip(names, row, strict=True))) for line, row in filled]


def refuse_faults(path: Path, faults: Sequence[str]) -> None:
    """Refuse a file with faults, the first ten of them told.

    Raises
    ------
    CardError
        If there are any.
    """
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise CardError(f"{path}: {'; '.join(faults[:10])}{more}. Correct it in a text editor or spreadsheet.")


def read_day(text: str) -> datetime | None:
    """Return a day, written year first or day first; None where it is none."""
    found = _DAY_FIRST.fullmatch(text)
    written = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day)


def text_faults(column: str, text: str, most: int) -> list[str]:
    """Return what is wrong with a text that a person wrote."""
    if text.startswith(FORMULA):
        return ["begins as a formula does; begin with a letter"]
    if text and not is_line(text, most):
        return [f"must be one line of at most {most} letters"]
    if column == "owner" and looks_like_person(text):
        return ["looks like a person's name or address; write a role in small letters"]
    return ["holds what looks like a handle, link, address or number; leave it out"] if _CONTACT.search(text) else []


def is_code(text: str) -> bool:
    """Tell whether a text can be the code of an arena or candidate."""
    return bool(_CODE.fullmatch(text))


def _row_faults(line: int, row: Mapping[str, str]) -> list[str]:
    found = {column: ["is empty"] for column in _NEEDED if not row[column]}
    for column, text in row.items():
        if not text:
            continue
        if column == "arena":
            found[column] = [] if is_code(text) else ["is no code of an arena, such as T-014, or of a candidate"]
        elif column in _DAYS:
            found[column] = [] if read_day(text) else ["is no day, such as 2025-09-01"]
        elif column in _CHOICES:
            allowed = _CHOICES[column]
            found[column] = [] if text in allowed else [f"is not one of {', '.join(allowed)}"]
        else:
            found[column] = text_faults(column, text, _MOST[column])
    if row["access"] == "closed" and row["status"] == "followed" and not row["card"]:
        found.setdefault("card", []).append("is empty, and a closed arena is followed only under a card that names the "
                                            "legal basis for it")
    return [f"line {line}, column {column}: {fault}" for column, faults in found.items() for fault in faults]


def _table(rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(WATCH_COLUMNS), dtype=object).replace("", pd.NA)
    for column in _DAYS:
        table[column] = pd.to_datetime(table[column].map(read_day, na_action="ignore"), utc=True)
    return table.astype(WATCH_COLUMNS)
