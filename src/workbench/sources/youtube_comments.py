"""YouTube Data API v3 `commentThreads`, as JSON pages, a list of pages or threads, or one per line.

The arena is the channel (`channelId`, kind page); the posts are comments. A thread is linked by replies:
each answer points at its top-level comment, and that at its video (``video.<id>``, which is no post of the
corpus). `replies.comments` is partial: `replies` keeps `totalReplyCount`. `authorChannelId` is absent for deleted
accounts: then the display name, a handle, stands in. `textOriginal` goes before `textDisplay`, which is HTML. A
comment of the channel itself has no account.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.json_stream import build_value, json_events, scan_strings
from workbench.sources.opening import Stream
from workbench.sources.records import Batch, BatchBuilder, Format, RawArena, as_text

_NAME = re.compile(rb'"authorDisplayName"\s*:\s*("(?:[^"\\]|\\.){3,300}")')


def _matches(head: bytes) -> bool:
    return head[:1] in (b"{", b"[") and b'"youtube#commentThread' in head


def _part(record: Any, *path: str) -> dict[str, Any]:
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record if isinstance(record, dict) else {}


def _text(comment: dict[str, Any]) -> str | None:
    if original := as_text(comment.get("textOriginal")):
        return original
    shown = re.sub(r"<br\s*/?>", "\n", as_text(comment.get("textDisplay")) or "")
    return html.unescape(re.sub(r"<[^<>]*>", "", shown)) or None


def _account(comment: dict[str, Any], channel: str | None) -> tuple[str | None, str | None]:
    if account := as_text(_part(comment, "authorChannelId").get("value")):
        return (None, None) if account == channel else (account, "account")
    name = as_text(comment.get("authorDisplayName"))
    return (name, "handle" if name.startswith("@") else "name") if name else (None, None)


def _post(record: dict[str, Any], channel: str | None, replies: Any) -> tuple[Any, ...]:
    comment = _part(record, "snippet")
    written, updated = as_text(comment.get("publishedAt")), as_text(comment.get("updatedAt"))
    return (as_text(record.get("id")), *_account(comment, channel), None, written, None,
            updated if updated != written else None, "comment", _text(comment), None,
            as_text(comment.get("likeCount")), None, as_text(replies), None)


def _comments(thread: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any, str | None]]:
    """Yield each comment of a thread with its number of replies and what it answers."""
    snippet = _part(thread, "snippet")
    video = as_text(snippet.get("videoId"))
    top = _part(snippet, "topLevelComment")
    top_id = as_text(top.get("id")) or as_text(thread.get("id"))
    if top:
        yield top | {"id": top_id}, snippet.get("totalReplyCount"), f"video.{video}" if video else None
    answers = _part(thread, "replies").get("comments")
    for answer in answers if isinstance(answers, list) else ():
        if isinstance(answer, dict):
            yield answer, None, as_text(_part(answer, "snippet").get("parentId")) or top_id


def _add(builder: BatchBuilder, thread: Any, number: int) -> None:
    if not isinstance(thread, dict):
        builder.faults.append((number, "not a record", thread))
        return
    found = list(_comments(thread))
    if not found:
        builder.faults.append((number, "a thread without a comment", thread))
    snippet = _part(thread, "snippet")
    for comment, replies, answered in found:
        channel = as_text(snippet.get("channelId")) or as_text(_part(comment, "snippet").get("channelId"))
        links = [("reply", answered, "post")] if answered else []
        builder.add(RawArena(channel, None, None, "page"), _post(comment, channel, replies), links, number, comment)


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    head = stream.head()
    in_pages = b'"items"' in head or b"ListResponse" in head or b'"youtube#commentThread' not in head
    wanted = ("items.item", "item.items.item") if in_pages else ("item", "")
    builder = BatchBuilder()
    number, found = 0, not in_pages
    events = json_events(stream)
    for prefix, event, value in events:
        is_list = not prefix and event in ("start_array", "end_array")  # the list that holds the threads
        if prefix in wanted and not is_list:
            number += 1
            _add(builder, build_value(stream, events, event, value), number)
        found |= event == "start_array" and f"{prefix}.item" in wanted
        if builder.is_full():
            yield builder.take()
    if not found:
        raise InputError(f"{stream.name}: holds no comment threads, so it is no commentThreads file of YouTube. "
                         "Name another --format.")
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    return scan_strings(stream, _NAME)


FORMAT = Format("youtube-comments", "youtube", "Y", _matches, _read, _names, numbered=False)
