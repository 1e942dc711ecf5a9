from __future__ import annotations

import base64
import io
import json

import nbformat
import pytest
from PIL import Image

from workbench.errors import ReportError
from workbench.reports import render_figure, render_heading, render_section, render_text
from workbench.reports.blocks import MIMETYPE
from workbench.reports.notebook import read_blocks
from workbench.reports.showing import draw_pngs, show_pictures


@pytest.fixture
def notebook(make_chart):
    section = render_section(render_heading("Uger", level=2, language="da"), render_figure(make_chart("volume"), language="da"),
                             render_text("text.topics", language="da"))
    cell = nbformat.v4.new_code_cell("x", execution_count=1, outputs=[
        nbformat.v4.new_output("execute_result", section._repr_mimebundle_(), execution_count=1)])
    return nbformat.v4.new_notebook(cells=[cell])


def test_a_published_figure_is_a_png_behind_its_words_with_its_alternative_text(notebook) -> None:
    [before] = notebook.cells[0].outputs
    data = json.loads(json.dumps(before.data[MIMETYPE]))
    show_pictures(notebook, colour=None)
    words, picture, after = nbformat.from_dict(notebook).cells[0].outputs
    assert words.data[MIMETYPE] == data
    figure = data["blocks"][1]["content"]
    assert "Uger" in words.data["text/html"]
    assert figure["title"] in words.data["text/html"]
    assert data["blocks"][2]["content"]["text"][:30] in after.data["text/html"]
    assert "<svg" not in words.data["text/html"] + after.data["text/html"]
    assert 'role="img"' not in words.data["text/html"]
    assert picture.data["text/plain"] == figure["alt"]
    with Image.open(io.BytesIO(base64.b64decode(picture.data["image/png"]))) as drawn:
        assert drawn.size[0] > 600
        assert len(drawn.convert("RGB").getcolors(10_000)) > 2  # something is drawn


def test_what_is_exported_is_the_same_with_pictures_shown_and_showing_them_twice_gives_the_same(notebook) -> None:
    plain = read_blocks(notebook, name="x")
    show_pictures(notebook, colour=None)
    shown = nbformat.from_dict(notebook)
    nbformat.validate(shown)
    assert read_blocks(shown, name="x") == plain
    again = nbformat.from_dict(json.loads(json.dumps(shown)))
    again.cells[0].outputs = [o for o in again.cells[0].outputs if MIMETYPE in o.data]
    show_pictures(again, colour=None)
    assert nbformat.writes(nbformat.from_dict(again)) == nbformat.writes(shown)


def test_a_notebook_without_figures_stays_as_it_is() -> None:
    output = nbformat.v4.new_output("display_data", render_heading("A", level=2, language="da")._repr_mimebundle_())
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("a"), nbformat.v4.new_code_cell("x", outputs=[output])])
    before = nbformat.writes(notebook)
    show_pictures(notebook, colour=None)
    assert nbformat.writes(notebook) == before


def test_several_pictures_keep_their_order_and_one_that_cannot_be_drawn_is_refused() -> None:
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="10"><rect width="5" height="5" fill="#c00"/></svg>'
    sizes = []
    for png in draw_pngs([square.format(n) for n in (30, 10, 20)]):
        with Image.open(io.BytesIO(png)) as picture:
            sizes.append(picture.size[0])
    assert sizes[1] < sizes[2] < sizes[0]
    with pytest.raises(ReportError, match="cannot be drawn"):
        draw_pngs(["<svg"])
