"""Blocks as one accessible HTML page that brings everything along and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from workbench.branding import Brand
from workbench.look import read_look
from workbench.reports.blocks import Block
from workbench.reports.document import list_contents, make_document
from workbench.reports.fonts import web_font
from workbench.reports.fragments import open_templates
from workbench.reports.layout import Layout
from workbench.reports.schema import check_blocks, texts_of
from workbench.reports.slides import write_slides


def render_html(blocks: Sequence[Block], *, language: str, draft: bool, layout: Layout | None = None,
                brand: Brand | None = None, made_up: bool = False, reasons: Sequence[str] = ()) -> str:
    """Write blocks as one HTML page, with the content and numbers of the PDF.

    Parameters
    ----------
    blocks
        The first one is the cover.
    draft
        Mark the page as a draft, on paper on each page.
    layout
        Whether the headings are listed at its beginning, and its form; None: as a report with both.
    brand
        Colour and logo of the municipality.
    made_up
        Say that the posts are made up.
    reasons
        Why it is a draft, told at its beginning.

    Raises
    ------
    ReportError
        If a block does not fit the schema; the message names it.
    """
    layout = layout or Layout()
    check_blocks(blocks, language=language, form=layout.form)
    document = make_document(blocks, language=language, draft=draft, layout=layout, brand=brand,
                             made_up=made_up, reasons=reasons)
    brand = brand or Brand()
    characters = "".join(texts_of([document["cover"], document["labels"], document["blocks"], document["reasons"],
                                   document["removed"], document["slides"]]))
    style = (web_font(frozenset(characters)) + read_look().with_accent(brand.colour).for_html()
             + _sheet("blocks.css") + _sheet("deck.css" if document["slides"] else "report.css"))
    if document["slides"]:
        return _deck(document, style, brand)
    template = open_templates().get_template("report.html.j2")
    return template.render(doc=document, contents=list_contents(document), style=style, policy=_policy(style),
                           logo=brand.address(), dict=dict)


def _deck(document: dict[str, Any], style: str, brand: Brand) -> str:
    """Return slides that keys turn, with the speaker's notes behind a button and the key S."""
    labels, cover = document["labels"], document["cover"]
    sections = open_templates().get_template("slides.html.j2").render(doc=document, logo=brand.address(), dict=dict)
    button = (f'<button type="button" class="turn" aria-pressed="false" data-label="{escape(labels["notes"])}">'
              f'{escape(labels["show_notes"])}</button>\n')
    title = f"{labels['draft']}: " * document["draft"] + f"{cover['title']} – {cover['place']}"
    return write_slides(sections, title=title, language=document["language"], style=style, before=button,
                        author=cover["author"])


def _sheet(name: str) -> str:
    return (files("workbench.reports") / "templates" / name).read_text(encoding="utf-8")


def _policy(style: str) -> str:
    """Say what a browser may load for the page: its own style sheet, font and bitmaps, and nothing else.

    The shapes of charts carry their colours as style attributes; browsers that know no rule for
    those alone take the wider one.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (f"default-src 'none'; style-src 'unsafe-inline'; style-src-elem 'sha256-{digest}'; "
            "style-src-attr 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'")
