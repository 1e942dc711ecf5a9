"""YouTube's comments in Google Takeout: `comments.csv`, what a person wrote under videos and posts.

`Comment Text` holds parts as JSON, such as ``{"text":"Hej"}``. `Channel ID` is the person's own. The arena is the video
or the community post. Words in the header are written small or large. What was paid for a comment is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.records import RawArena, find_text
from workbench.sources.readers.tabular import (
    Cells,
    Place,
    Relation,
    columns_items,
    given,
    json_list,
    known,
    table_format,
    written,
)


def _target(cells: Cells) -> str | None:
    video, post = given(cells, "Video ID"), given(cells, "Post ID")
    return f"video.{video}" if video else f"post.{post}" if post else None


def _place(cells: Cells) -> Place:
    account = known(cells, "Channel ID")
    return RawArena(_target(cells), kind="thread"), account, "account" if account else None


def _shown(part: Any) -> str:
    return find_text(part, "text", "mention.text", "link.text", "link.linkUrl") or ""


def _text(cells: Cells) -> str | None:
    text = written(cells, "Comment Text", "Comment text")
    parts = json_list(f"[{text}]") if text and text.lstrip().startswith("{") else []
    return "".join(map(_shown, parts)) or text


def _answers(cells: Cells) -> Iterator[Relation]:
    if above := given(cells, "Parent Comment ID", "Parent comment ID") or _target(cells):
        yield "reply", above, "post"


FORMAT = table_format(
    "youtube-takeout", platform="youtube", letter="Y", needs=("Comment ID", "Channel ID"),
    any_of=("Comment Create Timestamp", "Comment create timestamp"),
    items=columns_items({"native_id": "Comment ID", "stamp": ("Comment Create Timestamp", "Comment create timestamp")},
                        place=_place, more_links=_answers, text=_text, kind=lambda cells: "comment"),
    gives=("account_id",), own_account=True)
