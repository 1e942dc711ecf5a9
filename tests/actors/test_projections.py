from __future__ import annotations

import pandas as pd
import pytest

from workbench.actors import find_communities, link_members, link_shared
from workbench.errors import TableError
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame


@pytest.fixture
def sharing(corpus_of):
    """Return a maker: arena → targets it posts, each in a post of its own."""
    def make(shared, relation="url", accounts=None, arenas=None):
        posts, links = [], []
        for arena, targets in shared.items():
            for i, target in enumerate(targets):
                posts.append({"post_id": f"{arena}:{i}", "arena_id": arena,
                              **({"account_id": accounts[arena][i]} if accounts else {})})
                links.append((posts[-1]["post_id"], relation, target, relation))
        return corpus_of(arenas or list(shared), posts, links)

    return make


def weights(network):
    return {(t.source, t.target): round(t.weight, 6) for t in network.ties.itertuples()}


def test_what_many_share_ties_less_than_what_two_share(sharing):
    corpus = sharing({"T-001": ["u1", "u2"], "T-002": ["u1", "u2"], "T-003": ["u2", "u3"]})
    network = link_shared(corpus, "url")
    # u1 is shared by two: 1/(2−1); u2 by three: 1/(3−1)
    assert weights(network) == {("T-001", "T-002"): 1.5, ("T-001", "T-003"): 0.5, ("T-002", "T-003"): 0.5}
    assert not network.directed
    assert network.provenance["shared_objects"] == 2
    assert network.provenance["objects"] == 3


def test_the_evidence_of_a_shared_tie_are_the_posts_of_both(sharing):
    network = link_shared(sharing({"T-001": ["u1", "u2", "u1"], "T-002": ["u1", "u9"], "T-003": ["u7"]}), "url")
    assert sorted(network.ties["posts"].iloc[0]) == ["T-001:0", "T-001:2", "T-002:0"]
    assert len(network.ties) == 1


def test_the_other_weights_count_objects_posts_accounts_and_angles(sharing):
    corpus = sharing({"T-001": ["u1", "u1", "u2"], "T-002": ["u1", "u2", "u2"], "T-003": ["u9"]},
                     accounts={"T-001": ["a", "a", "a"], "T-002": ["b", "b", "c"], "T-003": ["d"]})
    found = {w: weights(link_shared(corpus, "url", weight=w))["T-001", "T-002"]
             for w in ("objects", "posts", "accounts", "cosine")}
    assert found == {"objects": 2, "posts": 6, "accounts": 3, "cosine": pytest.approx(4 / 5)}


def test_arenas_of_two_platforms_are_tied_by_what_both_share(sharing):
    network = link_shared(sharing({"T-001": ["e.dk"], "Y-001": ["e.dk"]}, "domain",
                                  arenas={"T-001": {}, "Y-001": {"platform": "youtube"}}), "domain")
    assert weights(network) == {("T-001", "Y-001"): 1}
    assert network.actors["platform"].tolist() == ["telegram", "youtube"]


def test_two_addresses_of_one_video_are_one_object(sharing):
    corpus = sharing({"T-001": ["https://youtu.be/abc-1"], "T-002": ["https://youtube.com/watch?v=abc-1"]})
    assert weights(link_shared(corpus, "url")) == {("T-001", "T-002"): 1}


def test_near_copies_tie_arenas_and_forwards_do_not(corpus_of, key_of):
    text = "The harbour bath opens on Saturday at ten, bring a towel and a friend."
    posts = [{"post_id": f"p{i}", "arena_id": f"T-00{i + 1}", "text": t}
             for i, t in enumerate([text, text.upper() + " !", text, "Something else altogether is told over here."])]
    corpus = corpus_of([f"T-00{i}" for i in range(1, 5)], posts, [("p2", "forward", key_of("id T-001"), "id")])
    network = link_shared(corpus, "copy")
    assert weights(network) == {("T-001", "T-002"): 1}
    assert list(network.ties["posts"].iloc[0]) == ["p0", "p1"]


def test_only_invitations_count_as_invitations(sharing):
    corpus = sharing({"T-001": ["https://discord.gg/a-1", "https://e.dk/1"],
                      "T-002": ["https://discord.gg/a-1", "https://e.dk/1"], "T-003": ["https://discord.gg/a-2"]})
    network = link_shared(corpus, "invite")
    assert weights(network) == {("T-001", "T-002"): 1}
    assert network.provenance["objects"] == 2


def test_invitations_to_telegram_are_told_from_addresses_there(sharing):
    invitation, address = "https://t.me/+a-0123456789abcdef", "https://t.me/a-0123456789abcdef/7"
    corpus = sharing({"T-001": [invitation, address], "T-002": [invitation], "T-003": [address]})
    network = link_shared(corpus, "invite")
    assert weights(network) == {("T-001", "T-002"): 1}
    assert network.provenance["objects"] == 1


def test_accounts_are_tied_by_arenas_and_arenas_by_accounts(corpus_of):
    where = [("T-001", "a-1"), ("T-001", "a-2"), ("T-002", "a-1"), ("T-002", "a-2"), ("T-002", "a-2"), ("T-003", "a-3"),
             ("T-003", None)]
    posts = [{"post_id": f"p{i}", "arena_id": arena, "account_id": account} for i, (arena, account) in enumerate(where)]
    corpus = corpus_of(["T-001", "T-002", "T-003"], posts)
    arenas, accounts = link_members(corpus), link_members(corpus, level="account")
    assert weights(arenas) == {("T-001", "T-002"): 2}
    assert weights(accounts) == {("a-1", "a-2"): 2}
    assert sorted(arenas.ties["posts"].iloc[0]) == ["p0", "p1", "p2", "p3"]


def test_things_shared_too_widely_are_set_aside_and_counted(sharing):
    shared = {f"T-{i:03d}": ["everywhere"] for i in range(30)}
    shared["T-001"] = shared["T-002"] = ["everywhere", "rare"]
    network = link_shared(sharing(shared), "url", most_proofs=100)
    assert weights(network) == {("T-001", "T-002"): 1}
    assert network.provenance["set_aside"] == {"shared_too_widely": 1}


def test_the_order_of_rows_does_not_matter_to_what_is_shared(sharing, shuffled):
    corpus = sharing({f"T-{i:03d}": [f"u{(i * k) % 7}" for k in range(1, 5)] for i in range(12)})
    one, two = link_shared(corpus, "url"), link_shared(shuffled(corpus), "url")
    pd.testing.assert_frame_equal(one.actors, two.actors)
    pd.testing.assert_frame_equal(one.ties, two.ties)


def test_shared_networks_have_communities_too(sharing):
    shared = {f"T-{g}{i:02d}": [f"g{g}u{k}" for k in range(6)] for g in range(3) for i in range(5)}
    network = find_communities(link_shared(sharing(shared), "url"), seed=1, runs=5)
    assert network.provenance["communities"] == 3
    assert network.actors.groupby(network.actors["actor_id"].str[:3])["community"].nunique().tolist() == [1, 1, 1]


@pytest.mark.parametrize("link", [lambda c: link_shared(c, "url"), link_members, lambda c: link_members(c, level="account")])
def test_nothing_shared_gives_a_network_without_ties(corpus_of, link):
    empty = Corpus(*(empty_frame(c) for c in (POST_COLUMNS, LINK_COLUMNS, ARENA_COLUMNS)))
    for corpus in (empty, corpus_of(["T-001", "T-002"], [{"post_id": "p", "arena_id": "T-001"}])):
        network = link(corpus)
        assert network.ties.empty
        assert find_communities(network, seed=1, runs=2).provenance["certain"] is False


def test_an_unknown_relation_is_refused(sharing):
    with pytest.raises(TableError, match="unknown relation"):
        link_shared(sharing({"T-001": ["u"]}), "likes")
