"""Export files as streams of bytes, whatever they are packed in."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from workbench.errors import InputError
from workbench.sources.readers.encodings import open_as_utf8

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 65_536
BOM = codecs.BOM_UTF8
_PACKED = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}


class _Guarded(io.RawIOBase):
    """A stream that turns damage and foreign encodings into errors that name the byte."""

    def __init__(self, inner: BinaryIO, name: str, damage: tuple[type[Exception], ...]) -> None:
        self._inner, self._name, self._damage = inner, name, damage
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._offset = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            data = self._inner.read(len(view))
        except self._damage as error:
            raise InputError(f"{self._name}: the file breaks off or is damaged after byte {self._offset:,}. "
                             "Fetch or export it again.") from error
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise InputError(f"{self._name}: byte {self._offset - pending + error.start:,} is not UTF-8. "
                             "Save the file as UTF-8 and import it again.") from None
        view[: len(data)] = data
        self._offset += len(data)
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


@dataclass(frozen=True)
class Stream:
    """One readable stream of an export file: the file itself, or a member of a zip archive."""

    path: Path
    member: str = ""
    _open: Callable[[], BinaryIO] = field(default=io.BytesIO, repr=False)

    @property
    def name(self) -> str:
        """Return the file, and the member within it, as an error names them."""
        return f"{self.path}, member {self.member}" if self.member else str(self.path)

    def open(self) -> BinaryIO:
        """Open the unpacked bytes from the start, without a byte-order mark.

        Raises
        ------
        InputError
            Here, or from any read: if the file cannot be opened, is damaged or not UTF-8.
        """
        import zstandard

        # what openpyxl raises on a damaged book is any of the last four
        damage = (OSError, EOFError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile,
                  zstandard.ZstdError, KeyError, ValueError, TypeError, AttributeError)
        try:
            inner = self._open()
        except damage as error:
            raise InputError(f"{self.name}: cannot be opened ({type(error).__name__}). "
                             "Is it whole, readable and without a password?") from error
        opened = io.BufferedReader(_Guarded(inner, self.name, damage), 1 << 20)
        try:
            if opened.peek(3)[:3] == BOM:
                opened.read(3)
        except InputError:
            opened.close()
            raise
        return cast("BinaryIO", opened)

    def head(self) -> bytes:
        """Return the first bytes, unpacked; an empty or UTF-16 file is refused."""
        start = self._start()
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\x00" in start:
            raise InputError(f"{self.name}: byte 0 begins UTF-16 or binary data, not UTF-8. "
                             "Save the file as UTF-8 and import it again.")
        with self.open() as opened:
            head = opened.read(HEAD_BYTES)
        if not head.strip():
            raise InputError(f"{self.name}: the file is empty (0 bytes of content). Export it again.")
        return head

    def _start(self) -> bytes:
        """Return the first four unpacked bytes, before any check of the encoding."""
        try:
            with self._open() as inner:
                return inner.read(4)
        except Exception:  # whatever is wrong is named by `open`
            return b""

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """Yield the unpacked bytes in pieces."""
        with self.open() as opened:
            while piece := opened.read(size):
                yield piece


def _open_zst(path: Path) -> BinaryIO:
    import zstandard

    # Reddit dumps are packed with a window of 2 GiB
    unpacker = zstandard.ZstdDecompressor(max_window_size=2**31)
    return cast("BinaryIO", unpacker.stream_reader(path.open("rb"), read_across_frames=True, closefd=True))


def _open_member(path: Path, member: str) -> BinaryIO:
    archive = zipfile.ZipFile(path)
    try:
        return cast("BinaryIO", archive.open(member))
    finally:
        archive.close()  # the member keeps the file open for as long as it is read


def _open_excel(path: Path) -> BinaryIO:
    """Give the first sheet of an Excel file as comma-separated bytes."""
    import csv
    from datetime import datetime
    from tempfile import TemporaryFile

    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    target = TemporaryFile()  # noqa: SIM115 - the caller closes what it was given
    text = io.TextIOWrapper(target, encoding="utf-8", newline="")
    rows = csv.writer(text)
    width = 0
    for row in book.worksheets[0].iter_rows(values_only=True):
        width = width or max((i for i, v in enumerate(row, 1) if v is not None), default=0)  # of the header
        cells = [v.isoformat() if isinstance(v, datetime) else v for v in row[:width]]
        if width:
            rows.writerow(["" if v is None else v for v in cells] + [""] * (width - len(cells)))
    book.close()
    text.detach()
    target.seek(0)
    return cast("BinaryIO", target)


def _packing(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and its rights.") from error
    return next((kind for magic, kind in _PACKED.items() if start.startswith(magic)), "")


def list_streams(path: Path) -> list[Stream]:
    """List the streams of an export file: one, or one per member of a zip archive.

    Raises
    ------
    InputError
        If the file is missing or unreadable, or an archive is damaged or holds another archive.
    """
    import gzip

    packing = _packing(path)
    if packing == "gz":
        return [Stream(path, _open=lambda: cast("BinaryIO", gzip.open(path, "rb")))]
    if packing == "zst":
        return [Stream(path, _open=lambda: _open_zst(path))]
    if packing == "":
        return [Stream(path, _open=lambda: open_as_utf8(path))]
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" in archive.namelist():
                return [Stream(path, _open=lambda: _open_excel(path))]
            members = [m.filename for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path}: the zip archive is damaged. Fetch or export it again.") from error
    if nested := [m for m in members if m.lower().endswith((".zip", ".gz", ".zst", ".7z", ".rar", ".tar"))]:
        raise InputError(f"{path}: holds {len(nested)} archives within the archive. Unpack the outer one and "
                         "import its folder.")
    return [Stream(path, m, lambda m=m: _open_member(path, m)) for m in members]  # type: ignore[misc]
