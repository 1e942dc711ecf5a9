from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from tests.cards import CARD
from workbench.errors import CardError
from workbench.settings import CARD_FURTHER, CARD_QUESTIONS, format_card, read_card, read_mapping, read_settings
from workbench.starting import INSTALLED, start_study
from workbench.study import find_study, open_study


def card(folder: Path, text: str) -> Path:
    (folder / "source.toml").write_text(text, encoding="utf-8")
    return folder / "result.json"


def test_a_complete_card_is_read(tmp_path: Path) -> None:
    found = read_card(card(tmp_path, CARD))
    assert found.controller == "Lillehavn Kommune"
    assert found.source_id == tmp_path.name


def test_a_card_that_lacks_fields_is_refused_and_all_are_named(tmp_path: Path) -> None:
    lines = [line for line in CARD.splitlines() if not line.startswith(("purpose", "delete_by"))]
    with pytest.raises(CardError, match=r"missing: purpose, delete_by") as caught:
        read_card(card(tmp_path, "\n".join(lines)))
    assert "source.toml" in str(caught.value)


@pytest.mark.parametrize(("change", "words"), [
    (('access = "open"', 'access = "closed"'), "closed_basis"),
    (('access = "open"', 'access = "secret"'), "open, link, closed"),
    (("delete_by = 2027-09-30", 'delete_by = "soon"'), "date such as"),
    (('"none found"', '"found, not collected"'), "not to be collected"),
    (("collected_from = 2025-07-01", "collected_from = 2026-07-01"), "after collected_to"),
    (("purpose", "purpoze"), "unknown: purpoze"),
    (('purpose = "', 'purpose = '), "not valid TOML"),
])
def test_a_wrong_card_is_refused_with_what_to_correct(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    with pytest.raises(CardError, match=words):
        read_card(card(tmp_path, CARD.replace(*change)))


def test_a_missing_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CardError, match=r"no source\.toml"):
        read_card(tmp_path / "result.json")


def test_a_card_in_a_folder_above_counts(tmp_path: Path) -> None:
    card(tmp_path, CARD)
    (tmp_path / "chat").mkdir()
    assert read_card(tmp_path / "chat" / "result.json").source_id == tmp_path.name


@pytest.mark.parametrize(("change", "words"), [
    (("minimum_authors = 5", "minimum_authors = 4"), "not go below 5"),
    (('language = "da"', 'language = "de"'), "one of da, en"),
    (('name = ""', 'name = 7'), "name must be a str"),
    (('language = "da"', 'language = "da"\nmade_up = "no"'), "made_up must be true or false"),
])
def test_a_wrong_study_file_is_refused(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    start_study(tmp_path)
    path = tmp_path / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(CardError, match=words):
        read_settings(tmp_path)


def test_a_study_is_found_from_a_folder_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_STUDY", raising=False)
    start_study(tmp_path)
    assert find_study(tmp_path / "data" / "raw") == tmp_path.resolve()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert open_study().folder == tmp_path.resolve()
    monkeypatch.chdir("/")
    with pytest.raises(CardError, match="workbench init"):
        open_study()
    monkeypatch.setenv("WORKBENCH_STUDY", str(tmp_path))
    assert open_study(".").folder == tmp_path.resolve()


def test_init_never_overwrites_a_changed_file(tmp_path: Path) -> None:
    assert {what for _, what in start_study(tmp_path, name='Ny "By"')} == {"made"}
    assert read_settings(tmp_path).name == 'Ny "By"'
    changed = tmp_path / "notebooks" / "quarterly_report.ipynb"
    changed.write_text("mine", encoding="utf-8")
    assert dict(start_study(tmp_path))[changed] == "yours"
    (tmp_path / INSTALLED / changed.relative_to(tmp_path)).write_text("an older one", encoding="utf-8")
    again = dict(start_study(tmp_path))
    assert again[changed] == "beside"
    assert changed.read_text(encoding="utf-8") == "mine"
    assert changed.with_name("quarterly_report.ipynb.new").is_file()
    assert again[tmp_path / "study.toml"] == "yours"


def test_where_nothing_is_said_five_authors_and_three_arenas_are_needed(tmp_path: Path) -> None:
    start_study(tmp_path)
    path = tmp_path / "study.toml"
    said = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("minimum_")]
    path.write_text("\n".join(said), encoding="utf-8")
    settings = read_settings(tmp_path)
    assert (settings.minimum_authors, settings.minimum_arenas) == (5, 3)


def test_a_card_that_is_written_is_read_back_with_its_mapping(tmp_path: Path) -> None:
    given = tomllib.loads(CARD) | {"purpose": 'Citat: "viden", \\ og\ttal', "reason": "æøå"}
    mapping = {"platform": "forum", "separator": "\t", "columns": {"text": 'kol "1"', "time": "tid"}}
    path = card(tmp_path, format_card(given, mapping))
    found = read_card(path)
    assert {name: getattr(found, name) for name in given} == given
    assert read_mapping(path) == mapping
    assert read_mapping(card(tmp_path, CARD)) == {}
    with pytest.raises(CardError, match=r"mapping must be a section"):
        read_card(card(tmp_path, CARD + "mapping = 3\n"))
    with pytest.raises(CardError, match="cannot be printed"):
        format_card(given | {"purpose": "a\nb"})


def test_every_field_of_a_card_has_its_question(tmp_path: Path) -> None:
    asked = {*CARD_QUESTIONS, *CARD_FURTHER}
    assert asked == {f.name for f in fields(read_card(card(tmp_path, CARD)))} - {"source_id", "path"}
