"""What exports cover, and which posts are missing where a later one covers their place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.sources.corpus.intake import ExportFile, ids_of
from workbench.sources.corpus.store import arrow_schema, read_part, to_frame
from workbench.tables.posts import UTC, empty_frame

# One row per file and arena whose ids count up
COVERAGE_COLUMNS: dict[str, str] = {
    "arena_id": "string",
    "source_id": "string",
    "sha256": "string",  # of the file
    "collected_at": UTC,
    "first_id": "Int64",  # of its posts
    "last_id": "Int64",
    "posts": "Int64",
}
COVERAGE = arrow_schema(COVERAGE_COLUMNS)
# An export that lacks more of the posts known between its first and last is a selection, not a later state
_WHOLE = 0.5


def read_coverage(folder: Path, manifest: dict[str, Any] | None) -> pd.DataFrame:
    """Read what the exports of a corpus cover."""
    part = (manifest or {}).get("coverage")
    return to_frame(read_part(folder, part), COVERAGE_COLUMNS) if part else empty_frame(COVERAGE_COLUMNS)


def join_coverage(known: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Add what files cover to what is known; a file read again counts as it was read last."""
    both = pd.concat([known, made.astype(COVERAGE_COLUMNS)]) if len(known) else made.astype(COVERAGE_COLUMNS)
    both = both.drop_duplicates(["arena_id", "source_id", "sha256"], keep="last")
    return both.sort_values(list(COVERAGE_COLUMNS), ignore_index=True)


def cover(files: Iterable[ExportFile], codes: np.ndarray) -> pd.DataFrame:
    """Return what files cover of arenas whose ids count up, columns `COVERAGE_COLUMNS`."""
    rows = [(code, file.card.source_id, file.sha256, pd.Timestamp(file.collected, tz="UTC"), int(ids[0]), int(ids[-1]),
             len(ids))
            for file in files if file.card for code, ids in ids_of(file, codes).items()]
    return pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS)).astype(COVERAGE_COLUMNS)


def find_missing(posts: pd.DataFrame, coverage: pd.DataFrame) -> pd.Series:
    """Return since when each post is missing.

    A post is missing where an export made after the last one that holds it has posts before and after its place, and
    holds at least half of those known between them.

    Parameters
    ----------
    posts
        `post_id`, `arena_id`, `collected_at`.
    coverage
        Columns `COVERAGE_COLUMNS`.

    Returns
    -------
    missing_since
        When the first such export was made; missing where there is none.
    """
    since = pd.Series(pd.NaT, index=posts.index, dtype=UTC)
    some = posts[posts["arena_id"].isin(coverage["arena_id"])]
    numbers = pd.to_numeric(some["post_id"].str.extract(r":(\d+)$", expand=False), errors="coerce").astype("Float64")
    some = some.assign(number=numbers)[numbers.notna()]
    by_arena = {str(arena): rows for arena, rows in some.groupby("arena_id")}
    for arena, spans in coverage.sort_values("collected_at", ascending=False).groupby("arena_id"):
        if (rows := by_arena.get(str(arena))) is None:
            continue
        number = rows["number"].to_numpy(dtype=float)
        for span in spans.itertuples():  # the oldest last: what it says stays
            between = (number > float(str(span.first_id))) & (number < float(str(span.last_id)))
            gone = between & (rows["collected_at"] < span.collected_at).to_numpy(dtype=bool)
            held = int(between.sum()) - int(gone.sum())
            if gone.any() and held >= _WHOLE * between.sum():
                since.loc[rows.index[gone]] = span.collected_at
    return since
