"""telegram-tracker `msgs_dataset.csv`, and its later header of 2024.

Comma-separated; `date` is UTC. The later header has `channel_name` for `username`, the text in
`cleaned_message` where `message` is empty, and forwards in `forward_msg_from_peer_*` with ids written as
``1505034921.0``. Telephone numbers and names of shared contacts are present and never looked at. Rows are
posts of broadcast channels: the channel itself speaks, unless `msg_from_peer` names an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.readers.csv_stream import cell_id
from workbench.sources.readers.records import Item, RawArena, RawPost, repeated
from workbench.sources.readers.tabular import table_format

_MEDIA = {"photo": "photo", "document": "file", "webpage": "link", "poll": "poll", "geo": "location",
          "geolive": "location", "venue": "location", "contact": "contact", "game": "game", "invoice": "invoice",
          "story": "story"}
_DOCUMENT = {"video": "video", "audio": "audio", "image": "photo"}
_LINK_ID = re.compile(r"/(\d{1,20})(?:\?.*)?$")


def _last_number(link: str | None) -> str | None:
    match = _LINK_ID.search(link or "")
    return match[1] if match else None


def _media(cells: dict[str, str]) -> str | None:
    kind = cells.get("media_type", "").removeprefix("MessageMedia").casefold()
    if kind == "document":
        return _DOCUMENT.get(cells.get("document_type", "").split("/")[0], "file")
    return _MEDIA.get(kind, "other") if kind else None


def _links(cells: dict[str, str]) -> list[tuple[str, str, str]]:
    links = []
    source = cell_id(cells.get("forward_msg_from_peer_id") or cells.get("from_channel_id"))
    name = cells.get("forward_msg_from_peer_name") or cells.get("from_channel_name")
    original = _last_number(cells.get("forward_msg_link"))
    if source:
        via = "account" if cells.get("forward_msg_from_peer_type") == "PeerUser" else "arena"
        links += [("forward", source, via), *repeated(source, via, original)]
    elif name:
        # the name is a handle exactly where the link to the original holds it
        is_handle = f"/{name}/".casefold() in (cells.get("forward_msg_link") or "").casefold()
        via = "handle" if is_handle else "name"
        links += [("forward", name, via), *repeated(name, via, original)]
    if reply := cell_id(cells.get("reply_to_msg_id")) or _last_number(cells.get("reply_msg_link")):
        links.append(("reply", reply, "post"))
    if url := cells.get("url"):
        links.append(("url", url, "url"))
    return links


def _items(cells: dict[str, str]) -> Iterator[Item]:
    channel = cell_id(cells.get("channel_id"))
    sender = cell_id(cells.get("msg_from_id")) if "User" in cells.get("msg_from_peer", "") else None
    handle = cells.get("channel_name") or cells.get("username")
    text = next((t for c in ("message", "cleaned_message", "poll_question") if (t := cells.get(c, "")).strip()), None)
    yield Item(
        RawArena(channel, handle or None, None, "group" if sender else "channel"),
        RawPost(native_id=cell_id(cells.get("msg_id")) or _last_number(cells.get("msg_link")),
                account=sender, account_via="account" if sender else None,
                stamp=cells.get("date") or None, edited_stamp=cells.get("edit_date") or None, text=text,
                views=cells.get("views"), reactions=cells.get("reactions"), forwards=cells.get("number_forwards"),
                replies=cells.get("number_replies"), media=_media(cells)),
        _links(cells))


FORMAT = table_format("telegram-tracker", platform="telegram", letter="T", items=_items,
                      needs=("channel_id", "date", "msg_link"), any_of=("message", "cleaned_message"), numbered=True,
                      albums=True, gives=("views", "forwards", "replies", "media"))
