from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.review import REVIEW_COLUMNS, Review
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, EarlierTopics, Refits, TopicSet
from workbench.topics.register import SNAPSHOTS, name_topics, register_topics

POSTS = 900


@pytest.fixture
def corpus(two_quarters):
    """900 posts of 2025Q2 and as many of 2025Q3."""
    return two_quarters(POSTS)


def until(corpus, posts: int):
    return type(corpus)(posts=corpus.posts.iloc[:posts], links=corpus.links, arenas=corpus.arenas)


def topics_of(corpus, topic_of: np.ndarray) -> TopicSet:
    ids = sorted({int(t) for t in topic_of if t >= 0})
    table = pd.DataFrame({"topic_id": ids, "label": [f"word{t}" for t in ids], "words": [[f"word{t}"] for t in ids],
                          "size": [int((topic_of == t).sum()) for t in ids], "stability": None,
                          "unlike": [[] for _ in ids]}).reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS)
    assignments = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": topic_of, "confidence": 1.0})
    return TopicSet(table, assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS), {"parameters": {}})


def run(corpus, topic_of: np.ndarray, quarter: str, folder: Path, *, keep: bool = True, **more):
    part = until(corpus, len(topic_of))
    if not keep:
        # as a draft or a notebook runs: on a copy that goes
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            return register_topics(part, topics_of(part, topic_of), folder=Path(copy), quarter=quarter, **more)
    return register_topics(part, topics_of(part, topic_of), folder=folder, quarter=quarter, **more)


def codes(register) -> dict[int, str]:
    here = register.entries.dropna(subset=["topic_id"])
    return dict(zip(here["topic_id"], here["stable_id"], strict=True))


FIRST = np.repeat([0, 1, 2], POSTS // 3)
# in the second quarter topic 0 is number 2, topic 1 in halves as 0 and 1, topic 2 gone, and 3 born
SECOND = np.concatenate([np.repeat([2, 0, 1, -1], [300, 150, 150, 300]), np.repeat([2, 0, 1, 3], [300, 150, 150, 300])])


def decide(code: str, period: str, *, text: str | None = "Løbehjul", words: tuple[str, ...] = (), decision: str = "rename",
           into: str | None = None) -> Review:
    row = {"kind": "topic", "key": code, "decision": decision, "text": text, "words": list(words), "into": into,
           "period": period, "description": "en note"}
    return Review(period, "da", pd.DataFrame([row], columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS))


def test_ids_stay_over_quarters_and_every_verdict_is_told(corpus, tmp_path: Path) -> None:
    first = run(corpus, FIRST, "2025Q2", tmp_path)
    assert codes(first) == {0: "K-001", 1: "K-002", 2: "K-003"}
    assert first.entries["verdict"].isna().all()
    second = run(corpus, SECOND, "2025Q3", tmp_path).entries.set_index("stable_id")
    assert second["verdict"].to_dict() == {"K-001": "kept", "K-004": "split", "K-005": "split", "K-006": "born",
                                           "K-002": "split", "K-003": "gone"}
    assert second.loc["K-001", "topic_id"] == 2
    assert second.loc["K-004", "came_from"] == ["K-002"]
    assert second.loc["K-002", "became"] == ["K-004", "K-005"]
    assert second.loc["K-003", "topic_id"] is pd.NA


def test_a_first_register_tells_no_verdict_though_posts_of_the_quarter_before_are_there(corpus, tmp_path: Path) -> None:
    doubled = np.repeat([0, 1, 0, 1], [300, 600, 600, 300])
    assert run(corpus, doubled, "2025Q3", tmp_path).entries["verdict"].isna().all()


def test_a_kept_topic_with_a_larger_share_has_grown(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    more = np.concatenate([FIRST, np.repeat([0, 1, 2], [600, 200, 100])])
    found = run(corpus, more, "2025Q3", tmp_path).entries
    assert found["verdict"].tolist() == ["grown", "shrunk", "shrunk"]
    assert found["stable_id"].tolist() == ["K-001", "K-002", "K-003"]


def test_a_repeated_run_keeps_ids_and_changed_parameters_keep_what_is_found_again(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    once = run(corpus, SECOND, "2025Q3", tmp_path)
    again = run(corpus, SECOND, "2025Q3", tmp_path)
    pd.testing.assert_frame_equal(once.entries, again.entries)
    renumbered = np.where(SECOND == 3, 0, np.where(SECOND == 0, 3, SECOND))
    assert codes(run(corpus, renumbered, "2025Q3", tmp_path)) == {0: "K-006", 1: "K-005", 2: "K-001", 3: "K-004"}


def test_a_quarter_made_up_later_takes_the_ids_of_the_one_after_it(corpus, tmp_path: Path) -> None:
    run(corpus, SECOND, "2025Q3", tmp_path)
    assert codes(run(corpus, np.where(FIRST == 0, 7, -1), "2025Q2", tmp_path)) == {7: "K-003"}


def test_what_people_decided_stands_beside_the_topic(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    found = run(corpus, SECOND, "2025Q3", tmp_path, review=decide("K-001", "2025Q2")).entries.set_index("stable_id")
    assert found.loc["K-001", ["label", "decision", "reviewed", "description"]].tolist() == [
        "Løbehjul", "rename", "2025Q2", "en note"]
    assert not found.loc["K-001", "is_drifted"]
    assert found.drop("K-001")[["label", "decision", "is_drifted"]].isna().all(axis=None)
    assert not (tmp_path / "topics.toml").exists()


def test_a_label_survives_a_model_that_does_not_find_its_topic(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    review = decide("K-003", "2025Q2", text="Vandpibe")
    gone = run(corpus, SECOND, "2025Q3", tmp_path, review=review).entries.set_index("stable_id").loc["K-003"]
    assert (gone["verdict"], gone["label"], gone["is_drifted"]) == ("gone", "Vandpibe", pd.NA)


def test_a_label_whose_topic_drifted_step_by_step_is_flagged_and_not_shown_until_it_is_reviewed(
        corpus, tmp_path: Path) -> None:
    # each step shares 2/3 of the posts with the one before, so the topic is kept each time
    steps = [np.where((np.arange(2 * POSTS) % 900 >= a) & (np.arange(2 * POSTS) % 900 < a + 500), 0, -1)
             for a in (0, 100, 200, 300)]
    run(corpus, steps[0], "2025Q2", tmp_path)
    flags = {}
    for quarter, step in zip(("2025Q3", "2025Q4", "2026Q1"), steps[1:], strict=True):
        part = until(corpus, len(step))
        part.posts["posted_at"] += pd.Timedelta(days=92)
        topics = topics_of(part, step)
        register = register_topics(part, topics, folder=tmp_path, quarter=quarter, review=decide("K-001", "2025Q2"))
        assert codes(register) == {0: "K-001"}
        flags[quarter] = register.entries["is_drifted"].item()
        named = name_topics(topics, register).topics
        assert named["given_label"].isna().item() == flags[quarter]
        assert named["is_drifted"].item() == flags[quarter]
        assert named["stable_id"].item() == "K-001"
    assert flags == {"2025Q3": False, "2025Q4": True, "2026Q1": True}
    again = register_topics(part, topics, folder=tmp_path, quarter="2026Q1", review=decide("K-001", "2026Q1")).entries
    assert again["label"].item() == "Løbehjul"
    assert not again["is_drifted"].item()


@pytest.mark.parametrize(("period", "words", "drifted"), [
    ("2025Q3", (), False),  # a name alone, given to a draft of this quarter
    ("2025Q3", ("word0", "other"), False),  # half of the words are still there
    ("2025Q3", ("word0", "other", "third"), True),  # ids were dealt out anew after the draft
    ("2025Q2", ("word1",), True),  # the posts are the same, the words are not
    ("2024Q1", ("word0",), False),  # no snapshot, but the words are known
    ("2024Q1", (), True),  # nothing is known
])
def test_a_decision_holds_by_posts_of_an_earlier_quarter_and_by_words(corpus, tmp_path: Path, period: str,
                                                                      words: tuple[str, ...], drifted: bool) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    both = np.concatenate([FIRST, FIRST])
    found = run(corpus, both, "2025Q3", tmp_path, keep=False, review=decide("K-001", period, words=words)).entries
    assert found.set_index("stable_id").loc["K-001", "is_drifted"] == drifted


def test_what_was_decided_in_this_quarter_is_not_held_against_its_own_earlier_run(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    run(corpus, np.concatenate([FIRST, np.full(POSTS, -1)]), "2025Q3", tmp_path)
    # since then 900 posts of the quarter joined the 300; the draft showed people all of them
    grown = np.concatenate([np.where(FIRST == 0, 0, -1), np.zeros(POSTS, dtype=int)])
    found = run(corpus, grown, "2025Q3", tmp_path, keep=False, review=decide("K-001", "2025Q3", words=("word0",)))
    assert codes(found) == {0: "K-001"}
    assert not found.entries.set_index("stable_id").loc["K-001", "is_drifted"]


def test_the_ids_of_a_draft_are_given_again_and_those_of_an_earlier_quarter_never(corpus, tmp_path: Path) -> None:
    draft = codes(run(corpus, FIRST, "2025Q2", tmp_path, keep=False))
    assert codes(run(corpus, FIRST, "2025Q2", tmp_path, keep=False, review=decide("K-002", "2025Q2"))) == draft
    later = codes(run(corpus, FIRST, "2025Q2", tmp_path, review=decide("K-002", "2025Q1")))
    assert later == {0: "K-003", 1: "K-004", 2: "K-005"}


def test_a_hidden_topic_that_drifted_does_not_say_that_a_name_did(corpus, tmp_path: Path) -> None:
    hidden = decide("K-001", "2025Q2", decision="hide", text=None, words=("nothing", "of", "it"))
    topics = topics_of(until(corpus, POSTS), FIRST)
    register = run(corpus, FIRST, "2025Q2", tmp_path, review=hidden)
    assert register.entries["is_drifted"].tolist()[0]
    assert not name_topics(topics, register).topics["is_drifted"].any()


def test_exploring_leaves_the_register_as_it_is(corpus, tmp_path: Path) -> None:
    assert codes(run(corpus, FIRST, "2025Q2", tmp_path, keep=False)) == {0: "K-001", 1: "K-002", 2: "K-003"}
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_snapshot_is_named(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    (tmp_path / SNAPSHOTS / "2025Q2.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(TableError, match=r"2025Q2\.parquet: the topic register"):
        run(corpus, SECOND, "2025Q3", tmp_path)


def test_a_snapshot_holds_neither_text_nor_post_ids(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    table = pd.read_parquet(tmp_path / SNAPSHOTS / "2025Q2.parquet")
    assert {n: str(t) for n, t in table.dtypes.items()} == {"post": "uint64", "topic": "int64"}


def continued(corpus, topic_of: np.ndarray, earlier: np.ndarray) -> TopicSet:
    """Topics of a model that continued one which placed the posts as `earlier`."""
    nowhere = np.zeros((len(earlier), 0), dtype=np.int16)
    return replace(topics_of(corpus, topic_of),
                   earlier=EarlierTopics(earlier, Refits(nowhere, np.zeros((3, 0, 0), dtype=bool))))


def test_another_model_than_that_of_the_quarter_before_is_refused(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    wrong = topics_of(until(corpus, 2 * POSTS), np.concatenate([-FIRST.clip(max=1), FIRST]))
    with pytest.raises(TableError, match="not the model"):
        register_topics(corpus, continued(corpus, SECOND, np.concatenate([FIRST, FIRST])), folder=tmp_path,
                        quarter="2025Q3", model_before=wrong)


def test_with_the_model_before_topics_are_matched_by_where_both_models_put_the_posts(corpus, tmp_path: Path) -> None:
    before = topics_of(until(corpus, POSTS), FIRST)
    register_topics(until(corpus, POSTS), before, folder=tmp_path, quarter="2025Q2")
    # by the posts of the first quarter topic 2 would be kept; the model before puts those of the second elsewhere
    now = np.concatenate([FIRST, np.repeat([0, 1, 2], [300, 300, 300])])
    then = np.concatenate([FIRST, np.repeat([0, 1, -1], [300, 300, 300])])
    found = register_topics(corpus, continued(corpus, now, then), folder=tmp_path, quarter="2025Q3",
                            model_before=before).entries.set_index("stable_id")
    assert found.loc[["K-001", "K-002"], "verdict"].tolist() == ["kept", "kept"]
    assert found.loc["K-003", "verdict"] == "gone"
    assert found.loc["K-004", "verdict"] == "born"


def test_a_label_stays_what_it_was_when_the_topic_came_up(corpus, tmp_path: Path) -> None:
    def labelled(quarter: str, label: str, words: list[str]) -> str:
        part = until(corpus, POSTS if quarter == "2025Q2" else 2 * POSTS)
        topics = topics_of(part, np.concatenate([FIRST] * (len(part.posts) // POSTS)))
        table = topics.topics.assign(label=pd.array([label, "b", "c"], dtype="string"),
                                     words=pd.Series([words, ["b"], ["c"]], dtype=object))
        topics = replace(topics, topics=table)
        register = register_topics(part, topics, folder=tmp_path, quarter=quarter)
        named = name_topics(topics, register).topics
        assert named["stable_id"].tolist() == ["K-001", "K-002", "K-003"]
        return str(named["label"].iloc[0])

    assert labelled("2025Q2", "havn · bad · kaj", ["havn", "bad", "kaj", "bro"]) == "havn · bad · kaj"
    assert labelled("2025Q3", "bro · kaj · havn", ["bro", "kaj", "havn"]) == "havn · bad · kaj"
    # fewer than half of the words it was named by are left
    part = until(corpus, 2 * POSTS)
    part.posts["posted_at"] += pd.Timedelta(days=92)
    assert labelled("2025Q4", "bro · sten · kaj", ["bro", "sten", "kaj"]) == "bro · sten · kaj"
