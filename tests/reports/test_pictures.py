from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from workbench.charts import Chart
from workbench.errors import ReportError
from workbench.reports import render_figure
from workbench.reports.pictures import own_ids, read_picture, tidy_picture

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
XHTML = 'xmlns:h="http://www.w3.org/1999/xhtml"'
PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="


def picture(inside: str) -> str:
    return f"{HEAD}{inside}</svg>"


HOSTILE = {
    "script": "<script>1</script>",
    "script of another namespace": f"<h:script {XHTML}>alert(1)</h:script>",
    "form": f'<h:form {XHTML} action="https://example.org"/>',
    "form button": f'<h:button {XHTML} formaction="javascript:alert(1)"/>',
    "base": f'<h:base {XHTML} target="x"/>',
    "refresh": f'<h:meta {XHTML} http-equiv="refresh" content="0"/>',
    "link": f'<h:link {XHTML} rel="stylesheet" href="#a"/>',
    "foreignObject": "<foreignObject/>",
    "anchor": '<a xlink:href="#a"><rect/></a>',
    "text": "<text>A</text>",
    "animate": '<animate attributeName="href" to="javascript:alert(1)"/>',
    "set": '<set attributeName="onload" to="x"/>',
    "handler": '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load"/>',
    "filter": '<filter id="s1"/>',
    "title": "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>",
    "metadata": "<metadata>A</metadata>",
    "style sheet": "<style>@import 'https://example.org/a.css';</style>",
    "style sheet for everything": "<style>*{fill: #fff}</style>",
    "svg within": f"<g>{HEAD}<g/></svg></g>",
    "onload": '<rect onload="1"/>',
    "ONLOAD": '<g ONLOAD="alert(1)"/>',
    "oNload": '<g oNload="alert(1)"/>',
    "event of a namespace": '<g xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load"/>',
    "xlink:HREF": '<use xlink:HREF="#s1"/>',
    "href without its namespace": '<defs><path id="s1"/></defs><use href="#s1"/>',
    "href of another namespace": '<defs><path id="s1"/></defs><use xmlns:x="urn:x" x:href="#s1"/>',
    "xml:base": '<g xml:base="https://example.org/"/>',
    "label": '<g aria-label="@someone"/>',
    "data": '<g data-x="+45 20304050"/>',
    "id of somebody": '<g id="someone_20304050"/>',
    "class": '<g class="a"/>',
    "use outside": '<use xlink:href="https://example.org/a.svg#b"/>',
    "use of nothing": '<use xlink:href="#s1"/>',
    "use of a group": '<g id="s1"/><use xlink:href="#s1"/>',
    "use of itself": '<use id="s1" xlink:href="#s1"/>',
    "clip of nothing": '<g clip-path="url(#s1)"/>',
    "fill by a path": '<path id="s1"/><path style="fill: url(#s1)"/>',
    "pattern in a pattern": '<pattern id="s1"><path style="fill: url(#s1)"/></pattern>',
    "clip in a clip": '<clipPath id="s1"><path clip-path="url(#s1)"/></clipPath>',
    "id twice": '<path id="s1"/><path id="s1"/>',
    "file": '<image xlink:href="file:///etc/passwd"/>',
    "picture outside": '<image xlink:href="https://example.org/a.png"/>',
    "picture as SVG": '<image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>',
    "picture that is no PNG": '<image xlink:href="data:image/png;base64,PHN2Zz4="/>',
    "use of data": f'<use xlink:href="{PNG}"/>',
    "fill outside": '<rect fill="url(https://example.org/a)"/>',
    "fill outside unquoted": '<rect fill="url(  //example.org )"/>',
    "style outside": '<path style="fill: url(https://example.org/a)"/>',
    "style by escape": '<rect style="fill: u\\72l(https://example.org/a)"/>',
    "style by comment": '<rect style="fill: u/**/rl(https://example.org/a)"/>',
    "style by reference": '<rect style="fill: &#117;rl(https://example.org/a)"/>',
    "image-set": "<rect style=\"fill: image-set('https://example.org/a.png' 1x)\"/>",
    "src": "<rect style=\"fill: src('https://example.org/a')\"/>",
    "unknown property": '<rect style="behavior: #000"/>',
    "background": '<rect style="background: #000"/>',
    "words in a path": '<path d="M 0 0 javascript:alert(1)"/>',
    "words in a transform": '<g transform="translate(1 1) expression(1)"/>',
    "digits of another script": '<rect x="٣"/>',
    "words between": "<g/>alert(1)",
    "words within": "<g>alert(1)</g>",
    "comment": "<!-- a --><g/>",
    "CDATA": "<g><![CDATA[</svg><script>alert(1)</script>]]></g>",
    "processing instruction": '<?xml-stylesheet href="https://example.org"?><g/>',
    "deep": "<g>" * 5000 + "</g>" * 5000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_on_the_list_is_refused(name: str) -> None:
    with pytest.raises(ReportError, match="the picture"):
        read_picture(picture(HOSTILE[name]))


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {
    # tidying takes these away or mends them
    "comment", "processing instruction", "metadata", "style sheet for everything", "id of somebody", "id twice"}))
def test_tidying_lets_nothing_in_that_reading_refuses(name: str) -> None:
    with pytest.raises(ReportError, match="the picture"):
        tidy_picture(picture(HOSTILE[name]))


@pytest.mark.parametrize(("inside", "fault"), [
    ("<foreignObject/>", "element foreignObject,"),
    ("<h:script xmlns:h='urn:h'/>", "element script of another namespace,"),
    ('<g ONLOAD="1"/>', "element g has the attribute ONLOAD,"),
    ('<path style="a: b"/>', "attribute style with a value"),
    ("<æøå/>", "element of another name,"),
    ('<g d20304050="1"/>', "attribute of another name,"),
    (f"<{'a' * 40}/>", "element of another name,"),
])
def test_the_refusal_names_what_it_refuses_but_tells_no_words_from_outside(inside: str, fault: str) -> None:
    with pytest.raises(ReportError, match=re.escape(fault)):
        read_picture(picture(inside))


@pytest.mark.parametrize("svg", [
    "", "<svg", "<html/>", '<svg xmlns="http://www.w3.org/2000/svg"/>', '<svg viewBox="0 0 9 9"/>',
])
def test_what_is_not_a_picture_is_refused(svg: str) -> None:
    with pytest.raises(ReportError, match="SVG"):
        read_picture(svg)


@pytest.mark.parametrize("entities", [
    '<!DOCTYPE svg [<!ENTITY a "b">]>', '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://example.org/a.dtd"> %a;]>',
])
def test_entities_are_refused(entities: str) -> None:
    for read in (read_picture, tidy_picture):
        with pytest.raises(ReportError, match="the picture"):
            read(entities + picture("<g>&a;</g>"))


_CASES = st.lists(st.booleans(), min_size=40, max_size=40)
_NAMES = st.sampled_from(["onload", "onclick", "href", "style", "src", "action", "formaction", "xlink", "event", "begin",
                          "to", "values", "base", "data", "poster", "srcset", "ping", "class", "nonce", "transform"])
_ELEMENTS = st.sampled_from(["script", "a", "animate", "animateMotion", "set", "foreignObject", "style", "image", "use",
                             "feImage", "cursor", "mpath", "iframe", "object", "embed", "form", "meta", "link", "base",
                             "handler", "text", "title", "svg", "switch", "symbol", "marker", "mask", "filter"])
_SPACES = st.sampled_from(["", 'xmlns:x="http://www.w3.org/1999/xhtml"', 'xmlns:x="http://www.w3.org/1999/xlink"',
                           'xmlns:x="http://www.w3.org/2000/svg"', 'xmlns:x="HTTP://WWW.W3.ORG/2000/SVG"',
                           'xmlns:x="http://www.w3.org/2001/xml-events"', 'xmlns:x="urn:x"'])


def _cased(word: str, upper: list[bool]) -> str:
    return "".join(c.upper() if up else c for c, up in zip(word, upper, strict=False))


@settings(deadline=None)
@given(name=_NAMES, upper=_CASES, space=_SPACES)
def test_no_case_and_no_namespace_brings_an_attribute_in(name: str, upper: list[bool], space: str) -> None:
    attribute = ("x:" if space else "") + _cased(name, upper)
    with pytest.raises(ReportError, match="attribute"):
        read_picture(picture(f'<g {space} {attribute}="javascript:alert(1)"/>'))


@settings(deadline=None)
@given(name=_ELEMENTS, upper=_CASES, space=_SPACES)
def test_no_case_and_no_namespace_brings_an_element_in(name: str, upper: list[bool], space: str) -> None:
    element = ("x:" if space else "") + _cased(name, upper)
    with pytest.raises(ReportError, match="element"):
        read_picture(picture(f'<{element} {space} href="javascript:alert(1)"/>'))


def test_every_id_and_reference_gets_the_prefix() -> None:
    inside = ('<defs><path id="s1"/><clipPath id="s2"/><pattern id="s3"/></defs><use xlink:href="#s1" '
              'clip-path="url(#s2)"/><path style="fill: url(#s3); stroke: #123456"/>')
    made = own_ids(picture(inside), prefix="f1-")
    assert [made.count(f'id="f1-s{n}"') for n in (1, 2, 3)] == [1, 1, 1]
    assert 'href="#f1-s1"' in made
    assert 'clip-path="url(#f1-s2)"' in made
    assert "fill: url(#f1-s3); stroke: #123456" in made


def test_tidying_numbers_what_is_referred_to_and_drops_every_other_id() -> None:
    made = tidy_picture(picture('<g id="someone"/><defs><path id="Noto%20Sans-41" d="M 0 0"/></defs>'
                                '<use xlink:href="#Noto%20Sans-41"/><rect fill="#ffffff"/>'))
    assert re.findall(r' id="([^"]*)"', made) == ["s1"]
    assert 'href="#s1"' in made
    assert 'fill="#ffffff"' in made


def test_tidying_keeps_the_look_and_leaves_out_what_nobody_sees(make_chart) -> None:
    chart = make_chart("volume")
    raw, made = chart.svg(), tidy_picture(chart.svg())
    assert "<!DOCTYPE" in raw
    assert "<!--" in raw
    assert not re.search(r"<[!?]|<style|<metadata", made)
    assert re.search(r"<svg[^>]*stroke-linejoin: round", made)
    # every path and use of the page is still there, in its order
    drawn = [[(e.tag, e.get("d"), e.get("transform"), e.get("style")) for e in fromstring(svg).iter()
              if e.tag.endswith(("}path", "}use"))] for svg in (raw, made)]
    assert drawn[0] == drawn[1]


def test_the_same_chart_gives_the_same_picture(make_chart) -> None:
    assert tidy_picture(make_chart("volume").svg()) == tidy_picture(make_chart("volume").svg())


def test_a_bitmap_that_matplotlib_draws_stays(release) -> None:
    figure = Figure()
    figure.add_subplot().imshow(np.arange(4).reshape(2, 2))
    chart = Chart("volume", "volume", "Fund", "Antal", "Et billede.", release["volume"].data, figure, is_released=True)
    assert "data:image/png;base64," in render_figure(chart, language="da").content["svg"]


def test_a_chart_with_a_link_is_refused_by_name(release) -> None:
    figure = Figure()
    figure.add_subplot().bar([1], [1])[0].set_url("https://example.org")
    chart = Chart("volume", "volume", "Fund", "Antal", "En søjle.", release["volume"].data, figure, is_released=True)
    with pytest.raises(ReportError, match=r"the chart volume: .* element a, .* Draw it with a plot_ function"):
        render_figure(chart, language="da")
