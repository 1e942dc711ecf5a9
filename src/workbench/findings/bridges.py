"""Which arenas tie the groups together (M17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.mapping import LEAST_TOGETHER, open_channels, size_classes, spread_within, ties_within
from workbench.findings.network import BRIDGE_PARTICIPATION, check_network
from workbench.tables.actors import ActorNetwork
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

STEP = 0.05  # of participation: all its digits would tell how many posts an arena forwards from whom
PEOPLES_STEP = 0.25  # of people's arenas, of which at least three must share what is told
LEAST_DRAWN = 3  # arenas, before they say anything of bridges


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["ties"]:
        return Headline("finding.bridges_none", value=0.0, reason="no_forwards")
    if not facts["has_groups"]:
        return Headline("finding.bridges_none", value=0.0, reason="bridges_by_chance")
    if facts["arenas"] < LEAST_DRAWN:
        return Headline("finding.bridges_none", value=0.0, reason="few_forward_enough")
    bridges = data.loc[data["is_bridge"].fillna(False).astype(bool), "actor"].tolist()
    if not bridges:
        return Headline("finding.bridges_none", value=0.0)
    return Headline("finding.bridges", {"count": len(bridges), "bridge": bridges[0]}, value=float(len(bridges)))


BRIDGES = Spec(
    key="bridges", metric="M17", unit="arenas", frame="forwards", headline=_say, identity=("actor",),
    caveats=("forwards_only", "groups_uncertain"), reasons=("no_forwards", "bridges_by_chance", "few_forward_enough"),
    columns={
        "actor": Column("string", shown="text"),
        "participation": Column("Float64", unit="number", shown="decimal2", step=STEP),
        "in_class": Column("Int64", unit="class"),
        "is_bridge": Column("boolean"),
    },
    facts={"arenas": Fact("arenas"), "ties": Fact("number"), "has_groups": Fact()},
    sentences={"finding.bridges": ("count", "bridge"), "finding.bridges_none": ()})


def describe_bridges(network: ActorNetwork, corpus: Corpus, *, quarter: str) -> Finding:
    """Describe the arenas whose ties spread over several groups (M17).

    Parameters
    ----------
    network
        After `find_communities`.
    corpus
        The posts that the network was made of.

    Returns
    -------
    finding
        Value: arenas with a participation of .5 or more in their ties with arenas of the study. Data: one row per
        arena with ten posts or more in these, by falling participation, columns `actor` (code),
        `participation` (unbiased, 0 to 1, down to the next .05, of people's arenas the next .25), `in_class` (1 to 3,
        of posts forwarded into it; never a count of one arena) and `is_bridge`. Of people's arenas only those that
        share both numbers with two others or more. Empty where chance could make such groups.

    Raises
    ------
    TableError
        If the network rests on other posts than those of the quarter, or has no communities yet.
    """
    check_network(network, corpus, quarter=quarter, asked_by="describe_bridges")
    found = network.provenance
    arenas = network.actors.assign(spread=spread_within(network).to_numpy())
    # one that has ties with sources outside alone is on no map
    arenas = arenas[arenas["spread"].notna() & bool(found["is_above_null"])]
    is_channel = arenas["actor_id"].isin(open_channels(corpus)).to_numpy()
    step = np.where(is_channel, STEP, PEOPLES_STEP)
    data = pd.DataFrame({"actor": arenas["actor_id"],
                         "participation": np.floor(arenas["spread"].to_numpy(float) / step + 1e-9) * step,
                         "in_class": size_classes(arenas["in_strength"].fillna(0.0)),
                         "is_bridge": arenas["spread"] >= BRIDGE_PARTICIPATION})
    alike = data[~is_channel].groupby(["participation", "in_class"])["actor"].transform("size")
    data = data[is_channel | (alike.reindex(data.index).fillna(0) >= LEAST_TOGETHER)]
    data = data.sort_values(["participation", "actor"], ascending=[False, True])
    doubts = () if found["certain"] or data.empty else ("groups_uncertain",)
    facts = {"arenas": len(data), "ties": len(ties_within(network)[0]), "has_groups": bool(found["is_above_null"])}
    return Finding(BRIDGES, quarter, data, facts=facts, caveats=("forwards_only", *doubts),
                   provenance={"network": found})
