"""Checks know right answers and typical wrong ones, and lead on step by step without telling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.training.answering import EMPTY
from workbench.training.checking import PROFESSIONALS, judge_answer
from workbench.training.course import Course
from workbench.training.exercises import FAULTY_WEEK
from workbench.training.source import LANGUAGES, Words, read_words

LIFT = pd.DataFrame({"topic_id": [5, 6], "lift": [9.0, 3.0], "low": [6.0, 2.0]})
FOUND = pd.DataFrame({"topic_id": range(9), "found_again": [True] * 7 + [False] * 2,
                      "label_then": list("abcdefghi"), "label_now": [*"abcdXY", "Z", None, None]})
PUZZLE = wb.training.draw_puzzle()
ROWS = [name for name in PUZZLE.counts.index if name != PUZZLE.hidden[0]]
COLUMNS = [name for name in PUZZLE.counts.columns if name != PUZZLE.hidden[1]]


def rectangle(row: str, column: str) -> list[tuple[str, str]]:
    return [(row, PUZZLE.hidden[1]), (PUZZLE.hidden[0], column), (row, column)]


@pytest.fixture(scope="module")
def answers(town) -> dict[str, list[tuple[Any, Any, str]]]:
    """By check: an answer, what it was read from, and what kind of answer it is."""
    lineage = wb.actors.find_lineage(town.everything).iloc[0]
    arenas = wb.training.list_arenas(town)
    quiet = next(a for a in arenas.sort_values("days_silent").index[::-1] if a != lineage["arena_id"])
    busiest = town.quarter.posts["arena_id"].value_counts().index[0]
    network = wb.actors.find_communities(wb.actors.link_forwards(town.everything), seed=1, runs=10)
    bridge = wb.actors.find_bridges(network, seed=1, permutations=19)["actor_id"].iloc[0]
    shares = wb.training.list_shares(town)
    audit = shares.loc["audit"]
    largest = int(wb.training.load_model(town).topics["size"].idxmax())
    weeks = wb.training.count_weeks(wb.training.read_thrice(town), "klub")
    good = {"number": audit["percent"], "low": audit["low"], "high": audit["high"], "denominator": audit["of"],
            "caveat": "holds for these arenas alone", "action": "clubs talk about it monthly"}
    post = town.quarter.posts["text"].dropna()
    post = post[post.str.split().str.len() > 12].iloc[0]
    return {
        "ethics": [("figures", None, "right"), (" Names ", None, "names"), ("alert", None, "alert"), ("x", None, "form")],
        "missing": [(lineage["arena_id"], None, "right"), (lineage["successor"], None, "reopened"),
                    (quiet, None, "quiet"), (busiest, None, "another"), ("Z-999", None, "form")],
        "coding": [("offensive", None, "right"), ("attack", None, "agreed"), ("tone", None, "form")],
        "share": [(audit["percent"], None, "right"), (shares.at["model", "percent"], None, "model"),
                  (shares.at["sample", "percent"], None, "sample"), (audit["percent"] / 100, None, "unit"),
                  (61, None, "other"), ("4.5", None, "form")],
        "seed": [(2, FOUND, "right"), (5, FOUND, "labels"), (7, FOUND, "kept"), (9, FOUND, "all"), (4, FOUND, "other"),
                 ("2", FOUND, "form")],
        "lift": [(5, LIFT, "right"), (6, LIFT, "lower"), (largest, LIFT, "largest"), (7, LIFT, "other"),
                 (999, LIFT, "form")],
        "bridge": [(bridge, None, "right"), (busiest, None, "loud"), (quiet, None, "another"), ("T", None, "form")],
        "peak": [("2025-W34", weeks, "right"), (FAULTY_WEEK, weeks, "fault"), ("2025-w30", weeks, "other"),
                 ("34", weeks, "form")],
        "puzzle": [(PUZZLE.hidden_value, PUZZLE, "right"), (PUZZLE.totals_of_hidden[0], PUZZLE, "total"),
                   (PUZZLE.hidden_value + 1, PUZZLE, "other"), ("7", PUZZLE, "form")],
        "suppress": [(rectangle(ROWS[0], COLUMNS[0]), PUZZLE, "right"), ([PUZZLE.hidden], PUZZLE, "one"),
                     ([(PUZZLE.hidden[0], COLUMNS[0])], PUZZLE, "line"),
                     ([*rectangle(ROWS[0], COLUMNS[0]), (ROWS[1], PUZZLE.hidden[1]), (ROWS[1], COLUMNS[0])], PUZZLE,
                      "too_many"),
                     ([(ROWS[0], COLUMNS[0])], PUZZLE, "other"), (["x"], PUZZLE, "form")],
        "paraphrase": [("somebody asks neighbours about quite ordinary things in town", None, "right"),
                       (post, None, "quote"), ("ring til mig på 12 34 56 78 i aften om det her", None, "identifier"),
                       ("too short", None, "short")],
        "finding": [(good, None, "right"), (good | {"number": shares.at["sample", "percent"]}, None, "number"),
                    (good | {"low": 0.0}, None, "interval"), (good | {"denominator": 999}, None, "denominator"),
                    (good | {"caveat": "none"}, None, "caveat"), (good | {"action": "act"}, None, "action"),
                    ({"number": audit["percent"]}, None, "form")],
    }


def test_every_check_knows_its_right_answer_and_the_typical_wrong_ones(answers, town) -> None:
    told = {name: [judge_answer(name, answer, town, given) for answer, given, _ in asked]
            for name, asked in answers.items()}
    assert told == {name: [kind for *_, kind in asked] for name, asked in answers.items()}
    assert {*answers, "export"} == set(PROFESSIONALS)


def test_every_corner_that_is_called_right_leaves_nothing_to_work_out(town) -> None:
    for row in ROWS:
        for column in COLUMNS:
            chosen = rectangle(row, column)
            bounds = PUZZLE.bound(chosen)
            assert bounds["most"].sub(bounds["least"]).ge(5).all() == (
                judge_answer("suppress", chosen, town, PUZZLE) == "right")
    alone = PUZZLE.bound([])
    assert alone["least"].tolist() == alone["most"].tolist() == [PUZZLE.hidden_value]


@pytest.mark.parametrize("seed", range(20))
def test_every_puzzle_can_be_solved(seed: int) -> None:
    puzzle = wb.training.draw_puzzle(seed=seed)
    row, column = puzzle.hidden
    corners = [[(r, column), (row, c), (r, c)] for r in puzzle.counts.index for c in puzzle.counts.columns
               if r != row and c != column]
    assert any(puzzle.is_safe(cells) for cells in corners)
    assert not puzzle.is_safe([])
    assert puzzle.show().isna().sum().sum() == 1


def test_a_pdf_is_right_with_tags_and_language_and_wrong_without(town, tmp_path: Path) -> None:
    from pypdf import PdfWriter

    pdf = wb.training.save_report(town, tmp_path / "a.pdf", language="da")
    assert judge_answer("export", pdf, town) == "right"
    heard = wb.training.read_aloud(pdf)
    assert "H1" in set(heard["tag"])
    assert heard.loc[heard["tag"].eq("Figure"), "alt"].str.len().gt(30).all()
    plain = PdfWriter()
    plain.add_blank_page(100, 100)
    plain.write(tmp_path / "b.pdf")
    assert judge_answer("export", tmp_path / "b.pdf", town) == "untagged"
    assert wb.training.read_aloud(tmp_path / "b.pdf").empty
    mute = PdfWriter(clone_from=pdf)
    del mute.root_object["/Lang"]
    mute.write(tmp_path / "c.pdf")
    assert judge_answer("export", tmp_path / "c.pdf", town) == "no_language"
    assert judge_answer("export", tmp_path / "none.pdf", town) == "form"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_source_replies_to_each_typical_wrong_answer_and_to_no_other(answers, language: str) -> None:
    from workbench.training import find_course

    words = read_words(find_course("professionals"), language)
    assert set(words) == set(PROFESSIONALS)
    for name, asked in answers.items():
        kinds = {kind for *_, kind in asked} - {"right"}
        assert kinds - {"other", "form"} <= set(words[name].replies) <= kinds, name


def make_course() -> Course:
    return Course("en", {"ethics": Words(("first hint", "second hint"), {"names": "no names"})})


def test_hints_come_one_by_one_and_the_answer_never() -> None:
    course = make_course()
    said = [course.check("ethics", answer).text for answer in ("names", "alert", "names", "x")]
    assert said[0] == "no names A hint: first hint"
    assert "second hint" in said[1]
    assert "first hint" not in said[1]
    assert all("second hint" in text and "neighbour" in text for text in said[2:])
    assert not any("figures" in text for text in said)
    assert course.check("ethics", "figures").is_right


def test_the_same_cell_run_again_and_an_empty_answer_take_no_hint() -> None:
    course = make_course()
    assert course.check("ethics", "").verdict == EMPTY
    assert course.check("ethics", None).verdict == EMPTY
    for _ in range(3):
        assert "first hint" in course.check("ethics", "names").text
    assert course.tries == {"ethics": ["names"]}


def test_nothing_that_was_answered_is_kept_outside_the_notebook(town_folder: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in town_folder.rglob("*")}
    course = make_course()
    course.predict("missing", 7)
    course.check("ethics", "figures")
    course.check("missing", course.open_town(town_folder).quarter.arenas["arena_id"].iloc[0])
    assert {p: p.stat().st_mtime_ns for p in town_folder.rglob("*")} == before


def test_the_town_is_shut_until_the_first_step_is_passed(town_folder: Path) -> None:
    course = make_course()
    with pytest.raises(InputError, match="closed"):
        course.open_town(town_folder)
    course.check("ethics", "names")
    with pytest.raises(InputError, match="closed"):
        course.open_town(town_folder)
    with pytest.raises(InputError, match="not open yet"):
        course.check("missing", "T-001")
    course.check("ethics", "figures")
    assert course.open_town(town_folder) is course.town


def test_a_folder_without_a_town_is_refused_and_so_is_an_unknown_check(tmp_path: Path) -> None:
    course = make_course()
    course.check("ethics", "figures")
    with pytest.raises(InputError, match="not there"):
        course.open_town(tmp_path)
    with pytest.raises(InputError, match="no check 'x'"):
        course.check("x", 1)


def test_the_first_prediction_stands() -> None:
    course = make_course()
    assert course.predict("share", None).verdict == EMPTY
    course.predict("share", 12)
    assert "12" in course.predict("share", 4).text
    assert course.predictions == {"share": 12}


def test_an_answer_is_shown_as_text_not_as_markup() -> None:
    course = make_course()
    assert "<b>" not in course.predict("share", "<b>")._repr_html_()


def test_codes_are_compared_post_by_post(town) -> None:
    posts = wb.training.draw_posts(town)
    assert len(posts) == 20
    true = town.speech.codes.query("coder == 'coder 1' and code == 'attack'").set_index("post_id")["value"]
    mine = " ".join("y" if v is True or v == True else "n" for v in true.reindex(posts["post_id"]).fillna(False))  # noqa: E712
    told = wb.training.compare_coders(town, posts, mine).set_index("pair")
    assert told.at["you – coder 1", "agreement"] == pytest.approx(1)
    assert told.at["you – coder 1", "alpha"] == pytest.approx(1)
    flipped = mine.translate(str.maketrans("yn", "ny"))
    told = wb.training.compare_coders(town, posts, flipped).set_index("pair")
    assert told.at["you – coder 1", "agreement"] == 0
    assert told.at["you – coder 1", "alpha"] < 0
    with pytest.raises(InputError, match="19 letters"):
        wb.training.compare_coders(town, posts, "n" * 19)


def test_no_post_that_participants_code_is_hate(town) -> None:
    hate = town.speech.settled.query("code == 'hate'").set_index("post_id")["value"].fillna(False)
    for seed in range(1, 6):
        posts = wb.training.draw_posts(town, seed=seed)
        assert not hate.reindex(posts["post_id"]).fillna(False).any()


def test_the_town_that_is_handed_out_holds_no_truth_and_no_answer(town_folder: Path, answers) -> None:
    files = [p for p in town_folder.rglob("*") if p.is_file()]
    assert not [p for p in files if "truth" in p.name or "raw" in p.parts]
    sealed = (town_folder / "training.json").read_text()
    assert not [a for name in ("missing", "bridge", "peak") for a, *_ in answers[name] if f'"{a}"' in sealed]
