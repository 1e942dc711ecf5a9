"""Telegram's messages as Telethon gives them: `Message.to_dict()` as JSON or one per line.

Also 4CAT's raw NDJSON, where `_` is called `_type`, and the ``*_messages.json`` of telegram-tracker, where `chats` and
`users` beside `messages` give titles and names. Offsets of entities count UTF-16 code units. Dates are ISO, a unix
number or ``2024-01-25 16:13:00.000000``, all UTC. The pictures of an album are messages with one `grouped_id`: they
count as one post, with the id of the first. Ids of channels are bare, or begin with ``-100``. What a broadcast channel
posts has no account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, Together, json_format, shows
from workbench.sources.readers.payloads.parts import Links, Speaker, known, total, urls
from workbench.sources.readers.records import Item, RawArena, RawPost, find, find_list, find_text, repeated

_PLACES = ("", "item.", "messages.item.")
_TAGS = ("_", "_type")
_PEER_IDS = (("channel_id", "arena"), ("chat_id", "arena"), ("user_id", "account"))
_MEDIA = {"MessageMediaPhoto": "photo", "MessageMediaWebPage": "link", "MessageMediaPoll": "poll",
          "MessageMediaGeo": "location", "MessageMediaGeoLive": "location", "MessageMediaVenue": "location",
          "MessageMediaContact": "contact", "MessageMediaGame": "game", "MessageMediaInvoice": "invoice",
          "MessageMediaStory": "story", "MessageMediaGiveaway": "giveaway", "MessageMediaDocument": "file"}
_DOCUMENT = {"video": "video", "audio": "audio", "image": "photo"}
_TITLE = {"MessageActionChatEditTitle": "retitled",
          **dict.fromkeys(("MessageActionChatCreate", "MessageActionChannelCreate", "MessageActionChannelMigrateFrom"),
                          "titled")}
_GONE = ("MessageMediaEmpty", "MessageMediaUnsupported")


def _matches(head: Head) -> bool:
    return shows(head, _PLACES, "peer_id|to_id", "id", "message|action", "fwd_from|entities|media|from_id|_|_type")


def _peer(value: Any) -> tuple[str, str] | None:
    """Return the bare id of a peer and whether it is an account or an arena."""
    for key, via in _PEER_IDS:
        if found := find_text(value, key):
            return _bare(found), via
    if (found := find_text({"it": value}, "it")) and re.fullmatch(r"-?[0-9]{1,20}", found):
        return _bare(found), "arena" if found.startswith("-") else "account"
    return None


def _bare(native: str) -> str:
    return re.sub(r"^(?:-100(?=[0-9]{5})|-)", "", native)


def _time(value: str | None) -> tuple[str | None, str | None]:
    """Return a date as seconds since 1970 or as a stamp with its offset."""
    if value is None or re.fullmatch(r"[0-9]{1,12}", value):
        return value, None
    has_offset = re.search(r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$", value) or ":" not in value
    return None, value if has_offset else f"{value}+00:00"


def _entity_links(message: dict[str, Any], text: str) -> Links:
    coded = text.encode("utf-16-le", "surrogatepass")
    links: Links = []
    for entity in find_list(message, "entities"):
        kind = (find_text(entity, *_TAGS) or "").removeprefix("MessageEntity")
        start, length = find(entity, "offset"), find(entity, "length")
        shown = ""
        if isinstance(start, int) and isinstance(length, int) and 0 <= start < start + length <= len(coded) // 2:
            shown = coded[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
        if kind == "Mention" and shown:
            links.append(("mention", shown, "handle"))
        elif kind == "MentionName" and (account := find_text(entity, "user_id", "user_id.user_id")):
            links.append(("mention", account, "account"))
        elif kind == "TextUrl" and (url := find_text(entity, "url")):
            links.append(("url", url, "url"))
        elif kind == "Url" and shown:
            links.append(("url", shown, "url"))
        elif kind == "Hashtag" and shown:
            links.append(("hashtag", shown, "hashtag"))
    return links


def _forward(message: dict[str, Any]) -> Links:
    header = find(message, "fwd_from")
    original = find_text(header, "channel_post")
    if source := _peer(find(header, "from_id", "saved_from_peer")) or _peer(header):
        return [("forward", *source), *repeated(*source, original)]
    if handle := find_text(message, "fwd_from.from_username", "fwd_from.username"):
        return [("forward", handle, "handle"), *repeated(handle, "handle", original)]
    name = known(find_text(message, "fwd_from.from_name", "fwd_from.full_name"))
    return [("forward", name, "name")] if name else []


def _reply(message: dict[str, Any], arena: RawArena) -> Links:
    other = _peer(find(message, "reply_to.reply_to_peer_id"))
    if other and other[0] != arena.native_id:
        return [("reply", *other)]
    target = find_text(message, "reply_to.reply_to_msg_id", "reply_to_msg_id")
    return [("reply", target, "post")] if target else []


def _title(message: dict[str, Any]) -> Links:
    """Return the title that a service message says the arena has from now on."""
    action = find(message, "action")
    relation, title = _TITLE.get(find_text(action, *_TAGS) or ""), find_text(action, "title")
    return [(relation, title, "name")] if relation and title else []


def _media(message: dict[str, Any]) -> str | None:
    kind = find_text(message, *(f"media.{tag}" for tag in _TAGS))
    if kind is None or kind in _GONE:
        return None
    mime = (find_text(message, "media.document.mime_type") or "").split("/")[0]
    attributes = [find_text(a, *_TAGS) for a in find_list(message, "media.document.attributes")]
    if kind == "MessageMediaDocument" and "DocumentAttributeSticker" in attributes:
        return "sticker"
    if kind == "MessageMediaDocument" and "DocumentAttributeAnimated" in attributes:
        return "animation"
    return _DOCUMENT.get(mime, "file") if kind == "MessageMediaDocument" else _MEDIA.get(kind, "other")


def _beside(context: Context, key: str, native: str | None) -> Any:
    """Return the chat or account of this id that stands beside the messages."""
    if native is None:
        return None
    return next((some for some in context[key] if _bare(find_text(some, "id") or "") == native), None)


def _arena(message: dict[str, Any], context: Context) -> RawArena:
    peer = _peer(find(message, "peer_id", "to_id"))
    chat = _beside(context, "chats.item", peer[0] if peer else None) or find(message, "_chat", "chat")
    if peer and peer[1] == "account":
        return RawArena(peer[0], kind="chat", names_person=True)
    is_group = (find_text(message, "peer_id.chat_id", "to_id.chat_id") is not None or find(chat, "megagroup") is True
                or (find(message, "post") is not True and _peer(find(message, "from_id")) is not None
                    and find(chat, "broadcast") is not True))
    return RawArena(peer[0] if peer else None, find_text(chat, "username"), find_text(chat, "title"),
                    "group" if is_group else "channel", is_public=_is_public(chat))


def _is_public(chat: Any) -> bool | None:
    """Return whether a chat has a handle; missing where no chat, or only a part of it, stands beside the messages."""
    if not isinstance(chat, dict) or "username" not in chat or find(chat, "min") is True:
        return None
    return find(chat, "username", "usernames") is not None


def _account(message: dict[str, Any], arena: RawArena, context: Context) -> Speaker:
    peer = _peer(find(message, "from_id", "sender_id"))
    if peer is None and arena.kind == "chat" and find(message, "out") is not True:
        peer = arena.native_id or "", "account"  # in a private chat who it is with needs no naming
    if not peer or not peer[0] or peer == (arena.native_id, "arena"):
        return {}
    person = _beside(context, "users.item", peer[0]) or find(message, "_sender", "sender")
    return {"account": peer[0], "account_via": peer[1], "handle": find_text(person, "username"),
            "shown_name": _shown_name(person)}


def _shown_name(person: Any) -> str | None:
    return " ".join(name for key in ("first_name", "last_name") if (name := find_text(person, key))) or None


def _names(record: Any, context: Context) -> list[str | None]:
    if record is None:
        return [_shown_name(person) for person in context["users.item"]]
    messages = record if isinstance(record, Together) else [record]
    return [name for m in messages for name in (find_text(m, "fwd_from.from_name"), find_text(m, "post_author"))]


def _text(message: dict[str, Any]) -> str | None:
    return find_text(message, "message", "text", "media.poll.question.text", "media.poll.question")


def _items(record: Any, context: Context) -> Iterator[Item]:
    messages = record if isinstance(record, Together) else [record]
    if not isinstance(messages[0], dict):
        return
    covers = len(messages)
    distinct = {find_text(m, "id") or "": m for m in messages}  # a message may stand in a file twice
    messages = [distinct[native] for native in sorted(distinct, key=lambda native: (len(native), native))]
    first = messages[0]
    arena = _arena(first, context)
    is_service = any(find_text(m, *_TAGS) in ("MessageService", "MessageEmpty") or find(m, "action") for m in messages)
    texts = [text for m in messages if (text := _text(m))]
    unix, stamp = _time(find_text(first, "date"))
    edited_unix, edited_stamp = _time(max((t for m in messages if (t := find_text(m, "edit_date"))), default=None))

    def most(*paths: str) -> str | None:
        numbers = [found for m in messages if (found := find_text(m, *paths)) and re.fullmatch("[0-9]{1,15}", found)]
        return max(numbers, key=int, default=None)

    reactions = [find(result, "count") for m in messages for result in find_list(m, "reactions.results", "reactions")]
    has_reactions = any(isinstance(find(m, "reactions"), dict | list) for m in messages)
    post = RawPost(
        native_id=find_text(first, "id"), **_account(first, arena, context), unix=unix, stamp=stamp,
        edited_unix=edited_unix, edited_stamp=edited_stamp, kind="service" if is_service else "post",
        text=None if is_service else "\n".join(dict.fromkeys(texts)) or None, views=most("views"),
        reactions=total(reactions) or ("0" if has_reactions else None), forwards=most("forwards"),
        replies=most("replies.replies"), media=next((kind for m in messages if (kind := _media(m))), None),
        album="given" if _album(first) else None)
    links = [link for m in messages for link in (
        *_entity_links(m, find_text(m, "message", "text") or ""), *_forward(m), *_reply(m, arena),
        *urls(find_text(m, "media.webpage.url")))]
    titles = [title for m in messages for title in _title(m)]
    yield Item(arena, post, titles if is_service else list(dict.fromkeys(links)), covers=covers)


def _album(message: dict[str, Any]) -> str | None:
    group, native = find_text(message, "grouped_id"), find_text(message, "id")
    peer = _peer(find(message, "peer_id", "to_id"))
    return f"{peer[0] if peer else ''}:{group}" if group and native else None


FORMAT = json_format("telethon", platform="telegram", letter="T", matches=_matches, items=_items,
                     paths=("messages.item", "item", ""), context=("chats.item", "users.item"), together=_album,
                     names=_names, numbered=True, gives=("views", "forwards", "reactions", "media"))
