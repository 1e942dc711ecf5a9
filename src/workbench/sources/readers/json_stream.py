"""JSON of any size as a stream of events, in which a broken record costs no other record.

The events are those of ijson: (prefix, event, value), such as ``("messages.item.id", "number", 5)``. Whole records are
taken out by `JsonEvents.whole` or `build_value`: their bytes are cut out where the next record begins, and parsed at
once. A record that cannot be read comes as `Broken`. Where the brackets themselves are damaged, reading goes on at the
next place that begins as the records before and can be read.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from workbench.errors import InputError
from workbench.sources.readers import json_window
from workbench.sources.readers.json_values import LARGEST_RECORD, MAX_DEPTH, Broken, checked, read_value, repair
from workbench.sources.readers.json_window import CARRY, TOKEN, Window
from workbench.sources.readers.opening import Stream

Event = tuple[str, str, Any]

ENDS = frozenset(("end_map", "end_array", "map_key"))  # events at which no value begins
_SCALAR = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:\[\]{}"]+', re.DOTALL)
_GAP = re.compile(rb'\s*,?\s*\{\s*("[^"\\]{1,200}")')
_ANY_GAP = re.compile(rb',\s*\{\s*"')
_KEY = re.compile(rb',\s*"(?:[^"\\]|\\.){0,300}"\s*:')
_MOST_CANDIDATES = 200
_TOO_LONG = f"longer than {LARGEST_RECORD >> 20} MB"
_MOST_LOOKS_AHEAD = 50  # over a file, beyond what is in memory, for the end of a record whose brackets do not close


class JsonEvents:
    """The events of JSON, one after the other.

    Parameters
    ----------
    opened
        The bytes; closed at the end.
    name
        Of the file, for errors.
    only
        Prefixes of interest: lists and records that lead to none of them are passed over. None for all.

    Raises
    ------
    InputError
        While reading, if the JSON is broken before any record was taken out; the message names the byte.
    """

    def __init__(self, opened: BinaryIO, name: str, only: tuple[str, ...] | None = None) -> None:
        self._window = Window(opened)
        self._name = name
        self._only = None if only is None else frozenset(
            ".".join(steps[:n]) for path in only for steps in [path.split(".")] for n in range(len(steps) + 1))
        self._stack: list[list[Any]] = []  # per open list or record: its bracket, its prefix, prefix of the next value
        self._records: list[list[Any]] | None = None  # the stack where records are
        self._gap = b""  # between two records, the first key included
        self._keys: frozenset[str] = frozenset()  # of a good record
        self._looks = 0
        self._broken: Broken | None = None  # to be given out as the next record
        self._is_over = False

    def __iter__(self) -> Iterator[Event]:
        return self

    def __del__(self) -> None:
        if hasattr(self, "_window"):
            self.close()

    def close(self) -> None:
        """Close the file, where reading ends before it does."""
        self._window.close()

    def __next__(self) -> Event:
        window, stack = self._window, self._stack
        self._broken = None
        while True:
            kind = window.next_byte() if not self._is_over else -1
            if kind < 0:
                if self._is_over or not self._stack:
                    raise StopIteration
                return self._damage("the file breaks off here")
            top = stack[-1] if stack else None
            if kind in b"}]":
                if top is None or kind != top[0] + 2 or (top[2] is not None and kind == 0x7D):
                    return self._damage("not valid JSON")
                stack.pop()
                window.at += 1
                return top[1], "end_map" if kind == 0x7D else "end_array", None
            if top is None:
                prefix = ""
            elif top[0] == 0x5B:
                prefix = top[2]
            elif top[2] is None:
                return self._key(top) if kind == 0x22 else self._damage("not valid JSON")
            else:
                prefix, top[2] = top[2], None
            if kind not in b"{[":
                return self._scalar(prefix)
            if len(stack) < MAX_DEPTH and (self._only is None or prefix in self._only):
                stack.append([kind, prefix, f"{prefix}.item".lstrip(".") if kind == 0x5B else None])
                window.at += 1
                return prefix, "start_map" if kind == 0x7B else "start_array", None
            self._pass_over()

    def whole(self, event: str, value: Any) -> Any:
        """Return the value that begins with the event given last, or `Broken`; the next event comes after it."""
        if self._broken:
            broken, self._broken = self._broken, None
            return broken
        if event not in ("start_map", "start_array"):
            return value
        self._stack.pop()
        window = self._window
        window.at -= 1
        if self._gap and (end := window.data.find(self._gap, window.at)) >= 0:
            raw = window.data[window.at:end]
            try:
                value = orjson.loads(raw) if len(raw) <= LARGEST_RECORD else Broken(_TOO_LONG, raw)
            except orjson.JSONDecodeError:
                return self._whole_slowly()
            window.at = end
            return value if isinstance(value, Broken) else checked(raw, value)
        return self._whole_slowly()

    def members(self, event: str, value: Any, levels: int) -> Any:
        """Return the value that begins with the event given last, of which a broken part costs only that part.

        Records within records, as many levels down as given, are read each by itself where the whole cannot be.
        """
        if event != "start_map" or levels == 0:
            return self.whole(event, value)
        window = self._window
        window.at -= 1
        end = window.end_of_value()
        if end >= 0 and not isinstance(found := read_value(window.data[window.at:end]), Broken):
            self._stack.pop()
            window.at = end
            return found
        window.at += 1
        record: dict[str, Any] = {}
        for _, inner, key in self:
            if inner == "end_map":
                break
            _, inner, value = next(self, ("", "end", Broken("the file breaks off here", b"")))
            record[key] = self.members(inner, value, levels - 1)
        return record

    def _key(self, top: list[Any]) -> Event:
        _, event, key = self._scalar(top[1])
        if event == "record":
            return "", event, key
        top[2] = f"{top[1]}.{key}" if top[1] else str(key)
        return top[1], "map_key", key

    def _scalar(self, prefix: str) -> Event:
        window = self._window
        while True:
            found = _SCALAR.match(window.data, window.at)
            if found and (found.end() < len(window.data) or window.ended or found[0][:1] == b'"'):
                break
            if len(window.data) - window.at > LARGEST_RECORD or not window.more():
                return self._damage("the file breaks off here" if window.ended else "a text that has no end")
        window.at = found.end()
        value = read_value(found[0])
        if isinstance(value, Broken) and not self._stack:
            return self._damage("not valid JSON")
        return prefix, "string" if isinstance(value, str) else "number", value

    def _pass_over(self) -> None:
        """Go on after the list or record that begins here, however large."""
        window, depth = self._window, 0
        while True:
            for token in TOKEN.finditer(window.data, window.at):
                kind = window.data[token.start()]
                if kind == 0x22 and not token[1]:
                    window.at = token.start()
                    window.pass_text()
                    break
                if kind != 0x22:
                    depth += 1 if kind in b"{[" else -1
                    if depth <= 0:
                        window.at = token.end()
                        return
            else:
                window.at = len(window.data)
                if not window.more():
                    return

    def _whole_slowly(self) -> Any:
        """Take out the value that begins here by its brackets; where they are damaged, up to the next good record."""
        window = self._window
        if self._records is None:
            self._records = [list(level) for level in self._stack]
        end = window.end_of_value(LARGEST_RECORD if self._looks < _MOST_LOOKS_AHEAD else 2 * json_window.PIECE)
        if end - window.at > LARGEST_RECORD:
            raw, window.at = window.data[window.at:end], end
            return Broken(_TOO_LONG, raw)
        if end < 0:
            self._looks += 1
            return self._lost()
        value = read_value(window.data[window.at:end])
        if not isinstance(value, Broken) and self._may_follow(end):
            window.at = end
            self._learn(value)
            return value
        if not isinstance(value, Broken):  # closed too early: what follows are keys of its own
            value = Broken("not valid JSON", window.data[window.at:end])
        next_good = self._candidate(window.at + 1, end) if self._gap else -1
        if next_good < 0 and not self._may_follow(end):
            next_good = self._candidate(end)
            if next_good < 0:
                return self._lost()
            value = Broken(value.reason, window.data[window.at:next_good])
        window.at = end if next_good < 0 else next_good
        return value

    def _learn(self, value: Any) -> None:
        """Note what stands between two records, and what keys they have."""
        window = self._window
        if not isinstance(value, dict) or (self._stack and self._stack[-1][0] == 0x7B):
            return
        found = _GAP.match(window.data, window.at)
        if found and value and found[1] == orjson.dumps(next(iter(value))):
            self._gap, self._keys = found[0], frozenset(value)
            self._records = [list(level) for level in self._stack]

    def _may_follow(self, end: int) -> bool:
        """Return whether what follows the value that ends here can follow a value."""
        window = self._window
        rest = window.data[end : end + 1000].lstrip()
        if not self._stack:
            return rest[:1] in (b"{", b"[", b"")
        if self._stack[-1][0] == 0x7B:
            return rest[:1] in (b",", b"}", b"")
        return rest[:1] in (b",", b"]", b"") and not _KEY.match(rest)

    def _candidate(self, start: int, stop: int | None = None) -> int:
        """Return where in memory the next good record begins, its comma included; -1 where there is none."""
        data = self._window.data
        stop = len(data) if stop is None else stop
        for _ in range(_MOST_CANDIDATES):
            any_gap = None if self._gap else _ANY_GAP.search(data, start, stop)
            found = any_gap.start() if any_gap else data.find(self._gap, start, stop) if self._gap else -1
            if found < 0 or self._is_record(data.index(b"{", found)):
                return found
            start = found + 1
        return -1

    def _is_record(self, start: int) -> bool:
        """Return whether what begins here can be read and looks like the records before."""
        window = self._window
        at, window.at = window.at, start
        end = window.data.find(self._gap, start) if self._gap else -1
        value = read_value(window.data[start:end]) if end >= 0 else None
        if not isinstance(value, dict):
            end = window.end_of_value(0)
            value = read_value(window.data[start:end]) if end >= 0 else None
        window.at = at
        return isinstance(value, dict) and 2 * len(self._keys & value.keys()) >= len(self._keys)

    def _lost(self) -> Broken:
        """Pass over a record that has no end, up to the next good one or the end of the file."""
        window = self._window
        found = self._candidate(window.at + 1)
        start = window.data[window.at : found if found >= 0 else window.at + LARGEST_RECORD]
        while found < 0:
            window.at = max(window.at, len(window.data) - len(self._gap) - json_window.PIECE)
            searched = len(window.data) - window.at
            if not window.more():
                window.at = len(window.data)
                self._is_over = True
                return Broken("the file breaks off within this record", start)
            found = self._candidate(max(0, searched - len(self._gap) - json_window.PIECE))
        is_long = len(start) >= LARGEST_RECORD
        window.at = found
        return Broken(_TOO_LONG if is_long else "not valid JSON", start)

    def _damage(self, reason: str) -> Event:
        """Go on at the next good record after damage between records; what lies between counts as one record."""
        window = self._window
        if self._records is None or (not self._keys and not window.ended):
            what = "ends in the middle of a record" if window.ended and window.at >= len(window.data) else (
                "is not valid JSON")
            self.close()
            raise InputError(f"{self._name}: {what} at byte {window.byte:,}. Nothing was imported; export it again.")
        found = self._candidate(window.at)
        raw = window.data[window.at : found if found >= 0 else None]
        window.at = found if found >= 0 else len(window.data)
        self._is_over = found < 0
        self._stack[:] = [list(level) for level in self._records]
        self._broken = Broken(reason, raw)
        prefix = self._stack[-1][2] if self._stack and self._stack[-1][0] == 0x5B else ""
        return prefix or "", "record", self._broken


def json_events(stream: Stream, only: tuple[str, ...] | None = None) -> JsonEvents:
    """Return the events of a JSON file, or of one JSON value per line; `only` as in `JsonEvents`."""
    return JsonEvents(stream.open(as_it_is=True), stream.name, only)


def events_of(data: bytes) -> JsonEvents:
    """Return the events of some JSON, which may end anywhere."""
    return JsonEvents(io.BytesIO(data), "")


def json_items(stream: Stream, path: str) -> Iterator[Any]:
    """Yield the values at a path such as ``messages.item``, whole, or `Broken`."""
    events = json_events(stream, (path,))
    return (events.whole(event, value) for prefix, event, value in events if prefix == path and event not in ENDS)


def build_value(stream: Stream, events: JsonEvents, event: str, value: Any, levels: int = 0) -> Any:
    """Return the JSON value that begins with this event, or `Broken`; `levels` as in `JsonEvents.members`."""
    return events.members(event, value, levels) if levels else events.whole(event, value)


def scan_strings(stream: Stream, pattern: re.Pattern[bytes]) -> set[str]:
    """Return the distinct strings in the JSON strings, or lists of them, that a pattern's groups hold."""
    found: set[bytes] = set()
    tail = b""
    for piece in stream.chunks():
        data = tail + piece
        found.update(m[m.lastindex] for m in pattern.finditer(data) if m.lastindex)
        tail = data[-CARRY:]
    return {text for raw in found for text in _strings(raw)}


def _strings(raw: bytes) -> list[str]:
    try:
        values = json.loads(b"[" + repair(raw) + b"]", strict=False)
    except (ValueError, RecursionError):
        return []
    # a name may hold half a character: it is looked for without it
    return [value.encode("utf-8", "ignore").decode() for value in values if isinstance(value, str)]
