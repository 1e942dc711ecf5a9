"""A new pseudonym key for a study: every export read again, nothing else changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.settings import Settings
from workbench.sources.corpus.importing import import_files
from workbench.sources.corpus.intake import ExportFile, look_at
from workbench.sources.corpus.keys import (
    create_key,
    find_key_file,
    finish_rotation,
    hold_corpus,
    load_key,
    new_key_file,
    read_key,
    require_key,
)
from workbench.sources.corpus.ledger import ImportLedger
from workbench.sources.corpus.store import read_manifest, sha256_of
from workbench.sources.keeping.purging import RAW
from workbench.sources.readers.detection import known_formats
from workbench.sources.redaction.pseudonyms import key_fingerprint


def rotate_key(settings: Settings, *, progress: bool = False) -> tuple[str, ImportLedger]:
    """Give a study a new pseudonym key.

    Pseudonyms cannot be turned back, so every export that was imported is read again under the new key, beside what
    is there; the new manifest then names the new parts and the new key in one step. Arena codes stay. What was
    derived from the corpus and the old key are destroyed. Interrupted at any point, the study has either the old key
    and corpus or the new ones.

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
    with hold_corpus(settings) as work:
        require_key(settings)
        old_key, manifest = load_key(settings), read_manifest(study)
        if manifest is None:
            raise InputError(f"{study}: nothing has been imported, so there is nothing to rotate. Remove "
                             f"{find_key_file(settings)} and run `workbench key new`.")
        if manifest.get("forgotten"):
            raise InputError(f"{study}: {len(manifest['forgotten'])} pseudonyms of forgotten accounts would be lost, "
                             "and their posts come back. Forget the accounts again after deleting or re-exporting the "
                             "exports that hold them, then start from a new study.")
        files = _exports(study, manifest)
        create_key(new_key_file(settings))
        key = read_key(new_key_file(settings))
        ledger = import_files(files, study=study, work=work, key=key, former_key=old_key, progress=progress)
        finish_rotation(settings)
    return key_fingerprint(key), ledger


def _exports(study: Path, manifest: dict[str, Any]) -> list[ExportFile]:
    """Find every export that was imported again, by its source and SHA-256."""
    wanted = {(source["source_id"], source["sha256"]): source for source in manifest["sources"]}
    formats = {source["sha256"]: source["format"] for source in manifest["sources"]}
    found: dict[tuple[str, str], ExportFile] = {}
    for path in sorted((study / RAW).rglob("*")):
        if path.is_file() and (digest := sha256_of(path)) in formats:
            file = look_at(path, study=study, form=known_formats().get(formats[digest]), is_named=True)
            if file.card and (file.card.source_id, digest) in wanted:
                found.setdefault((file.card.source_id, digest), file)
    missing = sorted(f"{wanted[name]['file']} of {name[0]}" for name in wanted.keys() - found.keys())
    if missing:
        raise InputError(f"{study}: {len(missing)} exports that were imported are no longer there unchanged: "
                         f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''} (the first digits of their "
                         "SHA-256, and their source). Put them back, or purge their sources first.")
    return [found[name] for name in wanted]
