"""What an import did, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.sources.corpus.intake import ExportFile, ids_of
from workbench.sources.corpus.merging import Outcome
from workbench.sources.corpus.store import arrow_schema, corpus_folder
from workbench.tables.imports import LEDGER_COLUMNS
from workbench.tables.posts import empty_frame

LEDGER_FILE = "ledger.parquet"
NOT_AN_EXPORT = "not an export"
COMMON_CAPS = (10, 10_000, 50_000)  # numbers of records at which collecting tools stop

LEDGER = arrow_schema(LEDGER_COLUMNS)


@dataclass(frozen=True)
class ImportLedger:
    """What an import did.

    Attributes
    ----------
    files
        One row per file, columns `LEDGER_COLUMNS`; of an import that has just been made, also `name`: the file as it
        is called, which is kept nowhere.
    """

    files: pd.DataFrame


def ledger_of(rows: list[dict[str, object]]) -> ImportLedger:
    """Return rows as a ledger."""
    types = LEDGER_COLUMNS | {"name": "string"}
    return ImportLedger(pd.DataFrame(rows, columns=list(types)).astype(types))


def load_ledger(folder: Path) -> ImportLedger:
    """Load the history of all imports into a study: the last that changed something, per file and SHA-256.

    Raises
    ------
    TableError
        If the history is there and cannot be read.
    """
    path = corpus_folder(folder) / LEDGER_FILE
    if not path.exists():
        return ImportLedger(empty_frame(LEDGER_COLUMNS))
    try:
        return ImportLedger(pd.read_parquet(path).astype(LEDGER_COLUMNS))
    except Exception as error:  # pyarrow raises many kinds
        raise TableError(f"{path}: the history of imports cannot be read. Remove it; the corpus does not "
                         "need it.") from error


def join_ledgers(history: ImportLedger, made: ImportLedger) -> ImportLedger:
    """Add an import to the history; a file that changed nothing leaves its older row as it is."""
    key = ["source_id", "sha256"]
    known = pd.MultiIndex.from_frame(history.files[key])
    same = (made.files["new"].fillna(0) + made.files["updated"].fillna(0)) == 0
    fresh = made.files[~(same & pd.MultiIndex.from_frame(made.files[key]).isin(known))]
    old = history.files[~known.isin(pd.MultiIndex.from_frame(fresh[key]))]
    both = pd.concat([old, fresh], ignore_index=True) if len(old) and len(fresh) else (fresh if len(fresh) else old)
    return ImportLedger(both.sort_values(["file", *key], ignore_index=True)[list(LEDGER_COLUMNS)])


def describe_file(file: ExportFile, outcome: Outcome, codes: np.ndarray) -> dict[str, object]:
    """Return the row of a file that was read."""
    row = _name(file)
    if not file.streams or file.card is None:
        return row
    counts = outcome.count(file.start, file.stop)
    quarantined = file.reasons.total()
    explained = sum(counts.values()) + file.album_parts + quarantined + file.forgotten
    usual = {column for _, form in file.streams for column in form.gives}
    caps = {*COMMON_CAPS, *(form.cap for _, form in file.streams)} - {0}
    gaps = [ids[-1] - ids[0] + 1 - len(ids) for ids in ids_of(file, codes).values()]
    return row | counts | {
        "format": " + ".join(sorted({form.name for _, form in file.streams})), "source_id": file.card.source_id,
        "rows_read": file.rows_read, "counted": file.counted,
        "unexplained": None if file.counted is None else file.counted - explained,
        "kept": counts["new"] + counts["updated"] + counts["unchanged"],
        "album_parts": file.album_parts, "forgotten": file.forgotten,
        "service": file.service, "quarantined": quarantined,
        "quarantine_reasons": "; ".join(f"{r}: {n}" for r, n in sorted(file.reasons.items())) or None,
        "id_gaps": int(sum(gaps)) if gaps else None, "undated": file.undated, "first": file.first, "last": file.last,
        "outside_card": file.outside_card, "assumed_utc": file.assumed_utc, "unwanted_characters": file.unwanted,
        "silent_start": None if file.first is None else max(0, (file.first.date() - file.card.collected_from).days),
        "silent_end": None if file.last is None else max(0, (file.card.collected_to - file.last.date()).days),
        "cap": file.rows_read if file.rows_read in caps else None,
        "absent": ", ".join(sorted(usual - file.filled)) or None,
    }


def describe_again(file: ExportFile, history: ImportLedger) -> dict[str, object]:
    """Return the row of a file that was not read again, since nothing changed since it was read last."""
    if not file.streams or file.card is None:
        return _name(file)
    known = history.files[(history.files["sha256"] == file.sha256)
                          & (history.files["source_id"] == file.card.source_id)]
    row: dict[str, object] = {str(n): v for n, v in known.sort_values("kept").iloc[-1].items() if not pd.isna(v)}
    return row | {"name": file.shown, "new": 0, "updated": 0, "unchanged": row["kept"],
                  "note": "as it was: not read again"}


def _name(file: ExportFile) -> dict[str, object]:
    return {"file": f"{file.sha256[:8]}{Path(file.name).suffix}", "name": file.shown, "bytes": file.size,
            "sha256": file.sha256, "format": NOT_AN_EXPORT, "note": file.note}
