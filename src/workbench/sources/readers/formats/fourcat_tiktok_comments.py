"""4CAT's CSV of its TikTok comments datasource, and Zeeschuimer's CSV of the same columns with semicolons.

The arena is the page of the video's account where an address with the video's id names it, else the video. The
`thread_id` is the video, or the comment that is answered. An `author` without handle is written ``@`` and an id.
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
    speaker,
    table_format,
)

_VIDEO = re.compile(r"tiktok\.com/@([\w.]{1,60})/(?:video|photo)/(\d{5,25})")


def _place(cells: Cells) -> Place:
    video = given(cells, "post_id")
    found = [match for column in ("collected_from_url", "post_url", "comment_url")
             if (match := _VIDEO.search(cells.get(column, ""))) and match[2] == video]
    arena = (RawArena(None, found[0][1], None, "page", names_person=True) if found
             else RawArena(f"video.{video}" if video else None, kind="thread"))
    return arena, *speaker(cells, handles="author")


def _answers(cells: Cells) -> Iterator[Relation]:
    if answered := given(cells, "thread_id", "post_id"):
        yield "reply", answered, "post"


FORMAT = table_format(
    "4cat-tiktok-comments", platform="tiktok", letter="K", separators=",;", needs=("id", "body", "post_id"),
    any_of=("is_comment_on_comment", "comment_url", "is_liked_by_post_author"),
    items=columns_items({**FOURCAT, "reactions": "likes", "replies": "replies", "shown_name": "author_full"},
                        place=_place, more_links=_answers, kind=lambda cells: "comment"),
    name_columns=("author_full",), gives=("account_id", "reactions", "replies"))
