from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pandas as pd
import pytest

from workbench.actors import find_communities, link_forwards, save_graph
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

READ = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}
NODE_COLUMNS = {"label", "type", "platform", "language", "first_seen", "last_seen", "posts", "community"}
EDGE_COLUMNS = {"weight", "edge_type", "first_seen", "last_seen", "n_objects"}


@pytest.fixture
def corpus(forwards_of, planted):
    corpus = forwards_of({**planted(), ("outside 1", "T-001"): 4}, arenas=["T-099"])
    tongues = pd.Series("da", index=corpus.posts.index, dtype="string").mask(corpus.posts.index % 3 == 0, "sv")
    return replace(corpus, posts=corpus.posts.assign(language=tongues))


@pytest.fixture
def network(corpus):
    return find_communities(link_forwards(corpus), seed=1, runs=5)


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_a_saved_graph_reads_back_the_same(network, tmp_path, kind):
    path = tmp_path / f"network.{kind}"
    save_graph(network, path, kind=kind)
    back, graph = READ[kind](path), network.graph()
    assert back.is_directed()
    assert set(back) == set(graph)
    assert {(a, b): (t["weight"], t["n_objects"], t["edge_type"]) for a, b, t in back.edges(data=True)} == {
        (a, b): (t["weight"], len(t["posts"]), t["relation"]) for a, b, t in graph.edges(data=True)}
    for node, given in graph.nodes(data=True):
        kept = back.nodes[node]
        assert kept.pop("label") == node
        assert kept == {**{k: v for k, v in given.items() if k != "kind"}, "type": given["kind"]}
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_with_the_corpus_the_columns_that_gephi_users_expect_are_there(network, corpus, tmp_path, kind):
    path = tmp_path / f"network.{kind}"
    save_graph(network, path, kind=kind, corpus=corpus)
    back = READ[kind](path)
    assert set(back.nodes["T-001"]) >= NODE_COLUMNS
    assert all(set(tie) >= EDGE_COLUMNS for *_, tie in back.edges(data=True))
    for node, found in back.nodes(data=True):
        said = corpus.posts[corpus.posts["arena_id"] == node]
        assert found.get("posts", 0) == len(said)
        if len(said):
            assert pd.Timestamp(found["first_seen"]) == said["posted_at"].min().floor("s")
            assert pd.Timestamp(found["last_seen"]) == said["posted_at"].max().floor("s")
    times = corpus.posts.set_index("post_id")["posted_at"]
    for source, target, posts in network.ties[["source", "target", "posts"]].itertuples(index=False):
        tie = back.edges[source, target]
        assert pd.Timestamp(tie["first_seen"]) == min(times[p] for p in posts).floor("s")
        assert pd.Timestamp(tie["last_seen"]) == max(times[p] for p in posts).floor("s")


def test_the_timeline_shows_a_tie_on_the_days_that_have_evidence(corpus_of, key_of, tmp_path):
    days = ("2025-07-01", "2025-07-02", "2025-07-02", "2025-07-05")
    posts = [{"post_id": f"T-002:{i}", "arena_id": "T-002", "posted_at": f"{day}T12:00Z"} for i, day in enumerate(days)]
    corpus = corpus_of(["T-001", "T-002"], posts, [(p["post_id"], "forward", key_of("id T-001"), "id") for p in posts])
    save_graph(link_forwards(corpus), tmp_path / "g.gexf", corpus=corpus)
    back = nx.read_gexf(tmp_path / "g.gexf")
    assert back.edges["T-001", "T-002"]["spells"] == [("2025-07-01", "2025-07-02"), ("2025-07-05", "2025-07-05")]
    assert (back.nodes["T-002"]["start"], back.nodes["T-002"]["end"]) == ("2025-07-01", "2025-07-05")
    assert 'timeformat="date"' in (tmp_path / "g.gexf").read_text()


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
@pytest.mark.parametrize("directed", [True, False])
def test_a_pair_tied_in_two_ways_keeps_both_ties(network, corpus, tmp_path, kind, directed):
    twice = pd.concat([network.ties, network.ties.assign(relation="mention", weight=1.0)], ignore_index=True)
    both = replace(network, ties=twice, directed=directed)
    save_graph(both, tmp_path / "network.xml", kind=kind, corpus=corpus)
    back = READ[kind](tmp_path / "network.xml")
    assert back.is_directed() == directed
    assert back.number_of_edges() == len(twice)
    assert {t["edge_type"] for *_, t in back.edges(data=True)} == {"forward", "mention"}


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_a_saved_graph_holds_no_title_no_post_and_nothing_missing(network, corpus, tmp_path, kind):
    path = tmp_path / "network.xml"
    save_graph(network, path, kind=kind, corpus=corpus)
    written = path.read_text(encoding="utf-8")
    assert "Title" not in written
    assert network.ties["posts"].iloc[0][0] not in written
    assert not any(word in written for word in ("<NA>", "&lt;NA&gt;", "nan", "NaN", "NaT", "None"))


@pytest.mark.parametrize("kind", ["gexf", "graphml", "pajek"])
def test_the_same_network_gives_the_same_bytes(network, corpus, tmp_path, kind):
    mixed = ActorNetwork(network.actors.sample(frac=1, random_state=1), network.ties.sample(frac=1, random_state=1))
    save_graph(network, tmp_path / "one", kind=kind, corpus=corpus)
    posts = corpus.posts.sample(frac=1, random_state=2)
    save_graph(mixed, tmp_path / "two", kind=kind, corpus=replace(corpus, posts=posts))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert b"lastmodifieddate" not in (tmp_path / "one").read_bytes()


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_an_empty_network_can_be_saved(forwards_of, tmp_path, kind):
    corpus = forwards_of({}, arenas=["T-001"])
    save_graph(link_forwards(corpus), tmp_path / "network.xml", kind=kind, corpus=corpus)
    assert list(READ[kind](tmp_path / "network.xml")) == ["T-001"]


def test_a_pajek_file_reads_back_with_its_codes_weights_and_directions(network, tmp_path):
    save_graph(network, tmp_path / "network.net", kind="pajek")
    back, graph = nx.read_pajek(tmp_path / "network.net"), network.graph()
    assert back.is_directed()
    assert set(back) == set(graph)
    assert {(a, b): w for a, b, w in back.edges(data="weight")} == {(a, b): w for a, b, w in graph.edges(data="weight")}


def test_a_pajek_file_names_each_relation_and_keeps_ties_without_direction(network, tmp_path):
    twice = pd.concat([network.ties, network.ties.assign(relation="url within 60 s", weight=0.123456789)])
    save_graph(replace(network, ties=twice, directed=False), tmp_path / "network.net", kind="pajek")
    lines = (tmp_path / "network.net").read_text(encoding="utf-8").splitlines()
    heads = {i: line for i, line in enumerate(lines) if line.startswith("*")}
    ties = len(network.ties)
    assert heads == {0: f"*Vertices {len(network.actors)}", len(network.actors) + 1: '*Edges :1 "forward"',
                     len(network.actors) + ties + 2: '*Edges :2 "url within 60 s"'}
    assert {line.split()[2] for line in lines[-ties:]} == {"0.123456789"}
    save_graph(replace(network, directed=False), tmp_path / "network.net", kind="pajek")
    assert not nx.read_pajek(tmp_path / "network.net").is_directed()


def test_an_empty_pajek_file_has_its_vertices(forwards_of, tmp_path):
    save_graph(link_forwards(forwards_of({}, arenas=["T-001", "T-002"])), tmp_path / "n.net", kind="pajek")
    assert (tmp_path / "n.net").read_bytes() == b'*Vertices 2\r\n1 "T-001"\r\n2 "T-002"\r\n'


@pytest.mark.parametrize("kind", ["gexf", "graphml", "pajek"])
@pytest.mark.parametrize("wrong", ['forward"\n*Arcs\n1 1 99', "forward\x00", ""])
def test_a_relation_that_could_begin_something_else_is_refused_before_anything_is_written(network, tmp_path, kind, wrong):
    ties = network.ties.assign(relation=network.ties["relation"].mask(network.ties.index == 0, wrong))
    with pytest.raises(TableError, match="1 relation are not codes"):
        save_graph(replace(network, ties=ties), tmp_path / "network", kind=kind)
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_is_refused(network, tmp_path):
    with pytest.raises(TableError, match="graphml or pajek"):
        save_graph(network, tmp_path / "network.dot", kind="dot")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["gexf", "graphml", "pajek"])
@pytest.mark.parametrize("wrong", ["T\x0c<b>", 'T"\n*Arcs\n1 1 99', "T 1"])
def test_a_code_that_is_no_code_is_refused_before_anything_is_written(network, tmp_path, kind, wrong):
    actors = network.actors.assign(actor_id=network.actors["actor_id"].mask(network.actors.index == 0, wrong))
    with pytest.raises(TableError, match="1 actor_id are not codes"):
        save_graph(ActorNetwork(actors, network.ties), tmp_path / "network", kind=kind)
    assert not list(tmp_path.iterdir())
