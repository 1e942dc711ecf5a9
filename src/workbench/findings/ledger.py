"""The ledger: every set of posts whose count was ever released or hidden, for ever."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import KeyMismatchError, ReleaseError, TableError
from workbench.findings.atoms import SECRET_BYTES, Atoms, hash_sets, no_atoms, refine

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = "2"
LOCK_SECONDS = 600  # another release may audit for half a minute, and several may wait in line
ENTRY_COLUMNS = {"product": "string", "finding": "string", "cell": "string", "set": "int64", "is_hidden": "bool"}
_FIRST_COLUMNS = {"product", "finding", "cell", "posts"}


@dataclass(frozen=True)
class Ledger:
    """What was ever released or hidden.

    Attributes
    ----------
    secret
        Key of the post hashes; it lies in a file of its own beside the ledger.
    atoms
        The sets, of keyed hashes of posts; equal sets are one row of its `members`.
    entries
        One row a cell of a product, columns `ENTRY_COLUMNS`; `set` is a row of `members`.
    """

    secret: bytes
    atoms: Atoms = field(default_factory=no_atoms)
    entries: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({k: pd.Series(dtype=v) for k, v in ENTRY_COLUMNS.items()}))

    @property
    def is_released(self) -> np.ndarray:
        """Whether each set was ever released; the others were only ever hidden."""
        found = np.zeros(self.atoms.members.shape[0], dtype=bool)
        found[self.entries.loc[~self.entries["is_hidden"], "set"].to_numpy()] = True
        return found


def add_release(ledger: Ledger, sets: Sequence[np.ndarray], hidden: Collection[int],
                labels: Sequence[Sequence[tuple[str, str]]], product: str) -> Ledger:
    """Return the ledger with one more release; nothing that was in it is left out.

    Parameters
    ----------
    sets
        Hashes of post ids (`hash_posts`), one set a count. Sets without posts are not entered.
    hidden
        Positions of the sets whose count was hidden.
    labels
        Of each set, the (finding, cell) where it stands.
    product
        Name and period of the product. The same cell with the same set, hidden or released as before, is entered
        once; with another set, as after an account was removed, both stay.
    """
    rows = [(product, finding, cell, position, position in hidden)
            for position, places in enumerate(labels) for finding, cell in places if len(sets[position])]
    return _enter(ledger, sets, pd.DataFrame(rows, columns=list(ENTRY_COLUMNS)).astype(ENTRY_COLUMNS))


def _enter(ledger: Ledger, sets: Sequence[np.ndarray], rows: pd.DataFrame) -> Ledger:
    atoms, place = refine(ledger.atoms, hash_sets(sets, ledger.secret))
    rows = rows.assign(set=place[rows["set"].to_numpy()])
    entries = pd.concat([ledger.entries, rows]).astype(ENTRY_COLUMNS).drop_duplicates(ignore_index=True)
    return replace(ledger, atoms=atoms, entries=entries)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the ledger from reading it until the product is published and `write_ledger` is done.

    Raises
    ------
    ReleaseError
        If another release holds it for more than ten minutes.
    """
    import filelock

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path.with_name(path.name + ".lock"))
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout as error:
        raise ReleaseError(f"{path}: another release holds the ledger. Wait until it is done and start again; "
                           "nothing was released.") from error
    try:
        yield
    finally:
        lock.release()


def secret_file(path: Path) -> Path:
    """Return the file, beside the ledger, that holds the key of its hashes."""
    return path.with_suffix(".secret")


def read_ledger(path: Path) -> Ledger:
    """Read a ledger; where there is none yet, an empty one.

    Raises
    ------
    KeyMismatchError
        If the secret beside the ledger is missing or not the one it was written with.
    TableError
        If the ledger has a version that this workbench does not read.
    """
    import pyarrow.parquet as pq

    secret = secret_file(path).read_bytes() if secret_file(path).is_file() else None
    if not path.is_file():
        return Ledger(secret or secrets.token_bytes(SECRET_BYTES))
    table = pq.read_table(path)
    facts = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items() if k.startswith(b"ledger_")}
    if not facts and set(table.column_names) == _FIRST_COLUMNS:
        return _convert(table.to_pandas(), secret or secrets.token_bytes(SECRET_BYTES))
    if facts.get("ledger_version") != SCHEMA_VERSION:
        raise TableError(f"{path}: the ledger has version {facts.get('ledger_version')}, this workbench reads "
                         f"{SCHEMA_VERSION}. Use the workbench that wrote it.")
    if secret is None or _fingerprint(secret) != facts["ledger_secret"]:
        raise KeyMismatchError(f"{secret_file(path)}: the secret of the ledger is missing or another one, so no new "
                               "count can be compared with those released before. Restore it from the backup.")
    return _from_arrow(table, secret)


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Write a ledger in one step, its secret before it; call it within `locked`."""
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    if not secret_file(path).is_file():
        handle = os.open(secret_file(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(ledger.secret)
            file.flush()
            os.fsync(file.fileno())
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        pq.write_table(_to_arrow(ledger), file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _fingerprint(secret: bytes) -> str:
    return hashlib.blake2b(secret, digest_size=8, person=b"ledger").hexdigest()


def _convert(first: pd.DataFrame, secret: bytes) -> Ledger:
    """Return a ledger of the first form, which held released sets only and hashes without a key."""
    rows = first.assign(set=range(len(first)), is_hidden=False)[list(ENTRY_COLUMNS)].astype(ENTRY_COLUMNS)
    return _enter(Ledger(secret), [np.asarray(p, dtype=np.uint64) for p in first["posts"]], rows)


def _to_arrow(ledger: Ledger) -> pa.Table:
    """Return one table of three kinds of rows: atoms (their posts), sets (their atoms), entries (their set)."""
    import pyarrow as pa

    atoms, entries = ledger.atoms, ledger.entries
    by_atom = np.argsort(atoms.atom_of, kind="stable")
    values = np.concatenate([atoms.posts[by_atom], atoms.members.indices.astype(np.uint64)])
    lengths = np.concatenate([atoms.sizes, np.diff(atoms.members.indptr)])
    ends = np.concatenate([[0], np.cumsum(lengths), np.full(len(entries), len(values))])
    bare = len(ends) - 1 - len(entries)
    part = np.repeat(["atom", "set", "entry"], [atoms.members.shape[1], atoms.members.shape[0], len(entries)])
    columns = {"part": pa.array(part, pa.string()),
               "members": pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(values, pa.uint64()))}
    for name, kind in zip(ENTRY_COLUMNS, (pa.string(), pa.string(), pa.string(), pa.int64(), pa.bool_()), strict=True):
        columns[name] = pa.concat_arrays([pa.nulls(bare, kind), pa.array(entries[name].to_numpy(), kind)])
    return pa.table(columns, metadata={"ledger_version": SCHEMA_VERSION, "ledger_secret": _fingerprint(ledger.secret)})


def _from_arrow(table: pa.Table, secret: bytes) -> Ledger:
    import pyarrow.compute as pc
    from scipy import sparse

    def lists(part: str) -> tuple[np.ndarray, np.ndarray]:
        found = table.filter(pc.equal(table["part"], part))["members"].combine_chunks()
        return found.flatten().to_numpy(zero_copy_only=False), pc.list_value_length(found).to_numpy()

    posts, sizes = lists("atom")
    members, counts = lists("set")
    order = np.argsort(posts)
    ends = np.concatenate([[0], np.cumsum(counts)])
    matrix: Any = sparse.csr_array((np.ones(len(members), dtype=np.int64), members.astype(np.int64), ends),
                                   shape=(len(counts), len(sizes)))
    entries = table.filter(pc.equal(table["part"], "entry")).select(list(ENTRY_COLUMNS)).to_pandas()
    return Ledger(secret, Atoms(posts[order], np.repeat(np.arange(len(sizes)), sizes)[order], matrix),
                  entries.astype(ENTRY_COLUMNS))
