"""Tables of another time are refused, and the message says what to do."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.actors import find_communities, link_forwards
from workbench.errors import TableError
from workbench.findings import (
    compare_topics,
    describe_bridges,
    describe_communities,
    describe_network,
    measure_peaks,
    measure_topic_weeks,
    measure_topics,
)
from workbench.tables.posts import LINK_COLUMNS


@pytest.fixture
def corpus(make_corpus):
    """Two quarters of eight arenas of which each forwards from the next, twenty posts a quarter."""
    rows = [(f"T-{a:03d}", f"a-{a}-{i % 6}", f"2025-{month}-{1 + i}", "word0") for month in ("05", "08") for a in range(8)
            for i in range(20)]
    made = make_corpus(rows)
    keys = {a: f"{n:012x}" for n, a in enumerate(made.arenas["arena_id"])}
    source = made.posts["arena_id"].map(lambda a: keys[f"T-{(int(a[2:]) + 1) % 8:03d}"])
    links = pd.DataFrame({"post_id": made.posts["post_id"], "relation": "forward", "target": source, "target_kind": "id"})
    arenas = made.arenas.assign(native_key=made.arenas["arena_id"].map(keys).astype("string"))
    return replace(made, links=links[list(LINK_COLUMNS)].astype(LINK_COLUMNS), arenas=arenas)


def part(corpus, quarter: str):
    own = corpus.posts[corpus.posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str) == quarter]
    return replace(corpus, posts=own.reset_index(drop=True), links=corpus.links[corpus.links["post_id"].isin(own["post_id"])])


@pytest.fixture
def describe(corpus, make_topics):
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    return {"describe_network": describe_network, "describe_bridges": describe_bridges,
            "describe_communities": lambda network, corpus, quarter: describe_communities(network, corpus, topics,
                                                                                          quarter=quarter)}


NAMES = ("describe_network", "describe_bridges", "describe_communities")


@pytest.mark.parametrize("name", NAMES)
def test_a_network_of_all_the_time_is_not_that_of_a_quarter(corpus, describe, name: str) -> None:
    network = find_communities(link_forwards(corpus), seed=1, runs=4)
    with pytest.raises(TableError, match=rf"{name}: 160 of 320 posts .* not posts of 2025Q3.*link_forwards\("):
        describe[name](network, corpus, quarter="2025Q3")


@pytest.mark.parametrize("name", NAMES)
def test_a_network_of_the_quarter_is_taken_with_all_the_posts_there_are(corpus, describe, name: str) -> None:
    network = find_communities(link_forwards(part(corpus, "2025Q3")), seed=1, runs=4)
    assert describe[name](network, corpus, quarter="2025Q3").period == "2025Q3"
    with pytest.raises(TableError, match=rf"{name}: 160 of 160 posts .* not posts of 2025Q2"):
        describe[name](network, corpus, quarter="2025Q2")


def test_the_map_counts_the_forwards_of_its_quarter(corpus) -> None:
    for quarter in ("2025Q2", "2025Q3"):
        network = find_communities(link_forwards(part(corpus, quarter)), seed=1, runs=4)
        assert describe_network(network, corpus, quarter=quarter).value == 160


@pytest.mark.parametrize("name", NAMES)
def test_before_groups_were_looked_for_nothing_is_said_of_them_and_the_call_is_named(corpus, describe, name: str) -> None:
    with pytest.raises(TableError, match=rf"{name}: .*find_communities\(network, seed=…\)"):
        describe[name](link_forwards(part(corpus, "2025Q3")), corpus, quarter="2025Q3")


@pytest.mark.parametrize("measure", [measure_topics, measure_topic_weeks, measure_peaks, compare_topics])
def test_topics_of_other_posts_are_refused_with_how_many_lack(corpus, make_topics, measure) -> None:
    other = part(corpus, "2025Q2")
    topics = make_topics(other, pd.Series(0, index=other.posts.index))
    more = {"seed": 1} if measure is compare_topics else {}
    of = 320 if measure is compare_topics else 160
    with pytest.raises(TableError, match=rf"{measure.__name__}: 160 of {of} posts with text .*Model topics on the corpus"):
        measure(corpus, topics, quarter="2025Q3", **more)


def test_posts_without_words_need_no_topic(corpus, make_topics) -> None:
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    silent = corpus.posts.index < 20
    bare = replace(corpus, posts=corpus.posts.assign(text=corpus.posts["text"].mask(silent)))
    fewer = replace(topics, assignments=topics.assignments[~silent])
    data = measure_topics(bare, fewer, quarter="2025Q2").data.set_index("topic_id")
    assert data.loc[-1, "posts"] == 20


def test_groups_are_described_with_topics_of_their_time(corpus, make_topics) -> None:
    network = find_communities(link_forwards(part(corpus, "2025Q3")), seed=1, runs=4)
    other = part(corpus, "2025Q2")
    topics = make_topics(other, pd.Series(0, index=other.posts.index))
    with pytest.raises(TableError, match="describe_communities: 160 of 160 posts with text"):
        describe_communities(network, corpus, topics, quarter="2025Q3")
