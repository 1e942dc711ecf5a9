"""The content of blocks as the HTML that a notebook shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from workbench.reports.pictures import own_ids
from workbench.wording import open_wording

if TYPE_CHECKING:
    from jinja2 import Environment

_LABELS = ("contents", "draft", "draft_note", "figure", "table", "page", "contact", "version", "skip",
           "period", "confidence", "made_up", "why_draft", "data", "method", "appendix", "recommendations", "unknown",
           "logo")
_OF_SLIDES = ("source", "notes", "show_notes")  # languages of single products may go without
# what a block of a kind may go without, and what then stands there
_OPTIONAL: dict[str, dict[str, Any]] = {"summary": {"strip": {}, "recommendations": [], "unknown": [],
                                                    "reading_time": ""}}
ARROWS = {"up": "↑", "down": "↓", "same": "→"}



def write_fragment(contents: Sequence[Mapping[str, Any]], *, language: str) -> str:
    """Write the content of blocks as HTML: a fragment, unnumbered, without a style sheet.

    Parameters
    ----------
    contents
        Of each block, with its `kind`.
    """
    show: Any = open_templates().get_template("blocks.html.j2").module
    labels = make_labels(language)
    return "".join(str(show.show(complete({**_own(content), "number": "", "id": ""}), labels)) for content in contents)


def complete(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a block with all that templates ask for: empty where it may be left out."""
    whole: dict[str, Any] = {"data": {}, "method": "", "logo": "", **_OPTIONAL.get(content["kind"], {}), **content}
    for part in ("tiles", "items"):
        if whole["kind"] != "list" and part in whole:
            whole[part] = [{**item, "arrow": item.get("arrow", "")} for item in whole[part]]
    return whole


def fixed_messages() -> tuple[str, ...]:
    """Return the ids of all that is said around the blocks of a sheet, whatever they hold."""
    reasons = ("open", "name", "contact", "made_up_name", "made_up_contact", "native")
    return (*(f"report.{name}" for name in _LABELS), *(f"report.arrow.{name}" for name in ARROWS),
            *(f"report.draft.{reason}" for reason in reasons),
            *(f"report.sheet_{part}" for part in ("contents", "name", "title", "note", "empty")),
            "report.days", "report.removed", "report.no_contacts", "report.nothing_told", "unit.quarter", "unit.and",
            "unit.percent")


def make_labels(language: str) -> dict[str, Any]:
    """Return the fixed words of a document by name."""
    wording = open_wording(language)
    arrows = {name: {"sign": sign, "word": wording.say(f"report.arrow.{name}")} for name, sign in ARROWS.items()}
    names = (*_LABELS, *(name for name in _OF_SLIDES if wording.knows(f"report.{name}")))
    return {**{name: wording.say(f"report.{name}") for name in names}, "arrows": arrows}


@lru_cache(maxsize=1)
def open_templates() -> Environment:
    """Return the HTML templates; every value is escaped, and one that is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader("workbench.reports"), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)


def _own(content: Mapping[str, Any]) -> dict[str, Any]:
    if not content.get("svg"):
        return dict(content)
    # other cells show pictures on the same page, and all number their ids from one
    digest = hashlib.sha256(content["svg"].encode()).hexdigest()[:12]
    return {**content, "svg": own_ids(content["svg"], prefix=f"shown-{digest}-")}
