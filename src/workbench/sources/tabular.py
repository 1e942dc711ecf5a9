"""Formats that are tables: one row per post, fields by column name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.csv_stream import csv_rows
from workbench.sources.head import Head, header_of
from workbench.sources.opening import Stream
from workbench.sources.records import Batch, BatchBuilder, Format, Item

Cells = dict[str, str]


def table_format(name: str, *, platform: str, letter: str, items: Callable[[Cells], Iterable[Item]],
                 needs: Iterable[str], any_of: Iterable[str] = (), none_of: Iterable[str] = (), separator: str = ",",
                 escape: str | None = None, name_columns: Iterable[str] = (),
                 names: Callable[[Cells], Iterable[str]] | None = None, **further: Any) -> Format:
    """Make the format of a table from a function that reads one row.

    Parameters
    ----------
    items
        The posts of a row, mostly one.
    needs, any_of, none_of
        Columns by which the format is known: all of the first, one of the second where any are given,
        and none of the third. Only the first are asked for when a person names the format.
    escape
        Character before a quotation mark within a cell, beside doubling it.
    name_columns
        Columns that hold the display name of an account; `names` where it takes more to tell.
    further
        Other attributes of `Format`.
    """
    needed, one_of, without = frozenset(needs), frozenset(any_of), frozenset(none_of)
    listed = tuple(name_columns)

    def matches(head: Head) -> bool:
        columns = head.columns if separator == "," else head.semicolon_columns
        return columns >= needed and (not one_of or bool(columns & one_of)) and not columns & without

    def read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
        with stream.open() as opened:
            missing = needed - set(header_of(opened.readline(), separator))
        if missing:
            raise InputError(f"{stream.name}: line 1 lacks the columns {', '.join(sorted(missing))}, so it is no "
                             f"{name} file. Name another --format.")
        builder = BatchBuilder()
        for row in csv_rows(stream, separator, escape):
            if row.cells is None:
                builder.faults.append((row.line, "wrong number of cells", row.raw))
            else:
                builder.add(items(row.cells), row.line, row.cells)
            if builder.is_full():
                yield builder.take()
        yield builder.take()

    def read_names(stream: Stream) -> set[str]:
        if not listed and names is None:
            return set()
        some = (row.cells for row in csv_rows(stream, separator, escape) if row.cells)
        return {found for cells in some
                for found in (names(cells) if names else (cells.get(c, "") for c in listed)) if found}

    return Format(name, platform, letter, matches, read, read_names, **further)


def given(cells: Cells, *columns: str) -> str | None:
    """Return the first of these columns that holds something; what 4CAT wrote as REDACTED is nothing."""
    for column in columns:
        value = cells.get(column, "").strip()
        if value and "REDACTED" not in value:
            return value
    return None


def listed(cells: Cells, column: str) -> list[str]:
    """Return the parts of a comma-joined cell."""
    return [part for part in (p.strip() for p in (given(cells, column) or "").split(",")) if part]


def is_yes(cells: Cells, column: str) -> bool:
    """Return whether a cell says yes, true or 1."""
    return cells.get(column, "").strip().casefold() in ("yes", "true", "1")
