from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from workbench.runs import ReportRun, run_report
from workbench.study import open_study


@pytest.fixture(scope="module")
def deck(city_report: ReportRun, city_folder: Path) -> ReportRun:
    return run_report("deck", study=open_study(city_folder), period="2025Q3", parameters={"topic_refits": 8})


def pages_of(deck: ReportRun) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(deck.folder / "report.pdf").pages]


def test_the_talk_is_twelve_slides_with_a_source_on_each_and_is_published(deck: ReportRun) -> None:
    assert (deck.pages, deck.is_draft) == (12, False)
    html = (deck.folder / "report.html").read_text(encoding="utf-8")
    assert html.count("<section>") == html.count('<aside class="notes"') == 12
    assert all("Kilde: " in page for page in pages_of(deck))


def test_its_numbers_are_those_of_the_quarterly_report(deck: ReportRun, city_report: ReportRun) -> None:
    for name in ("volume", "topics", "speech"):
        mine, theirs = (pd.read_csv(run.folder / "tables" / f"{name}.csv") for run in (deck, city_report))
        pd.testing.assert_frame_equal(mine, theirs)
    mine, theirs = (pd.read_csv(run.folder / "tables" / "facts.csv").set_index(["finding", "fact"])["value"]
                    for run in (deck, city_report))
    assert len(mine) > 20
    pd.testing.assert_series_equal(mine, theirs.loc[mine.index])


def test_shares_of_attacks_stand_with_their_interval_and_what_they_rest_on(deck: ReportRun) -> None:
    [slide] = [page for page in pages_of(deck) if page.startswith("Angreb og anerkendelse")]
    assert re.search(r"Andel af de [\d.]+ opslag .* anslået ud fra [\d.]+, som mennesker har læst", slide)
    assert "95-procents-interval" in slide
    notes = (deck.folder / "report.html").read_text(encoding="utf-8").split("Angreb og anerkendelse</h2>")[1]
    assert re.search(r"Usikkerhed: [\d,]+\spct\.\s*til\s[\d,]+\spct\.", notes.split("</aside>")[0])
