"""X as its own pages get it: tweets within `legacy`, and what came before and after that."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from workbench.sources.readers.payloads.parts import Links, hashtags, mentions, person, profile, speaker
from workbench.sources.readers.records import Item, RawPost, find, find_list, find_text, repeated

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDED = re.compile(r"\w{3} (\w{3}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})")
_FIRST_SNOWFLAKE_MS = 1_288_834_974_657
_OWN_MEDIA = re.compile(r"/(?:photo|video)/\d+/?$")


def written_time(stamp: str | None) -> str | None:
    """Return ``Wed Oct 01 12:00:00 +0000 2025`` as ISO 8601; other stamps as they are."""
    match = _WORDED.fullmatch(stamp or "")
    if not match or match[1] not in _MONTHS:
        return stamp
    return f"{match[5]}-{_MONTHS.index(match[1]) + 1:02d}-{match[2]}T{match[3]}{match[4][:3]}:{match[4][3:]}"


def time_in_id(native: str | None) -> str | None:
    """Return when a tweet was made, in seconds since 1970, as its id says."""
    if not re.fullmatch(r"[0-9]{15,20}", native or ""):
        return None
    return f"{((int(native or 0) >> 22) + _FIRST_SNOWFLAKE_MS) / 1000:.3f}"


def whole_addresses(text: str | None, found: list[Any]) -> str | None:
    """Return a text with the shortened addresses in it spelled out, and without those of its own pictures."""
    for url in found:
        short, full = find_text(url, "url"), find_text(url, "unwound_url", "expanded_url")
        if text and short and full:
            text = text.replace(short, "" if _OWN_MEDIA.search(full) else full)
    return html.unescape(text).strip() or None if text else None


def _unwrapped(tweet: Any) -> Any:
    for _ in range(3):  # some are nested once more, for no reason that is known
        inner = find(tweet, "tweet_results.result", "result", "tweet")
        if not isinstance(inner, dict) or find(tweet, "legacy") is not None:
            return tweet
        tweet = inner
    return tweet


def _author(tweet: Any) -> tuple[str | None, str | None, str | None]:
    """Return id, handle and name of who wrote a tweet."""
    user = find(tweet, "core.user_results.result", "core.user_result.result", "user_results.result", "user", "author")
    return (find_text(user, "rest_id", "id_str") or find_text(tweet, "legacy.user_id_str", "user_id_str"),
            find_text(user, "core.screen_name", "legacy.screen_name", "screen_name", "username"),
            find_text(user, "core.name", "legacy.name", "name"))


def _text(tweet: Any) -> str | None:
    return find_text(tweet, "note_tweet.note_tweet_results.result.text", "legacy.full_text",
                     "extended_tweet.full_text", "full_text", "legacy.text", "text")


def _links(tweet: Any, native: str | None, repost: Any, quoted: Any) -> Links:
    links: Links = []
    for original in (repost, quoted):
        if isinstance(original, dict):
            links += person("forward", *_author(original)[:2])
            links += repeated(None, "post", find_text(original, "rest_id", "legacy.id_str", "id_str", "id"))
    if repost is None:  # else what is quoted is quoted by the tweet that this one repeats
        links += repeated(None, "post", find_text(tweet, "legacy.quoted_status_id_str", "quoted_status_id_str"))
    if answered := find_text(tweet, "legacy.in_reply_to_status_id_str", "in_reply_to_status_id_str"):
        target = find_text(tweet, "legacy.in_reply_to_user_id_str", "in_reply_to_user_id_str")
        handle = find_text(tweet, "legacy.in_reply_to_screen_name", "in_reply_to_screen_name")
        links += ([("reply", answered, "post")] if target and target == native else person("reply", target, handle))
    links += hashtags(find_list(tweet, "legacy.entities.hashtags", "entities.hashtags"), "text", "tag")
    return links + mentions(find_list(tweet, "legacy.entities.user_mentions", "entities.user_mentions"), "screen_name")


def read_tweet(payload: Any, collected: str | None) -> Iterator[Item]:
    """Read one tweet; the arena is the profile it stands on.

    A retweet has the whole text of what it repeats and no counts, which are those of the original.
    """
    tweet = _unwrapped(payload)
    native, handle, name = _author(tweet)
    repost = _unwrapped(find(tweet, "legacy.retweeted_status_result", "retweeted_status_result", "retweeted_status",
                             "legacy.retweeted_status"))
    quoted = _unwrapped(find(tweet, "quoted_status_result", "legacy.quoted_status_result", "quoted_status"))
    is_repost = isinstance(repost, dict)
    spoken = repost if is_repost and _text(repost) else tweet
    addresses = [url for key in ("entities.urls", "entities.media", "extended_entities.media")
                 for url in find_list(spoken, f"legacy.{key}", f"extended_tweet.{key}", key)]
    key = find_text(tweet, "rest_id", "legacy.id_str", "id_str", "id")
    stamp = written_time(find_text(tweet, "legacy.created_at", "created_at"))

    def count(*paths: str) -> str | None:
        return None if is_repost else find_text(tweet, *(q for p in paths for q in (f"legacy.{p}", p)))

    post = RawPost(
        native_id=key, **speaker(native, handle, name), unix=None if stamp else time_in_id(key), stamp=stamp,
        text=whole_addresses(_text(spoken), addresses), views=count("views.count", "ext_views.count"),
        reactions=count("favorite_count"), forwards=count("retweet_count"), replies=count("reply_count"),
        media={"photo": "photo", "video": "video", "animated_gif": "animation"}.get(
            find_text(spoken, "legacy.extended_entities.media.0.type", "legacy.entities.media.0.type",
                      "extended_entities.media.0.type", "entities.media.0.type") or ""), collected=collected)
    yield Item(profile(native, handle), post, _links(tweet, native, repost, quoted) + [
        ("url", url, "url") for one in addresses
        if (url := find_text(one, "expanded_url")) and not _OWN_MEDIA.search(url)])
