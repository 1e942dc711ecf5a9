"""Blocks as one accessible HTML page that brings everything along and asks for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from workbench.look import read_look
from workbench.reports.blocks import Block
from workbench.reports.document import list_contents, make_document, make_labels
from workbench.reports.pictures import own_ids
from workbench.reports.schema import check_blocks

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(blocks: Sequence[Block], *, language: str, draft: bool) -> str:
    """Write blocks as one HTML page, with the content and numbers of the PDF.

    Parameters
    ----------
    blocks
        The first one is the cover.
    draft
        Mark the page as a draft, on paper on each page.

    Raises
    ------
    ReportError
        If a block does not fit the schema; the message names it.
    """
    check_blocks(blocks, language=language)
    document = make_document(blocks, language=language, draft=draft)
    sheet = (files("workbench.reports") / "templates" / "report.css").read_text(encoding="utf-8")
    style = read_look().for_html() + sheet
    template = _environment().get_template("report.html.j2")
    return template.render(doc=document, contents=list_contents(document), style=style, dict=dict)


def blocks_as_html(blocks: Sequence[Block]) -> str:
    """Write blocks the way a notebook shows them: a fragment, unnumbered, without a style sheet."""
    labels = make_labels(blocks[0].language)
    show: Any = _environment().get_template("blocks.html.j2").module
    shown = [{**b.content, "kind": b.kind, "number": "", "id": ""} for b in blocks]
    for number, block in enumerate(shown):
        if "svg" in block:
            block["svg"] = own_ids(block["svg"], prefix=f"shown-{number}-")
    return "".join(str(show.show(b, labels)) for b in shown)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader("workbench.reports"), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
