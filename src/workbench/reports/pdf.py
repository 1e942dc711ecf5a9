"""Blocks as an accessible PDF (PDF/UA-1), typeset by Typst."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from workbench.branding import Brand
from workbench.errors import ReportError
from workbench.look import read_look
from workbench.reports.blocks import Block
from workbench.reports.document import make_document
from workbench.reports.fonts import font_folders
from workbench.reports.layout import Layout
from workbench.reports.schema import check_blocks

if TYPE_CHECKING:
    from typst import Fonts

# the same bytes whenever it is made: 2000-01-01, shown nowhere
_TIMESTAMP = 946_684_800
_TEMPLATES = {"slides": "slides.typ"}  # of a form; every other is set as a report
_OVERFULL = re.compile(r"panicked with: slide (\d+)")
# of the letters of a sheet, largest first; with less the smallest would be below 7.5 points
SCALES = (1.38, 1.32, 1.26, 1.21, 1.16, 1.11, 1.05, 1.0, 0.97, 0.94)
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_ROW = re.compile(rb"/Type/StructElem/S/TR/P \d+ 0 R/K\[[^\]]*\]")
_FIRST = re.compile(rb"/K\[(\d+) 0 R")
_CELL = re.compile(rb"(\d+) 0 obj\n(<</Type/StructElem/S/TD/P \d+ 0 R/A\[)(<</O/Table[^>]*>>)(<</O/Layout[^>]*>>)"
                   rb"(\]/K\[[^\]]*\]/Pg \d+ 0 R>>)")


def render_pdf(blocks: Sequence[Block], *, language: str, draft: bool, layout: Layout | None = None,
               brand: Brand | None = None, made_up: bool = False, reasons: Sequence[str] = ()) -> bytes:
    """Typeset blocks as PDF/UA-1; the same blocks give the same bytes.

    Parameters
    ----------
    blocks
        The first one is the cover.
    draft
        Mark every page as a draft.
    layout
        Whether the cover is a page of its own, or a head above the first block, whether the headings are listed, and
        how tight the pages are set; None: as a report with both. A sheet that promises a number of pages is set in
        the largest letters with which it takes as many, from `SCALES`.
    brand
        Colour and logo of the municipality.
    made_up
        Say on every page that the posts are made up.
    reasons
        Why it is a draft, told at its beginning.

    Raises
    ------
    ReportError
        If a block does not fit the schema or cannot be typeset; the message names it.
    """
    check_blocks(blocks, language=language, form=layout.form if layout else "report")
    try:
        document = make_document(blocks, language=language, draft=draft, layout=layout, brand=brand,
                                 made_up=made_up, reasons=reasons)
        return head_rows(_fit(document, brand or Brand(), layout or Layout()))
    except _TypesettingError as error:
        if full := _OVERFULL.fullmatch(str(error)):
            raise ReportError(_say_overfull(blocks, int(full[1]))) from None
        where = _guilty(blocks, language=language, layout=layout)
        raise ReportError(f"{where} cannot be typeset: {error}. Correct the block, or report this as a fault of the "
                          "template.") from error


class _TypesettingError(Exception):
    """What Typst said, without any text of the document."""


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders())


def head_rows(made: bytes) -> bytes:
    """Return a PDF of Typst's in which the first cell of each row of a table is the header of its row.

    Typst has no words for that yet. Its tags lie open in the file: the cell's tag and scope take the room of what the
    tags say of border colours, so that no byte behind them moves.
    """
    firsts = {found[1] for row in _ROW.finditer(made) if (found := _FIRST.search(row[0]))}

    def head(cell: re.Match[bytes]) -> bytes:
        number, begin, table, layout, end = cell.groups()
        is_first = number in firsts
        said = b"<</O/Table/Scope/Row>>" if is_first else b""
        # another cell finds its headers by their scope, those of rows as well
        return b"".join([number, b" 0 obj\n", begin.replace(b"/S/TD", b"/S/TH") if is_first else begin,
                         said.ljust(len(table) + len(layout)), end])

    return _CELL.sub(head, made)


def count_pages(pdf: bytes) -> int:
    """Count the pages of a PDF that Typst wrote: it leaves their objects uncompressed.

    Raises
    ------
    ReportError
        If none is found, so that a promise about pages is never kept by an unread file.
    """
    pages = len(_PAGE.findall(pdf))
    if not pages:
        raise ReportError("The pages of the PDF cannot be counted. This is a fault of the workbench: report it.")
    return pages


def _fit(document: dict[str, Any], brand: Brand, layout: Layout) -> bytes:
    """Typeset a document; one that keeps no promise about its pages in any size is set in its own."""
    if layout.form not in ("sheet", "fragment") or not (layout.pages or layout.most_pages):
        return _typeset(document, brand)
    for scale in SCALES if layout.pages else SCALES[SCALES.index(1.0):]:
        made = _typeset({**document, "scale": scale}, brand)
        pages = count_pages(made)
        if pages == layout.pages or (not layout.pages and pages <= (layout.most_pages or pages)):
            return made
        if layout.pages and pages < layout.pages:
            break  # smaller letters take no more pages
    return _typeset(document, brand)


def _typeset(document: dict[str, Any], brand: Brand) -> bytes:
    import typst

    folder = files("workbench.reports") / "templates"
    logo = {"format": ("svg" if brand.is_svg else "png") if brand.logo else "", "data": list(brand.logo or b"")}
    look = read_look().with_accent(brand.colour)
    compiler = typst.Compiler(
        (folder / _TEMPLATES.get(document["form"], "report.typ")).read_bytes(),
        root=str(folder),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps({**document, "logo": logo}, ensure_ascii=False, sort_keys=True),
                    "look": json.dumps(look.for_pdf(), ensure_ascii=False, sort_keys=True)},
    )
    try:
        made, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["ua-1"], timestamp=_TIMESTAMP)
    except typst.TypstError as error:
        raise _TypesettingError(error.message) from error
    if warnings or not isinstance(made, bytes):
        raise _TypesettingError("; ".join(w.message for w in warnings))
    return made


def _say_overfull(blocks: Sequence[Block], number: int) -> str:
    titles = [str(b.content["title" if b.kind == "cover" else "text"]) for b in blocks
              if b.kind == "cover" or (b.kind == "heading" and b.content["level"] == 1)]
    return (f"The slide “{titles[number - 1]}” (number {number}) holds more than can be read on one page. Take words, "
            "lines or a figure out of it, or make two slides of it.")


def _guilty(blocks: Sequence[Block], *, language: str, layout: Layout | None) -> str:
    """Name the first block that fails when typeset alone behind the cover."""
    for number, block in enumerate(blocks[1:], start=2):
        # below a heading of its own, since a lone one of level 2 would fail for its level
        alone = [blocks[0], Block("heading", {"text": "–", "level": 1}, language), block]
        try:
            _typeset(make_document(alone, language=language, draft=False, layout=layout), Brand())
        except _TypesettingError:
            return block.where or f"block {number}"
    return "The report as a whole"
