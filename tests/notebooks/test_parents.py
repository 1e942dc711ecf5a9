"""The parents' sheet of the made-up city: two pages, in Danish and in Arabic, with the numbers of the report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbench.runs import run_report
from workbench.study import open_study


@pytest.fixture(scope="module")
def town(city_folder: Path, city_report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the city with its published report, whose Arabic sheet somebody has read."""
    folder = tmp_path_factory.mktemp("parents") / "lillehavn"
    shutil.copytree(city_folder, folder)
    settings = folder / "study.toml"
    settings.write_text('native_readers = ["ar"]\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_the_sheet_is_published_on_two_pages_with_the_numbers_of_the_report(town: Path, city_report) -> None:
    made = run_report("parents", study=open_study(town), period="2025Q3")
    assert (made.pages, made.is_draft) == (2, False)
    sheet, report = (pd.read_csv(folder / "tables" / "facts.csv", dtype=str).set_index(["finding", "fact"])["value"]
                     for folder in (made.folder, city_report.folder))
    assert len(sheet) > 5
    assert sheet.to_dict() == {key: report[key] for key in sheet.index}
    page = (made.folder / "report.html").read_text(encoding="utf-8")
    assert "De fleste børn har det godt på nettet" in page


def test_the_arabic_sheet_runs_from_the_right_and_is_published_once_it_was_read(town: Path) -> None:
    made = run_report("parents", study=open_study(town), period="2025Q3", language="ar")
    assert (made.pages, made.is_draft) == (2, False)
    assert '<html lang="ar" dir="rtl">' in (made.folder / "report.html").read_text(encoding="utf-8")
    assert json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))["draft"] is False
