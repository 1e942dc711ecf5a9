"""4CAT's CSV of a custom upload, and uploads of Reddit.

Only `id`, `thread_id`, `author`, `body` and `timestamp` are sure. A post whose thread is another post is a comment on
it. With a column `subreddit` the platform is Reddit, and the arena the subreddit; else the arena is the group, forum or
board that a column of that name gives, or the upload as a whole. A text ``[deleted]`` or ``[removed]`` is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Format, RawArena
from workbench.sources.readers.tabular import (
    FOURCAT,
    Cells,
    Place,
    Relation,
    columns_items,
    given,
    known,
    speaker,
    table_format,
    written,
)

_PLACES = ("subreddit", "group", "group_name", "channel", "forum", "board", "page", "page_name")
# Columns of the other datasources of 4CAT and of the tools that it takes files of
_OTHERS = ("chat", "author_is_bot", "tiktok_url", "challenges", "diversification_labels", "music_id", "comment_url",
           "is_comment_on_comment", "is_liked_by_post_author", "num_likes", "num_media", "usertags", "likes_hidden",
           "retweeted_user", "is_retweet", "is_quote_tweet", "replied_to_post", "quoted_post", "replies_allowed",
           "is_in_group", "link_thumbnail_url", "author_is_verified", "account_id", "author_screen_name",
           "author_deactivated", "in_reply_to_comment_id", "publishedAt", "page_likes", "group_is_private")


def _place(cells: Cells) -> Place:
    name = given(cells, *_PLACES)
    if subreddit := given(cells, "subreddit"):
        name = subreddit.removeprefix("r/")
    arena = RawArena(None, name, name, "group") if name else RawArena(None)
    author = known(cells, "author")
    if author and " " in author and not given(cells, "author_id"):  # no handle has a space
        return arena, author, "name"
    return arena, *speaker(cells, ids="author_id", handles="author")


def _above(cells: Cells) -> str | None:
    """Return the post that a row answers, else the one that its thread begins with."""
    above = re.sub(r"^t[13]_", "", given(cells, "parent", "parent_id", "reply_to", "thread_id") or "")
    return above if above and above != re.sub(r"^t[13]_", "", given(cells, "id") or "") else None


def _links(cells: Cells) -> Iterator[Relation]:
    if above := _above(cells):
        yield "reply", above, "post"
    if url := given(cells, "url"):
        yield "url", url, "url"


def _text(cells: Cells) -> str | None:
    parts = (written(cells, column) for column in ("subject", "body"))
    return "\n\n".join(part for part in parts if part and part.strip() not in ("[deleted]", "[removed]")) or None


def _fit(stream: Stream) -> Format | None:
    head = Head(stream.head())
    is_reddit = "subreddit" in head.columns and FORMAT.matches(head)
    return replace(FORMAT, platform="reddit", letter="R") if is_reddit else None


FORMAT = table_format(
    "4cat-custom", platform="other", letter="O", needs=("id", "thread_id", "author", "body", "timestamp"),
    none_of=_OTHERS,
    items=columns_items(
        {"unix": FOURCAT["unix"], "stamp": FOURCAT["stamp"], "views": "views", "reactions": ("likes", "score"),
         "forwards": "shares", "replies": ("replies", "num_comments"),
         "shown_name": ("author_name", "author_fullname")},
        place=_place, links={"hashtags": ("hashtag", "hashtag")}, more_links=_links, text=_text,
        native_id=lambda cells: re.sub(r"^t[13]_", "", given(cells, "id") or "") or None,
        kind=lambda cells: "comment" if _above(cells) else "post"),
    name_columns=("author", "author_name", "author_fullname"), gives=("account_id",), fit=_fit)
