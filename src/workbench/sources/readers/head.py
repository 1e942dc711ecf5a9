"""What the first bytes of an export show: the columns of a table, or the paths of a JSON record."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import Any

from workbench.errors import InputError
from workbench.sources.readers.json_stream import ENDS, events_of

_MOST_PATHS = 5_000


class Head:
    """The beginning of an unpacked file, by which its format is told.

    Attributes
    ----------
    raw
        Up to 64 KiB, without leading space.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw.lstrip()

    @cached_property
    def columns(self) -> frozenset[str]:
        """Return the column names of the first line, read with commas; empty for JSON."""
        return self._columns(",")

    @cached_property
    def semicolon_columns(self) -> frozenset[str]:
        """Return the column names of the first line, read with semicolons; empty for JSON."""
        return self._columns(";")

    def _columns(self, separator: str) -> frozenset[str]:
        return frozenset() if self.raw[:1] in (b"{", b"[") else frozenset(header_of(self.raw, separator))

    @cached_property
    def paths(self) -> dict[str, Any]:
        """Return the paths of the JSON values in the head, such as ``messages.item.id``.

        Each with the first scalar that stands there, None for lists and records. One value per line counts
        like one value. Empty for what is no JSON.
        """
        found: dict[str, Any] = {}
        if self.raw[:1] not in (b"{", b"["):
            return found
        with suppress(InputError):  # the head ends somewhere within the file
            for prefix, event, value in events_of(self.raw):
                if event in ENDS:
                    continue
                if found.get(prefix) is None:
                    found[prefix] = value
                if len(found) > _MOST_PATHS:
                    break
        return found

    def has(self, *paths: str) -> bool:
        """Return whether all of these paths are there; ``a|b`` is there where either is."""
        return all(any(p in self.paths for p in path.split("|")) for path in paths)

    def lines(self, most: int = 50) -> Iterable[str]:
        """Return the first whole lines as text."""
        text = self.raw.decode("utf-8", "replace")
        return text.splitlines()[:most]


def header_of(head: bytes, separator: str = ",") -> list[str]:
    """Return the column names in the first line of a table."""
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace")
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []
