"""Formats that are tables: one row per post, fields by column name."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.csv_stream import csv_rows
from workbench.sources.readers.head import Head, header_of
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost, Refusal, as_text

Cells = dict[str, str]
Columns = str | tuple[str, ...]  # one column, or several of which the first that holds something counts
Place = tuple[RawArena, str | None, str | None]  # an arena, and the account with what kind of name it goes by
Relation = tuple[str, str, str]

FOURCAT: Mapping[str, Columns] = {"native_id": "id", "unix": "unix_timestamp", "stamp": "timestamp", "text": "body"}
_NO_ACCOUNT = ("[deleted]", "[removed]", "redacted", "nan", "none", "null")
_BREAK = re.compile(r"<br\s*/?>|</p>\s*(?=<)", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\b[^<>]*?\bhref=[\"']([^\"']*)[\"'][^<>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_NEXT_URL = re.compile(r",\s*(?=[a-z]{2,10}://)", re.IGNORECASE)


def table_format(name: str, *, platform: str, letter: str, items: Callable[[Cells], Iterable[Item | Refusal]],
                 needs: Iterable[str], any_of: Iterable[str] = (), none_of: Iterable[str] = (),
                 separators: str = ",", escape: str | None = None, name_columns: Iterable[str] = (),
                 names: Callable[[Cells], Iterable[str]] | None = None, **further: Any) -> Format:
    """Make the format of a table from a function that reads one row.

    Parameters
    ----------
    items
        The posts of a row, mostly one.
    needs, any_of, none_of
        Columns by which the format is known: all of the first, one of the second where any are given,
        and none of the third. Only the first are asked for when a person names the format.
    separators
        Characters one of which parts the cells: the first with which all needed columns are there.
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
        found = (head.columns if separator == "," else head.semicolon_columns for separator in separators)
        return any(columns >= needed and (not one_of or bool(columns & one_of)) and not columns & without
                   for columns in found)

    def separator_of(stream: Stream) -> str:
        with stream.open() as opened:
            line = opened.readline()
        missing = [needed - set(header_of(line, separator)) for separator in separators]
        if all(missing):
            fewest = min(missing, key=lambda lacking: len(lacking))
            raise InputError(f"{stream.name}: line 1 lacks the columns {', '.join(sorted(fewest))}, so it is no "
                             f"{name} file. Name another --format.")
        return separators[missing.index(frozenset())]

    def read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
        builder = BatchBuilder()
        for row in csv_rows(stream, separator_of(stream), escape):
            if row.cells is None:
                builder.faults.append((row.line, row.reason, row.raw))
            else:
                builder.add(items(row.cells), row.line, row.cells)
            if builder.is_full():
                yield builder.take()
        yield builder.take()

    def read_names(stream: Stream) -> set[str]:
        if not listed and names is None:
            return set()
        some = (row.cells for row in csv_rows(stream, separator_of(stream), escape) if row.cells)
        return {found for cells in some
                for found in (names(cells) if names else (cells.get(c, "") for c in listed)) if found}

    return Format(name, platform, letter, matches, read, read_names, needs=needed, any_of=one_of, **further)


def columns_items(fields: Mapping[str, Columns], *, place: Callable[[Cells], Place],
                  links: Mapping[str, tuple[str, str]] | None = None,
                  more_links: Callable[[Cells], Iterable[Relation]] | None = None,
                  **computed: Callable[[Cells], str | None]) -> Callable[[Cells], Iterator[Item]]:
    """Make the function that reads one row from the names of its columns.

    Parameters
    ----------
    fields
        Columns by the attribute of `RawPost` that they fill.
    place
        The arena of a row and who speaks there, such as `own_page`.
    links
        Relation and kind of target by column; every part of the cell is one target.
    more_links
        Relations that take more to tell.
    computed
        Attributes of `RawPost` that take more to tell than one column: kind, media, text and the like.
    """
    columns = {name: (given_in,) if isinstance(given_in, str) else given_in for name, given_in in fields.items()}
    texts = columns.pop("text", ())

    def items(cells: Cells) -> Iterator[Item]:
        arena, account, via = place(cells)
        values: dict[str, Any] = {name: given(cells, *some) for name, some in columns.items()}
        values["text"] = written(cells, *texts)
        values |= {name: compute(cells) for name, compute in computed.items()}
        values["native_id"] = (values.get("native_id") or "").removesuffix(".0") or None  # as pandas writes ids
        if account is None:  # what else nobody is known by
            values |= dict.fromkeys(("handle", "shown_name"))
        found = [(relation, target, kind) for column, (relation, kind) in (links or {}).items()
                 for target in listed(cells, column)]
        found += more_links(cells) if more_links else ()
        yield Item(arena, RawPost(account=account, account_via=via, **values), found)

    return items


def own_page(*, ids: Columns = (), handles: Columns = ()) -> Callable[[Cells], Place]:
    """Make the place of posts that stand on their account's own page: the page is the arena."""

    def place(cells: Cells) -> Place:
        account, via = speaker(cells, ids=ids, handles=handles)
        native, handle = account if via == "account" else None, known(cells, handles)
        return RawArena(native, handle, None, "page", names_person=True), account, via

    return place


def speaker(cells: Cells, *, ids: Columns = (), handles: Columns = (),
            names: Columns = ()) -> tuple[str | None, str | None]:
    """Return the account of a row, and whether it is an id (account), handle or name."""
    found = ((known(cells, columns), via) for columns, via in ((ids, "account"), (handles, "handle"), (names, "name")))
    return next(((value.removesuffix(".0"), via) for value, via in found if value), (None, None))


def known(cells: Cells, columns: Columns) -> str | None:
    """Return what is given in these columns, unless it says that the account is gone."""
    value = given(cells, *((columns,) if isinstance(columns, str) else columns))
    return None if value and value.casefold() in _NO_ACCOUNT else value


def given(cells: Cells, *columns: str) -> str | None:
    """Return the first of these columns that holds something; what 4CAT wrote as REDACTED is nothing."""
    for column in columns:
        value = cells.get(column, "").strip()
        if value and "REDACTED" not in value:
            return value
    return None


def written(cells: Cells, *columns: str) -> str | None:
    """Return the first of these columns that holds something as it stands, as texts are to be read."""
    return next((value for column in columns if (value := cells.get(column, "")).strip()), None)


def listed(cells: Cells, column: str) -> list[str]:
    """Return the parts of a cell: of a JSON list, of addresses joined by commas, or of words so joined."""
    value = given(cells, column) or ""
    if value.startswith("["):
        return [text for part in json_list(value) if (text := as_text(part))]
    parts = _NEXT_URL.split(value) if "://" in value else value.split(",")
    return [part for part in (p.strip() for p in parts) if part]


def json_list(value: str | None) -> list[Any]:
    """Return the JSON list that a cell holds; empty where it holds none."""
    try:
        found = json.loads(value or "")
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def is_yes(cells: Cells, column: str) -> bool:
    """Return whether a cell says yes, true or 1."""
    return cells.get(column, "").strip().casefold() in ("yes", "true", "1")


def count_of(value: str | None) -> str | None:
    """Return a number without the commas between its thousands."""
    return value.replace(",", "") if value and re.fullmatch(r"\d{1,3}(?:,\d{3})+", value.strip()) else value


def media_of(**columns: str) -> Callable[[Cells], str | None]:
    """Make the kind of media of a row: that of the first of these columns that holds something."""

    def media(cells: Cells) -> str | None:
        return next((kind for column, kind in columns.items() if given(cells, column)), None)

    return media


def in_utc(*columns: str) -> Callable[[Cells], str | None]:
    """Make a written time of a row that is UTC, whether it says so or not."""

    def stamp(cells: Cells) -> str | None:
        value = given(cells, *columns)
        return f"{value}Z" if value and _NAIVE.fullmatch(value) else value

    return stamp


def plain_text(text: str | None) -> str | None:
    """Return an HTML text without its tags; of a link the address stays, and its words where they are others."""
    if not text:
        return None
    text = _BREAK.sub("\n", text)
    text = _ANCHOR.sub(_link_text, text)
    return html.unescape(_TAG.sub("", text)) or None


def _link_text(match: re.Match[str]) -> str:
    shown = _TAG.sub("", match[2]).strip()
    # a mention or a hashtag leads to a page of the platform itself, and an address is often shown cut
    return shown if shown.startswith(("@", "#")) or shown == match[1] or not match[1].startswith("http") else (
        match[1] if "…" in shown or "://" in shown or "." in shown.split("/")[0] else f"{shown} {match[1]}")
