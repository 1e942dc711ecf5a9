"""signal-export's `data.json`: the messages of one chat of Signal Desktop, one per line.

The chat is the folder the file lies in, and has no id. Messages have none either. `date` is the local time of the
computer, without an offset. Senders are known by the names under which the owner of the computer has them. Of what a
message quotes, which is another person's text, nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.payloads.parts import speaker
from workbench.sources.readers.records import Batch, Item, RawArena, RawPost, find, find_list, find_text

_SUFFIXES = {**dict.fromkeys(("png", "jpg", "jpeg", "gif", "tif", "tiff", "webp"), "photo"),
             **dict.fromkeys(("m4a", "aac", "mp3", "ogg", "opus", "wav", "flac"), "audio"),
             **dict.fromkeys(("mp4", "mov", "mkv", "mpeg", "webm"), "video")}


def _matches(head: Head) -> bool:
    return shows(head, ("", "item."), "date", "sender", "body", "quote", "reactions", "attachments")


def _media(message: Any) -> str | None:
    if name := find_text(message, "attachments.0.path", "attachments.0.name"):
        return _SUFFIXES.get(name.rpartition(".")[2].casefold(), "file")
    return "sticker" if find(message, "sticker") is not None else None


def _items(message: Any, context: Context) -> Iterator[Item]:
    is_service = any(find(message, key) is True for key in ("deleted", "call"))
    reactions = message.get("reactions") if isinstance(message, dict) else None
    yield Item(RawArena(None, kind="chat"), RawPost(
        **speaker(None, None, find_text(message, "sender")), stamp=find_text(message, "date"),
        kind="service" if is_service else "post", text=None if is_service else find_text(message, "body"),
        reactions=str(len(find_list(message, "reactions"))) if isinstance(reactions, list) else None,
        media=None if is_service else _media(message)))


_messages = json_format("signal-export", platform="signal", letter="S", matches=_matches, items=_items,
                        paths=("item", ""), gives=("account_id", "reactions", "media"))


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    folder = PurePosixPath(stream.member).parent.as_posix() if stream.member else stream.path.parent.name
    for batch in _messages.read(stream, card):
        yield replace(batch, arenas=[replace(arena, native_id=f"signal/{folder}") for arena in batch.arenas])


FORMAT = replace(_messages, read=_read)
