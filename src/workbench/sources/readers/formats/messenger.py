"""Messages from "Download your information" of Facebook, Messenger and Instagram: `message_1.json` and so on.

Text is UTF-8 whose bytes were written as if they were Latin-1 (``RÃ¸d`` for ``Rød``): every text is repaired. A
file ends at 10,000 messages. Messages have no id. A conversation of two has no title but a person's name, which is
not kept. Exports of end-to-end encrypted chats name their fields otherwise and need no repair.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format
from workbench.sources.readers.payloads.parts import urls
from workbench.sources.readers.records import (
    Item,
    RawArena,
    RawPost,
    as_text,
    find,
    find_list,
    find_text,
    from_milliseconds,
)

_MEDIA = {"photos": "photo", "videos": "video", "gifs": "animation", "audio_files": "audio", "sticker": "sticker",
          "files": "file", "share": "link", "media": "file"}
_GONE = frozenset(("facebook user", "facebook-bruger", "facebook-användare", "facebook-bruker", "facebook-käyttäjä",
                   "instagram user", "instagram-bruger", "instagram-användare", "instagram-bruker", "meta-bruger"))
_SERVICE = frozenset(("subscribe", "unsubscribe", "call", "placeholder"))


def mend(text: str) -> str:
    """Return a text whose UTF-8 was written as Latin-1 as it was meant; any other as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _matches(head: Head) -> bool:
    return head.has("participants", "messages") and (
        head.has("messages.item.sender_name|messages.item.senderName|messages.item.timestamp_ms")
        or head.has("thread_path"))


def _people(context: Context) -> list[str]:
    return [name for one in context["participants.item"] if (name := as_text(one) or find_text(one, "name"))]


def _names(message: Any, context: Context) -> list[str]:
    return _people(context) if message is None else []


def _arena(context: Context) -> RawArena:
    people = _people(context)
    native = find_text({"it": context.get("thread_path")}, "it") or find_text({"it": context.get("threadName")}, "it")
    kind = context.get("thread_type")
    if kind != "RegularGroup" and len(people) <= 2:
        return RawArena(native, None, None, "chat", names_person=True)
    title = find_text({"it": context.get("title")}, "it")
    words = {word.casefold() for word in (title or "").replace(",", " ").split()}
    named = any(name.casefold().split()[0] in words for name in people if name.split())
    return RawArena(native, None, None if named else title, "group")  # a group without a title is called by its people


def _items(message: Any, context: Context) -> Iterator[Item]:
    who = find_text(message, "sender_name", "senderName")
    is_service = (find_text(message, "type") or "").casefold() in _SERVICE
    is_unsent = find(message, "is_unsent", "isUnsent") is True
    reactions = find(message, "reactions")
    is_gone = who is None or who.casefold() in _GONE
    shared = "" if is_unsent or is_service else find_text(message, "share.share_text")
    text = None if is_unsent or is_service else find_text(message, "content", "text")
    post = RawPost(
        account=None if is_gone else who, account_via=None if is_gone else "name",
        unix=from_milliseconds(find_text(message, "timestamp_ms", "timestamp")),
        kind="service" if is_service or is_unsent else "post",
        text="\n".join(part for part in (text, shared) if part) or None,
        reactions=str(len(reactions)) if isinstance(reactions, list) else None,
        media=next((kind for key, kind in _MEDIA.items() if find(message, key)), None))
    links = [] if is_unsent or is_service else urls(find_text(message, "share.link"), *(
        find_text(one, "link") for one in find_list(message, "share.links")))
    yield Item(_arena(context), post, links)


FORMAT = json_format("messenger", platform="facebook", letter="F", matches=_matches, items=_items,
                     paths=("messages.item",), context=("participants.item", "title", "thread_type", "thread_path",
                                                        "threadName"),
                     mend=mend, names=_names, cap=10_000, gives=("account_id", "media"))
