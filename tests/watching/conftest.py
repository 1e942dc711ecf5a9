from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from workbench.tables.posts import LINK_COLUMNS, Corpus
from workbench.tables.watching import LOG_COLUMNS, WATCH_COLUMNS


@pytest.fixture
def listed() -> Callable[..., pd.DataFrame]:
    """Make a watch list of arenas, all of them open and followed but for what is given."""
    def make(*arenas: str, **given: object) -> pd.DataFrame:
        day = pd.Timestamp("2025-07-01", tz="UTC")
        row = {"name": pd.NA, "reason": "local talk", "category": "local", "access": "open", "owner": "ssp", "added": day,
               "card": "made", "review": day + pd.Timedelta(days=90), "status": "followed"} | given
        return pd.DataFrame([{"arena": arena, **row} for arena in arenas], columns=list(WATCH_COLUMNS)).astype(WATCH_COLUMNS)

    return make


@pytest.fixture
def log_of() -> Callable[..., pd.DataFrame]:
    """Make a log of rows (what, arena, arenas, posts)."""
    def make(*rows: tuple) -> pd.DataFrame:
        entries = [{"when": pd.Timestamp("2025-07-01", tz="UTC"), "role": "ssp", "what": what, "arena": arena,
                    "reason": "why", "arenas": arenas, "posts": posts} for what, arena, arenas, posts in rows]
        return pd.DataFrame(entries, columns=list(LOG_COLUMNS)).astype(LOG_COLUMNS)

    return make


@pytest.fixture
def linked() -> Callable[..., Corpus]:
    """Give a corpus links: rows (post, relation, target, target_kind)."""
    def make(corpus: Corpus, *rows: tuple[str, str, str, str]) -> Corpus:
        return replace(corpus, links=pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS))

    return make
