"""Blocks as one accessible HTML page that brings everything along and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from workbench.look import read_look
from workbench.reports.blocks import Block
from workbench.reports.document import list_contents, make_document
from workbench.reports.fragments import open_templates
from workbench.reports.schema import check_blocks


def render_html(blocks: Sequence[Block], *, language: str, draft: bool, has_contents: bool = True) -> str:
    """Write blocks as one HTML page, with the content and numbers of the PDF.

    Parameters
    ----------
    blocks
        The first one is the cover.
    draft
        Mark the page as a draft, on paper on each page.
    has_contents
        Whether the headings are listed at its beginning.

    Raises
    ------
    ReportError
        If a block does not fit the schema; the message names it.
    """
    check_blocks(blocks, language=language)
    document = make_document(blocks, language=language, draft=draft, has_contents=has_contents)
    sheet = (files("workbench.reports") / "templates" / "report.css").read_text(encoding="utf-8")
    style = read_look().for_html() + sheet
    template = open_templates().get_template("report.html.j2")
    return template.render(doc=document, contents=list_contents(document), style=style, policy=_policy(style),
                           dict=dict)


def _policy(style: str) -> str:
    """Say what a browser may load for the page: its own style sheet, bitmaps within it, and nothing else.

    The shapes of charts carry their colours as style attributes; browsers that know no rule for
    those alone take the wider one.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (f"default-src 'none'; style-src 'unsafe-inline'; style-src-elem 'sha256-{digest}'; "
            "style-src-attr 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'")
