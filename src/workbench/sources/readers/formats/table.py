"""Any table, CSV or Excel, with a file `mapping.toml` beside it that says what its columns are.

Without a mapping, ``--format table`` reads columns by their usual names (text or body, author, date, ...). Forums
such as Flashback, which have no standard export, come in this way. An unknown column in a mapping is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.csv_stream import csv_rows
from workbench.sources.readers.head import Head, header_of
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost

MAPPING_FILE = "mapping.toml"
LETTERS = {"telegram": "T", "youtube": "Y", "tiktok": "K", "instagram": "I", "x": "X", "bluesky": "B", "facebook": "F",
           "threads": "H", "truth": "U", "gab": "G", "vk": "V", "reddit": "R", "discord": "D", "mastodon": "M",
           "whatsapp": "W"}
KINDS = ("channel", "group", "page", "thread", "server", "chat")
# What a column may be, and the names by which it is known where there is no mapping
ALIASES: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "message", "content", "kommentar", "besked", "tekst", "indhold", "comment"),
    "title": ("title", "subject", "overskrift", "titel"),
    "time": ("timestamp", "created_at", "date", "time", "dato", "datum", "tid", "tidspunkt", "published_at"),
    "unix": ("unix_timestamp", "created_utc", "timestamp_unix"),
    "account": ("author_id", "user_id", "author", "from", "forfatter", "brugernavn", "username", "user"),
    "account_name": ("author_name", "author_fullname", "display_name", "navn"),
    "id": ("id", "post_id", "msg_id", "message_id", "comment_id"),
    "arena": ("thread_id", "conversation_id", "chat", "channel", "group", "forum", "tråd", "gruppe", "kanal"),
    "arena_title": ("thread_title", "channel_name", "group_name", "forum_name"),
    "reply_to": ("parent_id", "reply_to", "in_reply_to_id"),
    "url": ("url", "link", "permalink"),
    "views": ("views", "view_count", "visninger"),
    "reactions": ("likes", "like_count", "reactions", "reaktioner"),
    "forwards": ("shares", "forwards", "delinger"),
    "replies": ("replies", "num_comments", "reply_count", "svar"),
    "edited": ("edited_at", "timestamp_edited"),
}
_OPTIONS = {"platform": str, "arena_kind": str, "post_kind": str, "time_format": str, "separator": str}


def _read_mapping(path: Path) -> dict[str, Any]:
    """Read a mapping file; every fault is named at once."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not valid TOML ({error}). Correct the line it names.") from error
    columns = given.get("columns")
    faults = [f"unknown: {key}" for key in given if key not in (*_OPTIONS, "columns")]
    faults += [f"{key} must be text" for key in given if key in _OPTIONS and not isinstance(given[key], str)]
    columns = columns if isinstance(columns, dict) else {}
    if not {"text", "title"} & set(columns):
        faults.append("[columns] must name at least the column of the text")
    if columns:
        faults += [f"columns.{key} is none of {', '.join(ALIASES)}" for key in columns if key not in ALIASES]
        faults += [f"columns.{key} must be a column's name" for key in columns if not isinstance(columns[key], str)]
    if given.get("arena_kind", "page") not in KINDS:
        faults.append(f"arena_kind must be one of {', '.join(KINDS)}")
    if faults:
        raise InputError(f"{path}: " + "; ".join(faults) + ".")
    return given


def _mapping_of(stream: Stream) -> dict[str, Any]:
    """Return the mapping beside a file, else one made from the usual names of its columns."""
    path = stream.path.parent / MAPPING_FILE
    mapping = _read_mapping(path) if path.is_file() else {}
    first = stream.head().split(b"\n", 1)[0]
    separator = mapping.get("separator") or max(",;\t", key=lambda s: len(header_of(first, s)))
    header = header_of(first, separator)
    known = {name.casefold(): name for name in reversed(header)}
    columns = mapping.get("columns")
    if columns is None:
        columns = {what: known[alias] for what, names in ALIASES.items() for alias in reversed(names) if alias in known}
    elif unknown := sorted(set(columns.values()) - set(header)):
        raise InputError(f"{stream.name}: line 1 lacks the columns {', '.join(unknown)} that {path} names. Correct "
                         "the mapping.")
    if not {"text", "title"} & set(columns) or not {"time", "unix"} & set(columns):
        raise InputError(f"{stream.name}: its columns do not say which of them are text and time. Write {MAPPING_FILE} "
                         "beside it: [columns] with text = \"…\" and time = \"…\".")
    return {**mapping, "columns": columns, "separator": separator}


def _time(text: str | None, pattern: str | None) -> str | None:
    if not text or not pattern:
        return text
    try:
        return datetime.strptime(text, pattern).isoformat()
    except ValueError:
        return None


def _item(cells: dict[str, str], mapping: dict[str, Any]) -> Item:
    columns = mapping["columns"]

    def cell(what: str) -> str | None:
        return cells[columns[what]].strip() or None if what in columns else None

    place, name = cell("arena"), cell("account_name")
    account = cell("account") or name
    via = None if not account else ("name" if not cell("account") else "account" if account.isdigit() else "handle")
    text = "\n\n".join(part for part in (cell("title"), cell("text")) if part) or None
    links = [("reply", answered, "post")] if (answered := cell("reply_to")) else []
    links += [("url", address, "url")] if (address := cell("url")) else []
    post = RawPost(native_id=cell("id"), account=account, account_via=via, shown_name=name, unix=cell("unix"),
                   stamp=_time(cell("time"), mapping.get("time_format")),
                   edited_stamp=_time(cell("edited"), mapping.get("time_format")),
                   kind=mapping.get("post_kind", "post"), text=text, views=cell("views"), reactions=cell("reactions"),
                   forwards=cell("forwards"), replies=cell("replies"))
    return Item(RawArena(place, title=cell("arena_title"), kind=mapping.get("arena_kind", "page")), post, links)


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    mapping = _mapping_of(stream)
    builder = BatchBuilder()
    for row in csv_rows(stream, mapping["separator"]):
        if row.cells is None:
            builder.faults.append((row.line, row.reason, row.raw))
        else:
            builder.add([_item(row.cells, mapping)], row.line, row.cells)
        if builder.is_full():
            yield builder.take()
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    mapping = _mapping_of(stream)
    wanted = [mapping["columns"][what] for what in ("account_name", "account") if what in mapping["columns"]]
    rows: Iterable[dict[str, str]] = (row.cells for row in csv_rows(stream, mapping["separator"]) if row.cells)
    return {name for cells in rows for column in wanted if " " in (name := cells[column].strip())}


def _fit(stream: Stream) -> Format | None:
    """Return the format with the platform that a mapping beside the file names; None where there is no mapping."""
    path = stream.path.parent / MAPPING_FILE
    if not path.is_file() or stream.head()[:1] in (b"{", b"["):
        return None
    platform = " ".join(_read_mapping(path).get("platform", "other").casefold().split())
    return replace(FORMAT, platform=platform, letter=LETTERS.get(platform, "O"))


def _matches(head: Head) -> bool:
    return False  # only where a person says so, by --format or by a mapping


FORMAT = Format("table", "other", "O", _matches, _read, _names, fit=_fit)
