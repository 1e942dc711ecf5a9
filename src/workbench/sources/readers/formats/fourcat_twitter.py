"""4CAT's CSV of X: its twitter-import (Zeeschuimer, whose CSV has semicolons) and its twitterv2 (the API).

The two differ in names: `replied_author` and `quote_author` of the one are `replied_user` and `quoted_user` of the
other. `thread_id` is the conversation, which a reply to oneself points at; any other reply points at the account.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sources.readers.records import repeated
from workbench.sources.readers.tabular import (
    FOURCAT,
    Cells,
    Relation,
    columns_items,
    given,
    is_yes,
    known,
    media_of,
    own_page,
    table_format,
)


def _links(cells: Cells) -> Iterator[Relation]:
    for columns in ("retweeted_user", ("quote_author", "quoted_user")):
        if source := known(cells, columns):
            yield "forward", source, "handle"
    yield from repeated(None, "post", given(cells, "quote_tweet_id"))
    answered, thread = known(cells, ("replied_author", "replied_user")), given(cells, "thread_id")
    if not answered or not is_yes(cells, "is_reply"):
        return
    if answered != known(cells, "author"):
        yield "reply", answered, "handle"
    elif thread and thread != given(cells, "id"):
        yield "reply", thread, "post"


FORMAT = table_format(
    "4cat-twitter", platform="x", letter="X", separators=",;", needs=("id", "author", "body"),
    any_of=("retweeted_user", "is_retweet", "is_quote_tweet"),
    items=columns_items(
        {**FOURCAT, "views": "impression_count", "reactions": "like_count", "forwards": "retweet_count",
         "replies": "reply_count", "handle": "author", "shown_name": "author_fullname"},
        place=own_page(ids="author_id", handles="author"),
        links={"hashtags": ("hashtag", "hashtag"), "mentions": ("mention", "handle"), "urls": ("url", "url")},
        more_links=_links, media=media_of(videos="video", images="photo")),
    name_columns=("author_fullname",), gives=("account_id", "views", "reactions", "forwards", "replies"))
