"""The watch list of a month, made of the made-up city."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbench.runs import run_report
from workbench.study import open_study
from workbench.watching import read_watch_list, start_watch_list, write_watch_list


@pytest.fixture(scope="module")
def city(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watch") / "city"
    shutil.copytree(city_folder, folder, ignore=shutil.ignore_patterns("reports", "cache", "findings"))
    start_watch_list(folder, open_study(folder).corpus(), role="ssp-koordinator")
    watched = read_watch_list(folder)
    watched.loc[:1, "name"] = pd.array(["Havnens opslagstavle", "Byens loppemarked"], dtype="string")
    watched.loc[1, "access"] = "link"
    write_watch_list(folder, watched)
    return folder


def test_the_list_of_a_month_is_published_on_few_pages_with_the_names_that_people_wrote(city: Path) -> None:
    from pypdf import PdfReader

    result = run_report("watch", study=open_study(city), period="2025-08", parameters={"communities_runs": 10})
    assert result.pages <= 6
    assert not result.folder.name.endswith("-draft")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(result.folder / "report.pdf").pages).split())
    assert "Havnens opslagstavle" in text
    assert "Byens loppemarked" not in text
    assert "fik nyt navn" in text
    assert "august 2025" in text
    titles = set(open_study(city).corpus().arenas["title"].dropna())
    assert not [title for title in titles if title in text and title != "Havnens opslagstavle"]
    counted = pd.read_csv(result.folder / "tables" / "watched.csv")
    assert counted["arenas"].sum() == 40
