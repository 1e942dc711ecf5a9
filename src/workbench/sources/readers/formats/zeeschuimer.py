"""Zeeschuimer's NDJSON: what a browser extension saw, in the platform's own JSON.

`source_platform` names the platform, `data` holds its payload, `timestamp_collected` (milliseconds) says when.
Payloads change several times a year, so everything is looked up by paths with fallbacks (`sources/payloads`). There is
one format per platform; records of another platform in the same file are refused and counted.
"""

from __future__ import annotations

from typing import Any

from workbench.sources.readers.head import Head
from workbench.sources.readers.json_format import shows
from workbench.sources.readers.payloads.kinds import Opened, collected_formats
from workbench.sources.readers.records import as_text, find, find_text, from_milliseconds


def _opened(record: Any) -> Opened:
    collected = from_milliseconds(find_text(record, "timestamp_collected", "last_updated"))
    return find_text(record, "source_platform"), find(record, "data"), collected


def _source_in(head: Head) -> str | None:
    is_one = shows(head, ("", "item."), "source_platform", "data", "nav_index|item_id|timestamp_collected|source_url")
    return as_text(head.paths.get("source_platform") or head.paths.get("item.source_platform")) if is_one else None


FORMATS = collected_formats("zeeschuimer", opened=_opened, source_in=_source_in)
