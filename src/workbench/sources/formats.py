"""The export formats the workbench reads, and which of them a file is in."""

from __future__ import annotations

from functools import lru_cache

from workbench.errors import InputError
from workbench.sources.opening import Stream
from workbench.sources.records import Format


@lru_cache(maxsize=1)
def known_formats() -> dict[str, Format]:
    """Return the formats by the name that ``--format`` takes."""
    from workbench.sources import fourcat_telegram, telegram_desktop, telegram_tracker, youtube_comments

    modules = (telegram_desktop, telegram_tracker, fourcat_telegram, youtube_comments)
    return {module.FORMAT.name: module.FORMAT for module in modules}


def named_format(name: str) -> Format:
    """Return a format by name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    try:
        return known_formats()[name]
    except KeyError:
        raise InputError(f"--format {name}: no such format. Known are {', '.join(known_formats())}.") from None


def detect_format(stream: Stream) -> Format:
    """Tell the format of a stream from its first bytes.

    Raises
    ------
    InputError
        If it is empty, not UTF-8, or in none of the known formats or in more than one.
    """
    head = stream.head().lstrip()
    found = [form for form in known_formats().values() if form.matches(head)]
    if len(found) == 1:
        return found[0]
    what = f"could be {' or '.join(f.name for f in found)}" if found else "is in no format that is known"
    raise InputError(f"{stream.name}: {what}. Name it with --format; known are {', '.join(known_formats())}.")
