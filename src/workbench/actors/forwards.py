"""Build the network of who forwards from whom (M15)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pandas as pd

from workbench.actors.measures import measure_actors
from workbench.actors.resolution import resolve_links
from workbench.errors import TableError
from workbench.tables.actors import ACTOR_COLUMNS, TIE_COLUMNS, ActorNetwork
from workbench.tables.posts import Corpus, check_corpus


def link_forwards(corpus: Corpus) -> ActorNetwork:
    """Link arenas with the sources whose posts they forward.

    A tie runs from the source to the arena that forwards; its weight is the number of posts.
    Sources outside the corpus become actors ``x-<8 hex digits of the pseudonym>``. Every arena
    is an actor, with ties or without; arenas joined by `successor_of` stay apart.

    Returns
    -------
    network
        `actors` sorted by code with the measures of M15: strengths in posts; PageRank along
        the ties (damping 0.85, weighted; high where forwarded content ends up); betweenness
        on the undirected weighted graph with distance 1/weight, 0 to 1. `provenance` counts
        the links set aside and why, tells whether betweenness is exact, and holds density and
        reciprocity among the arenas (sources outside are not collected, so cannot answer).

    Raises
    ------
    TableError
        If the corpus is not well formed, or a forward points at something that is not a
        pseudonym.
    """
    check_corpus(corpus)
    ties, counts = tie_forwards(corpus)
    arenas = corpus.arenas["arena_id"]
    outside = ties.loc[~ties["source"].isin(arenas), "source"].drop_duplicates()
    kinds = pd.Series(["arena"] * len(arenas) + ["outside"] * len(outside), dtype="string")
    actors = pd.DataFrame({"actor_id": pd.concat([arenas, outside], ignore_index=True), "kind": kinds})
    actors = actors.sort_values("actor_id", ignore_index=True).reindex(columns=list(ACTOR_COLUMNS))
    actors = actors.astype(ACTOR_COLUMNS)
    actors, measured = measure_actors(actors, ties)
    provenance: dict[str, Any] = {"relation": "forward", **counts, "arenas": len(arenas), "outside": len(outside),
                                  **measured, "versions": {"igraph": version("igraph")}}
    return ActorNetwork(actors=actors, ties=ties, provenance=provenance)


def tie_forwards(corpus: Corpus) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the ties of all forwards, columns `TIE_COLUMNS`, and what was set aside."""
    links, set_aside = resolve_links(corpus, ("forward",))
    shared = int(links["is_shared"].sum())
    links["source"] = links["found"].fillna(_outside_codes(links.loc[links["found"].isna(), "target"]))
    is_self = links["source"] == links["arena_id"]
    distinct = links[~is_self].drop_duplicates(["post_id", "source"])
    set_aside |= {"self_forward": int(is_self.sum()), "repeated": len(links) - int(is_self.sum()) - len(distinct)}
    counts = {"links": len(links) + set_aside["points_at_no_account"] + set_aside["post_not_in_corpus"],
              "set_aside": set_aside, "unresolved_shared_key": shared}
    pairs = distinct.sort_values("post_id").groupby(["source", "arena_id"], sort=True)["post_id"]
    ties = pd.DataFrame({"posts": pairs.agg(list).astype(object)}).reset_index().rename(columns={"arena_id": "target"})
    ties = ties.assign(relation="forward", weight=ties["posts"].map(len))
    return ties[list(TIE_COLUMNS)].astype(TIE_COLUMNS), counts


def _outside_codes(targets: pd.Series) -> pd.Series:
    """Return the codes of sources outside the corpus, the index kept."""
    digits = targets.str.extract(r"^(?:[a-z]+-)?([0-9a-f]{8,})$", expand=False)
    if wrong := int(digits.isna().sum()):
        raise TableError(f"Corpus.links: the target of {wrong} forwards is not a pseudonym (column target, 8 or more "
                         "hex digits expected). Import the sources again.")
    short = digits.str[:8]
    # two pseudonyms that begin alike must not become one actor
    alike = digits.groupby(short).transform("nunique") > 1
    return "x-" + short.mask(alike, digits)
