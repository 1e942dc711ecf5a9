"""What an import did, in a line per source."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from workbench.sources.corpus.ledger import NOT_AN_EXPORT

_STATES = ("new", "updated", "unchanged")
# why a record is no post of its own, by the columns of the ledger
_LEFT = {"repeated": "repeated", "older": "older than what is there", "album_parts": "further pictures of albums"}
_MOST_NAMES = 3


def summarise(files: pd.DataFrame) -> list[str]:
    """Say what became of the files of an import: a line per source, then what was not read and why.

    Parameters
    ----------
    files
        Of an `ImportLedger`.
    """
    lines = [_of_source(str(source), some) for source, some in files.dropna(subset=["source_id"]).groupby("source_id")]
    others = files[files["format"] == NOT_AN_EXPORT]
    for note, some in others.groupby("note", dropna=False) if len(others) else ():
        names = ", ".join(some["name" if "name" in some else "file"][:_MOST_NAMES])
        more = f" and {len(some) - _MOST_NAMES} more" if len(some) > _MOST_NAMES else ""
        lines.append(f"Not read: {names}{more}" + (f": {note!s}" if not pd.isna(note) else ""))
    return lines


def reasons_of(files: pd.DataFrame) -> str:
    """Return why rows were set aside and how many, such as ``no readable time: 3; not a record: 1``."""
    counts: Counter[str] = Counter()
    for said in files["quarantine_reasons"].dropna() if "quarantine_reasons" in files else ():
        for part in said.split("; "):
            reason, _, number = part.rpartition(": ")
            counts[reason] += int(number)
    return "; ".join(f"{reason}: {number:,}" for reason, number in sorted(counts.items()))


def total(files: pd.DataFrame, column: str) -> int:
    """Return the sum of a column of the ledger; 0 where it has none of that name."""
    return int(pd.to_numeric(files[column], errors="coerce").fillna(0).sum()) if column in files else 0


def _of_source(source: str, files: pd.DataFrame) -> str:
    states = ", ".join(f"{number:,} {name}" for name in _STATES if (number := total(files, name)))
    left = [f"{number:,} {words}" for column, words in _LEFT.items() if (number := total(files, column))]
    aside = total(files, "quarantined")
    kept = f"{_many(total(files, 'kept'), 'post')} kept"
    said = [_many(len(files), "file"), kept + (f" ({states})" if states else ""), *left,
            f"{aside:,} set aside ({reasons_of(files)})" if aside else "", *_hints(files)]
    return f"{source}: " + "; ".join(part for part in said if part) + "."


def _hints(files: pd.DataFrame) -> list[str]:
    """Return what hints at an export that is not whole."""
    counts = {"unexplained": "records not accounted for", "undated": "without a readable time",
              "outside_card": "outside the dates of the card", "forgotten": "of forgotten accounts left out",
              "assumed_utc": "times without a time zone taken as UTC"}
    hints = [f"{number:,} {words}" for column, words in counts.items() if (number := total(files, column))]
    cut = files["cap"].dropna() if "cap" in files else pd.Series(dtype="Int64")
    silent = files["silent_end"].min() if "silent_end" in files else pd.NA
    absent = (set.intersection(*(set((names or "").split(", ")) for names in files["absent"].fillna("")))
              if "absent" in files and len(files) else set())
    return [*hints, f"{_many(len(cut), 'file')} of exactly {cut.max():,} records: cut?" if (cut > 10).any() else "",
            f"nothing in the last {silent} days of the card" if not pd.isna(silent) and silent > 6 else "",
            f"no {', '.join(sorted(absent))}" if absent - {""} else ""]


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
