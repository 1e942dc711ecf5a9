"""How arenas hang together through forwards (M15, M16, M17)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.periods import posts_of, quarter_bounds
from workbench.findings.topics import public_labels
from workbench.tables.actors import ActorNetwork
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet

BRIDGE_PARTICIPATION = 0.5
KNIT_BELOW = 0.05
MOST_BRIDGES = 5


def describe_network(network: ActorNetwork, corpus: Corpus, *, quarter: str) -> Finding:
    """Describe the forward network of a quarter: size, groups, bridges (M15–M17).

    The map names arenas by code and shows sizes in three classes, never counts of one arena.

    Parameters
    ----------
    network
        After `find_communities`.
    corpus
        The posts that the network was made of.
    quarter
        Such as 2025Q3.

    Returns
    -------
    finding
        Value: posts forwarded between arenas of the study. Data: one row per arena and per
        tie between arenas, columns `row` (actor | tie), `actor`, `kind`, `community`, `is_bridge`
        (one of the five that spread their ties most), `size_class` (1–3, of posts forwarded
        from and to it), `source`, `target`, `weight_class` (1–3).
    """
    posts_of(corpus, quarter)
    # a source outside the study may be a person, so it is never shown, not even by code
    actors = network.actors[network.actors["kind"] == "arena"]
    inside = set(actors["actor_id"])
    ties = network.ties[network.ties["source"].isin(inside) & network.ties["target"].isin(inside)]
    strength = (actors["in_strength"] + actors["out_strength"]).fillna(0.0)
    participation = actors["participation"].fillna(0.0)
    bridges = actors[participation >= BRIDGE_PARTICIPATION].sort_values(
        ["participation", "actor_id"], ascending=[False, True])["actor_id"].head(MOST_BRIDGES)
    is_bridge = actors["actor_id"].isin(bridges)
    nodes = pd.DataFrame({"row": "actor", "actor": actors["actor_id"], "kind": actors["kind"],
                          "community": actors["community"], "is_bridge": is_bridge,
                          "size_class": size_classes(strength)})
    edges = pd.DataFrame({"row": "tie", "source": ties["source"], "target": ties["target"],
                          "weight_class": size_classes(ties["weight"])})
    evidence = _evidence(ties)
    facts = network.provenance
    groups = int(actors["community"].nunique())
    certain = bool(facts.get("certain", False))
    above = bool(facts.get("is_above_null", False))
    count = len(ties)
    tied = len({*ties["source"], *ties["target"]})
    sentence = ("finding.network_empty" if not count else "finding.network" if certain and above
                else "finding.network_uncertain")
    signs = (("groups_uncertain", certain), ("groups_by_chance", above))
    doubts = [name for name, holds in signs if count and not holds]
    kinds = {"row": "string", "actor": "string", "kind": "string", "community": "Int64", "is_bridge": "boolean",
             "size_class": "Int64", "source": "string", "target": "string", "weight_class": "Int64"}
    data = pd.concat([nodes.astype({k: v for k, v in kinds.items() if k in nodes}),
                      edges.astype({k: v for k, v in kinds.items() if k in edges})], ignore_index=True)
    return Finding(
        key="network", metric="M15", sentence=sentence, period=quarter, frame="forwards", unit="posts",
        data=data.reindex(columns=list(kinds)).astype(kinds), value=float(len(evidence)),
        facts={"posts": len(evidence), "arenas": len(inside), "ties": count, "count": groups, "tied": tied,
               "bridges": [str(b) for b in bridges[:3]], "bridge_count": len(bridges),
               "bridge": str(bridges.iloc[0]) if len(bridges) else "",
               "modularity": facts.get("modularity"), "modularity_null": facts.get("modularity_null"),
               "mean_ami": facts.get("mean_ami")},
        caveats=("forwards_only", *doubts),
        cells=(Cell(-1, "value", hash_posts(evidence)),))


def describe_communities(network: ActorNetwork, corpus: Corpus, topics: TopicSet, *, quarter: str) -> Finding:
    """Describe each group of arenas: size, activity, inner forwards, main topic (M16, M17).

    Returns
    -------
    finding
        Value: number of groups. Data: one row per community, columns `community`, `arenas`,
        `posts` (all posts of its arenas in the quarter), `forwards` (posts forwarded into its
        arenas), `inside` (share of them that comes from the group itself) and `topic` (label
        of its largest topic).
    """
    posts = posts_of(corpus, quarter)
    arenas = network.actors[(network.actors["kind"] == "arena") & network.actors["community"].notna()]
    community = arenas.set_index("actor_id")["community"].astype("int64")
    labels = public_labels(posts, topics)
    assigned = posts.merge(topics.assignments[["post_id", "topic_id"]], on="post_id", how="left")
    ties = network.ties.assign(into=network.ties["target"].map(community), out=network.ties["source"].map(community))
    rows, cells = [], []
    for number, members in community.groupby(community).groups.items():
        part = assigned[assigned["arena_id"].isin(members)]
        found = part.loc[part["topic_id"].fillna(-1) >= 0, "topic_id"].value_counts()
        into = ties[ties["into"] == number]
        inner = _evidence(into[into["out"] == number])
        outer = _evidence(into)
        rows.append({"community": number, "arenas": len(members), "posts": len(part), "forwards": len(outer),
                     "inside": len(inner) / len(outer) if len(outer) else np.nan,
                     "topic": labels.get(found.index[0], "") if len(found) else ""})
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(part["post_id"]), ("topic", "arenas")))
        cells.append(Cell(len(rows) - 1, "forwards", hash_posts(outer), ("inside",)))
        cells.append(Cell(len(rows) - 1, "inside", hash_posts(inner), ()))
    kinds = {"community": "Int64", "arenas": "Int64", "posts": "Int64", "forwards": "Int64", "inside": "Float64",
             "topic": "string"}
    return Finding(
        key="communities", metric="M16", sentence="finding.communities", period=quarter, frame="forwards",
        unit="groups", data=pd.DataFrame(rows, columns=list(kinds)).astype(kinds), value=float(len(rows)),
        facts={"count": len(rows)},
        caveats=() if network.provenance.get("certain") else ("groups_uncertain",), cells=tuple(cells))


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
    is_tied = bool(pd.notna(closed["observed"]))
    is_knit = is_tied and float(closed["p"]) <= KNIT_BELOW
    facts = {k: float(closed[k]) for k in ("observed", "expected", "p")} if is_tied else {}
    return Finding(
        key="knit", metric="M15", period=quarter, frame="forwards", unit="share", data=chance.reset_index(drop=True),
        sentence="finding.knit" if is_knit else "finding.knit_by_chance" if is_tied else "finding.network_empty",
        value=facts.get("observed"), test="degree-preserving rewiring" if is_tied else None, p=facts.get("p"),
        facts=facts, caveats=("forwards_only",))


def _evidence(ties: pd.DataFrame) -> pd.Series:
    return ties["posts"].explode().dropna().astype("string").drop_duplicates()


def size_classes(values: pd.Series) -> pd.Series:
    """Return 1, 2 or 3 by size: up to a tenth, up to a third of the largest, above."""
    top = float(values.max()) if len(values) else 0.0
    scaled = values.astype(float) / top if top > 0 else values.astype(float) * 0
    return pd.Series(np.digitize(scaled, [0.1, 1 / 3]) + 1, index=values.index, dtype="int64")
