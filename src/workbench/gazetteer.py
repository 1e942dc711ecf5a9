"""Read the city's list of places, `gazetteer.csv`."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import CardError
from workbench.tables.places import GAZETTEER_COLUMNS, PLACE_KINDS

if TYPE_CHECKING:
    import pandas as pd

GAZETTEER_FILE = "gazetteer.csv"
BETWEEN_FORMS = "|"
_SHORTEST = 2  # letters


def read_gazetteer(path: Path) -> pd.DataFrame:
    """Read a list of places; without the file there are none.

    Parameters
    ----------
    path
        CSV with comma or semicolon and a first line that names the columns `name`, `kind` (district, street,
        institution, school or other) and, where wanted, `forms` (other ways to write the name, with ``|`` between).
        The genitive and ö for ø, ä for æ, aa for å need no form of their own.

    Returns
    -------
    gazetteer
        Columns `GAZETTEER_COLUMNS`, in the order of the file.

    Raises
    ------
    CardError
        If the file cannot be read or has faults: all of them at once, with file and line.
    """
    import pandas as pd

    rows = _read(path) if path.exists() else []
    return pd.DataFrame(rows, columns=list(GAZETTEER_COLUMNS)).astype(GAZETTEER_COLUMNS)


def _read(path: Path) -> list[dict[str, object]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"{path}: cannot be read ({type(error).__name__}). Save it as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", restkey="more")
    columns = [(c or "").strip() for c in reader.fieldnames or []]
    reader.fieldnames = columns
    if not {"name", "kind"} <= set(columns) or not set(columns) <= set(GAZETTEER_COLUMNS):
        raise CardError(f"{path}, line 1: the columns are {', '.join(columns) or 'missing'}. They must be name and "
                        "kind, and forms where a place is written in other ways too.")
    rows: list[dict[str, object]] = []
    faults: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for row in reader:
        name, kind = ((row.get(c) or "").strip() for c in ("name", "kind"))
        forms = [form.strip() for form in (row.get("forms") or "").split(BETWEEN_FORMS) if form.strip()]
        if not name and not kind and not forms:
            continue
        own = [_fault(name, kind, forms, "more" in row)]
        if (known := seen.setdefault((name.casefold(), kind), reader.line_num)) != reader.line_num:
            own.append(f"the same name and kind stand in line {known}: delete one of them")
        faults += [f"line {reader.line_num}: {fault}" for fault in own if fault]
        rows.append({"name": name, "kind": kind, "forms": forms})
    if faults:
        raise CardError(f"{path}: {len(faults)} to correct.\n  " + "\n  ".join(faults))
    return rows


def _fault(name: str, kind: str, forms: list[str], has_more: bool) -> str:
    """Return what is wrong with a row; empty where nothing is."""
    if has_more:
        return 'it has more values than columns: put names that hold a comma in quotes ("…")'
    if kind not in PLACE_KINDS:
        return f"kind is not one of {', '.join(PLACE_KINDS)}"
    if any(sum(letter.isalnum() for letter in form) < _SHORTEST for form in (name, *forms)):
        return f"a name or form has fewer than {_SHORTEST} letters: it would be found everywhere"
    return ""
