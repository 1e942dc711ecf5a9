"""How messages name a cell: as Jupyter shows it."""

from __future__ import annotations

from typing import Any


def name_cell(notebook: Any, index: int) -> str:
    """Name a cell of a notebook the way its reader finds it.

    Jupyter shows beside a code cell in which turn it ran, and counts nothing else; so a cell
    that did not run, or holds words, is told by its place.

    Parameters
    ----------
    index
        In `notebook.cells`, from 0.

    Returns
    -------
    name
        ``cell In [7]``, or ``the 9th cell``.
    """
    count = notebook.cells[index].get("execution_count")
    return f"cell In [{count}]" if count else f"the {_ordinal(index + 1)} cell"


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
