"""The form of a product: how its blocks are laid out, and how many pages they may take."""

from __future__ import annotations

from dataclasses import dataclass

# report: pages with chapters | sheet: one or two pages, set tight | slides: one heading of level 1 a slide, in 16:9 |
# fragment: a sheet, and the same as a piece of HTML and Markdown for a website
FORMS = ("report", "sheet", "slides", "fragment")


@dataclass(frozen=True)
class Layout:
    """The form of a product.

    Attributes
    ----------
    cover, contents
        Whether it has them: a page of its own for title, place and period, and a list of the headings.
    most_pages, pages
        At most, and exactly; None where it does not matter.
    form
        One of `FORMS`.
    """

    cover: bool = True
    contents: bool = True
    most_pages: int | None = None
    pages: int | None = None
    form: str = "report"
