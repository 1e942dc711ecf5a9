"""One JSON value from its bytes: what it holds, or why it cannot be read."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import numpy as np
import orjson

MAX_DEPTH = 1_000  # trees of replies nest several levels a reply
LARGEST_RECORD = 16 << 20  # bytes; no post is longer
_KEPT = 1 << 20  # bytes of a broken record that the quarantine gets to see
_LONGEST_NUMBER = 20  # digits; orjson rounds whole numbers of 64 bits and more

# every escape is matched as a pair, so that in `\\x0C` the x stays text
_ESCAPES = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
# Telegram Desktop 4.1.1 wrote the document id, a path or a remark, without quotes
_BARE_DOCUMENT = re.compile(rb'("document_id"\s*:\s*)(?!null\b)([A-Za-z(./][^"\\,}\r\n]{0,300}[^"\\,}\s])')
_STRINGS = re.compile(rb'"[^"]*"')
_NO_STRUCTURE = bytes(set(range(256)) - set(b'"{}[]'))
_DIGITS = bytes(0x30 if 0x30 <= n <= 0x39 else n for n in range(256))
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"{[")], _STEPS[list(b"}]")] = 1, -1


class Broken:
    """A record that cannot be read: why, and what stands there."""

    def __init__(self, reason: str, raw: bytes | str) -> None:
        self.reason = reason
        self.raw = raw if isinstance(raw, str) else raw[:_KEPT].decode("utf-8", "replace").rstrip("\r\n")


class _NoNumber(ValueError):
    """A number that no post holds."""


def _no_number(text: str) -> NoReturn:
    raise _NoNumber(f"a number that is none ({text})")


def _fraction(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _NoNumber("a number too large to be one")
    return value


_CAREFUL = json.JSONDecoder(parse_constant=_no_number, parse_float=_fraction)


def repair(data: bytes) -> bytes:
    """Make what common exporters write wrongly valid JSON."""
    if b"\\x" in data:
        data = _ESCAPES.sub(lambda m: b"\\u00" + m[1] if m[1] else m[0], data)
    if b'"document_id"' in data:
        data = _BARE_DOCUMENT.sub(rb'\1"\2"', data)
    return data


def read_value(raw: bytes) -> Any:
    """Return the JSON value that these bytes are, or `Broken`."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _read_carefully(raw)
    return checked(raw, value)


def checked(raw: bytes, value: Any) -> Any:
    """Return a value that orjson read from these bytes, mended or refused where orjson is too lenient."""
    if b"0" * _LONGEST_NUMBER in raw.translate(_DIGITS):
        return _read_carefully(raw)
    return Broken(f"nested more than {MAX_DEPTH} deep", raw) if _is_deep(raw) else value


def _is_deep(raw: bytes) -> bool:
    return (len(raw) > 2 * MAX_DEPTH and raw.count(b"[") + raw.count(b"{") > MAX_DEPTH
            and depths(structure(raw)).max(initial=0) > MAX_DEPTH)


def structure(raw: bytes) -> bytes:
    """Return the brackets of whole JSON, without all else."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return _STRINGS.sub(b"", raw.translate(None, _NO_STRUCTURE))


def depths(brackets: bytes) -> np.ndarray:
    """Return how deep JSON is nested after each of its brackets."""
    return np.cumsum(_STEPS[np.frombuffer(brackets, np.uint8)], dtype=np.int32)


def _read_carefully(raw: bytes) -> Any:
    """Return a value that orjson refuses or rounds, or why it cannot be read."""
    try:
        text = repair(raw).decode("utf-8")
        value = _CAREFUL.decode(text.lstrip("\ufeff"))
        # halves of characters are valid JSON, and text of no kind
        json.dumps(value, ensure_ascii=False).encode() if "\\u" in text else None
    except UnicodeDecodeError:
        return Broken("a byte that is not UTF-8", raw)
    except UnicodeEncodeError:
        return Broken("half a character (a lone surrogate)", raw)
    except RecursionError:
        return Broken(f"nested more than {MAX_DEPTH} deep", raw)
    except _NoNumber as error:
        return Broken(str(error), raw)
    except json.JSONDecodeError:
        return Broken("not valid JSON", raw)
    except ValueError:  # of more digits than Python reads
        return Broken("a number too large to be one", raw)
    return Broken(f"nested more than {MAX_DEPTH} deep", raw) if _is_deep(raw) else value
