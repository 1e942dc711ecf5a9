"""The corpus on disk: parts per platform and quarter, and the manifest that says which of them count."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import InputError, TableError
from workbench.files import DELETION, make_private, put_in_place, write_atomically
from workbench.tables.posts import ARENA_COLUMNS, JOIN_COLUMNS, LINK_COLUMNS, POST_COLUMNS, SIGHTING_COLUMNS, UTC

SCHEMA_VERSION = 2
CORPUS = Path("data", "processed", "corpus")
JOURNAL = DELETION.name  # beside the manifest, see `deleting`
JOURNAL_IDS = "journal.parquet"  # and the ids it is about
LOCK_SECONDS = 10
_ARROW = {"string": pa.string(), "Int64": pa.int64(), "boolean": pa.bool_(), UTC: pa.timestamp("us", tz="UTC")}


def arrow_schema(columns: dict[str, str], *further: tuple[str, pa.DataType]) -> pa.Schema:
    """Return the Arrow schema of table columns."""
    return pa.schema([*((name, _ARROW[kind]) for name, kind in columns.items()), *further])


# Posts lie on disk as their sources hold them: one row per post, source and text, merged when they are loaded. So what
# one source tells never overwrites what another one does, and goes with its source alone.
ROW_COLUMNS: dict[str, str] = {
    **{name: kind for name, kind in POST_COLUMNS.items() if name != "missing_since"},
    "first_confirmed": UTC,  # `collected_at` of the first export that shows this; `collected_at` is that of the last
}
SAID = ("said", pa.uint64())  # the text as it came, keyed (`preparing.say`); 0 where there is none
POSTS = arrow_schema(ROW_COLUMNS, SAID, ("digest", pa.uint64()))
LINKS = arrow_schema(LINK_COLUMNS, ("source_id", pa.string()), SAID)
ARENAS = arrow_schema(ARENA_COLUMNS)
SIGHTINGS = arrow_schema(SIGHTING_COLUMNS)
JOINS = arrow_schema(JOIN_COLUMNS)
# By their keys in the manifest
SINGLE_TABLES = ("arenas", "accounts", "sightings", "names", "coverage", "joins", "twins")


def corpus_folder(study: Path) -> Path:
    """Return where the corpus of a study lies."""
    return study / CORPUS


def read_manifest(study: Path) -> dict[str, Any] | None:
    """Read the manifest of a study's corpus; None where nothing has been imported.

    From the moment a deletion has begun, the manifest it ends with counts: what is to go is never shown again.

    Raises
    ------
    TableError
        If the manifest is damaged or of a newer version of the workbench.
    """
    path = corpus_folder(study) / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        with suppress(FileNotFoundError):
            manifest = json.loads((path.parent / JOURNAL).read_text(encoding="utf-8"))["manifest"]
        version = manifest["schema_version"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path}: the manifest of the corpus is damaged. Restore it from a copy, or remove "
                         f"{path.parent} and import the exports again.") from error
    if version != SCHEMA_VERSION:
        raise TableError(f"{path}: the corpus has schema version {version}, this workbench reads {SCHEMA_VERSION}. "
                         "Use the workbench that made it, or import the exports again into an empty corpus.")
    return dict(manifest)


@contextmanager
def locked(study: Path) -> Iterator[Path]:
    """Hold the corpus for one import and give a work folder in it, removed afterwards.

    Raises
    ------
    InputError
        If another import holds the corpus for more than ten seconds.
    """
    import filelock

    folder = make_private(corpus_folder(study))
    lock = filelock.FileLock(folder / ".lock", mode=0o600)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout as error:
        raise InputError(f"{folder}: another import is writing to this corpus. Wait until it is done and start "
                         "again; nothing was imported.") from error
    work = folder / ".work"
    try:
        shutil.rmtree(work, ignore_errors=True)  # what a crashed import left behind
        make_private(work)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        lock.release()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_arrow(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Return a frame as an Arrow table of exactly this schema, without pandas' own notes."""
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False).replace_schema_metadata()


def to_frame(table: pa.Table, columns: dict[str, str]) -> pd.DataFrame:
    """Return an Arrow table as a frame with the types of `columns`."""
    kinds = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return table.to_pandas(types_mapper=kinds.get).astype(columns)  # type: ignore[no-any-return]


def settle(written: Path, folder: Path, stem: str) -> dict[str, str]:
    """Move a finished part into place under a name that holds its hash.

    Returns
    -------
    part
        `file`, relative to the corpus, and `sha256`.
    """
    digest = sha256_of(written)
    target = folder / f"{stem}.{digest[:8]}.parquet"
    make_private(target.parent)
    put_in_place(written, target)
    return {"file": f"{stem}.{digest[:8]}.parquet", "sha256": digest}


def write_table(table: pa.Table, work: Path, folder: Path, stem: str) -> dict[str, str]:
    """Write a small table as one part."""
    written = work / "table.parquet"
    # numbers that are keys hardly come twice, so that a dictionary of them only takes room
    texts = [field.name for field in table.schema if not pa.types.is_uint64(field.type)]
    pq.write_table(table, written, use_dictionary=texts or False)
    return settle(written, folder, stem)


def write_manifest(manifest: dict[str, Any], folder: Path) -> None:
    """Make a new state of the corpus count: the one step that cannot be half done."""
    write_atomically(folder / "manifest.json",
                     json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def remove_unreferenced(manifest: dict[str, Any] | None, folder: Path) -> None:
    """Remove parts that the manifest does not name."""
    single = [manifest[name] for name in SINGLE_TABLES if name in manifest] if manifest else []
    kept = {part["file"] for part in (*manifest["parts"], *single)} if manifest else set()
    for path in (*folder.glob("posts/*.parquet"), *folder.glob("links/*.parquet"),
                 *(path for name in SINGLE_TABLES for path in folder.glob(f"{name}.*.parquet"))):
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()


def read_part(folder: Path, part: dict[str, Any], columns: list[str] | None = None) -> pa.Table:
    """Read one part, or some columns of it.

    Raises
    ------
    TableError
        If it is missing, or not the file the manifest names.
    """
    path = folder / part["file"]
    try:
        whole = sha256_of(path) == part["sha256"]
        table = pq.read_table(path, columns=columns, partitioning=None) if whole else None
    except (OSError, pa.ArrowException) as error:
        raise TableError(f"{path}: a part of the corpus is missing or cannot be read. Restore it, or remove the "
                         "corpus and import the exports again.") from error
    if table is None:
        raise TableError(f"{path}: was changed after the import (its SHA-256 is not the manifest's). Restore it, or "
                         "remove the corpus and import the exports again.")
    return table
