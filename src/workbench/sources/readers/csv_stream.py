"""CSV of any size as rows, where a broken row costs no other row."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.errors import InputError
from workbench.sources.readers.opening import Stream

_MOST_LINES = 500  # of one row
_TOO_MANY_CELLS = 100_000
_LARGEST_FIELD = 2**31 - 1  # embedded JSON goes far beyond the module's own limit


@dataclass(frozen=True)
class Row:
    """One row: its first line in the file, from 1, and its cells by column; None where it is broken."""

    line: int
    cells: dict[str, str] | None
    raw: str


def csv_rows(stream: Stream, separator: str = ",", escape: str | None = None) -> Iterator[Row]:
    """Yield the rows of a separated file with a header.

    A row with too many or too few cells is broken. An open quotation mark makes a row swallow the
    lines after it: then its first line is broken and the others are read again.

    Raises
    ------
    InputError
        If there is no header, or a column name comes twice.
    """
    limit = csv.field_size_limit(_LARGEST_FIELD)
    try:
        with io.TextIOWrapper(stream.open(), encoding="utf-8", newline="") as text:
            lines = _Lines(text)
            dialect: dict[str, Any] = {"delimiter": separator, "escapechar": escape}
            header = [name.strip() for name in next(csv.reader(lines, **dialect), [])]
            if not header or len(set(header)) < len(header):
                raise InputError(f"{stream.name}: line 1 is no header (empty, or a column comes twice). Export the "
                                 "file again with its column names.")
            lines.take()
            while (cells := _next_row(lines, dialect)) is not None:
                first, raw = lines.take()
                if len(cells) == len(header):
                    yield Row(first, dict(zip(header, cells, strict=True)), "")
                elif cells:
                    lines.give_back(raw[1:])
                    yield Row(first, None, raw[0])
    finally:
        csv.field_size_limit(limit)


def _next_row(lines: _Lines, dialect: dict[str, Any]) -> list[str] | None:
    """Return the cells of the next row; one cell too many where it has no end; None at the end."""
    try:
        return next(csv.reader(lines, **dialect), None)
    except (csv.Error, _TooLong):
        return [""] * _TOO_MANY_CELLS


class _TooLong(Exception):
    """A row that goes on for more lines than any row does."""


class _Lines:
    """Lines of a text that remembers those of the row being read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self._held: list[str] = []
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._held) >= _MOST_LINES:
            raise _TooLong
        line = self._waiting.popleft() if self._waiting else next(self._text)
        self._held.append(line)
        return line

    def take(self) -> tuple[int, list[str]]:
        """Return the number of the first line since last time, and the lines."""
        first, held = self._taken + 1, self._held
        self._taken += len(held)
        self._held = []
        return first, held

    def give_back(self, lines: list[str]) -> None:
        """Have the last lines taken read again."""
        self._waiting.extendleft(reversed(lines))
        self._taken -= len(lines)


def cell_id(value: str | None) -> str | None:
    """Return a numeric id of a cell; ``1505034921.0``, as pandas writes ids, loses its fraction."""
    match = re.fullmatch(r"\s*(?:-100(?=\d{5}))?(\d{1,20})(?:\.0+)?\s*", value or "")
    return match[1] if match else None
