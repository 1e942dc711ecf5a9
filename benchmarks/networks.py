"""How the network builders grow from 100 thousand to 10 million links, and what is found in real networks."""

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
    return rows + _polblogs() + _telegram(folder)


def run(builder: str, size: int) -> None:
    """Build one network of made-up links and print what it took, without the making of the corpus."""
    name, *given = builder.split()
    relation = RELATION.get(name, given[0])
    corpus = make_corpus(size, relation)
    arguments = [relation] if name == "link_shared" else []
    found: list[Any] = []
    begun = time.process_time()
    took = seconds(lambda: found.append(getattr(_room(), name)(corpus, *arguments, level=given[-1])))
    worked = time.process_time() - begun
    network = found[0]
    proofs = int(network.ties["posts"].list.len().sum()) if len(network.ties) else 0
    print(json.dumps({"seconds": took, "cpu_seconds": worked, "actors": len(network.actors),
                      "ties": len(network.ties), "proofs": proofs, "set_aside": network.provenance["set_aside"]}))


def make_corpus(size: int, relation: str, *, arenas: int = 500, seed: int = 1) -> Any:
    """Make a corpus of one link per post, arenas and targets of very unequal size (Zipf), accounts of twenty posts."""
    from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus

    rng = np.random.default_rng(seed)
    arena, target = _zipf(rng, arenas, size), _zipf(rng, max(size // 10, 10), size)
    account = rng.integers(max(size // 20, 1), size=size)
    code = pa.array([f"T-{i:04d}" for i in range(arenas)], pa.large_string())
    number = pc.cast(pa.array(np.arange(size)), pa.large_string())
    post_id = _join(code.take(pa.array(arena)), number, ":")
    told = {"forward": ("id", "a-"), "mention": ("handle", "a-"), "reply": ("post", ""), "url": ("url", "https://e.dk/"),
            "domain": ("domain", "e"), "hashtag": ("hashtag", "e"), "invite": ("url", "https://discord.gg/")}
    kind, prefix = told.get(relation, ("url", "https://e.dk/"))
    if relation == "reply":
        targets = post_id.take(pa.array((np.arange(size) * rng.random(size)).astype(np.int64)))
    else:
        digits = pa.array([f"{i:016x}" for i in range(int(target.max()) + 1)], pa.large_string())
        targets = _join(pa.scalar(prefix, pa.large_string()), digits.take(pa.array(target)))
    posts = pd.DataFrame({"post_id": _strings(post_id), "platform": "telegram",
                          "arena_id": _strings(code.take(pa.array(arena))), "kind": "post", "source_id": "s",
                          "account_id": _strings(_join(pa.scalar("a-f", pa.large_string()),
                                                         pc.cast(pa.array(account), pa.large_string()))),
                          "posted_at": pd.Timestamp("2025-07-01", tz="UTC") + pd.to_timedelta(np.arange(size), "s")})
    links = pd.DataFrame({"post_id": posts["post_id"], "relation": "url" if relation == "invite" else relation or "url",
                          "target": _strings(targets), "target_kind": kind})
    keys = [f"a-{i:016x}" for i in range(arenas)]  # the most forwarded sources are arenas of the corpus
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


TELEGRAM = {"tg_activeclubs": "messages.csv", "tg_farright_en_2023q3_2024q2": "messages.csv.gz"}
CARD = """controller = "benchmark"
purpose = "benchmark"
legal_basis = "§ 10"
access = "open"
collected_by = "benchmark"
collected_with = "telegram-tracker"
collected_from = 2021-01-01
collected_to = 2025-12-31
tdm_reservation = "none found"
tdm_checked = "2025-07-01"
delete_by = 2027-09-30
"""


def _telegram(folder: Path) -> list[Row]:
    """Time forward network, communities, bridges, backbone, chance and lineage of two collections."""
    rows = []
    for name, file in TELEGRAM.items():
        if not (SHARED_DATA / name).is_dir():
            continue
        corpus, took = _import(folder / name, SHARED_DATA / name / file), {}
        network = _timed(took, "link_forwards", lambda corpus=corpus: _room().link_forwards(corpus))
        found = _timed(took, "find_communities", lambda n=network: _room().find_communities(n, seed=1))
        bridges = _timed(took, "find_bridges", lambda n=found: _room().find_bridges(n, seed=1))
        mixing = _timed(took, "find_mixing", lambda n=found: _room().find_mixing(n, seed=1))
        backbone = _timed(took, "find_backbone", lambda n=found: _room().find_backbone(n))
        chance = _timed(took, "find_tightness", lambda n=found: _room().find_tightness(n, seed=1))
        lineage = _timed(took, "find_lineage", lambda corpus=corpus, n=found: _room().find_lineage(corpus, n))
        facts = found.provenance
        strong = (bridges["kind"] == "arena") & (bridges["participation"] >= 0.5)
        rows.append(row(f"{name}: forward network, communities, bridges, lineage, seconds", sum(took.values()), 20.0,
                        "the aim for both together", posts=len(corpus.posts), links=facts["links"],
                        arenas=facts["arenas"], outside=facts["outside"], ties=len(found.ties),
                        density=facts["density"], reciprocity=facts["reciprocity"], communities=facts["communities"],
                        mean_ami=facts["mean_ami"], modularity=facts["modularity"],
                        modularity_null=facts["modularity_null"], is_above_null=facts["is_above_null"],
                        bridges=int(strong.sum()), e_i=float(mixing["e_i"].iloc[0]),
                        e_i_expected=float(mixing["expected"].iloc[0]), backbone=backbone.provenance["backbone"],
                        chance=json.loads(chance.to_json(orient="records")), lineage=len(lineage), took=took))
    return rows


def _room() -> Any:
    """Return the room; it loads on first use."""
    from workbench import actors as room

    return room


def _timed(took: dict[str, float], name: str, work: Any) -> Any:
    found: list[Any] = []
    took[name] = seconds(lambda: found.append(work()))
    return found[0]


def _import(study: Path, export: Path) -> Any:
    import shutil

    from workbench.settings import Settings
    from workbench.sources import import_exports, load_corpus

    raw = study / "data" / "raw" / "telegram"
    raw.mkdir(parents=True)
    (raw / "source.toml").write_text(CARD, encoding="utf-8")
    shutil.copy(export, raw / export.name)
    import_exports([raw / export.name], settings=Settings(
        folder=study, name="Benchmark", language="da", contact="c", minimum_authors=5, minimum_arenas=3,
        key_file=study.with_name(f"{study.name}.key")))
    return load_corpus(study)
