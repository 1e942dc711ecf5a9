"""The export formats the workbench reads, and which of them a file is in."""

from __future__ import annotations

import pkgutil
import re
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import BOM, UTF16, Stream
from workbench.sources.readers.records import Format

# endings of what lies beside messages in downloads
_NO_EXPORTS = (
    ".jpg", ".jpeg", ".jpe", ".png", ".gif", ".webp", ".heic", ".bmp", ".tif", ".tiff", ".svg", ".ico", ".mp4", ".mov",
    ".avi", ".mkv", ".webm", ".m4v", ".3gp", ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".aac", ".tgs", ".pdf",
    ".doc", ".docx", ".ppt", ".pptx", ".css", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".vcf",
    ".ics", ".db", ".sqlite", ".exe", ".apk")
_MESSAGE = re.compile(rb"[^\d\n]{0,12}\d{1,4}[./-]")  # of WhatsApp: a date

_FEWEST_NEEDED = 4  # columns of a format, so that those of a table come near to it by more than chance

if TYPE_CHECKING:
    import pandas as pd


@lru_cache(maxsize=1)
def _modules() -> dict[str, tuple[Format, ...]]:
    from workbench.sources.readers import formats

    found = sorted(module.name for module in pkgutil.iter_modules(formats.__path__))
    modules = {name: import_module(f"{formats.__name__}.{name}") for name in found}
    return {name: tuple(getattr(module, "FORMATS", ())) or (module.FORMAT,) for name, module in modules.items()}


@lru_cache(maxsize=1)
def known_formats() -> dict[str, Format]:
    """Return the formats by the name that ``--format`` takes: the `FORMAT` or `FORMATS` of every reader."""
    return {form.name: form for forms in _modules().values() for form in forms}


def describe_formats() -> pd.DataFrame:
    """List the formats that can be imported.

    Returns
    -------
    formats
        `format` (as ``--format`` takes it), `platform`, and `what`, the first line of what its reader says of it.
    """
    import pandas as pd

    from workbench.sources.readers import formats

    rows = [(form.name, form.platform, (import_module(f"{formats.__name__}.{module}").__doc__ or "").split("\n")[0])
            for module, forms in _modules().items() for form in forms]
    return pd.DataFrame(sorted(rows), columns=["format", "platform", "what"]).astype("string")


def named_format(name: str) -> Format:
    """Return a format by name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    known = known_formats()
    if name in known:
        return known[name]
    near = get_close_matches(name.casefold(), known, n=3)
    raise InputError(f"--format {name}: no such format. " + (f"Did you mean {' or '.join(near)}? " if near else "")
                     + "`workbench formats` lists those that are known.")


def may_be_export(stream: Stream) -> bool:
    """Return whether the name and the first bytes of a member of an archive may be those of an export.

    A download of one's own data holds tens of thousands of photos and pages: they cost next to nothing.
    """
    if stream.member.lower().endswith(_NO_EXPORTS) or "__MACOSX/" in stream.member:
        return False
    start = stream.first_bytes().removeprefix(BOM)
    if start[:2] in UTF16 or b"\x00" in start[:4]:  # decoded, or refused with a reason
        return True
    line, _, _ = start.lstrip().partition(b"\n")
    is_table = any(separator in line for separator in (b",", b";", b"\t"))
    is_page = line.startswith(b"window.YTD.tweet") or b"chat_page" in start  # of X's archive, of Telegram Desktop
    is_json = line[:1] in (b"{", b"[")
    return b"\x00" not in start and (is_table or is_json or is_page or bool(_MESSAGE.match(line)))


def no_export(stream: Stream) -> InputError:
    """Return the error for a member that cannot be an export."""
    return InputError(f"{stream.name}: is no table, no JSON and no chat, so it is no export.")


def detect_format(stream: Stream) -> Format:
    """Tell the format of a stream from its first bytes.

    Raises
    ------
    InputError
        If it is empty, not UTF-8, or in none of the known formats or in more than one.
    """
    if stream.member and not may_be_export(stream):
        raise no_export(stream)
    fitted = [made for form in known_formats().values() if form.fit and (made := form.fit(stream))]
    if fitted:
        return fitted[0]
    head = Head(stream.head())
    found = [form for form in known_formats().values() if form.matches(head)]
    if len(found) == 1:
        return found[0]
    what = f"could be {' or '.join(f.name for f in found)}" if found else "is in no format that is known"
    raise InputError(f"{stream.name}: {what}.{'' if found else _nearest(head)} Name it with --format (`workbench "
                     "formats` lists those that are known); `workbench add` asks what the columns of a table or the "
                     "paths of JSON are.")


def _nearest(head: Head) -> str:
    """Say which format a table comes near to and what it lacks, as after an update of the tool that wrote it.

    Only columns that we know are named: the first line of a file may be somebody's words.
    """
    columns = head.columns | head.semicolon_columns
    near = [form for form in known_formats().values()
            if len(form.needs) >= _FEWEST_NEEDED and 2 * len(form.needs & columns) >= len(form.needs)]
    if not near:
        return ""
    best = max(near, key=lambda form: (len(form.needs & columns) / len(form.needs), len(form.any_of & columns)))
    lacking = ", ".join(sorted(best.needs - columns))
    if not lacking:  # it is another column that is missing, or one too many
        return ""
    return (f" It comes nearest to {best.name}, but line 1 lacks the columns {lacking}: did the tool that wrote it "
            "give them other names?")
