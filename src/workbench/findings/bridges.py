"""Which arenas tie the groups together (M17)."""

from __future__ import annotations

import pandas as pd

from workbench.findings.network import BRIDGE_PARTICIPATION, size_classes
from workbench.findings.periods import posts_of
from workbench.tables.actors import ActorNetwork
from workbench.tables.finding import Finding
from workbench.tables.posts import Corpus


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
        enough, by falling participation, columns `actor` (code), `participation` (unbiased, 0 to
        1), `in_class` (1 to 3, of posts forwarded into it; never a count of one arena) and
        `is_bridge`.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    posts_of(corpus, quarter)
    arenas = network.actors[(network.actors["kind"] == "arena") & network.actors["participation"].notna()]
    kinds = {"actor": "string", "participation": "Float64", "in_class": "Int64", "is_bridge": "boolean"}
    data = pd.DataFrame({"actor": arenas["actor_id"], "participation": arenas["participation"],
                         "in_class": size_classes(arenas["in_strength"].fillna(0.0)),
                         "is_bridge": arenas["participation"] >= BRIDGE_PARTICIPATION})
    data = data.sort_values(["participation", "actor"], ascending=[False, True], ignore_index=True).astype(kinds)
    bridges = data.loc[data["is_bridge"], "actor"].tolist()
    certain = bool(network.provenance.get("certain"))
    return Finding(
        key="bridges", metric="M17", sentence="finding.bridges" if bridges else "finding.bridges_none",
        period=quarter, frame="forwards", unit="arenas", data=data, value=float(len(bridges)),
        facts={"count": len(bridges), "bridge": bridges[0] if bridges else "", "arenas": len(data)},
        caveats=("forwards_only",) if certain or data.empty else ("forwards_only", "groups_uncertain"))
