"""The stretch of a JSON file that is in memory, and where values in it end."""

from __future__ import annotations

import re
from typing import BinaryIO

from workbench.sources.readers.json_values import LARGEST_RECORD, repair

_OPEN_ESCAPE = re.compile(rb"\\+(?:x[0-9A-Fa-f]?)?\Z")
_DOCUMENT_SPAN = 400
PIECE = 1 << 20
_BETWEEN = re.compile(rb"[\s,:]*")
_TEXT = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}\[\]]', re.DOTALL)
CARRY = 4096


class _Repaired:
    r"""A byte stream in which ``\x0C`` and bare document ids are made valid JSON."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._held = b""

    def read(self, size: int) -> bytes:
        while True:
            piece = self._inner.read(size)
            data = self._held + piece if self._held else piece
            cut = len(data) if not piece else self._cut(data)
            ready, self._held = data[:cut], data[cut:]
            if ready or not piece:
                return repair(ready)

    @staticmethod
    def _cut(data: bytes) -> int:
        """Return up to where a piece can be repaired without seeing the next one."""
        open_escape = _OPEN_ESCAPE.search(data, max(0, len(data) - CARRY))
        cut = open_escape.start() if open_escape else len(data)
        begun = data.rfind(b'"doc', max(0, cut - _DOCUMENT_SPAN), cut)
        return begun if begun > 0 else cut


class Window:
    """The stretch of a file that is in memory, and where in it reading stands."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._repaired = _Repaired(source)
        self._passed = 0
        self.data = b""
        self.at = 0
        self.ended = False

    @property
    def byte(self) -> int:
        """Return where reading stands in the file."""
        return self._passed + self.at

    def more(self) -> bool:
        """Let go of what was read and take in the next piece; false at the end of the file."""
        piece = b"" if self.ended else self._repaired.read(max(PIECE, len(self.data) - self.at))
        self._passed += self.at
        self.data, self.at = self.data[self.at:] + piece, 0
        if not piece:
            self.ended = True
            self.close()
        return bool(piece)

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def next_byte(self) -> int:
        """Go on to where the next token begins, and return its first byte; -1 at the end."""
        while True:
            found = _BETWEEN.match(self.data, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.data):
                return self.data[self.at]
            if not self.more():
                return -1

    def pass_text(self) -> None:
        """Go on after the text whose quotation mark stands here, however long."""
        self.at += 1
        while True:
            found = _TEXT.match(self.data, self.at)
            self.at = found.end() if found else self.at
            if self.data[self.at : self.at + 1] == b'"':
                self.at += 1
                return
            if not self.more():
                self.at = len(self.data)
                return

    def end_of_value(self, most: int = LARGEST_RECORD) -> int:
        """Return where the list or record that begins here ends; -1 where its brackets do not close in so many bytes.

        With none to look ahead, only what is in memory counts.
        """
        depth, offset = 0, 0
        while True:
            data = self.data
            for token in TOKEN.finditer(data, self.at + offset):
                kind = data[token.start()]
                if kind == 0x22:
                    if not token[1]:
                        offset = token.start() - self.at
                        break  # goes on beyond what is in memory
                elif kind in b"{[":
                    depth += 1
                else:
                    depth -= 1
                    if depth <= 0:
                        return token.end()
                offset = token.end() - self.at
            if len(data) - self.at > most or not most or not self.more():
                return -1
