from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import CardError
from workbench.handbook import read_handbook
from workbench.handbook.fields import FORMS
from workbench.starting import find_notebooks, start_study
from workbench.wording.readability import measure_lix

LINE = """[[line]]
id = "acute"
name_da = "Alarmcentralen"
phone = "112"
da = "Når nogen er i fare nu."
audience = ["acute"]
checked = "2025-10-01"
"""


def write(folder: Path, text: str, file: str = "help-lines.toml") -> Path:
    (folder / "handbook").mkdir(exist_ok=True)
    (folder / "handbook" / file).write_text(text, encoding="utf-8")
    return folder


def test_a_file_gives_one_row_an_entry_in_one_language(tmp_path) -> None:
    folder = write(tmp_path, LINE + 'name_en = "Emergency"\nen = "When somebody is in danger."\n')
    line = read_handbook(folder, "help_lines", language="en", own="da").iloc[0]
    assert (line["name"], line["text"], line["phone"]) == ("Emergency", "When somebody is in danger.", "112")
    assert line["audience"] == ["acute"]
    assert line["harms"] == []
    assert line["web"] is not None


def test_what_nobody_wrote_in_a_language_stands_in_the_studys_own(tmp_path) -> None:
    assert read_handbook(write(tmp_path, LINE), "help_lines", language="en", own="da")["name"].tolist() == [
        "Alarmcentralen"]


def test_without_a_file_there_are_no_entries_but_their_columns(tmp_path) -> None:
    found = read_handbook(tmp_path, "law", language="da")
    assert found.empty
    assert {"paragraph", "title", "text"} <= set(found)


def test_all_faults_are_told_with_file_and_line_and_without_what_is_written(tmp_path) -> None:
    text = LINE.replace('"112"', '"ring Hanne"').replace('"2025-10-01"', '"i går"') + "\n" + LINE
    with pytest.raises(CardError) as refused:
        read_handbook(write(tmp_path, text), "help_lines", language="da")
    told = str(refused.value)
    assert "handbook/help-lines.toml, line 4: phone" in told
    assert "line 7: checked" in told
    assert "line 9: the same id as on line 1" in told
    assert "Hanne" not in told


@pytest.mark.parametrize(("change", "what"), [
    (lambda t: t.replace("[[line]]", "[line]"), r"write \[\[line\]\], in two brackets"),
    (lambda t: t.replace("[[line]]", "[[linje]]"), r"no table called like this; write \[\[line\]\]"),
    (lambda t: t.replace('["acute"]', '["alle"]'), "audience is not one of"),
    (lambda t: t + 'telefon = "112"\n', "no field called like this"),
    (lambda t: t.replace('da = "Når nogen er i fare nu."\n', ""), "da is missing"),
])
def test_each_rule_of_the_file_is_kept(tmp_path, change, what: str) -> None:
    read_handbook(write(tmp_path, LINE), "help_lines", language="da")
    with pytest.raises(CardError, match=what):
        read_handbook(write(tmp_path, change(LINE)), "help_lines", language="da")


def test_a_number_is_a_whole_number(tmp_path) -> None:
    activity = """[[activity]]
id = "billeder"
where = "club"
ages = "13-15"
minutes = 15
title_da = "Hvem må se det?"
da = "Om at dele billeder."
steps_da = ["Tegn tre billeder."]
"""
    assert read_handbook(write(tmp_path, activity, "activities.toml"), "activities", language="da")["minutes"][0] == 15
    with pytest.raises(CardError, match="line 5: minutes is not a whole number"):
        read_handbook(write(tmp_path, activity.replace("15\n", '"15"\n', 1), "activities.toml"), "activities",
                      language="da")


def test_an_unknown_file_is_told_with_those_there_are(tmp_path) -> None:
    with pytest.raises(CardError, match="There are help_lines, plan"):
        read_handbook(tmp_path, "recipes", language="da")


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("is_city", [False, True])
def test_every_file_that_a_study_begins_with_can_be_read(tmp_path, name: str, language: str, is_city: bool) -> None:
    assert find_notebooks().is_dir()
    start_study(tmp_path, is_city=is_city)
    read_handbook(tmp_path, name, language=language, own="da")


QUESTION = """[[question]]
id = "spoerg"
da = "Hvad gør du først?"
choices_da = ["Deler", "Spørger"]
right = 2
why_da = "Fordi man skal spørge."
"""


@pytest.mark.parametrize("number", [0, 3])
def test_the_right_answer_of_a_quiz_is_one_of_its_choices(tmp_path, number: int) -> None:
    assert read_handbook(write(tmp_path, QUESTION, "quiz.toml"), "quiz", language="da")["right"].tolist() == [2]
    with pytest.raises(CardError, match="line 5: right is not the number of one of choices"):
        read_handbook(write(tmp_path, QUESTION.replace("= 2", f"= {number}"), "quiz.toml"), "quiz", language="da")


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_new_study_has_activities_for_every_age_band_and_a_kind_one_among_them(tmp_path, language: str) -> None:
    start_study(tmp_path)
    found = read_handbook(tmp_path, "activities", language=language, own="da")
    assert found.groupby("ages").size().min() >= 3
    assert len(found) >= 12
    assert found["harms"].map(len).eq(0).sum() >= 3
    assert found[["title", "text", "materials", "marker"]].notna().all(axis=None)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_quiz_of_a_new_study_is_easy_to_read(tmp_path, language: str) -> None:
    start_study(tmp_path)
    found = read_handbook(tmp_path, "quiz", language=language, own="da")
    assert len(found) >= 10
    assert found["right"].nunique() == 3
    told = ["\n".join([row.text, *row.choices, row.why]) for row in found.itertuples()]
    assert max(map(measure_lix, told)) <= 25
