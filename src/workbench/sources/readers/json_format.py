"""Formats that are JSON: records in a list somewhere in a document, or one per line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_stream import ENDS, json_events, scan_strings
from workbench.sources.readers.json_values import LARGEST_RECORD, Broken, read_value
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, Refusal, find

Context = dict[str, Any]
_FIRST_LINES = 20
_LONGEST_LINE = 1 << 20  # a longer one is read as a document
_ALBUM_SPAN = 50  # records within which those of one post stand


def json_format(name: str, *, platform: str, letter: str, matches: Callable[[Head], bool],
                items: Callable[[Any, Context], Iterable[Item | Refusal]], paths: tuple[str, ...],
                context: tuple[str, ...] = (), name_keys: tuple[str, ...] = (), **further: Any) -> Format:
    """Make a JSON format from a function that reads one record.

    Parameters
    ----------
    items
        The posts of a record (any JSON value but None, mostly a dictionary), given what `context` found.
    paths
        Where records stand, such as ``messages.item``: the ``item`` of a list. The empty path is the whole
        document. In a file of one value per line, each line holds either such lists or is a record itself.
    context
        Paths of single values that hold for all records of a document, before or after them; one that ends in
        ``item`` gives the list of what stands there.
    name_keys
        Keys whose texts are display names of accounts; where there are none, the names are what `items` gives as
        `shown_name`, or as an account by name.
    further
        Other attributes of `Format`, and `mend`, applied to every text of a record and of the context, and
        `together`, which gives the key of records that make one post, such as the pictures of an album: `items`
        gets them as one `Together`; `named`, which is false where posts never show names; and `names`, which gives
        further names that a record, or the context (then the record is None), holds.
    """
    mend: Callable[[str], str] | None = further.pop("mend", None)
    together: Callable[[Any], str | None] | None = further.pop("together", None)
    named: bool = further.pop("named", True)
    further_names: Callable[[Any, Context], Iterable[str | None]] = further.pop("names", lambda record, context: ())
    pattern = re.compile(rb'"(?:' + b"|".join(re.escape(k.encode()) for k in name_keys) +
                         rb')"\s*:\s*("(?:[^"\\]|\\.){3,300}")') if name_keys else None

    def whole(stream: Stream) -> Iterator[tuple[int, Any]]:
        records = json_records(stream, paths)
        mended = ((place, mend_texts(record, mend)) for place, record in records) if mend else records
        return _gathered(mended, together) if together else mended

    def context_of(stream: Stream) -> Context:
        found = _context(stream, context) if context else {}
        return mend_texts(found, mend) if mend else found

    def read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
        builder = BatchBuilder()
        found = context_of(stream)
        any_record = False
        for place, record in whole(stream):
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
        if pattern:
            return scan_strings(stream, pattern)
        if not named:
            return set()
        found = context_of(stream)
        shown = set(further_names(None, found))
        for _, record in whole(stream):
            if isinstance(record, dict | list):
                shown.update(further_names(record, found))
                posts = (item.post for item in items(record, found) if isinstance(item, Item))
                shown.update(p.shown_name or (p.account if p.account_via == "name" else None) for p in posts)
        return {name for name in shown if name}

    return Format(name, platform, letter, matches, read, names, paths=paths, **further)


class Together(list[Any]):
    """Records that make one post."""


def shows(head: Head, places: tuple[str, ...], *paths: str) -> bool:
    """Return whether the head shows all of these paths in one of these places, such as ``messages.item.``."""
    return any(head.has(*("|".join(place + p for p in path.split("|")) for path in paths)) for place in places)


def mend_texts(value: Any, mend: Callable[[str], str]) -> Any:
    """Return a JSON value with every text in it changed."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, dict):
        return {key: mend_texts(inner, mend) for key, inner in value.items()}
    return [mend_texts(inner, mend) for inner in value] if isinstance(value, list) else value


def json_records(stream: Stream, paths: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    """Yield (place, record) of a JSON file: line numbers for one value per line, else record numbers, from 1."""
    return _line_records(stream, paths) if has_lines(stream) else _document_records(stream, paths)


def has_lines(stream: Stream) -> bool:
    """Return whether a file holds one JSON value per line: several lines, at least half of the first of them whole."""
    lines: list[bytes] = []
    with stream.open() as opened:
        while len(lines) < _FIRST_LINES and (line := opened.readline(_LONGEST_LINE)):
            if len(line) == _LONGEST_LINE:
                return False
            lines += [line.strip()] if line.strip() else []
    whole = sum(line[:1] == b"{" and not isinstance(read_value(line), Broken) for line in lines)
    return len(lines) > 1 and whole > 0 and 2 * whole >= len(lines)


def _line_records(stream: Stream, paths: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    lists = [path.removesuffix(".item") for path in paths if path.endswith(".item")]
    for place, line in _lines(stream):
        value = read_value(line)
        inner = [found for path in lists if isinstance(found := find(value, path), list)]
        yield from ((place, record) for found in inner for record in found) if inner else [(place, value)]


def _lines(stream: Stream) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold something, and their numbers; of one longer than any record, only the beginning."""
    with stream.open(as_it_is=True) as opened:
        place = 1
        while line := opened.readline(LARGEST_RECORD):
            if line.strip():
                yield place, line
            while line and line[-1:] != b"\n":
                line = opened.readline(LARGEST_RECORD)
            place += 1


def _document_records(stream: Stream, paths: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    paths = deepest(Head(stream.head()), paths)
    events = json_events(stream, paths)
    place = 0
    for prefix, event, value in events:
        if prefix not in paths or event in ENDS:
            continue
        if event == "start_array" and f"{prefix}.item".lstrip(".") in paths:
            continue  # the list whose items are the records
        place += 1
        yield place, events.whole(event, value)


def _gathered(records: Iterator[tuple[int, Any]],
              together: Callable[[Any], str | None]) -> Iterator[tuple[int, Any]]:
    """Yield records, those of one post as one, at the place of the first of them."""
    waiting: dict[str, tuple[int, int, Together]] = {}
    for number, (place, record) in enumerate(records):
        while waiting and number - (oldest := next(iter(waiting.values())))[0] > _ALBUM_SPAN:
            del waiting[next(iter(waiting))]
            yield oldest[1:]
        if (key := together(record) if isinstance(record, dict) else None) is None:
            yield place, record
        else:
            waiting.setdefault(key, (number, place, Together()))[2].append(record)
    yield from (some[1:] for some in waiting.values())


def deepest(head: Head, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that the head shows, without those that lead to another; all, where none leads to another."""
    if not any(p != q and q.startswith(f"{p}." if p else "") for p in paths for q in paths):
        return paths  # lists beside each other, of which the head may show but the first
    shown = [path for path in paths if path in head.paths]
    return tuple(p for p in shown if not any(q != p and q.startswith(f"{p}." if p else "") for q in shown)) or paths


def _has_list(stream: Stream, paths: tuple[str, ...]) -> bool:
    lists = {path[:-4].rstrip(".") for path in paths if path.endswith("item")}
    with closing(json_events(stream, tuple(lists))) as events:
        return any(event == "start_array" and prefix in lists for prefix, event, _ in events)


def _context(stream: Stream, paths: tuple[str, ...]) -> Context:
    """Return what stands at these paths; reading ends as soon as all single values are found, if there is no list."""
    found: Context = {path: [] for path in paths if path.endswith(".item")}
    if has_lines(stream):
        return found
    with suppress(InputError):  # what is damaged is named where the records are read
        _look_for(found, paths, stream)
    return found


def _look_for(found: Context, paths: tuple[str, ...], stream: Stream) -> None:
    lists = tuple(found)
    with closing(json_events(stream, paths)) as events:
        for prefix, event, value in events:
            if prefix == "" and event == "start_array":
                return  # a bare list of records has nothing beside them
            if prefix not in paths or event in ENDS:
                continue
            if prefix in lists:
                found[prefix].append(events.whole(event, value))
            elif event not in ("start_map", "start_array"):
                found.setdefault(prefix, value)
                if len(found) == len(paths) and not lists:
                    return
