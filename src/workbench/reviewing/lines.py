"""Where things stand in the text of a review file: tomllib says nothing of lines, and a person's lines stay theirs."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

_BARE = r"[A-Za-z0-9_-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"|\'[^\']*\''
_HEADER = re.compile(rf"\s*\[\s*({_BARE})\s*(?:\.\s*({_BARE}|{_QUOTED})\s*)?\]")
_FIELD = re.compile(rf"\s*({_QUOTED}|{_BARE}(?:\s*\.\s*{_BARE})*)\s*=")
ZERO_WIDTH_JOINER = "\u200d"  # inside emoji


@dataclass(frozen=True)
class Place:
    """An answer in the file: a topic's table, or the line of a word or domain; line numbers count from 1."""

    section: str  # topics | words | domains, or "" above the first table
    key: str
    line: int
    last: int  # line of its last field, itself where it has none


def find_places(text: str) -> list[Place]:
    """Return where each topic, word, domain and each field above them stands, in the order of the file."""
    places: list[Place] = []
    section, topic = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            section, topic = header[1], _decode(header[2] or "")
            if topic:
                places.append(Place(section, topic, number, number))
        elif topic and line.strip() and not line.lstrip().startswith("#"):
            places[-1] = Place(section, topic, places[-1].line, number)
        elif not topic and (field := _FIELD.match(line)):
            places.append(Place(section, _decode(field[1]), number, number))
    return places


def find_header(text: str, section: str) -> int | None:
    """Return the line of ``[section]``; None where there is none."""
    found = (n for n, line in enumerate(text.split("\n"), start=1)
             if (header := _HEADER.match(line)) and header[1] == section and not header[2])
    return next(found, None)


def find_repeats(places: list[Place]) -> list[tuple[Place, Place]]:
    """Return each answer that was given before, with the first one."""
    first: dict[tuple[str, str], Place] = {}
    return [(place, before) for place in places
            if (before := first.setdefault((place.section, place.key), place)) is not place]


def without(text: str, places: list[Place]) -> str:
    """Return the text with the lines of some places empty, so that all others keep their numbers."""
    lines = text.split("\n")
    for place in places:
        lines[place.line - 1:place.last] = [""] * (place.last - place.line + 1)
    return "\n".join(lines)


def quote(text: str) -> str:
    """Write a text as TOML: what cannot be seen, or would turn the reading direction, is written as its code."""
    escaped = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(escaped.get(c) or (c if _is_visible(c) else f"\\U{ord(c):08X}") for c in text) + '"'


def say(text: str) -> str:
    """Return a text as it can stand in a comment."""
    return "".join(c if _is_visible(c) else "·" for c in text)


def _is_visible(character: str) -> bool:
    return character.isprintable() or character == ZERO_WIDTH_JOINER


def _decode(key: str) -> str:
    """Return what a quoted key says; any other as it stands."""
    if not key.startswith(('"', "'")):
        return key
    try:
        return next(iter(tomllib.loads(f"{key} = 1")))
    except tomllib.TOMLDecodeError:
        return key
