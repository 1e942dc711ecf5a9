"""What a format reader hands over: raw rows in common columns, before pseudonyms and redaction."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import pandas as pd

from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_values import Broken
from workbench.sources.readers.opening import Stream

BATCH_ROWS = 10_000

Via = Literal["account", "arena", "handle", "name"]


@dataclass(frozen=True)
class RawArena:
    """A chat, channel, page, server or thread as one export shows it.

    `kind` is channel, group, page, thread, server or chat. `names_person` is true where the title is a
    person's name (private chats): it is not kept. `is_public` is whether anybody may read it, where the export says so.
    """

    native_id: str | None
    handle: str | None = None
    title: str | None = None
    kind: str = "page"
    names_person: bool = False
    is_public: bool | None = None


class RawPost(NamedTuple):
    """One post as an export shows it, all as text; missing where the export is silent.

    `account_via` says what `account` is; where it is an id, `handle` and `shown_name` are what else the account
    is known by. Times come as seconds since 1970, which go first, or as a
    written stamp; `collected` may be either. `album` is "given" where the export itself names the pictures of one
    post, and "inferred" where they were found to be one (`albums.py`).
    """

    native_id: str | None = None
    account: str | None = None
    account_via: str | None = None
    unix: str | None = None
    stamp: str | None = None
    edited_unix: str | None = None
    edited_stamp: str | None = None
    kind: str = "post"
    text: str | None = None
    views: str | None = None
    reactions: str | None = None
    forwards: str | None = None
    replies: str | None = None
    media: str | None = None
    collected: str | None = None
    handle: str | None = None
    shown_name: str | None = None
    album: str | None = None


class RawLink(NamedTuple):
    """A relation a post makes: forward, reply, mention, url or hashtag; of a service message, titled or retitled.

    `via` says what `target` is: account, arena, handle, name, post, url or hashtag. The target of a
    reply is the bare id of a post in the same arena, or any account or arena.

    Beside a forward, which names the source, stands `repeats` where the export also names the very post that is
    forwarded, reposted or quoted (`repeated`): its target is what the place goes by and the id there,
    ``<place>:<id>``, via "repeated account", "repeated arena" or "repeated handle"; or the id alone, via "repeated
    post", where ids are unique on the whole platform.
    """

    relation: str
    target: str
    via: str


def repeated(place: str | None, via: str, native: str | None) -> list[tuple[str, str, str]]:
    """Return the relation to the very post that is repeated.

    Parameters
    ----------
    place, via
        What a forward of it points at: an account, arena or handle; via "post" where ids need no place.
    """
    if not native or via not in ("account", "arena", "handle", "post") or not (place or via == "post"):
        return []
    return [("repeats", native if via == "post" else f"{place}:{native}", f"repeated {via}")]


class Item(NamedTuple):
    """One post of a record, where it stands, and what it points at.

    `covers` counts the records that make it, such as the pictures of an album.
    """

    arena: RawArena
    post: RawPost
    links: Sequence[RawLink | tuple[str, str, str]] = ()
    covers: int = 1


class Refusal(NamedTuple):
    """A record that holds no post to keep, and why; the quarantine names it without keeping a copy."""

    reason: str


RAW_POST = ("arena", *RawPost._fields)  # `arena` is a position in Batch.arenas
RAW_LINK = ("row", *RawLink._fields)  # `row` is a position in Batch.posts


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
    faults
        Records that hold no post that could be read: (place, reason, raw). The place is the line (CSV, JSONL) or the
        number of the record (JSON) in the file, from 1.
    covered
        Records beyond one per post, such as the further pictures of an album.
    """

    posts: pd.DataFrame
    links: pd.DataFrame
    arenas: list[RawArena]
    faults: list[tuple[int, str, Any]] = field(default_factory=list)
    covered: int = 0


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
        Whether a stream that begins so is in this format.
    read
        The rows of a stream, in batches.
    names
        Display names of accounts in a stream, for redaction.
    numbered
        Whether ids count up by one within an arena, so that gaps mean something.
    gives
        Columns of posts that the format usually fills; the ledger names those that a file leaves empty.
    fit
        Adapts the format to a stream by what lies beside it; gives None where nothing there asks for it.
    told_by_content
        Whether nothing in it names the arena, so that its posts must tell which it is.
    cap
        Records after which the tool that writes it stops; 0 where there is no such limit.
    albums
        Whether the tool writes the pictures of one post as messages in a row, without saying that they are one.
    own_account
        Whether it is what a platform gives a person of the person's own account: what others never saw may be in it.
    paths
        Where records stand in JSON, such as ``messages.item``; none for tables and texts.
    needs
        Columns without which a table is not in it.
    any_of
        Columns one of which such a table has besides.
    """

    name: str
    platform: str
    letter: str
    matches: Callable[[Head], bool]
    read: Callable[[Stream, SourceCard], Iterator[Batch]]
    names: Callable[[Stream], set[str]]
    numbered: bool = False
    gives: tuple[str, ...] = ()
    told_by_content: bool = False
    cap: int = 0
    fit: Callable[[Stream], Format | None] | None = None
    albums: bool = False
    own_account: bool = False
    paths: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()


def as_text(value: Any) -> str | None:
    """Return a JSON value as text; whole numbers keep every digit; missing for anything else."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and abs(value) < 1e20 and value == int(value) else None
    return str(value) if isinstance(value, int) else None


def frame_of(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as a frame of text columns; `arena` and `row` are whole numbers."""
    data: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pd.DataFrame({
        name: pd.Series(values, dtype="int64" if name in ("arena", "row") else "string")
        for name, values in zip(columns, data, strict=True)
    })


class _Steps(dict[str, tuple[str, ...]]):
    """The steps of paths, each split once."""

    def __missing__(self, path: str) -> tuple[str, ...]:
        return self.setdefault(path, tuple(path.split(".")))


_STEPS = _Steps()


def find(record: Any, *paths: str) -> Any:
    """Return what stands at the first of these paths that holds something, such as ``snippet.channelId``.

    Empty texts, lists and records count as nothing; a number is a position in a list. None where nothing is found.
    """
    for path in paths:
        value = record
        for step in _STEPS[path]:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                value = None
                break
        if value or (value is not None and value not in ("", [], {})):
            return value
    return None


def find_text(record: Any, *paths: str) -> str | None:
    """Return the first of these paths that holds a text or a whole number, as text."""
    for path in paths:  # written out, for this is what reading a record mostly is
        value = record
        for step in _STEPS[path]:
            if isinstance(value, dict):
                value = value.get(step)
                if value is None:
                    break
            else:
                value = find(value, step)
        if isinstance(value, str):
            if value:
                return value
        elif value is not None and (text := as_text(value)):
            return text
    return None


def find_list(record: Any, *paths: str) -> list[Any]:
    """Return the first of these paths that holds a list; empty where none does."""
    return next((found for path in paths if isinstance(found := find(record, path), list)), [])


def from_milliseconds(value: str | None) -> str | None:
    """Return seconds since 1970 of a number of milliseconds, as text."""
    return f"{int(value) / 1000:.3f}" if value and re.fullmatch(r"\d{10,15}", value) else None


class BatchBuilder:
    """Collects rows of one stream until they make a batch."""

    def __init__(self) -> None:
        self._arenas: dict[RawArena, int] = {}
        self._shown: list[RawArena] = []  # the same, as they can be written
        self._clear()

    def _clear(self) -> None:
        self.posts: list[tuple[Any, ...]] = []
        self.links: list[tuple[Any, ...]] = []
        self.faults: list[tuple[int, str, Any]] = []
        self.covered = 0
        self._places: list[int] = []  # of the posts

    def add(self, items: Iterable[Item | Refusal], place: int, raw: Any) -> None:
        """Add the posts of one record; having none, or one with neither id, time nor text, is a fault."""
        found = list(items)
        if not found:
            self.faults.append((place, "no post in it", raw))
        for item in found:
            if isinstance(item, Refusal):
                self.faults.append((place, item.reason, None))
                continue
            arena, post, links, covers = item
            if not (post.native_id or post.unix or post.stamp or (post.text and post.text.strip())):
                self.faults.append((place, "neither id, time nor text", raw))
                continue
            if post.native_id and len(post.native_id) > 18 and _is_too_large(post.native_id):
                self.faults.append((place, "an id larger than any platform gives", raw))
                continue
            number = self._arenas.get(arena)
            if number is None:
                number = self._number(arena)
            self.links += [(len(self.posts), *link) for link in links]
            self.posts.append((number, *post))
            self._places.append(place)
            self.covered += covers - 1

    def see(self, arena: RawArena) -> None:
        """Record an arena that may turn out to hold no posts."""
        if arena not in self._arenas:
            self._number(arena)

    def _number(self, arena: RawArena) -> int:
        self._arenas[arena] = len(self._shown)
        native, handle, title = (value and _written(value) for value in (arena.native_id, arena.handle, arena.title))
        self._shown.append(replace(arena, native_id=native, handle=handle, title=title))
        return self._arenas[arena]

    def is_full(self) -> bool:
        """Return whether enough rows are collected."""
        return len(self.posts) + len(self.faults) >= BATCH_ROWS

    def take(self) -> Batch:
        """Return what was collected and start over."""
        try:
            posts, links = frame_of(RAW_POST, self.posts), frame_of(RAW_LINK, self.links)
        except UnicodeEncodeError:
            self._refuse_halves()
            posts, links = frame_of(RAW_POST, self.posts), frame_of(RAW_LINK, self.links)
        faults = [(place, raw.reason, raw.raw) if isinstance(raw, Broken) else (place, reason, raw)
                  for place, reason, raw in self.faults]
        batch = Batch(posts, links, list(self._shown), faults, self.covered)
        self._clear()
        return batch

    def _refuse_halves(self) -> None:
        """Take out the posts in which half a character stands, which is text of no kind."""
        halved = {row for row, post in enumerate(self.posts) if not _is_text(post)}
        halved.update(link[0] for link in self.links if not _is_text(link))
        self.faults += [(self._places[row], "half a character (a lone surrogate)", None) for row in sorted(halved)]
        numbers = {row: number for number, row in enumerate(r for r in range(len(self.posts)) if r not in halved)}
        self.posts = [self.posts[row] for row in numbers]
        self.links = [(numbers[row], *link) for row, *link in self.links if row in numbers]


def _is_text(values: tuple[Any, ...]) -> bool:
    return all(not isinstance(value, str) or value == _written(value) for value in values)


def _written(text: str) -> str:
    """Return a text without halves of characters."""
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()


def _is_too_large(native_id: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9]{19,}", native_id)) and abs(int(native_id[:30])) >= 2**63
