"""X's API v2 as twarc and others save it: pages of `data` with `includes`, or one flattened tweet per line.

The arena is the profile a tweet stands on. `includes` gives the authors and the tweets that are referred to; in
flattened tweets they stand in place. The text of a retweet is cut (``RT @...``), so that of the tweet it repeats is
taken, and its counts, which are those of the original, are missing. Shortened addresses are spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format, shows
from workbench.sources.readers.payloads.parts import Links, hashtags, mentions, person, profile, speaker, urls
from workbench.sources.readers.payloads.x import time_in_id, whole_addresses
from workbench.sources.readers.records import Item, RawPost, Refusal, find, find_list, find_text, repeated

_PLACES = ("data.item.", "data.", "item.data.item.", "item.", "")
_MEDIA = {"photo": "photo", "video": "video", "animated_gif": "animation"}
_OWN_MEDIA = re.compile(r"/(?:photo|video)/[0-9]+/?$")
_REPEATED = re.compile(r"RT @(\w{1,20}):")


def _matches(head: Head) -> bool:
    return (not any("__import_meta" in path for path in head.paths)
            and not shows(head, _PLACES, "id_str")  # as its older version calls them
            and shows(head, _PLACES, "id", "text", "author_id|edit_history_tweet_ids|public_metrics|conversation_id|"
                                                   "referenced_tweets|possibly_sensitive"))


class _Page:
    """The accounts, tweets and media that the tweets of one page refer to."""

    def __init__(self, record: Any) -> None:
        def by(key: str, *lists: str) -> dict[str, Any]:
            return {name: one for path in lists for one in find_list(record, path) if (name := find_text(one, key))}

        self.accounts = by("id", "includes.users")
        self.tweets = by("id", "includes.tweets", "data")
        self.media = by("media_key", "includes.media")
        self.collected = find_text(record, "__twarc.retrieved_at")

    def author(self, tweet: Any) -> tuple[str | None, str | None, str | None]:
        """Return id, handle and name of who wrote a tweet."""
        native = find_text(tweet, "author_id", "author.id")
        account = find(tweet, "author", "author_user") or self.accounts.get(native or "")
        return native, find_text(account, "username"), find_text(account, "name")

    def referred(self, tweet: Any, kind: str) -> Any:
        """Return the tweet that this one repeats, quotes or answers, as far as it is known."""
        for one in find_list(tweet, "referenced_tweets"):
            if find_text(one, "type") == kind:
                return self.tweets.get(find_text(one, "id") or "", one)
        return None


def _text(tweet: Any) -> str | None:
    addresses = [*find_list(tweet, "note_tweet.entities.urls"), *find_list(tweet, "entities.urls")]
    return whole_addresses(find_text(tweet, "note_tweet.text", "text", "full_text"), addresses)


def _shared(tweet: Any, page: _Page) -> Links:
    links: Links = []
    for kind in ("retweeted", "quoted"):
        if (original := page.referred(tweet, kind)) is not None:
            native, handle, _ = page.author(original)
            shown = _REPEATED.match(find_text(tweet, "text") or "") if kind == "retweeted" else None
            links += person("forward", native, handle or (shown[1] if shown else None))
            links += repeated(None, "post", find_text(original, "id"))
    return links


def _links(tweet: Any, spoken: Any, page: _Page) -> Links:
    links = _shared(tweet, page)
    author = find_text(tweet, "author_id", "author.id")
    target = find_text(tweet, "in_reply_to_user_id", "in_reply_to_user.id")
    answered = find_text(page.referred(tweet, "replied_to"), "id")
    if answered and target and target == author:
        links.append(("reply", answered, "post"))
    elif target:
        links += person("reply", target)
    elif answered:
        links += person("reply", *page.author(page.referred(tweet, "replied_to"))[:2])
    found = (find_text(url, "unwound_url", "expanded_url") for url in find_list(spoken, "entities.urls"))
    links += urls(*(url for url in found if url and not _OWN_MEDIA.search(url)))
    links += hashtags(find_list(spoken, "entities.hashtags"), "tag", "text")
    return links + mentions(find_list(tweet, "entities.mentions"), "username")


def _media(tweet: Any, page: _Page) -> str | None:
    kinds = [find_text(one, "type") for one in find_list(tweet, "attachments.media")]
    kinds += [find_text(page.media.get(str(key)), "type") for key in find_list(tweet, "attachments.media_keys")]
    if found := next((kind for kind in kinds if kind), None):
        return _MEDIA.get(found, "other")
    return "poll" if find(tweet, "attachments.poll_ids", "attachments.poll") is not None else None


def _item(tweet: Any, page: _Page) -> Item:
    native, handle, name = page.author(tweet)
    original = page.referred(tweet, "retweeted")
    spoken = original if original is not None and _text(original) else tweet
    key, stamp = find_text(tweet, "id"), find_text(tweet, "created_at")

    def count(name: str) -> str | None:
        return find_text(tweet, f"public_metrics.{name}_count") if original is None else None

    edited = find_list(tweet, "edit_history_tweet_ids")
    post = RawPost(
        native_id=key, **speaker(native, handle, name), unix=None if stamp else time_in_id(key), stamp=stamp,
        edited_unix=time_in_id(key) if len(edited) > 1 and str(edited[0]) != key else None, text=_text(spoken),
        views=count("impression"), reactions=count("like"), forwards=count("retweet"), replies=count("reply"),
        media=_media(spoken, page), collected=find_text(tweet, "__twarc.retrieved_at") or page.collected)
    return Item(profile(native, handle), post, _links(tweet, spoken, page))


def _items(record: Any, context: Context) -> Iterator[Item | Refusal]:
    page = _Page(record)
    data = find(record, "data")
    if isinstance(data, list):
        for tweet in data:
            yield _item(tweet, page) if isinstance(tweet, dict) else Refusal("not a record")
    elif isinstance(data, dict):
        yield _item(data, page)
    elif find(record, "errors") is not None and find(record, "id", "text") is None:
        yield Refusal("an error of the API, no post")
    elif find(record, "meta") is not None and find(record, "id", "text") is None:
        yield Refusal("a page without results")
    else:
        yield _item(record, page)


def _names(record: Any, context: Context) -> list[str | None]:
    return [find_text(one, "name") for one in find_list(record, "includes.users")]


FORMAT = json_format("x-api", platform="x", letter="X", matches=_matches, items=_items,
                     paths=("item", ""), names=_names, gives=("account_id", "reactions", "forwards", "replies"))
