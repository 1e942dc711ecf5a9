from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest


@pytest.fixture(scope="module")
def explored(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """The notebook, run on the made-up city, and the study's files before and after."""
    import papermill

    before = {p: p.stat().st_mtime_ns for p in city_folder.rglob("*") if p.is_file()}
    out = tmp_path_factory.mktemp("explored") / "topics.ipynb"
    papermill.execute_notebook(
        str(city_folder / "notebooks" / "explore" / "topics.ipynb"), str(out), progress_bar=False, log_output=False,
        parameters={"study_folder": str(city_folder), "refits": 4, "most_posts": 400})
    after = {p: p.stat().st_mtime_ns for p in city_folder.rglob("*") if p.is_file()}
    return nbformat.read(out, as_version=4), before, after


def outputs(notebook, source: str) -> str:
    cell = next(c for c in notebook.cells if c.cell_type == "code" and source in c.source)
    return "".join(o.data.get("text/html", "") for o in cell.outputs if "data" in o)


def test_every_cell_shows_what_it_promises(explored) -> None:
    notebook, _, _ = explored
    assert "K-001" in outputs(notebook, "register_topics")
    for column in ("coverage", "npmi", "diversity", "stability", "inclusion", "is_trusted", "platform: telegram", "language: da"):
        assert column in outputs(notebook, "measure_quality")
    assert "confidence" in outputs(notebook, "show_posts")
    assert "first_seen" in outputs(notebook, "find_new_words")


def test_posts_are_shown_in_full_and_covered(explored, city_folder: Path) -> None:
    import html

    from workbench import open_study

    page = outputs(explored[0], "show_posts")
    covers = re.findall(r'<details class="wb-cover"><summary>.*?</summary><div class="wb-text"[^>]*>(.*?)</div></details>',
                        page, re.DOTALL)
    shown = [html.unescape(re.sub("</?mark>", "", text)) for text in covers]
    written = set(open_study(city_folder).corpus(None, "2025Q3").posts["text"].dropna())
    assert len(shown) > 10
    assert set(shown) <= written
    assert max(map(len, shown)) > 50  # where pandas cuts
    assert "Advarsel om indholdet" in page  # in the language of the study


@pytest.mark.parametrize("picture", ["draw_map", "draw_over_time", "draw_themes"])
def test_the_pictures_need_no_network(explored, picture: str) -> None:
    text = outputs(explored[0], picture)
    assert len(text) > 1_000_000  # plotly itself is in it
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)\s*=\s*[\"']?https?:", text)


def test_exploring_changes_nothing_in_the_study(explored) -> None:
    _, before, after = explored
    assert {p.name for p in after if p not in before or after[p] != before[p]} == set()
