"""The errors a person can do something about, each saying what, where and what to do."""

from __future__ import annotations


class WorkbenchError(Exception):
    """Base of every error the workbench raises on purpose; the command exits with 2."""


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
