from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import CardError, TableError
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.decisions import read_decisions
from workbench.topics.register import DECISIONS, SNAPSHOTS, name_topics, register_topics

POSTS = 900


@pytest.fixture
def corpus(make_texts):
    """900 posts of 2025Q2 and as many of 2025Q3."""
    made = make_texts([f"text {i}" for i in range(2 * POSTS)])
    times = pd.Timestamp("2025-04-02", tz="UTC") + pd.to_timedelta(91 * np.repeat([0, 1], POSTS), unit="D")
    made.posts["posted_at"] = times.astype("datetime64[us, UTC]")
    return made


def until(corpus, posts: int):
    return type(corpus)(posts=corpus.posts.iloc[:posts], links=corpus.links, arenas=corpus.arenas)


def topics_of(corpus, topic_of: np.ndarray) -> TopicSet:
    ids = sorted({int(t) for t in topic_of if t >= 0})
    table = pd.DataFrame({"topic_id": ids, "label": [f"word{t}" for t in ids], "words": [[f"word{t}"] for t in ids],
                          "size": [int((topic_of == t).sum()) for t in ids], "stability": None}).astype(TOPIC_COLUMNS)
    assignments = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": topic_of, "confidence": 1.0})
    return TopicSet(table, assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS), {"parameters": {}})


def run(corpus, topic_of: np.ndarray, quarter: str, folder: Path, **more):
    part = until(corpus, len(topic_of))
    return register_topics(part, topics_of(part, topic_of), folder=folder, quarter=quarter, **more)


def codes(register) -> dict[int, str]:
    here = register.entries.dropna(subset=["topic_id"])
    return dict(zip(here["topic_id"], here["stable_id"], strict=True))


FIRST = np.repeat([0, 1, 2], POSTS // 3)
# in the second quarter topic 0 is number 2, topic 1 in halves as 0 and 1, topic 2 gone, and 3 born
SECOND = np.concatenate([np.repeat([2, 0, 1, -1], [300, 150, 150, 300]), np.repeat([2, 0, 1, 3], [300, 150, 150, 300])])


def label(folder: Path, code: str, words: str, reviewed: str = "") -> str:
    path = folder / DECISIONS
    head, mark, tail = path.read_text().partition(f"[{code}]")
    tail = tail.replace('label = ""', f'label = "{words}"  # agreed in the meeting', 1)
    text = head + mark + tail.replace('reviewed = ""', f'reviewed = "{reviewed}"', 1)
    path.write_text(text)
    return text


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


def test_a_repeated_run_keeps_ids_and_file_and_changed_parameters_keep_what_is_found_again(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    once = run(corpus, SECOND, "2025Q3", tmp_path)
    before = (tmp_path / DECISIONS).read_bytes()
    again = run(corpus, SECOND, "2025Q3", tmp_path)
    pd.testing.assert_frame_equal(once.entries, again.entries)
    assert (tmp_path / DECISIONS).read_bytes() == before
    renumbered = np.where(SECOND == 3, 0, np.where(SECOND == 0, 3, SECOND))
    assert codes(run(corpus, renumbered, "2025Q3", tmp_path)) == {0: "K-006", 1: "K-005", 2: "K-001", 3: "K-004"}


def test_a_quarter_made_up_later_takes_the_ids_of_the_one_after_it(corpus, tmp_path: Path) -> None:
    run(corpus, SECOND, "2025Q3", tmp_path)
    assert codes(run(corpus, np.where(FIRST == 0, 7, -1), "2025Q2", tmp_path)) == {7: "K-003"}


def test_what_people_wrote_stays_to_the_byte_when_topics_are_added(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    text = label(tmp_path, "K-001", "Løbehjul i byen") + "# a note at the end, without a line break"
    (tmp_path / DECISIONS).write_text(text)
    found = run(corpus, SECOND, "2025Q3", tmp_path)
    assert (tmp_path / DECISIONS).read_text().startswith(text + "\n")
    assert found.entries.set_index("stable_id").loc["K-001", "label"] == "Løbehjul i byen"
    assert not found.entries.set_index("stable_id").loc["K-001", "is_drifted"]
    assert set(read_decisions(tmp_path / DECISIONS)["stable_id"]) == {f"K-00{i}" for i in range(1, 7)}


def test_a_label_survives_a_model_that_does_not_find_its_topic(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    label(tmp_path, "K-003", "Vandpibe")
    gone = run(corpus, SECOND, "2025Q3", tmp_path).entries.set_index("stable_id").loc["K-003"]
    assert (gone["verdict"], gone["label"]) == ("gone", "Vandpibe")
    assert "Vandpibe" in (tmp_path / DECISIONS).read_text()


def test_a_label_whose_topic_drifted_step_by_step_is_flagged_and_not_shown_until_it_is_reviewed(
        corpus, tmp_path: Path) -> None:
    # each step shares 2/3 of the posts with the one before, so the topic is kept each time
    steps = [np.where((np.arange(2 * POSTS) % 900 >= a) & (np.arange(2 * POSTS) % 900 < a + 500), 0, -1)
             for a in (0, 100, 200, 300)]
    run(corpus, steps[0], "2025Q2", tmp_path)
    label(tmp_path, "K-001", "Løbehjul")
    flags = {}
    for quarter, step in zip(("2025Q3", "2025Q4", "2026Q1"), steps[1:], strict=True):
        part = until(corpus, len(step))
        part.posts["posted_at"] += pd.Timedelta(days=92)
        topics = topics_of(part, step)
        register = register_topics(part, topics, folder=tmp_path, quarter=quarter)
        assert codes(register) == {0: "K-001"}
        flags[quarter] = register.entries["is_drifted"].item()
        named = name_topics(topics, register).topics
        assert named["given_label"].isna().item() == flags[quarter]
        assert named["stable_id"].item() == "K-001"
    assert flags == {"2025Q3": False, "2025Q4": True, "2026Q1": True}
    label(tmp_path, "K-001", "", reviewed="2026Q1")
    again = run(corpus, steps[-1], "2026Q1", tmp_path).entries
    assert again["label"].item() == "Løbehjul"
    assert not again["is_drifted"].item()


def test_a_label_of_a_quarter_that_left_no_snapshot_is_flagged(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    label(tmp_path, "K-001", "Løbehjul", reviewed="2024Q1")
    assert run(corpus, FIRST, "2025Q2", tmp_path).entries["is_drifted"].tolist()[0]


@pytest.mark.parametrize(("text", "words"), [
    ("[K-001]\nlabel = 3\n", r"\[K-001\] label is not a text"),
    ('[K-001]\nlabel = "a\\nb"\n', "one line"),
    (f'[K-001]\nlabel = "{"secret" * 20}"\n', "at most 60 letters"),
    ('[K-001]\nlable = "x"\n', "unknown field"),
    ('[K-001]\nreviewed = "2025-Q3"\n', "quarter such as 2025Q3"),
    ('[other]\nlabel = "x"\n', "not named after a topic"),
    ("K-001 = 4\n", "not a table"),
    ("[K-001\n", "not valid TOML"),
])
def test_a_faulty_file_of_decisions_is_refused_and_left_as_it_is(corpus, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / DECISIONS).write_text(text)
    with pytest.raises(CardError, match=words) as refused:
        run(corpus, FIRST, "2025Q2", tmp_path)
    assert "secret" not in str(refused.value)
    assert (tmp_path / DECISIONS).read_text() == text
    assert not (tmp_path / SNAPSHOTS).exists()


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


def test_confidence_asks_for_the_model_before(corpus, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="model_before"):
        run(corpus, FIRST, "2025Q2", tmp_path, refits=5)
    run(corpus, FIRST, "2025Q2", tmp_path)
    wrong = topics_of(until(corpus, 2 * POSTS), np.concatenate([-FIRST.clip(max=1), FIRST]))
    with pytest.raises(TableError, match="not the model"):
        run(corpus, SECOND, "2025Q3", tmp_path, model_before=wrong)


def test_with_the_model_before_the_ids_are_the_same(corpus, tmp_path: Path) -> None:
    run(corpus, FIRST, "2025Q2", tmp_path)
    # made of all posts, so that it need not assign any
    before = topics_of(corpus, np.concatenate([FIRST, np.repeat([0, 1, -1], 300)]))
    part = topics_of(until(corpus, POSTS), FIRST)
    register_topics(until(corpus, POSTS), part, folder=tmp_path, quarter="2025Q1")
    register_topics(corpus, before, folder=tmp_path, quarter="2025Q2")
    found = run(corpus, SECOND, "2025Q3", tmp_path, model_before=before).entries.set_index("stable_id")
    assert found.loc["K-001", "verdict"] == "kept"
    assert found.loc["K-003", "verdict"] == "gone"
