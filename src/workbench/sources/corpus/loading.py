"""The corpus of a study, or the quarters of it that are asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.errors import InputError, TableError
from workbench.sources.corpus.aliases import ACCOUNT_COLUMNS, joined_accounts
from workbench.sources.corpus.coverage import find_missing, read_coverage
from workbench.sources.corpus.joining import apply_joins, decide_joins, read_joins
from workbench.sources.corpus.sightings import read_sightings
from workbench.sources.corpus.spill import UNDATED
from workbench.sources.corpus.store import LINKS, POSTS, ROW_COLUMNS, corpus_folder, read_manifest, read_part, to_frame
from workbench.sources.corpus.viewing import list_post_sources, list_versions, merge_links, merge_posts
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
        Posts sorted by time and `post_id`, each once however many sources hold it, their links, and all arenas of
        the platform, those without a post in these quarters included.

    Raises
    ------
    InputError
        If a quarter is not written as 2025Q3, or the first comes after the last.
    TableError
        If nothing has been imported, the platform is not in the corpus, or a part is damaged.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise TableError(f"{folder}: nothing has been imported here yet. `workbench import` with the export files "
                         "comes first.")
    for quarter in (start, end):
        if quarter is not None and not re.fullmatch(r"\d{4}Q[1-4]", quarter):
            raise InputError(f"{quarter!r} is not a quarter. Write year and quarter, such as 2025Q3.")
    if start and end and start > end:
        raise InputError(f"The first quarter {start} comes after the last, {end}. Swap them.")
    try:
        return _load(corpus_folder(folder), manifest, start, end, platform, undated)
    except TableError:
        newer = read_manifest(folder)  # an import may have replaced parts in the meantime
        if newer is None or newer == manifest:
            raise
        return _load(corpus_folder(folder), newer, start, end, platform, undated)


def _load(folder: Path, manifest: dict[str, Any], start: str | None, end: str | None, platform: str | None,
          undated: bool) -> Corpus:
    tables = {"arenas": to_frame(read_part(folder, manifest["arenas"]), ARENA_COLUMNS),
              "sightings": read_sightings(folder, manifest), "coverage": read_coverage(folder, manifest)}
    parts = [p for p in manifest["parts"] if platform in (None, p["platform"])]
    chosen = [p for p in parts if (undated if p["quarter"] == UNDATED
                                   else (start or "") <= p["quarter"] <= (end or "9999Q4"))]
    for name, schema in (("posts", POSTS), ("links", LINKS)):
        wanted = [column for column in schema.names if column != "digest"]
        found = [read_part(folder, part, wanted) for part in chosen if part["table"] == name]
        tables[name] = to_frame(pa.concat_tables(found) if found else schema.empty_table().select(wanted),
                                ROW_COLUMNS if name == "posts" else {**LINK_COLUMNS, "source_id": "string"})
    found_joins, twins = read_joins(folder, manifest)
    joins = decide_joins(found_joins, folder.parents[2], tables["arenas"]["arena_id"])
    tables = apply_joins(tables, joins, twins)
    own = tables["posts"]["account_id"]
    if accounts := joined_accounts(to_frame(read_part(folder, manifest["accounts"]), ACCOUNT_COLUMNS)):
        tables["posts"]["account_id"] = own.map(accounts).fillna(own).astype("string")
    arenas = tables["arenas"]
    if platform is not None:
        known = sorted(arenas["platform"].unique())
        if platform not in known:
            raise TableError(f"There is no platform {platform!r} in the corpus. It holds {', '.join(known)}.")
        arenas = arenas[arenas["platform"] == platform].reset_index(drop=True)
    sightings = tables["sightings"]
    sightings = sightings[sightings["arena_id"].isin(arenas["arena_id"])].reset_index(drop=True)
    rows = tables["posts"]
    posts, said = merge_posts(rows)
    posts.insert(list(POST_COLUMNS).index("missing_since"), "missing_since", find_missing(posts, tables["coverage"]))
    links = merge_links(tables["links"], rows, said)
    provenance = {
        "sources": manifest["sources"], "cards": manifest.get("cards", []),
        "schema_version": manifest["schema_version"],
        "key_fingerprint": manifest["key_fingerprint"], "start": start, "end": end, "platform": platform,
        "parts": {part["file"]: part["sha256"] for part in chosen}, "posts": len(posts), "links": len(links),
        "undated": sum(p["rows"] for p in parts if p["quarter"] == UNDATED and p["table"] == "posts"),
    }
    return Corpus(posts, links, arenas, provenance, sightings, versions=list_versions(rows, posts, said),
                  post_sources=list_post_sources(rows), joins=joins[joins["same_as"].isin(arenas["arena_id"])])
