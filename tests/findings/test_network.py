from __future__ import annotations

import pandas as pd

from workbench.findings import describe_communities, describe_network
from workbench.tables.actors import ACTOR_COLUMNS, TIE_COLUMNS, ActorNetwork


def network_of(corpus, ties: list[tuple[str, str, list[str]]], *, certain: bool = True, above: bool = True):
    codes = sorted(corpus.arenas["arena_id"])
    frame = pd.DataFrame(ties, columns=["source", "target", "posts"]).assign(relation="forward")
    frame["weight"] = frame["posts"].map(len)
    actors = pd.DataFrame({"actor_id": codes, "kind": "arena", "community": [1 + i // 4 for i in range(len(codes))],
                           "in_strength": [float(frame.loc[frame["target"] == c, "weight"].sum()) for c in codes],
                           "out_strength": [float(frame.loc[frame["source"] == c, "weight"].sum()) for c in codes],
                           "pagerank": 0.1, "betweenness": 0.0,
                           "participation": [0.7 if i == 0 else 0.0 for i in range(len(codes))]})
    return ActorNetwork(actors.reindex(columns=list(ACTOR_COLUMNS)).astype(ACTOR_COLUMNS), frame[list(TIE_COLUMNS)].astype(TIE_COLUMNS),
                        {"communities": {"seed": 1}, "certain": certain, "is_above_null": above, "mean_ami": 0.9, "modularity": 0.5,
                         "modularity_null": 0.1})


def corpus_of(make_corpus):
    return make_corpus([(f"T-{i % 8:03d}", f"a-{i % 11}", "2025-08-01", "word0") for i in range(80)])


def test_the_map_names_codes_and_classes_and_no_counts(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_network(network_of(corpus, [("T-000", "T-001", ["T-001:0", "T-001:1"])]), corpus, quarter="2025Q3")
    assert not {"weight", "posts", "in_strength", "title"} & set(finding.data.columns)
    assert finding.value == 2
    bridges = finding.data.loc[finding.data["is_bridge"].fillna(False), "actor"]
    assert bridges.tolist() == ["T-000"]


def test_groups_that_chance_could_make_are_called_uncertain(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    ties = [("T-000", "T-001", ["T-001:0"])]
    for certain, above, sentence in ((True, True, "finding.network"), (False, True, "finding.network_uncertain"),
                                     (True, False, "finding.network_uncertain")):
        network = network_of(corpus, ties, certain=certain, above=above)
        assert describe_network(network, corpus, quarter="2025Q3").sentence == sentence


def test_no_ties_are_said_and_not_drawn_as_groups(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    assert describe_network(network_of(corpus, []), corpus, quarter="2025Q3").sentence == "finding.network_empty"


def test_a_group_counts_all_posts_of_its_arenas_and_forwards_into_them(make_corpus, make_topics) -> None:
    corpus = corpus_of(make_corpus)
    ties = [("T-000", "T-001", ["T-001:0", "T-001:1"]), ("T-005", "T-001", ["T-001:2"])]
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    finding = describe_communities(network_of(corpus, ties), corpus, topics, quarter="2025Q3")
    first = finding.data.iloc[0]
    assert first["posts"] == 40
    assert first["forwards"] == 3
    assert first["inside"] == 2 / 3
    assert first["topic"] == "word0"


def test_the_main_topic_of_a_group_is_a_topic_however_many_posts_are_in_none(make_corpus, make_topics) -> None:
    corpus = corpus_of(make_corpus)
    first = corpus.posts["arena_id"].lt("T-004").to_numpy()
    topic_of = pd.Series(-1, index=corpus.posts.index)
    topic_of[first] = [1] * 3 + [0] * 2 + [-1] * 35  # of the other group none is in a topic
    finding = describe_communities(network_of(corpus, [("T-000", "T-001", ["T-001:0"])]), corpus,
                                   make_topics(corpus, topic_of), quarter="2025Q3")
    assert finding.data["topic"].fillna("").tolist() == ["word1", ""]
