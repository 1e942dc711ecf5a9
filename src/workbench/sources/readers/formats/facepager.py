"""Facepager's CSV of Facebook nodes, with semicolons or commas.

`id` counts Facepager's own nodes: a post is known by `object_id`, ``<page>_<post>``. Seeds and errors are rows too, and
hold no post. Nodes below the posts (level 2 and deeper) are comments, ``<post>_<comment>``.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sources.readers.records import Item, RawArena, RawPost, Refusal
from workbench.sources.readers.tabular import Cells, given, known, speaker, table_format, written

_FEELINGS = tuple(f"{kind}.summary.total_count" for kind in ("like", "love", "haha", "wow", "sad", "angry", "care"))
_MEDIA = {"photo": "photo", "album": "album", "video": "video", "link": "link"}


def _reactions(cells: Cells) -> str | None:
    found = [int(count) for column in _FEELINGS if (count := cells.get(column, "").strip()).isdigit()]
    return given(cells, "reactions.summary.total_count") or (str(sum(found)) if found else None)


def _items(cells: Cells) -> Iterator[Item | Refusal]:
    number, created = given(cells, "object_id") or "", given(cells, "created_time")
    if not created and not given(cells, "message"):
        yield Refusal("a seed or an error of Facepager, no post")
        return
    above, _, own = number.rpartition("_")
    level = given(cells, "level") or ""
    is_comment = level.isdigit() and int(level) > 1
    account, via = speaker(cells, ids="from.id", names="from.name")
    if account and account == above:  # the page itself
        account, via = None, None
    arena = RawArena(above or None, None, known(cells, "from.name") if account is None else None)
    links = [("reply", above, "post")] if is_comment and above else []
    links += [("url", url, "url")] if (url := given(cells, "link")) else []
    kind = (given(cells, "type") or "").casefold()
    yield Item(RawArena(None) if is_comment else arena, RawPost(
        native_id=own or None, account=account, account_via=via,
        shown_name=given(cells, "from.name") if via == "account" else None, stamp=created,
        edited_stamp=given(cells, "updated_time") if is_comment else None, kind="comment" if is_comment else "post",
        text=written(cells, "message"), reactions=_reactions(cells), forwards=given(cells, "shares.count"),
        replies=given(cells, "comments.summary.total_count", "comment_count"),
        media=_MEDIA.get(kind, "photo" if given(cells, "full_picture", "picture") else None),
        collected=given(cells, "query_time")), links)


FORMAT = table_format(
    "facepager", platform="facebook", letter="F", separators=";,", items=_items,
    needs=("object_id", "object_type", "query_status"), any_of=("message", "created_time"),
    name_columns=("from.name",), gives=("account_id", "reactions", "replies"))
