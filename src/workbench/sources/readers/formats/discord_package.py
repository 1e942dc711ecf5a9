"""Discord's data package of a person's own account: `messages/c<id>/messages.csv`, in newer ones `messages.json`.

It holds what the person wrote, and no answers. `channel.json` beside it says which channel it is, its name, its server
and its kind: private conversations (`DM`, `GROUP_DM`) and those of which nothing is said are refused. Times are UTC.
The account is not named; its folder is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.opening import Stream, list_streams
from workbench.sources.readers.records import Batch, Format, Item, RawArena, RawPost, Refusal, find_text
from workbench.sources.readers.tabular import Cells, in_utc, table_format

_COLUMNS = ("ID", "Timestamp", "Contents", "Attachments")
_BESIDE = "channel.json"
_LARGEST = 1 << 20
_PRIVATE = ("DM", "GROUP_DM", "1", "3")
_SUFFIXES = {"png": "photo", "jpg": "photo", "jpeg": "photo", "webp": "photo", "gif": "animation", "mp4": "video",
             "mov": "video", "webm": "video", "mp3": "audio", "ogg": "audio"}


def _channel(stream: Stream) -> Any:
    """Return what lies beside the messages of a channel; None where nothing does."""
    try:
        if stream.member:
            name = PurePosixPath(stream.member).with_name(_BESIDE).as_posix()
            beside = next((some for some in list_streams(stream.path) if some.member == name), None)
        else:
            path = stream.path.with_name(_BESIDE)
            beside = list_streams(path)[0] if path.is_file() else None
        if beside is None:
            return None
        with beside.open() as opened:
            return json.loads(opened.read(_LARGEST))
    except (InputError, ValueError):
        return None


def _arena(channel: Any) -> RawArena | None:
    """Return a channel of a server; None for a conversation that is private or of which nothing is known."""
    kind, server = find_text(channel, "type"), find_text(channel, "guild.name")
    is_thread = "THREAD" in (kind or "")
    is_of_server = find_text(channel, "guild.id") is not None or is_thread or (kind or "").startswith("GUILD_")
    if kind in _PRIVATE or not is_of_server:
        return None
    name = find_text(channel, "name")
    return RawArena(find_text(channel, "id"), None, " / ".join(part for part in (server, name) if part) or None,
                    "thread" if is_thread else "channel")


def _item(cells: Cells, arena: RawArena) -> Item:
    first = cells["Attachments"].split()[0] if cells["Attachments"].strip() else ""
    suffix = first.split("?")[0].rpartition(".")[2].casefold()
    return Item(arena, RawPost(
        native_id=cells["ID"].strip() or None, stamp=in_utc("Timestamp")(cells), text=cells["Contents"] or None,
        media=_SUFFIXES.get(suffix, "file") if first else None))


def _made(arena: RawArena | None) -> tuple[Format, Format]:
    """Return the readers of the table and of the list, for one channel."""

    def of(cells: Cells) -> Iterator[Item | Refusal]:
        yield _item(cells, arena) if arena else Refusal("of a private conversation, or one without its channel.json")

    def items(record: Any, context: Context) -> Iterator[Item | Refusal]:
        yield from of({column: find_text(record, column) or "" for column in _COLUMNS})

    return (table_format("discord-package", platform="discord", letter="D", items=of, needs=_COLUMNS),
            json_format("discord-package", platform="discord", letter="D", matches=_matches, items=items,
                        paths=("item",), named=False))


def _matches(head: Head) -> bool:
    return head.columns == set(_COLUMNS) or shows(head, ("item.",), *_COLUMNS)


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    table, listed = _made(_arena(_channel(stream)))
    yield from (listed if Head(stream.head()).raw[:1] == b"[" else table).read(stream, card)


FORMAT = replace(_made(None)[0], matches=_matches, read=_read, names=lambda stream: set(), own_account=True,
                 gives=("media",))
