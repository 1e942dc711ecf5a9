"""Files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replace_whole(path: Path) -> Iterator[Path]:
    """Give a place beside a file to write its next content to; on leaving, it takes the file's place.

    The old content stays whole until the new one is on the disk. The file is for its owner alone (mode 600). Where
    writing fails, the old file stays and nothing is left beside it.
    """
    part = path.with_name(f".{path.name}.part")  # of one name, so that a crash leaves nothing that the next try keeps
    try:
        yield part
        part.chmod(0o600)
        sync(part)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file whole or not at all, for its owner alone; text as UTF-8 with the line ends it has."""
    with replace_whole(path) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name != "posix" and path.is_dir():  # Windows opens no folders
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
