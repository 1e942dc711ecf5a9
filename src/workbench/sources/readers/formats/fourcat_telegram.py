"""4CAT's CSV of its Telegram datasource.

Comma-separated. `timestamp` is the server's local time, so `unix_timestamp` goes first. `id` is
``<chat>-<message id>`` and `reply_to` the bare message id. `reactions` repeats each emoji as often as
it was given. Booleans are yes/no or True/False. Authors written ``REDACTED`` are missing; rows whose
author is the chat are a broadcast channel's, and then `author` is the channel's id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.readers.csv_stream import cell_id
from workbench.sources.readers.records import Item, RawArena, RawPost
from workbench.sources.readers.tabular import given, table_format

_MEDIA = {"photo": "photo", "video": "video", "audio": "audio", "voice": "voice", "document": "file", "url": "link",
          "poll": "poll", "contact": "contact", "location": "location", "geo": "location", "sticker": "sticker",
          "gif": "animation", "game": "game", "invoice": "invoice", "story": "story"}
# One emoji: a flag, or a sign with its variants and everything joined to it
_EMOJI = re.compile(r"[\U0001f1e6-\U0001f1ff]{2}|[^\s\u200d\ufe0f](?:[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d[^\s])*")


def _speaker(cells: dict[str, str], chat: str) -> tuple[RawArena, str | None, str | None]:
    """Return the arena, and the account with what kind of name it goes by."""
    handle = None if cell_id(chat) else chat
    author, username, name = (given(cells, c) for c in ("author", "author_username", "author_name"))
    native = cell_id(author)
    names = {name.casefold() for name in (author, username) if name}
    if chat.casefold() in names or (native and native == cell_id(chat)):
        return RawArena(native or cell_id(chat), handle, name, "channel"), None, None
    arena = RawArena(cell_id(chat), handle, None, "group" if author or username or name else "channel")
    if author:
        return arena, native or author, "account" if native else "handle"
    return (arena, username, "handle") if username else (arena, name, "name" if name else None)


def _links(cells: dict[str, str]) -> list[tuple[str, str, str]]:
    links = []
    source = (cell_id(given(cells, "author_forwarded_from_id")), given(cells, "author_forwarded_from_username"),
              given(cells, "author_forwarded_from_name"))
    if found := next(((v, via) for v, via in zip(source, ("arena", "handle", "name"), strict=True) if v), None):
        links.append(("forward", *found))
    if reply := cell_id(cells.get("reply_to")):
        links.append(("reply", reply, "post"))
    if url := given(cells, "link_attached"):
        links.append(("url", url, "url"))
    return links


def _items(cells: dict[str, str]) -> Iterator[Item]:
    chat, _, number = cells["id"].strip().rpartition("-")
    chat = given(cells, "chat", "thread_id") or chat
    arena, account, via = _speaker(cells, chat)
    emoji = cells.get("reactions")
    attachment = cells.get("attachment_type", "").strip().casefold()
    post = RawPost(
        native_id=cell_id(number), account=account, account_via=via,
        handle=given(cells, "author_username") if account else None,
        shown_name=given(cells, "author_name") if account else None, unix=given(cells, "unix_timestamp"),
        stamp=given(cells, "timestamp"), edited_unix=given(cells, "unix_timestamp_edited"),
        edited_stamp=given(cells, "timestamp_edited"), text=cells["body"] or None, views=cells.get("views"),
        reactions=None if emoji is None or "REDACTED" in emoji else str(len(_EMOJI.findall(emoji))),
        forwards=cells.get("forwards"), replies=cells.get("replies"),
        media=_MEDIA.get(attachment, "other") if attachment else None)
    yield Item(arena, post, _links(cells))


def _names(cells: dict[str, str]) -> Iterator[str]:
    if (name := given(cells, "author_name")) and cells.get("author_username") != cells.get("chat"):
        yield name


FORMAT = table_format("4cat-telegram", platform="telegram", letter="T", items=_items,
                      needs=("id", "chat", "author", "body", "timestamp"),
                      any_of=("author_username", "unix_timestamp_edited", "entities_mentioned"), names=_names,
                      numbered=True, albums=True, gives=("account_id", "views", "reactions", "media"))
