"""Where things stand in the text of an editor's file: tables, entries of lists of tables, fields."""

from __future__ import annotations

import re

_BARE = r"[A-Za-z0-9_-]+"
_LISTED = re.compile(rf"\s*\[\[\s*({_BARE})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_BARE})\s*(?:\.\s*({_BARE}|\"[^\"]*\")\s*)?\]")
_FIELD = re.compile(rf"\s*({_BARE})\s*=")
Spot = tuple[str, str, str]  # table, key or number of the entry from 0, field; empty where there is none


def find_spots(text: str) -> dict[Spot, int]:
    """Return the line of every table, entry and field, from 1; texts over several lines are stepped over."""
    spots: dict[Spot, int] = {}
    counts: dict[str, int] = {}
    table, key, open_quote = "", "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if open_quote:
            open_quote = "" if line.count(open_quote) % 2 else open_quote
            continue
        open_quote = next((q for q in ('"""', "'''") if line.count(q) % 2), "")
        if found := _LISTED.match(line):
            table, key = found[1], str(counts.get(found[1], 0))
            counts[table] = int(key) + 1
            spots.setdefault((table, key, ""), number)
        elif found := _TABLE.match(line):
            table, key = found[1], (found[2] or "").strip('"')
            spots.setdefault((table, key, ""), number)
        elif found := _FIELD.match(line):
            spots.setdefault((table, key, found[1]), number)
    return spots


def line_of(spots: dict[Spot, int], table: str, key: str = "", field: str = "") -> int:
    """Return the line of the nearest thing that is known: the field, else its entry, else its table, else 1."""
    ways = ((table, key, field), ("", "", table), (table, "", key), (table, key, ""), (table, "", ""), (table, "0", ""))
    return next((spots[spot] for spot in ways if spot in spots), 1)
