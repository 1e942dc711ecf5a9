from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.topics import EarlierTopics, Refits, TopicSet
from workbench.topics.matching import assign_posts, match_topics, measure_confidence
from workbench.topics.modelling import model_topics
from workbench.topics.trust import find_counterparts


def assigned(*blocks: tuple[int, int]) -> pd.Series:
    """Topic by post: blocks of (topic, posts)."""
    topics = np.concatenate([np.full(posts, topic) for topic, posts in blocks])
    return pd.Series(topics, index=[f"p{i}" for i in range(len(topics))])


def verdicts(matches: pd.DataFrame) -> dict:
    now = matches.dropna(subset=["now"])
    ended = matches[matches["now"].isna()]
    return {**{f"now {t}": v for t, v in zip(now["now"], now["verdict"], strict=True)},
            **{f"before {t}": v for t, v in zip(ended["before"], ended["verdict"], strict=True)}}


def test_a_topic_is_kept_under_another_number_also_when_it_loses_some_posts() -> None:
    matches = match_topics(assigned((0, 100), (1, 100)), assigned((7, 60), (-1, 40), (3, 100)))
    assert verdicts(matches) == {"now 3": "kept", "now 7": "kept"}
    row = matches.set_index("now").loc[7]
    assert (row["before"], row["jaccard"], row["inclusion_before"], row["inclusion_now"]) == (0, 0.6, 0.6, 1.0)


def test_a_topic_in_three_parts_is_split_and_ends() -> None:
    matches = match_topics(assigned((0, 90), (1, 50)), assigned((0, 30), (1, 30), (2, 30), (3, 50)))
    assert verdicts(matches) == {"now 0": "split", "now 1": "split", "now 2": "split", "now 3": "kept",
                                 "before 0": "split"}
    assert matches.iloc[0]["before_parts"] == [0]
    assert matches.iloc[-1]["now_parts"] == [0, 1, 2]


def test_what_breaks_off_from_a_kept_topic_is_told_but_a_splinter_is_born() -> None:
    broken = match_topics(assigned((0, 100)), assigned((0, 70), (1, 30)))
    assert verdicts(broken) == {"now 0": "kept", "now 1": "split"}
    splinter = match_topics(assigned((0, 100)), assigned((0, 95), (1, 5)))
    assert verdicts(splinter) == {"now 0": "kept", "now 1": "born"}


def test_three_topics_in_one_are_merged_and_end() -> None:
    matches = match_topics(assigned((0, 30), (1, 30), (2, 30)), assigned((5, 90)))
    assert verdicts(matches) == {"now 5": "merged", "before 0": "merged", "before 1": "merged", "before 2": "merged"}
    assert matches.iloc[0]["before_parts"] == [0, 1, 2]


def test_topics_without_a_counterpart_are_born_and_gone() -> None:
    matches = match_topics(assigned((0, 50), (-1, 50)), assigned((-1, 50), (4, 50)))
    assert verdicts(matches) == {"now 4": "born", "before 0": "gone"}


def test_two_equal_halves_are_both_parts_of_a_split() -> None:
    assert set(verdicts(match_topics(assigned((0, 100)), assigned((0, 50), (1, 50)))).values()) == {"split"}


def test_every_topic_of_both_models_gets_a_verdict_and_no_topic_two() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        before = pd.Series(rng.integers(-1, 8, 400))
        now = before.where(rng.random(400) < rng.random(), pd.Series(rng.integers(-1, 6, 400)))
        matches = match_topics(before, now)
        assert sorted(matches["now"].dropna()) == sorted(t for t in now.unique() if t >= 0)
        kept = matches.loc[matches["verdict"] == "kept", "before"]
        ended = matches.loc[matches["now"].isna(), "before"]
        assert sorted([*kept, *ended]) == sorted(t for t in before.unique() if t >= 0)


def test_no_topics_on_one_side_are_no_fault() -> None:
    assert verdicts(match_topics(assigned((-1, 5)), assigned((0, 5)))) == {"now 0": "born"}
    assert verdicts(match_topics(assigned((0, 5)), assigned((-1, 5)))) == {"before 0": "gone"}


@pytest.fixture(scope="module")
def halves(planted):
    corpus, _ = planted
    first = corpus.posts["posted_at"] < corpus.posts["posted_at"].median()
    parts = [type(corpus)(posts=corpus.posts[p], links=corpus.links, arenas=corpus.arenas) for p in (first, ~first)]
    return corpus, [model_topics(part, seed=1, refits=0) for part in parts]


def test_a_model_assigns_the_posts_of_the_other_quarter_and_keeps_its_own(halves) -> None:
    corpus, (before, _) = halves
    found = assign_posts(before, corpus.posts)
    own = before.assignments.set_index("post_id")["topic_id"]
    assert found.index.equals(pd.Index(corpus.posts["post_id"]))
    assert found.reindex(own.index).eq(own.astype("int64")).all()
    assert (found[~found.index.isin(own.index)] >= 0).mean() > 0.4


def test_posts_with_too_few_words_are_in_no_topic(halves, make_texts) -> None:
    _, (before, _) = halves
    few = make_texts(["hjelm hjelm", None, " ", "https://example.org/hjelm"]).posts.assign(post_id=list("abcd"))
    assert assign_posts(before, few).tolist() == [-1, -1, -1, -1]


def test_two_usable_words_are_enough_as_in_the_model(halves, make_texts) -> None:
    _, (before, _) = halves
    two = make_texts(["hjelm cykelsti", "og hjelm"]).posts.assign(post_id=list("ab"))
    found = assign_posts(before, two)
    assert any(word.startswith(("hjelm", "cykelsti")) for word in before.topics["words"][found.iloc[0]])
    assert found.iloc[1] == -1


def test_without_its_model_a_topic_set_cannot_assign_new_posts(halves) -> None:
    corpus, (before, _) = halves
    with pytest.raises(TableError, match="not at hand"):
        assign_posts(TopicSet(before.topics, before.assignments, before.provenance), corpus.posts)


def test_confidence_is_the_share_of_refit_pairs_with_the_same_verdict() -> None:
    same, split = np.repeat([0, 1, 2], 100), np.repeat([5, 4, 3, 2], [100, 100, 50, 50])
    gone = np.repeat([-1, 0, 1], 100)

    def refits(*columns: np.ndarray) -> Refits:
        groups = np.stack(columns, axis=1).astype(np.int16)
        return Refits(groups, find_counterparts(same, groups, topics=3)[0])

    # pairs of before and now: as the models; topic 2 split; topic 0 not found before; as the models
    topics = TopicSet(pd.DataFrame(), pd.DataFrame({"topic_id": same}), refits=refits(same, split, same, same),
                      earlier=EarlierTopics(same, refits(same, same, gone, same)))
    matches = match_topics(*[pd.Series(same)] * 2)
    assert measure_confidence(matches, topics, np.arange(300))["confidence"].tolist() == [0.75, 1.0, 0.75]
    without = TopicSet(pd.DataFrame(), pd.DataFrame({"topic_id": same}))
    assert measure_confidence(matches, without, np.arange(300))["confidence"].isna().all()
