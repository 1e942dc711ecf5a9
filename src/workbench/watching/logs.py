"""Keep the log of the watch list, `watch/log.csv`: what was decided, by which role and why. Nothing is taken out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from workbench.errors import CardError
from workbench.files import sync
from workbench.tables.watching import DECISIONS, LOG_COLUMNS
from workbench.watching.lists import is_code, read_rows, refuse_faults, text_faults

LOG_FILE = Path("watch", "log.csv")
MOST_ROLE, MOST_REASON = 80, 200  # letters


def read_watch_log(folder: Path) -> pd.DataFrame:
    """Read what was decided about the watch list.

    Returns
    -------
    log
        Columns `LOG_COLUMNS`, in the order of the file.

    Raises
    ------
    CardError
        If somebody changed the file so that it cannot be read; with line and column.
    """
    path = folder / LOG_FILE
    rows = read_rows(path, tuple(LOG_COLUMNS))
    refuse_faults(path, [f"line {line}, column {column}: {fault}" for line, row in rows
                         for column, fault in _row_faults(row)])
    table = pd.DataFrame([row for _, row in rows], columns=list(LOG_COLUMNS), dtype=object).replace("", pd.NA)
    table["when"] = pd.to_datetime(table["when"], utc=True, format="ISO8601")
    for column in ("arenas", "posts"):
        table[column] = pd.to_numeric(table[column]).astype("Int64")
    return table.astype(LOG_COLUMNS)


def log_decision(folder: Path, *, what: str, arena: str, role: str, reason: str, arenas: int | None = None,
                 posts: int | None = None, now: datetime | None = None) -> None:
    """Append a decision to the log.

    Raises
    ------
    CardError
        If it is no decision about an arena by a role, with a reason.
    """
    when = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    row = {"when": when, "role": role.strip(), "what": what, "arena": arena, "reason": reason.strip(),
           "arenas": "" if arenas is None else str(arenas), "posts": "" if posts is None else str(posts)}
    if faults := _row_faults(row):
        raise CardError("; ".join(f"{column} {fault}" for column, fault in faults) + ". Nothing was decided.")
    path = folder / LOG_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    read_watch_log(folder)  # a log that cannot be read is not written on
    written = path.read_bytes() if path.is_file() else b""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(LOG_COLUMNS), delimiter=_separator(written), lineterminator="\r\n")
    if not written:
        writer.writeheader()
    elif not written.endswith(b"\n"):
        text.write("\r\n")
    writer.writerow(row)
    with path.open("ab") as file:
        # with its mark a spreadsheet shows æ, ø and å as they are
        file.write(text.getvalue().encode("utf-8" if written else "utf-8-sig"))
    sync(path)


def _separator(written: bytes) -> str:
    """Return what separates the columns of what is there: a spreadsheet may have saved it with another."""
    first = written.partition(b"\n")[0]
    return ";" if first.count(b";") >= first.count(b",") else ","


def _row_faults(row: Mapping[str, str]) -> list[tuple[str, str]]:
    faults = [(column, "is empty") for column in ("when", "role", "what", "arena", "reason") if not row[column]]
    if faults:
        return faults
    try:
        datetime.fromisoformat(row["when"])
    except ValueError:
        faults.append(("when", "is no time, such as 2025-09-01T10:00:00+00:00"))
    if row["what"] not in DECISIONS:
        faults.append(("what", f"is not one of {', '.join(DECISIONS)}"))
    if not is_code(row["arena"]):
        faults.append(("arena", "is no code of an arena or candidate"))
    faults += [("role", fault) for fault in text_faults("owner", row["role"], MOST_ROLE)]
    faults += [("reason", fault) for fault in text_faults("reason", row["reason"], MOST_REASON)]
    return faults + [(column, "is no whole number") for column in ("arenas", "posts")
                     if row[column] and not row[column].isdigit()]
