"""The walk through attacks, hate and recognition, on the city: coded, and with nothing coded."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest
from tests.notebooks.exploring import copy_study, faults_of, run_notebook, shown

from workbench.study import open_study
from workbench.wording import open_wording

PICTURES = ("plot_speech(", "plot_speech_parts", "plot_targets(targets", "plot_mentions", "plot_targets(grounds", "plot_lift")


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = copy_study(city_folder, tmp_path_factory.mktemp("speech"))
    return run_notebook("4_speech", folder, folder.parent / "out.ipynb", refits=2, language="en", most=3)


@pytest.fixture(scope="module")
def uncoded(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = copy_study(city_folder, tmp_path_factory.mktemp("uncoded"))
    shutil.rmtree(folder / "coding")
    return run_notebook("4_speech", folder, folder.parent / "out.ipynb", refits=2)


def test_nothing_in_it_makes_a_reader_stumble(explored, uncoded) -> None:
    assert faults_of(explored) == []
    assert faults_of(uncoded) == []


@pytest.mark.parametrize("picture", PICTURES)
def test_each_picture_is_there_with_its_alt_text(explored, picture: str) -> None:
    page = shown(explored, picture)
    assert re.search(r'<img alt="[^"]{20,}"', page)


def test_the_texts_of_mistakes_are_shown_in_full_and_covered(explored, city_folder: Path) -> None:
    page = shown(explored, "is_false_alarm")
    covers = re.findall(r'<details class="wb-cover"><summary>.*?</summary><div class="wb-text"[^>]*>(.*?)</div></details>',
                        page, re.DOTALL)
    read = {html.unescape(re.sub("</?mark>", "", text)) for text in covers}
    assert read
    assert read <= set(open_study(city_folder).corpus("2025Q3").posts["text"].dropna())


def test_where_nothing_is_coded_it_says_what_to_do_and_goes_on_to_the_end(uncoded) -> None:
    todo = open_wording("da").say("lab.step.sample", period="2025Q3")
    assert html.escape(todo) in shown(uncoded, "show_progress")
    assert shown(uncoded, "plot_lift")
    assert open_wording("da").say("unsaid.not_audited") in html.unescape(shown(uncoded, "describe_agreement"))
