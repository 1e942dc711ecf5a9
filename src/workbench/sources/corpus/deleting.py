"""A deletion as one transaction: written down first, then done step by step, and finished by whatever comes next."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import WorkbenchError
from workbench.files import CODING, make_private, put_in_place, write_atomically
from workbench.sources.corpus.coded import prune_coding
from workbench.sources.corpus.removing import (
    remove_derived,
    remove_files,
    remove_history,
    remove_lines,
)
from workbench.sources.corpus.scanning import CERTIFICATES, COPIES, WORDS, Sought, list_remains, scan_study
from workbench.sources.corpus.store import (
    JOURNAL,
    JOURNAL_IDS,
    corpus_folder,
    remove_unreferenced,
    write_manifest,
)

_OWN = ("data/processed/", "data/raw/quarantine/", f"{CODING.as_posix()}/")  # where nothing may be left


@dataclass(frozen=True)
class Deletion:
    """What is to be done, by ids, pseudonyms and digests only.

    Attributes
    ----------
    kind
        purge | forget.
    manifest
        Of the corpus without what goes; its parts lie beside the old ones. None where nothing was imported.
    sources
        Ids of sources that go whole.
    files
        Of each file to delete: `source_id`, `bytes`, `sha256`.
    lines
        Digests of rows in quarantine.
    certificate
        What the certificate says of it, and its file name as `name`.
    """

    kind: str
    on: str
    manifest: dict[str, Any] | None
    sources: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    certificate: dict[str, Any] = field(default_factory=dict)


def begin_deletion(study: Path, deletion: Deletion, sought: Sought) -> None:
    """Write down what is to be done: from here on it counts, and is done whatever happens."""
    folder = make_private(corpus_folder(study))
    columns = [(kind, value) for kind in ("posts", "accounts") for value in sorted(getattr(sought, kind))]
    part = folder / f".{JOURNAL_IDS}.part"
    pq.write_table(pa.table({name: pa.array([row[i] for row in columns], type=pa.string())
                             for i, name in enumerate(("kind", "value"))}), part)
    put_in_place(part, folder / JOURNAL_IDS)
    name = _certificate_name(study, deletion)
    written = replace(deletion, certificate={**deletion.certificate, "name": name})
    write_atomically(folder / JOURNAL, json.dumps(asdict(written), ensure_ascii=False) + "\n")


def is_begun(study: Path) -> bool:
    """Tell whether a deletion has begun and is not finished."""
    return (corpus_folder(study) / JOURNAL).exists()


def finish_deletion(study: Path, *, words: Collection[str] = (),
                    is_copy: Callable[[str], bool] | None = None) -> tuple[Path, dict[str, Any]] | None:
    """Do what the journal says, from wherever a kill left it; every step can be repeated.

    Parameters
    ----------
    words, is_copy
        Handles and names, and what tells copies of texts, to look for them afterwards: the command that began it knows
        them, one that finishes it does not.

    Returns
    -------
    certificate
        Where it lies, and what it says; None where no deletion has begun.

    Raises
    ------
    WorkbenchError
        If a file cannot be deleted. The next command tries again, and none does anything else before.
    """
    folder = corpus_folder(study)
    try:
        said = Deletion(**json.loads((folder / JOURNAL).read_text(encoding="utf-8")))
    except FileNotFoundError:
        (folder / JOURNAL_IDS).unlink(missing_ok=True)  # killed before it was begun, or after the last step but one
        return None
    except (OSError, ValueError, TypeError) as error:
        raise WorkbenchError(f"{folder / JOURNAL}: a deletion was interrupted, and what is left to do cannot be read. "
                             "Restore the study from its backup and delete again.") from error
    try:
        removed = _do(study, folder, said)
        certificate = _certify(study, folder, said, removed, frozenset(words), is_copy)
        path = make_private(study / CERTIFICATES) / said.certificate["name"]
        write_atomically(path, json.dumps(certificate, ensure_ascii=False, indent=1, default=str) + "\n")
        (folder / JOURNAL).unlink()
        (folder / JOURNAL_IDS).unlink(missing_ok=True)
    except OSError as error:
        raise WorkbenchError(f"{error.filename or folder}: a deletion that was begun cannot be finished "
                             f"({error.strerror}). See to it that you may delete there; the next command goes on "
                             "with it before it does anything else.") from error
    return path, certificate


def _do(study: Path, folder: Path, said: Deletion) -> dict[str, Any]:
    if said.manifest is not None:
        write_manifest(said.manifest, folder)
        remove_unreferenced(said.manifest, folder)
    digests = {file["sha256"] for file in said.files}
    remove_history(study, said.sources, digests)
    remove_files(study, said.sources, digests)
    remove_lines(study, frozenset(said.lines))
    coded = prune_coding(study) if said.manifest is not None else 0
    return {"derived": remove_derived(study), "rows of samples, scores and codes": coded}


def _certify(study: Path, folder: Path, said: Deletion, removed: dict[str, Any],
             words: frozenset[str], is_copy: Callable[[str], bool] | None) -> dict[str, Any]:
    """Read the whole study again and say what was looked for, what was found, and what remains."""
    table = pq.read_table(folder / JOURNAL_IDS)
    values: dict[str, set[str]] = {"posts": set(), "accounts": set()}
    for kind, value in zip(table["kind"].to_pylist(), table["value"].to_pylist(), strict=True):
        values[kind].add(value)
    others = {source["sha256"] for source in (said.manifest or {}).get("sources", ())}  # the same file in two sources
    files = {file["sha256"]: file["bytes"] for file in said.files if file["sha256"] not in others}
    sought = Sought(frozenset(values["posts"]), frozenset(values["accounts"]), frozenset(said.sources), files, words,
                    is_copy)
    scan = scan_study(study, sought)
    content = {key: value for key, value in said.certificate.items() if key != "name"}
    looked = sought.describe()
    if said.kind == "forget" and not words:
        looked["handles and names"] = ("not looked for: the deletion was interrupted, and the command that finished it "
                                       "did not know them")
    left = [row for row in scan.found if row["file"].startswith(_OWN)]
    return {**content, "kind": said.kind, "on": said.on, "state": "done",
            "files": [{"file": f"{f['source_id']}/{f['sha256'][:8]}", **f} for f in said.files],
            "removed": {**content.get("removed", {}), **removed, "quarantined rows": len(said.lines)},
            "looked for": looked, "looked through": {"files": scan.files, "by folder": dict(scan.folders),
                                                      "not read, by ending": dict(scan.unread)},
            "left": left, "check": {"left in processed tables and quarantine": sum(row["times"] for row in left)},
            "remains": {"found in files that are not changed": [row for row in scan.found if row not in left],
                        **list_remains(study)}}


def check_left(path: Path, certificate: dict[str, Any]) -> None:
    """Refuse a deletion of which something is still there; words alone may be those of others.

    Raises
    ------
    WorkbenchError
        The message says how many files the certificate names.
    """
    if left := {row["file"] for row in certificate["left"] if not row["what"].startswith((WORDS, COPIES))}:
        raise WorkbenchError(f"{path}: {len(left)} files still hold something of what was to be deleted. The "
                             "certificate names them; see to it that they may be changed, and run it again.")


def _certificate_name(study: Path, deletion: Deletion) -> str:
    number = 1
    while (study / CERTIFICATES / f"{deletion.kind}-{deletion.on}-{number}.json").exists():
        number += 1
    return f"{deletion.kind}-{deletion.on}-{number}.json"
