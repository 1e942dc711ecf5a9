"""TikTok's own JSON of videos and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.payloads.parts import hashtags, mentions, person, profile, seconds, speaker
from workbench.sources.readers.records import Item, RawArena, RawPost, find, find_list, find_text

_AUTHOR_IN_URL = re.compile(r"tiktok\.com/@([\w.]{1,40})", re.IGNORECASE)


def read_video(video: Any, collected: str | None) -> Iterator[Item]:
    """Read one video; the arena is the profile it stands on."""
    native = find_text(video, "author.id", "authorId", "authorInfos.userId", "author.uid", "author_user_id")
    handle = find_text(video, "author.uniqueId", "author.unique_id", "authorInfos.uniqueId", "authorUniqueId", "author")
    name = find_text(video, "author.nickname", "authorInfos.nickName", "nickname")
    is_picture = find(video, "imagePost", "image_post_info") is not None

    def count(name: str, old: str) -> str | None:
        return find_text(video, f"stats.{name}", f"statsV2.{name}", f"statistics.{old}")

    post = RawPost(
        native_id=find_text(video, "id", "aweme_id", "video.id"), **speaker(native, handle, name),
        unix=seconds(find_text(video, "createTime", "create_time")),
        text=find_text(video, "desc", "contents.0.desc", "imagePost.title", "description"),
        views=count("playCount", "play_count"), reactions=count("diggCount", "digg_count"),
        forwards=count("shareCount", "share_count"), replies=count("commentCount", "comment_count"),
        media="photo" if is_picture else "video", collected=collected)
    extra = find_list(video, "textExtra", "contents.0.textExtra", "text_extra")
    yield Item(profile(native, handle), post, [
        *hashtags(extra, "hashtagName", "hashtag_name"), *hashtags(find_list(video, "challenges"), "title", "cha_name"),
        *(link for one in extra for link in mentions([one], "userUniqueId", "user_unique_id"))])


def read_comment(comment: Any, collected: str | None) -> Iterator[Item]:
    """Read one comment; the arena is the profile its video stands on, or the video where that is not said."""
    video = find_text(comment, "aweme_id", "video_id", "post_id")
    owner = _AUTHOR_IN_URL.search(find_text(comment, "share_info.url", "video_url", "post_url") or "")
    arena = profile(None, owner[1]) if owner else RawArena(video, kind="thread")
    answered = next((found for found in (find_text(comment, "reply_to_reply_id"), find_text(comment, "reply_id"), video)
                     if found and found != "0"), None)
    post = RawPost(
        native_id=find_text(comment, "cid", "id", "comment_id"), kind="comment",
        **speaker(find_text(comment, "user.uid", "user.id"), find_text(comment, "user.unique_id", "user.uniqueId"),
                  find_text(comment, "user.nickname")),
        unix=seconds(find_text(comment, "create_time", "createTime")), text=find_text(comment, "text"),
        reactions=find_text(comment, "digg_count", "diggCount"),
        replies=find_text(comment, "reply_comment_total", "replyCommentTotal"),
        media="photo" if find_list(comment, "image_list") else None, collected=collected)
    extra = find_list(comment, "text_extra", "textExtra")
    links = [("reply", answered, "post")] if answered else []
    yield Item(arena, post, [*links, *hashtags(extra, "hashtag_name", "hashtagName"),
                             *(link for one in extra for link in person(
                                 "mention", None, find_text(one, "user_unique_id", "userUniqueId")))])
