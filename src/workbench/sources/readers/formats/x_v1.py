"""X's API v1.1, as twarc 1, rtweet, tweepy and stream listeners saved it: a list, `statuses` of a search, or lines.

Ids come as numbers and, exact, as `id_str`; times as ``Mon Nov 03 09:15:30 +0000 2025``. The whole text stands in
`full_text`, in streams in `extended_tweet.full_text`, and `text` is cut. The arena is the profile a tweet stands on. A
retweet holds the tweet it repeats: its text is taken, and its counts, which are those of the original, are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.x import read_tweet
from workbench.sources.readers.records import Item, Refusal, find


def _matches(head: Head) -> bool:
    return (not any("__import_meta" in path for path in head.paths)
            and shows(head, ("", "item.", "statuses.item."), "id_str", "full_text|text", "user.screen_name|user.id_str",
                      "created_at"))


def _items(tweet: Any, context: Context) -> Iterator[Item | Refusal]:
    if find(tweet, "id_str", "id", "created_at", "text", "full_text") is None:
        yield Refusal("a notice of the stream, no post")
    else:
        yield from read_tweet(tweet, None)


FORMAT = json_format("x-v1", platform="x", letter="X", matches=_matches, items=_items,
                     paths=("statuses.item", "item", ""), gives=("account_id", "reactions", "forwards"))
