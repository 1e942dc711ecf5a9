"""The errors a person can do something about, each saying what, where and what to do."""

from __future__ import annotations

import linecache
import sys
import traceback
from typing import Any


class WorkbenchError(Exception):
    """Base of every error the workbench raises on purpose; the command exits with 2."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows (IPython asks for it): what is wrong and where, without the way through us.

        It stays an output of the kind error, so that papermill and "run all" stop at it.
        """
        where, line = _find_cell(self.__traceback__)
        head = f"\x1b[1m{type(self).__name__}\x1b[0m{f' in {where}' if where else ''}"
        return [head, *([f"    {line}"] if line else []), "", str(self)]


def _find_cell(trace: Any) -> tuple[str, str]:
    """Return the cell and line of a notebook that a traceback begins in, as Jupyter shows them, and the code there."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    for frame, number in traceback.walk_tb(trace):
        name = frame.f_code.co_filename
        if shell and (cell := shell.compile.format_code_name(name)):
            return f"{' '.join(cell)}, line {number}", linecache.getline(name, number).strip()
    return "", ""


class CardError(WorkbenchError):
    """A source card or study file is missing, incomplete or not what it should be."""


class InputError(WorkbenchError):
    """An input file cannot be read as what it was said to be."""


class KeyMismatchError(WorkbenchError):
    """The pseudonym key is missing, unsafe or not the one the corpus was made with."""


class TableError(WorkbenchError):
    """A table lacks columns, has wrong types or does not fit what was asked of it."""


class ReleaseError(WorkbenchError):
    """Something that was not released was offered to a published product."""


class ReportError(WorkbenchError):
    """A notebook or block cannot be exported as it stands."""


class MissingPackageError(WorkbenchError):
    """An optional package is needed; the message names the one command that brings it."""
