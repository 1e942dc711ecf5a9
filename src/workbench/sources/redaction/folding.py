"""Texts made plain for matching, character by character: every digit, dash, space and wide letter as in ASCII."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Span = tuple[int, int]
# RE2 pattern of one letter, digit or low line, and of every sign that is not ASCII; a class of all letters is made
# ready slowly
HINT_W = r"[^\x00-/:-@\[-^`{-\x7f]"
_MINUS = 0x2212
_WIDE = range(0xFF01, 0xFF5F)


class _Plain(dict[int, str]):
    """The plain form of each character met so far."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        decimal = unicodedata.decimal(character, None)
        category = unicodedata.category(character)
        if decimal is not None:
            plain = str(decimal)
        elif code in _WIDE:
            plain = chr(code - 0xFEE0)
        elif category == "Pd" or code == _MINUS:
            plain = "-"
        else:
            plain = " " if category == "Zs" else character
        self[code] = plain
        return plain


_PLAIN = _Plain()
# All but Latin and Greek letters, Cyrillic, quotation marks and emoji: most texts have none of these
_FOREIGN = re.compile("[\xa0\u0589-\u1fff\u2000-\u2015\u2028-\u206f\u2212\u3000-\ufe0e\ufe10-\uffff"
                      "\U00010000-\U0001efff\U0001fbf0-\U0001fbf9]")
# The same as an RE2 pattern
FOREIGN_HINT = (r"[\x{a0}\x{589}-\x{1fff}\x{2000}-\x{2015}\x{2028}-\x{206f}\x{2212}\x{3000}-\x{fe0e}\x{fe10}-\x{ffff}"
                r"\x{10000}-\x{1efff}\x{1fbf0}-\x{1fbf9}]")


def fold(text: str) -> str:
    """Return a text of the same length with plain digits, dashes, spaces and Latin letters."""
    return text if text.isascii() else _FOREIGN.sub(lambda found: _PLAIN[ord(found[0])], text)


def blank(text: str, spans: list[Span]) -> str:
    """Return a text of the same length in which nothing can be found within the spans, nor across them."""
    for start, end in spans:
        text = text[:start] + "]" * (end - start) + text[end:]
    return text


def apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order that do not overlap; of two that do, the earlier and longer one."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
