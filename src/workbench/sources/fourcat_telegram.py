"""4CAT's CSV of its Telegram datasource.

Comma-separated. `timestamp` is the server's local time, so `unix_timestamp` goes first. `id` is
``<chat>-<message id>`` and `reply_to` the bare message id. `reactions` repeats each emoji as often as
it was given. Booleans are yes/no or True/False. Authors written ``REDACTED`` are missing; rows whose
author is the chat are a broadcast channel's, and then `author` is the channel's id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.csv_stream import Row, cell_id, csv_header, csv_rows
from workbench.sources.opening import Stream
from workbench.sources.records import Batch, BatchBuilder, Format, RawArena

_NEEDED = {"id", "chat", "author", "body", "timestamp"}
_MEDIA = {"photo": "photo", "video": "video", "audio": "audio", "voice": "voice", "document": "file", "url": "link",
          "poll": "poll", "contact": "contact", "location": "location", "geo": "location", "sticker": "sticker",
          "gif": "animation", "game": "game", "invoice": "invoice", "story": "story"}
# One emoji: a flag, or a sign with its variants and everything joined to it
_EMOJI = re.compile(r"[\U0001f1e6-\U0001f1ff]{2}|[^\s\u200d\ufe0f](?:[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d[^\s])*")
_REDACTED = "REDACTED"


def _matches(head: bytes) -> bool:
    header = set(csv_header(head))
    return header >= _NEEDED and bool(header & {"author_username", "unix_timestamp_edited", "entities_mentioned"})


def _given(cells: dict[str, str], column: str) -> str | None:
    value = cells.get(column, "").strip()
    return value if value and _REDACTED not in value else None


def _speaker(cells: dict[str, str], chat: str) -> tuple[RawArena, str | None, str | None]:
    """Return the arena, and the account with what kind of name it goes by."""
    handle = None if cell_id(chat) else chat
    author, username, name = (_given(cells, c) for c in ("author", "author_username", "author_name"))
    native = cell_id(author)
    names = {name.casefold() for name in (author, username) if name}
    if chat.casefold() in names or (native and native == cell_id(chat)):
        return RawArena(native or cell_id(chat), handle, name, "channel"), None, None
    arena = RawArena(cell_id(chat), handle, None, "group" if author or username or name else "channel")
    if author:
        return arena, native or author, "account" if native else "handle"
    return (arena, username, "handle") if username else (arena, name, "name" if name else None)


def _links(cells: dict[str, str]) -> list[tuple[str, str, str]]:
    links = []
    source = (cell_id(_given(cells, "author_forwarded_from_id")), _given(cells, "author_forwarded_from_username"),
              _given(cells, "author_forwarded_from_name"))
    if found := next(((v, via) for v, via in zip(source, ("arena", "handle", "name"), strict=True) if v), None):
        links.append(("forward", *found))
    if reply := cell_id(cells.get("reply_to")):
        links.append(("reply", reply, "post"))
    if url := _given(cells, "link_attached"):
        links.append(("url", url, "url"))
    return links


def _add(builder: BatchBuilder, row: Row, cells: dict[str, str]) -> None:
    chat, _, number = cells["id"].strip().rpartition("-")
    chat = _given(cells, "chat") or _given(cells, "thread_id") or chat
    arena, account, via = _speaker(cells, chat)
    emoji = cells.get("reactions")
    reactions = None if emoji is None or _REDACTED in emoji else str(len(_EMOJI.findall(emoji)))
    attachment = cells.get("attachment_type", "").strip().casefold()
    post = (
        cell_id(number), account, via, _given(cells, "unix_timestamp"), _given(cells, "timestamp"),
        _given(cells, "unix_timestamp_edited"), _given(cells, "timestamp_edited"), "post",
        cells["body"] or None, cells.get("views"), reactions, cells.get("forwards"), cells.get("replies"),
        _MEDIA.get(attachment, "other") if attachment else None,
    )
    builder.add(arena, post, _links(cells), row.line, cells)


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    with stream.open() as opened:
        missing = _NEEDED - set(csv_header(opened.readline()))
    if missing:
        raise InputError(f"{stream.name}: line 1 lacks the columns {', '.join(sorted(missing))}, so it is no Telegram "
                         "file of 4CAT. Name another --format.")
    builder = BatchBuilder()
    for row in csv_rows(stream):
        if row.cells is None:
            builder.faults.append((row.line, "wrong number of cells", row.raw))
        else:
            _add(builder, row, row.cells)
        if builder.is_full():
            yield builder.take()
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    return {name for row in csv_rows(stream) if row.cells for name in _people(row.cells)}


def _people(cells: dict[str, str]) -> Iterator[str]:
    if (name := _given(cells, "author_name")) and cells.get("author_username") != cells.get("chat"):
        yield name


FORMAT = Format("4cat-telegram", "telegram", "T", _matches, _read, _names)
