"""Instagram, Threads and Facebook as their own pages get it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workbench.sources.readers.payloads.parts import known, mentions, person, profile, seconds, speaker, urls
from workbench.sources.readers.records import Item, RawArena, RawPost, find, find_list, find_text, repeated

_KINDS = {"1": "photo", "2": "video", "8": "photo", "19": None, "GraphImage": "photo", "GraphVideo": "video",
          "GraphSidecar": "photo", "XDTGraphImage": "photo", "XDTGraphVideo": "video", "XDTGraphSidecar": "photo"}
_STORY = ("comet_sections.content.story", "content.story", "node.comet_sections.content.story", "node")
_SHOWN_TIME = "comet_sections.context_layout.story.comet_sections.metadata"
_GROUP_IN_URL = re.compile(r"facebook\.com/groups/([^/?#]+)")
_PROFILE_URL = re.compile(r"https?://(?:[\w-]+\.)?facebook\.com/(?!profile\.php|people/|groups/)([\w.]{3,60})/?")
_MOST_STEPS = 20_000


def read_instagram(payload: Any, collected: str | None) -> Iterator[Item]:
    """Read one post of Instagram, as an item of a list or as a node of a graph; the arena is the profile."""
    post = next((inner for path in ("node", "media") if isinstance(inner := find(payload, path), dict)), payload)
    native = find_text(post, "user.pk", "user.id", "owner.id", "owner.pk", "user.pk_id")
    handle = find_text(post, "user.username", "owner.username")
    hidden = find(post, "like_and_view_counts_disabled") is True
    yield Item(profile(native, handle), RawPost(
        native_id=find_text(post, "code", "shortcode", "pk", "id"),
        **speaker(native, handle, find_text(post, "user.full_name", "owner.full_name")),
        unix=seconds(find_text(post, "taken_at", "taken_at_timestamp", "caption.created_at", "device_timestamp")),
        text=find_text(post, "caption.text", "edge_media_to_caption.edges.0.node.text", "caption"),
        views=find_text(post, "play_count", "ig_play_count", "view_count", "video_view_count"),
        reactions=None if hidden else find_text(post, "like_count", "edge_media_preview_like.count",
                                                "edge_liked_by.count"),
        forwards=find_text(post, "reshare_count", "media_repost_count"),
        replies=find_text(post, "comment_count", "edge_media_to_comment.count", "edge_media_preview_comment.count"),
        media=_KINDS.get(find_text(post, "media_type", "__typename") or "", "other"), collected=collected),
        [*mentions(find_list(post, "usertags.in"), "user.username"),
         *mentions(find_list(post, "edge_media_to_tagged_user.edges"), "node.user.username")])


def read_threads(payload: Any, collected: str | None) -> Iterator[Item]:
    """Read one post of Threads; the arena is the profile."""
    wraps = ("post", "thread_items.0.post", "node.thread_items.0.post", "node")
    post = next((inner for path in wraps if isinstance(inner := find(payload, path), dict)), payload)
    native, handle = find_text(post, "user.pk", "user.id"), find_text(post, "user.username")
    app = "text_post_app_info"
    address = find_text(post, f"{app}.link_preview_attachment.url")
    repost = find(post, f"{app}.share_info.reposted_post")
    spoken = repost if isinstance(repost, dict) else post
    links = urls(_led_to(address))
    for shared in (repost, find(post, f"{app}.share_info.quoted_post")):
        if isinstance(shared, dict):
            links += person("forward", find_text(shared, "user.pk", "user.id"), find_text(shared, "user.username"))
            links += repeated(None, "post", find_text(shared, "code", "pk", "id"))
    answered = find_text(post, f"{app}.reply_to_author.pk", f"{app}.reply_to_author.id")
    links += person("reply", answered, find_text(post, f"{app}.reply_to_author.username"))
    yield Item(profile(native, handle), RawPost(
        native_id=find_text(post, "code", "pk", "id"), **speaker(native, handle, find_text(post, "user.full_name")),
        unix=seconds(find_text(post, "taken_at")), text=find_text(spoken, "caption.text", "caption"),
        reactions=find_text(post, "like_count"), forwards=find_text(post, f"{app}.repost_count"),
        replies=find_text(post, f"{app}.direct_reply_count"),
        media=_KINDS.get(find_text(spoken, "media_type") or ""), collected=collected), links)


def _led_to(url: str | None) -> str | None:
    """Return where an address leads that passes by the platform's own counter."""
    try:
        parts = urlsplit(url or "")
        host, query = parts.hostname or "", parse_qs(parts.query)
    except ValueError:
        return url
    return query["u"][0] if host.startswith("l.") and "u" in query else url


def find_anywhere(record: Any, *keys: str) -> Any:
    """Return what the nearest of these keys holds, the first key first, however deep it lies; None where none does."""
    for key in keys:
        level, steps = [record], 0
        while level and steps < _MOST_STEPS:
            below: list[Any] = []
            for value in level:
                steps += 1
                if isinstance(value, dict):
                    if value.get(key) not in (None, "", [], {}):
                        return value[key]
                    below += value.values()
                elif isinstance(value, list):
                    below += value
            level = below
    return None


def _story_time(post: Any, story: Any) -> str | None:
    for parent in (post, story):
        for some in find_list(parent, _SHOWN_TIME):
            if time := find_text(some, "story.creation_time"):
                return time
    return find_text({"time": find_anywhere([story, post], "creation_time", "publish_time", "created_time")}, "time")


def read_facebook(payload: Any, collected: str | None) -> Iterator[Item]:
    """Read one post of Facebook; the arena is its group, or the page or profile it stands on."""
    story = next((inner for path in _STORY if isinstance(inner := find(payload, path), dict)), payload)
    actor = find(story, "actors.0", "comet_sections.context_layout.story.comet_sections.actor_photo.story.actors.0",
                 "owning_profile", "author")
    address = find_text(story, "wwwURL", "url", "permalink_url") or find_text(payload, "wwwURL", "url", "permalink_url")
    native, name = find_text(actor, "id"), find_text(actor, "name")
    handle = find_text(actor, "username") or _handle_in(find_text(actor, "url"))
    feedback = find(payload, "comet_sections.feedback", "feedback") or find(story, "feedback")
    shared = find(story, "attached_story.actors.0", "attached_story.comet_sections.context_layout.story"
                         ".comet_sections.actor_photo.story.actors.0")
    group = _group(payload, story, address)
    is_page = find_text(actor, "__typename") == "Page"
    whose = speaker(None) if is_page and not group else speaker(native, handle, None if is_page else name)
    arena = group or (RawArena(native, handle, name, "page") if is_page else profile(native, handle))
    post = RawPost(
        native_id=find_text(story, "post_id", "legacy_story_hideable_id") or find_text(payload, "post_id")
        or find_text(story, "id"), **whose,
        unix=seconds(_story_time(payload, story)),
        text=find_text(story, "message.text", "comet_sections.message.story.message.text", "body.text", "message")
        or find_text(payload, "message.text"),
        reactions=_count(feedback, "reaction_count", "i18n_reaction_count"), forwards=_count(feedback, "share_count"),
        replies=_count(feedback, "total_comment_count", "comment_count"),
        media={"Photo": "photo", "Video": "video"}.get(
            find_text(story, "attachments.0.target.__typename", "attachments.0.styles.attachment.media.__typename")
            or ""), collected=collected)
    outward = find_text(story, "attachments.0.styles.attachment.story_attachment_link_renderer.attachment.web_link.url",
                        "attachments.0.url")
    links = urls(_led_to(outward))
    if isinstance(shared, dict):
        links += person("forward", find_text(shared, "id"), _handle_in(find_text(shared, "url")))
        links += repeated(find_text(shared, "id"), "account", find_text(story, "attached_story.post_id",
                                                                       "attached_story.legacy_story_hideable_id"))
    yield Item(arena, post, links)


def _handle_in(url: str | None) -> str | None:
    match = _PROFILE_URL.fullmatch(url or "")
    return known(match[1]) if match else None


def _group(payload: Any, story: Any, address: str | None) -> RawArena | None:
    for place in (find(story, "to"), find(payload, "to"), find(story, "target_group"), find(payload, "group")):
        if isinstance(place, dict) and find_text(place, "__typename") in ("Group", None) and find_text(place, "id"):
            return RawArena(find_text(place, "id"), None, find_text(place, "name"), "group")
    match = _GROUP_IN_URL.search(address or "")
    if not match:
        return None
    return RawArena(match[1], kind="group") if match[1].isdigit() else RawArena(None, match[1], kind="group")


def _count(feedback: Any, *keys: str) -> str | None:
    found = {"it": find_anywhere(feedback, *keys)}
    return find_text(found, "it.count", "it.total_count", "it")
