from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from workbench.actors import find_communities, link_forwards
from workbench.actors.communities import draw_graph, leiden
from workbench.actors.rewiring import rewire
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork


def test_planted_communities_are_found(forwards_of, planted):
    network = find_communities(link_forwards(forwards_of(planted())), seed=1)
    truth = (network.actors["actor_id"].str[2:].astype(int) - 1) // 8
    assert adjusted_mutual_info_score(truth, network.actors["community"].astype(int)) == 1
    facts = network.provenance
    assert facts["certain"]
    assert facts["mean_ami"] == pytest.approx(1)
    assert facts["communities"] == 3
    assert facts["modularity"] > facts["modularity_null_max"]
    assert facts["is_above_null"]


def test_the_bridge_between_communities_has_the_highest_participation(forwards_of, planted):
    ties = planted()
    for code in ("T-001", "T-002", "T-009", "T-010", "T-017", "T-018"):
        ties[code, "T-100"] = 8
        ties["T-100", code] = 8
    network = find_communities(link_forwards(forwards_of(ties)), seed=1)
    bridges = network.provenance["bridges"]
    assert bridges[0]["actor_id"] == "T-100"
    assert bridges[0]["strength"] == 96
    # 32 posts to each of three communities: 1 − 3·32·31/(96·95)
    assert bridges[0]["participation"] == pytest.approx(1 - 3 * 32 * 31 / (96 * 95))
    assert bridges[1]["participation"] < bridges[0]["participation"]


def test_participation_is_missing_below_a_strength_of_ten_and_nought_inside_one_group(forwards_of):
    ties = {("T-001", "T-002"): 10, ("T-003", "T-001"): 9}
    actors = find_communities(link_forwards(forwards_of(ties)), seed=1).actors.set_index("actor_id")
    assert actors["participation"]["T-002"] == 0
    assert actors["participation"].isna()["T-003"]


def test_bridges_are_arenas_of_the_corpus_only(forwards_of, planted):
    ties = planted()
    for code in ("T-001", "T-009", "T-017"):
        ties["outside 1", code] = 20
    network = find_communities(link_forwards(forwards_of(ties)), seed=1)
    outside = network.actors[network.actors["kind"] == "outside"].iloc[0]
    assert outside["participation"] > 0.6
    assert all(b["actor_id"].startswith("T-") for b in network.provenance["bridges"])


def test_a_network_without_communities_is_not_above_its_null_and_uncertain(forwards_of):
    rng = np.random.default_rng(5)
    codes = [f"T-{i:03d}" for i in range(1, 61)]
    ties = {(a, b): int(rng.integers(1, 4)) for a in codes for b in codes if a != b and rng.random() < 0.15}
    facts = find_communities(link_forwards(forwards_of(ties)), seed=1).provenance
    assert not facts["is_above_null"]
    assert facts["modularity"] == pytest.approx(facts["modularity_null"], abs=0.02)
    assert facts["mean_ami"] < 0.7
    assert not facts["certain"]


def test_the_null_keeps_the_ties_of_every_actor(forwards_of, planted):
    network = link_forwards(forwards_of(planted()))
    index = pd.Index(network.actors["actor_id"])
    source, target = index.get_indexer(network.ties["source"]), index.get_indexer(network.ties["target"])
    ends = rewire(np.column_stack([source, target]), np.random.default_rng(1))
    rewired = ends[:, 1]
    assert (ends[:, 0] == source).all()
    assert sorted(rewired) == sorted(target)
    assert (rewired != source).all()
    assert len(set(zip(source.tolist(), rewired.tolist(), strict=True))) == len(source)
    assert (rewired != target).mean() > 0.5


def test_communities_are_numbered_by_size_then_by_smallest_code(forwards_of):
    groups = [["T-005", "T-006"], ["T-003", "T-004"], ["T-007", "T-008", "T-009"]]
    ties = {(a, b): 5 for g in groups for a in g for b in g if a != b}
    actors = find_communities(link_forwards(forwards_of(ties)), seed=1).actors.set_index("actor_id")
    assert actors["community"].to_dict() == {"T-007": 1, "T-008": 1, "T-009": 1, "T-003": 2, "T-004": 2,
                                             "T-005": 3, "T-006": 3}


def test_actors_without_ties_have_no_community(forwards_of):
    corpus = forwards_of({("T-001", "T-002"): 1}, arenas=["T-009"])
    actors = find_communities(link_forwards(corpus), seed=1).actors.set_index("actor_id")
    assert actors["community"].isna().to_dict() == {"T-001": False, "T-002": False, "T-009": True}


def test_a_network_without_ties_is_uncertain_and_has_no_modularity(forwards_of):
    network = find_communities(link_forwards(forwards_of({}, arenas=["T-001", "T-002"])), seed=1)
    assert network.provenance["modularity"] is None
    assert not network.provenance["certain"]
    assert network.provenance["bridges"] == []
    assert network.actors["community"].isna().all()
    assert network.actors["community"].dtype == "Int64"


def test_the_same_seed_gives_the_same_network_whatever_the_order_of_rows(forwards_of, planted, shuffled):
    ties = {**planted(inside=2), ("outside 1", "T-001"): 3, ("outside 1", "T-011"): 3}
    corpus = forwards_of(ties)
    one = find_communities(link_forwards(corpus), seed=7, runs=10)
    base = link_forwards(shuffled(corpus))
    mixed = ActorNetwork(base.actors.sample(frac=1, random_state=1), base.ties.sample(frac=1, random_state=2),
                         base.provenance)
    two = find_communities(mixed, seed=7, runs=10)
    assert one.provenance == two.provenance
    pd.testing.assert_frame_equal(one.actors, two.actors.sort_values("actor_id", ignore_index=True))


def test_the_network_given_is_not_changed(forwards_of, planted):
    network = link_forwards(forwards_of(planted()))
    actors, ties, facts = network.actors.copy(deep=True), network.ties.copy(deep=True), dict(network.provenance)
    find_communities(network, seed=1, runs=5)
    pd.testing.assert_frame_equal(network.actors, actors)
    pd.testing.assert_frame_equal(network.ties, ties)
    assert network.provenance == facts


def test_a_single_run_is_refused(forwards_of):
    with pytest.raises(TableError, match="at least 2"):
        find_communities(link_forwards(forwards_of({("T-001", "T-002"): 1})), seed=1, runs=1)


# a shuffled network of the made-up city, on which igraph's own "until nothing changes" goes on for ever
ENDLESS = (
    "0-17:7 0-21:6 0-22:5 0-25:6 0-28:12 1-7:4 1-11:6 1-18:1 1-21:3 1-22:1 1-25:3 2-4:6 2-5:3 2-7:6 2-8:4 2-16:5 "
    "2-17:10 2-21:9 2-24:4 2-25:2 2-26:8 2-27:1 2-28:5 2-30:6 2-32:5 3-5:5 3-10:1 3-22:2 3-25:2 4-5:3 4-6:1 4-7:8 "
    "4-9:2 4-13:1 4-15:1 4-21:4 4-28:8 4-30:1 5-7:1 5-9:14 5-10:5 5-13:1 5-14:14 5-16:12 5-17:7 5-22:1 5-23:3 "
    "5-28:4 5-30:3 5-31:5 6-14:1 6-17:11 6-21:1 6-22:8 6-25:4 6-26:1 6-28:1 7-14:1 7-15:2 7-16:4 7-17:2 7-21:1 "
    "7-22:4 7-25:5 7-27:1 7-29:8 7-30:4 7-31:9 8-9:2 8-10:1 8-21:2 8-30:5 9-12:3 9-13:1 9-14:1 9-17:9 9-19:7 9-21:8 "
    "9-22:6 9-25:12 9-26:7 9-28:1 9-32:8 10-11:12 10-14:1 10-22:5 10-25:4 10-28:3 11-12:4 11-14:4 11-18:5 11-19:3 "
    "11-21:7 11-22:3 11-25:3 11-30:1 11-31:5 12-21:1 12-22:5 12-25:11 12-28:8 13-21:2 13-25:1 14-21:6 14-25:2 "
    "14-28:4 14-29:1 14-30:2 15-17:3 15-21:4 15-22:8 15-24:1 16-19:1 16-21:1 16-30:4 17-18:8 17-21:3 17-23:12 "
    "17-25:1 17-26:5 17-28:13 17-29:1 18-22:1 18-30:4 19-21:1 19-22:1 20-21:14 21-22:1 21-24:1 21-25:3 21-26:2 "
    "21-27:1 21-29:5 21-30:3 21-32:7 22-24:11 22-31:8 23-25:3 25-26:1 25-30:7 25-31:6 28-30:9 28-32:5 29-31:1 "
    "30-31:5 "
)


def test_groups_are_found_where_divisions_are_equally_good_and_the_search_could_go_on_for_ever() -> None:
    ties = [[int(part) for part in tie.replace("-", ":").split(":")] for tie in ENDLESS.split()]
    graph = draw_graph(33, np.array(ties)[:, :2])
    weights = np.array(ties)[:, 2].astype(float)
    groups = leiden(graph, weights, 1139054459)
    assert graph.modularity(groups.tolist(), weights=weights.tolist()) > 0.2
