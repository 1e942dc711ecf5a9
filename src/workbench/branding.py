"""The colour and the logo of a municipality, checked before they stand in a report."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import CardError
from workbench.look import READABLE, contrast, read_look

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# bytes of a logo: it lies in every page and document that is made
MOST_BYTES = 200_000
_MOST_PIXELS = 4_000
_DEEPEST = 40
_PNG = b"\x89PNG\r\n\x1a\n"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset({"svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "clipPath",
                     "mask", "linearGradient", "radialGradient", "stop", "use", "symbol", "style", "title", "desc",
                     "metadata"})
# what drawing programs keep for themselves; it draws nothing
_NOTES = tuple("{" + space for space in ("http://www.inkscape.org/", "http://sodipodi.", "http://ns.adobe.com/",
                                         "http://www.w3.org/1999/02/22-rdf-syntax-ns", "http://creativecommons.org/",
                                         "http://purl.org/dc/"))
_INSIDE = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")


@dataclass(frozen=True)
class Brand:
    """What makes a report the municipality's own.

    Attributes
    ----------
    colour
        Six hexadecimal digits after #, dark enough for text on white; None: the colour of the house.
    logo
        The file's bytes; None: no logo.
    is_svg
        Whether the logo is SVG; else it is PNG.
    """

    colour: str | None = None
    logo: bytes | None = None
    is_svg: bool = False

    def address(self) -> str:
        """Return the logo as a data address of HTML; empty without one."""
        if self.logo is None:
            return ""
        return f"data:image/{'svg+xml' if self.is_svg else 'png'};base64,{base64.b64encode(self.logo).decode()}"


def read_brand(folder: Path, given: Any) -> tuple[Brand, list[str]]:
    """Read ``[look]`` of a study: `colour` and `logo`, a file in its folder.

    Returns
    -------
    brand, faults
        What can be used, and what must be changed in words of ours.
    """
    if not isinstance(given, dict):
        return Brand(), ["look must be a section, [look]"]
    faults = [f"look: unknown: {key}" for key in given if key not in ("colour", "logo")]
    faults += [f"look: {key} must be text" for key in ("colour", "logo") if not isinstance(given.get(key, ""), str)]
    if faults:
        return Brand(), faults
    colour, name = given.get("colour") or None, given.get("logo") or None
    faults = list(_colour_faults(colour)) if colour else []
    logo = None
    if name:
        try:
            logo = _read_logo(folder, name)
        except CardError as error:
            faults.append(str(error))
    return Brand(colour, logo, logo is not None and not logo.startswith(_PNG)), faults


def _colour_faults(colour: str) -> Iterator[str]:
    if not _HEX.fullmatch(colour):
        yield f'look: colour must be written as six hexadecimal digits, such as colour = "{read_look().accent}"'
        return
    look = read_look()
    least = min(contrast(colour, paper) for paper in (look.page, look.tint))
    if least < READABLE:
        yield (f"look: colour {colour} is too light to be read: its contrast with the pale boxes is {least:.1f} to 1, "
               f"and {READABLE} is needed (WCAG AA). Choose a darker one; {_darker(colour)} is the nearest of its kind "
               "that can be read")


def _darker(colour: str) -> str:
    look = read_look()
    parts = bytes.fromhex(colour[1:])
    steps = ("#" + "".join(f"{round(v * (1 - step / 50)):02x}" for v in parts) for step in range(51))
    return next(c for c in steps if min(contrast(c, look.page), contrast(c, look.tint)) >= READABLE)


def _read_logo(folder: Path, name: str) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise CardError("look: logo must lie in the folder of the study")
    try:
        content = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise CardError(f"look: logo {name} cannot be read ({error.strerror}). Put the file beside "
                        "study.toml") from error
    if content is None:
        raise CardError(f"look: logo {name} is larger than {MOST_BYTES // 1000} kB. Save a smaller one")
    if content.startswith(_PNG):
        sides = [int.from_bytes(content[i:i + 4], "big") for i in (16, 20)]
        if len(content) < 33 or not 0 < min(sides) <= max(sides) <= _MOST_PIXELS:
            raise CardError(f"look: logo {name} is broken, or broader or higher than {_MOST_PIXELS} pixels. Save it "
                            "anew")
        return content
    if path.suffix.casefold() != ".svg":
        raise CardError(f"look: logo {name} is neither SVG nor PNG. Save it as one of these")
    if fault := _svg_fault(content):
        raise CardError(f"look: logo {name} {fault}. Save it as plain SVG, its text as outlines, or as PNG")
    return content


def _svg_fault(content: bytes) -> str:
    """Say what a logo holds besides shapes of its own; empty where there is nothing."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return "is not well-formed SVG"
    if root.tag != f"{{{_SVG}}}svg" or not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        return "is not an SVG image with a size"
    level, depth = [root], 0
    while level:
        depth += 1
        for element in level:
            space, _, local = str(element.tag).rpartition("}")
            is_note = space.startswith(_NOTES)
            if not is_note and (space != f"{{{_SVG}" or local not in _SHAPES):
                return f"holds an element {local if local.isalpha() else 'of another name'}, which is not allowed"
            if fault := _value_fault(element, is_sheet=local == "style"):
                return fault
        level = [child for element in level for child in element]
        if depth > _DEEPEST:
            return f"nests its elements deeper than {_DEEPEST}"
    return ""


def _value_fault(element: Element, *, is_sheet: bool) -> str:
    values = dict(element.attrib) | ({"style": element.text or ""} if is_sheet else {})
    for key, value in values.items():
        local = key.rpartition("}")[2].casefold()
        if local.startswith("on"):
            return "holds a script"
        if local == "href" and not value.startswith("#"):
            return "refers to something outside itself"
        plain = _INSIDE.sub("", value)
        if "url(" in plain.casefold() or "javascript:" in plain.casefold():
            return "refers to something outside itself"
        if local == "style" and ("@" in plain or "\\" in plain or "/*" in plain):
            return "holds a style sheet that does more than colour"
    return ""
