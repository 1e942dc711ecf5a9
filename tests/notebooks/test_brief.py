"""The monthly brief on the made-up city: two pages, plain words, the numbers of its quarter, and what is missing said."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pypdf import PdfReader

from workbench.findings import measure_speech_peaks
from workbench.reports.blocks import MIMETYPE
from workbench.reports.schema import texts_of
from workbench.runs import ReportRun, run_report
from workbench.study import open_study
from workbench.wording import measure_lix, open_wording


@pytest.fixture(scope="module")
def town(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("brief") / "lillehavn"
    shutil.copytree(city_folder, folder)
    return folder


@pytest.fixture(scope="module")
def brief(town: Path) -> ReportRun:
    return run_report("brief", study=open_study(town), period="2025-08")


def blocks(made: ReportRun) -> list[dict[str, Any]]:
    notebook = json.loads((made.folder / "report.ipynb").read_text(encoding="utf-8"))
    return [block for cell in notebook["cells"] for out in cell.get("outputs", [])
            for block in out.get("data", {}).get(MIMETYPE, {}).get("blocks", [])]


def headings(made: ReportRun) -> list[str]:
    return [b["content"].get("text") or b["content"]["heading"] for b in blocks(made) if b["kind"] in ("heading", "summary")]


def test_it_is_published_on_two_pages_with_all_its_parts(brief: ReportRun) -> None:
    pages = [page.extract_text() for page in PdfReader(brief.folder / "report.pdf").pages]
    assert brief.pages == len(pages) == 2
    assert not any("Udkast" in page for page in pages)
    assert "Gælder til og med 30. september 2025" in pages[0]
    wording = open_wording("da")
    wanted = [wording.say(f"brief.{part}") for part in ("things", "chart", "words", "platforms", "questions", "activity",
                                                        "law", "episodes", "help")]
    found = headings(brief)
    assert [part for part in found if part in wanted] == found
    assert set(wanted) == set(found)
    assert "116 111" in pages[1]


def test_what_stands_out_chooses_what_is_asked_and_done(brief: ReportRun) -> None:
    told = blocks(brief)
    at = next(n for n, b in enumerate(told) if b["content"].get("text") == "Spørg de unge")
    assert told[at + 1]["content"]["items"][0].startswith("Hvornår har du sidst troet på noget")  # misinformation
    assert len(told[at + 1]["content"]["items"]) == 3
    [summary] = [b["content"] for b in told if b["kind"] == "summary"]
    assert len(summary["items"]) == 3
    assert [bool(i["arrow"]) for i in summary["items"] if i["key"] in ("peaks", "speech_peaks", "hours")].count(False) == 0


def test_a_week_has_the_number_that_its_quarter_tells(brief: ReportRun, town: Path) -> None:
    study = open_study(town)
    corpus, speech = study.corpus(None, "2025Q3"), study.speech("2025Q3")
    whole = measure_speech_peaks(corpus, speech, study.score_speech(corpus, speech), quarter="2025Q3").data
    drawn = pd.read_csv(brief.folder / "tables" / "recent_weeks.csv").dropna(subset=["posts"])
    attacks = drawn[drawn["series"].eq("Angreb")].set_index("week")["posts"]
    wanted = whole[whole["code"].eq("attack")].set_index("week")["posts"]
    assert len(attacks) >= 6
    assert attacks.tolist() == wanted.reindex(attacks.index).tolist()
    facts = pd.read_csv(brief.folder / "tables" / "facts.csv")
    assert set(facts["period"]) == {"2025-08"}


def test_its_words_are_plain_and_speak_of_no_model_and_no_number_of_a_topic(brief: ReportRun) -> None:
    texts = [text for b in blocks(brief) if b["kind"] not in ("contacts", "cover") for text in texts_of(dict(b["content"]))]
    assert measure_lix("\n".join(texts)) <= 35
    said = " ".join(texts)
    assert not re.search(r"K-\d{3}|topic|emnemodel|embedding|Leiden|p =|harm\.", said)


def test_without_a_handbook_and_a_past_it_says_what_is_missing_and_makes_the_rest(town: Path) -> None:
    shutil.rmtree(town / "handbook")
    made = run_report("brief", study=open_study(town), period="2024-08", language="en")
    assert made.pages == 2
    said = " ".join(text for b in blocks(made) for text in texts_of(dict(b["content"])))
    for missing in ("Nobody has written new words down", "Nobody has written down whether platforms", "Nobody has written "
                    "questions down", "Nobody has written down what the law says", "The network has written nothing down"):
        assert missing in said
    [unknown] = [b["content"]["unknown"] for b in blocks(made) if b["kind"] == "summary"]
    assert len(unknown) == 2
    assert "In August 2024," in said
