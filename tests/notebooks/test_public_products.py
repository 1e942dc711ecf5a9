"""Claims, digest and the page about the monitoring, each made on the made-up city: its numbers, its form, its words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbench.reports.website import MOST_WORDS, count_words
from workbench.runs import ReportRun, run_report
from workbench.study import open_study


@pytest.fixture(scope="module")
def month_first(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportRun:
    """The claims of September, before any report of the quarter was published."""
    folder = tmp_path_factory.mktemp("claims") / "lillehavn"
    shutil.copytree(city_folder, folder, ignore=shutil.ignore_patterns("reports", "findings"))
    return run_report("claims", study=open_study(folder), period="2025-09")


@pytest.fixture(scope="module")
def after(city_folder: Path, city_report: ReportRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the study in which the quarterly report is out."""
    folder = tmp_path_factory.mktemp("public") / "lillehavn"
    shutil.copytree(city_folder, folder)
    assert not city_report.is_draft
    return folder


def test_the_sheet_of_claims_tells_the_planted_rumour_with_its_planted_numbers(month_first, city_folder) -> None:
    true = json.loads((city_folder / "data" / "raw" / "truth.json").read_text(encoding="utf-8"))["rumour"]
    assert (month_first.is_draft, month_first.pages) == (False, 1)
    row = pd.read_csv(month_first.folder / "tables" / "claims.csv").dropna(subset=["title"]).iloc[0]
    assert (row["arenas"], row["platforms"]) == (len(true["arenas"]), 2)
    assert (row["hours"], row["status"]) == (true["hours"], "refuted")
    assert row["hours_to_response"] == pytest.approx(true["minutes"] / 60, abs=0.05)
    page = (month_first.folder / "report.html").read_text(encoding="utf-8").lower()
    assert not any(word in page for word in ("ænderne", "har i hørt"))


def test_the_digest_has_the_numbers_of_the_quarterly_report_in_150_words(after: Path, city_report: ReportRun) -> None:
    made = run_report("digest", study=open_study(after), period="2025Q3", parameters={"topic_refits": 8})
    assert (made.is_draft, made.pages) == (False, 1)
    notebook = json.loads((made.folder / "report.ipynb").read_text(encoding="utf-8"))
    sections = [o["data"]["application/vnd.workbench.block+json"] for c in notebook["cells"] for o in c.get("outputs", [])
                if "application/vnd.workbench.block+json" in o["data"]]
    blocks = [block for section in sections for block in section["blocks"]]
    assert 60 < count_words(blocks, language="da") <= MOST_WORDS
    assert [b["kind"] for b in blocks].count("figure") == 1
    assert sum(b["kind"] == "finding" for b in blocks) >= 3
    by = ["finding", "period", "fact"]
    own, whole = (pd.read_csv(folder / "tables" / "facts.csv") for folder in (made.folder, city_report.folder))
    both = own.merge(whole, on=by, suffixes=("", "_whole"))
    assert len(both) == len(own) > 20
    assert both["value"].equals(both["value_whole"])
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"fragment.html", "fragment.md"} <= set(manifest["files"])


def test_the_public_page_fits_two_pages_in_both_languages(after: Path) -> None:
    for language, words in (("da", "Hvad vi aldrig gør"), ("en", "What we never do")):
        made = run_report("about", study=open_study(after), period="2025Q3", language=language)
        assert not made.is_draft
        assert made.pages <= 2
        page = (made.folder / "report.html").read_text(encoding="utf-8")
        assert words in page
        assert not any(name in page for name in ("telegram-desktop", "youtube-comments", "source_id"))
