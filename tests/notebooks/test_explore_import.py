from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.notebooks.exploring import faults_of, run_notebook, shown

from workbench.study import open_study


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """The notebook, run on the made-up city, and the study's files before and after."""
    before = {p: p.stat().st_mtime_ns for p in city_folder.rglob("*") if p.is_file()}
    notebook = run_notebook("1_import", city_folder, tmp_path_factory.mktemp("explored") / "out.ipynb")
    after = {p: p.stat().st_mtime_ns for p in city_folder.rglob("*") if p.is_file()}
    return notebook, before, after


def test_nothing_in_it_makes_a_reader_stumble(explored) -> None:
    assert faults_of(explored[0]) == []


def test_it_says_which_study_it_is_and_shows_every_source_and_file(explored, city_folder: Path) -> None:
    assert "Lillehavn: Der er hentet" in shown(explored[0], "open_study")
    cards = shown(explored[0], "list_cards")
    assert all(card.name in cards for card in (city_folder / "data" / "raw").iterdir() if (card / "source.toml").exists())
    files = sum(1 for _ in re.finditer("<tr>", shown(explored[0], "load_ledger")))
    assert files > 100


def test_posts_of_two_tools_are_told_once_with_the_pair_that_holds_them(explored) -> None:
    assert "telegram-desktop-2025q2" in shown(explored[0], "describe_overlap")


def test_days_redaction_places_and_posts_are_shown_in_the_language_of_the_study(explored) -> None:
    notebook = explored[0]
    assert "Arenaer med opslag:" in shown(notebook, "show_days")
    assert "<svg" in shown(notebook, "show_days")
    assert "<mark>[" in shown(notebook, "show_redaction")
    assert "Advarsel om indholdet" in shown(notebook, "show_posts")
    assert "Ændrede opslag" in shown(notebook, "show_versions")
    assert "skole" in shown(notebook, "keyword").casefold()


def test_exploring_changes_nothing_in_the_study(explored) -> None:
    _, before, after = explored
    assert {p.name for p in after if p not in before or after[p] != before[p]} == set()


def test_it_shows_no_title_of_an_arena(explored, city_folder: Path) -> None:
    notebook = explored[0]
    titles = {t for t in open_study(city_folder).corpus().arenas["title"].dropna() if len(t) > 12}
    page = "".join(shown(notebook, call) for call in ("list_cards", "describe_overlap", "corpus.joins", "gaps"))
    assert titles
    assert [t for t in titles if t in page] == []
