"""Follow a network from quarter to quarter: who came, who left, which communities were kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbench.actors.communities import find_communities
from workbench.actors.links import link_forwards
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork
from workbench.tables.posts import Corpus, check_corpus

KEPT_FROM = 0.5  # Jaccard
PART_FROM = 0.6  # inclusion

MATCH_COLUMNS: dict[str, str] = {
    "community_before": "Int64",  # missing where the community is born or merged
    "community_now": "Int64",  # missing where the community is gone or split
    "fate": "string",  # kept | split | merged | born | gone
    "jaccard": "Float64",  # of the actors tied in both quarters; missing but where kept
    "actors_before": "Int64",
    "actors_now": "Int64",
}
FOLLOW_COLUMNS: dict[str, str] = {
    "actor_id": "string",
    "kind": "string",
    "change": "string",  # entered | stayed | left, by having ties
    "community_before": "Int64",
    "community_now": "Int64",
    "has_moved": "boolean",  # stayed, but its community of before was kept without it; else missing
}


def link_quarters(corpus: Corpus, *, seed: int, link: Callable[[Corpus], ActorNetwork] = link_forwards,
                  runs: int = 50) -> dict[str, ActorNetwork]:
    """Link each quarter by itself and find its communities.

    Parameters
    ----------
    link
        What makes a network of a corpus, such as `link_mentions`.
    runs
        Of `find_communities`.

    Returns
    -------
    networks
        By quarter such as 2025Q3, in order; quarters without posts are left out.
    """
    check_corpus(corpus)
    quarter = corpus.posts["posted_at"].dt.year * 4 + corpus.posts["posted_at"].dt.quarter - 1
    networks = {}
    for number in sorted(quarter.unique()):
        posts = corpus.posts[quarter == number]
        part = Corpus(posts, corpus.links[corpus.links["post_id"].isin(posts["post_id"])], corpus.arenas)
        networks[f"{number // 4}Q{number % 4 + 1}"] = find_communities(link(part), seed=seed, runs=runs)
    return networks


def find_matches(before: ActorNetwork, now: ActorNetwork) -> pd.DataFrame:
    """Find which communities of two quarters are the same, by the actors that had ties in both.

    Kept: each is the other's best match, Jaccard at least .5. Split: two or more communities of
    now came by 60 % or more of their actors from it. Merged: the same the other way. Else born or
    gone (the rule of the topic register, blueprint §0a). Actors that came or left decide nothing.

    Returns
    -------
    matches
        One row per community kept, then one per other community of before and of now, columns
        `MATCH_COLUMNS`.

    Raises
    ------
    TableError
        If either network has ties but no communities.
    """
    old, new = _members(before), _members(now)
    both = pd.DataFrame({"old": old, "new": new}).dropna()
    table = pd.crosstab(both["old"], both["new"]).reindex(index=np.unique(old), columns=np.unique(new), fill_value=0)
    shared = table.to_numpy(float)
    size_old, size_new = shared.sum(axis=1, keepdims=True), shared.sum(axis=0, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        jaccard = np.nan_to_num(shared / (size_old + size_new - shared))
        of_new, of_old = np.nan_to_num(shared / size_new), np.nan_to_num(shared / size_old)
    is_kept = np.zeros(jaccard.shape, dtype=bool)
    if jaccard.size:
        # argmax takes the first of equals, so of two halves only the larger-numbered one is new
        best, rows = jaccard.argmax(axis=1), np.arange(len(jaccard))
        is_kept[rows, best] = (jaccard.argmax(axis=0)[best] == rows) & (jaccard[rows, best] >= KEPT_FROM)
    i, j = np.nonzero(is_kept)
    kept = pd.DataFrame({"community_before": table.index[i], "community_now": table.columns[j], "fate": "kept",
                         "jaccard": jaccard[i, j]})
    is_split, is_merged = (of_new >= PART_FROM).sum(axis=1) >= 2, (of_old >= PART_FROM).sum(axis=0) >= 2
    ended, begun = np.flatnonzero(~is_kept.any(axis=1)), np.flatnonzero(~is_kept.any(axis=0))
    gone = pd.DataFrame({"community_before": table.index[ended], "fate": np.where(is_split[ended], "split", "gone")})
    born = pd.DataFrame({"community_now": table.columns[begun],
                         "fate": np.where(is_merged[begun], "merged", "born")})
    found = pd.concat([kept, gone, born], ignore_index=True).reindex(columns=list(MATCH_COLUMNS))
    found["actors_before"] = found["community_before"].map(old.value_counts())
    found["actors_now"] = found["community_now"].map(new.value_counts())
    return found.astype(MATCH_COLUMNS)


def find_changes(before: ActorNetwork, now: ActorNetwork) -> pd.DataFrame:
    """Find what became of the actors from one quarter to the next: entries, exits, changed communities.

    Returns
    -------
    actors
        One row per actor with ties in either quarter, columns `FOLLOW_COLUMNS`, by code.

    Raises
    ------
    TableError
        If either network has ties but no communities.
    """
    old, new = _members(before), _members(now)
    kinds = pd.concat([n.actors.set_index("actor_id")["kind"] for n in (now, before)])
    found = pd.DataFrame({"community_before": old, "community_now": new}).sort_index().rename_axis("actor_id")
    found["kind"] = kinds[~kinds.index.duplicated()].reindex(found.index)
    stayed = found["community_before"].notna() & found["community_now"].notna()
    found["change"] = np.where(stayed, "stayed", np.where(found["community_now"].notna(), "entered", "left"))
    matches = find_matches(before, now)
    kept = matches[matches["fate"] == "kept"].set_index("community_before")["community_now"]
    heir = found["community_before"].map(kept).astype("Int64")
    found["has_moved"] = (heir != found["community_now"].astype("Int64")).where(stayed & heir.notna())
    return found.reset_index()[list(FOLLOW_COLUMNS)].astype(FOLLOW_COLUMNS)


def _members(network: ActorNetwork) -> pd.Series:
    """Return the community of every actor with ties, by code."""
    tied = set(network.ties["source"]) | set(network.ties["target"])
    members = network.actors.set_index("actor_id")["community"]
    members = members[members.index.isin(tied)]
    if members.isna().any():
        raise TableError("find_matches: actors with ties have no community; call find_communities on both "
                         "networks first.")
    return members.astype("int64")
