"""JSON of any size as a stream of events, with what common exporters write wrongly repaired."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from workbench.errors import InputError
from workbench.sources.readers.opening import Stream

MAX_DEPTH = 100
Event = tuple[str, str, Any]

# every escape is matched as a pair, so that in `\\x0C` the x stays text
_ESCAPES = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_OPEN_ESCAPE = re.compile(rb"\\+(?:x[0-9A-Fa-f]?)?\Z")
# Telegram Desktop 4.1.1 wrote the document id, a path or a remark, without quotes
_BARE_DOCUMENT = re.compile(rb'("document_id"\s*:\s*)(?!null\b)([A-Za-z(./][^"\\,}\r\n]{0,300}[^"\\,}\s])')
_DOCUMENT_SPAN = 400
_CARRY = 4096
_PIECE = 65_536


def repair(data: bytes) -> bytes:
    """Make what common exporters write wrongly valid JSON."""
    if b"\\x" in data:
        data = _ESCAPES.sub(lambda m: b"\\u00" + m[1] if m[1] else m[0], data)
    if b'"document_id"' in data:
        data = _BARE_DOCUMENT.sub(rb'\1"\2"', data)
    return data


class _Repaired:
    r"""A byte stream in which ``\x0C`` and bare document ids are made valid JSON."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._held = b""

    def read(self, size: int) -> bytes:
        if size == 0:  # ijson asks so to learn whether bytes or text come
            return b""
        while True:
            piece = self._inner.read(size)
            data = self._held + piece
            cut = len(data) if not piece else self._cut(data)
            ready, self._held = data[:cut], data[cut:]
            if ready or not piece:
                return repair(ready)

    @staticmethod
    def _cut(data: bytes) -> int:
        """Return up to where a piece can be repaired without seeing the next one."""
        open_escape = _OPEN_ESCAPE.search(data, max(0, len(data) - _CARRY))
        cut = open_escape.start() if open_escape else len(data)
        begun = data.rfind(b'"doc', max(0, cut - _DOCUMENT_SPAN), cut)
        return begun if begun > 0 else cut


class _Slow:
    """A stream that hands out its last stretch byte by byte, to find where parsing stops."""

    def __init__(self, inner: _Repaired, fast_bytes: int) -> None:
        self._inner, self._left = inner, fast_bytes
        self._ready = b""
        self.given = 0

    def read(self, size: int) -> bytes:
        if not self._ready:
            self._ready = self._inner.read(65_536) if size else b""
        take = min(size, len(self._ready), self._left) if self._left > 0 else min(size, 1)
        piece, self._ready = self._ready[:take], self._ready[take:]
        self._left -= len(piece)
        self.given += len(piece)
        return piece


def _refused(stream: Stream, fast_bytes: int) -> InputError:
    import ijson

    with stream.open() as opened:
        slow = _Slow(_Repaired(opened), fast_bytes)
        try:
            for _ in ijson.basic_parse(slow, multiple_values=True, buf_size=65_536):
                pass
        except ijson.JSONError as error:
            end = isinstance(error, ijson.IncompleteJSONError) and "premature EOF" in str(error)
            what = "ends in the middle of a record" if end else "is not valid JSON"
            return InputError(f"{stream.name}: {what} at byte {slow.given:,}. Nothing was imported; "
                              "export it again.")
    return InputError(f"{stream.name}: is not valid JSON. Nothing was imported; export it again.")


def json_events(stream: Stream) -> Iterator[Event]:
    """Yield (prefix, event, value) of a JSON file, or of one JSON value per line.

    Numbers with a fraction come as Decimal and whole ones as int of any size, so that one odd
    number does not cost the file.

    Raises
    ------
    InputError
        If the JSON is broken; the message names the byte.
    """
    import ijson

    return _parsed(stream, lambda source: ijson.parse(source, multiple_values=True, buf_size=_PIECE))


def json_items(stream: Stream, path: str) -> Iterator[Any]:
    """Yield the values at a path such as ``messages.item``, whole; several times as fast as by events.

    Raises
    ------
    InputError
        As `json_events`.
    """
    import ijson

    return _parsed(stream, lambda source: ijson.items(source, path, multiple_values=True, buf_size=_PIECE))


def _parsed(stream: Stream, parse: Callable[[Any], Iterator[Any]]) -> Iterator[Any]:
    import ijson

    passed = 0

    class _Counted(_Repaired):
        def read(self, size: int) -> bytes:
            nonlocal passed
            piece = super().read(size)
            passed += len(piece)
            return piece

    with stream.open() as opened:
        try:
            yield from parse(_Counted(opened))
        except ijson.JSONError:
            broken = True
        else:
            broken = False
    if broken:
        raise _refused(stream, max(0, passed - 2 * _PIECE - 10_000))


def build_value(stream: Stream, events: Iterator[Event], event: str, value: Any, depth: int = 0) -> Any:
    """Build the JSON value that begins with this event, taking its further events."""
    if depth > MAX_DEPTH:
        raise InputError(f"{stream.name}: a record is nested more than {MAX_DEPTH} deep, which no export is. "
                         "Export it again.")
    if event == "start_map":
        record: dict[str, Any] = {}
        for _, inner, key in events:
            if inner == "end_map":
                return record
            _, inner, value = next(events)
            record[key] = build_value(stream, events, inner, value, depth + 1) if inner[:5] == "start" else value
    if event == "start_array":
        items: list[Any] = []
        for _, inner, value in events:
            if inner == "end_array":
                return items
            items.append(build_value(stream, events, inner, value, depth + 1) if inner[:5] == "start" else value)
    return value


def scan_strings(stream: Stream, pattern: re.Pattern[bytes]) -> set[str]:
    """Return the distinct strings in the JSON strings, or lists of them, that a pattern's groups hold."""
    found: set[bytes] = set()
    tail = b""
    for piece in stream.chunks():
        data = tail + piece
        found.update(m[m.lastindex] for m in pattern.finditer(data) if m.lastindex)
        tail = data[-_CARRY:]
    return {text for raw in found for text in _strings(raw)}


def _strings(raw: bytes) -> list[str]:
    try:
        values = json.loads(b"[" + repair(raw) + b"]", strict=False)
    except ValueError:
        return []
    return [value for value in values if isinstance(value, str)]
