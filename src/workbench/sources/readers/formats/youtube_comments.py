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

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format
from workbench.sources.readers.records import Item, RawArena, RawPost, as_text, find, find_list, find_text


def _matches(head: Head) -> bool:
    return head.raw[:1] in (b"{", b"[") and b'"youtube#commentThread' in head.raw


def _text(comment: dict[str, Any]) -> str | None:
    if original := as_text(comment.get("textOriginal")):
        return original
    shown = re.sub(r"<br\s*/?>", "\n", as_text(comment.get("textDisplay")) or "")
    return html.unescape(re.sub(r"<[^<>]*>", "", shown)) or None


def _account(comment: dict[str, Any], channel: str | None) -> tuple[str | None, str | None]:
    if account := find_text(comment, "authorChannelId.value"):
        return (None, None) if account == channel else (account, "account")
    name = as_text(comment.get("authorDisplayName"))
    return (name, "handle" if name.startswith("@") else "name") if name else (None, None)


def _item(record: dict[str, Any], channel: str | None, native: str | None, replies: Any, answers: str | None) -> Item:
    comment = find(record, "snippet")
    comment = comment if isinstance(comment, dict) else {}
    channel = channel or find_text(comment, "channelId")
    account, via = _account(comment, channel)
    written, updated = as_text(comment.get("publishedAt")), as_text(comment.get("updatedAt"))
    shown = as_text(comment.get("authorDisplayName")) if via == "account" else None
    post = RawPost(native_id=native, account=account, account_via=via, stamp=written,
                   handle=shown if shown and shown.startswith("@") else None, shown_name=shown,
                   edited_stamp=updated if updated != written else None, kind="comment", text=_text(comment),
                   reactions=as_text(comment.get("likeCount")), replies=as_text(replies))
    return Item(RawArena(channel), post, [("reply", answers, "post")] if answers else [])


def _items(thread: Any, context: Context) -> Iterator[Item]:
    channel, video = find_text(thread, "snippet.channelId"), find_text(thread, "snippet.videoId")
    top = find(thread, "snippet.topLevelComment")
    top_id = find_text(top, "id") or find_text(thread, "id")
    if isinstance(top, dict):
        yield _item(top, channel, top_id, find(thread, "snippet.totalReplyCount"), f"video.{video}" if video else None)
    for answer in find_list(thread, "replies.comments"):
        if isinstance(answer, dict):
            parent = find_text(answer, "snippet.parentId") or top_id
            yield _item(answer, channel, find_text(answer, "id"), None, parent)


FORMAT = json_format("youtube-comments", platform="youtube", letter="Y", matches=_matches, items=_items,
                     paths=("items.item", "item.items.item", "item", ""), name_keys=("authorDisplayName",),
                     gives=("account_id", "reactions", "replies", "edited_at"))
