"""The pictures of a published notebook as PNG beside its SVG: shown where a page of another may not draw."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.errors import ReportError
from workbench.reports.blocks import MIMETYPE
from workbench.reports.fragments import write_fragment
from workbench.reports.pictures import recolour

DOTS_PER_INCH = 144  # twice the size on the page: sharp on a dense screen
_COLOURS = 64  # flat areas, lines and letters: more are not to be told apart, and the file is a third
_EMPTY = re.compile(r'<div class="scroll chart[^>]*><div role="img"[^>]*></div></div>')
_TYPST = b"""#let pictures = json(bytes(sys.inputs.pictures))
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for (i, svg) in pictures.enumerate() { if i > 0 { pagebreak() }; image(bytes(svg), format: "svg") }
"""


def show_pictures(notebook: Any, *, colour: str | None) -> None:
    """Give every figure of a notebook's blocks an output of its own, as PNG, behind the words about it.

    JupyterLab takes drawings out of the HTML of a notebook that is not trusted, and so does GitHub. What the exporter
    reads, the block's data with its SVG, stays as it is; its HTML is written anew from that data.

    Parameters
    ----------
    notebook
        As `editions.clean_notebook` returned it; changed in place.
    colour
        Of the municipality.
    """
    blocks = [block["content"] for cell in notebook.cells for output in cell.get("outputs", [])
              for block in output.get("data", {}).get(MIMETYPE, {}).get("blocks", ())]
    drawn = {svg: svg for content in blocks for svg, _ in _pictures_of(content)}
    made = iter(draw_pngs([recolour(svg, colour) for svg in drawn]))
    pngs = {svg: base64.b64encode(next(made)).decode() for svg in drawn}
    for cell in notebook.cells:
        if "outputs" in cell:
            cell["outputs"] = [shown for output in cell.outputs for shown in _spread(output, pngs)]


def draw_pngs(svgs: Sequence[str]) -> list[bytes]:
    """Draw SVG pictures of ours as PNG; the same give the same bytes.

    Raises
    ------
    ReportError
        If one cannot be drawn.
    """
    import typst

    if not svgs:
        return []
    compiler = typst.Compiler(_TYPST, ignore_system_fonts=True, sys_inputs={"pictures": json.dumps(list(svgs))})
    try:
        made: Any = compiler.compile(format="png", ppi=DOTS_PER_INCH)
    except typst.TypstError as error:
        raise ReportError(f"A figure cannot be drawn for the notebook: {error.message}. This is a fault of the "
                          "workbench: report it.") from error
    pages = [made] if isinstance(made, bytes) else list(made)
    return [_reduce(page) for page in pages]


def _reduce(png: bytes) -> bytes:
    """Return a PNG with few colours, chosen without chance."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _pictures_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give SVG and alternative text of each picture that a block holds."""
    for part in (content, content.get("strip") or {}):
        if part.get("svg"):
            yield part["svg"], part["alt"]


def _spread(output: Any, pngs: Mapping[str, str]) -> Iterator[Any]:
    """Give an output with its figures behind it, the words of each before it."""
    said = output.get("data", {}).get(MIMETYPE)
    if not said or not any(True for block in said.get("blocks", ()) for _ in _pictures_of(block["content"])):
        yield output
        return
    waiting: list[dict[str, Any]] = []
    is_first = True
    for block in said["blocks"]:
        waiting.append(_without_pictures({**block["content"], "kind": block["kind"]}))
        pictures = list(_pictures_of(block["content"]))
        if pictures:
            yield _words(output, waiting, said["language"], is_first=is_first)
            yield from ({"output_type": "display_data", "metadata": {}, "data": {
                "image/png": pngs[svg], "text/plain": alt}} for svg, alt in pictures)
            waiting, is_first = [], False
    if waiting:
        yield _words(output, waiting, said["language"], is_first=is_first)


def _words(output: Any, contents: Sequence[dict[str, Any]], language: str, *, is_first: bool) -> Any:
    shown = _EMPTY.sub("", write_fragment(contents, language=language))
    if is_first:
        return {**output, "data": {**output["data"], "text/html": shown}}
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": shown, "text/plain": "report"}}


def _without_pictures(content: dict[str, Any]) -> dict[str, Any]:
    strip = content.get("strip")
    return {**content, **({"svg": ""} if "svg" in content else {}),
            **({"strip": {**strip, "svg": ""}} if strip else {})}
