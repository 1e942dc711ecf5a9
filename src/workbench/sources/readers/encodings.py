"""Plain files of other encodings than UTF-8 as UTF-8 bytes."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from workbench.errors import InputError
from workbench.settings import read_mapping

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PACKED = (b"PK", b"\x1f\x8b", b"\x28\xb5")  # zip and Excel, gz, zst: what is in them says its own
_CHARACTERS = 1 << 18


class _Transcoded(io.RawIOBase):
    """The text of a file, encoded as UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(file, encoding=encoding, newline="")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        if not self._rest:
            self._rest = self._text.read(_CHARACTERS).encode()
        piece, self._rest = self._rest[: len(view)], self._rest[len(view):]
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._text.close()
        super().close()


def open_as_utf8(path: Path) -> BinaryIO:
    """Open a file, turned into UTF-8 where it begins as UTF-16 or where the mapping of its card names an encoding.

    A mapping says nothing of JSON, which is always UTF-8 or UTF-16.

    Raises
    ------
    InputError
        If the encoding named is none.
    """
    with path.open("rb") as file:
        start = file.read(4)
    encoding = "utf-16" if start[:2] in _UTF16 else ""
    if not encoding and start[:1] not in (b"{", b"[") and (said := read_mapping(path).get("encoding")):
        encoding = str(said)
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise InputError(f"{path}: encoding in [mapping] of its source.toml is none that is known. Write one such "
                             'as "utf-8", "cp1252" (Excel in Western Europe) or "utf-16".') from error
    file = path.open("rb")
    if encoding.replace("_", "-").casefold() in ("", "utf-8", "utf8"):
        return file
    return cast("BinaryIO", io.BufferedReader(_Transcoded(file, encoding)))


def guess_encoding(path: Path) -> str:
    """Return the encoding to name for a plain table that is not UTF-8: that of Excel in Western Europe; else empty.

    Raises
    ------
    InputError
        If the file is not in that one either.
    """
    with path.open("rb") as file:
        if file.read(2) in (*_UTF16, *_PACKED):
            return ""
    found: str
    for found in ("", "cp1252"):
        decoder = codecs.getincrementaldecoder(found or "utf-8")()
        try:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return found
    raise InputError(f"{path}: is neither UTF-8 nor what Excel writes in Western Europe. Save it as UTF-8, or name its "
                     "encoding.")
