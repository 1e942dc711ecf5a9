"""Build the networks of who forwards from whom, mentions whom and answers whom (M15)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.actors.measures import measure_actors
from workbench.actors.resolution import resolve_links
from workbench.actors.ties import Grounds, Level, Weight, check_weight, lay_grounds, make_ties, plain
from workbench.tables.actors import ACTOR_COLUMNS, ActorNetwork
from workbench.tables.posts import Corpus, check_corpus


def link_forwards(corpus: Corpus, *, level: Level = "arena", weight: Weight = "posts",
                  half_life_days: float = 30.0) -> ActorNetwork:
    """Link arenas or accounts with the sources whose posts they forward.

    A tie runs from the source to the one who forwards. Sources outside the corpus become actors
    ``x-<8 hex digits of the pseudonym>``. Every arena is an actor, with ties or without; arenas
    joined by `successor_of` stay apart.

    Parameters
    ----------
    level
        arena: who forwards is the arena where the post stands. account: it is the account that
        posted, or the arena where a channel speaks for itself.
    weight
        posts: number of posts. accounts: distinct accounts that made them. decay: posts, each
        counting ½ to the power of its age in half-lives, age from the latest post of the corpus.
    half_life_days
        Of decay.

    Returns
    -------
    network
        `actors` sorted by code with the measures of M15: strengths in the unit of the weight;
        PageRank along the ties (damping 0.85, weighted; high where forwarded content ends up);
        betweenness on the undirected weighted graph with distance 1/weight, 0 to 1; `core`, the
        k-core of the same graph. `provenance` counts the links set aside and why, tells whether
        betweenness is exact, and holds density and reciprocity among the actors of the corpus
        (sources outside are not collected, so cannot answer).

    Raises
    ------
    TableError
        If the corpus is not well formed, a parameter is unknown, or a forward points at something
        that is not a pseudonym.
    """
    return _link(corpus, "forward", level, weight, half_life_days)


def link_mentions(corpus: Corpus, *, level: Level = "arena", weight: Weight = "posts",
                  half_life_days: float = 30.0) -> ActorNetwork:
    """Link arenas or accounts with those they mention; a tie runs to the one mentioned.

    Parameters, returns and raises as `link_forwards`.
    """
    return _link(corpus, "mention", level, weight, half_life_days)


def link_replies(corpus: Corpus, *, level: Level = "account", weight: Weight = "posts",
                 half_life_days: float = 30.0) -> ActorNetwork:
    """Link accounts or arenas with those they answer; a tie runs to the one answered.

    Most replies stay within their arena, so arenas are rarely tied; answers to posts that are
    not in the corpus are set aside. Parameters, returns and raises as `link_forwards`.
    """
    return _link(corpus, "reply", level, weight, half_life_days)


def _link(corpus: Corpus, relation: str, level: Level, weight: Weight, half_life_days: float) -> ActorNetwork:
    check_weight(weight, get_args(Weight), half_life_days)
    check_corpus(corpus)
    grounds = lay_grounds(corpus, level=level)
    links, outside, counts = resolve_links(corpus, grounds, relation)
    who, post = grounds.actor[links["post"]], links["post"].to_numpy()
    ends = (links["other"].to_numpy(), who) if relation == "forward" else (who, links["other"].to_numpy())
    is_self = ends[0] == ends[1]
    ends, post = (ends[0][~is_self], ends[1][~is_self]), post[~is_self]
    actors, place = gather_actors(grounds, outside, level, np.concatenate(ends))
    ties = make_ties(place[ends[0]], place[ends[1]], post, plain(actors["actor_id"]),
                     grounds, relation=relation, weight=weight, half_life_days=half_life_days)
    kept = int(ties["posts"].list.len().sum()) if len(ties) else 0
    set_aside = {k: v for k, v in counts.items() if k not in ("links", "unresolved_shared_key")}
    set_aside |= {f"self_{relation}": int(is_self.sum()), "repeated": len(post) - kept}
    actors, measured = measure_actors(actors, ties)
    provenance: dict[str, Any] = {
        "relation": relation, "level": level, "weight": weight, "links": counts["links"], "set_aside": set_aside,
        "unresolved_shared_key": counts["unresolved_shared_key"], "arenas": int((actors["kind"] == "arena").sum()),
        "outside": int((actors["kind"] == "outside").sum()), **measured, "versions": {"igraph": version("igraph")}}
    if weight == "decay":
        provenance["half_life_days"] = half_life_days
    return ActorNetwork(actors=actors, ties=ties, provenance=provenance)


def gather_actors(grounds: Grounds, outside: pd.DataFrame, level: Level,
                  tied: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the actors sorted by code, columns `ACTOR_COLUMNS`, and the row of each position.

    At the level of arenas all arenas are actors; at that of accounts all who posted or are tied.
    """
    inside = len(grounds.actor_ids)
    ids = pa.concat_arrays([grounds.actor_ids, plain(outside["actor_id"])])
    kinds = np.concatenate([grounds.kinds, np.full(len(outside), "outside", dtype=object)])
    platforms = np.concatenate([grounds.platforms, outside["platform"].to_numpy(dtype=object)])
    is_actor = np.zeros(len(ids), dtype=bool)
    is_actor[tied] = True
    is_actor[:inside] |= level == "arena"
    is_actor[grounds.actor] = True
    chosen = np.asarray(pc.sort_indices(ids)).astype(np.int64)
    chosen = chosen[is_actor[chosen]]
    place = np.full(len(ids), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    actors = pd.DataFrame({"actor_id": pd.array(ids.take(pa.array(chosen)), dtype="string"), "kind": kinds[chosen],
                           "platform": platforms[chosen]})
    return actors.reindex(columns=list(ACTOR_COLUMNS)).astype(ACTOR_COLUMNS), place
