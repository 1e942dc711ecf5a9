"""TGDataset: Telegram channels as one JSON object per file, keyed by the channel's id.

Each channel has `username`, `title` and two objects keyed by message id: `text_messages` and `generic_media`. A message
in both (a picture with its text) is one post; posts come in the order of their ids, so that the pictures of one post
stand beside each other. Times are unix numbers, written with a fraction. Views, reactions and
replies are not there. One channel at a time is held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.csv_stream import cell_id
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_stream import build_value, json_events
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost, find, find_text

_KINDS = {"photo": ("jpe", "jpg", "jpeg", "png", "webp", "bmp"), "animation": ("gif", "tgs"),
          "video": ("mp4", "mov", "avi", "mkv", "webm", "mpeg"),
          "audio": ("oga", "ogg", "mp3", "mp2", "m4a", "wav", "opus")}
_MEDIA = {extension: kind for kind, extensions in _KINDS.items() for extension in extensions}
_CHANNEL = re.compile(r"[^.]+\.(?:text_messages|generic_media)")


def _matches(head: Head) -> bool:
    return head.raw[:1] == b"{" and any(_CHANNEL.fullmatch(path) for path in head.paths)


def _item(arena: RawArena, native: str, text: Any, media: Any) -> Item:
    both = [part for part in (text, media) if isinstance(part, dict)]

    def first(key: str) -> str | None:
        return next((found for part in both if (found := find_text(part, key))), None)

    author = cell_id(first("author"))
    source = cell_id(first("forwarded_from_id"))
    is_own = author in (None, arena.native_id)
    extension = (find_text(media, "extension") or "").lstrip("._").casefold()
    return Item(arena, RawPost(
        native_id=cell_id(native), account=None if is_own else author, account_via=None if is_own else "account",
        unix=first("date"), text=find_text(text, "message") or find_text(media, "message"),
        media=_MEDIA.get(extension, "file") if isinstance(media, dict) else None),
        [("forward", source, "arena")] if source else [], covers=max(1, len(both)))


def _channel_items(key: str, channel: Any) -> Iterator[tuple[Any, Item]]:
    native = cell_id(key)
    arena = RawArena(native, find_text(channel, "username"), find_text(channel, "title"), "channel")
    texts, media = (found if isinstance(found := find(channel, part), dict) else {}
                    for part in ("text_messages", "generic_media"))
    for number in sorted({*texts, *media}, key=lambda one: (not one.isdigit(), len(one), one)):
        raw = {"channel": key, "id": number, "text_message": texts.get(number), "generic_media": media.get(number)}
        if isinstance(texts.get(number), dict) or isinstance(media.get(number), dict):
            yield raw, _item(arena, number, texts.get(number), media.get(number))
        else:
            yield raw, Item(arena, RawPost())


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    builder = BatchBuilder()
    events = json_events(stream)
    place = 0
    key = ""
    for prefix, event, value in events:
        if prefix == "" and event == "start_array":
            raise InputError(f"{stream.name}: is a list, but TGDataset is an object of channels. "
                             "Name another --format.")
        if prefix == "" and event == "map_key":
            key = value
        elif event not in ("map_key", "end_map", "end_array") and prefix:
            channel = build_value(stream, events, event, value, levels=2)
            if not isinstance(channel, dict):
                place += 1
                builder.faults.append((place, "not a record", channel))
                continue
            builder.see(RawArena(cell_id(key), find_text(channel, "username"), find_text(channel, "title"), "channel"))
            for raw, item in _channel_items(key, channel):
                place += 1
                builder.add([item], place, raw)
                if builder.is_full():
                    yield builder.take()
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    return set()  # it has none


FORMAT = Format("tgdataset", "telegram", "T", _matches, _read, _names, numbered=True, gives=("media",),
                albums=True)
