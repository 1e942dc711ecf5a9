"""Who sits at a desk: one screen at a time, and why something could not be saved."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from workbench.files import make_private
from workbench.wording import Wording

FULL, SHUT = (errno.ENOSPC, errno.EDQUOT), (errno.EACCES, errno.EPERM, errno.EROFS)

# which of this process holds the lock, so that a cell run twice is no other person
_OPEN: WeakValueDictionary[Path, Place] = WeakValueDictionary()


class Place:
    """One person's place at a desk.

    Parameters
    ----------
    path
        Of the lock that holds it; its folder is made.
    leave
        Called when the desk is opened again in this process: nothing more is taken at the old one.

    Attributes
    ----------
    is_taken
        Whether somebody else sits here, in another process.
    """

    def __init__(self, path: Path, leave: Callable[[], None]) -> None:
        import filelock

        self._leave, self.is_taken = leave, False
        self._lock: Any = None
        try:
            path = make_private(path.parent).resolve() / path.name
            if other := _OPEN.get(path):
                other.give_up()
            lock = filelock.FileLock(path, timeout=0, mode=0o600, thread_local=False)
            lock.acquire()
            self._lock, _OPEN[path] = lock, self
        except filelock.Timeout:
            self.is_taken = True
        except OSError:
            pass  # it cannot be written to: what is tried to save will say so

    def give_up(self) -> None:
        """Let go of the place, and say so at the desk."""
        if self._lock:
            self._lock.release()
        self._leave()


def say_failure(error: Exception, wording: Wording) -> str:
    """Say why something could not be saved."""
    why = str(error)
    if isinstance(error, OSError):
        known = "disk_full" if error.errno in FULL else "read_only" if error.errno in SHUT else ""
        why = wording.say(f"desk.{known}") if known else f"{error.strerror or type(error).__name__}."
    return wording.say("desk.failed", why=why)
