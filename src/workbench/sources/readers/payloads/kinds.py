"""The platforms that browser extensions collect from: one format each, made from one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import Context, json_format
from workbench.sources.readers.payloads import fediverse, meta, other, tiktok, x
from workbench.sources.readers.records import Format, Item, Refusal

Opened = tuple[str | None, Any, str | None]  # the platform as the tool names it, the payload, when it was collected
_COUNTED = ("account_id", "reactions", "replies", "forwards")


@dataclass(frozen=True)
class Kind:
    """One platform's payload: what tools call the platform, and how one is read."""

    name: str
    platform: str
    letter: str
    sources: str  # a pattern
    read: Callable[[Any, str | None], Iterator[Item]]
    gives: tuple[str, ...] = _COUNTED


KINDS = (
    Kind("tiktok-comments", "tiktok", "K", r"tiktok(\.com)?[-_]comments?", tiktok.read_comment,
         ("account_id", "reactions", "replies")),
    Kind("tiktok", "tiktok", "K", r"tiktok(\.com)?", tiktok.read_video, (*_COUNTED, "views")),
    Kind("instagram-comments", "instagram", "I", r"instagram(\.com)?[-_]comments?", other.read_comment,
         ("account_id",)),
    Kind("instagram", "instagram", "I", r"instagram(\.com)?", meta.read_instagram,
         ("account_id", "reactions", "replies")),
    Kind("x", "x", "X", r"(twitter|x)(\.com)?([-_]comments?)?", x.read_tweet, _COUNTED),
    Kind("facebook-comments", "facebook", "F", r"facebook(\.com)?[-_]comments?", other.read_comment, ("account_id",)),
    Kind("facebook", "facebook", "F", r"facebook(\.com)?", meta.read_facebook, ("reactions", "replies")),
    Kind("threads", "threads", "H", r"threads(\.net|\.com)?", meta.read_threads),
    Kind("truth", "truth", "U", r"truth(social)?(\.com)?", fediverse.read_truth),
    Kind("gab", "gab", "G", r"gab(\.com)?", fediverse.read_gab),
    Kind("other", "other", "O", r".*", other.read_post, ()),
)


def kind_of(source: str) -> Kind:
    """Return the kind of payload that a tool names so; `other` for what has no reader of its own."""
    plain = source.strip().casefold().removeprefix("www.")
    return next(kind for kind in KINDS if re.fullmatch(kind.sources, plain, re.DOTALL))


def collected_formats(prefix: str, *, opened: Callable[[Any], Opened],
                      source_in: Callable[[Head], str | None]) -> tuple[Format, ...]:
    """Make the formats of a tool that wraps the payloads of many platforms.

    Parameters
    ----------
    opened
        What is in one record.
    source_in
        What platform the head of a file names; None where it is no file of this tool.
    """
    def matches(kind: Kind, head: Head) -> bool:
        return (source := source_in(head)) is not None and kind_of(source) is kind

    def items(kind: Kind, record: Any, context: Context) -> Iterator[Item | Refusal]:
        source, payload, collected = opened(record)
        if source is not None and kind_of(source) is not kind:
            yield Refusal("of another platform: import it from a file of its own")
        else:
            yield from kind.read(payload, collected)

    return tuple(
        json_format(f"{prefix}-{kind.name}", platform=kind.platform, letter=kind.letter, matches=partial(matches, kind),
                    items=partial(items, kind), paths=("item", ""), gives=kind.gives)
        for kind in KINDS)
