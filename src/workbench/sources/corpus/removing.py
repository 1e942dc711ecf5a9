"""Posts taken out of the corpus for good, with everything that was made of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.files import make_private, write_atomically
from workbench.sources.corpus.sightings import read_sightings
from workbench.sources.corpus.store import (
    ARENAS,
    SIGHTINGS,
    corpus_folder,
    read_part,
    remove_unreferenced,
    settle,
    to_arrow,
    to_frame,
    write_manifest,
    write_table,
)
from workbench.tables.posts import ARENA_COLUMNS

CERTIFICATES = Path("data", "processed", "certificates")
_NOT_DERIVED = ("corpus", "findings", "certificates")

Mask = Callable[[pd.DataFrame], "pd.Series[bool]"]


@dataclass
class Removed:
    """How much was taken out."""

    posts: int = 0
    links: int = 0
    arenas: int = 0
    sightings: int = 0
    derived: list[str] = field(default_factory=list)  # files and folders, relative to the study


def remove_posts(study: Path, manifest: dict[str, Any], work: Path, *, posts: Mask, links: Mask, arenas: Mask,
                 sightings: Mask, changes: dict[str, Any]) -> Removed:
    """Write the corpus anew without some rows; the manifest is replaced last.

    Parameters
    ----------
    posts, links, arenas, sightings
        Which rows go, given frames with all columns. Links of posts and sightings of arenas that go always go too.
    changes
        Keys of the manifest that change with it.
    """
    folder, removed = corpus_folder(study), Removed()
    gone: dict[tuple[str, str], set[str]] = {}
    parts = []
    for part in sorted(manifest["parts"], key=lambda p: p["table"], reverse=True):  # posts before links
        name = (part["platform"], part["quarter"])
        table = read_part(folder, part)
        frame = table.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
        if part["table"] == "posts":
            mask = posts(frame).to_numpy(dtype=bool)
            gone[name] = set(frame.loc[mask, "post_id"])
            removed.posts += int(mask.sum())
        else:
            mask = (frame["post_id"].isin(gone.get(name, set())) | links(frame)).to_numpy(dtype=bool)
            removed.links += int(mask.sum())
        if not mask.any():
            parts.append(part)
        elif not mask.all():
            parts.append({**part, "rows": int((~mask).sum()),
                          **_rewritten(table, ~mask, work, folder, f"{part['table']}/{'-'.join(name)}")})
    known = to_frame(read_part(folder, manifest["arenas"]), ARENA_COLUMNS)
    dropped = arenas(known).to_numpy(dtype=bool)
    removed.arenas = int(dropped.sum())
    state = {**manifest, **changes, "parts": sorted(parts, key=lambda p: (p["table"], p["platform"], p["quarter"])),
             "arenas": write_table(to_arrow(known[~dropped], ARENAS), work, folder, "arenas")}
    seen = read_sightings(folder, manifest)
    old = sightings(seen) | seen["arena_id"].isin(known.loc[dropped, "arena_id"])
    removed.sightings = int(old.sum())
    state["sightings"] = write_table(to_arrow(seen[~old.to_numpy(dtype=bool)], SIGHTINGS), work, folder, "sightings")
    write_manifest(state, folder)
    remove_unreferenced(state, folder)
    return removed


def _rewritten(table: pa.Table, keep: np.ndarray, work: Path, folder: Path, stem: str) -> dict[str, str]:
    written = work / "part.parquet"
    pq.write_table(table.filter(pa.array(keep)), written)
    return settle(written, folder, stem)


def remaining_arenas(study: Path, manifest: dict[str, Any], leaving: Mask) -> set[str]:
    """Return the arenas that still have posts when some are gone."""
    folder, left = corpus_folder(study), set()
    for part in manifest["parts"]:
        if part["table"] == "posts":
            table = read_part(folder, part, ["arena_id", "account_id", "source_id"])
            frame = table.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
            left |= set(frame.loc[~leaving(frame), "arena_id"])
    return left


def remove_derived(study: Path) -> list[str]:
    """Delete what was made of the corpus, words that waited for a review among it; all of it can be made again.

    The ledger of released numbers stays: it holds no text and keeps later reports from giving hidden numbers away.
    """
    found = [*_derived(study)]
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [path.relative_to(study).as_posix() for path in found]


def _derived(study: Path) -> Iterator[Path]:
    processed = study / "data" / "processed"
    for path in sorted(processed.iterdir()) if processed.is_dir() else ():
        if path.is_dir() and path.name not in _NOT_DERIVED:
            yield path
    # words of posts that runs proposed to a reviewer
    for name in ("candidates", "proposed"):
        yield from sorted((processed / "findings").glob(f"{name}-*"))


def count_posts(study: Path, manifest: dict[str, Any] | None, column: str, values: set[str]) -> int:
    """Count the posts in the corpus on disk that hold one of some values in a column."""
    wanted = pa.array(sorted(values), type=pa.string())
    tables = (read_part(corpus_folder(study), part, [column]) for part in (manifest or {"parts": []})["parts"]
              if part["table"] == "posts")
    return sum(int(pc.sum(pc.is_in(table[column], value_set=wanted)).as_py() or 0) for table in tables)


def write_certificate(study: Path, kind: str, on: date, content: dict[str, Any], path: Path | None = None) -> Path:
    """Write what was deleted and how that was checked, as JSON; an older certificate is never overwritten."""
    folder = make_private(study / CERTIFICATES)
    number = 1
    while path is None:
        candidate = folder / f"{kind}-{on.isoformat()}-{number}.json"
        path = None if candidate.exists() else candidate
        number += 1
    write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")
    return path
