"""All papers of a course from its one source: participants' and teacher's notebook, slides, time plan, assessment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat

from workbench.errors import InputError
from workbench.files import write_atomically
from workbench.starting import COURSES, find_notebooks
from workbench.training.pages import make_assessment, make_time_plan, write_sheet
from workbench.training.printing import print_sheet, print_slides
from workbench.training.slides import list_slides, show_slides
from workbench.training.source import (
    ANSWER,
    ASK,
    ASSESS,
    HINT,
    LANGUAGES,
    SLIDE,
    SOLUTION,
    TEACHER,
    WORDS,
    Step,
    read_source,
    read_steps,
)
from workbench.wording import open_wording

TOWN = "lillehavn"
PARTICIPANT = "participant"
HIDDEN = "hide-input"  # the tag of a cell whose code is not shown
_LEFT_OUT = {PARTICIPANT: {SOLUTION, TEACHER, HINT, SLIDE, ASSESS, ASK}, TEACHER: {ANSWER, SLIDE, ASSESS, ASK}}


def find_courses() -> dict[str, Path]:
    """Find the sources of the courses that come with the package, by name."""
    return {path.stem: path for path in sorted((find_notebooks() / COURSES).glob("*.ipynb"))}


def find_course(name: str) -> Path:
    """Return the source of a course: one that comes with the package, or a file of one's own.

    Raises
    ------
    InputError
        If there is none.
    """
    own = Path(name)
    if own.suffix == ".ipynb" and own.is_file():
        return own
    known = find_courses()
    if name not in known:
        raise InputError(f"There is no course {name!r}. Give one of {', '.join(known)}, or the path of a notebook of "
                         "your own.")
    return known[name]


def build_course(source: Path, folder: Path, *, language: str) -> list[Path]:
    """Build all papers of a course in one language; the made-up city is put there by `prepare_town`.

    Parameters
    ----------
    source
        A notebook as those in ``notebooks/training``.
    folder
        Gets ``participant/`` to hand out, and ``teacher/`` to keep. Files of the same names are replaced.
    language
        da or en.

    Returns
    -------
    files
        That were written.

    Raises
    ------
    InputError
        If there is no such language, or the source has faults; all of them are named.
    WorkbenchError
        If a file cannot be written.
    """
    if language not in LANGUAGES:
        raise InputError(f"Courses are in {' and '.join(LANGUAGES)}, not in {language!r}. Give --language da or en.")
    notebook = read_source(source)
    head, steps = read_steps(notebook, language)
    name = f"{source.stem}-{language}"
    title = head[0].source.splitlines()[0].lstrip("#").strip() if head else source.stem
    teacher = folder / TEACHER
    made: dict[Path, str | bytes] = {
        folder / PARTICIPANT / f"{name}.ipynb": _write(notebook, head, steps, version=PARTICIPANT, language=language,
                                                       name=name, town=TOWN),
        teacher / f"{name}.ipynb": _write(notebook, head, steps, version=TEACHER, language=language, name=name,
                                          town=f"../{PARTICIPANT}/{TOWN}"),
        teacher / f"{name}-slides.html": show_slides(title, steps, language=language),
        teacher / f"{name}-slides.pdf": print_slides(title, list_slides(title, steps, language=language),
                                                     language=language),
    }
    for paper, make in (("time-plan", make_time_plan), ("assessment", make_assessment)):
        sheet = make(title, steps, language=language)
        made[teacher / f"{name}-{paper}.html"] = write_sheet(sheet, language=language)
        made[teacher / f"{name}-{paper}.pdf"] = print_sheet(sheet, language=language)
    for path, text in made.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text, is_private=False)
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror}). Choose a folder that you may write "
                             "to.") from error
    return list(made)


def _write(source: Any, head: Sequence[Any], steps: Sequence[Step], *, version: str, language: str, name: str,
           town: str) -> str:
    """Return one version of the notebook as JSON."""
    settings = {"study_folder": town, "course_file": f"{name}.ipynb", "language": language}
    cells = [_set_parameters(cell, settings) if "parameters" in cell.metadata.get("tags", []) else _copy(cell)
             for cell in head]
    for step in steps:
        cells += [_copy(cell, heading=_heading(role, step, language)) for role, cell in step.cells
                  if role not in _LEFT_OUT[version]]
    words = {check: {name: value for name, value in asdict(said).items() if value or name in ("hints", "replies")}
             for step in steps for check, said in step.words.items()}
    made = nbformat.v4.new_notebook(cells=cells, metadata={
        "kernelspec": dict(source.metadata.kernelspec), "language_info": {"name": "python"},
        WORDS: {"course": name, "version": version, "words": words}})
    # ids of cells are drawn at random; the same source gives the same file
    for number, cell in enumerate(made.cells, start=1):
        cell["id"] = f"cell-{number:03d}"
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _copy(cell: Any, *, heading: str = "") -> Any:
    """Return a cell as it is handed out: without the tags that only the source needs."""
    text = f"**{heading}**\n\n{cell.source}" if heading else cell.source
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(text)
    return _code(text, cell)


def _code(text: str, cell: Any) -> Any:
    """Return a code cell that keeps what it is, and whether its code is hidden."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag in ("parameters", ANSWER, HIDDEN)]
    kept: dict[str, Any] = {"tags": tags} if tags else {}
    if HIDDEN not in tags:
        return nbformat.v4.new_code_cell(text, metadata=kept)
    # JupyterLab shows the first line of what is hidden: an empty one
    return nbformat.v4.new_code_cell(f"\n{text}", metadata=kept | {"jupyter": {"source_hidden": True}})


def _heading(role: str, step: Step, language: str) -> str:
    """Return what stands above a cell that is the teacher's alone."""
    if role not in (TEACHER, HINT):
        return ""
    return open_wording(language).say(f"training.of_{role}", minutes=step.minutes)


def _set_parameters(cell: Any, settings: dict[str, str]) -> Any:
    """Return the parameters cell with other values; what is said beside them stays."""
    lines = []
    for line in cell.source.splitlines():
        name = line.partition(":")[0].strip()
        before, _, beside = line.partition("#")
        lines.append(f"{before.partition('=')[0].rstrip()} = {json.dumps(settings[name])}  # {beside.strip()}"
                     if name in settings else line)
    return _code("\n".join(lines), cell)
