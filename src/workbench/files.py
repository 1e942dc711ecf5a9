"""Files written whole or not at all, and kept to their owner where they are private."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# below a study's folder, where more than one floor looks
DELETION = Path("data", "processed", "corpus", "journal.json")  # a deletion that has begun and is not finished
CODING = Path("coding")  # samples of posts and what people and models said of them, by period
CODING_LOCK = CODING / ".lock"  # held for the moment in which answers are written, or rows are taken out
# what people write for their practice: read through when somebody is forgotten, and never changed by that
WRITTEN = ("handbook", "watch", "alerts")
START_PAGE = "start.md"  # which `workbench lab` writes; no part of what a report rests on
RUN_LOCK = Path("data", "processed", ".run.lock")  # of a study: held while a report is made, or what it is made of goes


@contextmanager
def replace_whole(path: Path, *, is_private: bool = True) -> Iterator[Path]:
    """Give a place beside a file to write its next content to; on leaving, it takes the file's place.

    The old content stays whole until the new one is on the disk. Where writing fails, the old file stays and nothing
    is left beside it.

    Parameters
    ----------
    is_private
        Whether the file is for its owner alone (mode 600), or for whom the folder's rights say: what people fill in.
    """
    part = path.with_name(f".{path.name}.part")  # of one name, so that a crash leaves nothing that the next try keeps
    try:
        yield part
        put_in_place(part, path, is_private=is_private)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: bytes | str, *, is_private: bool = True) -> None:
    """Write a file whole or not at all, see `replace_whole`; text as UTF-8 with the line ends it has."""
    with replace_whole(path, is_private=is_private) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if is_private else 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)


def put_in_place(part: Path, path: Path, *, is_private: bool = True) -> None:
    """Give a finished file its name, in place of what had it, on the disk for good."""
    if is_private:
        part.chmod(0o600)
    elif path.exists():
        shutil.copymode(path, part)
    sync(part)
    os.replace(part, path)
    sync(path.parent)


def make_private(folder: Path) -> Path:
    """Make a folder where it is absent, keep it to its owner (mode 700), and return it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        with suppress(PermissionError):  # another's folder, which only they can close
            folder.chmod(0o700)
    return folder


def slug(name: str) -> str:
    """Return a name as it stands in file names: small letters, digits and hyphens."""
    return re.sub(r"[^\w-]+", "-", name.casefold()).strip("-") or "study"


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    is_folder = path.is_dir()
    if is_folder and os.name != "posix":  # Windows opens no folders
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)  # nor does it sync what it only reads
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
