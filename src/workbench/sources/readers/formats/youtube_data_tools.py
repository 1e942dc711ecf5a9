r"""YouTube Data Tools' CSV of comments and of video lists, as it came or as 4CAT took it in.

Quotation marks are doubled, or have a backslash before them in files of the tool itself. Texts of comments are HTML.
`publishedAt` goes before the `unix_timestamp` that 4CAT adds, which takes it for local time: of videos it is UTC, of
comments it has no offset. A comment stands at its channel where the file names it, else at its video, else the arena
is the whole file. A video has the id ``video.<id>``, at which the comments of other exports point too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, Item, RawArena
from workbench.sources.readers.tabular import (
    Cells,
    Columns,
    Place,
    Relation,
    columns_items,
    given,
    is_yes,
    known,
    plain_text,
    speaker,
    table_format,
    written,
)

_COUNTS: dict[str, Columns] = {"views": "viewCount", "reactions": "likeCount",
                               "replies": ("replyCount", "totalReplyCount", "commentCount")}


def _collected(cells: Cells) -> str | None:
    day = re.match(r"(\d{4})_(\d\d)_(\d\d)", given(cells, "date_collected") or "")
    return "-".join(day.groups()) if day else None


def _channel(cells: Cells) -> Place:
    return RawArena(given(cells, "channelId"), None, given(cells, "channelTitle"), "page"), None, None


def _place(cells: Cells) -> Place:
    channel, video = given(cells, "channelId", "videoChannelId"), given(cells, "videoId")
    arena = (RawArena(channel) if channel else RawArena(f"video.{video}", kind="thread") if video else RawArena(None))
    name = known(cells, "authorName") or ""
    account, via = speaker(cells, ids="authorChannelId", handles="authorName" if name.startswith("@") else (),
                           names="authorName")
    is_own = account and (account == channel or is_yes(cells, "isChannelOwner"))
    return (arena, None, None) if is_own else (arena, account, via)


def _answers(cells: Cells) -> Iterator[Relation]:
    above, video = given(cells, "isReplyTo", "isReplyToId"), given(cells, "videoId")
    if above:
        yield "reply", above, "post"
    elif video:
        yield "reply", f"video.{video}", "post"


_comment = columns_items(
    {"native_id": "id", "stamp": ("publishedAt", "timestamp"), "shown_name": "authorName", **_COUNTS}, place=_place,
    more_links=_answers, kind=lambda cells: "comment", text=lambda cells: plain_text(cells.get("text")),
    collected=_collected)
_video = columns_items(
    {"stamp": ("publishedAt", "timestamp"), **_COUNTS}, place=_channel, media=lambda cells: "video",
    native_id=lambda cells: f"video.{video}" if (video := given(cells, "videoId")) else None, collected=_collected,
    text=lambda cells: "\n\n".join(t for c in ("videoTitle", "videoDescription") if (t := written(cells, c))) or None)


def _items(cells: Cells) -> Iterator[Item]:
    return _comment(cells) if "authorName" in cells else _video(cells)


_KNOWN = ({"videoId", "videoDescription", "channelId"}, {"id", "isReplyTo", "authorName"},
          {"id", "isReplyToId", "authorName"})
_TABLE = {"platform": "youtube", "letter": "Y", "items": _items, "needs": ("publishedAt",),
          "name_columns": ("authorName", "isReplyToName"), "gives": ("account_id", "reactions", "replies")}
_taken_in = table_format("youtube-data-tools", **_TABLE)  # type: ignore[arg-type]
_own = table_format("youtube-data-tools", escape="\\", **_TABLE)  # type: ignore[arg-type]


def _is_taken_in(stream: Stream) -> bool:
    return bool(Head(stream.head()).columns & {"source_filename", "date_collected"})


def _matches(head: Head) -> bool:
    return "publishedAt" in head.columns and any(head.columns >= columns for columns in _KNOWN)


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    return (_taken_in if _is_taken_in(stream) else _own).read(stream, card)


def _names(stream: Stream) -> set[str]:
    return (_taken_in if _is_taken_in(stream) else _own).names(stream)


FORMAT = replace(_own, matches=_matches, read=_read, names=_names)
