"""Blocks as an accessible PDF (PDF/UA-1), typeset by Typst."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from workbench.errors import ReportError
from workbench.look import read_look
from workbench.reports.blocks import Block
from workbench.reports.document import make_document
from workbench.reports.fonts import font_folders
from workbench.reports.schema import check_blocks

if TYPE_CHECKING:
    from typst import Fonts

# the same bytes whenever it is made: 2000-01-01, shown nowhere
_TIMESTAMP = 946_684_800


def render_pdf(blocks: Sequence[Block], *, language: str, draft: bool, has_cover: bool = True,
               has_contents: bool = True) -> bytes:
    """Typeset blocks as PDF/UA-1; the same blocks give the same bytes.

    Parameters
    ----------
    blocks
        The first one is the cover.
    draft
        Mark every page as a draft.
    has_cover
        Whether the cover is a page of its own, or a head above the first block.
    has_contents
        Whether the headings are listed behind it.

    Raises
    ------
    ReportError
        If a block does not fit the schema or cannot be typeset; the message names it.
    """
    check_blocks(blocks, language=language)
    try:
        return _typeset(make_document(blocks, language=language, draft=draft, has_cover=has_cover,
                                      has_contents=has_contents))
    except _TypesettingError as error:
        where = _guilty(blocks, language=language)
        raise ReportError(f"{where} cannot be typeset: {error}. Correct the block, or report this as a fault of the "
                          "template.") from error


class _TypesettingError(Exception):
    """What Typst said, without any text of the document."""


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders())


def _typeset(document: dict[str, Any]) -> bytes:
    import typst

    folder = files("workbench.reports") / "templates"
    compiler = typst.Compiler(
        (folder / "report.typ").read_bytes(),
        root=str(folder),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(document, ensure_ascii=False, sort_keys=True),
                    "look": json.dumps(read_look().for_pdf(), ensure_ascii=False, sort_keys=True)},
    )
    try:
        made, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["ua-1"], timestamp=_TIMESTAMP)
    except typst.TypstError as error:
        raise _TypesettingError(error.message) from error
    if warnings or not isinstance(made, bytes):
        raise _TypesettingError("; ".join(w.message for w in warnings))
    return made


def _guilty(blocks: Sequence[Block], *, language: str) -> str:
    """Name the first block that fails when typeset alone behind the cover."""
    for number, block in enumerate(blocks[1:], start=2):
        # below a heading of its own, since a lone one of level 2 would fail for its level
        alone = [blocks[0], Block("heading", {"text": "–", "level": 1}, language), block]
        try:
            _typeset(make_document(alone, language=language, draft=False))
        except _TypesettingError:
            return block.where or f"block {number}"
    return "The report as a whole"
