"""Windows lie in one another: what was found within a minute was found within an hour, too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from workbench.tables.coordination import COSHARE_COLUMNS

PAIR = ["actor_a", "actor_b"]


@dataclass(frozen=True)
class Layer:
    """One relation at one window, tested.

    `ties` has the columns `COSHARE_COLUMNS`; `shared` one row per pair of shares of a significant
    tie: `actor_a`, `actor_b`, `seconds` between them and `fellows`, actors of the thing less one.
    """

    relation: str
    window_seconds: int
    ties: pd.DataFrame
    shared: pd.DataFrame
    counts: dict[str, int]
    widths: list[dict[str, Any]]


def carry_ties(layers: list[Layer]) -> list[Layer]:
    """Let a tie that was found at one window count at every longer one of its relation, with its posts."""
    carried: dict[tuple[str, int], Layer] = {}
    earlier: dict[str, Layer] = {}
    for layer in sorted(layers, key=lambda one: one.window_seconds):
        before = earlier.get(layer.relation)
        earlier[layer.relation] = _carry(layer, before) if before else layer
        carried[layer.relation, layer.window_seconds] = earlier[layer.relation]
    return [carried[layer.relation, layer.window_seconds] for layer in layers]


def _carry(layer: Layer, before: Layer) -> Layer:
    known = before.ties[before.ties["is_significant"]].set_index(PAIR)
    if known.empty:
        return layer
    ties = layer.ties.set_index(PAIR)
    # a pair whose things are all set aside at the longer window has no row there
    absent = known[~known.index.isin(ties.index)].assign(window_seconds=layer.window_seconds)
    own = ties.index[ties["is_significant"]]
    ties = pd.concat([ties, absent]) if len(absent) else ties.copy()
    place = ties.index.get_indexer(known.index)
    ties.loc[known.index, "is_significant"] = True
    ties.loc[known.index, "found_seconds"] = known["found_seconds"]
    posts = ties["posts"].to_numpy(dtype=object, copy=True)
    for row, proof in zip(place, known["posts"], strict=True):
        posts[row] = sorted({*proof, *(posts[row] if isinstance(posts[row], list) else ())})
    ties = ties.assign(posts=posts).reset_index().sort_values(PAIR, ignore_index=True)
    # where a tie was found anew its own pairs of shares hold those of the shorter window
    shared = before.shared[~pd.MultiIndex.from_frame(before.shared[PAIR]).isin(own)]
    return replace(layer, ties=ties[list(COSHARE_COLUMNS)].astype(COSHARE_COLUMNS),
                   shared=pd.concat([layer.shared, shared], ignore_index=True),
                   counts={**layer.counts, "significant_pairs": int(ties["is_significant"].sum())})
