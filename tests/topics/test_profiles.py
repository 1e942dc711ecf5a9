"""What an arena talks about is told beside what the others do."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.topics import measure_profiles


@pytest.fixture
def world(make_corpus, make_topics):
    counts = {("T-1", 0): 6, ("T-1", 1): 2, ("T-2", 0): 1, ("T-2", 1): 3, ("T-2", -1): 5, ("T-3", 1): 1}
    rows = [(arena, "a", f"2025-07-{1 + n:02d}", f"ord {topic}") for (arena, topic), many in counts.items() for n in range(many)]
    topic_of = pd.Series([topic for (_, topic), many in counts.items() for _ in range(many)])
    made = pd.DataFrame(rows, columns=["arena", "account", "at", "text"])
    ids = made["arena"] + ":" + made.groupby("arena").cumcount().astype(str)
    corpus = make_corpus(rows)
    return corpus, make_topics(corpus, pd.Series(topic_of.to_numpy(), index=ids).reindex(corpus.posts["post_id"]))


def test_shares_are_of_the_posts_in_topics_and_stand_beside_those_of_all_others(world) -> None:
    told = measure_profiles(*world, fewest=1).set_index(["arena_id", "topic_id"])
    assert told.loc[("T-1", 0), ["posts", "share", "elsewhere"]].tolist() == [6, 0.75, 0.2]
    assert told.loc[("T-1", 0), "times"] == pytest.approx(3.75)
    assert told.loc[("T-2", 1), "share"] == 0.75  # posts in no topic count for nothing
    assert told["label"].tolist()[0] == "word0"


def test_a_topic_of_one_arena_alone_has_no_times(world, make_topics) -> None:
    corpus, topics = world
    own = corpus.posts["arena_id"].eq("T-3").to_numpy()
    alone = topics.assignments["topic_id"].mask(own, 2)
    topics = make_topics(corpus, pd.Series(alone.to_numpy(), index=corpus.posts["post_id"]))
    told = measure_profiles(corpus, topics, fewest=1).set_index(["arena_id", "topic_id"])
    assert pd.isna(told.loc[("T-3", 2), "times"])
    assert told.loc[("T-3", 2), "elsewhere"] == 0


def test_small_arenas_are_left_out_but_count_among_the_others(world) -> None:
    told = measure_profiles(*world, fewest=4)
    assert list(dict.fromkeys(told["arena_id"])) == ["T-1", "T-2"]
    assert told.set_index(["arena_id", "topic_id"]).loc[("T-1", 1), "elsewhere"] == pytest.approx(0.8)
    with pytest.raises(TableError, match="fewest is 0"):
        measure_profiles(*world, fewest=0)
