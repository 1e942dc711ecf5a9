from __future__ import annotations

import re

import pytest

from workbench.errors import ReportError
from workbench.reports.pictures import own_ids, read_picture


def picture(inside: str) -> str:
    return ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
            f"{inside}</svg>")


@pytest.mark.parametrize(("inside", "fault"), [
    ("<script>1</script>", "element script"),
    ("<foreignObject/>", "element foreignObject"),
    ("<text>A</text>", "element text"),
    ('<rect onload="1"/>', "attribute onload"),
    ('<use xlink:href="https://example.org/a.svg#b"/>', "attribute href"),
    ('<image href="file:///etc/passwd"/>', "attribute href"),
    ('<rect fill="url(https://example.org/a)"/>', "attribute fill"),
    ('<rect style="fill: u\\72l(https://example.org/a)"/>', "attribute style"),
    ("<style>@import 'https://example.org/a.css';</style>", "style sheet"),
])
def test_a_picture_with_a_script_or_an_outside_reference_is_refused(inside, fault):
    with pytest.raises(ReportError, match=fault):
        read_picture(picture(inside))


@pytest.mark.parametrize("svg", [
    "", "<svg", "<html/>", '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">&a;</svg>',
])
def test_what_is_not_a_picture_is_refused(svg):
    with pytest.raises(ReportError, match="SVG"):
        read_picture(svg)


def test_every_id_and_reference_gets_the_prefix():
    inside = '<defs><path id="a"/></defs><use xlink:href="#a" clip-path="url(#b)"/><g style="fill:url(#c)"/>'
    made = own_ids(picture(inside), prefix="f1-")
    assert 'id="f1-a"' in made
    assert 'href="#f1-a"' in made
    assert "url(#f1-b)" in made
    assert "url(#f1-c)" in made


def test_a_chart_keeps_its_look_without_a_style_sheet_for_the_whole_page(make_chart):
    made = own_ids(make_chart("volume").svg(), prefix="f1-")
    assert "<style" not in made
    assert "<metadata" not in made
    assert re.search(r"<svg[^>]*stroke-linejoin: round", made)


def test_an_embedded_bitmap_stays():
    read_picture(picture('<image xlink:href="data:image/png;base64,AAAA"/>'))
