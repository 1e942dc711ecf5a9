"""What a format reader hands over: raw rows in common columns, before pseudonyms and redaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from workbench.settings import SourceCard
from workbench.sources.opening import Stream

BATCH_ROWS = 20_000

# `arena` is a position in Batch.arenas; `account_via` says what `account` is (see Via). Times come as
# a unix number, which goes first, or a written stamp.
RAW_POST = ("arena", "native_id", "account", "account_via", "unix", "stamp", "edited_unix", "edited_stamp", "kind",
            "text", "views", "reactions", "forwards", "replies", "media")
# `row` is a position in Batch.posts; `via` says what `target` is (see Via), or: post, url, hashtag
RAW_LINK = ("row", "relation", "target", "via")

Via = Literal["account", "arena", "handle", "name"]


@dataclass(frozen=True)
class RawArena:
    """A chat, channel or page as one export shows it.

    `names_person` is true where the title is a person's name (private chats): it is not kept.
    """

    native_id: str | None
    handle: str | None
    title: str | None
    kind: str
    names_person: bool = False


@dataclass(frozen=True)
class Batch:
    """Some rows of an export.

    Attributes
    ----------
    posts
        Columns `RAW_POST`, all as text except `arena`, counted from 0.
    links
        Columns `RAW_LINK`.
    arenas
        What `posts.arena` points into.
    places
        Per post: its line (CSV) or record number (JSON) in the file, from 1.
    raw
        Per post: the record as it came, for the quarantine.
    faults
        Rows that are no records at all: (place, reason, raw).
    """

    posts: pd.DataFrame
    links: pd.DataFrame
    arenas: list[RawArena]
    places: Sequence[int]
    raw: Sequence[Any]
    faults: list[tuple[int, str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """One export format: how to recognise, read and name it.

    Attributes
    ----------
    name
        As `--format` takes it.
    platform
        As the corpus names it.
    letter
        First letter of its arena codes.
    matches
        Whether the first bytes of a stream are in this format.
    read
        The rows of a stream, in batches.
    names
        Display names of accounts in a stream, for redaction.
    numbered
        Whether ids count up by one within an arena, so that gaps mean something.
    """

    name: str
    platform: str
    letter: str
    matches: Callable[[bytes], bool]
    read: Callable[[Stream, SourceCard], Iterator[Batch]]
    names: Callable[[Stream], set[str]]
    numbered: bool = True


def as_text(value: Any) -> str | None:
    """Return a JSON value as text; whole numbers keep every digit; missing for anything else."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Decimal):
        return str(int(value)) if value.is_finite() and value.adjusted() < 20 and value == int(value) else None
    return str(value) if isinstance(value, int) else None


def frame_of(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as a frame of text columns; `arena` and `row` are whole numbers."""
    data: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pd.DataFrame({
        name: pd.Series(values, dtype="int64" if name in ("arena", "row") else "string")
        for name, values in zip(columns, data, strict=True)
    })


class BatchBuilder:
    """Collects rows of one stream until they make a batch."""

    def __init__(self) -> None:
        self._arenas: dict[RawArena, int] = {}
        self._clear()

    def _clear(self) -> None:
        self.posts: list[tuple[Any, ...]] = []
        self.links: list[tuple[Any, ...]] = []
        self.places: list[int] = []
        self.raw: list[Any] = []
        self.faults: list[tuple[int, str, Any]] = []

    def add(self, arena: RawArena, post: tuple[Any, ...], links: list[tuple[str, str, str]], place: int,
            raw: Any) -> None:
        """Add one post, without its `arena` column, and its links, without their `row` column."""
        number = self._arenas.setdefault(arena, len(self._arenas))
        self.links += [(len(self.posts), *link) for link in links]
        self.posts.append((number, *post))
        self.places.append(place)
        self.raw.append(raw)

    def see(self, arena: RawArena) -> None:
        """Record an arena that may turn out to hold no posts."""
        self._arenas.setdefault(arena, len(self._arenas))

    def is_full(self) -> bool:
        """Return whether enough rows are collected."""
        return len(self.posts) + len(self.faults) >= BATCH_ROWS

    def take(self) -> Batch:
        """Return what was collected and start over."""
        batch = Batch(frame_of(RAW_POST, self.posts), frame_of(RAW_LINK, self.links), list(self._arenas),
                      self.places, self.raw, self.faults)
        self._clear()
        return batch
