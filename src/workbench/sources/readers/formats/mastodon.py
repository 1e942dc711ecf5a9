"""Mastodon's statuses as its API gives them: a list, `statuses` of a search, one per line, or a status's `context`.

`id` means something on one server only, so the last part of `uri` is the id of a post, and accounts are known as
``name@server``. Only what is public or unlisted is kept. Text is HTML; where a link shows part of its address, the
whole address is taken. The arena is the profile. A boost has the text of what it repeats. A context holds what a status
answers (`ancestors`) and what answers it (`descendants`), but not the status itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.fediverse import media_of
from workbench.sources.readers.payloads.parts import Links, hashtags, person, plain_text, profile, speaker, urls
from workbench.sources.readers.records import Item, RawArena, RawPost, Refusal, find, find_list, find_text, repeated

_PUBLIC = ("public", "unlisted")


def _matches(head: Head) -> bool:
    return (not any("__import_meta" in path for path in head.paths)
            and shows(head, ("", "item.", "statuses.item."), "uri", "visibility", "account", "content"))


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _handle(account: Any, status: Any = None) -> str | None:
    """Return an account as every server knows it."""
    name = find_text(account, "acct", "username")
    if name is None or "@" in name.removeprefix("@"):
        return name
    host = _host(find_text(account, "url", "uri")) or _host(find_text(status, "uri", "url"))
    return f"{name}@{host}" if host else name


def _native(status: Any) -> str | None:
    """Return the last part of the address by which every server knows a status."""
    parts = [part for part in (find_text(status, "uri", "url") or "").split("/") if part]
    if parts and parts[-1] == "activity":
        parts.pop()
    return parts[-1] if parts else find_text(status, "id")


def _reply(status: Any, handle: str | None) -> Links:
    target = find_text(status, "in_reply_to_account_id")
    if find_text(status, "in_reply_to_id") is None:
        return []
    if target and target == find_text(status, "account.id"):
        is_at_home = _native(status) == find_text(status, "id")  # else the id is that of another server
        answered = find_text(status, "in_reply_to_id")
        return [("reply", answered, "post")] if is_at_home and answered else person("reply", None, handle)
    named = next((one for one in find_list(status, "mentions") if find_text(one, "id") == target), None)
    return person("reply", None, _handle(named))


def _items(status: Any, context: Context) -> Iterator[Item | Refusal]:
    if find_text(status, "visibility") not in _PUBLIC:
        yield Refusal("not public")
        return
    handle = _handle(find(status, "account"), status)
    name = find_text(status, "account.display_name")
    repost = find(status, "reblog")
    spoken = repost if isinstance(repost, dict) else status
    text, addresses = plain_text(find_text(spoken, "content", "text"))
    warning = find_text(spoken, "spoiler_text")
    links: Links = [*urls(*addresses, find_text(spoken, "card.url")), *hashtags(find_list(spoken, "tags"), "name"),
                    *_reply(status, handle)]
    for shared in (repost, find(status, "quote.quoted_status", "quote")):
        if isinstance(shared, dict):
            links += person("forward", None, _handle(find(shared, "account"), shared))
            links += repeated(_handle(find(shared, "account"), shared), "handle", _native(shared))
    for account in find_list(spoken, "mentions"):
        links += person("mention", None, _handle(account))
    is_group = find(status, "account.group") is True
    count = {key: None if spoken is repost else find_text(status, f"{key}_count")
             for key in ("favourites", "reblogs", "replies")}
    media = "poll" if find(spoken, "poll") is not None else media_of(spoken)
    yield Item(RawArena(None, handle, name, "group") if is_group else profile(None, handle), RawPost(
        native_id=_native(status), **speaker(None, handle, None if is_group else name),
        stamp=find_text(status, "created_at"), edited_stamp=find_text(status, "edited_at"),
        text="\n".join(part for part in (warning, text) if part) or None, reactions=count["favourites"],
        forwards=count["reblogs"], replies=count["replies"], media=media), links)


def _is_thread(head: Head) -> bool:
    return shows(head, ("ancestors.item.", "descendants.item."), "uri", "visibility", "account", "content")


_GIVES = ("account_id", "reactions", "forwards", "replies")
FORMATS = (
    json_format("mastodon", platform="mastodon", letter="M", matches=_matches, items=_items,
                paths=("statuses.item", "item", ""), gives=_GIVES),
    json_format("mastodon-thread", platform="mastodon", letter="M", matches=_is_thread, items=_items,
                paths=("ancestors.item", "descendants.item"), gives=_GIVES))
