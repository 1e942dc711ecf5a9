from __future__ import annotations

import json
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from workbench.actors import find_communities, find_coordination, link_coordination, save_graph, save_map
from workbench.errors import TableError
from workbench.tables.posts import Corpus

START = pd.Timestamp("2025-07-01", tz="UTC")


@pytest.fixture
def corpus(corpus_of) -> Corpus:
    """Return a corpus in which a0 to a4 share addresses, p0 and p1 tags, within seconds; others at random."""
    rng = np.random.default_rng(1)
    posts, links = [], []

    def share(account, arena, seconds, kind, *things):
        post = f"T-{arena:03d}:{len(posts)}"
        posts.append({"post_id": post, "arena_id": f"T-{arena:03d}", "account_id": account, "text": "x",
                      "posted_at": START + pd.Timedelta(seconds=float(seconds))})
        links.extend((post, kind, thing, kind) for thing in things)

    for k in range(1500):
        share(f"u{rng.integers(80):02d}", k % 6, rng.uniform(0, 40 * 86400), "url", f"https://e.dk/{rng.integers(300)}")
        share(f"u{rng.integers(80):02d}", k % 6, rng.uniform(0, 40 * 86400), "hashtag", f"t{rng.integers(300)}")
    for occasion, at in enumerate(rng.uniform(0, 40 * 86400, 10)):
        for a in range(5):
            share(f"a{a}", a % 3, at + 3 * a, "url", f"https://own.dk/{occasion}")
        for p in range(2):
            share(f"p{p}", p, at + 50 + p, "hashtag", f"own{occasion}")
        for a in range(2):
            share(f"a{a}", a, at + 1000 + a, "hashtag", f"both{occasion}")
    return corpus_of([f"T-{i:03d}" for i in range(6)], posts, links)


@pytest.fixture
def coordination(corpus):
    return find_coordination(corpus, seed=1, relations=("url", "hashtag"), windows=(10, 60))


@pytest.fixture
def network(coordination, corpus):
    return link_coordination(coordination, corpus, window_seconds=60)


def test_groups_are_communities_and_ties_are_the_significant_ones_of_the_window(coordination, corpus, network) -> None:
    groups = network.actors.set_index("actor_id")["community"]
    assert groups[[f"a{i}" for i in range(5)]].tolist() == [1] * 5
    # two actors tie, but make no group
    assert groups[["p0", "p1"]].isna().all()
    assert set(network.actors["kind"]) == {"account"}
    assert set(network.actors["platform"]) == {"telegram"}
    graph = coordination.graph(window_seconds=60)
    assert {(s, t, r.split()[0]): (w, q) for s, t, r, w, q in network.ties[
        ["source", "target", "relation", "weight", "q"]].itertuples(index=False)} == {
        (*sorted((a, b)), key): (tie["weight"], tie["q"]) for a, b, key, tie in graph.edges(keys=True, data=True)}
    assert set(network.ties["relation"]) == {"url within 60 s", "hashtag within 60 s"}
    short = link_coordination(coordination, corpus, window_seconds=10)
    assert len(short.ties) < len(network.ties)
    assert short.actors["in_strength"].sum() == 2 * short.ties["weight"].sum()


def test_each_tie_keeps_the_posts_that_are_its_evidence_by_time(coordination, corpus, network) -> None:
    found = coordination.ties[(coordination.ties["window_seconds"] == 60) & coordination.ties["is_significant"]]
    given = {(a, b, r): set(p) for a, b, r, p in found[["actor_a", "actor_b", "relation", "posts"]].itertuples(index=False)}
    times = corpus.posts.set_index("post_id")["posted_at"]
    assert len(network.ties) == len(given)
    for source, target, relation, posts in network.ties[["source", "target", "relation", "posts"]].itertuples(index=False):
        assert set(posts) == given[source, target, relation.split()[0]]
        assert times[list(posts)].is_monotonic_increasing


def test_it_is_mapped_and_saved_as_any_network(corpus, network, tmp_path) -> None:
    made = save_map(network, tmp_path / "map.html")
    assert (made.actors, made.ties) == (len(network.actors), len(network.ties))
    page = made.path.read_text(encoding="utf-8")
    data = json.loads(page.split('<script id="data" type="application/json">')[1].split("</script>")[0])
    assert {tie["relation"] for tie in data["ties"]} == {"url within 60 s", "hashtag within 60 s"}
    assert {a["id"] for a in data["actors"] if a.get("community") == 1} == {f"a{i}" for i in range(5)}
    for kind, read in (("gexf", nx.read_gexf), ("graphml", nx.read_graphml)):
        save_graph(network, tmp_path / kind, kind=kind, corpus=corpus)
        back = read(tmp_path / kind)
        assert not back.is_directed()
        ties = {(*sorted((a, b)), t["edge_type"]): t for a, b, t in back.edges(data=True)}
        assert len(ties) == len(network.ties)
        for row in network.ties.to_dict("records"):
            tie = ties[row["source"], row["target"], row["relation"]]
            assert (tie["weight"], tie["q"], tie["n_objects"]) == (row["weight"], row["q"], len(row["posts"]))
        assert back.nodes["a0"]["community"] == 1
        assert "community" not in back.nodes["p0"]


def test_what_takes_a_network_takes_it(network) -> None:
    assert find_communities(network, seed=1, runs=5).provenance["communities"] >= 2
    assert network.graph().number_of_edges() == len(network.ties)


def test_nothing_shared_together_is_a_network_without_actors(corpus, coordination, tmp_path) -> None:
    none = replace(coordination, ties=coordination.ties.assign(is_significant=False), members=coordination.members.head(0))
    network = link_coordination(none, corpus)
    assert (len(network.actors), len(network.ties)) == (0, 0)
    assert save_map(network, tmp_path / "map.html").ties == 0
    save_graph(network, tmp_path / "g.gexf", corpus=corpus)
    assert len(nx.read_gexf(tmp_path / "g.gexf")) == 0


def test_a_window_not_looked_at_and_another_corpus_are_refused(corpus, coordination, corpus_of) -> None:
    with pytest.raises(TableError, match="window 7 s was not looked at; choose one of 10, 60"):
        link_coordination(coordination, corpus, window_seconds=7)
    with pytest.raises(TableError, match="7 of 7 actors are not in this corpus"):
        link_coordination(coordination, corpus_of(["T-000"]))
    fewer = replace(corpus, posts=corpus.posts.drop_duplicates("account_id"), links=corpus.links.head(0))
    with pytest.raises(TableError, match="posts are not in this corpus"):
        link_coordination(coordination, fewer)
