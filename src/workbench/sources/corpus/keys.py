"""The pseudonym key of a study: made, found, checked, and changed for another."""

from __future__ import annotations

import os
import re
import secrets
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.errors import InputError, KeyMismatchError
from workbench.files import RUN_LOCK, make_private, put_in_place, slug, write_atomically
from workbench.settings import Settings
from workbench.sources.corpus.deleting import finish_deletion, is_begun
from workbench.sources.corpus.quarantine import remove_unfinished
from workbench.sources.corpus.removing import remove_derived
from workbench.sources.corpus.store import LOCK_SECONDS, corpus_folder, locked, read_manifest, remove_unreferenced
from workbench.sources.redaction.pseudonyms import key_fingerprint

KEY_BYTES = 32
ID_FILE = Path("data", "processed", "study-id")


@contextmanager
def hold_corpus(settings: Settings) -> Iterator[Path]:
    """Hold the corpus for one command that changes it, and give a work folder in it.

    What was interrupted, be it a deletion or a rotation, is finished first.
    """
    with locked(settings.folder) as work:
        for left in corpus_folder(settings.folder).glob(".*.part"):
            left.unlink()  # never finished
        remove_unfinished(settings.folder)
        finish_deletion(settings.folder)
        finish_rotation(settings)
        remove_unreferenced(read_manifest(settings.folder), corpus_folder(settings.folder))
        yield work


@contextmanager
def without_reports(settings: Settings) -> Iterator[None]:
    """Keep reports from being made while what they are made of is deleted; enter it before `hold_corpus`.

    Raises
    ------
    InputError
        If a report is being made.
    """
    import filelock

    lock = filelock.FileLock(make_private((settings.folder / RUN_LOCK).parent) / RUN_LOCK.name, mode=0o600)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout as error:
        raise InputError(f"{settings.folder}: a report is being made in this study. Wait until it is done and start "
                         "again; nothing was changed.") from error
    try:
        yield
    finally:
        lock.release()


def finish_interrupted(settings: Settings) -> None:
    """Finish a deletion that was killed, before the study is read.

    Raises
    ------
    WorkbenchError
        If it cannot be finished; the message says what is in the way.
    """
    if is_begun(settings.folder):
        with suppress(InputError), hold_corpus(settings):  # held by another: its command is alive and finishes itself
            pass


def find_key_file(settings: Settings) -> Path:
    """Return where the pseudonym key of a study lies.

    Where nothing is said, the key belongs to the study's own id, not to its name: another study may have that name
    and another key. The id is made once and lies in the study.
    """
    if settings.key_file:
        return settings.key_file
    folder = Path(os.environ.get("XDG_CONFIG_HOME", "~/.config")).expanduser() / "workbench"
    path = folder / f"{_study_id(settings)}.key"
    manifest = None if path.exists() else read_manifest(settings.folder)
    if manifest and _counts(shared := folder / f"{slug(settings.name)}.key", manifest):
        # studies of one name had one key: each that was made with it takes a copy of its own
        write_atomically(path, shared.read_text(encoding="ascii"))
    return path


def _study_id(settings: Settings) -> str:
    path = settings.folder / ID_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        write_atomically(part, f"{slug(settings.name)}-{secrets.token_hex(4)}\n")
        _give_name_once(part, path)
    found = path.read_text(encoding="utf-8").strip()
    if not re.fullmatch(r"[\w-]+", found):
        raise KeyMismatchError(f"{path}: is not the id of a study, by which its pseudonym key is found. Put the right "
                               "file back, or set key_file in study.toml.")
    return found


def _give_name_once(part: Path, path: Path) -> None:
    """Give a finished file its name unless another command was faster: then that one's file stays."""
    try:
        os.link(part, path)
    except (FileExistsError, FileNotFoundError):
        pass
    except OSError:  # a file system without second names
        os.replace(part, path)
    part.unlink(missing_ok=True)


def require_key(settings: Settings) -> None:
    """Refuse a study that has no key yet."""
    if not (path := find_key_file(settings)).exists():
        raise KeyMismatchError(f"{path}: there is no key yet. `workbench key new` makes one, and so does the first "
                               "import.")


def load_key(settings: Settings) -> bytes:
    """Load the pseudonym key of a study, or create it where there is none yet.

    A new key is 32 random bytes, written as hexadecimal digits to a file that only its owner
    can read (mode 0600), outside the study's folder.

    Raises
    ------
    KeyMismatchError
        If the key file lies inside the study's folder or is damaged, if the corpus was made
        with another key, or if the corpus exists and its key is gone.
    """
    path = find_key_file(settings)
    if path.resolve().is_relative_to(settings.folder.resolve()):
        raise KeyMismatchError(f"{path}: the pseudonym key lies inside the study's folder, beside the data it "
                               "protects. Move it elsewhere and set key_file in study.toml.")
    if not settings.key_file and path.parent.exists():
        make_private(path.parent)  # our own folder; one that was named may be for other things too
    manifest = read_manifest(settings.folder)
    if _counts(new_key_file(settings), manifest):
        path = new_key_file(settings)
    if not path.exists():
        if manifest:
            raise KeyMismatchError(f"{path}: the pseudonym key is missing, and the corpus was made with the key of "
                                   f"fingerprint {manifest['key_fingerprint']}. Put that file back.")
        create_key(path)
    key = read_key(path)
    check_fingerprint(manifest, key, settings.folder)
    if settings.key_file:
        _note_study(settings)
    return key


def _note_study(settings: Settings) -> None:
    """Note beside a key file that may be shared that this study has it."""
    path, own = _studies_file(settings), _study_id(settings)
    known = path.read_text(encoding="utf-8").split() if path.exists() else []
    if own not in known:
        with suppress(OSError):  # a key on a medium that cannot be written to: it cannot be rotated either
            write_atomically(path, "".join(f"{name}\n" for name in sorted({*known, own})))


def _studies_file(settings: Settings) -> Path:
    path = find_key_file(settings)
    return path.with_name(path.name + ".studies")


def refuse_shared_key(settings: Settings) -> None:
    """Refuse to change a key that other studies have too: they would be locked out."""
    path = _studies_file(settings)
    known = path.read_text(encoding="utf-8").split() if settings.key_file and path.exists() else []
    if others := sorted(set(known) - {_study_id(settings)}):
        raise KeyMismatchError(f"{find_key_file(settings)}: is also the key of {', '.join(others)}, which would be "
                               "locked out. Copy it, set key_file in this study's study.toml to the copy, and rotate "
                               f"again. Of studies that are no more, remove the line from {path}.")


def new_key(settings: Settings) -> bytes:
    """Make the pseudonym key of a study.

    Raises
    ------
    KeyMismatchError
        If there is one already.
    """
    with hold_corpus(settings):
        if (path := find_key_file(settings)).exists():
            raise KeyMismatchError(f"{path}: there is a key already. `workbench key rotate` gives the study another "
                                   "one.")
        return load_key(settings)


def read_fingerprint(settings: Settings) -> str:
    """Return the fingerprint of a study's key, without making one.

    Raises
    ------
    KeyMismatchError
        If there is none yet, or it is not the one the corpus was made with.
    """
    require_key(settings)
    return key_fingerprint(load_key(settings))


def new_key_file(settings: Settings) -> Path:
    """Return where the next key lies while a rotation goes on."""
    path = find_key_file(settings)
    return path.with_name(path.name + ".next")


def finish_rotation(settings: Settings) -> None:
    """Put the next key in place where the manifest names it already: there the rotation was interrupted.

    The manifest decides which of two keys counts, so that one step changes both. What was made under the old key
    goes before that key does. Each step can be repeated.
    """
    next_key, manifest = new_key_file(settings), read_manifest(settings.folder)
    next_key.with_name(f".{next_key.name}.part").unlink(missing_ok=True)  # never finished
    if _counts(next_key, manifest):
        remove_unreferenced(manifest, corpus_folder(settings.folder))
        remove_derived(settings.folder)
        put_in_place(next_key, find_key_file(settings))


def _counts(path: Path, manifest: dict[str, Any] | None) -> bool:
    """Return whether a key is there and is the one the corpus was made with."""
    return (manifest is not None and path.exists()
            and key_fingerprint(read_key(path)) == manifest["key_fingerprint"])


def check_fingerprint(manifest: dict[str, Any] | None, key: bytes, study: Path) -> None:
    """Refuse a key that is not the one a corpus was made with."""
    if manifest and manifest["key_fingerprint"] != key_fingerprint(key):
        raise KeyMismatchError(f"{study}: the key given has fingerprint {key_fingerprint(key)}, but the corpus was "
                               f"made with {manifest['key_fingerprint']}. Put the right key file back, or import anew "
                               "into an empty corpus.")


def create_key(path: Path) -> None:
    """Write a new random key to a file that only its owner can read; it is whole or not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, secrets.token_hex(KEY_BYTES) + "\n")
    except OSError as error:
        raise KeyMismatchError(f"{path}: the pseudonym key cannot be created ({error.strerror}). Set key_file in "
                               "study.toml to a place outside the study that you may write to.") from error


def read_key(path: Path) -> bytes:
    """Read a key file, unless others on the machine could do so too."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyMismatchError(f"{path}: others on this machine can read the pseudonym key. "
                                   f"`chmod 600 {shlex.quote(str(path))}` keeps it to you.")
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise KeyMismatchError(f"{path}: cannot be read as a pseudonym key of {2 * KEY_BYTES} hexadecimal digits. "
                               "Put the right file back.") from error
    if len(key) != KEY_BYTES:
        raise KeyMismatchError(f"{path}: holds {len(key)} bytes instead of the {KEY_BYTES} of a pseudonym key. "
                               "Put the right file back.")
    return key
