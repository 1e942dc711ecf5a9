"""The walk from a measured number to a released one, on the city."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.notebooks.exploring import copy_study, faults_of, run_notebook, shown

from workbench.wording import open_wording


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = copy_study(city_folder, tmp_path_factory.mktemp("findings"))
    return folder, run_notebook("5_findings", folder, folder.parent / "out.ipynb", refits=2, language="en")


def test_nothing_in_it_makes_a_reader_stumble(explored) -> None:
    assert faults_of(explored[1]) == []


def test_it_says_what_was_released_and_what_not(explored) -> None:
    wording = open_wording("en")
    assert wording.say("explore.not_released") in shown(explored[1], "measure_platforms")
    assert wording.say("explore.not_released") not in shown(explored[1], "study.release")
    assert "Passed the gate." in shown(explored[1], "study.release")


def test_exploring_leaves_the_ledger_as_it_was(explored) -> None:
    folder, _ = explored
    assert not (folder / "data" / "processed" / "findings").exists()


def test_what_would_be_hidden_stands_with_its_reason(explored) -> None:
    page = shown(explored[1], "further = ")
    assert re.search(r"<td>(?:few authors|few arenas|one author|one arena|tells another)</td>", page)


def test_a_chart_and_a_table_are_kept_with_their_numbers(explored) -> None:
    kept = {path.name for path in (explored[0] / "data" / "processed" / "explore").iterdir()}
    assert kept == {"volume.svg", "volume.png", "volume.csv", "platforms.xlsx"}


@pytest.mark.parametrize("picture", ["plot_volume", "plot_peaks"])
def test_each_picture_is_there_with_its_alt_text(explored, picture: str) -> None:
    assert re.search(r'<img alt="[^"]{20,}"', shown(explored[1], picture))
