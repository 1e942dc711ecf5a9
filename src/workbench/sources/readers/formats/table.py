"""Any table or JSON, with a section `[mapping]` in its source card that says what its columns or paths are.

Without one, ``--format table`` reads columns by their usual names (text or body, author, date, ...). Forums
such as Flashback, which have no standard export, come in this way. An unknown column in a mapping is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from workbench.settings import SourceCard
from workbench.sources.readers.counts import read_counts
from workbench.sources.readers.head import Head
from workbench.sources.readers.json_values import Broken
from workbench.sources.readers.mapping import (
    COUNTS,
    Cells,
    Plan,
    is_json,
    list_columns,
    mapping_of,
    plan_columns,
    plan_reading,
    rows_of,
)
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost
from workbench.sources.readers.stamps import read_stamps

LETTERS = {"telegram": "T", "youtube": "Y", "tiktok": "K", "instagram": "I", "x": "X", "bluesky": "B", "facebook": "F",
           "threads": "H", "truth": "U", "gab": "G", "vk": "V", "reddit": "R", "discord": "D", "mastodon": "M",
           "whatsapp": "W"}


def _item(cells: Cells, columns: dict[str, str], mapping: Mapping[str, Any]) -> Item:
    def cell(what: str) -> str | None:
        return cells[columns[what]].strip() or None if what in columns else None

    def number(what: str) -> str | None:
        value = cell(what)  # pandas writes whole numbers with .0
        return value[:-2] if value and value.endswith(".0") and value[:-2].isdigit() else value

    place, name = number("arena"), cell("account_name")
    account = number("account") or name
    via = None if not account else ("name" if not cell("account") else "account" if account.isdigit() else "handle")
    text = "\n\n".join(part for part in (cell("title"), cell("text")) if part) or None
    links = [("reply", answered, "post")] if (answered := number("reply_to")) else []
    links += [("url", address, "url")] if (address := cell("url")) else []
    post = RawPost(native_id=number("id"), account=account, account_via=via, shown_name=name, unix=cell("unix"),
                   stamp=cell("time"), edited_stamp=cell("edited"), kind=mapping.get("post_kind", "post"), text=text,
                   views=cell("views"), reactions=cell("reactions"), forwards=cell("forwards"),
                   replies=cell("replies"))
    return Item(RawArena(place, title=cell("arena_title"), kind=mapping.get("arena_kind", "page")), post, links)


def _in_common(batch: Batch, plan: Plan) -> Batch:
    """Return a batch with its times as ISO 8601 and its counts as digits."""
    posts = batch.posts
    read = {}
    for what, column in (("unix", "unix"), ("time", "stamp"), ("edited", "edited_stamp")):
        way = plan.readings[what].way if what in plan.readings else None
        read[column] = read_stamps(posts[column], way) if way else pd.Series(pd.NA, posts.index, dtype="string")
    changed = {"stamp": read["unix"].fillna(read["stamp"]), "edited_stamp": read["edited_stamp"],
               "unix": pd.Series(pd.NA, posts.index, dtype="string")}
    for what in COUNTS:
        if what in plan.readings:
            changed[what] = read_counts(posts[what], plan.readings[what].way).astype("string")
    return replace(batch, posts=posts.assign(**changed))


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    mapping = mapping_of(stream)
    plan = plan_reading(stream, mapping)
    builder = BatchBuilder()
    for place, cells, raw in rows_of(stream, plan):
        if cells is not None:
            builder.add([_item(cells, plan.columns, mapping)], place, raw)
        elif isinstance(raw, Broken):
            builder.faults.append((place, raw.reason, raw.raw))
        else:
            builder.faults.append((place, "not a record", raw))
        if builder.is_full():
            yield _in_common(builder.take(), plan)
    yield _in_common(builder.take(), plan)


def _names(stream: Stream) -> set[str]:
    plan = plan_columns(stream, mapping_of(stream))
    wanted = [plan.columns[what] for what in ("account_name", "account") if what in plan.columns]
    rows = (cells for _, cells, _ in rows_of(stream, plan) if cells)
    return {name for cells in rows for column in wanted if " " in (name := cells[column].strip())}


def _fit(stream: Stream) -> Format | None:
    """Return the format with the platform of the card's mapping; None where that says nothing of such a file."""
    mapping = mapping_of(stream)
    if not mapping.get("columns") or ("records" in mapping) != is_json(stream):
        return None
    if not set(mapping["columns"].values()) & set(list_columns(stream, mapping)):
        return None  # another file of the folder, such as notes
    platform = " ".join(str(mapping.get("platform", "other")).casefold().split())
    return replace(FORMAT, platform=platform, letter=LETTERS.get(platform, "O"))


def _matches(head: Head) -> bool:
    return False  # only where a person says so, by --format or by a mapping


FORMAT = Format("table", "other", "O", _matches, _read, _names, fit=_fit)
