"""CSV of any size as rows, where a broken row costs no other row."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from workbench.errors import InputError
from workbench.sources.readers.opening import Stream

_MOST_LINES = 500  # of one row
_LARGEST_FIELD = 2**31 - 1  # embedded JSON goes far beyond the module's own limit
_LONGEST_LINE = 1 << 24  # characters
_NOT_TEXT = re.compile("[\x00\udc80-\udcff]")  # what bytes that are no UTF-8 are read as


class Row(NamedTuple):
    """One row: its first line in the file, from 1, and its cells by column; None where it is broken, and why."""

    line: int
    cells: dict[str, str] | None
    raw: str
    reason: str = "wrong number of cells"


def csv_rows(stream: Stream, separator: str = ",", escape: str | None = None) -> Iterator[Row]:
    """Yield the rows of a separated file with a header.

    A row with too many or too few cells is broken, and so is one with a byte that is no text. An open quotation mark
    makes a row swallow the lines after it: then its first line is broken and the others are read again.

    Raises
    ------
    InputError
        If there is no header, or a column name comes twice.
    """
    limit = csv.field_size_limit(_LARGEST_FIELD)
    try:
        with io.TextIOWrapper(stream.open(as_it_is=True), encoding="utf-8", errors="surrogateescape",
                              newline="") as text:
            lines = _Lines(text)
            dialect: dict[str, Any] = {"delimiter": separator, "escapechar": escape}
            reader = csv.reader(lines, **dialect)
            header = [name.strip() for name in next(reader, [])]
            if not header or len(set(header)) < len(header):
                raise InputError(f"{stream.name}: line 1 is no header (empty, or a column comes twice). Export the "
                                 "file again with its column names.")
            lines.take()
            yield from _rows(reader, lines, header, dialect)
    finally:
        csv.field_size_limit(limit)


def _rows(reader: Any, lines: _Lines, header: list[str], dialect: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows after the header; after an error the same reader goes on with the next line."""
    width = len(header)
    while True:
        try:
            cells = next(reader, None)
        except (csv.Error, _TooLong):
            cells = [""] * (width + 1)
        if cells is None:
            return
        first, held = lines.take()
        if len(cells) != width or (len(held) > 1 and not _is_well_quoted(held, dialect)):
            if cells:
                lines.give_back(held[1:])
                yield Row(first, None, _plain(held[0]))
        elif lines.is_text(held):
            yield Row(first, dict(zip(header, cells, strict=True)), "")
        else:
            yield Row(first, None, _plain("".join(held)), "a byte that is no text")


def _is_well_quoted(lines: list[str], dialect: dict[str, Any]) -> bool:
    """Return whether a row of several lines is quoted as it must be: a stray mark may join two rows to one."""
    try:
        next(csv.reader(lines, strict=True, **dialect), None)
    except csv.Error:
        return False
    return True


def _plain(raw: str) -> str:
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
        line = self._waiting.popleft() if self._waiting else self._text.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
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

    @staticmethod
    def is_text(lines: list[str]) -> bool:
        """Return whether lines hold no zeros and no bytes that are not UTF-8."""
        return not any(_NOT_TEXT.search(line) for line in lines if not line.isascii() or "\x00" in line)


def cell_id(value: str | None) -> str | None:
    """Return a numeric id of a cell; ``1505034921.0``, as pandas writes ids, loses its fraction."""
    match = re.fullmatch(r"\s*(?:-100(?=\d{5}))?(\d{1,20})(?:\.0+)?\s*", value or "")
    return match[1] if match else None
