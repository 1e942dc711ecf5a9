"""twarc-csv's table of posts of X, from its API.

`entities.*` hold JSON. By default twarc-csv has written the whole text of a repost where the API cuts it. A reply to
oneself points at the post, any other at the account.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sources.readers.records import find_text, repeated
from workbench.sources.readers.tabular import (
    Cells,
    Relation,
    columns_items,
    given,
    json_list,
    known,
    own_page,
    table_format,
)

_ENTITIES = (("entities.mentions", "mention", "handle", ("username",)),
             ("entities.urls", "url", "url", ("unwound_url", "expanded_url", "url")),
             ("entities.hashtags", "hashtag", "hashtag", ("tag",)))


def _links(cells: Cells) -> Iterator[Relation]:
    for kind in ("retweeted", "quoted"):
        if source := known(cells, f"{kind}_user_id"):
            yield "forward", source, "account"
        elif handle := known(cells, f"{kind}_username"):
            yield "forward", handle, "handle"
        yield from repeated(None, "post", given(cells, f"referenced_tweets.{kind}.id"))
    answered, post = known(cells, "in_reply_to_user_id"), given(cells, "referenced_tweets.replied_to.id")
    if answered and answered != given(cells, "author_id"):
        yield "reply", answered, "account"
    elif post:
        yield "reply", post, "post"
    for column, relation, via, paths in _ENTITIES:
        for entity in json_list(given(cells, column)):
            if target := find_text(entity, *paths):
                yield relation, target, via


def _media(cells: Cells) -> str | None:
    kinds = [find_text(part, "type") for part in json_list(given(cells, "attachments.media"))]
    kind = {"animated_gif": "animation"}.get(kinds[0] or "", kinds[0]) if kinds else None
    return kind or ("poll" if given(cells, "attachments.poll_ids", "attachments.poll.id") else None)


FORMAT = table_format(
    "twarc-csv", platform="x", letter="X", needs=("id", "author_id", "text", "created_at"),
    any_of=("public_metrics.like_count", "__twarc.retrieved_at", "referenced_tweets.replied_to.id"),
    items=columns_items(
        {"native_id": "id", "stamp": "created_at", "text": "text", "views": "public_metrics.impression_count",
         "reactions": "public_metrics.like_count", "forwards": "public_metrics.retweet_count",
         "replies": "public_metrics.reply_count", "collected": "__twarc.retrieved_at", "handle": "author.username",
         "shown_name": "author.name"},
        place=own_page(ids="author_id", handles="author.username"), more_links=_links, media=_media),
    name_columns=("author.name",), gives=("account_id", "reactions", "forwards", "replies"))
