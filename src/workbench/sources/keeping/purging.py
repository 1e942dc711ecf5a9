"""Sources whose time is up: their exports and everything made of them deleted, and the deletion proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.settings import CARD_FILE, Settings, SourceCard, read_card
from workbench.sources.corpus.deleting import Deletion, begin_deletion, check_left, finish_deletion
from workbench.sources.corpus.keys import hold_corpus, without_reports
from workbench.sources.corpus.quarantine import FOLDER as QUARANTINE
from workbench.sources.corpus.removing import RAW, raw_files
from workbench.sources.corpus.scanning import Sought
from workbench.sources.corpus.store import read_manifest, sha256_of
from workbench.sources.corpus.withdrawing import Leaving, count_posts, withdraw


@dataclass(frozen=True)
class Purge:
    """What a purge deletes, or would delete.

    Attributes
    ----------
    sources
        One row per source that is due: `source_id`, `delete_by`, `files`, `bytes`, `posts`.
    certificate
        Where the proof lies; None where nothing was deleted.
    """

    sources: pd.DataFrame
    certificate: Path | None = None


def list_raw(settings: Settings) -> pd.DataFrame:
    """List the sources under ``data/raw`` with the day by which they must be deleted.

    Returns
    -------
    sources
        `source_id`, `delete_by` (date; missing where the card has faults), `files`, `bytes`, `folder` (relative
        to the study), soonest first.
    """
    rows = []
    for card in sorted((settings.folder / RAW).rglob(CARD_FILE)):
        files = raw_files(card)
        try:
            due: date | None = read_card(card.parent).delete_by
        except WorkbenchError:
            due = None
        rows.append((card.parent.name, due, len(files), sum(f.stat().st_size for f in files),
                     card.parent.relative_to(settings.folder).as_posix()))
    listed = pd.DataFrame(rows, columns=["source_id", "delete_by", "files", "bytes", "folder"])
    return listed.sort_values(["delete_by", "folder"], ignore_index=True, na_position="first")


def purge_sources(settings: Settings, *, on: date, dry_run: bool = False) -> Purge:
    """Delete every source whose ``delete_by`` has come.

    Its raw exports, quarantined rows, posts, links, arenas and accounts that have no other posts, its rows in the
    history of imports, and everything derived from the corpus go. What is to go is written down first; interrupted at
    any point, the next command finishes it before it does anything else.

    Afterwards every file of the study is read again; the certificate says what was deleted, what was looked for, what
    is still there of it, and what remains because a purge does not reach it: published reports, reviews, backups.

    Parameters
    ----------
    on
        Today.
    dry_run
        Only say what is due.

    Raises
    ------
    CardError
        If a card under ``data/raw`` has faults, so that its date cannot be known.
    WorkbenchError
        If something that was to be deleted is still there.
    """
    study = settings.folder
    with without_reports(settings), hold_corpus(settings) as work:
        manifest = read_manifest(study)
        due = _due(study, manifest, on)
        listed = _listed(study, manifest, due)
        if dry_run or not listed[["files", "posts"]].to_numpy().any():
            return Purge(listed)
        deletion, sought = _prepare(settings, manifest, work, due, listed, on)
        begin_deletion(study, deletion, sought)
        done = finish_deletion(study)
    assert done is not None
    path, certificate = done
    check_left(path, certificate)
    return Purge(listed, path)


def _due(study: Path, manifest: dict[str, Any] | None, on: date) -> dict[str, list[Path]]:
    """Return the raw and quarantined files of every source that is due."""
    due: dict[str, list[Path]] = {}
    for card in sorted((study / RAW).rglob(CARD_FILE)):
        read: SourceCard = read_card(card.parent)
        if read.delete_by <= on:
            due.setdefault(read.source_id, []).extend(raw_files(card))
    for stored in (manifest or {}).get("cards", ()):
        if date.fromisoformat(stored["delete_by"]) <= on and stored["source_id"] not in due:
            due[stored["source_id"]] = []  # its exports are gone already, its posts may not be
    marks = {s["sha256"][:8]: s["source_id"] for s in (manifest or {}).get("sources", ())}
    for file in sorted((study / QUARANTINE).glob("*")):
        if (source := marks.get(file.name[:8])) in due:
            due[str(source)].append(file)
    return due


def _listed(study: Path, manifest: dict[str, Any] | None, due: dict[str, list[Path]]) -> pd.DataFrame:
    dates = {c["source_id"]: c["delete_by"] for c in (manifest or {}).get("cards", ())}
    dates |= {read.source_id: read.delete_by.isoformat() for card in (study / RAW).rglob(CARD_FILE)
              if (read := read_card(card.parent)).source_id in due}
    rows = [(source, dates.get(source), len(files), sum(f.stat().st_size for f in files),
             count_posts(study, manifest, "source_id", {source})) for source, files in sorted(due.items())]
    return pd.DataFrame(rows, columns=["source_id", "delete_by", "files", "bytes", "posts"])


def _prepare(settings: Settings, manifest: dict[str, Any] | None, work: Path, due: dict[str, list[Path]],
             listed: pd.DataFrame, on: date) -> tuple[Deletion, Sought]:
    """Write the corpus without the sources beside the one there is, and say what else is to be done."""
    files: list[dict[str, Any]] = [{"source_id": source, "bytes": f.stat().st_size, "sha256": sha256_of(f)}
                                   for source, found in sorted(due.items()) for f in found]
    about = {"study": settings.name, "sources": listed.to_dict("records"),
             "key_fingerprint": (manifest or {}).get("key_fingerprint")}
    sought = Sought(sources=frozenset(due), files={file["sha256"]: file["bytes"] for file in files})
    if manifest is None:
        return Deletion("purge", on.isoformat(), None, sorted(due), files, certificate=about), sought
    changes = {name: [s for s in manifest.get(name, []) if s["source_id"] not in due] for name in ("sources", "cards")}
    gone = withdraw(settings.folder, manifest, work, Leaving(sources=frozenset(due)), changes=changes)
    about["removed"] = gone.removed.as_dict()
    sought = Sought(gone.posts, gone.accounts, sought.sources, sought.files)
    return Deletion("purge", on.isoformat(), gone.manifest, sorted(due), files, certificate=about), sought
