"""nbconvert exporters: an executed notebook as PDF or HTML, from its blocks alone."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Bool, Instance, Tuple, Unicode, default

from workbench.branding import Brand
from workbench.reports.blocks import Block, make_block
from workbench.reports.html import render_html
from workbench.reports.layout import Layout
from workbench.reports.notebook import digest_cells, read_blocks
from workbench.reports.pdf import render_pdf
from workbench.wording import open_wording


class _BlockExporter(Exporter):
    """Export the blocks of a notebook that ran from its first cell to its last."""

    # not tagged as configuration: no command line or config file can lift the mark
    draft = Bool(True, help="Mark every page as a draft; only `workbench report` lifts the mark.")
    layout = Instance(Layout, (), help="The form of the product.")
    brand = Instance(Brand, (), help="Colour and logo of the municipality.")
    made_up = Bool(False, help="Say on every page that the posts are made up.")
    reasons = Tuple(help="Why it is a draft, told at its beginning.")
    edited = Unicode("", help="Whether people changed the notebook that the package brought: no, yes or own; "
                              "empty where nobody looked.")

    def _form(self) -> dict[str, Any]:
        return {"draft": self.draft, "layout": self.layout, "brand": self.brand, "made_up": self.made_up,
                "reasons": self.reasons}

    def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None,
                           **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Return the exported notebook and its resources.

        Raises
        ------
        ReportError
            If the notebook cannot be exported as it stands; the message names the cell.
        """
        notebook, found = super().from_notebook_node(nb, resources, **kwargs)
        blocks = read_blocks(notebook, name=str(found.get("metadata", {}).get("name") or "notebook"))
        if self.layout.contents:  # a long document ends with what made it; a sheet of two pages has no room for it
            blocks.append(self._name_maker(notebook, blocks[0].language))
        return self._export(blocks), found

    def _name_maker(self, notebook: Any, language: str) -> Block:
        message = "report.made_by" + (f".{self.edited}" if self.edited else "")
        told = open_wording(language).say(message, digest=digest_cells(notebook)[:12])
        return make_block("text", {"text": told}, language=language)

    def _export(self, blocks: list[Block]) -> bytes | str:
        raise NotImplementedError


class PdfExporter(_BlockExporter):
    """Export a report as PDF/UA-1."""

    export_from_notebook = "Workbench report (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _extension(self) -> str:
        return ".pdf"

    def _export(self, blocks: list[Block]) -> bytes:
        return render_pdf(blocks, language=blocks[0].language, **self._form())


class HtmlExporter(_BlockExporter):
    """Export a report as one HTML page."""

    export_from_notebook = "Workbench report (HTML)"
    output_mimetype = "text/html"

    @default("file_extension")
    def _extension(self) -> str:
        return ".html"

    def _export(self, blocks: list[Block]) -> str:
        return render_html(blocks, language=blocks[0].language, **self._form())
