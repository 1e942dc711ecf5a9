"""What a block must hold before it may stand in a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.errors import ReportError
from workbench.reports.blocks import FILES, Block
from workbench.reports.fonts import known_characters
from workbench.reports.fragments import ARROWS
from workbench.reports.pictures import read_picture
from workbench.spreadsheets import clean_text
from workbench.tables.alerts import LEVELS

KINDS: dict[str, dict[str, type]] = {
    "cover": {"title": str, "place": str, "period": str, "days": str, "contact": str, "author": str, "digest": str},
    "heading": {"text": str, "level": int},
    "text": {"text": str},
    "numbers": {"tiles": list},
    "finding": {"key": str, "sentence": str, "facts": list, "caveats": list, "confidence": str, "level": str},
    "summary": {"heading": str, "tiles": list, "items": list, "note": str},
    "list": {"items": list},
    "figure": {"title": str, "subtitle": str, "alt": str, "svg": str, "source": str, "key": str, "finding": str,
               "csv": str},
    "table": {"title": str, "columns": list, "rows": list, "note": str, "key": str, "csv": str},
    "recommendations": {"groups": list, "basis_label": str, "owner_label": str, "effort_label": str,
                        "indicator_label": str},
    "contacts": {"lines": list},
    "alert": {"alert_id": str, "level": str, "level_word": str, "fields": list, "spread": str, "do_label": str,
              "do": list, "do_not_label": str, "do_not": list, "decides_label": str, "decides": str,
              "contacts_label": str, "lines": list, "message_label": str, "message": str, "note": str, "title": str,
              "key": str, "csv": str},
    "notes": {"text": list, "source": str},
    "page": {},
    "poster": {"text": str, "signs": int},
    "activities": {"activities": list, "materials_label": str, "marker_label": str},
    "questions": {"questions": list, "marks": str},
    "answers": {"answers": list},
    "points": {"lead": str, "points": list},
    "focus": {"label": str, "heading": str, "lead": str, "paragraphs": list},
    "vignettes": {"note": str, "vignettes": list},
    "method": {"intro": list, "sources_heading": str, "sources": list, "parts_heading": str,
               "parts": list},
}
_ITEMS: Mapping[str, Mapping[str, type]] = {
    "tiles": {"key": str, "value": str, "label": str, "note": str},
    "items": {"key": str, "sentence": str, "level": str, "confidence": str},
    "recommendations": {"number": int, "text": str, "addressee": str},
    "columns": {"label": str, "align": str},
    "sources": {"title": str, "columns": list, "rows": list},
    "parts": {"title": str, "columns": list, "rows": list},
    "groups": {"addressee": str, "entries": list},
    "entries": {"number": str, "text": str, "key": str, "cited": str, "basis": str, "owner": str, "effort": str,
                "indicator": str},
    "vignettes": {"title": str, "text": str},
    "fields": {"name": str, "value": str}, "do": {}, "do_not": {},
    "lines": {"name": str, "phone": str, "web": str, "hours": str, "text": str},
    "activities": {"title": str, "about": str, "text": str, "steps": list, "materials": str, "marker": str},
    "questions": {"text": str, "choices": list},
    "answers": {"text": str, "right": str, "why": str},
    "steps": {}, "choices": {},
    "points": {}, "text": {}, "paragraphs": {}, "facts": {}, "caveats": {}, "intro": {}, "rows": {}, "unknown": {},
}
# what a block may hold besides, and an item of a list
_OPTIONAL: dict[str, dict[str, type]] = {
    "figure": {"name": str},
    "summary": {"strip": dict, "recommendations": list, "unknown": list, "reading_time": str},
    "tiles": {"arrow": str},
    "items": {"arrow": str},
}
# files are named after it
_FILE_NAME = re.compile(r"[a-z0-9_]+")
_MAY_BE_EMPTY = frozenset({"days", "note", "addressee", "cited", "arrow", "reading_time",
                          "phone", "web", "hours", "materials", "marker"})
# what brings its own heading, or fills a page of its own
_NO_SLIDE = frozenset({"alert", "summary", "focus", "method", "recommendations", "page"})
_LEVELS = {"alert": 1, "summary": 1, "focus": 1, "method": 2, "recommendations": 2}


def check_blocks(blocks: Sequence[Block], *, language: str, form: str = "report") -> None:
    """Check the blocks of a report, each for itself and all together.

    Parameters
    ----------
    form
        One of `layout.FORMS`; every slide must have notes.

    Raises
    ------
    ReportError
        If a block is of an unknown kind, lacks a key, has one too many or of another type;
        if a table's row is not as long as its header, an alt text is empty, a heading skips a
        level, a picture is broken, a character cannot be printed, the cover is not first and
        only, languages or releases differ, or a slide does not say where its claims come from. The message names
        cell and block, or the slide.
    """
    if not blocks or blocks[0].kind != "cover" or sum(b.kind == "cover" for b in blocks) > 1:
        raise ReportError("The report must start with its cover, and have one only. Show render_cover(…) in the first "
                          "cell that shows a block.")
    level = 0
    for number, block in enumerate(blocks, start=1):
        where = block.where or f"block {number}"
        faults = _faults(block)
        if not faults and block.kind in ("heading", "method", "recommendations"):
            # the parts of the appendix and the addressees are headings of level 2
            faults = _heading_faults(block.content.get("level", 2), level)
        if faults:
            raise ReportError(f"{where}, of the kind {block.kind!r}: {'; '.join(faults)}. Make the block with the "
                              "render_ function of its kind, and run the notebook again.")
        level = block.content["level"] if block.kind == "heading" else _LEVELS.get(block.kind, level)
    if form == "slides" and (faults := _slide_faults(blocks)):
        raise ReportError(" ".join(faults))
    languages = {language, *(b.language for b in blocks)}
    releases = {b.release for b in blocks if b.release}
    for what, count in (("languages", len(languages)), ("releases", len(releases))):
        if count > 1:
            raise ReportError(f"The blocks are of {count} different {what}. Run the whole notebook again, from its "
                              "first cell, on one release and in one language.")


def _slide_faults(blocks: Sequence[Block]) -> list[str]:
    """Every slide, the cover too, has speaker notes once, and with them its source."""
    faults, name, told = [], str(blocks[0].content["title"]), 0
    for block in [*blocks[1:], None]:
        if block is None or (block.kind == "heading" and block.content["level"] == 1):
            if told != 1:
                faults.append(f"The slide “{name}” has {'no source' if not told else f'{told} blocks of notes'}. Show "
                              "render_notes(…, sources=[…]) on it once: every slide says where its claims come from.")
            name, told = str(block.content["text"]) if block else "", 0
        elif block.kind in _NO_SLIDE:
            faults.append(f"The slide “{name}” holds a block of the kind {block.kind!r}, which has no room on a slide. "
                          "Show a finding, a figure or a list in its place.")
        else:
            told += block.kind == "notes"
    return faults


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of a block's content, pictures left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in FILES:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


def _faults(block: Block) -> list[str]:
    if block.kind not in KINDS:
        return [f"no such kind; there are {', '.join(KINDS)}"]
    faults = list(_key_faults(block.content, KINDS[block.kind], _OPTIONAL.get(block.kind, {}), _parts(block.kind)))
    if block.kind == "alert" and block.content.get("level") not in LEVELS:
        faults.append(f"level must be one of {', '.join(LEVELS)}")
    return faults or [*_table_faults(block), *_character_faults(block), *_file_faults(block)]


def _key_faults(content: Mapping[str, Any], keys: Mapping[str, type],
                optional: Mapping[str, type], parts: Mapping[str, Mapping[str, type]]) -> Iterator[str]:
    for key in sorted(set(keys) - set(content)):
        yield f"{key} is missing"
    keys = {**keys, **optional}
    for key in sorted(set(content) - set(keys)):
        yield "a key is unknown" if not key.isidentifier() else f"{key} is unknown"
    for key, kind in keys.items():
        if key not in content:
            continue
        value = content[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            yield f"{key} must be {kind.__name__}"
        elif key == "arrow" and value not in ("", *ARROWS):
            yield f"an arrow is none of {', '.join(ARROWS)}"
        elif isinstance(value, str) and key not in _MAY_BE_EMPTY and not value.strip():
            yield f"{key} is empty"
        elif isinstance(value, list):
            yield from _item_faults(key, value, parts)


def _parts(kind: str) -> Mapping[str, Mapping[str, type]]:
    """Return what the items of each list in a block must hold; the items of a plain list are texts."""
    return {**_ITEMS, "items": {}} if kind == "list" else _ITEMS


def _item_faults(key: str, items: list[Any], parts: Mapping[str, Mapping[str, type]]) -> Iterator[str]:
    keys = parts[key]
    for number, item in enumerate(items, start=1):
        if keys and not isinstance(item, dict):
            yield f"{key} {number} is not a set of keys"
        elif keys:
            yield from (f"{key} {number}: {fault}" for fault in _key_faults(item, keys, _OPTIONAL.get(key, {}), parts))
        elif key != "rows" and not isinstance(item, str):
            yield f"{key} {number} is not text"


def _table_faults(block: Block) -> Iterator[str]:
    content = block.content
    tables = [content] if block.kind == "table" else [*content.get("sources", []), *content.get("parts", [])]
    for table in tables:
        width = len(table["columns"])
        if not width:
            yield "a table has no columns"
        if any(c["align"] not in ("left", "right") for c in table["columns"]):
            yield "a column is aligned neither left nor right"
        for number, row in enumerate(table["rows"], start=1):
            if not isinstance(row, list) or not all(isinstance(v, str) for v in row):
                yield f"row {number} is not a list of texts"
            elif len(row) != width:
                yield f"row {number} has {len(row)} cells under a header of {width}"


def _character_faults(block: Block) -> Iterator[str]:
    text = "".join(texts_of(dict(block.content)))
    if removed := clean_text(text)[1]:
        yield f"{removed} characters cannot be seen or turn the direction of the text"
        return
    lost = sorted({ord(c) for c in text} - known_characters())
    if lost:
        yield f"no packaged font has the characters {', '.join(f'U+{c:04X}' for c in lost)}"


def _file_faults(block: Block) -> Iterator[str]:
    if not _FILE_NAME.fullmatch(block.content.get("key", "key")):
        yield "its key is not a plain name"
    picture = block.content if block.kind == "figure" else block.content.get("strip")
    if picture and not all(isinstance(picture.get(key), str) and picture[key].strip() for key in ("svg", "alt")):
        yield "a picture has no alt text"
    elif picture:
        try:
            read_picture(picture["svg"])
        except ReportError as error:
            yield str(error)


def _heading_faults(level: int, before: int) -> list[str]:
    if level not in (1, 2, 3):
        return [f"the heading is of level {level}, and there are 1, 2 and 3"]
    if level > before + 1:
        return [f"the heading is of level {level} after level {before}, which skips one"]
    return []
