from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.review import REVIEW_COLUMNS, Review
from workbench.tables.topics import ASSIGNMENT_COLUMNS, SUBTOPIC_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics import apply_review, name_topics, register_topics
from workbench.topics.register import SNAPSHOTS

POSTS = 600
# in which of a topic's parts each post is: two topics, the first of three parts, the second of two
FIRST = np.repeat([0, 1, 2, 10, 11], [150, 90, 60, 200, 100])


@pytest.fixture
def corpus(two_quarters):
    """600 posts of 2025Q2 and as many of 2025Q3."""
    return two_quarters(POSTS)


def topics_of(corpus, part_of: np.ndarray, *, topic_of: np.ndarray | None = None) -> TopicSet:
    """Topics of parts called 0 to 9, 10 to 19, ...; parts below zero are no topic. Each part has a word of its own."""
    topic_of = np.where(part_of < 0, -1, part_of // 10) if topic_of is None else topic_of
    topics, parts = sorted(set(topic_of[topic_of >= 0])), sorted(set(part_of[part_of >= 0]))
    number = {part: n for n, part in enumerate(parts)}
    table = pd.DataFrame({"topic_id": topics, "label": [f"topic{t}" for t in topics], "words": [[f"topic{t}"] for t in topics],
                          "size": [int((topic_of == t).sum()) for t in topics], "stability": 0.9})
    subtopics = pd.DataFrame({
        "subtopic_id": range(len(parts)), "topic_id": [int(topic_of[part_of == p][0]) for p in parts],
        "label": [f"part{p}" for p in parts], "words": [[f"part{p}", f"other{p}"] for p in parts],
        "size": [int((part_of == p).sum()) for p in parts]})
    assignments = pd.DataFrame({"post_id": corpus.posts["post_id"].iloc[:len(part_of)].to_numpy(), "topic_id": topic_of,
                                "subtopic_id": [number.get(p, -1) for p in part_of], "confidence": 1.0})
    return TopicSet(table.reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS),
                    assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS), {"parameters": {}},
                    subtopics=subtopics.astype(SUBTOPIC_COLUMNS))


def decide(*rows: dict, period: str = "2025Q2") -> Review:
    every = [{"kind": "topic", "period": period, "words": [], **row} for row in rows]
    return Review(period, "da", pd.DataFrame(every, columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS))


SPLIT = {"key": "K-001", "decision": "split"}


def run(corpus, part_of: np.ndarray, quarter: str, folder: Path, review: Review, **more) -> tuple[TopicSet, Review]:
    part = type(corpus)(posts=corpus.posts.iloc[:len(part_of)], links=corpus.links, arenas=corpus.arenas)
    topics = topics_of(corpus, part_of, **more)
    register = register_topics(part, topics, folder=folder, quarter=quarter, review=review)
    return apply_review(name_topics(topics, register), review, register, folder=folder)


def ids(topics: TopicSet) -> dict[str, str]:
    return dict(zip(topics.topics["stable_id"], topics.topics["label"], strict=True))


PARTS = {"K-003": "part0", "K-004": "part1", "K-005": "part2"}


def test_the_parts_of_a_split_topic_are_topics_with_new_ids_by_size(corpus, tmp_path: Path) -> None:
    found, held = run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    assert ids(found) == {"K-002": "topic1", **PARTS}
    assert found.topics[["topic_id", "size"]].to_numpy().tolist() == [[0, 300], [1, 150], [2, 90], [3, 60]]
    assert found.topics["words"].tolist()[1] == ["part0", "other0"]
    assert found.topics["verdict"].tolist()[1:] == ["split"] * 3
    assert found.topics["stability"].tolist() == [0.9] * 4
    assert found.assignments["topic_id"].tolist() == np.repeat([1, 2, 3, 0], [150, 90, 60, 300]).tolist()
    assert found.provenance["split"] == 1
    assert held.unfit.empty
    assert held.entries["decision"].tolist() == ["split"]


def test_each_part_has_its_subtopic_numbered_by_topic_and_size(corpus, tmp_path: Path) -> None:
    found, _ = run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    assert found.subtopics[["subtopic_id", "topic_id", "label"]].to_numpy().tolist() == [
        [0, 0, "part10"], [1, 0, "part11"], [2, 1, "part0"], [3, 2, "part1"], [4, 3, "part2"]]
    part_of = found.assignments["subtopic_id"].map(found.subtopics.set_index("subtopic_id")["label"])
    assert part_of.tolist() == [f"part{p}" for p in FIRST]


def test_what_a_model_says_of_topics_is_not_said_of_parts(corpus, tmp_path: Path) -> None:
    topics = topics_of(corpus, FIRST)
    topics.topics["near"] = pd.array([1, 0], dtype="Int64")
    topics.topics["description"] = pd.array(["a", "b"], dtype="string")
    topics.topics["unlike"] = pd.Series([["x"], ["y"]], dtype=object)
    topics.topics["core"] = pd.array([200, 300], dtype="Int64")
    topics.assignments["is_core"] = [True] * 100 + [False] * 100 + [True] * 400
    register = register_topics(corpus, topics_of(corpus, FIRST), folder=tmp_path, quarter="2025Q2")
    found = apply_review(name_topics(topics, register), decide(SPLIT), register)[0].topics
    assert found["description"].fillna("").tolist() == ["b", "", "", ""]
    assert found["unlike"].tolist() == [["y"], [], [], []]
    assert found["near"].isna().all()  # the nearest one is no topic any more
    assert found["core"].tolist() == [300, 100, 40, 60]


def test_a_post_without_a_part_is_counted_with_the_largest(corpus, tmp_path: Path) -> None:
    topics = topics_of(corpus, FIRST)
    topics.assignments.loc[299, "subtopic_id"] = -1
    register = register_topics(corpus, topics, folder=tmp_path, quarter="2025Q2")
    found, _ = apply_review(name_topics(topics, register), decide(SPLIT), register)
    assert found.topics.set_index("label")["size"].to_dict() == {"topic1": 300, "part0": 151, "part1": 90, "part2": 59}


def test_a_report_that_is_made_again_gives_the_same(corpus, tmp_path: Path) -> None:
    once, _ = run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    again, _ = run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    pd.testing.assert_frame_equal(once.topics, again.topics)
    pd.testing.assert_frame_equal(once.assignments, again.assignments)


def test_parts_keep_their_ids_when_they_are_found_in_another_order(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    other = np.select([FIRST == 0, FIRST == 2], [2, 0], FIRST)
    found, _ = run(corpus, other, "2025Q2", tmp_path, decide(SPLIT))
    assert ids(found) == {"K-002": "topic1", "K-003": "part2", "K-004": "part1", "K-005": "part0"}


def test_the_ids_that_a_draft_asked_about_are_given_again_by_words(corpus, tmp_path: Path) -> None:
    asked = decide(SPLIT, {"key": "K-004", "words": ["part0", "other0"], "decision": "rename", "text": "Nul"},
                   {"key": "K-003", "words": ["part1"], "decision": "hide"}, {"key": "K-008", "words": []})
    topics = topics_of(corpus, FIRST)
    register = register_topics(corpus, topics, folder=tmp_path, quarter="2025Q2", review=asked)
    found, held = apply_review(name_topics(topics, register), asked, register)
    assert ids(found) == {"K-002": "topic1", "K-004": "part0", "K-003": "part1", "K-008": "part2"}
    assert found.topics.set_index("label")["given_label"].fillna("").to_dict() == {
        "topic1": "", "part0": "Nul", "part1": "", "part2": ""}
    assert held.unfit.empty


def test_a_part_does_not_take_the_id_of_a_question_about_other_words(corpus, tmp_path: Path) -> None:
    asked = decide(SPLIT, {"key": "K-003", "words": ["part0", "gone", "too"], "decision": "hide"})
    found, held = run(corpus, FIRST, "2025Q2", tmp_path, asked)
    assert ids(found) == {"K-002": "topic1", "K-004": "part0", "K-005": "part1", "K-006": "part2"}
    assert held.unfit[["key", "reason"]].to_numpy().tolist() == [["K-003", "gone"]]


def test_a_new_split_beside_an_old_one_takes_no_id_that_was_asked_about(corpus, tmp_path: Path) -> None:
    asked = decide(SPLIT, {"key": "K-002", "decision": "split"}, {"key": "K-003", "words": ["part10"]},
                   {"key": "K-004", "words": ["part11"]})
    found, _ = run(corpus, FIRST, "2025Q2", tmp_path, asked)
    assert ids(found) == {"K-003": "part10", "K-004": "part11", "K-005": "part0", "K-006": "part1", "K-007": "part2"}


def test_the_ids_of_parts_are_given_to_no_other_topic(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    more = np.concatenate([FIRST, np.full(POSTS, 20)])
    found, _ = run(corpus, more, "2025Q3", tmp_path, decide(SPLIT))
    assert ids(found) == {"K-002": "topic1", **PARTS, "K-006": "topic2"}


def test_a_split_holds_in_the_next_quarter_with_names_and_ids(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    named = decide(SPLIT, {"key": "K-004", "words": ["part1"], "decision": "rename", "text": "En",
                           "description": "Om en"}, {"key": "K-005", "words": ["part2"], "decision": "merge", "into": "K-002"})
    later = Review("2025Q3", "da", named.entries)
    # the parts are found in another order, and with posts of the next quarter
    both = np.concatenate([FIRST, FIRST])
    both = np.select([both == 0, both == 1], [1, 0], both)
    parts = {0: ["part1"], 1: ["part0"], 2: ["part2", "more"], 3: ["part10"], 4: ["part11"]}
    topics = topics_of(corpus, both)
    topics.subtopics["words"] = pd.Series(list(parts.values()), dtype=object)
    register = register_topics(corpus, topics, folder=tmp_path, quarter="2025Q3", review=later)
    found, held = apply_review(name_topics(topics, register), later, register, folder=tmp_path)
    assert ids(found) == {"K-002": "topic1", "K-003": "part1", "K-004": "part0"}
    table = found.topics.set_index("stable_id")
    assert table["size"].to_dict() == {"K-002": 720, "K-003": 300, "K-004": 180}
    assert table["verdict"].to_dict() == {"K-002": "kept", "K-003": "kept", "K-004": "kept"}
    assert table.loc["K-004", ["given_label", "given_description"]].tolist() == ["En", "Om en"]
    assert held.unfit.empty


def test_a_part_that_is_another_one_by_now_is_open_again(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    both = np.concatenate([FIRST, FIRST])
    other_words = decide(SPLIT, {"key": "K-004", "words": ["quite", "different"], "decision": "rename", "text": "En",
                                 "description": "Om en"})
    found, held = run(corpus, both, "2025Q3", tmp_path, Review("2025Q3", "da", other_words.entries))
    assert held.unfit[["key", "reason"]].to_numpy().tolist() == [["K-004", "drifted"]]
    table = found.topics.set_index("stable_id")
    assert table.loc["K-004", ["given_label", "given_description"]].isna().all()
    assert table["is_drifted"].to_dict() == {"K-002": False, "K-003": False, "K-004": True, "K-005": False}
    # of a decision of a quarter that nothing is known of, words must speak for it
    unknown = pd.concat([decide(SPLIT).entries, decide({"key": "K-004", "decision": "hide"}, period="2024Q4").entries])
    _, held = run(corpus, both, "2025Q3", tmp_path, Review("2025Q3", "da", unknown.reset_index(drop=True)))
    assert held.unfit["key"].tolist() == ["K-004"]


def test_a_part_that_drifted_step_by_step_is_open_again(corpus, tmp_path: Path) -> None:
    named = decide(SPLIT, {"key": "K-004", "words": ["part1"], "decision": "rename", "text": "En"})
    steps = [np.where(np.arange(POSTS) < 300, 0, 10) + ((np.arange(POSTS) >= a) & (np.arange(POSTS) < a + 140))
             for a in (0, 40, 80)]
    told = {}
    for quarter, step in zip(("2025Q2", "2025Q3", "2025Q4"), steps, strict=True):
        part = type(corpus)(corpus.posts.iloc[:POSTS].assign(
            posted_at=pd.Timestamp(pd.Period(quarter, freq="Q").start_time, tz="UTC")), corpus.links, corpus.arenas)
        review = Review(quarter, "da", named.entries)
        topics = topics_of(part, step)
        register = register_topics(part, topics, folder=tmp_path, quarter=quarter, review=review)
        found, held = apply_review(name_topics(topics, register), review, register, folder=tmp_path)
        assert ids(found)["K-004"] == "part1"
        told[quarter] = held.unfit["reason"].tolist()
    assert told == {"2025Q2": [], "2025Q3": [], "2025Q4": ["drifted"]}


def test_parts_that_the_next_model_finds_by_itself_keep_their_ids_and_are_not_split_again(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    both = np.concatenate([FIRST, FIRST])
    # part 0 is a topic of two parts by now, and 1 and 2 are one topic
    finer = np.where((both == 0) & (np.arange(2 * POSTS) % 2 == 0), 5, both)
    topic_of = np.select([np.isin(finer, [0, 5]), np.isin(finer, [1, 2])], [0, 1], 2)
    found, held = run(corpus, finer, "2025Q3", tmp_path, decide(SPLIT), topic_of=topic_of)
    assert found.topics.set_index("stable_id")["size"].to_dict() == {"K-002": 600, "K-003": 300, "K-004": 180, "K-005": 120}
    assert found.topics.set_index("stable_id")["verdict"].eq("kept").all()
    assert held.unfit.empty
    again, _ = run(corpus, finer, "2025Q3", tmp_path, decide(SPLIT), topic_of=topic_of)
    assert again.topics["stable_id"].tolist() == found.topics["stable_id"].tolist()


def test_a_splinter_of_another_part_makes_no_whole(corpus, tmp_path: Path) -> None:
    first = np.repeat([0, 1, 2, 10, 11], [180, 110, 10, 200, 100])
    run(corpus, first, "2025Q2", tmp_path, decide(SPLIT))
    # the small part went to the first one, which has two new parts; the second is a topic of its own
    finer = np.select([first == 2, (first == 0) & (np.arange(POSTS) % 2 == 0), first == 1], [0, 5, 7], first)
    topic_of = np.select([np.isin(finer, [0, 5]), finer == 7], [0, 1], 2)
    found, _ = run(corpus, finer, "2025Q3", tmp_path, decide(SPLIT), topic_of=topic_of)
    assert found.topics.set_index("stable_id")["size"].to_dict() == {"K-002": 300, "K-003": 190, "K-004": 110}


def test_a_topic_that_swallowed_the_parts_with_much_else_is_not_split(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    swallowed = np.where(np.isin(FIRST, [1, 2]), FIRST + 10, FIRST)
    swallowed = np.where(FIRST == 0, -1, swallowed)
    found, held = run(corpus, swallowed, "2025Q3", tmp_path, decide(SPLIT))
    assert found.topics["size"].tolist() == [450]
    assert held.unfit[["key", "reason"]].to_numpy().tolist() == [["K-001", "gone"]]


def test_a_split_that_is_taken_back_leaves_the_topic_whole_and_no_record(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    assert [p.name for p in (tmp_path / SNAPSHOTS).glob("split-*")] == ["split-K-001-2025Q2.parquet"]
    found, _ = run(corpus, FIRST, "2025Q2", tmp_path, decide({"key": "K-001", "decision": "hide"}))
    assert ids(found) == {"K-001": "topic0", "K-002": "topic1"}
    assert list((tmp_path / SNAPSHOTS).glob("split-*")) == []


def test_a_part_can_be_merged_and_cannot_be_split(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    review = decide(SPLIT, {"key": "K-003", "decision": "merge", "into": "K-004"}, {"key": "K-005", "decision": "split"})
    found, held = run(corpus, FIRST, "2025Q2", tmp_path, review)
    assert found.topics.set_index("stable_id")["size"].to_dict() == {"K-002": 300, "K-004": 240, "K-005": 60}
    assert held.unfit[["key", "reason"]].to_numpy().tolist() == [["K-005", "no_parts"]]


def test_a_record_holds_neither_text_nor_post_ids_and_a_damaged_one_is_named(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    path = tmp_path / SNAPSHOTS / "split-K-001-2025Q2.parquet"
    table = pd.read_parquet(path)
    assert {n: str(t) for n, t in table.dtypes.items()} == {"post": "uint64", "topic": "int64"}
    assert table["topic"].value_counts().to_dict() == {-1: 300, 3: 150, 4: 90, 5: 60}
    path.write_bytes(b"PAR1 no")
    with pytest.raises(TableError, match=r"split-K-001-2025Q2\.parquet"):
        run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))


def test_a_deletion_of_posts_leaves_records_of_parts_with_their_numbers(corpus, tmp_path: Path, monkeypatch) -> None:
    from workbench.sources.corpus import removing

    run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT))
    kept = corpus.posts["post_id"].iloc[:200]
    hashes = pd.util.hash_pandas_object(kept.astype(object), index=False).to_numpy()
    monkeypatch.setattr(removing, "hashes_of", lambda study: hashes)
    removing.remove_derived(tmp_path)
    table = pd.read_parquet(tmp_path / SNAPSHOTS / "split-K-001-2025Q2.parquet")
    assert table["topic"].value_counts().to_dict() == {3: 150, 4: 50, 5: 1}
    assert sorted(p.name for p in (tmp_path / SNAPSHOTS).iterdir()) == ["2025Q2.parquet", "split-K-001-2025Q2.parquet"]


def test_what_was_merged_into_a_topic_that_is_split_is_open_again(corpus, tmp_path: Path) -> None:
    found, held = run(corpus, FIRST, "2025Q2", tmp_path, decide(SPLIT, {"key": "K-002", "decision": "merge", "into": "K-001"}))
    assert ids(found) == {"K-002": "topic1", **PARTS}
    assert held.unfit[["key", "reason"]].to_numpy().tolist() == [["K-002", "into_gone"]]
