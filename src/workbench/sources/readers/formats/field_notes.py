"""Field notes of street workers: the form of `workbench field-notes`, as Excel or CSV.

One row is one observation: when, where, what kind of content and how severe, in coded and person-free words. Column
names and codes are those of any language of the reports. The row's code, severity and platform become the relations
`code`, `severity` and `platform` of a post of kind *field note*; the remark is its text, redacted like any other. Who
made the note is not in the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache

from workbench.errors import InputError
from workbench.settings import LANGUAGES, SourceCard
from workbench.sources.readers.csv_stream import csv_rows
from workbench.sources.readers.head import Head, header_of
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost
from workbench.tables.platforms import PLATFORMS
from workbench.tables.posts import FIELD_NOTE, FIELD_NOTES
from workbench.wording import open_wording

COLUMNS = ("date", "time", "platform", "arena", "content", "severity", "remark")
NEEDED = ("date", "arena", "content", "severity")
CODES = ("violence", "exposure", "intimate images", "drugs", "weapons", "recruitment", "extremism", "self-harm",
         "misinformation", "fraud", "bullying", "grooming", "hate", "recognition", "other")
SEVERITIES = ("1", "2", "3", "4")
_PLATFORM_NAMES = {called.casefold(): platform.name for platform in PLATFORMS
                   for called in (platform.name, *platform.codes)}
_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")


def _columns(head: Head) -> frozenset[str]:
    found = head.columns if len(head.columns) > 1 else head.semicolon_columns
    return frozenset(_english(column) for column in found)


def _english(word: str) -> str:
    word = " ".join(word.casefold().split())
    return word if word in COLUMNS or word in CODES else _known_words().get(word, word)


@cache
def _known_words() -> dict[str, str]:
    """Return the columns and codes by what the form calls them in any language; a word has one meaning in all."""
    return {wording.say(f"form.{kind}.{word}"): word for wording in map(open_wording, LANGUAGES)
            for kind, words in (("column", COLUMNS), ("code", CODES)) for word in words}


def _matches(head: Head) -> bool:
    return _columns(head) >= set(NEEDED)


def _day(text: str) -> str | None:
    """Return a date, ISO or day first, as ISO; None where it is none."""
    found = _DAY.fullmatch(text.strip())
    written = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text.strip()[:10]
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return None


def _clock(text: str) -> str:
    try:
        return datetime.strptime(text.strip().replace(".", ":")[:5], "%H:%M").strftime("%H:%M")
    except ValueError:
        return "12:00"


def _fault(note: dict[str, str]) -> str | None:
    """Return what is wrong with a note, in words for the quarantine; None where it is well formed."""
    missing = [column for column in NEEDED if not note.get(column, "").strip()]
    if missing:
        return f"empty: {', '.join(missing)}"
    if not _day(note["date"]):
        return "the date is not written as 2025-09-30 or 30-09-2025"
    if _english(note["content"]) not in CODES:
        return "content is no code of the form"
    return None if note["severity"].strip().removesuffix(".0") in SEVERITIES else "severity is not 1, 2, 3 or 4"


def _items(note: dict[str, str]) -> Iterable[Item]:
    platform = note.get("platform", "").strip().casefold()
    place = " ".join(note["arena"].split())
    stamp = f"{_day(note['date'])}T{_clock(note.get('time', ''))}:00"
    codes = [("code", _english(note["content"]), "code"),
             ("severity", note["severity"].strip().removesuffix(".0"), "code")]
    if platform:
        # what people write may be anything: only what is a platform is kept as one
        codes.append(("platform", _PLATFORM_NAMES.get(platform, "other"), "code"))
    post = RawPost(stamp=stamp, kind=FIELD_NOTE, text=note.get("remark", "").strip() or None)
    yield Item(RawArena(f"{platform}/{place.casefold()}", title=place), post, codes)


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    with stream.open() as opened:
        first = opened.readline()
    separator = "," if len(header_of(first)) > 1 else ";"
    missing = set(NEEDED) - {_english(column) for column in header_of(first, separator)}
    if missing:
        raise InputError(f"{stream.name}: line 1 lacks the columns {', '.join(sorted(missing))} of the field notes' "
                         "form. `workbench field-notes` writes an empty form.")
    builder = BatchBuilder()
    for row in csv_rows(stream, separator):
        note = {_english(column): cell for column, cell in (row.cells or {}).items()}
        if row.cells is None:
            builder.faults.append((row.line, row.reason, row.raw))
        elif not any(cell.strip() for cell in note.values()):
            continue  # the form's empty rows
        elif fault := _fault(note):
            builder.faults.append((row.line, fault, row.cells))
        else:
            builder.add(_items(note), row.line, row.cells)
        if builder.is_full():
            yield builder.take()
    yield builder.take()


FORMAT = Format("field-notes", FIELD_NOTES, "N", _matches, _read, lambda stream: set(), gives=("text",))
