"""WhatsApp, "Export chat" as text (`_chat.txt`, also within the zip that the app sends).

A message begins with a date, a time and `Name:`; lines without them go on with the message before. Android
writes ``03.11.2025, 09.15 - Name: text``, iOS ``[03.11.2025 09.15.30] Name: text``. The order of day and month, the
separators and 12- or 24-hour clocks follow the phone's language: the order is told from the whole file, day first
where every date could be either. Times are local: the card's `time_zone` says where. Lines without a name
are notices of the app. There are no ids, no forwards and no reactions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from workbench.errors import InputError
from workbench.settings import SourceCard
from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Batch, BatchBuilder, Format, Item, RawArena, RawPost

_INVISIBLE = str.maketrans({"\u200e": None, "\u200f": None, "\u202a": None, "\u202c": None, "\u202f": " ",
                            "\u00a0": " ", "\ufeff": None})
_DATE = r"(\d{1,4})[./-] ?(\d{1,2})[./-] ?(\d{2,4})"
_TIME = r"(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?(?: ?([AaPp])\.?[Mm]\.?)?"
_START = re.compile(rf"(?:\[{_DATE},? {_TIME}\] |{_DATE},? (?:kl\. )?{_TIME} [-–] )(.*)", re.DOTALL)
_SENDER = re.compile(r"([^:\n]{1,120}): (.*)", re.DOTALL)
_OMITTED = re.compile(
    r"<[^<>]*(?:omitted|udeladt|utelämna[dst]+|utelatt|utelates|jätettiin pois|weggelassen)[^<>]*>"
    r"|[\w ]{3,30} (?:omitted|udeladt|utelämna[dst]+|utelatt)\s*$|\S+\.\w{3,4} \((?:file attached|vedhæftet fil)\)")


def _matches(head: Head) -> bool:
    lines = [line.translate(_INVISIBLE) for line in head.lines(20)]
    return bool(lines) and _START.match(lines[0]) is not None


def _parts(line: str) -> tuple[tuple[str, ...], str] | None:
    """Return the pieces of date and time of a line that begins a message, and the rest of it."""
    found = _START.match(line)
    if not found:
        return None
    pieces = found.groups()[:7] if found[1] else found.groups()[7:14]
    return tuple(piece or "" for piece in pieces), found[15] or ""


def _is_month_first(lines: Iterable[str]) -> bool:
    """Return whether dates are written month first: whether some second number is no month."""
    for line in lines:
        if (found := _parts(line)) and len(found[0][0]) <= 2:
            if int(found[0][0]) > 12:
                return False
            if int(found[0][1]) > 12:
                return True
    return False


def _stamp(pieces: tuple[str, ...], month_first: bool) -> str:
    first, second, third, hour, minute, seconds, half = pieces
    year, month, day = (first, second, third) if len(first) == 4 else (
        (third, first, second) if month_first else (third, second, first))
    hours = int(hour) % 12 + 12 * (half.casefold() == "p") if half else int(hour)
    century = "20" if len(year) == 2 else ""
    return f"{century}{year}-{int(month):02d}-{int(day):02d}T{hours:02d}:{minute}:{seconds or '00'}"


def _lines(stream: Stream) -> Iterator[str]:
    with stream.open() as opened:
        for line in opened:
            yield line.decode("utf-8").rstrip("\r\n").translate(_INVISIBLE)


def _item(pieces: tuple[str, ...], rest: str, arena: RawArena, month_first: bool) -> Item:
    sender = _SENDER.match(rest)
    stamp = _stamp(pieces, month_first)
    if not sender:
        return Item(arena, RawPost(stamp=stamp, kind="service"))
    text, omitted = _OMITTED.subn("", sender[2])
    return Item(arena, RawPost(account=sender[1], account_via="name", stamp=stamp, text=text.strip() or None,
                               media="other" if omitted else None))


def _read(stream: Stream, card: SourceCard) -> Iterator[Batch]:
    month_first = _is_month_first(_lines(stream))
    arena = RawArena(f"{stream.path.stem}/{stream.member}", kind="chat")
    builder = BatchBuilder()
    open_message: tuple[int, tuple[str, ...], str] | None = None
    for number, line in enumerate(_lines(stream), 1):
        if found := _parts(line):
            if open_message:
                builder.add([_item(*open_message[1:], arena, month_first)], open_message[0], open_message[2])
            open_message = (number, *found)
        elif open_message:
            open_message = (*open_message[:2], f"{open_message[2]}\n{line}")
        elif line.strip():
            builder.faults.append((number, "before the first message", line))
        if builder.is_full():
            yield builder.take()
    if open_message is None:
        raise InputError(f"{stream.name}: no line begins with date, time and name, so it is no WhatsApp chat. "
                         "Name another --format.")
    builder.add([_item(*open_message[1:], arena, month_first)], open_message[0], open_message[2])
    yield builder.take()


def _names(stream: Stream) -> set[str]:
    return {sender[1] for line in _lines(stream) if (found := _parts(line)) and (sender := _SENDER.match(found[1]))}


FORMAT = Format("whatsapp", "whatsapp", "W", _matches, _read, _names, told_by_content=True,
                gives=("account_id", "media"))
