"""TikTok's Research API: pages of videos or of comments, or one video or comment per line.

A page is `data.videos` or `data.comments` beside `error`. Only fields that were asked for are there: what is absent is
missing, not zero. A video stands on the profile of its author; a comment has no author, and stands under its video.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.parts import hashtags, mentions, profile, seconds, speaker
from workbench.sources.readers.records import Item, RawArena, RawPost, Refusal, find, find_list, find_text

_PAGES = ("data.videos.item", "data.comments.item", "item.data.videos.item", "item.data.comments.item", "videos.item",
          "comments.item")
_VIDEO = ("region_code", "voice_to_text", "hashtag_names", "username", "music_id", "like_count")


def _matches(head: Head) -> bool:
    places = ("", "item.", *(f"{page}." for page in _PAGES))
    video = any(shows(head, places, "id", "create_time", "video_description", key) for key in _VIDEO)
    return video or shows(head, places, "id", "video_id", "text", "create_time|parent_comment_id") or (
        head.has("data.search_id|data.cursor", "data.videos|data.comments", "error"))


def _comment(comment: Any) -> Item:
    video, parent = find_text(comment, "video_id"), find_text(comment, "parent_comment_id")
    post = RawPost(native_id=find_text(comment, "id"), unix=seconds(find_text(comment, "create_time")), kind="comment",
                   text=find_text(comment, "text"), reactions=find_text(comment, "like_count"),
                   replies=find_text(comment, "reply_count"))
    answered = parent or video
    return Item(RawArena(video, kind="thread"), post, [("reply", answered, "post")] if answered else [])


def _items(record: Any, context: Context) -> Iterator[Item | Refusal]:
    if find(record, "video_id") is not None and find(record, "video_description") is None:
        yield _comment(record)
        return
    if isinstance(record, dict) and "error" in record and find(record, "id") is None:
        yield Refusal("a page without results")
        return
    handle = find_text(record, "username")
    post = RawPost(
        native_id=find_text(record, "id"), **speaker(None, handle), unix=seconds(find_text(record, "create_time")),
        text=find_text(record, "video_description", "voice_to_text"), views=find_text(record, "view_count"),
        reactions=find_text(record, "like_count"), forwards=find_text(record, "share_count"),
        replies=find_text(record, "comment_count"), media="video")
    yield Item(profile(None, handle), post, [
        *hashtags(find_list(record, "hashtag_names", "hashtag_info_list"), "hashtag_name", "name"),
        *mentions(find_list(record, "video_mention_list"), "username")])


FORMAT = json_format("tiktok-research", platform="tiktok", letter="K", matches=_matches, items=_items,
                     paths=(*_PAGES, "item", ""), named=False, cap=100,
                     gives=("account_id", "views", "reactions", "replies"))
