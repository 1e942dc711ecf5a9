"""4CAT's CSV of its Bluesky datasource.

`id` and `replied_to_post` are addresses of which the last part names the post on its account's page. `timestamp` is a
unix time here, and `collected_at` the server's local time.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sources.readers.records import repeated
from workbench.sources.readers.tabular import (
    Cells,
    Relation,
    columns_items,
    given,
    known,
    listed,
    media_of,
    own_page,
    table_format,
)


def _key(cells: Cells, column: str) -> str | None:
    return (given(cells, column) or "").rstrip("/").rpartition("/")[2] or None


def _person(value: str) -> tuple[str, str]:
    return value, "account" if value.startswith("did:") else "handle"


def _links(cells: Cells) -> Iterator[Relation]:
    if quoted := known(cells, "quoted_user"):
        yield "forward", *_person(quoted)
        yield from repeated(*_person(quoted), _key(cells, "quoted_post"))
    for mention in listed(cells, "mentions"):
        yield "mention", *_person(mention)
    answered, post = known(cells, "replied_to_user"), _key(cells, "replied_to_post")
    if answered and answered not in (known(cells, "author"), known(cells, "author_id")):
        yield "reply", *_person(answered)
    elif post:
        yield "reply", post, "post"


FORMAT = table_format(
    "4cat-bsky", platform="bluesky", letter="B", separators=",;", needs=("id", "author", "body"),
    any_of=("replied_to_post", "quoted_post", "replies_allowed"),
    items=columns_items(
        {"unix": "timestamp", "stamp": "created_at", "text": "body", "reactions": "like_count",
         "forwards": "repost_count", "replies": "reply_count", "collected": "collected_at", "handle": "author",
         "shown_name": "author_display_name"},
        place=own_page(ids="author_id", handles="author"),
        links={"tags": ("hashtag", "hashtag"), "links": ("url", "url")}, more_links=_links,
        media=media_of(images="photo"), native_id=lambda cells: _key(cells, "id")),
    name_columns=("author_display_name",), gives=("account_id", "reactions", "forwards", "replies"))
