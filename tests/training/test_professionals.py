"""The course for professionals runs from its first cell to its last, offline, and finds what was planted."""

from __future__ import annotations

import time
from pathlib import Path

import nbformat
import pytest

from workbench.training import build_course, find_course
from workbench.training.checking import PROFESSIONALS
from workbench.wording import open_wording


@pytest.fixture(scope="module")
def folder(town_folder: Path) -> Path:
    for language in ("da", "en"):
        build_course(find_course("professionals"), town_folder.parents[1], language=language)
    return town_folder.parents[1]


def run(folder: Path, version: str, language: str) -> nbformat.NotebookNode:
    import papermill

    out = folder / f"{version}-{language}.ipynb"
    place = folder / version
    papermill.execute_notebook(str(place / f"professionals-{language}.ipynb"), str(out), cwd=str(place),
                               progress_bar=False, log_output=False)
    return nbformat.read(out, as_version=4)


def test_the_teachers_version_runs_and_every_check_says_right(folder: Path) -> None:
    began = time.monotonic()
    notebook = run(folder, "teacher", "da")
    print(f"the whole course ran in {time.monotonic() - began:.0f} seconds")
    right = open_wording("da").say("training.right")
    said = [output["data"]["text/plain"] for cell in notebook.cells if cell.cell_type == "code"
            and "course.check(" in cell.source for output in cell.outputs if "data" in output]
    assert sum(text == right for text in said) == len(PROFESSIONALS)
    assert (folder / "teacher" / "lillehavn-da.pdf").stat().st_size > 10_000


def test_the_participants_version_stops_at_the_first_step_until_it_is_answered(folder: Path) -> None:
    from papermill.exceptions import PapermillExecutionError

    with pytest.raises(PapermillExecutionError, match="closed until the first step"):
        run(folder, "participant", "en")
    notebook = nbformat.read(folder / "participant-en.ipynb", as_version=4)
    opened = next(i for i, c in enumerate(notebook.cells) if "open_town" in c.source)
    assert not any(c.get("outputs") for c in notebook.cells[opened + 1:])
