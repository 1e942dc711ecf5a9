"""The texts that every study begins with: enough of them, for every type of harm, in plain words, and nobody in them."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.handbook.test_reading import write
from workbench.errors import CardError
from workbench.handbook import read_handbook
from workbench.reviewing.flags import points_to_person
from workbench.speech import load_codebook
from workbench.starting import start_study
from workbench.wording import measure_lix

IDS = ["acute", "police", "hotline", "online-patrol", "sletdet", "bornetelefonen", "foraeldretelefonen", "cyberhus",
       "livslinien", "ssp"]
EPISODE = """[[episode]]
id = "gruppe"
month = "2025-08"
tone = "positive"
da = "En gruppe blev lukket af de unge selv."
writer = "klubmedarbejder"
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    start_study(folder, is_city=True)
    return folder


@pytest.fixture(scope="module")
def harms(city) -> set[str]:
    return {code.key for code in load_codebook(city).of("harm")}


def test_the_help_lines_are_those_that_a_plan_may_name(city) -> None:
    lines = read_handbook(city, "help_lines", language="da").set_index("id")
    assert lines.index.tolist() == IDS
    assert lines["phone"].dropna().to_dict() == {
        "acute": "112", "police": "114", "hotline": "41 74 90 90", "bornetelefonen": "116 111",
        "foraeldretelefonen": "35 55 55 57", "livslinien": "70 201 201"}
    assert lines.loc["hotline", "hours"] == "alle dage kl. 8–22"


@pytest.mark.parametrize("name", ["help_lines", "questions", "law", "activities"])
def test_harms_are_those_of_the_codebook_and_each_has_a_question_and_a_line(city, harms, name: str) -> None:
    used = Counter(harm for entry in read_handbook(city, name, language="da")["harms"] for harm in entry)
    assert set(used) <= harms
    if name in ("questions", "law"):
        assert set(used) == harms


def test_there_are_enough_questions_without_a_harm_for_two_months_in_a_row(city) -> None:
    free = read_handbook(city, "questions", language="da")["harms"].str.len().eq(0)
    assert free.sum() >= 6


@pytest.mark.parametrize(("name", "columns"), [
    ("help_lines", ["text"]), ("questions", ["text"]), ("law", ["title", "text"]), ("glossary", ["meaning", "innocent"]),
    ("platforms", ["text"]), ("episodes", ["text"])])
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_texts_are_plain_and_none_is_left_in_the_other_language(city, name: str, columns, language: str) -> None:
    told, other = (read_handbook(city, name, language=code)[columns] for code in (language, "en" if language == "da" else "da"))
    assert len(told) > 0
    assert (told != other).all(axis=None)
    assert measure_lix(" ".join(told.to_numpy().ravel())) <= 40


def test_an_episode_that_could_lead_to_somebody_is_refused_with_its_line_and_without_the_words(tmp_path) -> None:
    read_handbook(write(tmp_path, EPISODE, "episodes.toml"), "episodes", language="da")
    for told in ("Kirsten lukkede gruppen.", "Den hed @byensbedste.", "Ring til 20 30 40 50.", "Se t.me/gruppen.",
                 "Skriv til hej@by.dk.", "Det var lukas_92."):
        with pytest.raises(CardError, match=r"episodes.toml, line 5: da seems to hold a name, a handle") as refused:
            read_handbook(write(tmp_path, EPISODE.replace("En gruppe blev lukket af de unge selv.", told),
                                "episodes.toml"), "episodes", language="da")
        assert told.split()[0] not in str(refused.value)


@pytest.mark.parametrize("text", ["I august lukkede klubben.", "In August 2025 the club closed.", "Politiet kom klokken 20.",
                                  "SSP og Red Barnet hjalp.", "Line op til kampen."])
def test_ordinary_words_months_and_years_lead_to_nobody(text: str) -> None:
    assert not points_to_person(text)
