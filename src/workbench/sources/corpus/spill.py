"""Prepared rows, set down by platform and quarter while an import goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.sources.corpus.preparing import Prepared
from workbench.sources.corpus.store import ROW_COLUMNS, SAID, arrow_schema, to_arrow
from workbench.tables.posts import LINK_COLUMNS

_OWN = (("arena", pa.int64()), ("native_id", pa.string()), ("sequence", pa.int64()), SAID)
SPILLED_POSTS = arrow_schema({k: v for k, v in ROW_COLUMNS.items() if k not in ("post_id", "arena_id")}, *_OWN,
                             ("digest", pa.uint64()))
SPILLED_LINKS = arrow_schema({k: v for k, v in LINK_COLUMNS.items() if k != "post_id"}, ("source_id", pa.string()),
                             *_OWN)
UNDATED = "undated"
PartName = tuple[str, str, str]  # posts or links, platform, quarter


class Spill:
    """Temporary Parquet files of one import, one per table, platform and quarter."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._writers: dict[PartName, pq.ParquetWriter] = {}
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()

    def add(self, prepared: Prepared, arenas: np.ndarray) -> None:
        """Set down a batch; `arenas` says which sighting each of its arenas is."""
        posts = prepared.posts.assign(arena=arenas[prepared.posts["arena"]],
                                      sequence=self.rows + np.arange(len(prepared.posts)))
        self.rows += len(posts)
        quarters = quarter_of(posts["posted_at"])
        own = posts[["row", "arena", "native_id", "sequence", "source_id", "said"]].assign(quarter=quarters)
        links = prepared.links.merge(own, on="row")
        for quarter, rows in posts.groupby(quarters, sort=True):
            self._write(("posts", str(rows["platform"].iat[0]), str(quarter)), to_arrow(rows, SPILLED_POSTS))
        for quarter, rows in links.groupby("quarter", sort=True):
            platform = str(posts["platform"].iat[0])
            self._write(("links", platform, str(quarter)), to_arrow(rows, SPILLED_LINKS))

    def _write(self, name: PartName, table: pa.Table) -> None:
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._work / f"spill-{'-'.join(name)}.parquet", table.schema)
        self._writers[name].write_table(table)

    def parts(self) -> dict[PartName, Path]:
        """Return the finished files by table, platform and quarter."""
        return {name: self._work / f"spill-{'-'.join(name)}.parquet" for name in sorted(self._writers)}


def quarter_of(times: pd.Series) -> pd.Series:
    """Return the quarter of each time, such as 2025Q3; `UNDATED` where a time is missing."""
    quarters = times.dt.year.astype("Int64").astype("string") + "Q" + times.dt.quarter.astype("Int64").astype("string")
    return pd.Series(quarters.fillna(UNDATED))
