"""Pictures as they may stand in a report: a short list of what SVG may hold, and everything else is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.errors import ReportError
from workbench.look import read_look

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"

# deeper than any chart; the writer of XML calls itself for every level
_DEEPEST = 40
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_LENGTH = rf"{_NUMBER}(?:pt|px|%)?"
_COLOUR = r"none|#[0-9a-fA-F]{3,8}"
_INSIDE = r"url\(#s\d+\)"
_STROKE = {"stroke": _COLOUR, "stroke-width": _NUMBER, "stroke-opacity": _NUMBER, "stroke-miterlimit": _NUMBER,
           "stroke-linejoin": "miter|round|bevel", "stroke-linecap": "butt|round|square",
           "stroke-dasharray": r"[\d., ]+", "stroke-dashoffset": _NUMBER}
_STYLE = {**_STROKE, "fill": rf"{_COLOUR}|{_INSIDE}", "fill-opacity": _NUMBER, "opacity": _NUMBER}
_BOX = dict.fromkeys(("x", "y", "width", "height"), _LENGTH)
_COMMON = {"id": r"s\d+", "style": "", "clip-path": _INSIDE,
           "transform": r"(?:(?:matrix|translate|scale|rotate|skewX|skewY)\([-+.\d eE,]+\)\s*)+"}
# what matplotlib writes for our charts, and the bitmap it writes for an image
_ELEMENTS: dict[str, dict[str, str]] = {
    "svg": {"width": _LENGTH, "height": _LENGTH, "viewBox": rf"{_NUMBER}(?: {_NUMBER}){{3}}", "version": r"1\.1",
            "style": ""},
    "defs": {},
    "g": _COMMON,
    "path": {**_COMMON, "d": r"[MmLlHhVvCcSsQqTtAaZz\d\s.,eE+-]*"},
    "use": {**_COMMON, "x": _NUMBER, "y": _NUMBER, HREF: r"#s\d+"},
    "rect": {**_COMMON, **_BOX, "fill": _COLOUR},
    "clipPath": {"id": r"s\d+"},
    "pattern": {**_BOX, "id": r"s\d+", "patternUnits": "userSpaceOnUse"},
    "image": {**_COMMON, **_BOX, HREF: r"data:image/png;base64,\s*iVBORw0KGgo[A-Za-z0-9+/=\s]*"},
}
_ALLOWED = {f"{{{SVG}}}{name}": {key: re.compile(value, re.ASCII) for key, value in keys.items()}
            for name, keys in _ELEMENTS.items()}
_ALLOWED_STYLE = {name: re.compile(value, re.ASCII) for name, value in _STYLE.items()}
# what each kind of reference may lead to: nothing that holds references, so that no picture draws itself again
_TARGETS = {"href": "path", "clip-path": "clipPath", "fill": "pattern"}
_REFERENCE = re.compile(r"(?<=#)s\d+(?=\)|$)", re.ASCII)
_ANY_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_EVERYTHING = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")
_NAME = re.compile(r"[A-Za-z][A-Za-z:-]{0,30}")


def tidy_picture(svg: str) -> str:
    """Return the picture of a chart without what a report does not need.

    Comments, metadata and document type go, ids become s1, s2, … where something refers to
    them and go elsewhere, and the style sheet matplotlib writes moves to the root element.

    Raises
    ------
    ReportError
        If the rest is not what `read_picture` lets pass.
    """
    root = _parse(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            sheet = _EVERYTHING.fullmatch(child.text or "") if child.tag == f"{{{SVG}}}style" else None
            if sheet:
                root.set("style", "; ".join(filter(None, [root.get("style"), sheet[1].strip()])))
            if sheet or child.tag == f"{{{SVG}}}metadata":
                parent.remove(child)
    _number_ids(root)
    tidied = _write(root)
    read_picture(tidied)
    return tidied


def read_picture(svg: str) -> Element:
    """Parse a picture and refuse all that is not on the list of what a picture may hold.

    Raises
    ------
    ReportError
        If it is not well-formed SVG, has no size, holds an element, attribute or value that is
        not on the list, text, a comment or a document type, or refers to what is not in it.
    """
    # in well-formed XML these open comments, CDATA, document types and processing instructions only
    if "<!" in svg or "<?" in svg:
        raise ReportError("the picture holds a comment, CDATA, a document type or a processing instruction, which is "
                          "not allowed")
    root = _parse(svg)
    for element in root.iter():
        _check_element(element)
        if element is not root and element.tag == root.tag:
            raise ReportError("the picture holds another picture, which is not allowed")
    _check_references(root)
    return root


def own_ids(svg: str, *, prefix: str) -> str:
    """Return a picture whose ids all start with a prefix, so that several fit in one page.

    Raises
    ------
    ReportError
        See `read_picture`.
    """
    root = read_picture(svg)
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, prefix + value)
            elif "#s" in value:
                element.set(key, _REFERENCE.sub(rf"{prefix}\g<0>", value))
    return _write(root)


def recolour(svg: str, colour: str | None) -> str:
    """Return a picture of ours with the municipality's colour in place of the main one; as it is where it has none."""
    return svg if colour is None else svg.replace(read_look().accent, colour)


def _parse(svg: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(svg)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ReportError("the picture is not well-formed SVG") from error
    if root.tag != f"{{{SVG}}}svg" or not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        raise ReportError("the picture is not an SVG image with a size")
    level, depth = list(root), 1
    while level:
        level, depth = [child for element in level for child in element], depth + 1
        if depth > _DEEPEST:
            raise ReportError(f"the picture nests its elements deeper than {_DEEPEST}")
    return root


def _write(root: Element) -> str:
    from xml.etree.ElementTree import register_namespace, tostring

    register_namespace("", SVG)
    register_namespace("xlink", XLINK)
    return tostring(root, encoding="unicode")


def _number_ids(root: Element) -> None:
    """Give what is referred to the ids s1, s2, … and take every other id away."""
    values = [value for element in root.iter() for key, value in element.attrib.items() if key != HREF]
    wanted = {name for value in values for name in _ANY_REFERENCE.findall(value)}
    wanted |= {element.get(HREF, "#")[1:] for element in root.iter()}
    numbers: dict[str, str] = {}
    for element in root.iter():
        if (name := element.attrib.pop("id", None)) in wanted:
            element.set("id", numbers.setdefault(str(name), f"s{len(numbers) + 1}"))
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == HREF and value[1:] in numbers:
                element.set(key, f"#{numbers[value[1:]]}")
            elif key != HREF and "url(" in value:
                # a reference to nothing leads to nothing still, and is refused as such
                element.set(key, _ANY_REFERENCE.sub(lambda found: f"url(#{numbers.get(found[1], 's0')})", value))


def _check_element(element: Element) -> None:
    allowed = _ALLOWED.get(element.tag)
    name = _say_name(element.tag)
    if allowed is None:
        raise ReportError(f"the picture holds the element {name}, which is not allowed")
    if (element.text or "").strip() or (element.tail or "").strip():
        raise ReportError(f"the picture holds text in or after the element {name}, which is not allowed")
    for key, value in element.attrib.items():
        if key not in allowed:
            raise ReportError(f"the picture's element {name} has the attribute {_say_name(key)}, which is not allowed")
        if not (_is_style(value) if key == "style" else allowed[key].fullmatch(value)):
            raise ReportError(f"the picture's element {name} has the attribute {_say_name(key)} with a value that is "
                              "not allowed")


def _is_style(value: str) -> bool:
    pairs = (part.partition(":") for part in value.split(";") if part.strip())
    found = [(_ALLOWED_STYLE.get(name.strip()), what.strip()) for name, _, what in pairs]
    return all(allowed is not None and allowed.fullmatch(what) for allowed, what in found)


def _check_references(root: Element) -> None:
    ids = [(element.get("id"), element.tag) for element in root.iter() if element.get("id")]
    kinds = dict(ids)
    if len(kinds) < len(ids):
        raise ReportError("the picture has an id twice")
    defining = {id(inner) for element in root.iter() if element.tag in (f"{{{SVG}}}pattern", f"{{{SVG}}}clipPath")
                for inner in element.iter()}
    for element in root.iter():
        for name, target in _references(element):
            if id(element) in defining and name != "href":
                raise ReportError("the picture has a pattern or clip that refers to another")
            if kinds.get(target) != f"{{{SVG}}}{_TARGETS[name]}":
                raise ReportError(f"the picture refers by {name} to what is no {_TARGETS[name]} of its own")


def _references(element: Element) -> list[tuple[str, str]]:
    declared = [part.partition(":")[::2] for part in element.get("style", "").split(";")]
    given = [("href", element.get(HREF, "")), ("clip-path", element.get("clip-path", "")),
             *((name.strip(), value) for name, value in declared)]
    return [(name, found[0]) for name, value in given if (found := _REFERENCE.search(value.strip()))]


def _say_name(name: str) -> str:
    """Return a name as far as it can be told: it comes from outside, and may be anything."""
    space, _, local = name.rpartition("}")
    told = local if _NAME.fullmatch(local) else "of another name"
    return told if space in ("", f"{{{SVG}") or name == HREF else f"{told} of another namespace"
