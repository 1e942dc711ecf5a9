"""Sources whose time is up: their exports and everything made of them deleted, and the deletion proven."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.settings import CARD_FILE, Settings, SourceCard, read_card
from workbench.sources.corpus.keys import hold_corpus
from workbench.sources.corpus.quarantine import FOLDER as QUARANTINE
from workbench.sources.corpus.removing import (
    count_posts,
    remaining_arenas,
    remove_derived,
    remove_posts,
    write_certificate,
)
from workbench.sources.corpus.store import read_manifest, sha256_of

RAW = Path("data", "raw")


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
        files = _raw_files(card)
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

    Its raw exports, quarantined rows, posts, links, arenas that have no other posts, and everything derived from the
    corpus go.

    Afterwards the corpus and the folders are read again; the certificate says what was deleted (files with their
    SHA-256, rows by table) and what that check found. Copies elsewhere, such as backups, are not reached.

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
    with hold_corpus(settings) as work:
        manifest = read_manifest(study)
        due = _due(study, manifest, on)
        listed = _listed(study, manifest, due)
        if dry_run or not listed[["files", "posts"]].to_numpy().any():
            return Purge(listed)
        certificate = _certificate(study, settings, manifest, due, listed, on)
        path = write_certificate(study, "purge", on, certificate | {"state": "begun"})
        removed: dict[str, Any] = {}
        if manifest:
            removed = _remove_rows(study, manifest, work, set(due))
        for folder in due.values():
            for file in folder:
                file.unlink(missing_ok=True)
        certificate |= {"removed": removed | {"derived": remove_derived(study)}, "check": _check(study, due)}
        write_certificate(study, "purge", on, certificate | {"state": "done"}, path)
    if any(certificate["check"].values()):
        raise WorkbenchError(f"{path}: not everything that was due is gone: {certificate['check']}. Check the rights "
                             "of these folders and purge again.")
    return Purge(listed, path)


def _due(study: Path, manifest: dict[str, Any] | None, on: date) -> dict[str, list[Path]]:
    """Return the raw and quarantined files of every source that is due."""
    due: dict[str, list[Path]] = {}
    for card in sorted((study / RAW).rglob(CARD_FILE)):
        read: SourceCard = read_card(card.parent)
        if read.delete_by <= on:
            due.setdefault(read.source_id, []).extend(_raw_files(card))
    for stored in (manifest or {}).get("cards", ()):
        if date.fromisoformat(stored["delete_by"]) <= on and stored["source_id"] not in due:
            due[stored["source_id"]] = []  # its exports are gone already, its posts may not be
    marks = {s["sha256"][:8]: s["source_id"] for s in (manifest or {}).get("sources", ())}
    for file in sorted((study / QUARANTINE).glob("*")):
        if (source := marks.get(file.name[:8])) in due:
            due[str(source)].append(file)
    return due


def _raw_files(card: Path) -> list[Path]:
    """Return the files a card describes: those beside and below it, but for folders with a card of their own."""
    inner = [c.parent for c in card.parent.rglob(CARD_FILE) if c != card]
    return [f for f in sorted(card.parent.rglob("*")) if f.is_file() and f.name != CARD_FILE
            and "quarantine" not in f.relative_to(card.parent).parts and not any(f.is_relative_to(i) for i in inner)]


def _listed(study: Path, manifest: dict[str, Any] | None, due: dict[str, list[Path]]) -> pd.DataFrame:
    dates = {c["source_id"]: c["delete_by"] for c in (manifest or {}).get("cards", ())}
    rows = [(source, dates.get(source), len(files), sum(f.stat().st_size for f in files),
             count_posts(study, manifest, "source_id", {source})) for source, files in sorted(due.items())]
    return pd.DataFrame(rows, columns=["source_id", "delete_by", "files", "bytes", "posts"])


def _remove_rows(study: Path, manifest: dict[str, Any], work: Path, due: set[str]) -> dict[str, Any]:
    def of_source(frame: pd.DataFrame) -> pd.Series[bool]:
        return frame["source_id"].isin(due)

    left = remaining_arenas(study, manifest, of_source)
    changes = {name: [s for s in manifest.get(name, []) if s["source_id"] not in due] for name in ("sources", "cards")}
    removed = remove_posts(
        study, manifest, work, posts=of_source, links=lambda links: links["post_id"].isna(), sightings=of_source,
        arenas=lambda arenas: arenas["source_id"].isin(due) & ~arenas["arena_id"].isin(left), changes=changes)
    return {f.name: getattr(removed, f.name) for f in fields(removed)}


def _certificate(study: Path, settings: Settings, manifest: dict[str, Any] | None, due: dict[str, list[Path]],
                 listed: pd.DataFrame, on: date) -> dict[str, Any]:
    files = [{"source_id": source, "file": f.relative_to(study).as_posix(), "bytes": f.stat().st_size,
              "sha256": sha256_of(f)} for source, found in sorted(due.items()) for f in found]
    return {"study": settings.name, "on": on.isoformat(), "sources": listed.to_dict("records"), "files": files,
            "key_fingerprint": (manifest or {}).get("key_fingerprint"),
            "reach": "Files and tables of this study's folder. Copies elsewhere, such as backups, are not reached. "
                     "Released aggregates and the ledger of released numbers stay; they hold no text and no account."}


def _check(study: Path, due: dict[str, list[Path]]) -> dict[str, int]:
    """Count what is still there of what was to be deleted, reading everything anew."""
    manifest = read_manifest(study)
    return {"files left": sum(f.exists() for files in due.values() for f in files),
            "posts left": count_posts(study, manifest, "source_id", set(due)),
            "sources left": sum(s["source_id"] in due for s in (manifest or {}).get("sources", ())),
            "derived left": len(remove_derived(study))}
