"""A new pseudonym key for a study: every export read again, nothing else changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from workbench.errors import InputError, KeyMismatchError
from workbench.settings import Settings
from workbench.sources.formats import known_formats
from workbench.sources.importing import import_files
from workbench.sources.intake import ExportFile, look_at
from workbench.sources.ledger import ImportLedger
from workbench.sources.pseudonyms import create_key, finish_rotation, key_fingerprint, load_key, new_key_file, read_key
from workbench.sources.removing import remove_derived
from workbench.sources.store import CORPUS, corpus_folder, locked, read_manifest, sha256_of


def rotate_key(settings: Settings, *, progress: bool = False) -> tuple[str, ImportLedger]:
    """Give a study a new pseudonym key.

    Pseudonyms cannot be turned back, so every export that was imported is read again under the new key, in a folder
    beside the corpus, which then takes its place together with the key. Arena codes stay. The old key is
    destroyed. Interrupted at any point, the study has either the old key and corpus or the new ones.

    Returns
    -------
    fingerprint, ledger
        Of the new key; of the import.

    Raises
    ------
    InputError
        If an export that was imported is no longer under the study's folder, or accounts were forgotten: their
        pseudonyms cannot be carried over.
    KeyMismatchError
        If there is no key yet.
    """
    study = settings.folder
    finish_rotation(settings)
    if not settings.key_file.exists():
        raise KeyMismatchError(f"{settings.key_file}: there is no key yet. `workbench key new` makes one.")
    old_key = load_key(settings)
    with locked(study):
        manifest = read_manifest(study)
        if manifest is None:
            raise InputError(f"{study}: nothing has been imported, so there is nothing to rotate. Remove "
                             f"{settings.key_file} and run `workbench key new`.")
        if manifest.get("forgotten"):
            raise InputError(f"{study}: {len(manifest['forgotten'])} pseudonyms of forgotten accounts would be lost, "
                             "and their posts come back. Forget the accounts again after deleting or re-exporting the "
                             "exports that hold them, then start from a new study.")
        files = _exports(study, manifest)
        fresh = study / "data" / "processed" / "rotation"
        shutil.rmtree(fresh, ignore_errors=True)
        key_file = new_key_file(settings)
        key_file.unlink(missing_ok=True)
        create_key(key_file)
        ledger = import_files(files, study=fresh, key=read_key(key_file), progress=progress,
                              former=(old_key, corpus_folder(study), manifest))
        shutil.rmtree(fresh / "data" / "raw", ignore_errors=True)  # the quarantine is there already
        os.replace(fresh / CORPUS, study / "data" / "processed" / "corpus.rotated")
        shutil.rmtree(fresh)
    finish_rotation(settings)
    remove_derived(study)
    return key_fingerprint(load_key(settings)), ledger


def _exports(study: Path, manifest: dict[str, Any]) -> list[ExportFile]:
    """Find every export that was imported again, by its SHA-256."""
    wanted = {source["sha256"]: source for source in manifest["sources"]}
    found: dict[str, Path] = {}
    for source in manifest["sources"]:
        path = study / source["file"]
        if path.is_file() and sha256_of(path) == source["sha256"]:
            found[source["sha256"]] = path
    missing = sorted({source["file"] for digest, source in wanted.items() if digest not in found})
    if missing:
        raise InputError(f"{study}: {len(missing)} exports that were imported are no longer there unchanged: "
                         f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}. Put them back, or purge their "
                         "sources first.")
    files = []
    for digest, path in found.items():
        name = wanted[digest]["format"]
        files.append(look_at(path, study=study, form=known_formats().get(name), is_named=True))
    return files
