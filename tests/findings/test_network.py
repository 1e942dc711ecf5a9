from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import describe_bridges, describe_communities, describe_network
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


def channels_of(make_corpus):
    """Make the same posts by open channels instead of people."""
    corpus = corpus_of(make_corpus)
    return replace(corpus, posts=corpus.posts.assign(account_id=pd.array([None] * len(corpus.posts), dtype="string")),
                   arenas=corpus.arenas.assign(kind="channel", access="open"))


def posts_in(arena: str, count: int) -> list[str]:
    return [f"{arena}:{k}" for k in range(count)]


TIES = [("T-000", "T-001", posts_in("T-001", 6)), ("T-004", "T-000", posts_in("T-000", 6)),
        ("T-001", "T-002", posts_in("T-002", 2)), ("T-004", "T-005", posts_in("T-005", 2))]


def test_the_map_names_codes_and_classes_and_no_counts(make_corpus) -> None:
    corpus = channels_of(make_corpus)
    finding = describe_network(network_of(corpus, TIES), corpus, quarter="2025Q3")
    assert not {"weight", "posts", "in_strength", "title"} & set(finding.data.columns)
    assert finding.value == 16
    assert finding.data["actor"].dropna().tolist() == ["T-000", "T-001", "T-002", "T-004", "T-005"]
    assert len(finding.data.query("row == 'tie'")) == 4
    assert finding.facts["undrawn"] == 3


def test_every_bridge_has_the_ties_that_make_it_one_on_the_map(make_corpus) -> None:
    corpus = channels_of(make_corpus)
    finding = describe_network(network_of(corpus, TIES), corpus, quarter="2025Q3")
    # the network calls T-000 alone a bridge; its own ties say so too: six posts to either group
    assert finding.data.loc[finding.data["is_bridge"].fillna(False), "actor"].tolist() == ["T-000"]
    # ties with sources outside make nobody a bridge: with six posts inside there is nothing to tell
    few = describe_network(network_of(corpus, TIES[1:]), corpus, quarter="2025Q3")
    assert not few.data["is_bridge"].fillna(False).any()


def test_peoples_arenas_stand_on_the_map_three_or_more_together(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    finding = describe_network(network_of(corpus, TIES), corpus, quarter="2025Q3")
    actors = finding.data[finding.data["row"] == "actor"]
    # of the second group only two have ties
    assert actors[["actor", "kind", "arenas"]].to_numpy().tolist() == [["G1", "together", 3]]
    assert finding.data["source"].isna().all()
    assert finding.facts["undrawn"] == 5
    more = describe_network(network_of(corpus, [*TIES, ("T-005", "T-006", ["T-006:0"])]), corpus, quarter="2025Q3")
    assert more.data["actor"].dropna().tolist() == ["G1", "G2"]
    assert more.data[["source", "target"]].dropna().to_numpy().tolist() == [["G2", "G1"]]
    shown = more.data.to_csv() + str({k: v for k, v in more.facts.items() if k in ("source", "target")})
    assert not [code for code in corpus.arenas["arena_id"] if code in shown]


def test_of_peoples_arenas_a_spread_is_told_only_where_three_share_it(make_corpus) -> None:
    corpus = corpus_of(make_corpus)
    told = [(a, b, posts_in(b, 10)) for a, b in (("T-000", "T-001"), ("T-002", "T-003"))]
    spread = describe_bridges(network_of(corpus, told), corpus, quarter="2025Q3")
    # two that are forwarded and two that forward
    assert spread.data.empty
    assert spread.reason == "few_forward_enough"
    told.append(("T-004", "T-005", posts_in("T-005", 10)))
    assert describe_bridges(network_of(corpus, told), corpus, quarter="2025Q3").data["actor"].tolist() == [
        f"T-{k:03d}" for k in range(6)]


def test_what_chance_could_make_is_no_group_no_bridge_and_no_table_and_the_reason_is_told(make_corpus, make_topics) -> None:
    corpus = channels_of(make_corpus)
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    by_chance, nothing = network_of(corpus, TIES, above=False), network_of(corpus, [])
    shown = describe_network(by_chance, corpus, quarter="2025Q3")
    assert shown.data["community"].isna().all()
    assert not shown.data["is_bridge"].fillna(False).any()
    assert describe_communities(by_chance, corpus, topics, quarter="2025Q3").reason == "groups_by_chance"
    assert describe_bridges(by_chance, corpus, quarter="2025Q3").reason == "bridges_by_chance"
    for finding in (describe_communities(nothing, corpus, topics, quarter="2025Q3"),
                    describe_bridges(nothing, corpus, quarter="2025Q3"), describe_network(nothing, corpus, quarter="2025Q3")):
        assert finding.reason == "no_forwards"


def test_without_sure_groups_the_strongest_tie_of_open_channels_is_told(make_corpus) -> None:
    corpus = channels_of(make_corpus)
    ties = [*TIES[1:], ("T-000", "T-001", posts_in("T-001", 7))]
    finding = describe_network(network_of(corpus, ties, certain=False), corpus, quarter="2025Q3")
    assert finding.sentence == "finding.network_strongest"
    assert (finding.facts["source"], finding.facts["target"]) == ("T-000", "T-001")
    people = corpus_of(make_corpus)
    assert describe_network(network_of(people, ties, certain=False), people, quarter="2025Q3").sentence == "finding.network_uncertain"
    # of two equally strong ones none is the strongest
    assert "source" not in describe_network(network_of(corpus, TIES, certain=False), corpus, quarter="2025Q3").facts


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


def test_a_group_counts_all_posts_of_its_arenas_on_the_map_and_forwards_into_them(make_corpus, make_topics) -> None:
    corpus = corpus_of(make_corpus)
    ties = [("T-000", "T-001", ["T-001:0", "T-001:1"]), ("T-005", "T-001", ["T-001:2"])]
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    finding = describe_communities(network_of(corpus, ties), corpus, topics, quarter="2025Q3")
    first = finding.data.iloc[0]
    # of its four arenas two are tied to others of the study, and stand on the map
    assert (first["arenas"], first["posts"]) == (2, 20)
    assert first["forwards"] == 3
    assert first["inside"] == 2 / 3
    assert first["topic"] == "word0"


def test_the_main_topic_of_a_group_is_a_topic_however_many_posts_are_in_none(make_corpus, make_topics) -> None:
    corpus = corpus_of(make_corpus)
    first = corpus.posts["arena_id"].lt("T-004").to_numpy()
    topic_of = pd.Series(-1, index=corpus.posts.index)
    topic_of[first] = [1] * 3 + [0] * 2 + [-1] * 35  # of the other group none is in a topic
    ties = [(f"T-00{n}", f"T-00{n + 1}", [f"T-00{n + 1}:0"]) for n in (0, 1, 2, 4)]
    finding = describe_communities(network_of(corpus, ties), corpus, make_topics(corpus, topic_of), quarter="2025Q3")
    assert finding.data["topic"].fillna("").tolist() == ["word1", ""]


def test_a_month_has_a_map_of_its_own_posts_and_no_others(make_corpus) -> None:
    corpus = channels_of(make_corpus)
    month, quarter = (describe_network(network_of(corpus, TIES), corpus, quarter=p) for p in ("2025-08", "2025Q3"))
    pd.testing.assert_frame_equal(month.data, quarter.data)
    assert month.period == "2025-08"
    later = make_corpus([(f"T-{i % 8:03d}", "a-1", "2025-09-01", "word0") for i in range(8)])
    both = replace(corpus, posts=pd.concat([corpus.posts, later.posts.assign(post_id=later.posts["post_id"] + "-late")]))
    with pytest.raises(TableError, match="are not posts of 2025-09"):
        describe_network(network_of(corpus, TIES), both, quarter="2025-09")
