"""Turn what was shared together into a network, to be measured, mapped and saved like any other."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.actors.measures import measure_actors
from workbench.actors.ties import Grounds, evidence, find_in, lay_grounds, plain, tie_frame
from workbench.errors import TableError
from workbench.tables.actors import ACTOR_COLUMNS, ActorNetwork
from workbench.tables.coordination import Coordination
from workbench.tables.posts import Corpus, check_corpus


def link_coordination(coordination: Coordination, corpus: Corpus, *, window_seconds: int = 60) -> ActorNetwork:
    """Tie actors that shared the same things within a window more often than chance.

    For `save_map`, `save_graph` and whatever else takes a network. Says what was shared together,
    never why.

    Parameters
    ----------
    coordination
        Of `find_coordination`.
    corpus
        The posts it was made of.
    window_seconds
        One of the windows looked at.

    Returns
    -------
    network
        Not directed. `actors` are those with a significant tie, by code; `community` is their group
        within the window, missing where it has fewer than three actors. `ties` are the significant
        ones, one row per pair and kind of sharing: `relation` such as ``url within 60 s``, `weight`
        the things shared, at most the posts of either; besides `TIE_COLUMNS` also `objects`,
        `expected` and `q` of `COSHARE_COLUMNS`, which `save_graph` writes too.

    Raises
    ------
    TableError
        If the window was not looked at, or the corpus is another one.
    """
    check_corpus(corpus)
    windows = sorted(int(w) for w in set(coordination.layers["window_seconds"]))
    if window_seconds not in windows:
        raise TableError(f"link_coordination: the window {window_seconds} s was not looked at; choose one of "
                         f"{', '.join(map(str, windows)) or 'none'}.")
    found = coordination.ties
    found = found[(found["window_seconds"] == window_seconds) & found["is_significant"]]
    found = found.sort_values(["actor_a", "actor_b", "relation"], ignore_index=True)
    grounds = lay_grounds(corpus, level="account")
    actors = _gather(coordination, grounds, found, window_seconds)
    ids = plain(actors["actor_id"])
    ties = tie_frame(ids, find_in(plain(found["actor_a"]), ids), find_in(plain(found["actor_b"]), ids), relation="",
                     weight=found["weight"].to_numpy(float), posts=_proofs(found, grounds))
    ties["relation"] = found["relation"] + f" within {window_seconds} s"
    ties[["objects", "expected", "q"]] = found[["objects", "expected", "q"]]
    actors, measured = measure_actors(actors, ties, directed=False)
    provenance = {**coordination.provenance, "relation": "coordination", "weight": "things shared",
                  "window_seconds": window_seconds, "communities": int(actors["community"].nunique()), **measured,
                  "versions": {"igraph": version("igraph")}}
    return ActorNetwork(actors=actors, ties=ties, provenance=provenance, directed=False)


def _gather(coordination: Coordination, grounds: Grounds, found: pd.DataFrame, window_seconds: int) -> pd.DataFrame:
    """Return the actors with ties, kind and platform as in the corpus, and their group of the window."""
    ids = pd.concat([found["actor_a"], found["actor_b"]]).drop_duplicates().sort_values(ignore_index=True)
    place = _find_all(ids, grounds.actor_ids, "actors")
    of = coordination.members[coordination.members["window_seconds"] == window_seconds].set_index("actor_id")["group"]
    # taken from the corpus, so that the column is sound where it is empty, too
    names = pd.array(grounds.actor_ids.take(pa.array(place)), dtype="string")
    actors = pd.DataFrame({"actor_id": names, "kind": grounds.kinds[place], "platform": grounds.platforms[place],
                           "community": ids.map(of)})
    return actors.reindex(columns=list(ACTOR_COLUMNS)).astype(ACTOR_COLUMNS)


def _proofs(found: pd.DataFrame, grounds: Grounds) -> Any:
    """Return the list of posts of each tie, by time."""
    sizes = np.array([len(posts) for posts in found["posts"]], dtype=np.int64)
    listed = pd.Series([p for posts in found["posts"] for p in posts], dtype="string")
    place = _find_all(listed, grounds.post_ids, "posts")
    return evidence(grounds, sizes, place[np.lexsort((place, np.repeat(np.arange(len(sizes)), sizes)))])


def _find_all(ids: pd.Series, among: pa.Array, what: str) -> np.ndarray:
    place = find_in(plain(ids), among)
    if missing := int((place < 0).sum()):
        raise TableError(f"link_coordination: {missing} of {len(ids)} {what} are not in this corpus; give the one "
                         "that coordination was looked for in.")
    return place
