"""Rows of posts that are gone, or whose text is, taken out of what people and models said of posts."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.files import CODING, CODING_LOCK, replace_whole, write_atomically
from workbench.sources.corpus.store import read_manifest
from workbench.sources.corpus.withdrawing import is_in, posts_of


def prune_coding(study: Path) -> int:
    """Leave in samples, scores and codes only posts of the corpus that have a text, and return how many rows went.

    Trained models stay: they hold no words, only numbers made of pieces that stand in several texts.
    """
    import filelock

    if not (study / CODING).is_dir():
        return 0
    with filelock.FileLock(study / CODING_LOCK, mode=0o600):
        for part in sorted((study / CODING).rglob(".*.part")):  # what was being written when its process was killed
            part.unlink()
        there = _posts_with_text(study)
        tables = sorted((study / CODING).rglob("*.parquet"))
        lines = sorted((study / CODING).rglob("*.jsonl"))
        return sum(_prune_table(path, there) for path in tables) + sum(_prune_lines(path, there) for path in lines)


def _posts_with_text(study: Path) -> pa.Array:
    tables = posts_of(study, read_manifest(study) or {"parts": []}, ["post_id", "text"])
    found = [pc.unique(table["post_id"].filter(pc.is_valid(table["text"]))) for table in tables]
    return pc.unique(pa.concat_arrays([pa.array([], type=pa.string()), *(ids.cast(pa.string()) for ids in found)]))


def _prune_table(path: Path, there: pa.Array) -> int:
    table = pq.read_table(path, partitioning=None)
    if "post_id" not in table.column_names:
        return 0
    kept = table.filter(is_in(table["post_id"].cast(pa.string()), there))
    gone = len(table) - len(kept)
    if gone and len(kept):
        with replace_whole(path) as part:
            pq.write_table(kept, part)
    elif gone:
        path.unlink()
    return gone


def _prune_lines(path: Path, there: pa.Array) -> int:
    """Take answers out of a coder's file; a line that cannot be read may be of any post, and goes too."""
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    ids = pa.array([_post_of(line) for line in lines], type=pa.string())
    kept = [line for line, stays in zip(lines, is_in(ids, there).to_pylist(), strict=True) if stays]
    if len(kept) < len(lines):
        write_atomically(path, b"".join(line + b"\n" for line in kept)) if kept else path.unlink()
    return len(lines) - len(kept)


def _post_of(line: bytes) -> str | None:
    try:
        return str(json.loads(line)["post_id"])
    except (ValueError, KeyError, TypeError):
        return None
