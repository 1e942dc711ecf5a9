"""CrowdTangle's CSV of Facebook pages, Facebook groups and Instagram, and 4CAT's import of the one of Facebook.

Numbers have commas between their thousands. The time zone is a name at the end of `Post Created`; 4CAT drops it and
takes the rest for its server's time, so that in its import the written time counts, in the zone that the source card
names. Views of posts without a video are written 0: they are missing. Who wrote a post of a group is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Format, Item, RawArena, RawPost
from workbench.sources.readers.tabular import Cells, Relation, count_of, given, table_format, written

_OFFSETS = {"UTC": "Z", "GMT": "Z", "WET": "Z", "WEST": "+01:00", "BST": "+01:00", "CET": "+01:00", "CEST": "+02:00",
            "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00",
            "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00", "AEST": "+10:00",
            "AEDT": "+11:00"}
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)\s*(\w*)")
_OWN = re.compile(r"https?://(?:www\.|m\.)?facebook\.com/([\w.]{3,80})/(?:posts|photos|videos)", re.IGNORECASE)
_FEELINGS = ("Likes", "Love", "Wow", "Haha", "Sad", "Angry", "Care",
             "likes", "likes_love", "likes_wow", "likes_haha", "likes_sad", "likes_angry", "likes_care")
_MEDIA = {"photo": "photo", "album": "album", "carousel": "album", "link": "link", "igtv": "video", "youtube": "video"}


def _stamp(cells: Cells) -> str | None:
    """Return the written time with the offset that its zone's name stands for; without one where nobody knows it."""
    stamp = given(cells, "Post Created", "timestamp") or ""
    found = _TIME.match(stamp)
    return f"{found[1]} {found[2]}{_OFFSETS.get(found[3].upper(), '')}" if found else stamp or None


def _media(cells: Cells) -> str | None:
    kind = (given(cells, "Type", "type") or "").casefold()
    if not kind or kind == "status":
        return None
    return "video" if "video" in kind else _MEDIA.get(kind, "other")


def _reactions(cells: Cells) -> str | None:
    found = [count for column in _FEELINGS if (count := count_of(given(cells, column))) and count.isdigit()]
    return str(sum(map(int, found))) if found else None


def _arena(cells: Cells) -> RawArena:
    title = given(cells, "Page Name", "Group Name", "Account", "page_name")
    native, address = given(cells, "Facebook Id", "page_id"), given(cells, "URL", "url") or ""
    is_group = "Group Name" in cells or "facebook.com/groups/" in address
    return RawArena(native, given(cells, "User Name", "author"), title, "group" if is_group else "page")


def _links(cells: Cells, arena: RawArena) -> Iterator[Relation]:
    for column in ("Final Link", "Link", "url_original"):
        address = given(cells, column)
        if address and address != given(cells, "URL", "url"):
            yield "url", address, "url"
            source = _OWN.match(address)
            if source and source[1].casefold() not in ((arena.handle or "").casefold(), arena.native_id):
                yield "forward", source[1], "arena" if source[1].isdigit() else "handle"


def _items(cells: Cells) -> Iterator[Item]:
    arena, media = _arena(cells), _media(cells)
    address = (given(cells, "URL", "url") or "").split("?")[0].rstrip("/")
    views = count_of(given(cells, "Views", "Total Views", "Post Views", "views_total", "views_post"))
    yield Item(arena, RawPost(
        native_id=address.rpartition("/")[2] or None, stamp=_stamp(cells), media=media,
        text=written(cells, "Message", "body", *(("Title", "Description") if "Account" in cells else ())),
        views=None if views == "0" and media != "video" else views, reactions=_reactions(cells),
        forwards=count_of(given(cells, "Shares", "shares")), replies=count_of(given(cells, "Comments", "comments")),
    ), list(_links(cells, arena)))


def _fit(stream: Stream) -> Format | None:
    columns = Head(stream.head()).columns
    is_instagram = columns >= {"Account", "User Name", "Post Created"}
    return replace(FORMAT, platform="instagram", letter="I") if is_instagram else None


def _matches(head: Head) -> bool:
    return (head.columns >= {"Post Created", "URL"} and bool(head.columns & {"Page Name", "Group Name", "Account"})
            ) or head.columns >= {"body", "page_name", "page_likes"}


FORMAT = replace(table_format("crowdtangle", platform="facebook", letter="F", items=_items, needs=(),
                              gives=("reactions", "forwards", "replies", "media"), cap=300_000, fit=_fit),
                 matches=_matches)
