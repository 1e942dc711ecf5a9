"""Where a cell of a report failed, for the person who waits: the words it failed with may hold text of posts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

PACKAGE = Path(__file__).parent
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CELL_LINE = re.compile(r"Cell In\s?\[(\d+)\], line (\d+)")
_FRAME = re.compile(r"^File (.+?):(\d+), in (\w+)", re.MULTILINE)


def describe_failure(error: Any, ran: Path) -> str:
    """Tell which cell failed with what kind of error, the heading above it, its line, and the last place of our code.

    Parameters
    ----------
    error
        As papermill raised it. Its message is told where it is one of ours, since those never hold text of posts.
    ran
        The notebook as it ran, as papermill left it.
    """
    trace = [_COLOURS.sub("", part) for part in error.traceback]
    ours: list[type[WorkbenchError]] = [WorkbenchError, *WorkbenchError.__subclasses__()]
    is_ours = error.ename in {kind.__name__ for kind in ours}
    where = f"cell In [{error.exec_count}]" if error.exec_count else f"cell {error.cell_index}"
    said = [f"{where} failed with {error.ename}" + (f": {error.evalue}" if is_ours else ".")]
    if heading := _heading_above(ran, error.exec_count):
        said.append(f'It stands below "{heading}".')
    if line := _line_of(error, trace):
        said.append(f"Line {line}.")
    if not is_ours and (places := list(_own_places(trace))):
        said.append(f"Of the workbench it was in {places[-1]}.")
    return " ".join(said)


def _heading_above(ran: Path, count: int | None) -> str:
    """Return the last heading before the cell that ran in a turn; empty where there is none."""
    try:
        cells = json.loads(ran.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return ""
    heading = ""
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and cell["execution_count"] == count:
            return heading
        # papermill puts notes of its own there, which hold tags of HTML
        found = re.findall(r"^#+ +([^<\n]+)$", source, re.MULTILINE) if cell["cell_type"] == "markdown" else []
        heading = found[-1].strip() if found else heading
    return ""


def _line_of(error: Any, trace: Sequence[str]) -> str:
    """Return number and code of the line of the cell that failed; the notebook was checked for text of posts."""
    lines = str(error.source).splitlines()
    for cell, number in _CELL_LINE.findall("\n".join(trace)):
        if int(cell) == error.exec_count and 0 < int(number) <= len(lines):
            return f"{number}: {lines[int(number) - 1].strip()}"
    return ""


def _own_places(trace: Sequence[str]) -> Iterator[str]:
    """Give every place of our own code on the way to the error: file, line and function, never what stood there."""
    for path, number, function in _FRAME.findall("\n".join(trace)):
        file = Path(path).expanduser()
        if file.is_relative_to(PACKAGE):
            yield f"{file.relative_to(PACKAGE).as_posix()}, line {number} ({function})"
