"""The manual as a person opens it: made once, without pictures."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from sphinx.errors import SphinxError

from manual.building import build_html
from manual.checking import find_broken_links
from manual.names import list_names, list_rooms
from workbench.wording import open_wording


def shown(path: Path) -> str:
    """Return the text of a page."""
    body = path.read_text(encoding="utf-8").split("<article", 1)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


def test_every_public_name_has_a_page_that_tells_how_it_is_called_and_what_it_does(site: Path) -> None:
    for name in list_names():
        page = site / f"{name.page}.html"
        assert f'id="{name.module}.{name.name}"' in page.read_text(encoding="utf-8"), name
        # links and marks of docstrings are gone, so words are compared
        told = re.findall(r"\w+", name.summary)
        assert told == [word for word in told if word in re.findall(r"\w+", shown(page))], name


def test_a_room_links_to_each_of_its_names(site: Path) -> None:
    for room, names in list_rooms().items():
        text = (site / "api" / f"{room}.html").read_text(encoding="utf-8")
        assert [name.name for name in names if f'href="{name.module}.{name.name}.html"' not in text] == [], room


def test_types_in_signatures_and_names_in_docstrings_lead_to_their_pages(site: Path) -> None:
    text = (site / "api" / "workbench.findings.measure_volume.html").read_text(encoding="utf-8")
    assert 'href="workbench.tables.posts.Corpus.html#workbench.tables.posts.Corpus"' in text
    assert 'href="workbench.findings.choose_span.html#workbench.findings.choose_span"' in text
    # of another room, named without its path
    chart = (site / "api" / "workbench.charts.plot_volume.html").read_text(encoding="utf-8")
    assert 'href="workbench.findings.measure_volume.html#workbench.findings.measure_volume"' in chart


def test_a_name_leads_to_its_source_in_the_folder_of_the_manual(site: Path) -> None:
    text = (site / "api" / "workbench.findings.measure_volume.html").read_text(encoding="utf-8")
    assert 'href="../_modules/workbench/findings/volume.html#measure_volume"' in text
    assert "src/workbench/findings/volume.py" in shown(site / "api" / "workbench.findings.measure_volume.html")
    assert 'id="measure_volume"' in (site / "_modules/workbench/findings/volume.html").read_text(encoding="utf-8")


def test_a_metric_prints_the_text_that_reports_print(site: Path) -> None:
    page = shown(site / "metrics" / "M24.html")
    for language in ("en", "da", "sv", "no"):
        assert " ".join(open_wording(language).messages["method.survival"].split()) in page, language


def test_links_are_whole_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert find_broken_links(site) == []


def test_the_search_finds_names_commands_and_metrics(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    for word in ("measure_volume", "plot_volume", "M24: Survival of arenas", "workbench speech draw"):
        assert word in index


def test_headings_of_the_navigation_have_a_level_and_signatures_are_no_lists(site: Path) -> None:
    text = (site / "api" / "workbench.findings.measure_volume.html").read_text(encoding="utf-8")
    assert 'role="heading" aria-level="2"' in text
    assert 'role="heading">' not in text
    assert '<span class="sig-lines">' in text
    assert "<dl>" not in text


@pytest.mark.parametrize(("text", "said"), [
    ("# Page\n\n[nowhere](nowhere.md)\n", "nowhere"),
    ("# Page\n\n```{eval-rst}\n.. autofunction:: workbench.findings.measure_nothing\n```\n", "measure_nothing"),
])
def test_a_page_with_a_warning_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text(text)
    with pytest.raises(SphinxError):
        build_html(tmp_path / "pages", tmp_path / "html")
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("body", "said"), [
    ('<a href="gone.html">x</a>', "there is no such file"),
    ('<a href="other.html#gone">x</a>', "there is no such place"),
    ('<a href="#gone">x</a>', "there is no such place"),
    ('<img src="gone.svg" alt="">', "there is no such file"),
    ('<script src="https://elsewhere.example/a.js"></script>', "from elsewhere"),
])
def test_the_check_of_links_names_what_leads_nowhere(tmp_path: Path, body: str, said: str) -> None:
    (tmp_path / "other.html").write_text('<p id="there"><a href="https://elsewhere.example">may be linked</a></p>')
    (tmp_path / "page.html").write_text(f'<a href="other.html#there">whole</a>{body}')
    [fault] = find_broken_links(tmp_path)
    assert fault.startswith("page.html")
    assert said in fault
