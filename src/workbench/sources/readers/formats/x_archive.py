"""X's archive of a person's own account: `tweets.js`, in older archives `tweet.js`.

A line of JavaScript (``window.YTD.tweets.part0 =``) stands before a list of tweets as the API v1.1 gave them, all
numbers as texts. The account is not named in it: `account.js` beside it gives its id and handle, of which nothing else
is read. A retweet has the cut text ``RT @name: …`` and no id of the tweet it repeats. Messages, contacts, deleted
tweets and advertisements stand in files of their own, which are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format
from workbench.sources.readers.late_start import begin_at
from workbench.sources.readers.opening import Stream, list_streams
from workbench.sources.readers.payloads.parts import profile, speaker
from workbench.sources.readers.payloads.x import read_tweet
from workbench.sources.readers.records import Batch, Item, Refusal, find, find_text

_START = re.compile(rb"window\.YTD\.tweets?\.part\d{1,4}\s*=\s*\[")
_REPEATED = re.compile(r"RT @(\w{1,20}):")
_OWN_FILE = "account.js"
_LARGEST_OWN_FILE = 1 << 16


def _list_of(stream: Stream) -> Stream:
    return begin_at(stream, lambda head: max(0, head.find(b"[")))


def _owner(stream: Stream) -> dict[str, str]:
    """Return the id and the handle of the account whose archive it is, as far as they lie beside it."""
    try:
        if stream.member:
            name = PurePosixPath(stream.member).with_name(_OWN_FILE).as_posix()
            beside = next((some for some in list_streams(stream.path) if some.member == name), None)
        else:
            path = stream.path.with_name(_OWN_FILE)
            beside = list_streams(path)[0] if path.is_file() else None
        if beside is None:
            return {}
        with _list_of(beside).open() as opened:
            found = json.loads(opened.read(_LARGEST_OWN_FILE))
    except (InputError, ValueError):
        return {}
    native, handle = find_text(found, "0.account.accountId"), find_text(found, "0.account.username")
    return {"id_str": native or "", "screen_name": handle or ""}


def _items(record: Any, context: Context) -> Iterator[Item | Refusal]:
    tweet = find(record, "tweet")
    tweet = tweet if isinstance(tweet, dict) else record
    if find(tweet, "id_str", "id", "created_at", "full_text") is None:
        yield Refusal("no tweet")
        return
    for arena, post, links, covers in read_tweet(tweet, None):
        repost = _REPEATED.match(find_text(tweet, "full_text") or "")
        if repost:  # the counts are those of the original
            links = [("forward", repost[1], "handle"), *links]
            post = post._replace(reactions=None, forwards=None)
        yield Item(arena, post, links, covers)


_tweets = json_format("x-archive", platform="x", letter="X", matches=lambda head: False, items=_items,
                      paths=("item",), named=False, gives=("reactions", "forwards"), own_account=True)


def _owned(batch: Batch, owner: dict[str, str]) -> Batch:
    """Return a batch whose posts stand on the page of the account."""
    native, handle = owner.get("id_str") or None, owner.get("screen_name") or None
    whose: dict[str, Any] = dict(speaker(native, handle))
    posts = batch.posts.copy()
    for column in ("account", "account_via", "handle"):
        posts[column] = pd.Series(whose.get(column), index=posts.index, dtype="string")
    return replace(batch, posts=posts, arenas=[profile(native, handle) for _ in batch.arenas])


def _matches(head: Head) -> bool:
    return _START.match(head.raw) is not None


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    if not _START.match(Head(stream.head()).raw):
        raise InputError(f"{stream.name}: does not begin with window.YTD.tweets, so it is no tweets.js of an archive. "
                         "Name another --format.")
    owner = _owner(stream)
    for batch in _tweets.read(_list_of(stream), card):
        yield _owned(batch, owner) if owner else batch


FORMAT = replace(_tweets, matches=_matches, read=_read, names=lambda stream: set())
