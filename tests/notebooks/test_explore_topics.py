from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from tests.notebooks.exploring import faults_of, run_notebook, shown

from workbench import open_study


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """The notebook, run on the made-up city, and the study's files before and after."""
    before = {p: p.stat().st_mtime_ns for p in city_folder.rglob("*") if p.is_file()}
    notebook = run_notebook("2_topics", city_folder, tmp_path_factory.mktemp("explored") / "out.ipynb", refits=4)
    after = {p: p.stat().st_mtime_ns for p in city_folder.rglob("*") if p.is_file()}
    return notebook, before, after


def test_nothing_in_it_makes_a_reader_stumble(explored) -> None:
    assert faults_of(explored[0]) == []


def test_every_cell_shows_what_it_promises(explored) -> None:
    notebook = explored[0]
    assert "K-001" in shown(notebook, "register_topics")
    for column in ("coverage", "npmi", "diversity", "stability", "inclusion", "is_trusted", "platform: telegram", "language: da"):
        assert column in shown(notebook, "measure_quality")
    assert "confidence" in shown(notebook, "show_posts")
    assert "kept" in shown(notebook, "match_topics")
    assert "A name of my own" in shown(notebook, "read_bertopic")
    assert "first_seen" in shown(notebook, "find_new_words")


def test_posts_are_shown_in_full_and_covered(explored, city_folder: Path) -> None:
    page = shown(explored[0], "show_posts")
    covers = re.findall(r'<details class="wb-cover"><summary>.*?</summary><div class="wb-text"[^>]*>(.*?)</div></details>',
                        page, re.DOTALL)
    texts = [html.unescape(re.sub("</?mark>", "", text)) for text in covers]
    written = set(open_study(city_folder).corpus(None, "2025Q3").posts["text"].dropna())
    assert len(texts) >= 10
    assert set(texts) <= written
    assert max(map(len, texts)) > 50  # where pandas cuts
    assert "Advarsel om indholdet" in page  # in the language of the study


def test_a_merge_is_tried_out_without_a_decision_in_the_review(explored) -> None:
    codes = {call: set(re.findall(r"<td>(K-\d+)</td>", shown(explored[0], call)))
             for call in ("name_topics", "merge_topics")}
    assert codes["name_topics"] - codes["merge_topics"] >= {"K-002"}
    assert "K-001" in codes["merge_topics"]


@pytest.mark.parametrize(("picture", "says"), [("draw_map", "som emnerne rummer"), ("draw_themes", "Mest ens i ordene")])
def test_the_pictures_say_their_finding_and_need_no_network(explored, picture: str, says: str) -> None:
    text = shown(explored[0], picture)
    assert len(text) > 1_000_000  # plotly itself is in it
    assert says in text
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)\s*=\s*[\"']?https?:", text)


@pytest.mark.parametrize("chart", ["plot_topics", "plot_topic_weeks"])
def test_the_charts_are_in_the_language_of_the_study(explored, chart: str) -> None:
    assert "3. kvartal 2025" in shown(explored[0], chart)


def test_exploring_changes_nothing_in_the_study(explored) -> None:
    _, before, after = explored
    assert {p.name for p in after if p not in before or after[p] != before[p]} == set()
