"""Export files as streams of UTF-8 bytes, whatever they are packed in and however they were saved."""

from __future__ import annotations

import codecs
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from workbench.errors import InputError
from workbench.sources.readers.packing import (
    MOST_RATIO,
    MOST_UNPACKED,
    Archive,
    Guarded,
    damage,
    excel_as_csv,
    packing_of,
    unpacked,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 65_536
BOM = codecs.BOM_UTF8
_FIRST = 512  # bytes by which a member of an archive may be told to be no export
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DAMAGED = "damaged utf-8"
_ARCHIVES = (".zip", ".gz", ".zst", ".7z", ".rar", ".tar")
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*(?:[{\[\"\]]|\Z))")  # WhatsApp begins with [ and a number
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(128))
_TELLING = 16 << 20  # bytes by which an encoding other than UTF-8 is told


class _Recoded(io.RawIOBase):
    """A stream of another encoding as UTF-8; what cannot be decoded is U+FFFD."""

    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        self._inner = inner
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = b"-"
        while not self._ready and data:
            data = self._inner.read(len(view))
            self._ready = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
        piece, self._ready = self._ready[: len(view)], self._ready[len(view):]
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._inner.close()
        super().close()


@dataclass(frozen=True)
class Stream:
    """One readable stream of an export file: the file itself, or a member of a zip archive.

    `packing` is gz, zst, xlsx or nothing; `passed` is called at every read.
    """

    path: Path
    member: str = ""
    packing: str = ""
    archive: Archive | None = field(default=None, repr=False, compare=False)
    passed: Callable[[], None] | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Return the file, and the member within it, as an error names them."""
        return f"{self.path}, member {self.member}" if self.member else str(self.path)

    @cached_property
    def encoding(self) -> str:
        """Return what the bytes are: UTF-8, damaged UTF-8, UTF-16 by its mark or zeros, else cp1252.

        JSON is UTF-8: what is not costs the record in which it stands.
        """
        start = self.first_bytes()
        return _wide(start) or ("utf-8" if _JSON.match(start) else self._told_encoding())

    def _told_encoding(self) -> str:
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with self._opened() as opened:
                while piece := opened.read(1 << 20):
                    decoder.decode(piece)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            with self._opened() as opened:
                data = opened.read(_TELLING)
            sequences = _SEQUENCE.findall(data)
            others = len(data.translate(None, _ASCII)) - sum(map(len, sequences))
            return _DAMAGED if len(sequences) > others else "cp1252"
        return "utf-8"

    def open(self, *, as_it_is: bool = False) -> BinaryIO:
        """Open the unpacked bytes from the start as UTF-8, without a byte-order mark.

        Parameters
        ----------
        as_it_is
            Whether the few bytes that are no UTF-8 in a file that is come as they are, so that the record in which
            they stand can be told; else each is U+FFFD.

        Raises
        ------
        InputError
            Here, or from any read: if the file cannot be opened or is damaged.
        """
        encoding = self.encoding
        opened = self._opened()
        if encoding not in ("utf-8", _DAMAGED) or (encoding == _DAMAGED and not as_it_is):
            recoded = _Recoded(opened, "utf-8" if encoding == _DAMAGED else encoding)
            opened = cast("BinaryIO", io.BufferedReader(recoded, 1 << 20))
        try:
            if cast("io.BufferedReader", opened).peek(3)[:3] == BOM:
                opened.read(3)
        except InputError:
            opened.close()
            raise
        return opened

    def _opened(self) -> BinaryIO:
        try:
            inner = self._unpacked()
            size = self.archive.packed_size(self.member) if self.archive else self.path.stat().st_size
        except damage() as error:
            raise InputError(f"{self.name}: cannot be opened ({type(error).__name__}). "
                             "Is it whole, readable and without a password?") from error
        most = max(MOST_UNPACKED, MOST_RATIO * size) if self.packing or self.archive else math.inf
        guarded = Guarded(inner, self.name, most=most, passed=self.passed)
        return cast("BinaryIO", io.BufferedReader(guarded, 1 << 20))

    def _unpacked(self) -> BinaryIO:
        if self.packing == "xlsx":
            return io.BytesIO(self._sheet)
        return self.archive.open(self.member) if self.archive else unpacked(self.path, self.packing)

    @cached_property
    def _sheet(self) -> bytes:
        return excel_as_csv(self.path, self.passed)

    def head(self) -> bytes:
        """Return the first bytes, unpacked and as UTF-8; an empty or binary file is refused."""
        start = self.first_bytes()
        if b"\x00" in start[:4] and not _wide(start):
            raise InputError(f"{self.name}: byte 0 begins binary data, no text. Export it as JSON, CSV or text.")
        with self._opened() as opened:
            head = opened.read(HEAD_BYTES)
        if _wide(start) or not (_JSON.match(head) or _is_utf8(head)):
            with self.open() as opened:
                head = opened.read(HEAD_BYTES)
        head = head.removeprefix(BOM)
        if not head.strip():
            raise InputError(f"{self.name}: the file is empty (0 bytes of content). Export it again.")
        return head

    def first_bytes(self) -> bytes:
        """Return some first bytes as they are, before any check; none where they cannot be read."""
        try:
            with self._unpacked() as inner:
                return inner.read(_FIRST)
        except Exception:  # whatever is wrong is named by `open`
            return b""

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """Yield the unpacked bytes in pieces."""
        with self.open() as opened:
            while piece := opened.read(size):
                yield piece


def _wide(start: bytes) -> str | None:
    """Return the encoding of text of two bytes a character, told by its mark or the zeros of its first two."""
    if found := next((name for mark, name in UTF16.items() if start.startswith(mark)), None):
        return found
    zeros = [byte == 0 for byte in start[:4]]
    return "utf-16-le" if zeros == [False, True] * 2 else "utf-16-be" if zeros == [True, False] * 2 else None


def _is_utf8(head: bytes) -> bool:
    """Return whether bytes are UTF-8, of which the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def list_streams(path: Path) -> list[Stream]:
    """List the streams of an export file: one, or one per member of a zip archive.

    Raises
    ------
    InputError
        If the file is missing or unreadable, or an archive is damaged or holds another archive.
    """
    packing = packing_of(path)
    if packing != "zip":
        return [Stream(path, packing=packing)]
    try:
        archive = Archive(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path}: the zip archive is damaged. Fetch or export it again.") from error
    members = archive.members()
    if "xl/workbook.xml" in members:
        return [Stream(path, packing="xlsx")]
    if nested := [m for m in members if m.lower().endswith(_ARCHIVES)]:
        raise InputError(f"{path}: holds {len(nested)} archives within the archive. Unpack the outer one and "
                         "import its folder.")
    return [Stream(path, member, archive=archive) for member in members]
