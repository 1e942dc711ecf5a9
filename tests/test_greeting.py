from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.greeting import latest_quarter, quarter_before
from workbench.settings import LANGUAGES
from workbench.starting import start_study
from workbench.study import open_study
from workbench.wording import open_wording


def words(page: str) -> str:
    """What a person reads of a page."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_a_study_says_which_it_is_and_what_was_imported(city_folder: Path) -> None:
    study = open_study(city_folder)
    posts = len(study.corpus().posts)
    said = words(study._repr_html_())
    assert said.startswith(f"Lillehavn: Der er hentet {open_wording('da').number(posts)} opslag ind fra Telegram og "
                           "YouTube, fra 3. kvartal 2024 til 3. kvartal 2025.")
    assert open_wording("da").say("report.made_up") in said
    assert "wb-warning" not in study._repr_html_().partition("</style>")[2]


def test_the_latest_quarter_is_that_of_the_last_post(city_folder: Path, tmp_path: Path) -> None:
    last = open_study(city_folder).corpus().posts["posted_at"].max()
    assert open_study(city_folder).latest == f"{last.year}Q{last.quarter}" == "2025Q3"
    assert latest_quarter(tmp_path) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_study_says_kindly_what_to_do(tmp_path: Path, language: str) -> None:
    start_study(tmp_path, name="<Odense>")
    path = tmp_path / "study.toml"
    path.write_text(re.sub(r'\nlanguage = "\w+"', f'\nlanguage = "{language}"', path.read_text("utf-8")), "utf-8")
    page = open_study(tmp_path)._repr_html_()
    assert "<Odense>" not in page
    assert 'class="wb-warning"' in page
    assert "<code>workbench add " in page
    assert "<code>workbench init " in page
    assert "study_folder" in words(page)


def test_the_quarter_before_is_the_last_one_imported_before_it_and_itself_where_there_is_none(city_folder: Path) -> None:
    study = open_study(city_folder)
    assert study.quarter_before("2025Q3") == "2025Q2"
    assert study.quarter_before("2027Q1") == "2025Q3"
    first = min(f"{day.year}Q{day.quarter}" for day in study.corpus().posts["posted_at"].dropna())
    assert study.quarter_before(first) == first
    assert quarter_before(city_folder / "nowhere", "2025Q3") == "2025Q3"
