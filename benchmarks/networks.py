"""How the network builders grow from 100 thousand to 10 million links, and what is found in a network known well."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.measuring import SHARED_DATA, Row, in_fresh_process, row, seconds

SIZES = (100_000, 1_000_000, 10_000_000)
BUILDERS = ("link_forwards arena", "link_forwards account", "link_mentions account", "link_replies account",
            "link_shared url arena", "link_shared domain arena", "link_shared hashtag account",
            "link_shared forward arena", "link_shared invite arena", "link_members arena")
CODE = "import sys; from benchmarks.networks import run; run(sys.argv[1], int(sys.argv[2]))"
RELATION = {"link_forwards": "forward", "link_mentions": "mention", "link_replies": "reply", "link_members": ""}


def measure(folder: Path) -> list[Row]:
    """Time every builder at each size in a process of its own, and fit the exponent of its growth."""
    rows = []
    for builder in BUILDERS:
        took = []
        for size in SIZES:
            _, peak, printed = in_fresh_process(CODE, builder, str(size))
            found = json.loads(printed)
            # seconds of work: on a shared machine wall time grows with the neighbours, not with the links
            took.append(found["cpu_seconds"])
            rows.append(row(f"{builder}, {size:,} links, seconds", found["seconds"], None, "", megabytes=round(peak),
                            **found))
        rows.append(row(f"{builder}: exponent of growth", float(np.polyfit(np.log(SIZES), np.log(took), 1)[0]), 1.0,
                        "linear growth"))
    return rows + _polblogs()


def run(builder: str, size: int) -> None:
    """Build one network of made-up links and print what it took, without the making of the corpus."""
    name, *given = builder.split()
    relation = RELATION.get(name, given[0])
    corpus = make_corpus(size, relation, is_shared=name == "link_shared")
    arguments = [relation] if name == "link_shared" else []
    build, found = getattr(_room(), name), []
    # imports happen on first use
    build(make_corpus(100, relation), *arguments, level=given[-1])
    begun = time.process_time()
    took = seconds(lambda: found.append(build(corpus, *arguments, level=given[-1])))
    worked = time.process_time() - begun
    network = found[0]
    proofs = int(network.ties["posts"].list.len().sum()) if len(network.ties) else 0
    print(json.dumps({"seconds": took, "cpu_seconds": worked, "actors": len(network.actors),
                      "ties": len(network.ties), "proofs": proofs, "set_aside": network.provenance["set_aside"],
                      "betweenness": network.provenance["betweenness"]}))


def make_corpus(size: int, relation: str, *, is_shared: bool = False, arenas: int = 500, seed: int = 1) -> Any:
    """Make a corpus of one link per post, arenas of very unequal size (Zipf), accounts of twenty posts.

    Targets of forwards and mentions are as unequal. Things shared and members are drawn so that evidence grows with
    the links and `most_proofs` sets nothing aside: most things are shared once, and an account keeps to one arena
    in 19 posts of 20. With Zipf, evidence grows by the square of the links, and the cap alone would be timed.
    """
    from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus

    rng = np.random.default_rng(seed)
    arena, target = _zipf(rng, arenas, size), _zipf(rng, max(size // 10, 10), size)
    account = rng.integers(max(size // 20, 1), size=size)
    if not relation:
        arena = np.where(rng.random(size) < 0.95, _zipf(rng, arenas, size // 20 + 1)[account], arena)
    elif is_shared:
        target = rng.integers(2 * size, size=size)
    code = pa.array([f"T-{i:04d}" for i in range(arenas)], pa.large_string())
    number = pc.cast(pa.array(np.arange(size)), pa.large_string())
    post_id = _join(code.take(pa.array(arena)), number, ":")
    told = {"forward": ("id", "a-"), "mention": ("handle", "a-"), "reply": ("post", ""), "url": ("url", "https://e.dk/"),
            "domain": ("domain", "e"), "hashtag": ("hashtag", "e"), "invite": ("url", "https://discord.gg/")}
    kind, prefix = told.get(relation, ("url", "https://e.dk/"))
    if relation == "reply":
        targets = post_id.take(pa.array((np.arange(size) * rng.random(size)).astype(np.int64)))
    else:
        digits = pc.utf8_lpad(pc.cast(pa.array(target), pa.large_string()), 16, "0")
        targets = _join(pa.scalar(prefix, pa.large_string()), digits)
    posts = pd.DataFrame({"post_id": _strings(post_id), "platform": "telegram",
                          "arena_id": _strings(code.take(pa.array(arena))), "kind": "post", "source_id": "s",
                          "account_id": _strings(_join(pa.scalar("a-f", pa.large_string()),
                                                         pc.cast(pa.array(account), pa.large_string()))),
                          "posted_at": pd.Timestamp("2025-07-01", tz="UTC") + pd.to_timedelta(np.arange(size), "s")})
    links = pd.DataFrame({"post_id": posts["post_id"], "relation": "url" if relation == "invite" else relation or "url",
                          "target": _strings(targets), "target_kind": kind})
    keys = [f"a-{i:016d}" for i in range(arenas)]  # the most forwarded sources are arenas of the corpus
    frame = pd.DataFrame({"arena_id": _strings(code), "platform": "telegram", "kind": "group", "access": "open",
                          "native_key": keys, "handle_key": keys})
    return Corpus(*(f.reindex(columns=list(c)).astype(c) for f, c in (
        (posts, POST_COLUMNS), (links, LINK_COLUMNS), (frame, ARENA_COLUMNS))))


def _zipf(rng: np.random.Generator, things: int, size: int) -> np.ndarray:
    weight = 1 / np.arange(1, things + 1)
    return np.asarray(np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(size)))


def _join(one: Any, two: Any, between: str = "") -> Any:
    return pc.binary_join_element_wise(one, two, pa.scalar(between, pa.large_string()))


def _strings(values: Any) -> Any:
    return pd.array(values, dtype="string")


def _polblogs() -> list[Row]:
    """Compare communities of the political blogs with their two camps (Adamic & Glance 2005)."""
    if not (SHARED_DATA / "polblogs").is_dir():
        return []
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    network, camp = read_polblogs(SHARED_DATA / "polblogs" / "polblogs.gml")
    found: list[Any] = []
    took = seconds(lambda: found.append(_room().find_communities(network, seed=1)))
    actors, facts = found[0].actors, found[0].provenance
    inside = actors["core"].gt(0).to_numpy(dtype=bool) & actors["community"].notna().to_numpy(dtype=bool)
    groups, truth = actors["community"][inside].astype(int).to_numpy(), camp[inside]
    sizes = pd.crosstab(groups, truth)
    top = sizes.loc[sizes.sum(axis=1).nlargest(2).index]
    two = np.isin(groups, top.index)
    further = {"communities": facts["communities"], "mean_ami_over_seeds": facts["mean_ami"],
               "modularity": facts["modularity"], "modularity_null_max": facts["modularity_null_max"],
               "largest_two": [int(s) for s in top.sum(axis=1)], "actors": int(inside.sum()),
               "stability": float(actors["stability"].mean()), "seconds": took}
    return [
        row("polblogs: purity of the communities", float(sizes.max(axis=1).sum() / inside.sum()), None, "", **further),
        row("polblogs: purity of the largest two", float(top.max(axis=1).sum() / two.sum()), 0.96,
            "Louvain as told with the data"),
        row("polblogs: AMI with the camps", float(adjusted_mutual_info_score(truth, groups)), None, "",
            nmi=float(normalized_mutual_info_score(truth, groups)),
            largest_two=float(adjusted_mutual_info_score(truth[two], groups[two])))]


def read_polblogs(path: Path) -> tuple[Any, np.ndarray]:
    """Read the blogs of the largest component and their links as a network, and each blog's camp."""
    import igraph

    from workbench.actors.measures import measure_actors
    from workbench.tables.actors import ACTOR_COLUMNS, TIE_COLUMNS, ActorNetwork

    with warnings.catch_warnings():
        # of entities in the names of blogs, which are not read
        warnings.simplefilter("ignore", RuntimeWarning)
        graph = igraph.Graph.Read_GML(str(path)).connected_components("weak").giant()
    codes = np.array([f"B-{int(i):04d}" for i in graph.vs["id"]], dtype=object)
    pairs = pd.DataFrame(graph.get_edgelist(), columns=["source", "target"])
    pairs = pairs[pairs["source"] != pairs["target"]].drop_duplicates()
    ties = pd.DataFrame({"source": codes[pairs["source"]], "target": codes[pairs["target"]], "relation": "link",
                         "weight": 1.0, "posts": [[f"{codes[s]}:{t}"] for s, t in pairs.to_numpy()]})
    actors = pd.DataFrame({"actor_id": codes, "kind": "arena"}).reindex(columns=list(ACTOR_COLUMNS))
    ties = ties[list(TIE_COLUMNS)].astype(TIE_COLUMNS)
    measured, facts = measure_actors(actors.astype(ACTOR_COLUMNS), ties)
    return ActorNetwork(measured, ties, facts), np.array(graph.vs["value"], dtype=int)


def _room() -> Any:
    """Return the room; it loads on first use."""
    from workbench import actors as room

    return room
