"""A run's new state put in place: all of it or nothing, whatever happens in between."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.files import RUN_LOCK

PROCESSED = Path("data", "processed")
LOCK = RUN_LOCK
RUNS = PROCESSED / "runs"
JOURNAL = RUNS / "journal.json"
LOCK_SECONDS = 10
# files that are no part of a state: a lock is held or not, a part was never finished
PASSING = ("*.lock", "*.part")

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_NOT_THERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@contextmanager
def one_run_at_a_time(study: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the study for one run; a second one waits, and says so.

    What an earlier run left half done is finished first.
    """
    import filelock

    (study / PROCESSED).mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(study / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        tell("Another report is being made in this study. Waiting until it is done.")
        lock.acquire()
    try:
        _finish(study)
        yield
    finally:
        lock.release()


def finish_interrupted(study: Path) -> None:
    """Finish what a run left half done when it was killed; costs nothing where there is nothing.

    Raises
    ------
    WorkbenchError
        If it can be neither finished nor undone; the message says what is in the way.
    """
    import filelock

    if not (study / JOURNAL).is_file():
        return
    lock = filelock.FileLock(study / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout:
        return  # the run is alive and finishes by itself
    try:
        _finish(study)
    finally:
        lock.release()


def put_in_place(study: Path, changes: Sequence[tuple[Path, Path]], *, gone: Sequence[Path] = ()) -> None:
    """Put new files and folders in the place of the old ones, all of them or none; call it within the lock.

    A journal is written before the first step. Killed at any point, the next command finishes from it.

    Parameters
    ----------
    changes
        Of each the new file or folder, and where it belongs, both below the study. What lay there is afterwards
        where the new one lay.
    gone
        Files and folders that go with the old state.

    Raises
    ------
    WorkbenchError
        If a step fails; everything is then as it was before.
    """
    steps = []
    for staged, target in changes:
        _sync(staged)
        steps.append({"staged": _below(study, staged), "target": _below(study, target), "files": digest_files(staged)})
    written = (study / JOURNAL).with_suffix(".part")
    written.write_text(json.dumps({"steps": steps, "gone": [_below(study, path) for path in gone]}), encoding="utf-8")
    _sync(written)
    os.replace(written, study / JOURNAL)
    _sync_one((study / JOURNAL).parent)
    _finish(study)


def digest_files(path: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder by its name below it, or of one file; empty where there is none."""
    if path.is_file():
        return {"": _sha256(path)}
    files = (file for file in sorted(path.rglob("*")) if file.is_file() and not any(map(file.match, PASSING)))
    return {file.relative_to(path).as_posix(): _sha256(file) for file in files}


def discard(study: Path, folder: Path) -> None:
    """Remove what a run staged, unless a journal still needs it: the next command finishes from it."""
    if not (study / JOURNAL).exists():
        shutil.rmtree(folder, ignore_errors=True)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _finish(study: Path) -> None:
    """Take every step of the journal that was not taken yet, or none of them."""
    journal = study / JOURNAL
    if not journal.is_file():
        return
    said = json.loads(journal.read_text(encoding="utf-8"))
    taken: list[Mapping[str, Any]] = []
    try:
        for step in said["steps"]:
            _take(study, step)
            taken.append(step)
    except OSError as error:
        _undo(study, [*taken, step])
        remove(journal)
        raise WorkbenchError(f"{study / step['target']}: the new report and what belongs to it cannot be put in place "
                             f"({error.strerror}). Everything is as it was before. Close what has these files open, "
                             "see to it that you may write there, and run it again.") from None
    for name in said["gone"]:
        remove(study / name)
    remove(journal)


def _take(study: Path, step: Mapping[str, Any]) -> None:
    """Bring the new one to its place, from wherever a kill left it."""
    staged, target = study / step["staged"], study / step["target"]
    _settle(staged, target)
    if _holds(target, step["files"]):
        return
    if not _holds(staged, step["files"]):
        raise WorkbenchError(f"{target}: a report was interrupted while it was put in place, and its new files in "
                             f"{staged} are no longer whole. Restore the study from its backup, or remove "
                             f"{study / JOURNAL} to go on with what is there.")
    if target.exists():
        exchange(staged, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(staged, target)
    for folder in (staged.parent, target.parent):
        _sync_one(folder)


def _undo(study: Path, steps: Sequence[Mapping[str, Any]]) -> None:
    for step in reversed(steps):
        staged, target = study / step["staged"], study / step["target"]
        _settle(staged, target)
        if not _holds(target, step["files"]):
            continue
        if staged.exists():
            exchange(staged, target)
        else:
            os.rename(target, staged)


def _settle(staged: Path, target: Path) -> None:
    """Bring what an exchange by renames left aside to where it belongs."""
    if (aside := _aside(target)).exists():
        os.rename(aside, staged if target.exists() else target)


def exchange(one: Path, other: Path) -> None:
    """Let two files or folders change places, at once where the system can.

    Where it cannot, `other` lies as ``<name>.old`` beside its place for a moment; killed then, it is found there.
    """
    if not _exchange_at_once(one, other):
        os.rename(other, _aside(other))
        os.rename(one, other)
        os.rename(_aside(other), one)


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Tell whether the system (Linux) has let two paths change places in one step."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    failed = ctypes.get_errno()
    if failed in _NOT_THERE:
        return False
    raise OSError(failed, os.strerror(failed), str(other))


def _aside(target: Path) -> Path:
    return target.with_name(target.name + ".old")


def _holds(path: Path, files: Mapping[str, str]) -> bool:
    """Tell whether a path holds these files unchanged; others beside them do not matter."""
    return path.exists() and files.items() <= digest_files(path).items()


def _below(study: Path, path: Path) -> str:
    return path.relative_to(study).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have a file, or a folder with all that is in it, written to the disk."""
    for below in path.rglob("*") if path.is_dir() else ():
        _sync_one(below)
    _sync_one(path)


def _sync_one(path: Path) -> None:
    if path.is_dir():
        if os.name == "posix":  # folders cannot be synced elsewhere
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return
    with path.open("r+b") as file:
        os.fsync(file.fileno())
