"""What columns mean, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from workbench.wording import Wording


@lru_cache(maxsize=1)
def documented() -> Mapping[str, Mapping[str, Any]]:
    """Return the documented tables, by the name that their help has: columns of each, in order."""
    from workbench.tables import actors, choosing, coordination, posts, topics

    return {
        "posts": posts.POST_COLUMNS, "links": posts.LINK_COLUMNS, "versions": posts.VERSION_COLUMNS,
        "post_sources": posts.POST_SOURCE_COLUMNS, "joins": posts.JOIN_COLUMNS, "arenas": posts.ARENA_COLUMNS,
        "sightings": posts.SIGHTING_COLUMNS, "places": dict.fromkeys(choosing.KEYWORD_COLUMNS),
        "topics": topics.TOPIC_COLUMNS, "assignments": topics.ASSIGNMENT_COLUMNS,
        "subtopics": topics.SUBTOPIC_COLUMNS, "register": topics.REGISTER_COLUMNS, "actors": actors.ACTOR_COLUMNS,
        "ties": actors.TIE_COLUMNS, "coshares": coordination.COSHARE_COLUMNS,
        "layers": coordination.LAYER_COLUMNS, "bins": coordination.BIN_COLUMNS,
        "without": coordination.WITHOUT_COLUMNS, "members": coordination.MEMBER_COLUMNS,
        "parts": dict.fromkeys(("what", "name", "first", "second", "share_first", "share_second", "difference")),
    }


def recognise(columns: Iterable[str]) -> str:
    """Return which documented table these columns are of; of several the one they are most of; empty for none."""
    given = set(columns)
    shares = {name: len(given & set(known)) / len(given | set(known)) for name, known in documented().items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.3 else ""


def explain(column: str, table: str, wording: Wording) -> str:
    """Return what a column means: in this table, in any, or what reports call it; empty where nothing is known."""
    messages = (f"help.{table}.{column}", f"help.{column}", f"column.{column}")
    return next((wording.say(m) for m in messages if wording.knows(m)), "")
