"""What TikTok, Instagram and Facebook give a person of the own account: the posts and comments in it, and nothing else.

TikTok gives one `user_data_tiktok.json`, whose times are UTC; Instagram `posts_1.json` and `post_comments_1.json`, with
words such as "Comment" in the person's language; Facebook `your_posts….json`, `comments.json` and those of groups.
Of Instagram and Facebook, text is UTF-8 whose bytes were written as if they were Latin-1. Messages, contacts, searches,
likes and what was watched are never looked at. Comments stand on the page they were written on where that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.formats.messenger import mend
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.parts import profile, speaker, urls
from workbench.sources.readers.records import Item, RawArena, RawPost, Refusal, as_text, find, find_list, find_text
from workbench.sources.readers.tabular import count_of

_TIKTOK_HANDLES = ("Profile.Profile Information.ProfileMap.userName", "Profile.Profile Info.ProfileMap.userName",
                   "Profile.ProfileMap.userName")
_TIKTOK_LISTS = ("Comment.Comments.CommentsList.item", "Video.Videos.VideoList.item", "Post.Posts.VideoList.item")
_TIKTOK_SECTIONS = ("Comment.Comments.CommentsList", "Video.Videos.VideoList", "Post.Posts.VideoList",
                    "Profile.Profile Information.ProfileMap", "Profile.Profile Info.ProfileMap", "Profile.ProfileMap",
                    "Activity.Video Browsing History", "Activity.Follower List", "Direct Messages.Chat History")
_VIDEO = re.compile(r"/video/(\d{5,25})")
_FACEBOOK_LISTS = ("comments_v2", "group_posts_v2", "group_comments_v2")
_SUFFIXES = {"mp4": "video", "mov": "video", "jpg": "photo", "jpeg": "photo", "png": "photo", "webp": "photo",
             "heic": "photo", "gif": "animation"}


def _kind(address: str | None) -> str | None:
    """Return the kind of media that a file's name tells."""
    return _SUFFIXES.get(address.rpartition(".")[2].casefold(), "file") if address else None


def _is_tiktok(head: Head) -> bool:
    return head.raw[:1] == b"{" and head.has("|".join(_TIKTOK_SECTIONS))


def _tiktok_items(record: Any, context: Context) -> Iterator[Item | Refusal]:
    handle = next((name for path in _TIKTOK_HANDLES if (name := as_text(context.get(path)))), None)
    said = find_text(record, "comment", "Comment")
    stamp = find_text(record, "date", "Date")
    address = find_text(record, "originalPostUrl", "url", "Url", "link", "Link") or ""
    video = _VIDEO.search(address)
    is_comment = said is not None or find(record, "photo", "Photo") is not None
    post = RawPost(
        native_id=video[1] if video and not is_comment else None, **speaker(None, handle),
        stamp=f"{stamp}Z" if stamp and re.fullmatch(r"[\d :-]{16,19}", stamp) else stamp,
        kind="comment" if is_comment else "post", text=said or find_text(record, "title", "Title"),
        reactions=None if is_comment else count_of(find_text(record, "likes", "Likes")),
        media=None if is_comment else "video")
    if not is_comment:
        yield Item(profile(None, handle), post)
    elif video:
        yield Item(RawArena(video[1], kind="thread"), post, [("reply", video[1], "post")])
    else:
        yield Item(RawArena(None, kind="thread"), post)


def _is_instagram(head: Head) -> bool:
    return (shows(head, ("item.", "comments_media_comments.item.", "comments_reels_comments.item."),
                  "string_map_data|string_list_data")
            and head.has("comments_media_comments|comments_reels_comments|item.string_map_data.Comment|"
                         "item.media_list_data")
            ) or head.has("item.media.item.creation_timestamp", "item.media.item.uri")


def _instagram_items(record: Any, context: Context) -> Iterator[Item | Refusal]:
    said = find(record, "string_map_data")
    if isinstance(said, dict) or find(record, "string_list_data") is not None:
        yield _instagram_comment(record, said if isinstance(said, dict) else {})
        return
    media = find_list(record, "media")
    texts = [text for one in (record, *media) if (text := find_text(one, "title"))]
    unix = find_text(record, "creation_timestamp") or find_text(media[0] if media else None, "creation_timestamp")
    if not (media or texts):
        yield Refusal("neither a post nor a comment")
        return
    yield Item(profile(None, None), RawPost(
        unix=unix, text="\n\n".join(dict.fromkeys(texts)) or None,
        media=_kind(find_text(media[0] if media else None, "uri"))))


def _instagram_comment(record: Any, said: dict[str, Any]) -> Item:
    """Return a comment, whose parts are told by their order where their names are in another language."""
    values = [value for part in said.values() if (value := find_text(part, "value"))]
    text = find_text(said, "Comment.value") or find_text(record, "string_list_data.0.value") or next(iter(values), None)
    owner = (find_text(said, "Media Owner.value") or find_text(record, "title")
             or next((value for value in values if value != text), None))
    unix = next((time for part in said.values() if (time := find_text(part, "timestamp"))), None)
    return Item(profile(None, owner), RawPost(
        unix=unix or find_text(record, "string_list_data.0.timestamp"), kind="comment", text=text))


def _is_facebook(head: Head) -> bool:
    return (shows(head, tuple(f"{name}.item." for name in _FACEBOOK_LISTS), "timestamp")
            or head.has("item.timestamp", "item.data.item.post")
            or head.has("item.timestamp", "item.title", "item.attachments.item.data"))


def _facebook_items(record: Any, context: Context) -> Iterator[Item | Refusal]:
    parts = find_list(record, "data")
    comment = next((found for part in parts if isinstance(found := find(part, "comment"), dict)), None)
    texts = [text for part in parts if (text := find_text(part, "post"))]
    attached = [one for some in find_list(record, "attachments") for one in find_list(some, "data")]
    addresses = [find_text(one, "external_context.url") for one in attached]
    pictures = [uri for one in attached if (uri := find_text(one, "media.uri"))]
    group = find_text(comment, "group")
    if not (comment or texts or attached):
        yield Refusal("neither a post nor a comment")
        return
    arena = RawArena(None, None, group, "group") if group else profile(None, None)
    yield Item(arena, RawPost(
        **speaker(None, None, find_text(comment, "author")), unix=find_text(record, "timestamp"),
        kind="comment" if comment else "post", text=find_text(comment, "comment") or "\n".join(texts) or None,
        media=_kind(pictures[0]) if pictures else "link" if any(addresses) else None), urls(*addresses))


def _facebook_names(record: Any, context: Context) -> list[str | None]:
    return [as_text(tag) or find_text(tag, "name") for tag in find_list(record, "tags")]


FORMATS = (
    json_format("tiktok-own-data", platform="tiktok", letter="K", matches=_is_tiktok, items=_tiktok_items,
                paths=_TIKTOK_LISTS, context=_TIKTOK_HANDLES, own_account=True),
    json_format("instagram-own-data", platform="instagram", letter="I", matches=_is_instagram, mend=mend,
                items=_instagram_items, own_account=True,
                paths=("comments_media_comments.item", "comments_reels_comments.item", "item")),
    json_format("facebook-own-data", platform="facebook", letter="F", matches=_is_facebook, items=_facebook_items,
                paths=(*(f"{name}.item" for name in _FACEBOOK_LISTS), "item"), mend=mend, names=_facebook_names,
                own_account=True))
