from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import CardError
from workbench.handbook import read_handbook
from workbench.starting import start_study
from workbench.week11 import choose_activities, choose_lines, choose_quiz
from workbench.week11.choosing import AGES
from workbench.wording import measure_lix

GOOD = {"harms": []}


@pytest.fixture(scope="module", params=["da", "en"])
def handbook(request, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("study")
    start_study(folder)
    return {name: read_handbook(folder, name, language=request.param, own="da")
            for name in ("themes", "activities", "quiz", "help_lines")}


def test_every_theme_has_five_activities_for_all_ages_and_one_of_them_about_the_good(handbook) -> None:
    for theme in handbook["themes"].to_dict("records"):
        found = choose_activities(handbook["activities"], theme)
        assert len(found) == 5
        assert found["id"].is_unique
        assert found["ages"].drop_duplicates().tolist() == list(AGES)
        assert found["harms"].map(len).eq(0).any()


def test_activities_and_questions_that_share_a_harm_with_the_theme_go_first(handbook) -> None:
    theme = {"harms": ["harm.misinformation"]}
    found = choose_activities(handbook["activities"], theme)
    assert found["harms"].map(lambda own: "harm.misinformation" in own).sum() == 4
    quiz = choose_quiz(handbook["quiz"], theme)
    assert quiz["id"].head(2).tolist() == ["is-it-true", "many-likes"]
    assert "is-it-true" not in set(choose_quiz(handbook["quiz"], {"harms": ["harm.bullying"]}, count=3)["id"])


def test_a_band_without_activity_and_a_handbook_without_the_good_are_refused(handbook) -> None:
    activities = handbook["activities"]
    with pytest.raises(CardError, match="no activity for the ages 10-12, 16-18"):
        choose_activities(activities[activities["ages"].isin(["6-9", "13-15"])], GOOD)
    with pytest.raises(CardError, match="has no harms"):
        choose_activities(activities[activities["harms"].map(len).gt(0)], GOOD)


def test_a_question_that_is_too_hard_for_children_is_refused_by_its_id(handbook) -> None:
    hard = handbook["quiz"].copy()
    hard.loc[0, "text"] = ("Hvilke forholdsregler iagttager en ansvarlig internetbruger sædvanligvis forud for "
                           "offentliggørelse af billedmateriale med genkendelige enkeltpersoner")
    with pytest.raises(CardError, match=r"quiz.toml: ask-first is too hard to read for children: LIX above 25"):
        choose_quiz(hard, {"harms": ["harm.exposure"]})
    with pytest.raises(CardError, match="has 3 questions, and a quiz has 6"):
        choose_quiz(handbook["quiz"].head(3), GOOD)


def test_themes_are_easy_to_read_for_children_and_their_notes_for_parents(handbook) -> None:
    for theme in handbook["themes"].to_dict("records"):
        assert measure_lix(f"{theme['title']}\n{theme['message']}\n{theme['call']}") <= 25
        assert measure_lix(theme["parents"]) <= 35


def test_help_lines_for_parents_go_before_those_for_children_and_others_are_left_out() -> None:
    lines = pd.DataFrame({"id": list("abcd"), "audience": [["professionals"], ["acute"], ["children"],
                                                           ["professionals", "parents"]]})
    assert choose_lines(lines)["id"].tolist() == ["d", "c", "b"]
    assert choose_lines(lines, most=1)["id"].tolist() == ["d"]
    assert choose_lines(lines.head(0)).empty
