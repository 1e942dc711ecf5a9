from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from workbench.actors import link_forwards, link_shared, read_graph, save_graph
from workbench.errors import TableError

# as Gephi 0.10 exports it: another version of the format, its own ids of attributes, layout in a second namespace
GEPHI = """<?xml version='1.0' encoding='UTF-8'?>
<gexf xmlns="http://gexf.net/1.3" version="1.3" xmlns:viz="http://gexf.net/1.3/viz">
<graph defaultedgetype="directed"><attributes class="node" mode="static">
<attribute id="modularity_class" title="Modularity Class" type="integer"/>
<attribute id="eigencentrality" title="Eigenvector Centrality" type="double"/>
<attribute id="is_ours" title="is_ours" type="boolean"/><attribute id="note" title="note" type="string"/>
<attribute id="pagerank" title="pagerank" type="double"/></attributes>
<nodes>{nodes}</nodes><edges>{edges}</edges></graph></gexf>"""
NODE = """<node id="{0}" label="{0}"><attvalues><attvalue for="modularity_class" value="{1}"/>
<attvalue for="eigencentrality" value="0.5"/><attvalue for="is_ours" value="true"/>
<attvalue for="pagerank" value="9"/></attvalues><viz:position x="{1}.5" y="-1.0"/></node>"""


@pytest.fixture
def network(forwards_of, planted):
    return link_forwards(forwards_of(planted()))


def exported(network, actors: list[str]) -> str:
    kept = network.ties[network.ties["source"].isin(actors) & network.ties["target"].isin(actors)]
    edges = "".join(f'<edge source="{s}" target="{t}"/>' for s, t in zip(kept["source"], kept["target"], strict=True))
    return GEPHI.format(nodes="".join(NODE.format(a, i % 3) for i, a in enumerate(actors)), edges=edges)


def test_what_gephi_found_stands_beside_what_was_known(network, tmp_path):
    (tmp_path / "g.gexf").write_text(exported(network, list(network.actors["actor_id"])))
    back = read_graph(network, tmp_path / "g.gexf")
    assert back.actors["Modularity Class"].tolist() == [i % 3 for i in range(len(back.actors))]
    assert str(back.actors["Modularity Class"].dtype) == "Int64"
    assert back.actors["Eigenvector Centrality"].eq(0.5).all()
    assert back.actors["is_ours"].all()
    assert back.actors["note"].isna().all()
    assert back.actors["x"].tolist() == [i % 3 + 0.5 for i in range(len(back.actors))]
    pd.testing.assert_series_equal(back.actors["pagerank"], network.actors["pagerank"])
    assert len(back.ties) == len(network.ties)
    assert back.provenance["read_back"]["columns"] == ["Modularity Class", "Eigenvector Centrality", "is_ours", "note",
                                                       "x", "y"]


def test_who_was_filtered_out_there_is_gone_here_with_its_ties(network, tmp_path):
    kept = list(network.actors["actor_id"])[1:]
    (tmp_path / "g.gexf").write_text(exported(network, kept))
    back = read_graph(network, tmp_path / "g.gexf")
    assert back.actors["actor_id"].tolist() == kept
    assert set(back.ties["source"]) | set(back.ties["target"]) <= set(kept)
    gone = len(network.ties) - len(back.ties)
    assert gone > 0
    assert back.provenance["read_back"] | {"columns": []} == {"columns": [], "actors_gone": 1, "ties_gone": gone}


@pytest.mark.parametrize("kind", ["gexf", "graphml"])
def test_a_measure_of_networkx_comes_back_by_either_format(network, tmp_path, kind):
    path = tmp_path / f"g.{kind}"
    save_graph(network, path, kind=kind)
    graph = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}[kind](path)
    nx.set_node_attributes(graph, dict(graph.degree()), "neighbours")
    {"gexf": nx.write_gexf, "graphml": nx.write_graphml}[kind](graph, path)
    back = read_graph(network, path)
    assert dict(zip(back.actors["actor_id"], back.actors["neighbours"], strict=True)) == dict(graph.degree())
    assert set(back.actors) - set(network.actors) == {"neighbours"}
    pd.testing.assert_frame_equal(back.ties, network.ties)


def test_a_tie_without_direction_is_kept_whichever_way_round_it_is_written(make_corpus, tmp_path):
    from dataclasses import replace

    corpus = make_corpus([(a, None, "2025-07-01", "hej") for a in ("T-1", "T-2")])
    links = pd.DataFrame({"post_id": corpus.posts["post_id"], "relation": "domain", "target": "x.example",
                          "target_kind": "domain"}).astype(corpus.links.dtypes)
    network = link_shared(replace(corpus, links=links), "domain")
    assert len(network.ties) == 1
    text = GEPHI.format(nodes=NODE.format("T-1", 0) + NODE.format("T-2", 1), edges='<edge source="T-2" target="T-1"/>')
    (tmp_path / "g.gexf").write_text(text)
    assert len(read_graph(network, tmp_path / "g.gexf").ties) == 1


@pytest.mark.parametrize(("text", "said"), [
    ("{", "no GEXF or GraphML"), ("<html/>", "neither GEXF nor GraphML"),
    (GEPHI.format(nodes=NODE.format("A-9", 1), edges=""), "1 of 1 nodes are no actors"),
    ('<!DOCTYPE a [<!ENTITY b "c">]><gexf>&b;</gexf>', "no GEXF or GraphML"),
    (None, "cannot be read")])
def test_another_file_is_refused_and_told(network, tmp_path, text, said):
    if text is not None:
        (tmp_path / "g.gexf").write_text(text)
    with pytest.raises(TableError, match=said):
        read_graph(network, tmp_path / "g.gexf")


def test_a_word_among_numbers_is_refused(network, tmp_path):
    some = network.actors["actor_id"][0]
    text = GEPHI.format(nodes=NODE.format(some, "many"), edges="")
    (tmp_path / "g.gexf").write_text(text)
    with pytest.raises(TableError, match="numbers holds something else"):
        read_graph(network, tmp_path / "g.gexf")
