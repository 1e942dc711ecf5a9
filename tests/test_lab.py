from __future__ import annotations

import json
import os
import re
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.cards import CARD
from workbench import lab
from workbench.errors import WorkbenchError
from workbench.files import START_PAGE
from workbench.lab import MARK, find_study_notebooks, open_lab, write_start_page
from workbench.settings import LANGUAGES, read_settings
from workbench.starting import start_study
from workbench.study import open_study
from workbench.unchanged import _study_files

TITLE, WORDS = "Hemmelig arena", "ved den gamle badebro"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from workbench.sources import import_exports

    folder = tmp_path_factory.mktemp("lab") / "by"
    start_study(folder, name="Odense", contact="Odense Kommune")
    raw = folder / "data" / "raw" / "telegram"
    raw.mkdir()
    study = folder / "study.toml"
    study.write_text('key_file = "../by.key"\n' + study.read_text(encoding="utf-8"), encoding="utf-8")
    (raw / "source.toml").write_text(CARD, encoding="utf-8")
    messages = [{"id": i, "type": "message", "date": "2025-08-01T10:00:00", "date_unixtime": str(1754042400 + 3600 * i),
                 "from": f"Person {i % 7}", "from_id": f"user{i % 7}", "text_entities": [], "text": f"{WORDS} {i}"} for i in range(30)]
    (raw / "result.json").write_text(json.dumps({"name": TITLE, "type": "public_supergroup", "id": 19, "messages": messages}))
    import_exports([raw], settings=read_settings(folder))
    return folder


@pytest.fixture
def study(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(imported, tmp_path / "by")
    shutil.copy(imported.parent / "by.key", tmp_path / "by.key")
    monkeypatch.delenv("WORKBENCH_STUDY", raising=False)
    return tmp_path / "by"


def page_of(folder: Path, **more: object) -> str:
    return write_start_page(open_study(folder), **{"today": date(2025, 10, 1), **more}).read_text(encoding="utf-8")


def steps(page: str) -> list[str]:
    return re.findall(r"^\d+\. (.+)$", page, re.MULTILINE)


def rename(folder: Path, **fields: str) -> None:
    path = folder / "study.toml"
    said = path.read_text(encoding="utf-8")
    for name, value in fields.items():
        said = re.sub(rf"^{name} = .*$", f'{name} = "{value}"', said, flags=re.MULTILINE)
    path.write_text(said, encoding="utf-8")


def test_the_page_of_an_empty_study_says_how_to_begin(tmp_path: Path) -> None:
    start_study(tmp_path / "by")
    page = page_of(tmp_path / "by")
    assert "Der er ikke hentet noget ind endnu." in page
    assert [re.search(r"`(.+?)`", step)[1] for step in steps(page)] == ["workbench add EKSPORT", "name", "contact"]


def test_the_page_tells_what_is_there_what_can_be_shown_and_what_comes_next(study: Path) -> None:
    page = page_of(study)
    assert "30 opslag, fra 3. kvartal 2025 til 3. kvartal 2025." in page
    assert "| 3. kvartal 2025 | 30 |" in page
    assert "## Hvad indsamlingen kan vise om 3. kvartal 2025" in page
    assert "Der er ikke trukket opslag til kodning" in page
    assert [s for step in steps(page) for s in re.findall(r"`(workbench .+?)`", step)] == [
        "workbench speech draw 2025Q3", "workbench report quarterly --period 2025Q3"]


def test_the_page_holds_neither_titles_of_arenas_nor_words_of_posts_nor_names_of_exports(study: Path) -> None:
    (study / "data/raw/telegram").rename(study / "data/raw/hemmelig-arena")
    (study / "notebooks" / "mine.ipynb").write_text(json.dumps(
        {"cells": [{"cell_type": "markdown", "source": [f"# {TITLE}"]}], "nbformat": 4}), encoding="utf-8")
    page = page_of(study)
    assert "1 kilde ligger i data/raw" in page
    assert [w for w in (TITLE, WORDS, "badebro", "Person", "hemmelig-arena") if w.casefold() in page.casefold()] == []
    assert "[mine](notebooks/mine.ipynb)" in page


def test_links_lead_to_every_notebook_and_nothing_in_a_name_is_markup(study: Path) -> None:
    rename(study, name="<b>Ny|By</b> [x](y)")
    (study / "notebooks" / "a (b) c.ipynb").write_text("{", encoding="utf-8")
    (study / "notebooks" / ".ipynb_checkpoints").mkdir()
    (study / "notebooks" / ".ipynb_checkpoints" / "old.ipynb").write_text("{}", encoding="utf-8")
    page = page_of(study)
    linked = set(re.findall(r"\]\(([^)]*\.ipynb)\)", page))
    assert linked == {str(path).replace(" ", "%20").replace("(", "%28").replace(")", "%29")
                      for path, _ in find_study_notebooks(study)}
    assert {"notebooks/quarterly_report.ipynb", "notebooks/explore/3_actors.ipynb", "notebooks/a%20%28b%29%20c.ipynb"} <= linked
    assert not any("old" in link for link in linked)
    assert r"# \<b\>Ny\|By\</b\> \[x\](y)" in page
    assert "[1\\_import.ipynb](notebooks/explore/1_import.ipynb)" in page  # what to do next leads to the first of them
    assert "[3. Who passes things on to whom](notebooks/explore/3_actors.ipynb)" in page


def test_what_is_due_or_waits_comes_first(study: Path) -> None:
    (study / "codebook.toml.new").write_text("")
    rename(study, contact="")
    first = steps(page_of(study, today=date(2099, 1, 1)))[:3]
    assert [re.search(r"`(.+?)`", step)[1] for step in first] == ["workbench purge", "contact", "workbench upgrade"]


@pytest.mark.parametrize(("is_draft", "said"), [(True, "workbench review 2025Q3"), (False, None)])
def test_a_report_is_linked_and_a_draft_asks_for_its_review(study: Path, is_draft: bool, said: str | None) -> None:
    folder = study / "reports" / "odense" / "2025Q3" / "quarterly"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"product": "quarterly", "period": "2025Q3", "draft": is_draft}))
    page = page_of(study)
    assert "(reports/odense/2025Q3/quarterly/report.pdf)" in page
    asked = re.findall(r"`(workbench (?:review|report) .+?)`", page)
    assert asked == ([said] if said else [])


def test_posts_left_to_code_are_counted_with_a_link_to_the_desk(study: Path) -> None:
    from workbench.speech import code_post, draw_sample, load_codebook, save_sample

    opened = open_study(study)
    drawn = draw_sample(opened.corpus("2025Q3"), period="2025Q3", codebook=load_codebook(study), size=10, seed=1)
    save_sample(study, "2025Q3", drawn)
    (study / "notebooks" / "desk.ipynb").write_text("{}", encoding="utf-8")
    first = drawn.sample.sort_values("position")["post_id"].iloc[0]
    book = load_codebook(study)
    code_post(study, period="2025Q3", coder="coder 1", post_id=str(first), values=dict.fromkeys(book.codes, False), codebook=book)
    page = page_of(study)
    assert "10 opslag fra 3. kvartal 2025 er trukket til kodning: 1 er kodet, 9 mangler." in page
    assert "Kod de sidste 9 opslag fra 3. kvartal 2025. [desk.ipynb](notebooks/desk.ipynb)" in steps(page)


def test_posts_without_a_date_are_told_and_belong_to_no_quarter(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench import inventory as module

    count = module.count_posts
    monkeypatch.setattr(module, "count_posts", lambda folder: [
        *count(folder), {"platform": "telegram", "quarter": "undated", "posts": 2}])
    page = page_of(study)
    assert "2 opslag har ingen dato" in page
    assert "30 opslag, fra 3. kvartal 2025" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(study: Path, language: str) -> None:
    rename(study, language=language)
    page = page_of(study)
    assert "{" not in page
    assert "workbench speech draw 2025Q3" in page


def test_a_page_is_written_anew_and_one_of_your_own_is_never_overwritten(study: Path) -> None:
    before = page_of(study)
    (study / START_PAGE).write_text(MARK + "\nold", encoding="utf-8")
    assert page_of(study) == before
    (study / START_PAGE).write_text("# Mine", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="a page of your own"):
        page_of(study)
    assert (study / START_PAGE).read_text(encoding="utf-8") == "# Mine"


def test_the_page_is_no_part_of_what_a_report_rests_on_and_is_never_committed(study: Path) -> None:
    page_of(study)
    assert START_PAGE not in {p.relative_to(study).as_posix() for p in _study_files(study)}
    assert "/start.md" in (Path(__file__).parents[1] / ".gitignore").read_text().splitlines()


def test_jupyterlab_opens_on_the_page_for_this_machine_only_whatever_else_is_asked(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")
    called = []
    monkeypatch.setattr(lab, "_become", lambda *given: called.append(given))
    open_lab(open_study(study), ["--no-browser", "--ServerApp.ip=0.0.0.0"])
    [(command, environment)] = called
    assert command[:4] == [sys.executable, "-m", "jupyter", "lab"]
    assert "--no-browser" in command
    assert [o for o in command if o.startswith("--ServerApp.ip")][-1] == "--ServerApp.ip=127.0.0.1"
    assert {f"--ServerApp.root_dir={study}", "--LabApp.default_url=/lab/tree/start.md", "--LabApp.news_url=None"} <= set(command)
    assert environment["WORKBENCH_STUDY"] == str(study)
    config, theirs = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert theirs == "/theirs"
    told = json.loads((Path(config) / "labconfig" / "default_setting_overrides.json").read_text())
    assert told["@jupyterlab/docmanager-extension:plugin"] == {"defaultViewers": {"markdown": "Markdown Preview"}}
    assert (study / START_PAGE).is_file()


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import runpy

    monkeypatch.setattr(sys, "argv", ["workbench", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("workbench", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("workbench ")
