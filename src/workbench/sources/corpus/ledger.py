"""What an import did, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbench.errors import TableError
from workbench.sources.corpus.store import arrow_schema, corpus_folder
from workbench.tables.posts import UTC, empty_frame

LEDGER_FILE = "ledger.parquet"
NOT_AN_EXPORT = "not an export"

LEDGER_COLUMNS: dict[str, str] = {
    "file": "string",  # relative to the study where it lies in it
    "format": "string",  # as --format takes it, or "not an export"
    "source_id": "string",
    "rows_read": "Int64",  # records in the file, readable or not
    "kept": "Int64",  # posts of this file that stand in the corpus: new + updated + unchanged
    "merged": "Int64",  # repeated keys, and versions older than what is there
    "forgotten": "Int64",  # posts of accounts that `workbench forget` took out: not kept
    "service": "Int64",  # service messages among the rows read
    "quarantined": "Int64",
    "quarantine_reasons": "string",  # such as "no readable time: 3; not a record: 1"
    "new": "Int64",
    "updated": "Int64",
    "unchanged": "Int64",
    "undated": "Int64",  # posts without a readable time: kept, and loaded only where they are asked for
    "id_gaps": "Int64",  # ids missing between the first and the last of each arena; missing where ids do not count up
    "first": UTC,  # time of the first and last post
    "last": UTC,
    "outside_card": "Int64",  # posts before collected_from or after collected_to of the card
    "silent_start": "Int64",  # days from collected_from to the first post, and from the last one to collected_to:
    "silent_end": "Int64",  # many of them hint at an export that was cut
    "cap": "Int64",  # where the number of records is exactly one at which tools stop, that number
    "absent": "string",  # columns that the format usually fills and this file leaves empty, such as "views, media"
    "assumed_utc": "Int64",  # times without offset, taken as UTC for want of time_zone in the card
    "unwanted_characters": "Int64",  # control, direction-override and private-use characters replaced
    "bytes": "Int64",
    "sha256": "string",
    "note": "string",
}

LEDGER = arrow_schema(LEDGER_COLUMNS)


@dataclass(frozen=True)
class ImportLedger:
    """What an import did.

    Attributes
    ----------
    files
        One row per file, columns `LEDGER_COLUMNS`.
    """

    files: pd.DataFrame


def ledger_of(rows: list[dict[str, object]]) -> ImportLedger:
    """Return rows as a ledger."""
    return ImportLedger(pd.DataFrame(rows, columns=list(LEDGER_COLUMNS)).astype(LEDGER_COLUMNS))


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


def joined(history: ImportLedger, made: ImportLedger) -> ImportLedger:
    """Add an import to the history; a file that changed nothing leaves its older row as it is."""
    key = ["file", "sha256"]
    known = pd.MultiIndex.from_frame(history.files[key])
    same = (made.files["new"].fillna(0) + made.files["updated"].fillna(0)) == 0
    fresh = made.files[~(same & pd.MultiIndex.from_frame(made.files[key]).isin(known))]
    old = history.files[~known.isin(pd.MultiIndex.from_frame(fresh[key]))]
    both = pd.concat([old, fresh], ignore_index=True) if len(old) and len(fresh) else (fresh if len(fresh) else old)
    return ImportLedger(both.sort_values(key, ignore_index=True))
