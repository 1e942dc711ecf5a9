from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.review import REVIEW_COLUMNS, LookedFor, Review, empty_review
from workbench.tables.topics import REGISTER_COLUMNS, SUBTOPIC_COLUMNS, TopicRegister
from workbench.topics import apply_review, merge_topics, name_topics
from workbench.topics.clusters import TopicCentroids
from workbench.topics.remaking import Origins, remake_clusters


def decide(*rows: dict, period: str = "2025Q3") -> Review:
    every = [{"kind": "topic", "period": period, "words": [], **row} for row in rows]
    return Review("2025Q3", "da", pd.DataFrame(every, columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS))


def register(*drifted: str) -> TopicRegister:
    """Three topics, of which some are no longer what people saw, and one that has ended."""
    rows = [{"stable_id": key, "topic_id": n, "is_drifted": key in drifted} for n, key in
            enumerate(("K-001", "K-002", "K-003"))]
    rows.append({"stable_id": "K-007", "verdict": "gone"})
    return TopicRegister("2025Q3", pd.DataFrame(rows, columns=list(REGISTER_COLUMNS)).astype(REGISTER_COLUMNS))


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


def test_a_merge_is_tried_out_by_ids_alone(topics) -> None:
    tried, decided = merge_topics(topics, {"K-003": "K-001"}), merge_topics(topics, merged(("K-003", "K-001")))
    pd.testing.assert_frame_equal(tried.topics, decided.topics)
    pd.testing.assert_frame_equal(tried.assignments, decided.assignments)
    assert merge_topics(topics, {"K-099": "K-001"}).topics["size"].tolist() == [6, 3, 1]
    with pytest.raises(TableError, match="K-002 is merged and merged into"):
        merge_topics(topics, {"K-003": "K-002", "K-002": "K-001"})


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
    with pytest.raises(TableError, match="name_topics"):
        apply_review(topics, merged(("K-003", "K-001")), register())


def test_topics_and_their_parts_are_numbered_by_size_without_gaps(topics) -> None:
    found = merge_topics(topics, merged(("K-001", "K-002")))
    assert found.topics[["stable_id", "topic_id", "size"]].to_numpy().tolist() == [["K-002", 0, 9], ["K-003", 1, 1]]
    assert found.assignments["topic_id"].tolist() == [0] * 9 + [1] + [-1] * 2
    swapped = merge_topics(topics, merged(("K-001", "K-003")))
    assert swapped.topics["stable_id"].tolist() == ["K-003", "K-002"]
    assert swapped.subtopics[["subtopic_id", "topic_id", "label"]].to_numpy().tolist() == [[0, 0, "a"], [1, 0, "b"]]


def test_what_is_core_and_what_is_near_follow_a_merge(topics) -> None:
    topics.assignments["is_core"] = pd.array([True] * 4 + [False] * 2 + [True] * 2 + [False] * 4, dtype="boolean")
    topics.topics["core"] = pd.array([4, 2, 0], dtype="Int64")
    topics.topics["inclusion"] = pd.array([0.9, 0.8, 0.7], dtype="Float64")
    topics.topics["near"] = pd.array([1, 2, 0], dtype="Int64")
    found = merge_topics(topics, merged(("K-002", "K-001"))).topics
    assert found["core"].tolist() == [6, 0]
    assert found["inclusion"].tolist() == [0.8, 0.7]
    # the first is nearest to what is a part of it now
    assert found["near"].isna().tolist() == [True, False]
    assert found["near"].iloc[1] == 0


def test_what_fits_is_applied_and_nothing_is_told(topics) -> None:
    found, held = apply_review(topics, decide({"key": "K-003", "decision": "merge", "into": "K-001"},
                                              {"key": "K-002", "decision": "hide"}), register())
    assert found.topics["size"].tolist() == [7, 3]
    assert held.unfit.empty
    assert held.entries["decision"].tolist() == ["merge", "hide"]


@pytest.mark.parametrize(("row", "drifted", "reason", "is_open"), [
    ({"key": "K-007", "decision": "approve"}, (), "gone", False),
    ({"key": "K-099", "decision": "hide"}, (), "gone", False),
    ({"key": "K-001", "decision": "rename", "text": "Havn"}, ("K-001",), "drifted", True),
    ({"key": "K-003", "decision": "merge", "into": "K-007"}, (), "into_gone", True),
    ({"key": "K-003", "decision": "merge", "into": "K-002"}, ("K-002",), "into_gone", True),
    ({"key": "K-003", "decision": "merge", "into": "K-002"}, ("K-003",), "drifted", True),
    ({"key": "K-003", "decision": "split"}, (), "no_parts", True),
    ({"key": "K-007", "decision": "split"}, (), "gone", False),
    ({"key": "K-003", "decision": "split"}, ("K-003",), "drifted", True),
])
def test_a_decision_that_does_not_fit_is_told_with_the_reason_and_not_applied(topics, row: dict, drifted: tuple[str, ...],
                                                                             reason: str, is_open: bool) -> None:
    found, held = apply_review(topics, decide({**row, "date": "2025-10-02"}), register(*drifted))
    told = held.unfit.iloc[0]
    assert told[["key", "decision", "period", "date", "reason"]].tolist() == [row["key"], row["decision"], "2025Q3",
                                                                              "2025-10-02", reason]
    assert told["into"] is pd.NA or told["into"] == row["into"]
    assert pd.isna(held.entries["decision"].item()) == is_open
    assert found.topics["stable_id"].tolist() == ["K-001", "K-002", "K-003"]
    assert found.topics["size"].tolist() == [6, 3, 1]


def test_a_theme_that_was_looked_for_is_called_what_people_call_it(topics) -> None:
    topics.topics["looked_for"] = pd.array(["havn", "bus", pd.NA], dtype="string")
    topics.topics["given_label"] = pd.array([pd.NA, "Busser", pd.NA], dtype="string")
    themes = {name: LookedFor(("x",), (), {"da": f"{name} på dansk"}, "2025Q3") for name in ("havn", "bus")}
    found, _ = apply_review(topics, Review("2025Q3", "da", decide().entries, themes), register())
    assert found.topics["given_label"].fillna("").tolist() == ["havn på dansk", "Busser", ""]
    english, _ = apply_review(topics, Review("2025Q3", "en", decide().entries, themes), register())
    assert english.topics["given_label"].fillna("").tolist() == ["", "Busser", ""]


def test_labels_and_descriptions_stand_beside_topics_that_are_still_the_same(topics) -> None:
    given = register("K-002")
    given.entries["label"] = pd.array(["Havn", "Bus", pd.NA, pd.NA], dtype="string")
    given.entries["description"] = pd.array(["om havnen", "om busser", "om skolen", pd.NA], dtype="string")
    bare = replace(topics, topics=topics.topics.drop(columns="stable_id"))
    found = name_topics(bare, given).topics
    assert found["given_label"].fillna("").tolist() == ["Havn", "", ""]
    assert found["given_description"].fillna("").tolist() == ["om havnen", "", "om skolen"]
    assert found["is_drifted"].tolist() == [False, True, False]


def test_a_topic_of_several_groups_is_merged_and_split_with_all_of_them() -> None:
    rows = np.eye(8, dtype=np.float32)
    nothing = np.zeros(0)
    # topic 0 has two groups and two parts, topic 1 one of each; a group is no topic
    clusters = TopicCentroids(rows[:4], np.array([0, 1, 0, -1]), rows[4:7], np.array([0, 0, 1]), nothing, nothing, {})
    merged_in = remake_clusters(clusters, Origins({0: 0, 1: 0}, {}, [1, 0, 2]))
    assert merged_in.topic_of.tolist() == [0, 0, 0, -1]
    assert merged_in.parent_of.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(merged_in.fine, rows[[5, 4, 6]])
    split = remake_clusters(clusters, Origins({1: 1}, {0: 0, 1: 2}, [0, 2, 1]))
    np.testing.assert_array_equal(split.centroids, rows[[1, 3, 4, 5]])
    assert split.topic_of.tolist() == [1, -1, 0, 2]
    assert split.parent_of.tolist() == [0, 1, 2]
    assert split.predict(rows[[4, 5, 1, 3]]).tolist() == [0, 2, 1, -1]
