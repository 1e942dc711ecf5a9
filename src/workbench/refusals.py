"""What the command says when it cannot do what was asked: one paragraph, and an exit code."""

from __future__ import annotations

import errno
import json
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from workbench.errors import WorkbenchError
from workbench.study import find_study

FAULT, REFUSED, STOPPED = 1, 2, 130

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
_OTHERWISE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP)
_TOO_MANY = (errno.EMFILE, errno.ENFILE)
# typer carries a click of its own, and tells of its errors only this one
_TYPED_WRONG: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def report_error(error: BaseException) -> int:
    """Say on the terminal what went wrong, as JSON where that was asked for, and return the exit code.

    Parameters
    ----------
    error
        Whatever ended the command. What is a fault of the workbench itself is told by its kind
        only; the rest goes to a file, since it may hold text of posts.
    """
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        _complain("stopped", "What was there before stands, and finished steps are kept. Give the same command again "
                             "to go on.")
        return STOPPED
    if isinstance(error, _TYPED_WRONG):
        context = getattr(error, "ctx", None)
        said = error.format_message()
        # where no command was named, help has been shown and nothing is left to say
        if said.strip():
            _complain("refused", f"{said} `{context.command_path} --help` shows how." if context else said)
        return REFUSED
    if said := explain_error(error):
        _complain("refused", said)
        return REFUSED
    path = keep_details("".join(traceback.format_exception(error)), folder=_typed("--study"))
    where = (f"The details are in {path}: they may hold text of posts, so read them before you pass them on."
             if path else "The details could not be written anywhere.")
    _complain("fault", f"The workbench failed with {type(error).__name__}, which is its own fault and not yours. "
                       f"{where} Tell those who keep the workbench.")
    return FAULT


def explain_error(error: BaseException) -> str:
    """Say what is wrong, where, and what a person can do about it.

    Parameters
    ----------
    error
        One of ours, or one of the system's about files, rights, disk or memory.

    Returns
    -------
    paragraph
        Never text of posts. Empty where nobody but the workbench can do anything about it.
    """
    match error:
        case WorkbenchError():
            return str(error)
        case MemoryError():
            return ("The memory of this machine is not enough. Close other programs, take fewer quarters or one "
                    "platform, or use a machine with more memory.")
        case OSError():
            return _explain_system(error)
    return ""


def _explain_system(error: OSError) -> str:
    files = " and ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    if error.errno in _NO_SPACE:
        return (f"{files or 'The disk'}: there is no space left to write. Free some space and give the same command "
                "again; what was there before stands.")
    if not files:
        return ""
    if error.errno in _NO_RIGHT:
        return (f"{files}: this account may not read or write there ({error.strerror}). Ask for the right to it, or "
                "name another place.")
    if error.errno in _OTHERWISE:
        return f"{files}: is not what it was taken for ({error.strerror}). Check the path and give the command again."
    if error.errno in _TOO_MANY:
        return f"{files}: too many files are open at once. Close other programs and give the command again."
    return f"{files}: the system refused it ({error.strerror}). Check the disk or network drive it lies on."


def keep_details(text: str, *, folder: str | None = None) -> Path | None:
    """Keep what is told of a fault in a file that only this account may read.

    It lies in ``data/processed/faults`` of the study, which `workbench purge` and `forget` delete
    as they do all that was made of posts; without a study, with the system's temporary files.

    Parameters
    ----------
    folder
        Of the study, or one below it; None for the one the current folder lies in.

    Returns
    -------
    path
        None where nothing can be written.
    """
    places = [Path(tempfile.gettempdir())]
    with suppress(WorkbenchError, OSError):
        places.insert(0, find_study(folder) / "data" / "processed" / "faults")
    for place in places:
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            # mkstemp: a name of its own, and mode 600 from the start
            handle, name = tempfile.mkstemp(prefix="fault-", suffix=".txt", dir=place)
            with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return Path(name)
    return None


def _complain(kind: str, words: str) -> None:
    # names of files come from outside: no line breaks, and nothing that a terminal would obey
    said = "".join(c if c.isprintable() else "?" for c in " ".join(words.split()))
    # what the answer is written to may be what is full or gone
    with suppress(OSError):
        if "--json" in sys.argv:
            typer.echo(json.dumps({kind: said}, ensure_ascii=False))
            return
    with suppress(OSError):
        typer.echo(f"{kind.capitalize()}: {said}", err=True)


def _typed(option: str) -> str | None:
    """Return the value of an option as it was typed: a command that failed cannot be asked any more."""
    words = iter(sys.argv[1:])
    for word in words:
        name, equals, value = word.partition("=")
        if name == option:
            return value if equals else next(words, None)
    return None
