"""Read the events of a town that people want to see on the time line: `events.csv` in the folder of a study."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from workbench.errors import CardError
from workbench.reviewing.answers import is_line
from workbench.settings import LANGUAGES

EVENTS_FILE = "events.csv"
EVENT_COLUMNS = {"date": "datetime64[us, UTC]", "label": "string", "source": "string"}
_MOST_LETTERS, _MOST_ROWS, _MOST_BYTES = 80, 500, 200_000


def read_events(folder: Path, *, language: str, languages: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the events that people wrote down for a study.

    Parameters
    ----------
    folder
        Of the study, with ``events.csv``: columns date (2025-09-02), a text for each language (da, en) and source;
        separated by commas or semicolons. Without the file there are none.
    language
        Of the texts.
    languages
        All languages that the study's products are made in; None: `language` alone. A text must be given in each.

    Returns
    -------
    events
        Columns `EVENT_COLUMNS`, in order of time.

    Raises
    ------
    CardError
        If it has faults: all of them at once, with their line, and never with what is written there.
    """
    path = folder / EVENTS_FILE
    if not path.is_file():
        return _table([])
    rows = _rows(path)
    wanted = languages or (language,)
    names = [name.strip().casefold() for name in rows[0][1]] if rows else []
    lacking = [name for name in ("date", *wanted, "source") if name not in names]
    if lacking or len(names) != len(set(names)) or not set(names) <= {"date", "source", *LANGUAGES}:
        raise CardError(f"{path}, line 1: the columns are date, {', '.join(wanted)} and source, each once"
                        f"{'; missing: ' + ', '.join(lacking) if lacking else ''}. Correct the first line.")
    faults, events = [], []
    for line, values in rows[1:]:
        entry = dict(zip(names, (value.strip() for value in values), strict=False))
        if not any(values):
            continue
        wrong = _row_faults(values, names, entry, wanted)
        faults += [f"line {line}: {what}" for what in wrong]
        if not wrong:
            events.append((pd.Timestamp(entry["date"], tz="UTC"), entry[language], entry["source"]))
    if len(rows) > _MOST_ROWS:
        faults.append(f"there are more than {_MOST_ROWS} events; keep those of the periods that are reported")
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise CardError(f"{path}: {'; '.join(faults[:10])}{more}. Correct it in a text editor or spreadsheet.")
    return _table(events)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of the file, each with the line that it ends on."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CardError(f"{path}: larger than {_MOST_BYTES:,} bytes. Keep the events of the periods that are "
                            "reported.")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: not in UTF-8. Save it again as CSV with the encoding UTF-8.") from error
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}).") from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise CardError(f"{path}, line {reader.line_num}: not readable as CSV. Correct the quotation marks there."
                        ) from None


def _row_faults(values: list[str], names: list[str], entry: dict[str, str], languages: Sequence[str]) -> list[str]:
    if len(values) != len(names):
        return [f"{len(values)} columns under a header of {len(names)}; put a text with the separator in quotes"]
    faults = []
    try:
        is_day = date.fromisoformat(entry["date"]).isoformat() == entry["date"]
    except ValueError:
        is_day = False
    if not is_day:
        faults.append("date is not written like 2025-09-02")
    faults += [f"{name} is empty, or no line of at most {_MOST_LETTERS} letters" for name in (*languages, "source")
               if not entry[name] or not is_line(entry[name], _MOST_LETTERS)]
    return faults


def _table(events: list[tuple[pd.Timestamp, str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(events, columns=list(EVENT_COLUMNS)).astype(EVENT_COLUMNS)
    return table.sort_values("date", kind="stable", ignore_index=True)
