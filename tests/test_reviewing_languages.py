"""Names are asked for in the study's language and English, and stand in another where nobody wrote them in the one asked."""

from __future__ import annotations

import shutil
import tomllib
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from tests.reviews import SIGNED, propose, put, read, topic, word
from workbench.reviewing import read_events, read_review, write_review
from workbench.settings import LANGUAGES
from workbench.study import open_study
from workbench.tables.review import Review, foreign_languages

NAMES = (SIGNED + '[topics.K-001]\nwords = ["havn"]\ndecision = "approve"\nda = "Havnen"\nen = "The harbour"\n'
         'description_da = "Badning"\n[topics.K-002]\nwords = ["bus"]\ndecision = "approve"\nda = "Busser"\nsv = "Bussar"\n'
         '[words]\n"6-7" = { decision = "approve", da = "en joke", en = "a joke" }\n')


@pytest.mark.parametrize(("language", "names", "spoken"), [
    ("da", ["Havnen", "Busser"], ["da", "da", "da"]), ("en", ["The harbour", "Busser"], ["en", "da", "en"]),
    ("sv", ["Havnen", "Bussar"], ["da", "sv", "da"]), ("no", ["Havnen", "Busser"], ["da", "da", "da"])])
def test_a_name_that_was_not_translated_stands_in_the_language_of_the_study(tmp_path: Path, language: str, names: list[str],
                                                                           spoken: list[str]) -> None:
    put(tmp_path, NAMES)
    entries = read(tmp_path, language=language, languages=["da"])
    assert entries.loc[["K-001", "K-002"], "text"].tolist() == names
    assert entries.loc[["K-001", "K-002", "6-7"], "spoken"].tolist() == spoken
    assert entries.at["K-001", "description"] == "Badning"
    assert entries.at["6-7", "description"] == ("a joke" if language == "en" else "en joke")


def test_a_report_says_in_which_languages_its_names_were_left(tmp_path: Path) -> None:
    put(tmp_path, NAMES)
    read_in = {language: read_review(tmp_path, "2025Q3", language=language, languages=["da"]) for language in LANGUAGES}
    assert {language: foreign_languages(review) for language, review in read_in.items()} == {
        "da": [], "en": ["da"], "no": ["da"], "sv": ["da"]}
    old = read_in["da"].entries.drop(columns="spoken")
    assert foreign_languages(Review("2025Q3", "da", old)) == []


def test_a_study_reads_names_in_any_language_of_reports(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('name = "By"\nlanguage = "da"\ncontact = "x"\n')
    put(tmp_path, NAMES)
    review = open_study(tmp_path).review("2025Q3", language="sv")
    assert review.entries.set_index("key").at["K-002", "text"] == "Bussar"


@pytest.mark.parametrize(("language", "asked", "called"), [
    ("da", ["da", "en"], "dansk og engelsk"), ("en", ["en"], "English"), ("no", ["no", "en"], "norsk og engelsk"),
    ("sv", ["sv", "en"], "svenska och engelska")])
def test_names_are_asked_for_in_the_language_of_the_study_and_in_english(tmp_path: Path, language: str, asked: list[str],
                                                                       called: str) -> None:
    propose(tmp_path, topic("K-001", "havn", "bad"), word("6-7"))
    text = write_review(tmp_path, "2025Q3", language=language).path.read_text(encoding="utf-8")
    given = tomllib.loads(text)
    assert [field for field in given["words"]["6-7"] if field != "decision"] == asked
    assert [field for field in given["topics"]["K-001"] if field in LANGUAGES] == asked
    assert [f"description_{code}" for code in asked] == [f for f in given["topics"]["K-001"] if f.startswith("description")]
    assert f"  {', '.join(asked)}  " in text
    assert called in text
    assert "{" not in text.replace("= {", "")
    assert read(tmp_path, language=language)["decision"].isna().all()


def test_the_made_up_citys_editor_and_its_events_speak_every_language(tmp_path: Path) -> None:
    starter = files("workbench.starter")
    given = tomllib.loads((starter / "city-report.toml").read_text(encoding="utf-8"))
    entries = [entry for table in ("peaks", "recommendations", "follow_up", "vignettes") for entry in given[table]]
    for entry in [*entries, given["unknown"], given["focus"]]:
        spoken = {field.removesuffix("en") for field in entry if field == "en" or field.endswith("_en")}
        assert spoken
        assert [name + code for name in spoken for code in LANGUAGES if not entry.get(name + code)] == []
        assert all(len(entry[name + code]) == len(entry[f"{name}en"]) for name in spoken for code in LANGUAGES
                   if isinstance(entry[f"{name}en"], list))
    with as_file(starter / "city-events.csv") as path:
        shutil.copy(path, tmp_path / "events.csv")
    told = {code: read_events(tmp_path, language=code, languages=LANGUAGES)["label"].tolist() for code in LANGUAGES}
    assert {code: len(set(labels)) for code, labels in told.items()} == dict.fromkeys(LANGUAGES, 5)
    assert told["sv"][0] == "En av stadens grupper stänger"
