"""How many records a file holds, counted from its bytes by another way than the readers go.

The ledger of an import compares it with what was read, so that a reader that loses records is found out. Texts are
taken out first, then brackets and commas are counted; nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.sources.readers.head import Head, header_of
from workbench.sources.readers.json_format import deepest, has_lines
from workbench.sources.readers.json_values import LARGEST_RECORD
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Format

_PIECE = 8 << 20
_LONGEST = 1 << 26  # bytes of a text without end
_BUT_BRACKETS = bytes(set(range(256)) - set(b'"{}[],\x01\x02\x03\x04'))
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"{[")], _STEPS[list(b"}]")] = 1, -1
_EMPTY_LIST = re.compile(rb"\A\s*\[\s*\]")
_EMPTY_ROW = re.compile(rb"(?m)^[,; \t]+\r?\n")
_GAP = rb"(?: |\xe2\x80\xaf|\xc2\xa0)"
_MARKS = rb"(?:\xe2\x80[\x8e\x8f\xaa\xac]|\xef\xbb\xbf)*"
_WHEN = (rb"\d{1,4}[./-]" + _GAP + rb"?\d{1,2}[./-]" + _GAP + rb"?\d{2,4},?" + _GAP + rb"(?:kl\." + _GAP + rb")?"
         rb"\d{1,2}[.:]\d\d(?:[.:]\d\d)?(?:" + _GAP + rb"?[AaPp]\.?[Mm]\.?)?")
_MESSAGE = re.compile(  # of WhatsApp: a date, a time, and what parts them from the name
    b"(?m)^" + _MARKS + b"(?:\\[" + _WHEN + b"\\]|" + _WHEN + _GAP + b"(?:-|\xe2\x80\x93))" + _MARKS + _GAP)
_TELEGRAM = ("messages.item", "chats.list.item.messages.item", "left_chats.list.item.messages.item")
_OTHERS = {"telegram-desktop": _TELEGRAM, "tgdataset": ("*.text_messages.*", "*.generic_media.*")}
_PAGES = {"x-api": ("data.item",)}  # lists within the records of a file with one per line
_TREES = ("reddit-listing", "yt-dlp")  # records that stand at every depth, or beside one of another kind
_HTML_MESSAGE = re.compile(rb'<div class="message (?:default|service)[^>]{0,80}id="message\d')
_ANSWERS = {"youtube-comments": ("items.item", "items.item.replies.comments.item")}  # that are posts of their own


def count_records(stream: Stream, form: Format) -> int | None:
    """Count the records of a stream.

    Returns
    -------
    records
        What a reader that loses none gives as posts, records covered by them, and faults; None where it cannot be
        told. Of a file whose brackets or quotation marks are damaged the number may be another.
    """
    if form.name == "whatsapp":
        return _count_messages(stream)
    if form.name in _TREES:
        return None
    if form.name == "telegram-html":
        return _count_pages(stream)
    if form.name in _OTHERS:
        return _count_elements(stream, _OTHERS[form.name])
    if not form.paths:
        return _count_rows(stream, form)
    if has_lines(stream):
        return None if form.name in _ANSWERS else _count_lines(stream, _PAGES.get(form.name, form.paths))
    paths = deepest(Head(stream.head()), form.paths)
    if form.name in _ANSWERS and paths == _ANSWERS[form.name][:1]:
        return _count_elements(stream, _ANSWERS[form.name])
    if form.name in _PAGES and paths == ("",):
        return _count_elements(stream, _PAGES[form.name]) or 1
    return None if form.name in (*_PAGES, *_ANSWERS) else _count_elements(stream, paths)


def _count_messages(stream: Stream) -> int:
    found, before, tail = 0, None, b""
    for piece in stream.chunks(_PIECE):
        data = tail + piece.replace(b"\r\n", b"\n")
        cut = data.rfind(b"\n") + 1
        whole, tail = data[:cut], data[cut:]
        first = _MESSAGE.search(whole)
        if before is None and first:
            before = sum(1 for line in whole[: first.start()].split(b"\n") if line.strip())
        found += len(_MESSAGE.findall(whole))
    return found + len(_MESSAGE.findall(tail)) + (before or 0)


def _count_pages(stream: Stream) -> int:
    found, tail = 0, b""
    for piece in stream.chunks(_PIECE):
        data = tail + piece
        tail = data[-128:]
        found += len(_HTML_MESSAGE.findall(data)) - len(_HTML_MESSAGE.findall(tail))
    return found + len(_HTML_MESSAGE.findall(tail))


def _count_rows(stream: Stream, form: Format) -> int | None:
    head = stream.head()
    separator = max(",;\t", key=lambda s: len(header_of(head, s))).encode()
    escapes = form.name == "youtube-data-tools" and not Head(head).columns & {"source_filename", "date_collected"}
    rows, left = 0, b""
    for piece in _pieces(stream):
        data = left + (re.sub(rb"\\.", b"xx", piece, flags=re.DOTALL) if escapes else piece)
        if data.count(b"\r") != data.count(b"\r\n"):
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        found, left = _row_ends(data, separator)
        rows += found
        if form.name == "field-notes":  # the form's empty rows
            rows -= len(_EMPTY_ROW.findall(data))
        if len(left) > _LONGEST:
            return None
    return rows - 1 + bool(left.strip())


def _row_ends(data: bytes, separator: bytes) -> tuple[int, bytes]:
    """Return how many rows that hold something end in these bytes, and what stands after the last of them."""
    codes = np.frombuffer(data, np.uint8)
    marks = np.flatnonzero(codes == 0x22)
    before = codes[marks[::2] - 1]
    may_open = (before == separator[0]) | (before == 0x0A) | (before == 0x22)  # doubled within a text
    if not may_open[marks[::2] > 0].all():  # a mark within a cell that has none around it
        data = re.sub(b'(?<![^' + separator + b'\n])"(?:[^"]|"")*"|(?<=[^' + separator + b'\n])"', b"x", data)
        return _row_ends(data, separator)
    ends = np.flatnonzero(codes == 0x0A)
    ends = ends[np.searchsorted(marks, ends) % 2 == 0]
    starts = np.concatenate(([0], ends + 1))
    lengths = np.diff(starts) - 1
    blank = (lengths == 0) | ((lengths == 1) & (codes[starts[:-1]] == 0x0D))
    return int(np.count_nonzero(~blank)), data[int(starts[-1]):]


def _pieces(stream: Stream) -> Iterator[bytes]:
    """Yield the bytes in pieces that do not end between two quotation marks or line ends."""
    left = b""
    for piece in stream.chunks(_PIECE):
        data = left + piece
        end = len(data.rstrip(b'"\r\\'))
        yield data[:end]
        left = data[end:]
    yield left


def _count_lines(stream: Stream, paths: tuple[str, ...]) -> int:
    lists = [(path, _path(1, path).key) for path in paths if path.endswith(".item")]
    found = 0
    with stream.open() as opened:
        while line := opened.readline(LARGEST_RECORD):
            if line.strip():
                within = (_Elements((path,)).of(line) for path, key in lists if key and key.search(line))
                found += next((number for number in within if number), 1)
            while line and line[-1:] != b"\n":
                line = opened.readline(LARGEST_RECORD)
    return found


def _count_elements(stream: Stream, paths: tuple[str, ...]) -> int:
    elements = _Elements(paths)
    found, left = 0, b""
    for piece in stream.chunks(_PIECE):
        data = left + piece
        cut = data.rfind(b",") + 1  # no key and no escape is cut there
        found, left = found + elements.of(data[:cut]), data[cut:]
    return found + elements.of(left)


@dataclass
class _Path:
    """A path of lists or records: the byte its key becomes, how deep that stands, and whether one is open."""

    mark: int
    depth: int
    key: re.Pattern[bytes] | None
    name: bytes = b""
    is_open: bool = False


class _Elements:
    """Counts what stands in lists or records, piece by piece."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._is_text = False
        self._depth = 0
        self._is_begun = False
        names = list(dict.fromkeys(_name(path) for path in paths))  # of lists of one name all get one mark
        found = [_path(names.index(_name(path)) + 1, path) for path in paths]
        self._paths = list({(path.mark, path.depth): path for path in found}.values())

    def of(self, data: bytes) -> int:
        """Return how many begin in these bytes, which end at a comma or the end of the file."""
        if not self._is_begun and data.strip():
            data, self._is_begun = _EMPTY_LIST.sub(b"", data), True
        for path in self._paths:
            if path.key and path.name in data:
                data = path.key.sub(bytes([path.mark]) + rb"\1", data)
        codes = self._reduced(data)
        depth = np.cumsum(_STEPS[codes], dtype=np.int64) + self._depth
        found = sum(self._within(path, codes, depth) for path in self._paths)
        self._depth = int(depth[-1]) if len(depth) else self._depth
        return found

    def _reduced(self, data: bytes) -> np.ndarray:
        """Return brackets, commas and marks alone, without those in texts."""
        codes = np.frombuffer(_without_escapes(data).translate(None, _BUT_BRACKETS), np.uint8)
        is_mark = codes == 0x22
        is_text = (np.cumsum(is_mark, dtype=np.int64) + self._is_text) % 2 == 1
        self._is_text = bool(is_text[-1]) if len(is_text) else self._is_text
        return np.asarray(codes[~(is_mark | is_text)])

    def _within(self, path: _Path, codes: np.ndarray, depth: np.ndarray) -> int:
        if path.key is None and path.depth < 0:  # every value of the document is a record
            return int(((depth == 1) & (_STEPS[codes] == 1)).sum())
        if path.key is None:
            starts = np.flatnonzero((depth == 1) & (codes == 0x5B))
        else:
            starts = np.flatnonzero((codes == path.mark) & (depth == path.depth))
        found = len(starts)
        ends = np.flatnonzero((depth == path.depth) & (_STEPS[codes] == -1))
        commas = np.flatnonzero((codes == 0x2C) & (depth == path.depth + 1))
        opened = np.concatenate(([-1], starts)) if path.is_open else starts
        which = np.searchsorted(ends, opened)
        closed = np.where(which < len(ends), np.append(ends, len(codes))[which], len(codes))
        found += int((np.searchsorted(commas, closed) - np.searchsorted(commas, opened)).sum())
        path.is_open = bool(len(opened)) and int(closed[-1]) == len(codes)
        return found


def _without_escapes(data: bytes) -> bytes:
    """Return JSON without the quotation marks that stand in its texts."""
    if b'\\"' not in data:
        return data
    codes = np.frombuffer(bytearray(data), np.uint8)
    marks = np.flatnonzero(codes == 0x22)
    marks = some = marks[codes[marks - 1] == 0x5C]
    odd, before = np.ones(len(marks), dtype=bool), 1
    while len(some := some[codes[some - before - 1] == 0x5C]):  # of two backslashes the first escapes the second
        before += 1
        odd[np.searchsorted(marks, some)] ^= True
    codes[marks[odd]] = 0x20
    return codes.tobytes()


def _name(path: str) -> bytes:
    """Return the key of the list or record in which the elements of a path stand."""
    return path.rpartition(".")[0].rpartition(".")[2].encode()


def _path(number: int, path: str) -> _Path:
    if path == "":
        return _Path(number, -1, None)
    steps = path.split(".")
    if path == "item":
        return _Path(number, 0, None)
    bracket = rb"\[(?!\s*\])" if steps[-1] == "item" else rb"\{(?!\s*\})"
    name = _name(path)
    key = re.compile(rb'"' + re.escape(name) + rb'"\s*:\s*(' + bracket + rb")")
    return _Path(number, len(steps) - 1, key, b'"' + name + b'"')
