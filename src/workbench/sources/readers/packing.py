"""What export files are packed in, as plain bytes; damage becomes an error that names the byte."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from workbench.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

_PACKED = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}
MOST_UNPACKED = 256 << 20  # bytes, where they are more than so many times the packed ones
MOST_RATIO = 200
_MOST_ROWS = 1_048_576  # of an Excel sheet


class Guarded(io.RawIOBase):
    """A stream that turns damage, and more bytes than an export can be packed from, into errors.

    `passed` is told of every read: where nobody is told for long, the reader hangs.
    """

    def __init__(self, inner: BinaryIO, name: str, *, most: float, passed: Callable[[], None] | None = None) -> None:
        self._inner, self._name, self._most, self._passed = inner, name, most, passed
        self._damage = damage()
        self._offset = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what is there next."""
        view = memoryview(buffer)
        try:
            data = self._inner.read(len(view))
        except self._damage as error:
            raise InputError(f"{self._name}: the file breaks off or is damaged after byte {self._offset:,}. "
                             "Fetch or export it again.") from error
        view[: len(data)] = data
        self._offset += len(data)
        if self._passed:
            self._passed()
        if self._offset > self._most:
            raise InputError(f"{self._name}: unpacks to more than {MOST_RATIO} times its size, which no export does. "
                             "Unpack it, look at what it holds, and export it again.")
        return len(data)

    def close(self) -> None:
        """Close what is read from too."""
        self._inner.close()
        super().close()


def damage() -> tuple[type[Exception], ...]:
    """Return what is raised where a file is damaged; openpyxl raises any of the last four."""
    import zstandard

    return (OSError, EOFError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError,
            KeyError, ValueError, TypeError, AttributeError)


class Archive:
    """A zip archive that is looked through once, and from which any process reads members."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process = os.getpid()
        self._zip = zipfile.ZipFile(path)

    def __del__(self) -> None:
        if hasattr(self, "_zip"):
            self._zip.close()

    def members(self) -> list[str]:
        """Return the names of its files, each once."""
        return list(dict.fromkeys(m.filename for m in self._zip.infolist() if not m.is_dir()))

    def packed_size(self, member: str) -> int:
        """Return how many bytes a member takes in the archive."""
        return self._zip.getinfo(member).compress_size

    def open(self, member: str) -> BinaryIO:
        """Open a member."""
        if self._process != os.getpid():  # a forked process would share where in the file reading stands
            self._zip.fp, self._process = self._path.open("rb"), os.getpid()
        return cast("BinaryIO", self._zip.open(member))


def packing_of(path: Path) -> str:
    """Return what a file is packed in, by its first bytes: gz, zst, zip or nothing.

    Raises
    ------
    InputError
        If the file cannot be read, or is none (a folder, a pipe, a device).
    """
    try:
        if not path.is_file():
            raise InputError(f"{path}: is no file, or is not there. Check the path.")
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and its rights.") from error
    return next((kind for magic, kind in _PACKED.items() if start.startswith(magic)), "")


def unpacked(path: Path, packing: str) -> BinaryIO:
    """Open a file that is packed as told, or not at all."""
    import gzip

    import zstandard

    if packing == "gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if packing == "zst":  # Reddit dumps are packed with a window of 2 GiB
        unpacker = zstandard.ZstdDecompressor(max_window_size=2**31)
        return cast("BinaryIO", unpacker.stream_reader(path.open("rb"), read_across_frames=True, closefd=True))
    return path.open("rb")


def excel_as_csv(path: Path, passed: Callable[[], None] | None = None) -> bytes:
    """Return the first sheet of an Excel file as comma-separated bytes; a row without cells is an empty line."""
    import csv
    from datetime import datetime

    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > max(MOST_UNPACKED, MOST_RATIO * path.stat().st_size):
            raise ValueError("unpacks to more than any book does")
    book = load_workbook(path, read_only=True, data_only=True)
    target = io.BytesIO()
    text = io.TextIOWrapper(target, encoding="utf-8", newline="")
    rows = csv.writer(text)
    width = 0
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
        if number > _MOST_ROWS:
            raise ValueError("more rows than a sheet can have")
        if passed:
            passed()
        width = width or max((i for i, v in enumerate(row, 1) if v is not None), default=0)  # of the header
        cells = [v.isoformat() if isinstance(v, datetime) else v for v in row[:width]]
        if width and any(v is not None for v in cells):
            rows.writerow(["" if v is None else v for v in cells] + [""] * (width - len(cells)))
        elif width:
            text.write("\r\n")
    book.close()
    text.flush()
    return target.getvalue()
