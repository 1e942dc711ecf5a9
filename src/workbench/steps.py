"""Tells a person who waits for a report which step it is at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

LONGEST = 50  # characters of a step's name


class Steps:
    """A bar that names the step: the notebook's own words above a cell, then what comes after its last one."""

    def __init__(self, bar: Any) -> None:
        self._bar, self._said = bar, ""

    def name(self, step: str) -> None:
        """Say what is done now."""
        self._bar.set_description(step)

    def start_cell(self, cell: Mapping[str, Any], **_: Any) -> None:
        """Name the step of a cell that begins; text above a cell is the name of those that follow."""
        if cell["cell_type"] == "code":
            self.name(self._said or name_step(cell["source"]))
        else:
            self._said = name_step(cell["source"])

    def end_cell(self, cell: Mapping[str, Any], **_: Any) -> None:
        """Count a cell that is done."""
        self._bar.update(cell["cell_type"] == "code")


@contextmanager
def show_steps(cells: int, *, is_shown: bool) -> Iterator[Steps]:
    """Show a bar of a notebook's cells for as long as a report is made."""
    from tqdm.auto import tqdm

    with tqdm(total=cells, disable=not is_shown, unit="cell", desc="check what was asked", leave=False) as bar:
        yield Steps(bar)


def name_step(source: str) -> str:
    """Return the first words of a cell: its heading, its first sentence or its first line of code."""
    lines = (line.strip() for line in source.splitlines())
    first = next((line for line in lines if line and not line.startswith("import ")), "")
    words = first.lstrip("#* ").split(". ")[0].rstrip(".*")
    return words if len(words) <= LONGEST else f"{words[:LONGEST - 1]}…"
