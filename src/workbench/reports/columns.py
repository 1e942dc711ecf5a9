"""Which columns of the quarterly findings a report shows, and how each is written."""

from __future__ import annotations

PLATFORM_COLUMNS = {"platform": "code", "arena_kind": "code", "arenas": "number", "posts": "number", "share": "share",
                    "authors": "number", "median_posts": "decimal"}
COVERAGE_COLUMNS = {"status": "code", "arenas": "number", "of_arenas": "number"}
TOPIC_COLUMNS = {"stable_id": "text", "label": "code", "words": "text", "posts": "number", "share": "share",
                 "arenas": "number", "trust": "code"}
CHANGE_COLUMNS = {"label": "text", "share_before": "share", "share": "share", "change": "points", "low": "points",
                  "high": "points", "q": "p", "verdict": "code"}
PEAK_COLUMNS = {"label": "text", "week": "week", "posts": "number", "expected": "decimal", "arenas": "number",
                "explanation": "code"}
COMMUNITY_COLUMNS = {"community": "text", "arenas": "number", "posts": "number", "forwards": "number",
                     "inside": "share", "topic": "text"}
LINK_PLATFORM_COLUMNS = {"platform": "code", "posts": "number", "arenas": "number", "share": "share"}
VERDICT_COLUMNS = {"verdict": "code", "topics": "number", "ended": "number", "uncertain": "number"}
WORD_COLUMNS = {"word": "text", "kind": "code", "status": "code", "first_seen": "week", "posts": "number",
                "arenas": "number", "growth": "decimal", "parts": "text"}
