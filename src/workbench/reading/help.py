"""What columns mean, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from workbench.wording import Wording

FINDING = "finding"  # the table of one


@lru_cache(maxsize=1)
def documented() -> Mapping[str, Mapping[str, Any]]:
    """Return the documented tables, by the name that their help has: columns of each, in order."""
    from workbench.tables import actors, choosing, coordination, imports, looking, posts, topics

    return {
        "posts": posts.POST_COLUMNS, "links": posts.LINK_COLUMNS, "versions": posts.VERSION_COLUMNS,
        "post_sources": posts.POST_SOURCE_COLUMNS, "joins": posts.JOIN_COLUMNS, "arenas": posts.ARENA_COLUMNS,
        "sightings": posts.SIGHTING_COLUMNS, "places": dict.fromkeys(choosing.KEYWORD_COLUMNS),
        "topics": topics.TOPIC_COLUMNS, "assignments": topics.ASSIGNMENT_COLUMNS,
        "subtopics": topics.SUBTOPIC_COLUMNS, "register": topics.REGISTER_COLUMNS, "actors": actors.ACTOR_COLUMNS,
        "ties": actors.TIE_COLUMNS, "coshares": coordination.COSHARE_COLUMNS,
        "layers": coordination.LAYER_COLUMNS, "bins": coordination.BIN_COLUMNS,
        "without": coordination.WITHOUT_COLUMNS, "members": coordination.MEMBER_COLUMNS,
        "ledger": imports.LEDGER_COLUMNS, "cards": imports.CARD_COLUMNS, "quarantine": imports.QUARANTINE_COLUMNS,
        "overlap": imports.OVERLAP_COLUMNS, "gaps": imports.GAP_COLUMNS, "redaction": imports.REDACTION_COLUMNS,
        "bridges": actors.BRIDGE_COLUMNS, "chance": actors.CHANCE_COLUMNS, "lineage": actors.LINEAGE_COLUMNS,
        "spreads": actors.SPREADS_COLUMNS, "matches": topics.MATCH_COLUMNS, "new_words": topics.NEW_WORD_COLUMNS,
        "codes": looking.LISTED_CODE_COLUMNS, "mistakes": looking.MISTAKE_COLUMNS, "counts": looking.COUNT_COLUMNS,
        "releases": looking.RELEASE_COLUMNS, "listed": looking.LISTED_ARENA_COLUMNS,
        "profiles": looking.PROFILE_COLUMNS,
        "progress": dict.fromkeys(("coder", "asked", "coded", "left", "seconds")),
        "changes": dict.fromkeys(("arena_id", "change", "since", "until", "happened")),
        "parts": dict.fromkeys(("what", "name", "first", "second", "share_first", "share_second", "difference")),
    }


def recognise(columns: Iterable[str]) -> str:
    """Return which documented table these columns are of; of several the one they are most of; empty for none."""
    given = set(columns)
    shares = {name: len(given & set(known)) / len(given | set(known)) for name, known in documented().items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.3 else ""


def explain(column: str, table: str, wording: Wording) -> str:
    """Return what a column means: in this table, in any, or what reports call it; empty where nothing is known.

    Of a finding, what reports call it goes first.
    """
    messages = (f"help.{table}.{column}", f"help.{column}", f"column.{column}")
    messages = messages[::-1] if table == FINDING else messages
    return next((wording.say(m) for m in messages if wording.knows(m)), "")
