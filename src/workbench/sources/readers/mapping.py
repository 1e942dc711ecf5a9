"""What `[mapping]` of a source card says of a table or JSON of no known format, and how its columns are then read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any

import pandas as pd

from workbench.errors import InputError
from workbench.settings import CARD_FILE, read_mapping
from workbench.sources.readers.csv_stream import csv_rows
from workbench.sources.readers.head import Head, header_of
from workbench.sources.readers.inferring import (
    DECIMALS,
    ColumnReading,
    check_ids,
    conclude_counts,
    conclude_times,
    tally_counts,
    tally_times,
)
from workbench.sources.readers.json_format import json_records
from workbench.sources.readers.json_values import Broken
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import find
from workbench.sources.readers.stamps import TIME_FORMATS

KINDS = ("channel", "group", "page", "thread", "server", "chat")
POST_KINDS = ("post", "comment")
# What a column may be, and the names by which it is known where there is no mapping
ALIASES: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "message", "content", "kommentar", "besked", "tekst", "indhold", "comment", "indlæg"),
    "title": ("title", "subject", "overskrift", "titel"),
    "time": ("timestamp", "created_at", "date", "time", "dato", "datum", "tid", "tidspunkt", "published_at", "created"),
    "unix": ("unix_timestamp", "created_utc", "timestamp_unix"),
    "account": ("author_id", "user_id", "author", "from", "forfatter", "brugernavn", "username", "user", "bruger"),
    "account_name": ("author_name", "author_fullname", "display_name", "navn"),
    "id": ("id", "post_id", "msg_id", "message_id", "comment_id"),
    "arena": ("thread_id", "conversation_id", "chat", "channel", "group", "forum", "tråd", "gruppe", "kanal"),
    "arena_title": ("thread_title", "channel_name", "group_name", "forum_name"),
    "reply_to": ("parent_id", "reply_to", "in_reply_to_id"),
    "url": ("url", "link", "permalink"),
    "views": ("views", "view_count", "visninger"),
    "reactions": ("likes", "like_count", "reactions", "reaktioner"),
    "forwards": ("shares", "forwards", "delinger"),
    "replies": ("replies", "num_comments", "reply_count", "svar"),
    "edited": ("edited_at", "timestamp_edited"),
}
TIMES, COUNTS = ("time", "unix", "edited"), ("views", "reactions", "forwards", "replies")
IDS = ("id", "account", "arena", "reply_to")
SEPARATORS = (",", ";", "\t", "|")
_TEXTS = ("platform", "arena_kind", "post_kind", "time_format", "separator", "decimal", "records")
_CHOICES = {"arena_kind": KINDS, "post_kind": POST_KINDS, "decimal": DECIMALS, "separator": SEPARATORS}
_CHUNK = 20_000
_NO_CELL = ""

Cells = dict[str, str]


@dataclass(frozen=True)
class Plan:
    """How a file is read.

    Attributes
    ----------
    columns
        Column of a table, or path within a record, by what it is.
    separator
        Of cells; empty for JSON.
    records
        Path of the records of JSON, empty for a record in each line; None for a table.
    readings
        How each column of times or counts is read.
    """

    columns: dict[str, str]
    separator: str
    records: str | None
    readings: dict[str, ColumnReading]


def mapping_of(stream: Stream) -> dict[str, Any]:
    """Return the mapping that the card beside a file holds, checked; empty where there is none.

    Raises
    ------
    InputError
        If it has faults; all are named.
    """
    return check_mapping(read_mapping(stream.path), where=f"{stream.path.parent / CARD_FILE}, [mapping]")


def check_mapping(given: dict[str, Any], *, where: str) -> dict[str, Any]:
    """Return a mapping as it was given, unless it has faults; all are named."""
    columns = given.get("columns", {})
    faults = [f"unknown: {key}" for key in given if key not in (*_TEXTS, "columns")]
    faults += [f"{key} must be text" for key in _TEXTS if key in given and not isinstance(given[key], str)]
    faults += [f"{key} must be one of {', '.join(map(repr, known))}" for key, known in _CHOICES.items()
               if isinstance(given.get(key), str) and given[key] not in known]
    if (pattern := given.get("time_format")) and pattern not in TIME_FORMATS and "%" not in str(pattern):
        faults.append(f"time_format must be one of {', '.join(TIME_FORMATS)}, or a pattern such as %d-%m-%Y %H:%M")
    if not isinstance(columns, dict):
        faults.append("columns must be a section, [mapping.columns]")
    else:
        faults += [f"columns.{key} is none of {', '.join(ALIASES)}" for key in columns if key not in ALIASES]
        faults += [f"columns.{key} must be a column's name" for key in columns if not isinstance(columns[key], str)]
        if columns and not {"text", "title"} & set(columns):
            faults.append("columns must name at least the column of the text")
    if faults:
        raise InputError(f"{where}: " + "; ".join(faults) + ".")
    return given


def is_json(stream: Stream) -> bool:
    """Return whether a file begins as JSON does."""
    return stream.head().lstrip()[:1] in (b"{", b"[")


def list_columns(stream: Stream, mapping: Mapping[str, Any]) -> list[str]:
    """Return the columns of a table, or the paths of single values within a record of JSON."""
    if not is_json(stream):
        return header_of(stream.head(), _separator(stream, mapping))
    start = f"{place}." if (place := records_of(stream, mapping)) else ""
    return [path.removeprefix(start) for path, value in Head(stream.head()).paths.items()
            if path.startswith(start) and value is not None and ".item" not in path.removeprefix(start)]


def plan_columns(stream: Stream, mapping: Mapping[str, Any]) -> Plan:
    """Find out where a file holds what: by the mapping, else by the usual names of columns.

    Raises
    ------
    InputError
        If columns are not there, or no column is text or time.
    """
    place = records_of(stream, mapping) if is_json(stream) else None
    separator = "" if place is not None else _separator(stream, mapping)
    listed = list_columns(stream, mapping)
    columns = dict(mapping.get("columns") or guess_columns(listed))
    if place is None and (absent := sorted(set(columns.values()) - set(listed))):
        raise InputError(f"{stream.name}: line 1 lacks the columns {', '.join(absent)} that [mapping.columns] of its "
                         f"{CARD_FILE} names. Correct them there.")
    if not {"text", "title"} & set(columns) or not {"time", "unix"} & set(columns):
        raise InputError(f"{stream.name}: its columns do not say which of them are text and time. `workbench add` "
                         f'asks for them; or write [mapping.columns] into its {CARD_FILE}, with text = "…" and '
                         'time = "…".')
    return Plan(columns, separator, place, {})


def plan_reading(stream: Stream, mapping: Mapping[str, Any]) -> Plan:
    """Find out how to read a file: what the mapping says, and for the rest what all of its cells say.

    Raises
    ------
    AmbiguousColumnError
        If a column can be read in two ways; it holds the question.
    InputError
        If columns are not there, no column is text or time, or ids are rounded.
    """
    plan = plan_columns(stream, mapping)
    return replace(plan, readings=_readings(stream, plan, mapping))


def guess_columns(listed: list[str]) -> dict[str, str]:
    """Return the columns known by their usual names, of a path by its last step."""
    known = {name.rsplit(".", 1)[-1].casefold(): name for name in reversed(listed)}
    return {what: next(known[alias] for alias in names if alias in known)
            for what, names in ALIASES.items() if any(alias in known for alias in names)}


def _separator(stream: Stream, mapping: Mapping[str, Any]) -> str:
    head = stream.head()
    return mapping.get("separator") or max(SEPARATORS, key=lambda sign: len(header_of(head, sign)))


def records_of(stream: Stream, mapping: Mapping[str, Any]) -> str:
    """Return the path of the records: that of the mapping, else of the outermost list of records."""
    if "records" in mapping:
        return str(mapping["records"])
    paths = Head(stream.head()).paths
    lists = [path for path in paths
             if path.rsplit(".", 1)[-1] == "item" and any(p.startswith(f"{path}.") for p in paths)]
    return min(lists, key=lambda path: path.count("."), default="")


def rows_of(stream: Stream, plan: Plan) -> Iterator[tuple[int, Cells | None, Any]]:
    """Yield place, cells and the row as it came; cells are None where a row is broken, and then the row says why."""
    if plan.records is None:
        for row in csv_rows(stream, plan.separator):
            yield row.line, row.cells, Broken(row.reason, row.raw) if row.cells is None else row.cells
        return
    for place, record in json_records(stream, (plan.records,)):
        if isinstance(record, Broken) or not isinstance(record, dict):
            yield place, None, record
        else:
            yield place, {path: _cell(find(record, path)) for path in plan.columns.values()}, record


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return _NO_CELL
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _readings(stream: Stream, plan: Plan, mapping: Mapping[str, Any]) -> dict[str, ColumnReading]:
    """Read all cells of the columns of times, counts and ids once, and say how each is written."""
    said = {what: str(mapping.get("time_format" if what in TIMES else "decimal", "")) for what in (*TIMES, *COUNTS)}
    tallies = {what: (tally_times if what in TIMES else tally_counts)(said[what]) for what in (*TIMES, *COUNTS)
               if what in plan.columns}
    ids = [what for what in IDS if what in plan.columns]
    cells = (row for _, row, _ in rows_of(stream, plan) if row is not None)
    while chunk := list(islice(cells, _CHUNK)):
        for what in (*tallies, *ids):
            name = plan.columns[what]
            values = pd.Series([row[name] for row in chunk], dtype="string")
            if what in tallies:
                tallies[what].add(values)
            else:
                check_ids(values, where=stream.name, column=name)
    return {what: (conclude_times if what in TIMES else conclude_counts)(
                tally, where=stream.name, column=plan.columns[what], said=said[what])
            for what, tally in tallies.items() if tally.cells}
