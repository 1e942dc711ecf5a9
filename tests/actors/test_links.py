from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from workbench.actors import find_communities, link_forwards, link_mentions, link_replies
from workbench.errors import TableError
from workbench.tables.posts import LINK_COLUMNS, POST_COLUMNS, Corpus

NOW = pd.Timestamp("2025-07-31", tz="UTC")


def tie_of(network, source, target):
    return network.ties.set_index(["source", "target"]).loc[(source, target)]


def test_a_mention_runs_from_who_mentions_to_who_is_mentioned(corpus_of, key_of):
    posts = [{"post_id": f"T-001:{i}", "arena_id": "T-001"} for i in range(2)]
    links = [(p["post_id"], "mention", key_of("handle T-002"), "handle") for p in posts]
    network = link_mentions(corpus_of(["T-001", "T-002"], posts, links))
    assert tie_of(network, "T-001", "T-002")["weight"] == 2
    assert list(tie_of(network, "T-001", "T-002")["posts"]) == ["T-001:0", "T-001:1"]


def test_a_reply_runs_to_the_account_answered_and_lost_posts_are_counted(corpus_of):
    posts = [{"post_id": "T-001:1", "arena_id": "T-001", "account_id": "a-01"},
             {"post_id": "T-001:2", "arena_id": "T-001", "account_id": "a-02"},
             {"post_id": "T-001:3", "arena_id": "T-001", "account_id": "a-01"}]
    links = [("T-001:2", "reply", "T-001:1", "post"), ("T-001:3", "reply", "T-001:1", "post"),
             ("T-001:3", "reply", "T-001:99", "post")]
    network = link_replies(corpus_of(["T-001"], posts, links))
    assert network.ties[["source", "target", "weight"]].to_numpy().tolist() == [["a-02", "a-01", 1.0]]
    assert network.provenance["set_aside"] == {"points_at_no_account": 0, "post_not_in_corpus": 0, "self_reply": 1,
                                               "answered_post_not_in_corpus": 1, "repeated": 0}
    assert network.actors["kind"].tolist() == ["account", "account"]


def test_between_arenas_a_reply_counts_only_across(corpus_of):
    posts = [{"post_id": "T-001:1", "arena_id": "T-001"}, {"post_id": "T-002:1", "arena_id": "T-002"}]
    corpus = corpus_of(["T-001", "T-002"], posts, [("T-002:1", "reply", "T-001:1", "post")])
    assert tie_of(link_replies(corpus, level="arena"), "T-002", "T-001")["weight"] == 1


def test_accounts_forward_and_a_channel_speaks_for_itself(corpus_of, key_of):
    posts = [{"post_id": "T-001:1", "arena_id": "T-001", "account_id": "a-07"},
             {"post_id": "T-001:2", "arena_id": "T-001"},
             {"post_id": "T-001:3", "arena_id": "T-001", "account_id": "a-08"}]
    links = [("T-001:1", "forward", key_of("id T-002"), "id"), ("T-001:2", "forward", key_of("id T-002"), "id"),
             ("T-001:3", "forward", "a-07", "id")]
    network = link_forwards(corpus_of(["T-001", "T-002"], posts, links), level="account")
    assert network.ties[["source", "target"]].to_numpy().tolist() == [["T-002", "T-001"], ["T-002", "a-07"],
                                                                     ["a-07", "a-08"]]
    assert network.actors.set_index("actor_id")["kind"].to_dict() == {
        "T-001": "arena", "T-002": "arena", "a-07": "account", "a-08": "account"}


def test_a_tie_weighs_posts_accounts_or_posts_that_fade(corpus_of, key_of):
    posts = [{"post_id": f"p{i}", "arena_id": "T-002", "account_id": f"a-{i % 2}",
              "posted_at": NOW - pd.Timedelta(days=30 * i)} for i in range(3)]
    links = [(p["post_id"], "forward", key_of("id T-001"), "id") for p in posts]
    corpus = corpus_of(["T-001", "T-002"], posts, links)
    weights = {w: tie_of(link_forwards(corpus, weight=w), "T-001", "T-002")["weight"]
               for w in ("posts", "accounts", "decay")}
    assert weights == {"posts": 3, "accounts": 2, "decay": pytest.approx(1 + 0.5 + 0.25)}
    assert list(tie_of(link_forwards(corpus), "T-001", "T-002")["posts"]) == ["p2", "p1", "p0"]


@pytest.mark.parametrize("wrong", [{"level": "person"}, {"weight": "likes"}, {"weight": "decay", "half_life_days": 0}])
def test_an_unknown_level_or_weight_is_refused(forwards_of, wrong):
    with pytest.raises(TableError, match="Networks:"):
        link_forwards(forwards_of({("T-001", "T-002"): 1}), **wrong)


def test_communities_do_not_depend_on_the_key_of_the_study(forwards_of, planted):
    # sources outside get other codes under another key, in another order
    ties = planted(inside=2, seed=4)
    ties |= {(f"outside {i}", f"T-{1 + (7 * i + j) % 24:03d}"): 1 + (i + j) % 3 for i in range(40) for j in range(3)}
    corpus = forwards_of(ties)
    known = set(corpus.arenas["native_key"])

    def other(target):
        return target if target in known else hashlib.blake2b(target.encode(), digest_size=8).hexdigest()

    other_key = Corpus(corpus.posts, corpus.links.assign(target=corpus.links["target"].map(other).astype("string")),
                       corpus.arenas)
    one, two = (find_communities(link_forwards(c), seed=3, runs=10) for c in (corpus, other_key))
    assert not set(one.actors["actor_id"][one.actors["kind"] == "outside"]) & set(two.actors["actor_id"])
    for column in ("community", "stability", "participation"):
        first, second = (n.actors[n.actors["kind"] == "arena"].set_index("actor_id")[column] for n in (one, two))
        pd.testing.assert_series_equal(first, second)
    for fact in ("modularity", "modularity_null", "mean_ami", "bridges"):
        assert one.provenance[fact] == two.provenance[fact]


def test_an_arena_with_a_million_posts_that_forwards_itself_and_others_is_linked(forwards_of, key_of):
    count = 1_000_000
    base = forwards_of({("T-001", "T-002"): 1})
    posts = pd.DataFrame({"post_id": "T-002:" + pd.Series(range(count)).astype("string"), "arena_id": "T-002",
                          "platform": "telegram", "posted_at": NOW, "kind": "post", "source_id": "s"})
    sources = np.array([key_of("id T-002"), key_of("id T-001"), key_of("id outside")])
    links = pd.DataFrame({"post_id": posts["post_id"], "relation": "forward", "target": sources[np.arange(count) % 3],
                          "target_kind": "id"})
    network = link_forwards(Corpus(posts.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS),
                                   links.astype(LINK_COLUMNS), base.arenas))
    assert network.ties["weight"].sum() == network.ties["posts"].list.len().sum() == 666_666
    assert network.provenance["set_aside"]["self_forward"] == 333_334
