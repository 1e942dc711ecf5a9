r"""Telegram Desktop, "Export chat history" or "Export Telegram data" as JSON (`result.json`).

One chat is an object with `name`, `type`, `id` and `messages`; a full account holds such objects
under `chats.list` and `left_chats.list`, beside personal blocks (contacts, sessions, ...) that are
never looked at. `id` is unique only inside its chat. `date_unixtime` goes before `date`, which is
local time without an offset and is all that old exports have. `text` is a string or an array of
strings and entities. Forwards carry the display name of their source and, in newer exports, its
id. Views and forward counts are not exported: they are missing, not zero. `edited` is also set
when somebody only reacts. Control characters are written ``\x0C``, which is repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_stream import build_value, json_events, json_items, scan_strings
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost, as_text

CHAT_KINDS = {
    "saved_messages": "chat", "replies": "chat", "personal_chat": "chat", "bot_chat": "chat",
    "private_group": "group", "private_supergroup": "group", "public_supergroup": "group", "public_group": "group",
    "private_channel": "channel", "public_channel": "channel",
}
_TITLE = {"edit_group_title": "retitled", "create_group": "titled", "create_channel": "titled",
          "migrate_from_group": "titled"}
_PERSONAL = ("saved_messages", "personal_chat", "bot_chat")
_PLACES = ("", "chats.list.item.", "left_chats.list.item.")
_MESSAGES = {f"{place}messages.item": place for place in _PLACES}
_HEADERS = {f"{place}{key}": key for place in _PLACES for key in ("name", "type", "id")}
_MEDIA = {"sticker": "sticker", "video_message": "video", "video_file": "video", "voice_message": "voice",
          "audio_file": "audio", "animation": "animation"}
_MEDIA_KEYS = {"photo": "photo", "poll": "poll", "location_information": "location",
               "contact_information": "contact", "contact_vcard": "contact", "game_title": "game",
               "invoice_information": "invoice", "giveaway_information": "giveaway", "story_id": "story",
               "file": "file"}
_PEER = re.compile(r"(user|channel|chat)?(?:-100|-)?(\d{1,20})")
_NAME = re.compile(
    rb'"(?:from|actor|author|inviter)"\s*:\s*("(?:[^"\\]|\\.){3,300}")'
    rb'(?!\s*,\s*"(?:from|actor)_id"\s*:\s*"ch)'  # what a channel calls itself is no person's name
    rb'|"members"\s*:\s*\[([^\]]{3,3000})\]'
)


def _matches(head: Head) -> bool:
    start = head.raw
    if start[:1] != b"{":
        return False
    types = "|".join(CHAT_KINDS).encode()
    chat = re.search(rb'"type"\s*:\s*"(?:' + types + rb')"', start) and b'"messages"' in start
    account = re.match(rb'\{\s*"(?:about|personal_information|chats|left_chats|contacts)"', start)
    return bool(chat or (account and re.search(rb'"(?:personal_information|chats|left_chats)"', start)))


def _peer(value: Any) -> tuple[str, str] | None:
    """Return an id of Telegram and whether it is an account or an arena."""
    match = _PEER.fullmatch(as_text(value) or "")
    if not match:
        return None
    return match[2], "arena" if match[1] in ("channel", "chat") else "account"


def _text_parts(message: dict[str, Any]) -> list[Any]:
    text = message.get("text")
    if isinstance(text, str) and text:
        entities = message.get("text_entities")
        return [text, *({**e, "text": ""} | {"shown": e.get("text")} for e in entities if isinstance(e, dict))
                ] if isinstance(entities, list) else [text]
    if isinstance(text, list) and text:
        return text
    entities = message.get("text_entities")
    return entities if isinstance(entities, list) else []


def _entity_link(entity: dict[str, Any]) -> tuple[str, str, str] | None:
    kind, shown = entity.get("type"), as_text(entity.get("shown") or entity.get("text"))
    if kind == "mention_name" and (peer := _peer(entity.get("user_id"))):
        return "mention", peer[0], "account"
    if kind == "text_link" and (href := as_text(entity.get("href"))):
        return "url", href, "url"
    if shown and kind == "link":
        return "url", shown, "url"
    if shown and kind == "mention":
        return "mention", shown, "handle"
    return ("hashtag", shown, "hashtag") if shown and kind == "hashtag" else None


def _poll_text(message: dict[str, Any]) -> str:
    poll = message.get("poll")
    return (as_text(poll.get("question")) or "") if isinstance(poll, dict) else ""


def _links(message: dict[str, Any], chat_id: str | None) -> list[tuple[str, str, str]]:
    links = [link for part in _text_parts(message) if isinstance(part, dict) and (link := _entity_link(part))]
    if source := _peer(message.get("forwarded_from_id")) or _peer(message.get("saved_from_id")):
        links.append(("forward", *source))
    elif name := as_text(message.get("forwarded_from")) or as_text(message.get("saved_from")):
        links.append(("forward", name, "name"))
    other = _peer(message.get("reply_to_peer_id"))
    if other and other[0] != chat_id:
        links.append(("reply", *other))
    elif target := as_text(message.get("reply_to_message_id")):
        links.append(("reply", target, "post"))
    return links


def _title(message: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the title that a service message says the arena has from now on, and whether a group moved to it."""
    action, title = as_text(message.get("action")) or "", as_text(message.get("title"))
    relations = [_TITLE.get(action), "moved_from" if action == "migrate_from_group" else None]
    return [(relation, title, "name") for relation in relations if relation and title]


def _media(message: dict[str, Any]) -> str | None:
    if kind := as_text(message.get("media_type")):
        return _MEDIA.get(kind, "other")
    return next((media for key, media in _MEDIA_KEYS.items() if message.get(key)), None)


def _reactions(message: dict[str, Any]) -> str | None:
    given = message.get("reactions")
    if not isinstance(given, list):
        return None
    return str(sum(n for r in given if isinstance(r, dict) and isinstance(n := r.get("count"), int) and n > 0))


def _account(message: dict[str, Any], arena: RawArena) -> tuple[str | None, str | None]:
    if arena.kind == "channel":
        return None, None  # the arena itself speaks
    for prefix in ("from", "actor"):
        if peer := _peer(message.get(f"{prefix}_id")):
            return (None, None) if peer == (arena.native_id, "arena") else peer
    name = as_text(message.get("from")) or as_text(message.get("actor"))
    return (name, "name") if name else (None, None)


def _item(message: dict[str, Any], arena: RawArena) -> Item:
    parts = (as_text(p.get("text")) if isinstance(p, dict) else as_text(p) for p in _text_parts(message))
    native = as_text(message.get("id")) or ""
    is_service = message.get("type") == "service"
    account, via = _account(message, arena)
    post = RawPost(
        native_id=native if re.fullmatch(r"-?\d{1,20}", native) else None, account=account, account_via=via,
        shown_name=(as_text(message.get("from")) or as_text(message.get("actor"))) if via == "account" else None,
        unix=as_text(message.get("date_unixtime")), stamp=as_text(message.get("date")),
        edited_unix=as_text(message.get("edited_unixtime")), edited_stamp=as_text(message.get("edited")),
        kind="service" if is_service else "post",
        text=None if is_service else "".join(p for p in parts if p) or _poll_text(message),
        reactions=_reactions(message), media=_media(message))
    return Item(arena, post, _title(message) if is_service else _links(message, arena.native_id))


def _arena(chat: dict[str, Any]) -> RawArena:
    kind = as_text(chat.get("type")) or ""
    peer = _peer(chat.get("id"))
    return RawArena(native_id=peer[0] if peer else None, handle=None, title=as_text(chat.get("name")),
                    kind=CHAT_KINDS.get(kind, "chat"), names_person=kind in _PERSONAL,
                    is_public={"public": True, "private": False}.get(kind.split("_")[0]))


def _headers(stream: Stream) -> list[dict[str, Any]]:
    """Return the headers of all chats, for files where they come after the messages."""
    chats: list[dict[str, Any]] = [{}]
    for prefix, event, value in json_events(stream):
        if prefix in ("chats.list.item", "left_chats.list.item") and event == "start_map":
            chats.append({})
        elif prefix in _HEADERS:
            chats[-1][_HEADERS[prefix]] = value
    return chats


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    head = Head(stream.head())
    is_chat = head.has("messages") and not head.has("chats|left_chats")
    return _read_chat(stream, head) if is_chat else _read_account(stream)


def _read_chat(stream: Stream, head: Head) -> Iterator[Batch]:
    keys = ("name", "type", "id")
    chat = {key: head.paths[key] for key in keys if key in head.paths}
    arena = _arena(chat if {"type", "id"} <= set(chat) else _headers(stream)[0])
    builder = BatchBuilder()
    builder.see(arena)
    for record, message in enumerate(json_items(stream, "messages.item"), 1):
        _add(builder, message, arena, record)
        if builder.is_full():
            yield builder.take()
    yield builder.take()


def _add(builder: BatchBuilder, message: Any, arena: RawArena, record: int) -> None:
    if isinstance(message, dict):
        builder.add([_item(message, arena)], record, message)
    else:
        builder.faults.append((record, "not a record", message))


def _read_account(stream: Stream) -> Iterator[Batch]:
    builder = BatchBuilder()
    chat: dict[str, Any] = {}
    arena = _arena(chat)
    chats, record, found = 0, 0, False
    events = json_events(stream)
    for prefix, event, value in events:
        if prefix in _MESSAGES:
            record += 1
            _add(builder, build_value(stream, events, event, value), arena, record)
            if builder.is_full():
                yield builder.take()
        elif prefix in _HEADERS:
            chat[_HEADERS[prefix]] = value
        elif event == "start_map" and prefix in ("chats.list.item", "left_chats.list.item"):
            chats, chat = chats + 1, {}
        elif event == "start_array" and f"{prefix}.item" in _MESSAGES:
            found = True
            if not {"id", "type"} <= set(chat):
                chat = _headers(stream)[chats]
            arena = _arena(chat)
            builder.see(arena)
        elif event == "start_array" and prefix in ("chats.list", "left_chats.list"):
            found = True
    if not found:
        raise InputError(f"{stream.name}: holds no list of messages, so it is no Telegram Desktop export. "
                         "Export the chat as JSON, or name another --format.")
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    return scan_strings(stream, _NAME)


FORMAT = Format("telegram-desktop", "telegram", "T", _matches, _read, _names, numbered=True,
                gives=("account_id", "edited_at", "reactions", "media"))
