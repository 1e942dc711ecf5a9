from __future__ import annotations

import networkx as nx
import pytest

from workbench.actors import find_communities, link_forwards, save_graph
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

READ = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}


@pytest.fixture
def network(forwards_of, planted):
    corpus = forwards_of({**planted(), ("outside 1", "T-001"): 4}, arenas=["T-099"])
    return find_communities(link_forwards(corpus), seed=1, runs=5)


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_a_saved_graph_reads_back_the_same(network, tmp_path, kind):
    path = tmp_path / f"network.{kind}"
    save_graph(network, path, kind=kind)
    back, graph = READ[kind](path), network.graph()
    assert back.is_directed()
    assert set(back) == set(graph)
    assert {(a, b): (t["weight"], t["posts"]) for a, b, t in back.edges(data=True)} == {
        (a, b): (t["weight"], len(t["posts"])) for a, b, t in graph.edges(data=True)}
    for node, given in graph.nodes(data=True):
        kept = {k: v for k, v in back.nodes[node].items() if k != "label"}
        assert kept == given
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_a_saved_graph_holds_no_title_no_post_and_nothing_missing(network, tmp_path, kind):
    path = tmp_path / "network.xml"
    save_graph(network, path, kind=kind)
    written = path.read_text(encoding="utf-8")
    assert "Title" not in written
    assert network.ties["posts"].iloc[0][0] not in written
    assert not any(word in written for word in ("<NA>", "&lt;NA&gt;", "nan", "None"))


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_the_same_network_gives_the_same_bytes(network, tmp_path, kind):
    mixed = ActorNetwork(network.actors.sample(frac=1, random_state=1), network.ties.sample(frac=1, random_state=1))
    save_graph(network, tmp_path / "one", kind=kind)
    save_graph(mixed, tmp_path / "two", kind=kind)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert b"lastmodifieddate" not in (tmp_path / "one").read_bytes()


def test_an_empty_network_can_be_saved(forwards_of, tmp_path):
    save_graph(link_forwards(forwards_of({}, arenas=["T-001"])), tmp_path / "network.gexf")
    assert list(nx.read_gexf(tmp_path / "network.gexf")) == ["T-001"]


def test_an_unknown_kind_is_refused(network, tmp_path):
    with pytest.raises(TableError, match="gexf or graphml"):
        save_graph(network, tmp_path / "network.dot", kind="dot")
    assert not list(tmp_path.iterdir())


def test_a_code_that_is_no_code_is_refused_before_anything_is_written(network, tmp_path):
    actors = network.actors.assign(actor_id=network.actors["actor_id"].mask(network.actors.index == 0, "T\x0c<b>"))
    with pytest.raises(TableError, match="1 actor_id are not codes"):
        save_graph(ActorNetwork(actors, network.ties), tmp_path / "network.gexf")
    assert not list(tmp_path.iterdir())
