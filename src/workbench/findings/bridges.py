"""Which arenas tie the groups together (M17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.network import BRIDGE_PARTICIPATION, check_network, size_classes, ties_within
from workbench.tables.actors import ActorNetwork
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec

STEP = 0.05  # of participation: all its digits would tell how many posts an arena forwards from whom


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    bridges = data.loc[data["is_bridge"].fillna(False).astype(bool), "actor"].tolist()
    if not bridges:
        return Headline("finding.bridges_none", value=0.0)
    return Headline("finding.bridges", {"count": len(bridges), "bridge": bridges[0]}, value=float(len(bridges)))


BRIDGES = Spec(
    key="bridges", metric="M17", unit="arenas", frame="forwards", headline=_say, identity=("actor",),
    caveats=("forwards_only", "groups_uncertain"),
    columns={
        "actor": Column("string", shown="text"),
        "participation": Column("Float64", unit="number", shown="decimal2", step=STEP),
        "in_class": Column("Int64", unit="class"),
        "is_bridge": Column("boolean"),
    },
    facts={"arenas": Fact("arenas")},
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
        Value: arenas with a participation of .5 or more. Data: one row per arena with ties
        enough, one of them with another arena of the study, by falling participation, columns `actor` (code),
        `participation` (unbiased, 0 to 1, down to the next .05), `in_class` (1 to 3, of posts forwarded into it;
        never a count of one arena) and `is_bridge`.

    Raises
    ------
    TableError
        If the network rests on other posts than those of the quarter, or has no communities yet.
    """
    check_network(network, corpus, quarter=quarter, asked_by="describe_bridges")
    # one that has ties with sources outside alone is on no map
    arenas = network.actors[network.actors["participation"].notna()
                            & network.actors["actor_id"].isin(ties_within(network)[1])]
    spread = np.floor(arenas["participation"] / STEP + 1e-9) * STEP
    data = pd.DataFrame({"actor": arenas["actor_id"], "participation": spread,
                         "in_class": size_classes(arenas["in_strength"].fillna(0.0)),
                         "is_bridge": arenas["participation"] >= BRIDGE_PARTICIPATION})
    data = data.sort_values(["participation", "actor"], ascending=[False, True])
    doubts = () if network.provenance["certain"] or data.empty else ("groups_uncertain",)
    return Finding(BRIDGES, quarter, data, facts={"arenas": len(data)}, caveats=("forwards_only", *doubts),
                   provenance={"network": network.provenance})
