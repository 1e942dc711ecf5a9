"""4CAT's CSV of its VK datasource: posts of walls and the comments on them.

The wall is in `link` (``wall<owner>_<id>``): an owner below zero is a community, which has no account when it speaks
itself; above zero it is a person. `edited` is False or the server's local time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.readers.records import RawArena
from workbench.sources.readers.tabular import (
    FOURCAT,
    Cells,
    Place,
    Relation,
    columns_items,
    given,
    media_of,
    speaker,
    table_format,
)

_WALL = re.compile(r"wall(-?\d{1,20})_")


def _place(cells: Cells) -> Place:
    account, via = speaker(cells, ids="author_id", handles="author_screen_name", names="author_name")
    wall = _WALL.search(cells.get("link", ""))
    owner = wall[1] if wall else None
    if owner and not owner.startswith("-"):
        return RawArena(owner, None, None, "page", names_person=True), account, via
    if owner and owner == account:
        return RawArena(owner[1:], given(cells, "author_screen_name"), given(cells, "author_name"), "group"), None, None
    return RawArena(owner[1:] if owner else None, kind="group" if owner else "page"), account, via


def _is_comment(cells: Cells) -> bool:
    return cells.get("item_type", "").strip().casefold() == "comment"


def _links(cells: Cells) -> Iterator[Relation]:
    if _is_comment(cells) and (answered := given(cells, "in_reply_to_comment_id", "thread_id")):
        yield "reply", answered, "post"
    if answered := given(cells, "in_reply_to_user"):
        yield "reply", answered, "account"


FORMAT = table_format(
    "4cat-vk", platform="vk", letter="V", needs=("id", "body", "author_id"),
    any_of=("author_screen_name", "author_deactivated", "in_reply_to_comment_id"),
    items=columns_items(
        {**FOURCAT, "views": "views", "reactions": "likes", "replies": "post_comments", "edited_stamp": "edited",
         "handle": "author_screen_name", "shown_name": "author_name"},
        place=_place, links={"links": ("url", "url")}, more_links=_links,
        media=media_of(videos="video", photos="photo", audio="audio", docs="file", links="link"),
        kind=lambda cells: "comment" if _is_comment(cells) else "post"),
    name_columns=("author_name",), gives=("account_id", "reactions", "views"))
