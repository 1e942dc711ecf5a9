"""The export formats the workbench reads, and which of them a file is in."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.sources.readers.head import Head
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Format

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


def detect_format(stream: Stream) -> Format:
    """Tell the format of a stream from its first bytes.

    Raises
    ------
    InputError
        If it is empty, not UTF-8, or in none of the known formats or in more than one.
    """
    fitted = [made for form in known_formats().values() if form.fit and (made := form.fit(stream))]
    if fitted:
        return fitted[0]
    head = Head(stream.head())
    found = [form for form in known_formats().values() if form.matches(head)]
    if len(found) == 1:
        return found[0]
    what = f"could be {' or '.join(f.name for f in found)}" if found else "is in no format that is known"
    raise InputError(f"{stream.name}: {what}. Name it with --format (`workbench formats` lists those that "
                     "are known); `workbench add` asks what the columns of a table or the paths of JSON are.")
