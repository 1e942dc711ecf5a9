"""New parts of the corpus: what is stored, what an import adds, and what comes of both of one post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.sources.corpus.merging import VERSION, Outcome, groups_of, hash_ids, post_ids
from workbench.sources.corpus.spill import PartName, quarter_of
from workbench.sources.corpus.store import LINKS, POSTS, settle

_ROWS_PER_GROUP = 20_000
_ROWS_AT_ONCE = 200_000
_ROW = ["post_id", "source_id", "said"]  # what names a row of posts
Change = Callable[[pa.Table], pa.Table]


def write_parts(spilled: dict[PartName, Path], stored: dict[PartName, dict[str, Any]], outcome: Outcome,
                codes: np.ndarray, *, work: Path, folder: Path, change: Change | None = None) -> list[dict[str, Any]]:
    """Write every part that changes and return all parts of the new state.

    Parameters
    ----------
    change
        What is to become of stored posts that stay as they are otherwise; it returns the table it got where nothing is.
    """
    read = _Reader(spilled, {name: folder / part["file"] for name, part in stored.items()}, outcome, codes, change)
    merged = _merge(read, work)
    parts = []
    for name in sorted(spilled.keys() | stored.keys() | merged.keys()):
        if name in stored and name not in merged and not read.changes(name):
            parts.append(stored[name])
            continue
        kind, platform, quarter = name
        written = work / "part.parquet"
        rows = _write(read.rest(name, merged.get(name)), POSTS if kind == "posts" else LINKS, written)
        if rows:
            settled = settle(written, folder, f"{kind}/{platform}-{quarter}")
            parts.append({"table": kind, "platform": platform, "quarter": quarter, "rows": rows, **settled})
    return parts


class _Reader:
    """The stored and the spilled rows of each part, those of contested posts apart."""

    def __init__(self, spilled: dict[PartName, Path], stored: dict[PartName, Path], outcome: Outcome,
                 codes: np.ndarray, change: Change | None) -> None:
        self.spilled, self.stored = spilled, stored
        self.contested = outcome.contested
        self._taken, self._codes, self._change = outcome.taken, codes, change

    def _fresh(self, name: PartName) -> Iterator[pa.Table]:
        """Yield the rows taken from the import, as they are stored."""
        for table in groups_of(self.spilled[name]) if name in self.spilled else ():
            table = table.filter(pa.array(np.isin(table["sequence"].to_numpy(), self._taken)))
            if len(table):
                yield _stored_post(table, self._codes) if name[0] == "posts" else _stored_link(table, self._codes)

    def _old(self, name: PartName) -> Iterator[pa.Table]:
        for table in groups_of(self.stored[name]) if name in self.stored else ():
            yield self._change(table) if self._change and name[0] == "posts" else table

    def changes(self, name: PartName) -> bool:
        """Return whether a stored part must be written anew, for other reasons than that contested posts come to it."""
        if any(True for _ in self._fresh(name)):
            return True
        if len(self.contested) and any(np.isin(hash_ids(t["post_id"]), self.contested).any()
                                       for t in groups_of(self.stored[name], ["post_id"])):
            return True
        return bool(self._change and name[0] == "posts" and any(
            self._change(table) is not table for table in groups_of(self.stored[name])))

    def rest(self, name: PartName, merged: Path | None) -> Iterator[pa.Table]:
        """Yield the rows of the new part: of posts that are not contested as they are, and those that were merged."""
        if len(self.contested):
            yield from self._apart(name, contested=False)
        else:
            yield from self._old(name)
            yield from self._fresh(name)
        if merged:
            yield from groups_of(merged)

    def _apart(self, name: PartName, *, contested: bool, bucket: int = 0, buckets: int = 1,
               stored: bool = True, fresh: bool = True) -> Iterator[pa.Table]:
        for rows in ([self._old(name)] if stored else []) + ([self._fresh(name)] if fresh else []):
            for table in rows:
                hashes = hash_ids(table["post_id"])
                found = np.isin(hashes, self.contested) == contested
                some = table.filter(pa.array(found & (hashes % np.uint64(buckets) == bucket)))
                if len(some):
                    yield some

    def of_contested(self, kind: str, platform: str, bucket: int, buckets: int) -> pa.Table | None:
        """Return the rows of contested posts in one of some buckets, stored ones first; None where there are none."""
        found: list[pa.Table] = []
        for is_stored, names in ((True, self.stored), (False, self.spilled)):
            for name in sorted(name for name in names if name[:2] == (kind, platform)):
                found += self._apart(name, contested=True, bucket=bucket, buckets=buckets, stored=is_stored,
                                     fresh=not is_stored)
        return pa.concat_tables(found) if found else None


def _merge(read: _Reader, work: Path) -> dict[PartName, Path]:
    """Merge the rows of contested posts and set them down by the quarter they belong to."""
    writers: dict[PartName, pq.ParquetWriter] = {}
    paths: dict[PartName, Path] = {}
    buckets = 1 + len(read.contested) // _ROWS_AT_ONCE

    def set_down(kind: str, platform: str, rows: pa.Table, quarters: pd.Series) -> None:
        for quarter in sorted(set(quarters)):
            name = (kind, platform, str(quarter))
            if name not in writers:
                paths[name] = work / f"merged-{'-'.join(name)}.parquet"
                writers[name] = pq.ParquetWriter(paths[name], rows.schema)
            writers[name].write_table(rows.filter(pa.array((quarters == quarter).to_numpy(dtype=bool))))

    for platform in sorted({name[1] for name in read.spilled}) if len(read.contested) else ():
        for bucket in range(buckets):
            posts = read.of_contested("posts", platform, bucket, buckets)
            if posts is None:
                continue
            rows = merge_rows(posts)
            ids = pd.Series(rows["post_id"].to_pylist(), dtype="string")
            quarters = _quarters(rows)
            set_down("posts", platform, rows, quarters)
            links = read.of_contested("links", platform, bucket, buckets)
            if links is not None:
                links = links.group_by(links.column_names).aggregate([]).select(LINKS.names).cast(LINKS)
                links = links.sort_by([(name, "ascending") for name in LINKS.names])
                where = pd.Series(quarters.to_numpy(), index=ids)
                of_link = pd.Series(links["post_id"].to_pylist()).map(where[~where.index.duplicated()])
                set_down("links", platform, links, of_link)
    for writer in writers.values():
        writer.close()
    return paths


def merge_rows(rows: pa.Table) -> pa.Table:
    """Merge rows of one post, source and text field by field: the newest that is known, so that nothing is lost.

    Returns
    -------
    rows
        One per post, source and text, in that order.
    """
    frame = rows.to_pandas(types_mapper={pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype()}.get)
    frame = frame.sort_values([*_ROW, *VERSION], na_position="first", kind="stable", ignore_index=True)
    grouped = frame.groupby(_ROW, sort=False)
    merged = grouped.last().reset_index()
    merged["first_confirmed"] = grouped["first_confirmed"].min().to_numpy()
    merged["digest"] = frame["digest"][~frame.duplicated(_ROW, keep="last")].to_numpy()
    return pa.Table.from_pandas(merged[rows.column_names], schema=rows.schema, preserve_index=False)


def _quarters(rows: pa.Table) -> pd.Series:
    """Return the quarter of each row's post: of the newest of its times, so that all its rows lie together."""
    frame = rows.select(["post_id", "posted_at", *VERSION]).to_pandas()
    last = frame.sort_values(list(VERSION), na_position="first", kind="stable").groupby("post_id")["posted_at"].last()
    return quarter_of(frame["post_id"].map(last).astype(frame["posted_at"].dtype))


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
            waiting.append(table.cast(schema))
            waiting_rows, rows = waiting_rows + len(table), rows + len(table)
            if waiting_rows >= _ROWS_PER_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting, waiting_rows = [], 0
        if waiting_rows:
            writer.write_table(pa.concat_tables(waiting))
    return rows
