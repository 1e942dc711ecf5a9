from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.review import REVIEW_COLUMNS, Review, empty_review
from workbench.tables.topics import SUBTOPIC_COLUMNS
from workbench.topics import merge_topics


def merged(*pairs: tuple[str, str]) -> Review:
    rows = [{"kind": "topic", "key": key, "decision": "merge", "into": into, "period": "2025Q3", "words": []}
            for key, into in pairs]
    return Review("2025Q3", "da", pd.DataFrame(rows, columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS))


@pytest.fixture
def topics(make_topics, make_corpus):
    """Six, three and one posts in three topics, two in none."""
    topic_of = [0] * 6 + [1] * 3 + [2] + [-1] * 2
    corpus = make_corpus([("T-001", "a", f"2025-07-{1 + i:02d}", "text") for i in range(len(topic_of))])
    made = make_topics(corpus, pd.Series(topic_of, index=corpus.posts["post_id"]))
    made.topics["stable_id"] = ["K-001", "K-002", "K-003"]
    made.topics["stability"] = pd.array([0.9, 0.8, 0.5], dtype="Float64")
    made.topics["confidence"] = pd.array([0.9, 0.7, pd.NA], dtype="Float64")
    made.subtopics[list(SUBTOPIC_COLUMNS)] = pd.DataFrame({"subtopic_id": [0, 1], "topic_id": [0, 2], "label": ["a", "b"],
                                                           "words": [["a"], ["b"]], "size": [6, 1]})
    return made


def test_posts_of_a_merged_topic_are_counted_with_its_target(topics) -> None:
    found = merge_topics(topics, merged(("K-003", "K-001")))
    assert found.topics["stable_id"].tolist() == ["K-001", "K-002"]
    assert found.topics["size"].tolist() == [7, 3]
    assert found.topics["words"].tolist() == [["word0"], ["word1"]]
    assert found.assignments["topic_id"].value_counts().to_dict() == {0: 7, 1: 3, -1: 2}
    assert found.subtopics["topic_id"].tolist() == [0, 0]
    assert found.provenance["merged"] == 1


def test_a_merge_makes_nothing_sure(topics) -> None:
    found = merge_topics(topics, merged(("K-003", "K-001"))).topics
    assert found["stability"].tolist() == [0.5, 0.8]
    assert found["confidence"].tolist() == [0.9, 0.7]


def test_several_topics_go_into_one(topics) -> None:
    found = merge_topics(topics, merged(("K-003", "K-001"), ("K-002", "K-001")))
    assert found.topics["size"].tolist() == [10]
    assert (found.assignments["topic_id"] == 0).sum() == 10


def test_the_topics_given_stay_as_they_were(topics) -> None:
    before = topics.topics.copy(), topics.assignments.copy()
    merge_topics(topics, merged(("K-003", "K-001")))
    pd.testing.assert_frame_equal(topics.topics, before[0])
    pd.testing.assert_frame_equal(topics.assignments, before[1])


def test_a_topic_whose_target_is_not_of_this_quarter_stays(topics) -> None:
    assert merge_topics(topics, merged(("K-003", "K-009"))) is topics
    assert merge_topics(topics, empty_review("2025Q3", "da")) is topics


def test_topics_without_ids_are_refused(topics) -> None:
    del topics.topics["stable_id"]
    with pytest.raises(TableError, match="name_topics"):
        merge_topics(topics, merged(("K-003", "K-001")))
