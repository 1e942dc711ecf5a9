"""The places of a city by which posts about it are told."""

from __future__ import annotations

PLACE_KINDS = ("district", "street", "institution", "school", "other")
GAZETTEER_COLUMNS: dict[str, str] = {
    "name": "string",  # as people write it
    "kind": "string",  # one of PLACE_KINDS
    "forms": "object",  # list of other ways to write it
}
