"""DiscordChatExporter's JSON: one channel, thread or private conversation per file.

`guild` and `channel` stand before `messages`; of a thread, `category` is the channel it belongs to. Times carry their
offset. Accounts that were deleted share one name and no id of their own: they are no account. Older exports lack
stickers, roles and the kind of a reference; a forward is a reference of kind ``Forward`` with `forwardedMessage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.parts import Links, Speaker, total, urls
from workbench.sources.readers.records import Item, RawArena, RawPost, find, find_list, find_text

_WRITTEN = ("Default", "Reply", "ApplicationCommand", "ChatInputCommand", "ContextMenuCommand", "ThreadStarterMessage",
            "0", "19", "20", "21", "23")
_DELETED = "456226577798135808"  # what Discord calls all who are gone
_SHOWN_MENTION = re.compile(r"@[\w.]{2,32}")
_SUFFIX = {"png": "photo", "jpg": "photo", "jpeg": "photo", "webp": "photo", "gif": "animation", "mp4": "video",
           "mov": "video", "webm": "video", "mp3": "audio", "ogg": "audio", "wav": "audio", "m4a": "audio"}


def _matches(head: Head) -> bool:
    return shows(head, ("",), "guild", "channel", "messages", "channel.type|channel.name|channel.id")


def _arena(context: Context) -> RawArena:
    kind, native = context.get("channel.type"), find_text({"id": context.get("channel.id")}, "id")
    kind = kind if isinstance(kind, str) else ""
    server, name, parent = (value if isinstance(value := context.get(path), str) and value else None
                            for path in ("guild.name", "channel.name", "channel.category"))
    if kind.startswith("Direct"):
        return RawArena(native, None, None, "chat", names_person=True)
    is_thread = kind.endswith("Thread")
    title = " / ".join(part for part in (server, parent if is_thread else None, name) if part) or None
    if not (native or name):
        return RawArena(find_text({"id": context.get("guild.id")}, "id"), None, title, "server")
    return RawArena(native, None, title, "thread" if is_thread else "channel")


def _account(author: Any) -> Speaker:
    native, name = find_text(author, "id"), find_text(author, "name")
    shown = find_text(author, "nickname") or name
    if native == _DELETED or (not native and (name or "").casefold() == "deleted user"):
        return {}
    if native:
        return {"account": native, "account_via": "account", "handle": name, "shown_name": shown}
    return {"account": name, "account_via": "handle" if name else None, "shown_name": shown}


def _names(message: Any, context: Context) -> list[str | None]:
    return [find_text(one, key) for one in find_list(message, "mentions") for key in ("name", "nickname")]


def _media(message: Any) -> str | None:
    if name := find_text(message, "attachments.0.fileName", "attachments.0.url"):
        return _SUFFIX.get(name.split("?")[0].rpartition(".")[2].casefold(), "file")
    if find_list(message, "stickers"):
        return "sticker"
    return "link" if find_list(message, "embeds") else None


def _links(message: Any, arena: RawArena) -> Links:
    links: Links = []
    target, channel = find_text(message, "reference.messageId"), find_text(message, "reference.channelId")
    place = channel or find_text(message, "reference.guildId")
    is_forward = find_text(message, "reference.type") == "Forward" or find(message, "forwardedMessage") is not None
    is_here = channel is None or channel == arena.native_id
    if is_forward and place:
        links.append(("forward", place, "arena"))
    elif target and is_here:
        links.append(("reply", target, "post"))
    elif target and channel:
        links.append(("reply", channel, "arena"))
    for account in find_list(message, "mentions"):
        if native := find_text(account, "id"):
            links.append(("mention", native, "account"))
    return links + [link for embed in find_list(message, "embeds") for link in urls(find_text(embed, "url"))]


def _text(message: Any) -> str | None:
    own = find_text(message, "content")
    passed_on = find_text(message, "forwardedMessage.content")
    embedded = [part for embed in find_list(message, "embeds") if not find_text(embed, "url")
                for part in (find_text(embed, "title"), find_text(embed, "description")) if part]
    return "\n".join(part for part in (own, passed_on) if part) or "\n".join(embedded) or None


def _items(message: Any, context: Context) -> Iterator[Item]:
    arena = _arena(context)
    is_service = (find_text(message, "type") or "Default") not in _WRITTEN
    reactions = find(message, "reactions")
    has_reactions = isinstance(message, dict) and isinstance(message.get("reactions"), list)
    counts = [find(reaction, "count") for reaction in reactions] if isinstance(reactions, list) else []
    yield Item(arena, RawPost(
        native_id=find_text(message, "id"), **_account(find(message, "author")),
        stamp=find_text(message, "timestamp"), edited_stamp=find_text(message, "timestampEdited"),
        kind="service" if is_service else "post",
        text=None if is_service else _text(message), reactions=total(counts) or ("0" if has_reactions else None),
        media=None if is_service else _media(message)), [] if is_service else _links(message, arena))


FORMAT = json_format("discord", platform="discord", letter="D", matches=_matches, items=_items,
                     paths=("messages.item",), names=_names, gives=("account_id", "reactions", "media"),
                     context=("guild.id", "guild.name", "channel.id", "channel.type", "channel.category",
                              "channel.name"))
