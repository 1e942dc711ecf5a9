"""4CAT's NDJSON of an imported Zeeschuimer set: the platform's JSON with `__import_meta` beside its own keys.

`__import_meta` holds all that Zeeschuimer stored around the payload, so `source_platform` and `timestamp_collected` are
found there. There is one format per platform.
"""

from __future__ import annotations

from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.payloads.kinds import Opened, collected_formats
from workbench.sources.readers.records import as_text, find_text, from_milliseconds


def _opened(record: Any) -> Opened:
    meta = "__import_meta"
    collected = from_milliseconds(find_text(record, f"{meta}.timestamp_collected", f"{meta}.last_updated"))
    return find_text(record, f"{meta}.source_platform"), record, collected


def _source_in(head: Head) -> str | None:
    path = "__import_meta.source_platform"
    return as_text(head.paths.get(path) or head.paths.get(f"item.{path}"))


FORMATS = collected_formats("4cat-ndjson", opened=_opened, source_in=_source_in)
