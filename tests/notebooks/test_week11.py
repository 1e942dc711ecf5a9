"""The pack for week 11 on the made-up city: its theme is really there, its pages are eight and easy to read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.city import read_truth
from workbench.reports.blocks import MIMETYPE
from workbench.reports.schema import texts_of
from workbench.runs import ReportRun, run_report
from workbench.study import open_study
from workbench.wording import measure_lix

REFITS = {"topic_refits": 8}
# pages by what stands on them; fine print below a chart and for those who plan is not for children
FOR_CHILDREN = ("poster", "questions", "answers")


@pytest.fixture(scope="module")
def town(city_report: Any, city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the study with its quarterly report."""
    folder = tmp_path_factory.mktemp("week11") / "lillehavn"
    shutil.copytree(city_folder, folder)
    return folder


@pytest.fixture(scope="module")
def pack(town: Path) -> ReportRun:
    return run_report("week11", study=open_study(town), period="2025Q3", parameters=REFITS)


def blocks(made: ReportRun) -> list[dict[str, Any]]:
    notebook = json.loads((made.folder / "report.ipynb").read_text(encoding="utf-8"))
    return [block for cell in notebook["cells"] for out in cell.get("outputs", [])
            for block in out.get("data", {}).get(MIMETYPE, {}).get("blocks", [])]


def test_it_is_published_on_eight_pages(pack: ReportRun) -> None:
    from pypdf import PdfReader

    pages = [page.extract_text() for page in PdfReader(pack.folder / "report.pdf").pages]
    assert pack.pages == len(pages) == 8
    assert not any("Udkast" in page for page in pages)
    for page, said in enumerate(("Derfor foreslår vi", "Så mange af hundrede opslag", "Aktiviteter", "Flere aktiviteter", "Quiz",
                                 "Svar på quizzen", "Hvad synes du?", "Til jer derhjemme")):
        assert said in pages[page]


def test_the_theme_is_about_topics_of_the_young_that_were_planted(pack: ReportRun, town: Path) -> None:
    topics = pd.read_csv(town / "reports" / "lillehavn" / "2025Q3" / "quarterly" / "tables" / "topics.csv")
    themes = open_study(town).handbook("themes").set_index("title")
    title = next(b["content"]["title"] for b in blocks(pack) if b["kind"] == "cover").removeprefix("Uge 11: ")
    is_meant = topics["label"].str.casefold().map(lambda name: any(word in str(name) for word in themes.loc[title, "words"]))
    meant = topics[is_meant & topics["named_by"].eq("person")]
    truth = read_truth(town / "data" / "raw").topics.set_index("topic")
    # a topic is the planted one whose words it shares
    shared = [truth["words"].map(lambda own, found=set(words.split(", ")): len(found & set(own)))
              for words in meant["words"]]
    assert len(meant) >= 1
    assert truth["youth"].sum() == 6
    assert all(count.max() >= 1 and truth.loc[count.idxmax(), "youth"] for count in shared)


def test_the_chart_says_what_the_quarterly_report_says(pack: ReportRun, town: Path) -> None:
    drawn = pd.read_csv(pack.folder / "tables" / "for_children.csv")
    quarterly = town / "reports" / "lillehavn" / "2025Q3" / "quarterly" / "tables"
    speech = pd.read_csv(quarterly / "speech.csv")
    kind = speech[speech["code"].eq("recognition") & speech["row"].eq("share")]["share"].item()
    topics = pd.read_csv(quarterly / "topics.csv").set_index("label")["share"]
    label = drawn["what"][0].split(": ")[1]
    assert drawn["share"].tolist() == [topics[label], kind]
    assert drawn["of_100"].tolist() == [round(100 * topics[label]), round(100 * kind)]


def test_what_children_read_is_easy_and_what_parents_read_is_not_hard(pack: ReportRun) -> None:
    for block in blocks(pack):
        if block["kind"] in FOR_CHILDREN:
            assert measure_lix("\n".join(texts_of(dict(block["content"])))) <= 25, block["kind"]
    told = blocks(pack)
    start = next(n for n, b in enumerate(told) if b["content"].get("text") == "Til jer derhjemme")
    note = [b["content"]["text"] for b in told[start:] if b["kind"] in ("heading", "text")]
    assert len(note) >= 5
    assert measure_lix("\n".join(note)) <= 35


def test_a_person_chooses_another_theme_and_the_pages_stay_eight(town: Path) -> None:
    made = run_report("week11", study=open_study(town), period="2025Q3", language="en",
                      parameters={**REFITS, "theme": "clips"})
    assert made.pages == 8
    told = [text for block in blocks(made) for text in texts_of(dict(block["content"]))]
    assert "Week 11: Clips that hurt" in told
    assert any(text.startswith("A number on the theme: nobody has checked") for text in told)
    assert pd.read_csv(made.folder / "tables" / "for_children.csv")["what"].tolist() == ["have kind words for others"]
