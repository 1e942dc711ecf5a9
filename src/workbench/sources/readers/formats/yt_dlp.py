"""yt-dlp's `.info.json` of a video of YouTube, with its comments where they were fetched (``--write-comments``).

The arena is the channel. The video is the post ``video.<id>``, at which comments point that answer no other (`parent`
is ``root``). The `timestamp` of a comment is reckoned from words such as "2 weeks ago", so it is right to the day at
best. What the channel itself wrote has no account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format
from workbench.sources.readers.json_stream import json_events
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.payloads.parts import Speaker, known
from workbench.sources.readers.records import (
    Batch,
    BatchBuilder,
    Item,
    RawArena,
    RawPost,
    Refusal,
    as_text,
    find,
    find_text,
)

_KEYS = ("id", "title", "description", "channel_id", "channel", "uploader", "timestamp", "upload_date", "view_count",
         "like_count", "comment_count", "epoch", "extractor_key")
_COMMENT = ("comments.item.id", "comments.item.text", "comments.item.parent|comments.item.author_id")


def _matches(head: Head) -> bool:
    return head.has("id", "title") and (head.has("formats.item.format_id") or head.has(*_COMMENT))


def _arena(context: Context) -> RawArena:
    return RawArena(as_text(context.get("channel_id")), None,
                    as_text(context.get("channel")) or as_text(context.get("uploader")), "page")


def _account(comment: Any, context: Context) -> Speaker:
    native, shown = known(find_text(comment, "author_id")), known(find_text(comment, "author"))
    if find(comment, "author_is_uploader") is True or (native and native == context.get("channel_id")):
        return {}
    is_handle = (shown or "").startswith("@")
    if native:
        return {"account": native, "account_via": "account", "handle": shown if is_handle else None,
                "shown_name": shown}
    return {"account": shown, "account_via": ("handle" if is_handle else "name") if shown else None}


def _items(comment: Any, context: Context) -> Iterator[Item]:
    parent, video = find_text(comment, "parent"), as_text(context.get("id"))
    answered = parent if parent and parent != "root" else f"video.{video}" if video else None
    yield Item(_arena(context), RawPost(
        native_id=find_text(comment, "id"), **_account(comment, context), unix=find_text(comment, "timestamp"),
        kind="comment", text=find_text(comment, "text"), reactions=find_text(comment, "like_count"),
        collected=find_text(dict(context), "epoch")), [("reply", answered, "post")] if answered else [])


_comments = json_format("yt-dlp", platform="youtube", letter="Y", matches=_matches, items=_items,
                        paths=("comments.item",), context=_KEYS, gives=("account_id", "reactions"))


def _about(stream: Stream) -> tuple[dict[str, Any], bool]:
    """Return what is said of the video, and whether comments are there."""
    found: dict[str, Any] = {}
    has_comments = False
    for prefix, event, value in json_events(stream):
        if prefix in _KEYS and event in ("string", "number"):
            found.setdefault(prefix, value)
        has_comments |= prefix == "comments" and event == "start_array"
    return found, has_comments


def _video(about: dict[str, Any]) -> Item:
    day = find_text(about, "upload_date") or ""
    texts = [text for key in ("title", "description") if (text := find_text(about, key))]
    return Item(_arena(about), RawPost(
        native_id=f"video.{find_text(about, 'id')}", unix=find_text(about, "timestamp"),
        stamp=f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 else None, text="\n\n".join(texts) or None,
        views=find_text(about, "view_count"), reactions=find_text(about, "like_count"),
        replies=find_text(about, "comment_count"), media="video", collected=find_text(about, "epoch")))


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    about, has_comments = _about(stream)
    if "id" not in about or "title" not in about:
        raise InputError(f"{stream.name}: has neither the id nor the title of a video, so it is no .info.json of "
                         "yt-dlp. Name another --format.")
    is_youtube = "youtube" in str(about.get("extractor_key") or "youtube").casefold()
    builder = BatchBuilder()
    builder.add([_video(about) if is_youtube else Refusal("a video of another platform than YouTube")], 0,
                {"video": find_text(about, "id")})
    yield builder.take()
    if has_comments and is_youtube:
        yield from _comments.read(stream, card)


def _names(stream: Stream) -> set[str]:
    return _comments.names(stream) if _about(stream)[1] else set()


FORMAT = replace(_comments, read=_read, names=_names)
