from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from workbench.actors import link_forwards
from workbench.actors import measures as measuring
from workbench.errors import TableError
from workbench.tables.actors import ACTOR_COLUMNS, TIE_COLUMNS, ActorNetwork
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame


def weight_of(network, source, target):
    ties = network.ties.set_index(["source", "target"])["weight"]
    return ties.get((source, target))


def test_a_tie_runs_from_the_source_to_the_arena_that_forwards_and_weighs_its_posts(forwards_of):
    network = link_forwards(forwards_of({("T-001", "T-002"): 3, ("T-002", "T-001"): 1}))
    assert weight_of(network, "T-001", "T-002") == 3
    assert weight_of(network, "T-002", "T-001") == 1
    actor = network.actors.set_index("actor_id").loc["T-001"]
    assert (actor["in_strength"], actor["out_strength"]) == (1, 3)


def test_the_evidence_of_a_tie_is_exactly_the_posts_that_forwarded(forwards_of):
    corpus = forwards_of({("T-001", "T-002"): 3, ("outside 1", "T-002"): 2})
    network = link_forwards(corpus)
    for tie in network.ties.itertuples():
        assert len(set(tie.posts)) == tie.weight
        assert all(post.startswith(f"{tie.target}:") for post in tie.posts)
        source = tie.source if tie.source.startswith("T-") else "outside 1"
        assert all(f":{source}-" in post for post in tie.posts)


def test_the_tables_have_the_columns_that_were_agreed(forwards_of):
    network = link_forwards(forwards_of({("T-001", "T-002"): 1, ("outside 1", "T-002"): 1}))
    assert network.actors.dtypes.astype(str).to_dict() == ACTOR_COLUMNS
    assert network.ties.dtypes.astype(str).to_dict() == TIE_COLUMNS


@pytest.mark.parametrize("kind", ["id", "handle", "title"])
def test_a_forward_is_resolved_by_id_handle_or_title(corpus_of, key_of, kind):
    link = ("p1", "forward", key_of(f"{kind} T-001"), "name" if kind == "title" else kind)
    network = link_forwards(corpus_of(["T-001", "T-002"], [{"post_id": "p1", "arena_id": "T-002"}], [link]))
    assert weight_of(network, "T-001", "T-002") == 1
    assert (network.actors["kind"] == "arena").all()


def test_a_key_of_another_kind_or_platform_is_not_taken_for_the_arena(corpus_of, key_of):
    arenas = {"T-001": {}, "T-002": {}, "Y-001": {"platform": "youtube"}}
    posts = [{"post_id": "p1", "arena_id": "T-002"}, {"post_id": "p2", "arena_id": "Y-001"}]
    links = [("p1", "forward", key_of("id T-001"), "handle"), ("p2", "forward", key_of("id T-001"), "id")]
    network = link_forwards(corpus_of(arenas, posts, links))
    assert network.ties["source"].str.startswith("x-").all()


def test_a_title_shared_by_two_arenas_stays_unresolved_and_is_counted(corpus_of, key_of):
    arenas = {"T-001": {"title_key": key_of("same")}, "T-002": {"title_key": key_of("same")}, "T-003": {}}
    posts = [{"post_id": f"p{i}", "arena_id": "T-003"} for i in range(2)]
    links = [(p["post_id"], "forward", key_of("same"), "name") for p in posts]
    network = link_forwards(corpus_of(arenas, posts, links))
    assert network.provenance["unresolved_shared_key"] == 2
    assert network.ties["source"].tolist() == ["x-" + key_of("same")[:8]]


def test_a_source_outside_the_corpus_becomes_an_outside_actor(forwards_of, key_of):
    network = link_forwards(forwards_of({("outside 1", "T-001"): 2}))
    kinds = network.actors.set_index("actor_id")["kind"]
    assert kinds["x-" + key_of("id outside 1")[:8]] == "outside"
    assert network.provenance["outside"] == 1


def test_two_sources_whose_pseudonyms_begin_alike_stay_two(corpus_of):
    posts = [{"post_id": "p1", "arena_id": "T-001"}, {"post_id": "p2", "arena_id": "T-001"}]
    links = [("p1", "forward", "0123456789abcdef", "id"), ("p2", "forward", "a-01234567ffffffff", "name")]
    network = link_forwards(corpus_of(["T-001"], posts, links))
    assert sorted(network.ties["source"]) == ["x-0123456789abcdef", "x-01234567ffffffff"]


def test_a_target_that_is_no_pseudonym_is_refused_without_saying_it(corpus_of):
    posts = [{"post_id": "p1", "arena_id": "T-001"}]
    with pytest.raises(TableError, match="not a pseudonym") as caught:
        link_forwards(corpus_of(["T-001"], posts, [("p1", "forward", "Aase Example", "name")]))
    assert "Aase" not in str(caught.value)


def test_what_is_set_aside_is_counted_by_reason(corpus_of, key_of):
    posts = [{"post_id": "p1", "arena_id": "T-001"}, {"post_id": "p2", "arena_id": "T-002"}]
    own, other = key_of("id T-001"), key_of("id T-002")
    links = [("p1", "forward", own, "id"), ("p2", "forward", own, "id"), ("p2", "forward", own, "id"),
             ("gone", "forward", other, "id"), ("p1", "forward", "T-002:7", "post"), ("p1", "mention", other, "id")]
    network = link_forwards(corpus_of(["T-001", "T-002"], posts, links))
    assert network.provenance["links"] == 5
    assert network.provenance["set_aside"] == {"points_at_no_account": 1, "post_not_in_corpus": 1, "self_forward": 1,
                                               "repeated": 1}
    assert weight_of(network, "T-001", "T-002") == 1
    assert len(network.ties) == 1


def test_a_successor_stays_an_actor_of_its_own(corpus_of, key_of):
    corpus = corpus_of({"T-001": {}, "T-002": {"successor_of": "T-001"}}, [{"post_id": "p1", "arena_id": "T-002"}],
                       [("p1", "forward", key_of("id T-001"), "id")])
    assert weight_of(link_forwards(corpus), "T-001", "T-002") == 1


def test_arenas_without_ties_are_actors_too(forwards_of):
    network = link_forwards(forwards_of({}, arenas=["T-001", "T-002", "T-003"]))
    assert network.actors["actor_id"].tolist() == ["T-001", "T-002", "T-003"]
    assert network.ties.empty
    assert (network.actors["in_strength"] == 0).all()
    assert network.provenance["density"] == 0
    assert network.provenance["reciprocity"] is None


def test_an_empty_corpus_gives_an_empty_network():
    corpus = Corpus(*(empty_frame(c) for c in (POST_COLUMNS, LINK_COLUMNS, ARENA_COLUMNS)))
    network = link_forwards(corpus)
    assert network.actors.dtypes.astype(str).to_dict() == ACTOR_COLUMNS
    assert len(network.actors) == len(network.ties) == 0
    assert network.provenance["density"] is None


def test_a_corpus_that_lacks_a_column_is_refused(forwards_of):
    corpus = forwards_of({("T-001", "T-002"): 1})
    with pytest.raises(TableError, match="not well formed"):
        link_forwards(Corpus(corpus.posts, corpus.links.drop(columns="target_kind"), corpus.arenas))


def test_the_measures_are_those_of_networkx(forwards_of, planted):
    network = link_forwards(forwards_of({**planted(), ("outside 1", "T-001"): 4, ("outside 1", "T-020"): 2}))
    graph, folded = network.graph(), network.graph(folded=True)
    actors = network.actors.set_index("actor_id")
    rank, between = nx.pagerank(graph, tol=1e-10), nx.betweenness_centrality(folded, weight="distance")
    assert actors["pagerank"].to_dict() == pytest.approx(rank, abs=1e-6)
    assert actors["betweenness"].to_dict() == pytest.approx(between, abs=1e-9)
    inside = graph.subgraph(actors.index[actors["kind"] == "arena"])
    assert network.provenance["density"] == pytest.approx(nx.density(inside))
    assert network.provenance["reciprocity"] == pytest.approx(nx.reciprocity(inside))
    # what differs is asked for otherwise: one direction's weight for both is another network
    halved = graph.to_undirected()
    nx.set_edge_attributes(halved, {(a, b): 1 / w for a, b, w in halved.edges(data="weight")}, "distance")
    apart = nx.betweenness_centrality(halved, weight="distance")
    assert max(abs(actors.at[a, "betweenness"] - b) for a, b in apart.items()) > 0.005


def test_a_folded_graph_has_one_edge_per_pair_with_both_directions_and_all_relations(forwards_of):
    network = link_forwards(forwards_of({("T-001", "T-002"): 3, ("T-002", "T-001"): 1, ("T-002", "T-003"): 2}))
    twice = pd.concat([network.ties, network.ties.assign(relation="mention")], ignore_index=True)
    folded = ActorNetwork(network.actors, twice).graph(folded=True)
    assert type(folded) is nx.Graph
    tie = folded.edges["T-001", "T-002"]
    assert (tie["weight"], tie["distance"], len(tie["posts"])) == (8, 1 / 8, 4)
    assert "relation" not in tie
    assert set(folded) == {"T-001", "T-002", "T-003"}


def test_a_large_network_is_estimated_and_says_so(forwards_of, planted, monkeypatch):
    corpus = forwards_of(planted(groups=6, size=10))
    exact = link_forwards(corpus)
    monkeypatch.setattr(measuring, "EXACT_BELOW", 10)
    monkeypatch.setattr(measuring, "PIVOTS", 30)
    estimated = link_forwards(corpus)
    assert exact.provenance["betweenness"] == "exact"
    assert estimated.provenance["betweenness"] == "estimated from 30 of 60 actors with ties"
    pair = [n.actors["betweenness"].astype(float) for n in (exact, estimated)]
    assert np.corrcoef(*pair)[0, 1] > 0.9
    assert pair[1].sum() == pytest.approx(pair[0].sum(), rel=0.2)


def test_the_order_of_rows_does_not_matter(forwards_of, planted, shuffled):
    corpus = forwards_of({**planted(), ("outside 1", "T-001"): 4})
    one, two = link_forwards(corpus), link_forwards(shuffled(corpus))
    pd.testing.assert_frame_equal(one.actors, two.actors)
    pd.testing.assert_frame_equal(one.ties, two.ties)
    assert one.provenance == two.provenance


def test_the_corpus_is_not_changed(forwards_of):
    corpus = forwards_of({("T-001", "T-002"): 2})
    before = [f.copy(deep=True) for f in (corpus.posts, corpus.links, corpus.arenas)]
    link_forwards(corpus)
    for frame, kept in zip((corpus.posts, corpus.links, corpus.arenas), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_a_cycle_is_reciprocated_by_nobody(forwards_of):
    network = link_forwards(forwards_of({("T-001", "T-002"): 1, ("T-002", "T-003"): 1, ("T-003", "T-001"): 1}))
    assert network.provenance["reciprocity"] == 0
    assert network.actors["pagerank"].astype(float).to_numpy() == pytest.approx([1 / 3] * 3)


def test_one_arena_with_two_hundred_thousand_posts_is_linked(forwards_of, key_of):
    count = 200_000
    base = forwards_of({("T-001", "T-002"): 1})
    posts = pd.DataFrame({"post_id": [f"T-002:{i}" for i in range(count)], "arena_id": "T-002", "platform": "telegram",
                          "posted_at": pd.Timestamp("2025-07-01", tz="UTC"), "kind": "post", "source_id": "s"})
    sources = np.array([key_of(f"id outside {i}") for i in range(100)] + [key_of("id T-001")])
    links = pd.DataFrame({"post_id": posts["post_id"], "relation": "forward", "target": sources[np.arange(count) % 101],
                          "target_kind": "id"})
    network = link_forwards(Corpus(posts.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS),
                                   links.astype(LINK_COLUMNS), base.arenas))
    assert network.ties["weight"].sum() == count
    assert len(network.ties) == 101
