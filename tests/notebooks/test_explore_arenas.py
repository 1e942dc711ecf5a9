"""The walk through the arenas, on the city."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.notebooks.exploring import copy_study, faults_of, run_notebook, shown

from workbench.study import open_study


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = copy_study(city_folder, tmp_path_factory.mktemp("arenas"))
    return run_notebook("6_arenas", folder, folder.parent / "out.ipynb", refits=2, language="en", most=3)


def test_nothing_in_it_makes_a_reader_stumble(explored) -> None:
    assert faults_of(explored) == []


def test_every_arena_stands_in_the_list(explored, city_folder: Path) -> None:
    page = shown(explored, "listed = ")
    codes = set(open_study(city_folder).corpus(None, "2025Q3").arenas["arena_id"])
    assert codes == set(re.findall(r"<td>([A-Z]+-\d+)</td><td>(?:telegram|youtube)", page))


def test_it_shows_no_title(explored, city_folder: Path) -> None:
    titles = {t for t in open_study(city_folder).corpus("2025Q3").arenas["title"].dropna() if len(t) > 3}
    assert titles
    without_texts = re.sub(r"<article>.*?</article>", "", shown(explored), flags=re.DOTALL)
    assert [t for t in titles if t in without_texts] == []


@pytest.mark.parametrize("picture", ["plot_survival", "plot_network", "plot_concentration", "plot_volume"])
def test_each_picture_is_there_with_its_alt_text(explored, picture: str) -> None:
    assert re.search(r'<img alt="[^"]{20,}"', shown(explored, picture))
