"""How arenas hang together through forwards (M15, M16, M17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.findings.mapping import (
    draw_together,
    open_channels,
    place_on_map,
    size_classes,
    spread_within,
    ties_within,
)
from workbench.findings.periods import check_network_of, check_topics_of, posts_of, quarter_bounds
from workbench.findings.topics import name_topics
from workbench.tables.actors import ActorNetwork
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import TopicSet

BRIDGE_PARTICIPATION = 0.5
KNIT_BELOW = 0.05


def _say_network(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    posts = float(facts["posts"]) if "posts" in facts else None
    if not facts["ties"]:
        return Headline("finding.network_empty", value=posts, reason="no_forwards")
    if posts is None:
        return Headline("finding.network_tied")
    if facts["is_sure"]:
        return Headline("finding.network", value=posts)
    # without sure groups there is still who forwards most from whom
    return Headline("finding.network_strongest" if "source" in facts else "finding.network_uncertain", value=posts)


_WHOLE = ("posts",)
NETWORK = Spec(
    key="network", metric="M15", unit="posts", frame="forwards", headline=_say_network, is_tile=True,
    identity=("row", "actor", "source", "target"), rests_on=_WHOLE, reasons=("no_forwards",),
    caveats=("forwards_only", "groups_uncertain", "groups_by_chance"),
    columns={
        "row": Column("string"),  # actor | tie
        "actor": Column("string"),  # code of an open channel, or G1, G2, …: people's arenas of a group together
        "kind": Column("string"),  # arena | together
        "arenas": Column("Int64", unit="arenas"),  # behind one sign
        "community": Column("Int64", unit="class"),
        "is_bridge": Column("boolean"),
        "size_class": Column("Int64", unit="class"),
        "source": Column("string"),
        "target": Column("string"),
        "weight_class": Column("Int64", unit="class"),
    },
    facts={"posts": Fact("posts", "forwards"), "arenas": Fact("arenas", "active_arenas"), "tied": Fact("arenas"),
           "undrawn": Fact("arenas"), "ties": Fact("number"), "count": Fact("groups", "groups"), "is_sure": Fact(),
           "source": Fact(follows=_WHOLE), "target": Fact(follows=_WHOLE),
           "modularity": Fact("number"), "modularity_null": Fact("number"),
           "mean_ami": Fact("number")},
    sentences={"finding.network": ("tied", "arenas", "count"), "finding.network_uncertain": ("tied", "arenas"),
               "finding.network_strongest": ("tied", "arenas", "source", "target"),
               "finding.network_tied": ("tied", "arenas"), "finding.network_empty": ()})


def describe_network(network: ActorNetwork, corpus: Corpus, *, quarter: str) -> Finding:
    """Describe the forward network of a quarter or month: size, groups, bridges (M15–M17).

    The map names open channels by code and shows sizes in three classes, never counts of one arena. People's
    arenas (groups, chats, threads, whatever is closed) stand on it by the group, at least three behind a sign, so
    that no one of them is known by its ties. Groups that chance could make are not shown at all.

    Parameters
    ----------
    network
        After `find_communities`.
    corpus
        The posts that the network was made of.
    quarter
        Such as 2025Q3; or a month such as 2025-08.

    Returns
    -------
    finding
        Value: posts forwarded between arenas of the study. Data: one row per sign and per
        tie between signs, columns `row` (actor | tie), `actor`, `kind` (arena | together), `arenas` (behind the
        sign), `community`, `is_bridge` (an open channel whose ties with the study's arenas have a participation of
        .5 or more), `size_class` (1–3, of posts forwarded from and to it), `source`, `target`, `weight_class`
        (1–3). Facts: `source` and `target` of the strongest tie, where both are open channels.

    Raises
    ------
    TableError
        If the network rests on other posts than those of the quarter, or has no communities yet.
    """
    check_network(network, corpus, quarter=quarter, asked_by="describe_network", months=True)
    active = set(posts_of(corpus, quarter, months=True)["arena_id"])
    found = network.provenance
    channels, (ties, tied) = open_channels(corpus), ties_within(network)
    actors = network.actors[network.actors["actor_id"].isin(tied)]
    actors = actors.assign(sign=place_on_map(actors, channels), spread=actors["actor_id"].map(spread_within(network)),
                           strength=(actors["in_strength"] + actors["out_strength"]).fillna(0.0))
    drawn = draw_together(ties, dict(actors.dropna(subset=["sign"])[["actor_id", "sign"]].to_numpy()))
    edges = pd.DataFrame({"row": "tie", "source": drawn["source"], "target": drawn["target"],
                          "weight_class": size_classes(drawn["weight"])})
    evidence = _evidence(ties)
    signs = (("groups_uncertain", found["certain"]), ("groups_by_chance", found["is_above_null"]))
    doubts = [name for name, holds in signs if len(ties) and not holds]
    told = {name: found[name] for name in ("modularity", "modularity_null", "mean_ami") if found[name] is not None}
    return Finding(
        NETWORK, quarter, pd.concat([_nodes(actors, bool(found["is_above_null"])), edges],
                                    ignore_index=True).reindex(columns=list(NETWORK.columns)),
        facts={"posts": len(evidence), "arenas": len(active), "ties": len(ties), "tied": len(tied & active),
               "undrawn": int(actors["sign"].isna().sum()) + len(active - tied),
               "count": int(actors["community"].nunique()) if found["is_above_null"] else 0, "is_sure": not doubts,
               **_strongest(ties, channels), **told},
        caveats=("forwards_only", *doubts), cells=(Cell(WHOLE_FINDING, "posts", hash_posts(evidence)),),
        provenance={"network": found})


def _nodes(actors: pd.DataFrame, has_groups: bool) -> pd.DataFrame:
    """Return one row per sign; without groups that are more than chance none has a group or is a bridge."""
    by = actors.groupby("sign")
    nodes = by.agg(arenas=("actor_id", "size"), community=("community", "min"), strength=("strength", "sum"),
                   spread=("spread", "max")).reset_index()
    is_together = ~nodes["sign"].isin(actors["actor_id"])
    is_bridge = nodes["spread"].ge(BRIDGE_PARTICIPATION).fillna(False) & ~is_together & has_groups
    return pd.DataFrame({
        "row": "actor", "actor": nodes["sign"], "kind": is_together.map({True: "together", False: "arena"}),
        "arenas": nodes["arenas"], "is_bridge": is_bridge, "size_class": size_classes(nodes["strength"]),
        "community": nodes["community"].where((nodes["sign"] != "G0") & has_groups)})


def _strongest(ties: pd.DataFrame, channels: set[str]) -> dict[str, str]:
    """Return source and target of the one tie that has most posts; nothing where several have, or people's arenas."""
    most = ties[ties["weight"] == ties["weight"].max()] if len(ties) else ties
    if len(most) != 1 or not {*most["source"], *most["target"]} <= channels:
        return {}
    return {end: str(most[end].iloc[0]) for end in ("source", "target")}


def _say_communities(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["ties"]:
        return Headline("finding.network_empty", value=0.0, reason="no_forwards")
    if not facts["count"]:
        return Headline("finding.communities_none", value=0.0, reason="groups_by_chance")
    return Headline("finding.communities", value=float(facts["count"]))


_MEMBERS = ("posts",)
COMMUNITIES = Spec(
    key="communities", metric="M16", unit="groups", frame="forwards", headline=_say_communities,
    identity=("community",), caveats=("groups_uncertain",), reasons=("no_forwards", "groups_by_chance"),
    columns={
        "community": Column("Int64", unit="class", shown="text"),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=_MEMBERS),
        "posts": Column("Int64", unit="posts", shown="number"),
        "forwards": Column("Int64", unit="posts", shown="number"),
        "inner": Column("Int64", unit="posts"),
        "inside": Column("Float64", unit="share", shown="share", share_of=("inner", "forwards")),
        "stable_id": Column("string", follows=_MEMBERS),
        "topic": Column("string", shown="text", follows=_MEMBERS, words="topic"),
    },
    facts={"count": Fact("groups", "groups"), "ties": Fact("number")},
    sentences={"finding.communities": ("count",), "finding.communities_none": (), "finding.network_empty": ()})


def describe_communities(network: ActorNetwork, corpus: Corpus, topics: TopicSet, *, quarter: str) -> Finding:
    """Describe each group of arenas: size, activity, inner forwards, main topic (M16, M17).

    Returns
    -------
    finding
        Value: number of groups. Data: one row per community, columns `community`, `arenas`,
        `posts` (all posts of its arenas in the quarter), `forwards` (posts forwarded into its
        arenas from arenas of the study), `inner` (those of them that come from the group itself), `inside` (their
        share), `stable_id` and `topic` (id and name of its largest topic). None where chance could make such groups.

    Raises
    ------
    TableError
        If network or topics are of other posts, or the network has no communities yet.
    """
    posts = posts_of(corpus, quarter)
    check_network(network, corpus, quarter=quarter, asked_by="describe_communities")
    check_topics_of(topics, posts, asked_by="describe_communities")
    # as on the map: between arenas of the study, since a source outside may be a person
    between, tied = ties_within(network)
    arenas = network.actors[network.actors["actor_id"].isin(tied) & network.actors["community"].notna()]
    arenas = arenas if network.provenance["is_above_null"] else arenas.iloc[:0]
    community = arenas.set_index("actor_id")["community"].astype("int64")
    names = name_topics(topics)
    assigned = posts.merge(topics.assignments[["post_id", "topic_id"]], on="post_id", how="left")
    ties = between.assign(into=between["target"].map(community), out=between["source"].map(community))
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for number, members in community.groupby(community).groups.items():
        part = assigned[assigned["arena_id"].isin(members)]
        found = part.loc[part["topic_id"].fillna(-1) >= 0, "topic_id"].value_counts()
        into = ties[ties["into"] == number]
        sets = {"posts": part["post_id"], "forwards": _evidence(into), "inner": _evidence(into[into["out"] == number])}
        cells += [Cell(len(rows), name, hash_posts(ids)) for name, ids in sets.items()]
        counts = {name: len(ids) for name, ids in sets.items()}
        rows.append({"community": number, "arenas": len(members), **counts,
                     "inside": counts["inner"] / counts["forwards"] if counts["forwards"] else np.nan})
        if len(found):
            rows[-1] |= {"stable_id": names.at[found.index[0], "stable_id"], "topic": names.at[found.index[0], "label"]}
    return Finding(
        COMMUNITIES, quarter, pd.DataFrame(rows).reindex(columns=list(COMMUNITIES.columns)),
        facts={"count": len(rows), "ties": len(between)}, cells=tuple(cells),
        caveats=() if network.provenance["certain"] or not rows else COMMUNITIES.caveats,
        provenance={"network": network.provenance, "topics": topics.provenance})


def _say_knit(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if "observed" not in facts:
        return Headline("finding.network_empty", reason="no_forwards")
    is_knit = facts["p"] <= KNIT_BELOW
    return Headline("finding.knit" if is_knit else "finding.knit_by_chance", value=facts["observed"],
                    test="rewired_ties", p=facts["p"])


_CHANCE = ("observed", "expected", "low", "high")
KNIT = Spec(
    key="knit", metric="M15", unit="share", frame="forwards", headline=_say_knit, identity=("measure",),
    caveats=("forwards_only",), reasons=("no_forwards",),
    columns={"measure": Column("string", shown="code"),
             **{name: Column("Float64", unit="number", shown="decimal2") for name in _CHANCE},
             "p": Column("Float64", unit="p", shown="p")},
    facts={"observed": Fact("share"), "expected": Fact("share"), "p": Fact("p")},
    sentences={"finding.knit": ("observed", "expected"), "finding.knit_by_chance": ("observed", "expected"),
               "finding.network_empty": ()})


def describe_knit(chance: pd.DataFrame, *, quarter: str) -> Finding:
    """Describe whether the arenas are more tightly knit than their number of ties alone would make them (M15).

    Parameters
    ----------
    chance
        Of `actors.find_tightness`: columns `measure`, `observed`, `expected`, `low`, `high`, `p`.

    Returns
    -------
    finding
        Value: share of connected triples of arenas that are closed, with what 95 % of rewired networks
        have as `low` and `high` in the data. Data: one row per measure, those columns. The sentence
        says "tightly knit" only where p ≤ .05.
    """
    quarter_bounds(quarter)
    closed = chance[chance["measure"] == "clustering"].iloc[0]
    told = ("observed", "expected", "p") if pd.notna(closed["observed"]) else ()
    facts = {name: float(closed[name]) for name in told}
    return Finding(KNIT, quarter, chance, facts=facts, caveats=KNIT.caveats)


def check_network(network: ActorNetwork, corpus: Corpus, *, quarter: str, asked_by: str, months: bool = False) -> None:
    """Refuse a network of other posts than those of the quarter, or one whose groups were not looked for.

    Raises
    ------
    TableError
        Saying which, and what to call.
    """
    check_network_of(network, posts_of(corpus, quarter, months=months), quarter=quarter, asked_by=asked_by)
    if "communities" not in network.provenance:
        raise TableError(f"{asked_by}: the groups of the network were not looked for, so nothing can be said of groups "
                         "or bridges. Give it find_communities(network, seed=…).")


def _evidence(ties: pd.DataFrame) -> pd.Series:
    return ties["posts"].explode().dropna().astype("string").drop_duplicates()
