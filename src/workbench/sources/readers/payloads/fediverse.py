"""Statuses of Mastodon and of what was made from it: Truth Social and Gab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.payloads.parts import (
    Links,
    hashtags,
    known,
    mentions,
    person,
    plain_text,
    profile,
    speaker,
    urls,
)
from workbench.sources.readers.records import Item, RawArena, RawPost, find, find_list, find_text, repeated

_MEDIA = {"image": "photo", "video": "video", "gifv": "animation", "audio": "audio", "tv": "video"}


def media_of(status: Any) -> str | None:
    """Return the kind of the first attachment of a status."""
    kind = find_text(status, "media_attachments.0.type")
    return _MEDIA.get(kind, "other") if kind else None


def _group(status: Any) -> RawArena | None:
    group = find(status, "group", "g")
    if not isinstance(group, dict):
        return None
    return RawArena(find_text(group, "id", "i"), None, find_text(group, "title", "display_name", "name"), "group")


def read_truth(status: Any, collected: str | None) -> Iterator[Item]:
    """Read one status of Truth Social, or one of Gab as it is spelled out; the arena is its group or the profile."""
    native = find_text(status, "account.id", "account_id")
    handle = find_text(status, "account.username", "account.acct", "account_username")
    repost = find(status, "reblog")
    spoken = repost if isinstance(repost, dict) else status
    text, addresses = plain_text(find_text(spoken, "content", "text"))
    links: Links = [*urls(*addresses, find_text(spoken, "card.url")), *hashtags(find_list(spoken, "tags"), "name"),
                    *mentions(find_list(spoken, "mentions"), "username", "acct")]
    for shared in (repost, find(status, "quote")):
        if isinstance(shared, dict):
            links += person("forward", find_text(shared, "account.id"), find_text(shared, "account.username"))
            links += repeated(None, "post", find_text(shared, "id"))
    arena = _group(status) or profile(native, handle)
    if answered := find_text(status, "in_reply_to_id"):
        target = find_text(status, "in_reply_to_account_id", "in_reply_to.account.id")
        links += ([("reply", answered, "post")] if arena.kind == "group" or (target and target == native)
                  else person("reply", target))

    def count(*names: str) -> str | None:
        return None if spoken is repost else find_text(status, *names)

    yield Item(arena, RawPost(
        native_id=find_text(status, "id"), **speaker(native, handle, find_text(status, "account.display_name")),
        stamp=find_text(status, "created_at"), edited_stamp=find_text(status, "edited_at", "revised_at"),
        text=text, views=count("views_count"), reactions=count("favourites_count", "reaction_count"),
        forwards=count("reblogs_count", "reposts_count"), replies=count("replies_count"), media=media_of(spoken),
        collected=collected), links)


def read_gab(status: Any, collected: str | None) -> Iterator[Item]:
    """Read one status of Gab, whose keys are cut to a letter or two; the arena is its group or the profile."""
    if find(status, "account", "content", "created_at") is not None:
        yield from read_truth(status, collected)
        return
    native = find_text(status, "author_info.i", "ai")
    handle = find_text(status, "author_info.un", "author_info.ac")
    text, addresses = plain_text(find_text(status, "c"))
    arena = _group(status) or profile(native, handle)
    links: Links = urls(*addresses, find_text(status, "link_info.url"))
    links += hashtags(find_list(status, "tg", "tags"), "name", "n")
    links += mentions(find_list(status, "m", "mentions"), "un", "username", "acct")
    if (answered := find_text(status, "iri")) and arena.kind == "group":
        links.append(("reply", answered, "post"))
    picture = find_text(status, "image_info.0.t", "image_info.0.type")
    yield Item(arena, RawPost(
        native_id=find_text(status, "i", "id"), **speaker(native, handle, known(find_text(status, "author_info.dn"))),
        stamp=find_text(status, "ca"), edited_stamp=find_text(status, "ra"), text=text,
        reactions=find_text(status, "fc", "fbc"), forwards=find_text(status, "rbc"), replies=find_text(status, "rc"),
        media=_MEDIA.get(picture, "other") if picture else None, collected=collected), links)
