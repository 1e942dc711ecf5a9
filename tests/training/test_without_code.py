"""The courses without code: no code to be seen, nothing for programmers, easy to read; the whole of them runs."""

from __future__ import annotations

import time
from pathlib import Path

import nbformat
import pytest

from workbench.training import build_course, find_course
from workbench.training.questions import CHECKED, GUESSES
from workbench.training.source import ASK, HINT, LANGUAGES, Step, read_source, read_steps
from workbench.wording import measure_lix, open_wording

COURSES = ("clubs", "pupils")
EASY = 35  # LIX


@pytest.fixture(scope="module")
def folder(town_folder: Path) -> Path:
    for name in COURSES:
        for language in LANGUAGES:
            build_course(find_course(name), town_folder.parents[1], language=language)
    return town_folder.parents[1]


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def run(folder: Path, version: str, name: str) -> tuple[nbformat.NotebookNode, float]:
    import papermill

    place, out = folder / version, folder / f"{version}-{name}.ipynb"
    began = time.monotonic()
    papermill.execute_notebook(str(place / f"{name}.ipynb"), str(out), cwd=str(place), progress_bar=False,
                               log_output=False)
    return read(out), time.monotonic() - began


def said(notebook: nbformat.NotebookNode, call: str) -> list[str]:
    return [output["data"]["text/plain"] for cell in notebook.cells if cell.cell_type == "code" and call in cell.source
            for output in cell.outputs if "data" in output]


@pytest.mark.parametrize("name", COURSES)
def test_the_teachers_version_runs_and_every_check_says_right(folder: Path, name: str) -> None:
    notebook, seconds = run(folder, "teacher", f"{name}-da")
    print(f"{name} ran in {seconds:.0f} seconds")
    assert seconds < 60
    told = said(notebook, "ask_question(")
    right = open_wording("da").say("training.is_right")
    assert told
    assert all(text.startswith(right) for text in told), told
    asked = {check for check in CHECKED for cell in notebook.cells if f'ask_question(course, "{check}"' in cell.source}
    assert len(told) == len(asked)
    guessed = said(notebook, "ask_guess(")
    assert all(text.startswith("Du gættede") for text in guessed)
    assert len(guessed) >= 5


@pytest.mark.parametrize("name", COURSES)
def test_the_participants_version_runs_at_once_and_waits_for_answers(folder: Path, name: str) -> None:
    notebook, seconds = run(folder, "participant", f"{name}-en")
    assert seconds < 60
    _, steps = read_steps(read_source(find_course(name)), "en")
    words = {check: w for step in steps for check, w in step.words.items()}
    questions = {w.question[:60] for w in words.values()}
    told = said(notebook, "ask_")
    assert len(told) == len(words)
    assert all(any(text.startswith(q[:60]) for q in questions) for text in told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COURSES)
def test_no_code_is_seen_and_no_cell_holds_more_than_a_call(folder: Path, name: str, language: str) -> None:
    for version in ("participant", "teacher"):
        code = [c for c in read(folder / version / f"{name}-{language}.ipynb").cells if c.cell_type == "code"]
        assert all(c.metadata["jupyter"]["source_hidden"] for c in code)
        assert all("hide-input" in c.metadata["tags"] for c in code)
        # JupyterLab shows the first line of what is hidden
        assert not any(c.source.splitlines()[0] for c in code)
        assert all(c.source.strip().startswith("wb.training.ask_") and "\n" not in c.source.strip() for c in code[2:])
    taught = "".join(c.source for c in read(folder / "participant" / f"{name}-{language}.ipynb").cells)
    assert "answer=" not in taught


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COURSES)
def test_how_to_start_is_said_on_top(folder: Path, name: str, language: str) -> None:
    first = read(folder / "participant" / f"{name}-{language}.ipynb").cells[0].source
    assert "▶▶" in first
    assert "*Run All Cells*" in first
    assert "Tab" in first


@pytest.mark.parametrize(("name", "steps", "least", "most"), [("clubs", 7, 60, 60), ("pupils", 7, 45, 60)])
def test_the_minutes_fit_a_lesson_and_both_languages_are_alike(name: str, steps: int, least: int, most: int) -> None:
    source = read_source(find_course(name))
    danish, english = (read_steps(source, language)[1] for language in LANGUAGES)
    assert len(danish) == steps
    assert least <= sum(step.minutes for step in danish) <= most
    for one, other in zip(danish, english, strict=True):
        assert [c.source for _, c in one.cells if c.cell_type == "code"] == [
            c.source for _, c in other.cells if c.cell_type == "code"]
        for check, words in one.words.items():
            assert words.said.keys() == other.words[check].said.keys(), check
            assert words.replies.keys() == other.words[check].replies.keys(), check
            assert len(words.hints) == len(other.words[check].hints), check
        assert set(one.words) <= {*CHECKED, *GUESSES}


def seen_by_pupils(step: Step) -> list[str]:
    """Return the texts of a step that pupils may see: all but what is the teacher's."""
    texts = [cell.source for role, cell in step.cells if cell.cell_type == "markdown" and role in ("", ASK, HINT)]
    return ["\n".join(line for line in text.splitlines() if "`points`" not in line) for text in texts]


def test_all_that_pupils_read_in_danish_is_easy() -> None:
    head, steps = read_steps(read_source(find_course("pupils")), "da")
    say = open_wording("da").messages
    controls = "\n".join(say[f"training.{name}"] for name in (
        "choose", "guessed", "is_right", "show", "answer", "again", "silent", "wrong", "hint", "ask"))
    parts = {"head": [head[0].source], "controls": [controls]} | {step.key: seen_by_pupils(step) for step in steps}
    for key, texts in parts.items():
        assert measure_lix("\n".join(texts)) <= EASY, key
        for text in texts:
            if len(text.split()) > 30:
                assert measure_lix(text) <= EASY, text
    whole = measure_lix("\n".join(text for texts in parts.values() for text in texts))
    print(f"LIX of all that pupils see: {whole:.0f}")
    assert whole <= 30
