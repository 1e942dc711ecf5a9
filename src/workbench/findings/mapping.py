"""What a published map may show: open channels as they are, people's arenas by the group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.counting_rule import PUBLISHER_KINDS
from workbench.tables.actors import ActorNetwork
from workbench.tables.posts import Corpus

LEAST_TOGETHER = 3  # people's arenas behind one sign of the map
LEAST_STRENGTH = 10  # posts in ties, before participation is told


def ties_within(network: ActorNetwork) -> tuple[pd.DataFrame, set[str]]:
    """Return the ties between arenas of the study, and the arenas that have one: what a map may show.

    A source outside the study may be a person, so no tie to one is shown.
    """
    arenas = network.actors.loc[network.actors["kind"] == "arena", "actor_id"]
    ties = network.ties[network.ties["source"].isin(arenas) & network.ties["target"].isin(arenas)]
    return ties, {*ties["source"], *ties["target"]}


def spread_within(network: ActorNetwork) -> pd.Series:
    """Return the unbiased participation coefficient (M17) of each arena over its ties with arenas of the study.

    Over these alone, so that every bridge has the ties that make it one on the map. Missing below a strength of 10.
    """
    ties, _ = ties_within(network)
    group = network.actors.set_index("actor_id")["community"]
    ends = pd.concat([pd.DataFrame({"actor": ties[one], "group": ties[other].map(group),
                                    "posts": ties["posts"].list.len().astype("int64") if len(ties) else 0})
                      for one, other in (("source", "target"), ("target", "source"))])
    by = ends.groupby(["actor", "group"])["posts"].sum().astype(float)
    strength = by.groupby("actor").sum()
    spread = 1 - (by * (by - 1)).groupby("actor").sum() / (strength * (strength - 1)).where(strength >= LEAST_STRENGTH)
    return spread.clip(0, 1).reindex(network.actors["actor_id"])


def open_channels(corpus: Corpus) -> set[str]:
    """Return the arenas that speak to everybody: channels and pages with open access, and no accounts in them."""
    arenas = corpus.arenas
    speaks = arenas.loc[arenas["kind"].isin(PUBLISHER_KINDS) & arenas["access"].eq("open").fillna(False), "arena_id"]
    with_people = corpus.posts.loc[corpus.posts["account_id"].notna(), "arena_id"]
    return set(speaks) - set(with_people)


def place_on_map(actors: pd.DataFrame, channels: set[str]) -> pd.Series:
    """Return the sign of each arena: an open channel's own code, or one for people's arenas of its group.

    Who knows how people's arenas forward could tell one by its ties, even under a code. So those of a group share
    a sign, ``G1`` for the first; those of groups with fewer than three share ``G0``, and where these are fewer than
    three they have none.

    Parameters
    ----------
    actors
        Arenas with ties, columns `actor_id` and `community`.
    """
    is_people = ~actors["actor_id"].isin(channels)
    group = actors["community"].where(is_people).fillna(0).astype(int)
    sizes = group[is_people].value_counts()
    group = group.where(group.map(sizes).fillna(0) >= LEAST_TOGETHER, 0)
    sign = actors["actor_id"].astype(object).mask(is_people, "G" + group.astype(str))
    if ((group == 0) & is_people).sum() < LEAST_TOGETHER:
        sign = sign.mask((group == 0) & is_people)
    return sign.astype("string")


def draw_together(ties: pd.DataFrame, sign: dict[str, str]) -> pd.DataFrame:
    """Return ties between signs of the map, weights of the same pair summed; those within one sign are left out."""
    drawn = pd.DataFrame({"source": ties["source"].map(sign), "target": ties["target"].map(sign),
                          "weight": ties["weight"].astype(float)}).dropna()
    drawn = drawn[drawn["source"] != drawn["target"]]
    return drawn.groupby(["source", "target"])["weight"].sum().reset_index()


def size_classes(values: pd.Series) -> pd.Series:
    """Return 1, 2 or 3 by size: up to a tenth, up to a third of the largest, above."""
    top = float(values.max()) if len(values) else 0.0
    scaled = values.astype(float) / top if top > 0 else values.astype(float) * 0
    return pd.Series(np.digitize(scaled, [0.1, 1 / 3]) + 1, index=values.index, dtype="int64")
