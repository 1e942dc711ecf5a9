"""Posts and comments of platforms without a reader of their own, by the names their fields commonly have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.payloads.parts import plain_text, profile, seconds, speaker, urls
from workbench.sources.readers.payloads.x import written_time
from workbench.sources.readers.records import Item, RawArena, RawPost, find, find_text

_WHO = ("author", "user", "owner", "creator", "account", "pinner", "actor", "note_card.user", "userInfo", "user_info")
_ID = ("id", "pk", "legacy_fbid", "aweme_id", "cid", "item_id", "urn", "entityUrn", "note_id", "feedback.id")
_TEXT = ("text", "body.text", "desc", "description", "caption.text", "title", "commentary.text.text", "content", "body",
         "message.text", "note_card.desc", "note_card.display_title", "display_title", "name")
_UNIX = ("created_time", "create_time", "createTime", "creation_time", "taken_at", "timestamp", "creationTs",
         "created_at_utc", "note_card.time", "time")
_UNDER = ("media_id", "post_id", "parent_post_id", "feedback.post_id", "note_id", "parent_feedback.id")
_STAMP = ("created_at", "createdAt", "published_at", "publishedAt", "date")


def _item(post: Any, collected: str | None, kind: str, under: str | None = None) -> Item:
    who = next((found for path in _WHO if isinstance(found := find(post, path), dict)), {})
    native = find_text(who, "id", "pk", "uid", "user_id", "userId", "urn")
    handle = find_text(who, "username", "unique_id", "uniqueId", "login", "handle", "publicIdentifier", "acct")
    name = find_text(who, "full_name", "fullName", "nickname", "nickName", "name", "display_name")
    text, addresses = plain_text(find_text(post, *_TEXT))
    unix = find_text(post, *_UNIX)
    stamp = written_time(find_text(post, *_STAMP))
    if unix is None and stamp and stamp.isdigit():
        unix, stamp = stamp, None
    return Item(RawArena(under, kind="thread") if under else profile(native, handle), RawPost(
        native_id=find_text(post, *_ID), kind=kind, **speaker(native, handle, name), unix=seconds(unix), stamp=stamp,
        text=text, views=find_text(post, "play_count", "view_count", "views", "viewCount"),
        reactions=find_text(post, "like_count", "comment_like_count", "likes", "digg_count", "upVoteCount",
                            "reaction_counts.1", "interact_info.liked_count", "feedback.reactors.count"),
        replies=find_text(post, "comment_count", "comments_count", "commentsCount", "comment_total",
                          "child_comment_count"),
        collected=collected), urls(*addresses, find_text(post, "link")))


def read_post(post: Any, collected: str | None) -> Iterator[Item]:
    """Read one post; the arena is the profile it stands on."""
    yield _item(post, collected, "post")


def read_comment(comment: Any, collected: str | None) -> Iterator[Item]:
    """Read one comment; the arena is the post it stands under, else the profile of who wrote it."""
    yield _item(comment, collected, "comment", find_text(comment, *_UNDER))
