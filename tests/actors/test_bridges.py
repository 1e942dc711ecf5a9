from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from workbench.actors import (
    find_backbone,
    find_bridges,
    find_communities,
    find_mixing,
    find_tightness,
    link_forwards,
    link_shared,
)
from workbench.actors.bridges import BRIDGE_COLUMNS, MIXING_COLUMNS
from workbench.actors.chance import CHANCE_COLUMNS
from workbench.errors import TableError


@pytest.fixture
def bridged(forwards_of, planted):
    ties = planted()
    for code in ("T-001", "T-002", "T-009", "T-010", "T-017", "T-018"):
        ties[code, "T-100"] = 8
    return find_communities(link_forwards(forwards_of(ties)), seed=1, runs=10)


def test_the_bridge_comes_first_and_its_e_i_index_is_counted(bridged):
    bridges = find_bridges(bridged, seed=1, permutations=99)
    assert bridges.dtypes.astype(str).to_dict() == BRIDGE_COLUMNS
    first = bridges.iloc[0]
    assert first["actor_id"] == "T-100"
    # 16 of its 48 posts come from its own community
    assert first["e_i"] == pytest.approx((32 - 16) / 48)
    inner = bridges.set_index("actor_id").loc["T-020"]
    assert inner["e_i"] < inner["e_i_expected"]


def test_planted_groups_keep_to_themselves_more_than_permuted_labels(bridged):
    mixing = find_mixing(bridged, seed=1, permutations=99)
    assert mixing.dtypes.astype(str).to_dict() == MIXING_COLUMNS
    assert len(mixing) == 4
    assert (mixing["e_i"] < mixing["low"]).all()
    assert (mixing["p"] <= 0.02).all()
    whole = mixing.iloc[0]
    assert whole["internal"] + whole["external"] == bridged.ties["weight"].sum()
    assert whole["actors"] == mixing["actors"].iloc[1:].sum()


def test_permuted_labels_are_no_sign_of_keeping_apart(forwards_of):
    rng = np.random.default_rng(2)
    codes = [f"T-{i:03d}" for i in range(40)]
    network = find_communities(link_forwards(forwards_of(
        {(a, b): 1 for a in codes for b in codes if a != b and rng.random() < 0.2})), seed=1, runs=2)
    dealt = network.actors.assign(community=pd.array(rng.integers(1, 4, 40), dtype="Int64"))
    mixed = find_mixing(type(network)(dealt, network.ties), seed=1, permutations=199)
    assert mixed["p"].iloc[0] > 0.05


@pytest.mark.parametrize("measure", [find_bridges, find_mixing])
def test_bridges_ask_for_communities_and_enough_permutations(forwards_of, measure):
    network = link_forwards(forwards_of({("T-001", "T-002"): 1}))
    with pytest.raises(TableError, match="find_communities"):
        measure(network, seed=1)
    with pytest.raises(TableError, match="at least 19"):
        measure(network, seed=1, permutations=5)


def test_a_network_without_ties_has_no_bridges_backbone_or_knots(forwards_of):
    network = find_communities(link_forwards(forwards_of({}, arenas=["T-001", "T-002"])), seed=1)
    assert find_bridges(network, seed=1).empty
    assert find_mixing(network, seed=1, permutations=19)["e_i"].isna().all()
    assert find_backbone(network).provenance["backbone"] == {"level": 0.05, "ties": 0, "kept": 0, "weight_kept": None}
    chance = find_tightness(network, seed=1)
    assert chance["observed"].isna().all()
    assert chance["p"].isna().all()


def test_the_backbone_keeps_the_heavy_tie_among_many_light_ones(forwards_of):
    ties = {("T-001", f"T-{i:03d}"): 1 for i in range(2, 40)} | {("T-001", "T-050"): 100}
    backbone = find_backbone(link_forwards(forwards_of(ties)))
    assert backbone.ties[["source", "target"]].to_numpy().tolist() == [["T-001", "T-050"]]
    # as seen from the source: (1 − 100/138)^38, doubled for two ends
    assert backbone.ties["p"].iloc[0] == pytest.approx(2 * (1 - 100 / 138) ** 38, rel=1e-9, abs=0)
    assert backbone.provenance["backbone"]["weight_kept"] == pytest.approx(100 / 138)
    assert len(backbone.actors) == 40


def test_even_ties_have_no_backbone(forwards_of):
    codes = [f"T-{i:03d}" for i in range(15)]
    backbone = find_backbone(link_forwards(forwards_of({(a, b): 4 for a in codes for b in codes if a != b})))
    assert backbone.ties.empty


def test_random_weights_rarely_leave_a_backbone(forwards_of):
    kept = tested = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        codes = [f"T-{i:03d}" for i in range(20)]
        weights = rng.exponential(size=400)
        network = link_forwards(forwards_of({(a, b): 1 for a in codes for b in codes if a != b}))
        drawn = network.ties.assign(weight=pd.array(weights[:len(network.ties)], dtype="Float64"))
        backbone = find_backbone(type(network)(network.actors, drawn))
        kept, tested = kept + (len(backbone.ties) > 0), tested + 1
    assert kept <= 4


def test_an_undirected_tie_is_seen_from_both_ends(corpus_of):
    shared = {"T-001": [f"u{i}" for i in range(30)], "T-002": [f"u{i}" for i in range(30)]}
    shared |= {f"T-{i:03d}": [f"u{i}"] for i in range(3, 28)}
    posts = [{"post_id": f"{a}:{u}", "arena_id": a} for a, us in shared.items() for u in us]
    corpus = corpus_of(list(shared), posts, [(p["post_id"], "url", p["post_id"].split(":")[1], "url") for p in posts])
    backbone = find_backbone(link_shared(corpus, "url", weight="objects"))
    assert backbone.ties[["source", "target"]].to_numpy().tolist() == [["T-001", "T-002"]]


@pytest.mark.parametrize("level", [0, 1])
def test_a_level_that_is_no_share_is_refused(forwards_of, level):
    with pytest.raises(TableError, match="level"):
        find_backbone(link_forwards(forwards_of({})), level=level)


def test_planted_groups_are_knit_more_tightly_than_chance(forwards_of, planted):
    network = link_forwards(forwards_of(planted()))
    chance = find_tightness(network, seed=1, graphs=39).set_index("measure")
    assert chance.reset_index().dtypes.astype(str).to_dict() == CHANCE_COLUMNS
    assert (chance.loc[["clustering", "modularity"], "p"] == 1 / 40).all()
    graph = network.graph()
    assert chance.loc["reciprocity", "observed"] == pytest.approx(nx.reciprocity(graph))
    assert chance.loc["clustering", "observed"] == pytest.approx(nx.transitivity(graph.to_undirected()))


def test_random_ties_are_not_knit_tightly(forwards_of):
    rng = np.random.default_rng(8)
    codes = [f"T-{i:03d}" for i in range(50)]
    ties = {(a, b): 1 for a in codes for b in codes if a != b and rng.random() < 0.1}
    ties |= {("outside 1", code): 1 for code in codes}
    chance = find_tightness(link_forwards(forwards_of(ties)), seed=1, graphs=39)
    assert (chance["p"] > 0.02).all()
    assert (chance["observed"] <= chance["high"] + 0.02).all()


def test_core_and_stability_are_measured(bridged):
    graph = nx.Graph(bridged.graph().to_undirected())
    assert bridged.actors.set_index("actor_id")["core"].to_dict() == nx.core_number(graph)
    assert bridged.actors["stability"].between(0, 1).all()
    assert bridged.actors.set_index("actor_id")["stability"]["T-003"] == 1
