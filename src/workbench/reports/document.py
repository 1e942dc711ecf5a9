"""Blocks put together as one document, numbered, with its contents and fixed words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.reports.blocks import Block
from workbench.reports.fragments import make_labels
from workbench.reports.pictures import own_ids
from workbench.wording import open_wording


def make_document(blocks: Sequence[Block], *, language: str, draft: bool, has_cover: bool = True,
                  has_contents: bool = True) -> dict[str, Any]:
    """Return what both templates read.

    Figures and tables are numbered in their order; ids within pictures are made their own.

    Returns
    -------
    document
        `cover`, `language` (its code in HTML and PDF), `draft`, `has_cover`, `has_contents`, `labels` (fixed words by
        name), `removed` (a sentence, or empty) and `blocks`: content with `kind`, and `number` or `id` where a kind has
        one.
    """
    removed = sum(b.removed for b in blocks)
    counts: dict[str, int] = {}
    placed = []
    for block in blocks[1:]:
        counts[block.kind] = number = counts.get(block.kind, 0) + 1
        content = {**block.content, "kind": block.kind, "number": number, "id": f"{block.kind}-{number}"}
        if block.kind == "figure":
            content["svg"] = own_ids(block.content["svg"], prefix=f"figure-{number}-")
        placed.append(content)
    return {
        "cover": dict(blocks[0].content),
        "language": open_wording(language).tag,
        "draft": draft,
        "has_cover": has_cover,
        "has_contents": has_contents,
        "labels": make_labels(language),
        "removed": open_wording(language).say("report.removed", count=removed) if removed else "",
        "blocks": placed,
    }


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
