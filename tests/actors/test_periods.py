from __future__ import annotations

import pandas as pd
import pytest

from workbench.actors import (
    find_changes,
    find_communities,
    find_matches,
    find_spread,
    find_spreads,
    link_forwards,
    link_quarters,
)
from workbench.actors.periods import FOLLOW_COLUMNS, MATCH_COLUMNS
from workbench.actors.spread import SPREAD_COLUMNS, SPREADS_COLUMNS
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

NOW = pd.Timestamp("2025-08-01", tz="UTC")
TEXT = "The harbour bath opens on Saturday at ten, bring a towel and a friend."


@pytest.fixture
def grouped(forwards_of):
    """Return a maker: a network whose communities are the groups given."""
    def make(*groups):
        ties = {(a, b): 3 for g in groups for a in g for b in g if a != b}
        network = link_forwards(forwards_of(ties))
        label = {a: i + 1 for i, g in enumerate(groups) for a in g}
        return ActorNetwork(network.actors.assign(community=network.actors["actor_id"].map(label).astype("Int64")),
                            network.ties)

    return make


def names(prefix, *numbers):
    return [f"{prefix}-{n:03d}" for n in numbers]


def test_a_community_is_matched_whatever_its_number(grouped):
    a, b = names("T", 1, 2, 3, 4), names("T", 5, 6, 7)
    matches = find_matches(grouped(a, b), grouped(b, a))
    assert matches.dtypes.astype(str).to_dict() == MATCH_COLUMNS
    assert matches[["community_before", "community_now", "fate", "jaccard"]].to_numpy().tolist() == [
        [1, 2, "kept", 1.0], [2, 1, "kept", 1.0]]


def test_a_community_that_splits_merges_begins_or_ends_is_told(grouped):
    a, b, c, d = names("T", 1, 2, 3), names("T", 4, 5, 6), names("T", 7, 8, 9), names("T", 10, 11)
    assert find_matches(grouped(a + b), grouped(a, b))["fate"].tolist() == ["kept", "born"]
    five = [names("T", 2 * i, 2 * i + 1) for i in range(1, 4)]
    assert find_matches(grouped([a for g in five for a in g]), grouped(*five))["fate"].tolist() == ["split", "born", "born", "born"]
    assert find_matches(grouped(*five), grouped([a for g in five for a in g]))["fate"].tolist() == ["gone", "gone", "gone", "merged"]
    assert find_matches(grouped(a, c), grouped(a, d))["fate"].tolist() == ["kept", "gone", "born"]


def test_actors_that_come_go_or_change_community_are_told(grouped):
    before = grouped(names("T", 1, 2, 3, 4, 5), names("T", 6, 7, 8, 9))
    now = grouped(names("T", 6, 7, 8, 9, 5), names("T", 1, 2, 3, 10))
    actors = find_changes(before, now).set_index("actor_id")
    assert actors.reset_index().dtypes.astype(str).to_dict() == FOLLOW_COLUMNS
    assert actors["change"].value_counts().to_dict() == {"stayed": 8, "entered": 1, "left": 1}
    assert actors.index[actors["change"] == "left"].tolist() == ["T-004"]
    assert actors.index[actors["has_moved"].fillna(False)].tolist() == ["T-005"]
    assert actors["has_moved"].isna()[["T-004", "T-010"]].all()


def test_networks_without_communities_cannot_be_matched(forwards_of):
    network = link_forwards(forwards_of({("T-001", "T-002"): 1}))
    with pytest.raises(TableError, match="find_communities"):
        find_matches(network, network)


def test_networks_without_ties_match_nothing(forwards_of):
    network = find_communities(link_forwards(forwards_of({}, arenas=["T-001"])), seed=1)
    assert find_matches(network, network).empty
    assert find_changes(network, network).empty


def test_each_quarter_is_linked_by_itself(corpus_of, key_of):
    times = ["2025-03-31 23:59", "2025-04-01 00:00", "2025-12-31 12:00"]
    posts = [{"post_id": f"p{i}", "arena_id": "T-001", "posted_at": pd.Timestamp(t, tz="UTC")} for i, t in enumerate(times)]
    corpus = corpus_of(["T-001", "T-002"], posts, [(p["post_id"], "forward", key_of("id T-002"), "id") for p in posts])
    networks = link_quarters(corpus, seed=1, runs=2)
    assert list(networks) == ["2025Q1", "2025Q2", "2025Q4"]
    assert [list(n.ties["posts"].iloc[0]) for n in networks.values()] == [["p0"], ["p1"], ["p2"]]


@pytest.fixture
def spreading(corpus_of, key_of):
    hours = [("T-003", 0, TEXT), ("T-001", 2, TEXT.upper()), ("T-001", 3, TEXT), ("T-002", 10, TEXT.replace(" ", "  ")),
             ("T-004", 12, "short"), ("T-001", 13, "short"), ("T-002", 14, "short")]
    posts = [{"post_id": f"p{i}", "arena_id": a, "posted_at": NOW + pd.Timedelta(hours=h), "text": t}
             for i, (a, h, t) in enumerate(hours)]
    posts.append({"post_id": "left", "arena_id": "T-004", "posted_at": NOW, "text": TEXT, "kind": "service"})
    links = [("p1", "forward", key_of("id T-003"), "id"), ("p0", "url", "https://e.dk/1", "url"),
             ("p3", "url", "https://e.dk/1", "url"), ("p4", "url", "https://e.dk/1", "url")]
    return corpus_of([f"T-{i:03d}" for i in range(1, 5)], posts, links)


def test_a_text_is_traced_to_who_had_it_first(spreading):
    spread = find_spread(spreading, "p3")
    assert spread.dtypes.astype(str).to_dict() == SPREAD_COLUMNS
    assert spread["post_id"].tolist() == ["p0", "p1", "p2", "p3"]
    assert spread["hours"].tolist() == [0, 2, 3, 10]
    assert spread["arenas"].tolist() == [1, 2, 2, 3]
    assert spread["is_first_here"].tolist() == [True, True, False, True]
    assert spread["is_forward"].tolist() == [False, True, False, False]


def test_the_widest_spreads_are_listed_by_the_id_of_their_first_post(spreading):
    spreads = find_spreads(spreading)
    assert spreads.dtypes.astype(str).to_dict() == SPREADS_COLUMNS
    assert spreads.to_numpy().tolist() == [["p0", 4, 3, "T-003", NOW, 2.0, 10.0]]
    by_address = find_spreads(spreading, "url", least_arenas=2)
    assert by_address[["content", "arenas", "hours_to_last"]].to_numpy().tolist() == [["https://e.dk/1", 3, 12.0]]
    assert find_spread(spreading, "https://e.dk/1", "url")["arena_id"].tolist() == ["T-003", "T-002", "T-004"]


def test_what_nobody_posted_has_not_spread(spreading):
    assert find_spread(spreading, "nowhere").empty
    empty = Corpus(*(empty_frame(c) for c in (POST_COLUMNS, LINK_COLUMNS, ARENA_COLUMNS)))
    assert find_spreads(empty).empty
    assert find_spreads(empty, "hashtag").dtypes.astype(str).to_dict() == SPREADS_COLUMNS
    with pytest.raises(TableError, match="unknown content"):
        find_spread(spreading, "p0", "image")
