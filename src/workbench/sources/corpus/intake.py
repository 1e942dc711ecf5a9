"""What the files of an import are, found out before anything is read or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import CardError, InputError
from workbench.settings import CARD_FILE, SourceCard, read_card
from workbench.sources.corpus.store import sha256_of
from workbench.sources.readers.detection import detect_format
from workbench.sources.readers.guarded import detect_guarded
from workbench.sources.readers.opening import Stream, list_streams
from workbench.sources.readers.records import Format
from workbench.sources.readers.times import check_time_zone

# what the workbench, the made-up city and careful collectors put beside exports
_OWN_NAMES = (CARD_FILE, "README.md", "SOURCE.md", "truth.json", "truth-posts.csv")
_OWN_ENDINGS = (".example", ".new")


@dataclass(eq=False)
class ExportFile:
    """One file of an import: what is known before reading, and what is counted while reading."""

    shown: str  # as the ledger names it
    name: str
    sha256: str
    size: int
    card: SourceCard | None = None
    streams: list[tuple[Stream, Format]] = field(default_factory=list)  # none: it is no export
    is_told: bool = False  # whether a person named its format
    note: str | None = None
    stamp: str = ""  # of all that decides how it is read
    collected: date = date.max  # the last day it can have been collected on
    rows_read: int = 0
    counted: int | None = None
    album_parts: int = 0
    service: int = 0
    assumed_utc: int = 0
    unwanted: int = 0
    undated: int = 0
    forgotten: int = 0
    outside_card: int = 0
    filled: set[str] = field(default_factory=set)  # columns of posts that hold something
    reasons: Counter[str] = field(default_factory=Counter)
    ids: dict[int, list[np.ndarray]] = field(default_factory=dict)  # by sighting, where ids count up
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    start: int = 0  # sequence numbers of its rows
    stop: int = 0


def ids_of(file: ExportFile, codes: np.ndarray) -> dict[str, np.ndarray]:
    """Return the distinct ids of a file by arena, in order, where ids count up."""
    by_code: dict[str, list[np.ndarray]] = {}
    for sighting, arrays in file.ids.items():
        by_code.setdefault(codes[sighting], []).extend(arrays)
    return {code: np.unique(np.concatenate(arrays)) for code, arrays in by_code.items()}


def walk_paths(paths: Sequence[Path]) -> list[tuple[Path, bool]]:
    """Return the files to look at, each once, and whether it was named itself.

    Of a folder, the project's own files are left out.

    Raises
    ------
    InputError
        If a path does not exist.
    """
    found: dict[Path, tuple[Path, bool]] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder. Check the path.")
        if not path.is_dir():
            found[path.resolve()] = (path, True)
            continue
        for file in sorted(path.rglob("*")):
            folders = file.relative_to(path).parts
            is_own = file.name in _OWN_NAMES or file.suffix in _OWN_ENDINGS or "quarantine" in folders
            if file.is_file() and not is_own and not any(f.startswith(".") for f in folders):
                found.setdefault(file.resolve(), (file, False))
    return list(found.values())


def look_at(path: Path, *, study: Path, form: Format | None, is_named: bool,
            card: SourceCard | None = None) -> ExportFile:
    """Find out what a file is, and check its card.

    Parameters
    ----------
    form
        The format, where it is not to be told from the content.
    is_named
        Whether the file must be an export; one that was come across may be something else.
    card
        Where it is not to be read beside the file.

    Raises
    ------
    CardError, InputError
        If the file is an export without a complete card, or cannot be read and was named.
    """
    resolved = path.resolve()
    shown = resolved.relative_to(study).as_posix() if resolved.is_relative_to(study) else path.name
    try:
        file = ExportFile(shown, path.name, sha256_of(path), path.stat().st_size)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check its rights.") from error
    try:
        file.is_told = is_named and form is not None
        file.streams = _streams(path, form if is_named else None)
    except InputError as error:
        if is_named:
            raise
        file.note = str(error).removeprefix(f"{path}: ")
        return file
    file.card = card or read_card(path)
    check_time_zone(file.card)
    own = sorted({form.name for _, form in file.streams if form.own_account})
    if own and file.card.access != "closed":
        raise CardError(f"{file.card.path}: {shown} is in the format {', '.join(own)}, what a person downloads of "
                        "their own account. Such a source is closed: set access = \"closed\" and say in closed_basis "
                        "by what right it is used.")
    return file


def _streams(path: Path, form: Format | None) -> list[tuple[Stream, Format]]:
    streams = list_streams(path)
    if len(streams) == 1:
        streams[0].head()
        if form and form.fit:
            form = form.fit(streams[0]) or form
        return [(streams[0], form or detect_format(streams[0]))]
    told = zip(streams, detect_guarded(streams), strict=True)
    found = [(stream, form) for stream, form in told if isinstance(form, Format)]  # the others are photos, styles ...
    if not found:
        raise InputError(f"{path}: none of its {len(streams)} members is in a format that is known. Unpack it and "
                         "name the file.")
    return found
