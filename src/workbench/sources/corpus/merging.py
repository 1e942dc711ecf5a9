"""Which rows an import adds to what is stored, and what became of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.sources.corpus.spill import PartName

VERSION = ("collected_at", "edited_at", "views")  # the newest collected goes first; missing is lowest
_MOST = 2**32 - 2
_KEY = {"post": "u8", "row": "u8", "said": "u8", "digest": "u8", **dict.fromkeys(VERSION, "u4"), "first": "u4",
        "sequence": "u4", "part": "u2"}
_Keys = dict[str, np.ndarray]  # one array per column: a big import permutes them one at a time
STATES = ("new", "updated", "unchanged", "older", "repeated")


@dataclass(frozen=True)
class Outcome:
    """What becomes of the rows of an import.

    Attributes
    ----------
    states
        Per sequence number, a position in `STATES`: of each post the newest row is new, updated, unchanged or older
        than what is there; the others are repeated, or older where they have another text.
    taken
        Sequence numbers of the rows that tell something that is not stored yet.
    contested
        64-bit hashes of the ids of posts of which rows must be merged or move to another quarter.
    """

    states: np.ndarray
    taken: np.ndarray
    contested: np.ndarray

    def count(self, start: int, stop: int) -> dict[str, int]:
        """Count the states of the rows from one sequence number up to another."""
        return dict(zip(STATES, np.bincount(self.states[start:stop], minlength=len(STATES)).tolist(), strict=True))


def hash_ids(post_ids: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Return 64 bits per id."""
    values = np.asarray(post_ids.to_numpy(zero_copy_only=False), dtype=object)
    return np.asarray(pd.util.hash_array(values, categorize=False), dtype=np.uint64)


def post_ids(table: pa.Table, codes: np.ndarray, column: str = "native_id") -> pa.Array:
    """Return ``<arena code>:<id>`` of spilled rows."""
    code = pa.array(codes[table["arena"].to_numpy()], type=pa.string())
    return pc.binary_join_element_wise(code, table[column].combine_chunks().cast(pa.string()), ":")


def groups_of(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """Yield the row groups of a file one by one."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, columns=columns)


def decide(spilled: dict[PartName, Path], stored: dict[PartName, Path], codes: np.ndarray) -> Outcome:
    """Decide what becomes of every row, from key columns only.

    Parameters
    ----------
    spilled, stored
        Parts of posts: of the import, and of what is there of the same platforms.
    codes
        Of the arenas, one per sighting.
    """
    names = sorted(spilled.keys() | stored.keys())
    fresh = _fresh_keys({names.index(n): path for n, path in spilled.items()}, codes)
    newest = np.append(fresh["post"][1:] != fresh["post"][:-1], True)[: len(fresh["post"])]
    of_post = np.cumsum(np.append(0, newest[:-1]))[: len(newest)]  # which of the distinct posts a row is of
    main = {name: values[newest] for name, values in fresh.items()}
    state = np.zeros(len(main["post"]), dtype=np.int8)
    held: list[_Keys] = []
    places: list[tuple[np.ndarray, np.ndarray]] = []  # (post, part) of stored rows whose post comes again
    rows = np.unique(fresh["row"])
    for name, path in stored.items():
        for table in groups_of(path, ["post_id", "source_id", "said", "digest", "first_confirmed", *VERSION]):
            old = _keys(table, hash_ids(table["post_id"]), names.index(name))
            at = np.searchsorted(main["post"], old["post"])
            met = at < len(main["post"])
            met[met] = main["post"][at[met]] == old["post"][met]
            _compare(main, state, at[met], {n: v[met] for n, v in old.items()})
            places.append((old["post"][met], old["part"][met]))
            mine = met & np.isin(old["row"], rows)
            held.append({n: old[n][mine] for n in ("row", "digest", "collected_at", "first")})
    said = main["said"][of_post]
    states = np.where(newest, state[of_post], np.where(fresh["said"] == said, 4, 3)).astype(np.int8)
    taken, contested = _contested(fresh, held, places)
    by_sequence = np.empty(len(states), dtype=np.int8)
    by_sequence[fresh["sequence"]] = states
    return Outcome(by_sequence, np.sort(fresh["sequence"][taken]), contested)


def _compare(main: _Keys, state: np.ndarray, at: np.ndarray, old: _Keys) -> None:
    """Note of posts that are stored whether their newest row is updated, unchanged or older; several may be stored."""
    older, undecided = np.zeros(len(at), dtype=bool), np.ones(len(at), dtype=bool)
    for name in VERSION:
        older |= undecided & (main[name][at] < old[name])
        undecided &= main[name][at] == old[name]
    same = main["digest"][at] == old["digest"]
    found = np.where(same, 2, np.where(older, 3, 1)).astype(np.int8)
    # unchanged where any row of the post says the same, else older where any is newer
    rank = np.array([0, 1, 3, 2], dtype=np.int8)
    best = rank[state]
    np.maximum.at(best, at, rank[found])
    state[:] = np.array([0, 1, 3, 2], dtype=np.int8)[best]


def _contested(fresh: _Keys, held: list[_Keys], places: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray,
                                                                                                       np.ndarray]:
    """Return which fresh rows tell something new, and the posts of which rows are to be merged or to move."""
    known = {name: np.concatenate([part[name] for part in held]) if held else np.empty(0, dtype=_KEY[name])
             for name in ("row", "digest", "collected_at", "first")}
    known = _taken(known, np.argsort(known["row"], kind="stable"))
    at = np.minimum(np.searchsorted(known["row"], fresh["row"]), max(len(known["row"]) - 1, 0))
    there = known["row"][at] == fresh["row"] if len(known["row"]) else np.zeros(len(fresh["row"]), dtype=bool)
    said_before = there.copy()
    if there.any():
        said_before &= ((known["digest"][at] == fresh["digest"]) & (known["first"][at] <= fresh["collected_at"])
                        & (fresh["collected_at"] <= known["collected_at"][at]))
    order = np.lexsort([fresh["sequence"], fresh["collected_at"], fresh["digest"], fresh["row"]])
    twice = np.zeros(len(order), dtype=bool)
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for name in ("row", "digest", "collected_at"):
        same &= fresh[name][order[1:]] == fresh[name][order[:-1]]
    twice[order[:-1][same]] = True  # of rows that tell the same, the last is taken
    taken = ~said_before & ~twice
    rows, counts = np.unique(fresh["row"][taken], return_counts=True)
    merged = np.isin(fresh["row"], rows[counts > 1]) | (there & taken)
    posts = np.concatenate([fresh["post"][taken], *(post for post, _ in places)])
    parts = np.concatenate([fresh["part"][taken], *(part for _, part in places)])
    order = np.lexsort([parts, posts])
    posts, parts = posts[order], parts[order]
    moving = np.unique(posts[1:][(posts[1:] == posts[:-1]) & (parts[1:] != parts[:-1])])  # in more than one part
    moving = moving[np.isin(moving, fresh["post"][taken])]
    return taken, np.union1d(fresh["post"][merged & taken], moving)


def _keys(table: pa.Table, hashes: np.ndarray, part: int) -> _Keys:
    source = table["source_id"].combine_chunks().dictionary_encode()
    names = pd.util.hash_array(np.asarray(source.dictionary.to_pylist(), dtype=object))
    said = table["said"].to_numpy()
    # the mixing of splitmix64, so that row and post hashes have nothing to do with one another
    mixed = hashes ^ (names[source.indices.to_numpy()] * np.uint64(0x9E3779B97F4A7C15))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(29)) ^ said) * np.uint64(0x94D049BB133111EB)
    version = {name: _version(table[name]) for name in VERSION}
    sequence = table["sequence"].to_numpy() if "sequence" in table.column_names else np.zeros(len(table))
    first = _version(table["first_confirmed"]) if "first_confirmed" in table.column_names else version["collected_at"]
    return {"post": hashes, "row": mixed ^ (mixed >> np.uint64(32)), "said": said, "digest": table["digest"].to_numpy(),
            **version, "first": first, "sequence": sequence, "part": np.full(len(table), part)}


def _version(values: pa.ChunkedArray) -> np.ndarray:
    """Return times (to the second) or counts as numbers of 32 bits, 0 where missing: a big import holds all of them."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("s", tz="UTC"), safe=False)
    numbers = pc.fill_null(values.cast(pa.int64()), -1).to_numpy()
    return np.asarray((np.minimum(numbers, _MOST - 1) + 1).astype(np.uint32))


def _fresh_keys(paths: dict[int, Path], codes: np.ndarray) -> _Keys:
    """Return the keys of all spilled rows, sorted by post and version."""
    rows = sum(pq.read_metadata(path).num_rows for path in paths.values())
    keys, start = {name: np.empty(rows, dtype=kind) for name, kind in _KEY.items()}, 0
    for part, path in paths.items():
        for table in groups_of(path, ["arena", "native_id", "source_id", "said", "sequence", *VERSION, "digest"]):
            for name, values in _keys(table, hash_ids(post_ids(table, codes)), part).items():
                keys[name][start : start + len(table)] = values
            start += len(table)
    return _taken(keys, np.lexsort([keys[n] for n in ("sequence", *reversed(VERSION), "post")]))


def _taken(keys: _Keys, rows: np.ndarray) -> _Keys:
    """Return these rows; each column goes before the next one is copied."""
    for name in list(keys):
        keys[name] = keys[name][rows]
    return keys
