"""The corpus of a study, or the quarters of it that are asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from workbench.errors import InputError, TableError
from workbench.sources.corpus.sightings import read_sightings
from workbench.sources.corpus.spill import UNDATED
from workbench.sources.corpus.store import LINKS, POSTS, corpus_folder, read_manifest, read_part, to_frame
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus


def load_corpus(folder: Path, *, start: str | None = None, end: str | None = None,
                platform: str | None = None, undated: bool = False) -> Corpus:
    """Load the corpus of a study.

    Parameters
    ----------
    folder
        Of the study.
    start, end
        First and last quarter, such as 2025Q3, both inclusive; None for no limit.
    platform
        Such as telegram; None for all.
    undated
        Whether posts without a readable time are wanted too; they come last.

    Returns
    -------
    corpus
        Posts sorted by time and `post_id`, their links, and all arenas of the platform, those
        without a post in these quarters included.

    Raises
    ------
    InputError
        If a quarter is not written as 2025Q3, or the first comes after the last.
    TableError
        If nothing has been imported, the platform is not in the corpus, or a part is damaged.
    """
    for quarter in (start, end):
        if quarter is not None and not re.fullmatch(r"\d{4}Q[1-4]", quarter):
            raise InputError(f"{quarter!r} is not a quarter. Write year and quarter, such as 2025Q3.")
    if start and end and start > end:
        raise InputError(f"The first quarter {start} comes after the last, {end}. Swap them.")
    manifest = read_manifest(folder)
    if manifest is None:
        raise TableError(f"{folder}: nothing has been imported here yet. `workbench import` with the export files "
                         "comes first.")
    try:
        return _load(corpus_folder(folder), manifest, start, end, platform, undated)
    except TableError:
        newer = read_manifest(folder)  # an import may have replaced parts in the meantime
        if newer is None or newer == manifest:
            raise
        return _load(corpus_folder(folder), newer, start, end, platform, undated)


def _load(folder: Path, manifest: dict[str, Any], start: str | None, end: str | None, platform: str | None,
          undated: bool) -> Corpus:
    arenas = to_frame(read_part(folder, manifest["arenas"]), ARENA_COLUMNS)
    if platform is not None:
        known = sorted(arenas["platform"].unique())
        if platform not in known:
            raise TableError(f"There is no platform {platform!r} in the corpus. It holds {', '.join(known)}.")
        arenas = arenas[arenas["platform"] == platform].reset_index(drop=True)
    sightings = read_sightings(folder, manifest)
    sightings = sightings[sightings["arena_id"].isin(arenas["arena_id"])].reset_index(drop=True)
    parts = [p for p in manifest["parts"] if platform in (None, p["platform"])]
    chosen = [p for p in parts if (undated if p["quarter"] == UNDATED
                                   else (start or "") <= p["quarter"] <= (end or "9999Q4"))]

    def table(name: str, columns: dict[str, str], schema: pa.Schema) -> pd.DataFrame:
        wanted = list(columns)
        parts = [read_part(folder, part, wanted) for part in chosen if part["table"] == name]
        return to_frame(pa.concat_tables(parts) if parts else schema.empty_table().select(wanted), columns)

    posts = table("posts", POST_COLUMNS, POSTS).sort_values(["posted_at", "post_id"], ignore_index=True)
    links = table("links", LINK_COLUMNS, LINKS).sort_values(list(LINK_COLUMNS), ignore_index=True)
    provenance = {
        "sources": manifest["sources"], "cards": manifest.get("cards", []),
        "schema_version": manifest["schema_version"],
        "key_fingerprint": manifest["key_fingerprint"], "start": start, "end": end, "platform": platform,
        "parts": {part["file"]: part["sha256"] for part in chosen}, "posts": len(posts), "links": len(links),
        "undated": sum(p["rows"] for p in parts if p["quarter"] == UNDATED and p["table"] == "posts"),
    }
    return Corpus(posts, links, arenas, provenance, sightings)
