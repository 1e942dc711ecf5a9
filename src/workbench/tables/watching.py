"""The watch list of a municipality, what was decided about it, and what changed in its arenas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.tables.posts import UTC

ACCESSES = ("open", "link", "closed")
STATUSES = ("followed", "removed")
DECISIONS = ("added", "accepted", "declined", "removed", "reviewed")

WATCH_COLUMNS: dict[str, str] = {
    "arena": "string",  # code of an imported arena (T-014), or of a candidate that was accepted and not yet collected
    "name": "string",  # as a person wrote it; the only name that a product shows, and of open arenas alone
    "reason": "string",  # why it is followed
    "category": "string",
    "access": "string",  # open | link | closed
    "owner": "string",  # of the decision: a role, never a person
    "added": UTC,
    "card": "string",  # id of the source card; missing where nothing was collected yet
    "review": UTC,  # when the decision is looked at again
    "status": "string",  # followed | removed
}

LOG_COLUMNS: dict[str, str] = {
    "when": UTC,
    "role": "string",  # who decided
    "what": "string",  # one of `DECISIONS`
    "arena": "string",
    "reason": "string",
    "arenas": "Int64",  # the evidence there was then: arenas of the list that pointed at it, and in how many posts
    "posts": "Int64",
}

WATCHED_COLUMNS: dict[str, str] = {
    **WATCH_COLUMNS,
    "arena_id": "string",  # of the collection; missing where it was not collected yet
    "title": "string",  # as the export says it: for whoever keeps the list, never for a product
    "posts": "Int64",
    "first_seen": UTC,
    "last_seen": UTC,
    "is_due": "bool",  # the day of its review has come
}

WATCH_CHANGE_COLUMNS: dict[str, Any] = {
    "arena": "string",  # its code in the list
    "arena_id": "string",
    # new | newly_collected | gone | silent | renamed | went_private | moved | larger | smaller | harsher | milder
    "change": "string",
    "successor": "string",  # of `moved`
    # larger, smaller, silent: posts a week in the weeks before, and now; harsher, milder: the share of marked posts
    "before": "Float64",
    "now": "Float64",
    "q": "Float64",  # of the test, after Benjamini–Hochberg over the arenas
    "evidence": "object",  # list of post ids
}

CANDIDATE_COLUMNS: dict[str, str] = {
    # x-<hex> for a channel forwarded from, i-<hex> for an invitation, else the code of an imported arena
    "arena": "string",
    "kind": "string",  # channel | invitation | imported
    "platform": "string",
    "arenas": "Int64",  # arenas of the list that forward from it or link to it
    "posts": "Int64",
    "weeks": "Int64",  # different ones
    "open_share": "Float64",  # of the arenas that point at it, the share that anybody may read
    "first_at": UTC,
    "last_at": UTC,
    "is_new": "bool",  # nobody of the list pointed at it before the period
    "needs_basis": "bool",  # it is not open to everybody: a card must name the legal basis before it is followed
    "was_declined": "bool",  # and is here again, since its evidence doubled
}

EVIDENCE_COLUMNS: dict[str, str] = {"arena": "string", "arena_id": "string", "post_id": "string", "posted_at": UTC}

NOTE_COUNT_COLUMNS: dict[str, str] = {
    "part": "string",  # month | content | severity | platform
    "value": "string",  # of the part: 2025-08, a code of the form, 1 to 4, a platform
    "notes": "Int64",  # missing where a word stands for it
    "said": "string",  # number | few (fewer than five) | some (five or more, and no number)
}


@dataclass(frozen=True)
class WatchChanges:
    """What changed in the arenas of a watch list from the time before a period to it.

    Attributes
    ----------
    table
        One row per arena and change, columns `WATCH_CHANGE_COLUMNS`, sorted by change and arena.
    followed, collected
        Arenas that the list says are followed, and those of them of which posts were imported.
    tested
        Of how many a test could tell whether their size changed.
    toned
        Of how many a test could tell whether their tone changed; 0 where no posts were marked.
    """

    table: pd.DataFrame
    followed: int
    collected: int
    tested: int
    toned: int


@dataclass(frozen=True)
class Candidates:
    """What the arenas of a watch list point at and nobody has decided about.

    Attributes
    ----------
    table
        One row each, the strongest evidence first, columns `CANDIDATE_COLUMNS`.
    evidence
        One row per post that points at one, columns `EVIDENCE_COLUMNS`.
    left_out
        How many there are besides, and why: `may_be_people`, `too_little`, `declined`.
    """

    table: pd.DataFrame
    evidence: pd.DataFrame
    left_out: dict[str, int] = field(default_factory=dict)
