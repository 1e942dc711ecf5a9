"""Formats that are JSON: records in a list somewhere in a document, or one per line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.head import Head
from workbench.sources.json_stream import build_value, json_events, repair, scan_strings
from workbench.sources.opening import Stream
from workbench.sources.records import Batch, BatchBuilder, Format, Item, find

Context = dict[str, Any]
_FIRST_LINES = 20
_LONGEST_LINE = 1 << 20  # a longer one is read as a document
_NO_RECORD = object()


def json_format(name: str, *, platform: str, letter: str, matches: Callable[[Head], bool],
                items: Callable[[Any, Context], Iterable[Item]], paths: tuple[str, ...], context: tuple[str, ...] = (),
                name_keys: tuple[str, ...] = (), **further: Any) -> Format:
    """Make a JSON format from a function that reads one record.

    Parameters
    ----------
    items
        The posts of a record (any JSON value but None, mostly a dictionary), given what `context` found.
    paths
        Where records stand, such as ``messages.item``: the ``item`` of a list. The empty path is the whole
        document. In a file of one value per line, each line holds either such lists or is a record itself.
    context
        Paths of single values that hold for all records of a document, before or after them.
    name_keys
        Keys whose texts are display names of accounts.
    further
        Other attributes of `Format`.
    """
    pattern = re.compile(rb'"(?:' + b"|".join(re.escape(k.encode()) for k in name_keys) +
                         rb')"\s*:\s*("(?:[^"\\]|\\.){3,300}")') if name_keys else None

    def read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
        builder = BatchBuilder()
        found = _context(stream, context) if context else {}
        any_record = False
        for place, record in json_records(stream, paths):
            any_record = True
            if isinstance(record, Broken):
                builder.faults.append((place, record.reason, record.raw))
            elif isinstance(record, dict | list):
                builder.add(items(record, found), place, record)
            else:
                builder.faults.append((place, "not a record", record))
            if builder.is_full():
                yield builder.take()
        if not any_record and not _has_list(stream, paths):
            raise InputError(f"{stream.name}: holds no records where {name} has them "
                             f"({' or '.join(p or 'the whole file' for p in paths)}). Name another --format.")
        yield builder.take()

    def names(stream: Stream) -> set[str]:
        return scan_strings(stream, pattern) if pattern else set()

    return Format(name, platform, letter, matches, read, names, **further)


class Broken:
    """A line that is no JSON."""

    def __init__(self, reason: str, raw: str) -> None:
        self.reason, self.raw = reason, raw


def json_records(stream: Stream, paths: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    """Yield (place, record) of a JSON file: line numbers for one value per line, else record numbers, from 1."""
    return _line_records(stream, paths) if has_lines(stream) else _document_records(stream, paths)


def has_lines(stream: Stream) -> bool:
    """Return whether a file holds one JSON value per line: whether at least half of its first lines are whole."""
    lines: list[bytes] = []
    with stream.open() as opened:
        while len(lines) < _FIRST_LINES and (line := opened.readline(_LONGEST_LINE)):
            if len(line) == _LONGEST_LINE:
                return False
            lines += [line.strip()] if line.strip() else []
    whole = sum(line[:1] == b"{" and _loads(line) is not _NO_RECORD for line in lines)
    return whole > 0 and 2 * whole >= len(lines)


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            return json.loads(repair(line))  # takes numbers and half characters that orjson refuses
        except (ValueError, RecursionError):
            return _NO_RECORD


def _line_records(stream: Stream, paths: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    lists = [path.removesuffix(".item") for path in paths if path.endswith(".item")]
    with stream.open() as opened:
        for place, line in enumerate(opened, 1):
            if not line.strip():
                continue
            value = _loads(line)
            if value is _NO_RECORD:
                yield place, Broken("the line is not valid JSON", line.decode("utf-8", "replace").rstrip("\r\n"))
                continue
            inner = next((found for path in lists if isinstance(found := find(value, path), list)), None)
            if inner is None:
                yield place, value
            else:
                yield from ((place, record) for record in inner)


def _document_records(stream: Stream, paths: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    paths = _deepest(Head(stream.head()), paths)
    events = json_events(stream)
    place = 0
    for prefix, event, value in events:
        if prefix in paths and event not in ("end_map", "end_array", "map_key"):
            if event == "start_array" and f"{prefix}.item".lstrip(".") in paths:
                continue  # the list whose items are the records
            place += 1
            yield place, build_value(stream, events, event, value)


def _deepest(head: Head, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that the head shows, without those that lead to another of them."""
    shown = [path for path in paths if path in head.paths]
    return tuple(p for p in shown if not any(q != p and q.startswith(f"{p}." if p else "") for q in shown)) or paths


def _has_list(stream: Stream, paths: tuple[str, ...]) -> bool:
    lists = {path[:-4].rstrip(".") for path in paths if path.endswith("item")}
    return any(event == "start_array" and prefix in lists for prefix, event, _ in json_events(stream))


def _context(stream: Stream, paths: tuple[str, ...]) -> Context:
    """Return the single values at these paths; reading ends as soon as all are found."""
    found: Context = {}
    wanted = set(paths)
    if has_lines(stream):
        return found
    for prefix, event, value in json_events(stream):
        if prefix in wanted and event not in ("end_map", "end_array", "map_key", "start_map", "start_array"):
            found.setdefault(prefix, value)
            if len(found) == len(wanted):
                break
    return found
