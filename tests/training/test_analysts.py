"""The course for analysts: its checks, its three planted faults, and its way from import to report."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import workbench as wb
from workbench.training import build_course, find_course
from workbench.training.checking import judge_answer
from workbench.training.source import LANGUAGES, read_source, read_steps, read_words
from workbench.wording import open_wording

CHECKED = {"ethics", "drift", "quarantine", "fault", "trust", "coding", "share", "cells", "leak", "publish", "finding"}
TOPICS = pd.DataFrame({"topic_id": range(6), "size": [500, 300, 200, 90, 60, 40], "core": [400, 250, 150, 60, 55, 20],
                       "inclusion": [0.9, 0.7, 0.95, 0.9, 0.79, 0.9]})
CELLS = pd.DataFrame({"arena_id": list("ABCDEF"), "posts": [40, 3, 20, 4, 9, 30], "authors": [12, 1, 4, 4, 6, 5],
                      "largest": [0.2, 1.0, 0.4, 0.25, 0.6, 0.5]})
LEDGER = pd.DataFrame({"what": ["rows_read", "kept", "quarantined"], "told": ["63", "61", "2"]})


@pytest.fixture(scope="module")
def silences(town) -> pd.DataFrame:
    return wb.training.list_silences(town)


@pytest.fixture(scope="module")
def answers(town, silences) -> dict[str, list[tuple[Any, Any, str]]]:
    """By check: an answer, what it was read from, and what kind of answer it is."""
    faulty = silences.loc[silences["numbers_lost"].idxmax(), "arena_id"]
    closed = wb.actors.find_lineage(town.everything)["arena_id"].iloc[0]
    busiest = next(a for a in town.quarter.posts["arena_id"].value_counts().index if a != faulty)
    return {
        "drift": [({"text": "message", "time": "date"}, None, "right"), ({"text": "body", "time": "date"}, None, "before"),
                  ({"text": "date", "time": "message"}, None, "swapped"),
                  ({"text": "author", "time": "date"}, None, "other"), ("message", None, "form"),
                  ({"text": "message"}, None, "form")],
        "quarantine": [(2, LEDGER, "right"), (61, LEDGER, "kept"), (63, LEDGER, "read"), (7, LEDGER, "other"),
                       ("2", LEDGER, "form"), (2, None, "form")],
        "fault": [(faulty, None, "right"), (faulty.lower(), None, "right"), (closed, None, "silent"),
                  (busiest, None, "another"), ("Z-999", None, "form")],
        "trust": [([1, 4, 5], TOPICS, "right"), ((5, 4, 1), TOPICS, "right"), ([0, 2], TOPICS, "trusted"),
                  ([3, 4, 5], TOPICS, "small"), ([1, 4], TOPICS, "too_few"), ([1, 4, 5, 0], TOPICS, "too_many"),
                  ([1, 4, 0], TOPICS, "other"), (["1"], TOPICS, "form"), (3, TOPICS, "form")],
        "cells": [(["B", "C", "D", "E"], CELLS, "right"), (["B"], CELLS, "alone"), (["B", "D"], CELLS, "posts"),
                  (["B", "C", "D"], CELLS, "too_few"), (list("BCDEF"), CELLS, "too_many"), (["A", "B"], CELLS, "other"),
                  (["Z"], CELLS, "form")],
        "leak": [("c", None, "right"), (" C ", None, "right"), ("a", None, "figures"), ("b", None, "place"),
                 ("d", None, "gate"), ("e", None, "form")],
        "publish": [("review", None, "right"), ("publish", None, "publish"), ("remove", None, "remove"),
                    ("yes", None, "form")],
    }


def test_every_check_knows_its_right_answer_and_the_typical_wrong_ones(answers, town) -> None:
    told = {name: [judge_answer(name, answer, town, given) for answer, given, _ in asked]
            for name, asked in answers.items()}
    assert told == {name: [kind for *_, kind in asked] for name, asked in answers.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_source_replies_to_each_typical_wrong_answer_and_to_no_other(answers, language: str) -> None:
    words = read_words(find_course("analysts"), language)
    assert set(words) == CHECKED
    for name, asked in answers.items():
        kinds = {kind for *_, kind in asked} - {"right"}
        assert kinds - {"other", "form"} <= set(words[name].replies) <= kinds, name


def test_both_languages_have_the_same_steps_and_code_and_take_half_a_day() -> None:
    danish, english = (read_steps(read_source(find_course("analysts")), language)[1] for language in LANGUAGES)
    assert [s.key for s in danish] == [s.key for s in english]
    assert sum(s.minutes for s in danish) == 180
    for one, other in zip(danish, english, strict=True):
        code = [[c.source for role, c in s.cells if c.cell_type == "code" and role != "solution"] for s in (one, other)]
        assert code[0] == code[1]
        assert [(n, set(w.replies), len(w.hints)) for n, w in one.words.items()] == [
            (n, set(w.replies), len(w.hints)) for n, w in other.words.items()]


def test_the_drifted_export_is_refused_until_its_card_names_the_columns_of_now(town) -> None:
    practice = wb.training.open_practice(town)
    head = wb.training.read_head(practice)
    assert {"message", "date"} <= set(head["column"])
    assert "body" not in set(head["column"])
    refused = wb.training.read_practice(practice)
    assert refused["what"].tolist() == ["refused"]
    assert "body" in refused["told"].iloc[0]
    told = wb.training.read_practice(practice, {"text": "message", "time": "date"}).set_index("what")["told"]
    assert told[["rows_read", "kept", "undated", "quarantined", "unexplained"]].tolist() == ["34", "31", "1", "3", "0"]
    assert "2025-09-30" <= told["first"] < "2025-10-02"  # days come before months
    assert told["last"].startswith("2025-10-30")
    again = wb.training.read_practice(practice, {"text": "message", "time": "date"})
    assert again["told"].tolist() == told.tolist()
    assert judge_answer("quarantine", 3, town, told.reset_index()) == "right"
    assert practice.settings.folder.is_relative_to(practice.export.parents[3])
    assert not practice.settings.folder.is_relative_to(town.study.folder)


def test_the_crawler_fault_is_the_planted_one_and_stands_beside_a_truly_silent_arena(silences, town) -> None:
    verdicts = {arena: judge_answer("fault", arena, town) for arena in silences["arena_id"]}
    assert list(verdicts.values()).count("right") == 1
    assert "silent" in verdicts.values()
    [faulty] = [arena for arena, verdict in verdicts.items() if verdict == "right"]
    row = silences.set_index("arena_id").loc[faulty]
    assert row["days"] >= 10
    assert row["numbers_lost"] > 20
    assert silences["numbers_lost"].dropna().sort_values().iloc[-2] < 10
    weeks = wb.training.count_arena(town, faulty)
    assert weeks["posts"].min() < weeks["posts"].median() / 2
    assert weeks["others"].min() > weeks["others"].median() / 2


def test_the_table_of_cells_holds_one_person_alone(town) -> None:
    cells = wb.training.list_cells(town)
    alone = cells[cells["authors"].eq(1)]
    assert alone["posts"].between(2, 4).any()
    assert cells["authors"].ge(5).any()


def test_the_gate_stops_a_number_and_lets_a_name_and_a_place_pass(town) -> None:
    for language in LANGUAGES:
        drafts = wb.training.list_drafts(town, language=language)
        assert drafts.set_index("draft")["gate"].to_dict() == {
            "a": "passed", "b": "passed", "c": "passed", "d": "stopped"}
        assert drafts["sentence"].nunique() == 4


@pytest.fixture(scope="module")
def folder(town_folder: Path) -> Path:
    for language in LANGUAGES:
        build_course(find_course("analysts"), town_folder.parents[1], language=language)
    return town_folder.parents[1]


def test_the_teachers_version_runs_and_every_check_says_right(folder: Path) -> None:
    import papermill

    began = time.monotonic()
    out = folder / "analysts-run.ipynb"
    papermill.execute_notebook(str(folder / "teacher" / "analysts-en.ipynb"), str(out), cwd=str(folder / "teacher"),
                               progress_bar=False, log_output=False)
    print(f"the whole course ran in {time.monotonic() - began:.0f} seconds")
    notebook = nbformat.read(out, as_version=4)
    right = open_wording("en").say("training.right")
    said = [output["data"]["text/plain"] for cell in notebook.cells if cell.cell_type == "code"
            and "course.check(" in cell.source for output in cell.outputs if "text/plain" in output.get("data", {})]
    assert sum(text == right for text in said) == len(CHECKED)
