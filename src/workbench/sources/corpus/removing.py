"""Files taken out of a study for good: exports, rows in quarantine, and everything that was made of the corpus."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.files import replace_whole, write_atomically
from workbench.settings import CARD_FILE
from workbench.sources.corpus.ledger import LEDGER_FILE
from workbench.sources.corpus.merging import hash_ids
from workbench.sources.corpus.quarantine import FOLDER as QUARANTINE
from workbench.sources.corpus.store import corpus_folder, read_manifest, sha256_of
from workbench.sources.corpus.withdrawing import posts_of

RAW = Path("data", "raw")
PROCESSED = Path("data", "processed")
REGISTER = PROCESSED / "topics" / "register"
SNAPSHOTS = "*????Q?.parquet"  # of topics, and of the parts of those that people split
REPORTS = "reports"
_NOT_DERIVED = ("corpus", "findings", "certificates", "topics")


def digest_line(line: str) -> str:
    """Return what names a row in quarantine without telling what is in it."""
    return hashlib.sha256(line.strip().encode("utf-8", "surrogatepass")).hexdigest()


def read_lines(path: Path) -> list[str]:
    """Return the rows of a file in quarantine; a text may hold other ends of lines than its own."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def raw_files(card: Path) -> list[Path]:
    """Return the files a card describes: those beside and below it, but for folders with a card of their own."""
    inner = [c.parent for c in card.parent.rglob(CARD_FILE) if c != card]
    return [f for f in sorted(card.parent.rglob("*")) if f.is_file() and f.name != CARD_FILE
            and "quarantine" not in f.relative_to(card.parent).parts and not any(f.is_relative_to(i) for i in inner)]


def remove_files(study: Path, sources: Collection[str], digests: Collection[str]) -> None:
    """Delete exports of some sources, and files in quarantine, by their SHA-256."""
    cards = [card for card in sorted((study / RAW).rglob(CARD_FILE)) if card.parent.name in sources]
    for file in (*(f for card in cards for f in raw_files(card)), *sorted((study / QUARANTINE).glob("*"))):
        if file.is_file() and sha256_of(file) in digests:
            file.unlink()


def remove_lines(study: Path, digests: Collection[str]) -> None:
    """Take rows out of the quarantine, by what `digest_line` says of them."""
    for path in sorted((study / QUARANTINE).glob("*.jsonl")) if digests else ():
        lines = read_lines(path)
        kept = [line for line in lines if digest_line(line) not in digests]
        if len(kept) < len(lines):
            write_atomically(path, "".join(f"{line}\n" for line in kept)) if kept else path.unlink()


def remove_history(study: Path, sources: Collection[str], digests: Collection[str]) -> None:
    """Take files and sources out of the history of imports."""
    path = corpus_folder(study) / LEDGER_FILE
    if not path.exists() or not (sources or digests):
        return
    import pyarrow.parquet as pq

    table = pq.read_table(path, partitioning=None)
    rows = zip(*(table[name].to_pylist() for name in ("source_id", "sha256")), strict=True)
    kept = [source not in sources and (source is not None or digest not in digests) for source, digest in rows]
    if not all(kept):
        with replace_whole(path) as part:
            pq.write_table(table.filter(kept), part)


def remove_derived(study: Path) -> list[str]:
    """Delete what was made of the corpus, and what notebooks show of it; all of it can be made again.

    Of topics the register stays, without models and without posts that are gone: the ids that people gave names to
    hold on. The ledger of released numbers stays too: it holds no text and keeps later reports from giving hidden
    numbers away. Published reports were checked and stay as they are; drafts go.

    Returns
    -------
    removed
        Files and folders, relative to the study; notebooks that were only emptied by their number.
    """
    found = [*_derived(study)]
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    prune_register(study)
    emptied = sum(_empty_outputs(path) for path in sorted(study.rglob("*.ipynb")) if _is_own(path.relative_to(study)))
    shown = [path.relative_to(study).as_posix() for path in found]
    return shown + ([f"outputs of {emptied} notebooks"] if emptied else [])


def _derived(study: Path) -> Iterator[Path]:
    processed = study / PROCESSED
    for path in sorted(processed.iterdir()) if processed.is_dir() else ():
        if path.is_dir() and path.name not in _NOT_DERIVED:
            yield path
    # words of posts that runs proposed to a reviewer, and which posts they are about
    for name in ("candidates", "proposed", "topics"):
        yield from sorted((processed / "findings").glob(f"{name}-*"))
    yield from (path.parent for path in sorted((study / REPORTS).glob("*/*/*/manifest.json")) if _is_draft(path))
    yield from (study / REPORTS).glob(".part")  # a report that was being made when its run was killed
    snapshots = sorted((study / REGISTER).glob("????Q?.parquet"))
    if not snapshots:
        yield from ([processed / "topics"] if (processed / "topics").exists() else [])
        return
    yield from (p for p in sorted((processed / "topics").iterdir()) if p != study / REGISTER)
    held = set((study / REGISTER).glob(SNAPSHOTS))
    yield from (p for p in sorted((study / REGISTER).iterdir()) if p not in held)  # models: they hold words


def _is_draft(manifest: Path) -> bool:
    """Tell whether a report shows words that nobody has reviewed, and so was never published."""
    try:
        return json.loads(manifest.read_text(encoding="utf-8")).get("draft") is True
    except (OSError, ValueError, AttributeError):
        return False


def prune_register(study: Path) -> None:
    """Leave in the topic register only posts that are in the corpus; every topic keeps its number.

    A topic that has no post any more is held by a row of its own, so that its number is not given to another one.
    """
    snapshots = sorted((study / REGISTER).glob(SNAPSHOTS))
    if not snapshots:
        return
    there = hashes_of(study)
    for path in snapshots:
        table = pd.read_parquet(path)
        numbers = table["topic"].loc[table["topic"].ge(0)].unique()
        kept = table[table["post"].isin(there)]
        lost = np.setdiff1d(numbers, kept["topic"].to_numpy())
        held = pd.DataFrame({"post": lost.astype(np.uint64), "topic": lost.astype(np.int64)})  # no hash is that small
        pruned = pd.concat([kept, held], ignore_index=True).sort_values("post", ignore_index=True)
        if not pruned.equals(table):
            with replace_whole(path) as part:
                pruned.to_parquet(part, index=False)


def hashes_of(study: Path) -> np.ndarray:
    """Return the hashes of the posts in the corpus, as the topic register names posts."""
    found = [hash_ids(table["post_id"].unique())
             for table in posts_of(study, read_manifest(study) or {"parts": []}, ["post_id"])]
    return np.concatenate([np.array([], dtype=np.uint64), *found])


def _is_own(path: Path) -> bool:
    """Tell whether a notebook is neither part of a published report nor of an export."""
    return path.parts[0] != REPORTS and not path.is_relative_to(RAW)


def _empty_outputs(path: Path) -> bool:
    """Take the outputs out of a notebook, and tell whether there were any."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell.get("outputs")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # no notebook, whatever its name says
    for cell in cells:
        cell["outputs"], cell["execution_count"] = [], None
    widgets = notebook.get("metadata", {}).pop("widgets", None)  # what they showed
    if cells or widgets:
        write_atomically(path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", is_private=False)
    return bool(cells or widgets)
