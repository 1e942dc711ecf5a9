"""Answers put into the text of a review or editor's file: one value changes, every other character stays."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from workbench.errors import CardError
from workbench.reviewing.lines import find_places, quote
from workbench.reviewing.report_lines import find_spots

Values = Mapping[str, str | list[str]]
_HEADER = re.compile(r"\s*\[")


def set_top(text: str, values: Values) -> str:
    """Put values into the fields above the first table, such as the role and the day.

    Raises
    ------
    CardError
        If the text is written in a way in which they cannot be changed one by one.
    """
    changed = text
    for name, value in values.items():
        lines = changed.split("\n")
        end = next((n for n, line in enumerate(lines) if _HEADER.match(line)), len(lines))
        changed = _put(changed, 0, end, name, value, after=_last_field(lines, 0, end))
    wanted = _parse(text)
    wanted.update({name: deepcopy(value) for name, value in values.items()})
    return _checked(changed, wanted)


def set_answer(text: str, section: str, key: str, values: Values) -> str:
    """Put values into the answer about a topic, word or domain of a review file.

    Raises
    ------
    CardError
        As `set_top`, and where the file does not ask about it.
    """
    wanted = _parse(text)
    if not isinstance(entry := wanted.get(section, {}).get(key), dict):
        raise CardError(_REFUSED)
    entry.update(values)
    place = next((p for p in find_places(text.removeprefix("\ufeff")) if (p.section, p.key) == (section, key)), None)
    if place is None:
        raise CardError(_REFUSED)
    first = text.split("\n")[place.line - 1]
    changed = text
    if _HEADER.match(first):
        for name, value in values.items():
            last = next(p.last for p in find_places(changed.removeprefix("\ufeff"))
                        if (p.section, p.key) == (section, key))
            changed = _put(changed, place.line, last, name, value, after=last)
    else:
        changed = _put(changed, place.line - 1, place.line, None, "{ " + ", ".join(
            f"{_bare(name)} = {_write(value)}" for name, value in entry.items()) + " }", after=place.line)
    return _checked(changed, wanted)


def set_entry(text: str, table: str, number: int | None, values: Values) -> str:
    """Put values into an entry of a list of tables of an editor's file, or add one after those that are there.

    Parameters
    ----------
    number
        Of the entry, from 0; None: a new one.

    Raises
    ------
    CardError
        As `set_top`.
    """
    wanted, spots = _parse(text), find_spots(text.removeprefix("\ufeff"))
    listed = wanted.setdefault(table, [])
    lines = text.split("\n")
    if number is None:
        listed.append(dict(values))
        at, end = _end_of(lines, table, spots), "\r" if lines[0].endswith("\r") else ""
        added = ["", f"[[{table}]]", *(f"{name} = {_write(value)}" for name, value in values.items())]
        head = lines[:at] if at < len(lines) or lines[-1] else lines[:-1]
        if head and not head[-1].endswith("\r"):
            head[-1] += end
        tail = lines[at:] if at < len(lines) and lines[at:] != [""] else [""]
        return _checked("\n".join([*head, *(line + end for line in added), *tail]), wanted)
    listed[number].update(values)
    changed = text
    for name, value in values.items():
        lines = changed.split("\n")
        start = find_spots(changed.removeprefix("\ufeff"))[(table, str(number), "")]
        end_line = next((n for n in range(start, len(lines)) if _HEADER.match(lines[n])), len(lines))
        changed = _put(changed, start, end_line, name, value, after=_last_field(lines, start, end_line) or start)
    return _checked(changed, wanted)


_REFUSED = ("the file is written in a way in which a single answer cannot be changed. Correct it in a text editor: "
            "each topic as a table [topics.K-003], each word and domain on a line of its own")


def _put(text: str, start: int, end: int, name: str | None, value: str | list[str], *, after: int) -> str:
    """Replace the value of a field in some lines, or add the field; None: what stands after the first ``=``."""
    lines = text.split("\n")
    pattern = re.compile(r"\ufeff?\s*" + (rf"(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')" if name
                                    else r'(?:"(?:[^"\\]|\\.)*"|\'[^\']*\'|[\w-]+)') + r"\s*=\s*")
    written = _write(value) if name else str(value)
    for number in range(start, end):
        if found := pattern.match(lines[number]):
            offset = sum(len(line) + 1 for line in lines[:number]) + found.end()
            return text[:offset] + written + text[_end_of_value(text, offset):]
    if name is None:
        raise CardError(_REFUSED)
    line_end = "\r" if lines[0].endswith("\r") else ""
    if after == len(lines):
        lines[-1] += line_end if lines[-1] and not lines[-1].endswith("\r") else ""
    return "\n".join([*lines[:after], f"{_bare(name)} = {written}{line_end}", *lines[after:]])


def _end_of_value(text: str, at: int) -> int:
    """Return where a value ends: before a comment or the end of its line, after the last bracket that it opened."""
    depth, last = 0, at
    while at < len(text):
        letter = text[at]
        if letter in "\"'":
            mark = text[at:at + 3] if text[at:at + 3] in ('"""', "'''") else letter
            at += len(mark)
            while at < len(text) and not text.startswith(mark, at):
                at += 2 if text[at] == "\\" and letter == '"' else 1
            at += len(mark)
            last = at
            continue
        if letter == "#" and depth:
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        if not depth and letter in "#\r\n":
            break
        depth += (letter in "[{") - (letter in "]}")
        at += 1
        last = at if not letter.isspace() else last
    return last


def _last_field(lines: list[str], start: int, end: int) -> int:
    """Return the number of lines up to the last one of some that says anything; `start` where none does."""
    says = (n for n in range(end, start, -1) if lines[n - 1].strip() and not lines[n - 1].lstrip().startswith("#"))
    return next(says, start)


def _end_of(lines: list[str], table: str, spots: Mapping[Any, int]) -> int:
    """Return after how many lines a new entry belongs: after the last one, else after what the file says of it."""
    starts = [line for (name, _, field), line in spots.items() if name == table and not field]
    if starts:
        start = max(starts)
        end = next((n for n in range(start, len(lines)) if _HEADER.match(lines[n])), len(lines))
        return _last_field(lines, start, end)
    told = next((n for n, line in enumerate(lines) if re.match(rf"#\s*\[\[{table}\]\]", line)), None)
    if told is None:
        return len(lines)
    return next((n for n in range(told, len(lines)) if not lines[n].startswith("#")), len(lines))


def _write(value: str | list[str]) -> str:
    return quote(value) if isinstance(value, str) else f"[{', '.join(map(quote, value))}]"


def _bare(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quote(name)


def _parse(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def _checked(text: str, wanted: dict[str, Any]) -> str:
    """Make sure that a text says what it should and nothing else."""
    try:
        if _parse(text) == wanted:
            return text
    except tomllib.TOMLDecodeError:
        pass
    raise CardError(_REFUSED)
