from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import InputError, TableError
from workbench.tables.posts import empty_frame
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.intrusion import KEY_FILE, check_intrusion, measure_alpha, score_intrusion


@pytest.fixture
def topics() -> TopicSet:
    words = [[f"{name}{i}" for i in range(10)] for name in ("hjelm", "kage", "bus", "snus", "kamp", "bog")]
    table = pd.DataFrame({"topic_id": range(6), "label": [w[0] for w in words], "words": pd.Series(words, dtype=object),
                          "size": 20, "stability": None}).reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS)
    return TopicSet(table, empty_frame(ASSIGNMENT_COLUMNS))


def fill(folder: Path, coder: int, right: int, *, separator: str = ";") -> None:
    """Answer the first tasks of a form rightly and the others with the first wrong letter."""
    path = folder / f"intrusion-coder-{coder}.csv"
    key = json.loads((folder / KEY_FILE).read_text())[str(coder)]
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    for row in rows[1:]:
        at = row[1:7].index(key[row[0]]["intruder"])
        row[7] = "ABCDEF"[at if key[row[0]]["topic"] < right else (at + 1) % 6]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")


def test_each_task_shows_five_top_words_and_one_of_another_topic(topics, tmp_path: Path) -> None:
    forms = check_intrusion(topics, tmp_path, seed=1)
    assert [p.name for p in forms] == ["intrusion-coder-1.csv", "intrusion-coder-2.csv"]
    own = dict(zip(topics.topics["topic_id"], topics.topics["words"], strict=True))
    key = json.loads((tmp_path / KEY_FILE).read_text())
    for entries in key.values():
        assert sorted(e["topic"] for e in entries.values()) == [0, 1, 2, 3, 4, 5]
        for entry in entries.values():
            assert sorted(set(entry["words"]) - {entry["intruder"]}) == own[entry["topic"]][:5]
            assert entry["intruder"] not in own[entry["topic"]]
    assert [e["topic"] for e in key["1"].values()] != [e["topic"] for e in key["2"].values()]


def test_the_forms_tell_neither_topic_nor_intruder(topics, tmp_path: Path) -> None:
    for form in check_intrusion(topics, tmp_path, seed=1):
        rows = list(csv.reader(form.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
        assert rows[0] == ["task", "A", "B", "C", "D", "E", "F", "answer"]
        assert all(row[7] == "" for row in rows[1:])
        key = json.loads((tmp_path / KEY_FILE).read_text())[form.stem[-1]]
        assert len({row[1:7].index(key[row[0]]["intruder"]) for row in rows[1:]}) > 1


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_precision_and_agreement_are_scored_also_where_a_spreadsheet_changed_the_separator(
        topics, tmp_path: Path, separator: str) -> None:
    check_intrusion(topics, tmp_path, seed=1)
    fill(tmp_path, 1, right=6, separator=separator)
    fill(tmp_path, 2, right=3)
    scores, summary = score_intrusion(topics, tmp_path)
    assert scores["model_precision"].tolist() == [1, 1, 1, 0.5, 0.5, 0.5]
    assert scores["label"].tolist() == topics.topics["label"].tolist()
    assert summary["model_precision"] == 0.75
    assert 0.3 < summary["alpha"] < 0.6
    assert summary["topics"] == 6


def test_coders_who_agree_have_alpha_one(topics, tmp_path: Path) -> None:
    check_intrusion(topics, tmp_path, seed=1)
    for coder in (1, 2):
        fill(tmp_path, coder, right=6)
    assert score_intrusion(topics, tmp_path)[1]["alpha"] == 1.0


def test_alpha_is_that_of_the_textbook() -> None:
    # Krippendorff (2011), example B: nominal data, two observers, no missing: alpha = .692
    a, b = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"], ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
    assert measure_alpha([list(pair) for pair in zip(a, b, strict=True)]) == pytest.approx(0.692, abs=5e-4)
    assert measure_alpha([["a", None], [None, "b"]]) != measure_alpha([["a", None]])  # not a number


def test_empty_answers_are_misses_and_say_nothing_about_agreement(topics, tmp_path: Path) -> None:
    check_intrusion(topics, tmp_path, seed=1)
    scores, summary = score_intrusion(topics, tmp_path)
    assert scores["model_precision"].eq(0).all()
    assert summary["alpha"] != summary["alpha"]


def test_answers_are_never_overwritten(topics, tmp_path: Path) -> None:
    check_intrusion(topics, tmp_path, seed=1)
    with pytest.raises(TableError, match="not overwritten"):
        check_intrusion(topics, tmp_path, seed=2)


def test_every_fault_of_the_forms_is_named_by_file_and_row(topics, tmp_path: Path) -> None:
    first, second = check_intrusion(topics, tmp_path, seed=1)
    lines = first.read_text(encoding="utf-8-sig").splitlines()
    lines[2] = lines[2][:-1] + ";G"
    lines[3] = lines[3].replace("0", "9").replace("1", "9")
    first.write_text("\n".join(lines), encoding="utf-8-sig")
    second.unlink()
    with pytest.raises(InputError) as refused:
        score_intrusion(topics, tmp_path)
    for words in ("coder-1.csv row 3: the answer", "coder-1.csv row 4 is not as it was made", "coder-2.csv is missing"):
        assert words in str(refused.value)


def test_without_its_key_a_task_cannot_be_scored(topics, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="key of the word-intrusion task"):
        score_intrusion(topics, tmp_path)


def test_too_few_topics_make_no_task(topics, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="two topics"):
        check_intrusion(TopicSet(topics.topics.head(1), topics.assignments), tmp_path, seed=1)
