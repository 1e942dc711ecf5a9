"""The names of people that any export of a study shows, kept under the key and redacted in every text of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.sources.corpus.intake import ExportFile
from workbench.sources.corpus.store import read_part, sha256_of
from workbench.sources.readers.guarded import names_guarded
from workbench.sources.redaction.name_search import redact_names
from workbench.sources.redaction.names import NAME_COLUMNS, NameBook, join_names, keyed_names

NAMES = pa.schema([("kind", pa.int8()), ("token", pa.uint64()), ("stands_for", pa.uint64())])


def read_names(folder: Path, manifest: dict[str, Any] | None) -> pd.DataFrame:
    """Read the names that a corpus was redacted with, as `NAME_COLUMNS`."""
    part = (manifest or {}).get("names")
    return join_names([read_part(folder, part).to_pandas()] if part else [])


def gather_names(files: Iterable[ExportFile], *, key: bytes, place: str) -> pd.DataFrame:
    """Gather the names of people in the files of an import, before any text of them is read, as `NAME_COLUMNS`.

    Parameters
    ----------
    place
        The name of the study: no surname.
    """
    names = names_guarded([pair for file in files for pair in file.streams])
    return keyed_names(names, key=key, ordinary=[place] if place else [])


def write_book(names: pd.DataFrame, work: Path) -> Path:
    """Write a name book for other processes to load; its name tells it from those of other imports."""
    path = work / "names.parquet"
    pq.write_table(pa.Table.from_pandas(names[list(NAME_COLUMNS)], schema=NAMES, preserve_index=False), path)
    return path.rename(work / f"names-{sha256_of(path)[:16]}.parquet")


@lru_cache(maxsize=2)
def load_book(path: Path, key: bytes) -> NameBook:
    """Load a name book, once for each process."""
    return NameBook(join_names([pq.read_table(path).to_pandas()]), key)


def redact_stored(names: pd.DataFrame, *, key: bytes, titles: Collection[str]) -> Callable[[pa.Table], pa.Table]:
    """Return what takes names out of the texts of stored posts that nobody knew when those were imported.

    It gives back the table it got where there is nothing to take out.
    """
    book = NameBook(names, key)

    def change(table: pa.Table) -> pa.Table:
        texts = table["text"].to_pandas().astype("string")
        redacted = redact_names(texts, book, own_titles=titles)
        if redacted.equals(texts):
            return table
        column = table.column_names.index("text")
        return table.set_column(column, table.schema.field(column), pa.array(redacted, type=pa.string()))

    return change
