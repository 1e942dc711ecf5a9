"""Charts as pictures that can stand in a page without bringing anything along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workbench.charts import Chart
from workbench.errors import ReleaseError, ReportError
from workbench.reports.blocks import Block, make_block, write_csv
from workbench.wording import open_wording

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

# text would be set in whatever font the reader has: charts draw theirs as outlines
_REFUSED = frozenset({"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "animate", "set", "a",
                      "animateTransform", "animateMotion", "handler",
                      "text"})
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|\\", re.IGNORECASE)
_REFERENCE = re.compile(r"(url\(\s*['\"]?#)([^'\")]+)")
_EVERYTHING = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")


def render_figure(chart: Chart, *, language: str) -> Block:
    """Show a chart under its finding as title, with what is counted below it.

    Raises
    ------
    ReleaseError
        If the chart was made from a finding that was not released.
    ReportError
        If its picture is not SVG, or holds scripts or references to the outside.
    """
    if not isinstance(chart, Chart):
        raise ReleaseError(f"render_figure takes a Chart, and got {type(chart).__name__}. Make one with plot_…(…) "
                           "from a released finding.")
    if not chart.is_released:
        raise ReleaseError(f"render_figure: the chart {chart.key} was made from a finding that was not released. Plot "
                           f"release[\"{chart.key}\"] instead.")
    wording = open_wording(language)
    content = {"title": chart.title, "subtitle": chart.subtitle, "alt": chart.alt, "svg": chart.svg(),
               "source": wording.say("report.own_source"), "key": chart.key, "csv": write_csv(chart.table)}
    try:
        read_picture(content["svg"])
    except ReportError as error:
        raise ReportError(f"render_figure: the chart {chart.key}: {error}. Draw it with a plot_ function.") from error
    return make_block("figure", content, language=language)


def read_picture(svg: str) -> Element:
    """Parse a picture and refuse what does not belong in one.

    Raises
    ------
    ReportError
        If it is not well-formed SVG, has no size, or holds scripts, foreign content or
        references to the outside.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(svg)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ReportError("the picture is not well-formed SVG") from error
    if root.tag != f"{{{SVG}}}svg" or not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        raise ReportError("the picture is not an SVG image with a size")
    for element in root.iter():
        _check_element(element)
    return root


def own_ids(svg: str, *, prefix: str) -> str:
    """Return a picture whose ids all start with a prefix, so that several fit in one page.

    Metadata is left out; the style sheet matplotlib writes is moved to the root element.
    """
    from xml.etree.ElementTree import register_namespace, tostring

    register_namespace("", SVG)
    register_namespace("xlink", XLINK)
    root = read_picture(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            name = _local(child.tag)
            if name == "style":
                _move_style(child, root)
            if name in ("style", "metadata", "title", "desc"):
                parent.remove(child)
    for element in root.iter():
        for key, value in element.attrib.items():
            element.set(key, _rename(_local(key), value, prefix))
    return tostring(root, encoding="unicode")


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]


def _check_element(element: Any) -> None:
    name = _local(element.tag)
    if name in _REFUSED:
        raise ReportError(f"the picture holds the element {name}, which is not allowed")
    if name == "style" and (not _EVERYTHING.fullmatch(element.text or "") or _OUTSIDE.search(element.text or "")):
        raise ReportError("the picture holds a style sheet, which is not allowed")
    for key, value in element.attrib.items():
        local = _local(key)
        inside = value.startswith("#") or (name == "image" and value.startswith("data:image/png;base64,"))
        if local.startswith("on") or (local in ("href", "src") and not inside) or _OUTSIDE.search(value):
            raise ReportError(f"the picture's attribute {local} is a script or points to the outside")


def _move_style(sheet: Any, root: Any) -> None:
    found = _EVERYTHING.fullmatch(sheet.text or "")
    if found:
        root.set("style", ";".join(filter(None, [root.get("style"), found[1].strip()])))


def _rename(key: str, value: str, prefix: str) -> str:
    if key == "id":
        return prefix + value
    if key == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}"
    return _REFERENCE.sub(rf"\g<1>{prefix}\g<2>", value)
