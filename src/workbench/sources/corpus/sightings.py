"""What each source showed an arena as: from it comes whether the arena was renamed or closed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.sources.corpus.arenas import Sighting
from workbench.sources.corpus.store import read_part, to_frame
from workbench.tables.posts import SIGHTING_COLUMNS, empty_frame


def read_sightings(folder: Path, manifest: dict[str, Any] | None) -> pd.DataFrame:
    """Read the sightings of a corpus; none where it was made before they were kept."""
    part = (manifest or {}).get("sightings")
    return to_frame(read_part(folder, part), SIGHTING_COLUMNS) if part else empty_frame(SIGHTING_COLUMNS)


def join_sightings(known: pd.DataFrame, sightings: list[Sighting], codes: list[str],
                   access: Mapping[str, str]) -> pd.DataFrame:
    """Add what an import showed to the sightings there are, each once, in a fixed order.

    Parameters
    ----------
    codes
        Of the arenas, one per sighting.
    access
        By source, as its card says now.
    """
    made = [_row(seen, code) for seen, code in zip(sightings, codes, strict=True) if not seen.names_person]
    fresh = pd.DataFrame(made, columns=list(SIGHTING_COLUMNS)).astype(SIGHTING_COLUMNS)
    both = pd.concat([f for f in (known, fresh) if len(f)] or [known])
    both["access"] = both["source_id"].map(dict(access)).astype("string")
    return both.drop_duplicates().sort_values(list(SIGHTING_COLUMNS), ignore_index=True)


def _row(seen: Sighting, code: str) -> tuple[Any, ...]:
    card_end = pd.Timestamp(seen.card.collected_to, tz="UTC")
    # an export is no older than its last post; a post with an impossible date must not count
    last = None if seen.last is None else min(seen.last, card_end + pd.Timedelta(days=1, microseconds=-1))
    at = max(t for t in (seen.collected or card_end, last) if t is not None)
    return code, seen.card.source_id, at, last, seen.title_key, seen.handle_key, seen.card.access, seen.is_public
