"""What an import did, in a line per source."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from workbench.sources.corpus.ledger import NOT_AN_EXPORT

_STATES = ("new", "updated", "unchanged")
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
    for note, some in others.groupby("note", dropna=False):
        names = ", ".join(some["name"][:_MOST_NAMES])
        more = f" and {len(some) - _MOST_NAMES} more" if len(some) > _MOST_NAMES else ""
        lines.append(f"Not read: {names}{more}" + (f": {note!s}" if not pd.isna(note) else ""))
    return lines


def reasons_of(files: pd.DataFrame) -> str:
    """Return why rows were set aside and how many, such as ``no readable time: 3; not a record: 1``."""
    counts: Counter[str] = Counter()
    for said in files["quarantine_reasons"].dropna():
        for part in said.split("; "):
            reason, _, number = part.rpartition(": ")
            counts[reason] += int(number)
    return "; ".join(f"{reason}: {number:,}" for reason, number in sorted(counts.items()))


def _of_source(source: str, files: pd.DataFrame) -> str:
    sums = files[["kept", *_STATES, "repeated", "older", "album_parts", "quarantined"]].fillna(0).sum()
    states = ", ".join(f"{sums[name]:,} {name}" for name in _STATES if sums[name])
    said = [_many(len(files), "file"), f"{_many(sums['kept'], 'post')} kept" + (f" ({states})" if states else ""),
            f"{sums['repeated']:,} repeated" if sums["repeated"] else "",
            f"{sums['older']:,} older than what is there" if sums["older"] else "",
            f"{sums['album_parts']:,} further pictures of albums" if sums["album_parts"] else "",
            f"{sums['quarantined']:,} set aside ({reasons_of(files)})" if sums["quarantined"] else "", *_hints(files)]
    return f"{source}: " + "; ".join(part for part in said if part) + "."


def _hints(files: pd.DataFrame) -> list[str]:
    """Return what hints at an export that is not whole."""
    sums = files[["undated", "outside_card", "forgotten"]].fillna(0).sum()
    absent = set.intersection(*(set((names or "").split(", ")) for names in files["absent"].fillna("")))
    cut, silent = files["cap"].dropna(), files["silent_end"].min()
    return [f"{sums['undated']:,} without a readable time" if sums["undated"] else "",
            f"{sums['outside_card']:,} outside the dates of the card" if sums["outside_card"] else "",
            f"{sums['forgotten']:,} of forgotten accounts left out" if sums["forgotten"] else "",
            f"{_many(len(cut), 'file')} of exactly {cut.max():,} records: cut?" if (cut > 10).any() else "",
            f"nothing in the last {silent} days of the card" if not pd.isna(silent) and silent > 6 else "",
            f"no {', '.join(sorted(absent))}" if absent - {""} else ""]


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
