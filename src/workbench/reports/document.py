"""Blocks put together as one document, numbered, with its contents and fixed words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.branding import Brand
from workbench.reports.blocks import Block
from workbench.reports.fragments import complete, make_labels
from workbench.reports.layout import Layout
from workbench.reports.pictures import own_ids, recolour
from workbench.wording import Wording, open_wording


def make_document(blocks: Sequence[Block], *, language: str, draft: bool, layout: Layout | None = None,
                  brand: Brand | None = None, made_up: bool = False, reasons: Sequence[str] = ()) -> dict[str, Any]:
    """Return what both templates read.

    Figures and tables are numbered in their order; ids within pictures are made their own. A figure says where its
    numbers and its method stand; what holds for all of a chapter is said at the first of it.

    Returns
    -------
    document
        `cover`, `language` (its code in HTML and PDF), `direction` (ltr or rtl), `draft`, `made_up`, `reasons` (why it
        is a draft, in words), `form`, `scale` (of its letters, as `render_pdf` fits them to its pages), `has_cover`,
        `has_contents`, `labels` (fixed words by name), `removed` (a sentence, or empty), `blocks`: content with `kind`,
        and `number` or `id` where a kind has one; and `slides`, the same blocks as `split_slides` gives them.
    """
    layout = layout or Layout()
    removed, wording = sum(b.removed for b in blocks), open_wording(language)
    counts: dict[str, int] = {}
    placed = []
    for block in blocks[1:]:
        counts[block.kind] = number = counts.get(block.kind, 0) + 1
        content = complete({**block.content, "kind": block.kind, "number": number, "id": f"{block.kind}-{number}"})
        if picture := content if block.kind == "figure" else content.get("strip"):
            # a copy: the block stays as it is
            picture = {**picture, "svg": recolour(own_ids(picture["svg"], prefix=f"{content['id']}-"),
                                                  brand.colour if brand else None)}
            content = picture if block.kind == "figure" else {**content, "strip": picture}
        placed.append(content)
    _tell_once(placed, wording)
    _refer(placed, wording)
    return {
        "cover": dict(blocks[0].content),
        "language": wording.tag,
        "direction": wording.direction,
        "draft": draft,
        "made_up": made_up,
        "reasons": [wording.say(f"report.draft.{reason}") for reason in reasons],
        "form": layout.form,
        "scale": 1.0,
        "has_cover": layout.cover,
        "has_contents": layout.contents,
        "labels": make_labels(language),
        "removed": wording.say("report.removed", count=removed) if removed else "",
        "blocks": placed,
        "slides": split_slides(placed) if layout.form == "slides" else [],
    }


def split_slides(placed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the slides: what stands from one heading of level 1 to the next, behind the cover's own.

    Returns
    -------
    slides
        Each with `blocks`, `notes` (the speaker's, paragraphs) and `source`.
    """
    slides: list[dict[str, Any]] = [{"blocks": [], "notes": [], "source": ""}]
    for content in placed:
        if content["kind"] == "heading" and content["level"] == 1:
            slides.append({"blocks": [], "notes": [], "source": ""})
        if content["kind"] == "notes":
            slides[-1] |= {"notes": content["text"], "source": content["source"]}
        else:
            slides[-1]["blocks"].append(content)
    return slides


def list_contents(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of the contents, levels 1 and 2: `level`, `text` and `id`."""
    entries: list[dict[str, Any]] = []
    for block in document["blocks"]:
        match block["kind"]:
            case "heading" if block["level"] <= 2:
                entries.append({"level": block["level"], "text": block["text"], "id": block["id"]})
            case "summary" | "focus":
                entries.append({"level": 1, "text": block["heading"], "id": block["id"]})
        for part in ("sources", "parts"):
            if block["kind"] == "method" and block[part]:
                entries.append({"level": 2, "text": block[f"{part}_heading"], "id": f"{block['id']}-{part}"})
    return entries


def _tell_once(placed: list[dict[str, Any]], wording: Wording) -> None:
    """Say a sentence once in a chapter, what a dash means once, and whose figures they are once in a chapter.

    A figure whose title stands above it already is called by what it shows.
    """
    none, is_said, source = wording.number(None), False, ""
    told: set[str] = set()
    for content in placed:
        if content["kind"] == "heading" and content["level"] == 1:
            source, told = "", set()
        if content["kind"] == "finding":
            told.add(content["sentence"])
        if content["kind"] == "figure":
            title, name = content["title"], content.pop("name", content["title"])
            content["title"] = name if title in told else title
            told.add(title)
            content["source"], source = "" if content["source"] == source else content["source"], content["source"]
        if content["kind"] == "table" and not is_said and any(none in row for row in content["rows"]):
            content["note"] = f"{wording.say('report.dash')} {content['note']}".strip()
            is_said = True


def _refer(placed: list[dict[str, Any]], wording: Wording) -> None:
    """Give each figure the places of its numbers and of its method, and tie what belongs together to the same page."""
    tables = {c["key"]: c for c in reversed(placed) if c["kind"] == "table"}
    methods = [c["id"] for c in placed if c["kind"] == "method"]
    for content in (c for c in placed if c["kind"] == "figure"):
        table = tables.get(content["key"]) or tables.get(content["finding"])
        file = f"tables/{content['key']}.csv"
        told = (f"{wording.say('report.table').lower()} {table['number']}" if table
                else wording.say("report.data_file", file=file))
        content["data"] = {"text": told, "id": table["id"] if table else ""}
        content["method"] = methods[0] if methods else ""
        if not methods and content["source"]:
            content["source"] = wording.say("report.own_source_alone")
    for content, after in zip(placed, [*placed, None][1:], strict=True):
        content["sticky"] = after is not None and content["kind"] in ("text", "list") and after["kind"] in (
            "figure", "table", "finding", "numbers", "list")
