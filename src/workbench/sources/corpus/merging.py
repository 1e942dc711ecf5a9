"""Which version of each post stays, and new parts of exactly those."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.sources.corpus.spill import PartName
from workbench.sources.corpus.store import LINKS, POSTS, settle

_ROWS_PER_GROUP = 20_000
_VERSION = ("edited_at", "collected_at", "views")
_MOST = 2**32 - 2
_KEY = {"post": "u8", **dict.fromkeys(_VERSION, "u4"), "sequence": "u4", "digest": "u8"}
_Keys = dict[str, np.ndarray]  # one array per column: a big import permutes them one at a time


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of an import.

    Attributes
    ----------
    new, updated, unchanged
        Sequence numbers of the rows that stand in the corpus, by whether the post was there.
    dropped
        64-bit hashes of the post ids whose older version goes.
    """

    new: np.ndarray
    updated: np.ndarray
    unchanged: np.ndarray
    dropped: np.ndarray


def _hash(post_ids: pa.ChunkedArray | pa.Array) -> np.ndarray:
    values = np.asarray(post_ids.to_numpy(zero_copy_only=False), dtype=object)
    return np.asarray(pd.util.hash_array(values, categorize=False), dtype=np.uint64)


def post_ids(table: pa.Table, codes: np.ndarray, column: str = "native_id") -> pa.Array:
    """Return ``<arena code>:<id>`` of spilled rows."""
    code = pa.array(codes[table["arena"].to_numpy()], type=pa.string())
    return pc.binary_join_element_wise(code, table[column].combine_chunks().cast(pa.string()), ":")


def _keys(table: pa.Table, hashes: np.ndarray) -> _Keys:
    sequence = table["sequence"].to_numpy() if "sequence" in table.column_names else np.zeros(len(table))
    return {"post": hashes, **{name: _version(table[name]) for name in _VERSION}, "sequence": sequence,
            "digest": table["digest"].to_numpy()}


def _version(values: pa.ChunkedArray) -> np.ndarray:
    """Return times (to the second) or counts as numbers of 32 bits, 0 where missing: a big import holds all of them."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("s", tz="UTC"), safe=False)
    numbers = pc.fill_null(values.cast(pa.int64()), -1).to_numpy()
    return np.asarray((np.minimum(numbers, _MOST - 1) + 1).astype(np.uint32))


def _all_keys(paths: list[Path], codes: np.ndarray) -> _Keys:
    """Return the keys of all spilled rows, sorted by post and version."""
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    keys, start = {name: np.empty(rows, dtype=kind) for name, kind in _KEY.items()}, 0
    for path in paths:
        for table in _groups(path, ["arena", "native_id", "sequence", *_VERSION, "digest"]):
            for name, values in _keys(table, _hash(post_ids(table, codes))).items():
                keys[name][start : start + len(table)] = values
            start += len(table)
    return _taken(keys, np.lexsort([keys[n] for n in ("sequence", *reversed(_VERSION), "post")]))


def _taken(keys: _Keys, rows: np.ndarray) -> _Keys:
    """Return these rows; each column goes before the next one is copied."""
    for name in list(keys):
        keys[name] = keys[name][rows]
    return keys


def _groups(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, columns=columns)


def decide(spilled: list[Path], stored: list[Path], codes: np.ndarray) -> Outcome:
    """Decide which rows stay, from key columns only.

    Of the rows with one post id the greatest (edited, collected, views, order of import) stays;
    missing is lowest. A stored post with the same content stays as it is.
    """
    fresh = _all_keys(spilled, codes)
    post = fresh["post"]
    fresh = _taken(fresh, np.append(post[1:] != post[:-1], True)[: len(post)])
    post = fresh["post"]
    state = np.zeros(len(post), dtype=np.int8)  # 0 new, 1 updated, 2 unchanged, 3 older than what is stored
    for path in stored:
        for table in _groups(path, ["post_id", *_VERSION, "digest"]):
            old = _keys(table, _hash(table["post_id"]))
            at = np.searchsorted(post, old["post"])
            met = at < len(post)
            met[met] = post[at[met]] == old["post"][met]
            state[at[met]] = _compare(fresh, at[met], old, met)
    new, updated, unchanged = (np.sort(fresh["sequence"][state == s]) for s in (0, 1, 2))
    return Outcome(new, updated, unchanged, dropped=post[state == 1])


def _compare(new: _Keys, at: np.ndarray, old: _Keys, met: np.ndarray) -> np.ndarray:
    older, undecided = np.zeros(len(at), dtype=bool), np.ones(len(at), dtype=bool)
    for name in _VERSION:
        older |= undecided & (new[name][at] < old[name][met])
        undecided &= new[name][at] == old[name][met]
    return np.where(new["digest"][at] == old["digest"][met], 2, np.where(older, 3, 1))


def write_parts(spilled: dict[PartName, Path], stored: dict[PartName, dict[str, Any]], outcome: Outcome,
                codes: np.ndarray, *, work: Path, folder: Path) -> list[dict[str, Any]]:
    """Write every part that changes and return all parts of the new state."""
    taken = np.sort(np.concatenate([outcome.new, outcome.updated]))
    parts = []
    for name in sorted(spilled.keys() | stored.keys()):
        old, new = stored.get(name), spilled.get(name)
        if old and not _touches(folder / old["file"], outcome.dropped) and not _holds(new, taken):
            parts.append(old)
            continue
        kind, platform, quarter = name
        rows = _merged(folder / old["file"] if old else None, new, outcome.dropped, taken,
                       _stored_post if kind == "posts" else _stored_link, codes)
        written = work / "part.parquet"
        count = _write(rows, POSTS if kind == "posts" else LINKS, written)
        if count:
            settled = settle(written, folder, f"{kind}/{platform}-{quarter}")
            parts.append({"table": kind, "platform": platform, "quarter": quarter, "rows": count, **settled})
    return parts


def _touches(path: Path, dropped: np.ndarray) -> bool:
    return len(dropped) > 0 and any(np.isin(_hash(t["post_id"]), dropped).any() for t in _groups(path, ["post_id"]))


def _holds(path: Path | None, taken: np.ndarray) -> bool:
    return path is not None and any(np.isin(t["sequence"].to_numpy(), taken).any() for t in _groups(path, ["sequence"]))


def _merged(old: Path | None, new: Path | None, dropped: np.ndarray, taken: np.ndarray,
            stored: Callable[[pa.Table, np.ndarray], pa.Table], codes: np.ndarray) -> Iterator[pa.Table]:
    if old:
        for table in _groups(old):
            yield table.filter(pa.array(~np.isin(_hash(table["post_id"]), dropped)))
    if new:
        for table in _groups(new):
            yield stored(table.filter(pa.array(np.isin(table["sequence"].to_numpy(), taken))), codes)


def _stored_post(table: pa.Table, codes: np.ndarray) -> pa.Table:
    code = pa.array(codes[table["arena"].to_numpy()], type=pa.string())
    table = table.append_column("post_id", post_ids(table, codes)).append_column("arena_id", code)
    return table.select(POSTS.names).cast(POSTS)


def _stored_link(table: pa.Table, codes: np.ndarray) -> pa.Table:
    is_post = pc.equal(table["target_kind"], "post")
    target = pc.if_else(is_post, post_ids(table, codes, "target"), table["target"])
    table = table.append_column("post_id", post_ids(table, codes))
    return table.set_column(table.column_names.index("target"), "target", target).select(LINKS.names).cast(LINKS)


def _write(tables: Iterator[pa.Table], schema: pa.Schema, path: Path) -> int:
    """Write tables as row groups of one size and return how many rows there are."""
    waiting: list[pa.Table] = []
    waiting_rows = rows = 0
    with pq.ParquetWriter(path, schema) as writer:
        for table in tables:
            waiting.append(table)
            waiting_rows, rows = waiting_rows + len(table), rows + len(table)
            if waiting_rows >= _ROWS_PER_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting, waiting_rows = [], 0
        if waiting_rows:
            writer.write_table(pa.concat_tables(waiting))
    return rows
