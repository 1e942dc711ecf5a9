"""The source of a course: one notebook for both languages, whose cells say by their tags for whom they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.reports.notebook import open_notebook

LANGUAGES = ("da", "en")  # of every course
# for whom a cell is; one without any of these is for everybody
ANSWER, SOLUTION, TEACHER, HINT, SLIDE, ASSESS = "answer", "solution", "teacher", "hint", "slide", "assess"
ASK = "ask"  # the words of a control: read by the notebook, shown by the control alone
ROLES = (ANSWER, SOLUTION, TEACHER, HINT, SLIDE, ASSESS, ASK)
FEWEST_HINTS = 2
WORDS = "workbench"  # in the metadata of a notebook that was built: course, language and what checks say
_STEP, _MINUTES, _CHECK = "step:", "minutes:", "check:"
_NUMBER = re.compile(r"^#+\s*(?:\d+\s*·\s*)?")
_NUMBERED = re.compile(r"^\d+\.\s+(.*)$")
_REPLY = re.compile(r"^[-*]\s+`([a-z_0-9]+)`:\s+(.*)$")


@dataclass(frozen=True)
class Words:
    """What a check says.

    Attributes
    ----------
    hints
        In the order in which they are given; none of them is the answer.
    replies
        By the name of a typical wrong answer: what it overlooks.
    question
        Of a control.
    said
        What else a control says, by name: its answers to choose, labels of its sliders, its result.
    """

    hints: tuple[str, ...] = ()
    replies: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A step of a course in one language.

    Attributes
    ----------
    key
        Such as ``ethics``.
    title
        Of its first heading, without its number.
    minutes
        That it takes.
    cells
        All its cells in order: each with its role, or "" for everybody.
    """

    key: str
    title: str
    minutes: int
    cells: tuple[tuple[str, Any], ...]

    def of(self, role: str) -> list[Any]:
        """Return its cells of a role."""
        return [cell for found, cell in self.cells if found == role]

    @property
    def words(self) -> dict[str, Words]:
        """What its checks say, by their names: a check is called as its step where a cell's tag says no other name."""
        found: dict[str, Words] = {}
        for cell in (*self.of(HINT), *self.of(ASK)):
            lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
            name = next((t.removeprefix(_CHECK) for t in _tags(cell) if t.startswith(_CHECK)), self.key)
            named = {m[1]: m[2] for line in lines if (m := _REPLY.match(line))}
            if ASK in _tags(cell):
                question = " ".join(line for line in lines if not _REPLY.match(line))
                found[name] = replace(found.get(name, Words()), question=question, said=named)
            else:
                found[name] = Words(tuple(m[1] for line in lines if (m := _NUMBERED.match(line))), named)
        return found


def read_steps(notebook: Any, language: str) -> tuple[list[Any], list[Step]]:
    """Return the cells before the first step, and the steps, in one language."""
    head: list[Any] = []
    steps: list[tuple[str, int, str, list[tuple[str, Any]]]] = []
    for cell in notebook.cells:
        tags = _tags(cell)
        if not _is_in(tags, language):
            continue
        key = next((t.removeprefix(_STEP) for t in tags if t.startswith(_STEP)), "")
        if key:
            minutes = next((t.removeprefix(_MINUTES) for t in tags if t.startswith(_MINUTES)), "")
            steps.append((key, int(minutes) if minutes.isdecimal() else 0, _title(cell.source), []))
        if steps:
            steps[-1][3].append((next((r for r in ROLES if r in tags), ""), cell))
        else:
            head.append(cell)
    return head, [Step(key, title, minutes, tuple(cells)) for key, minutes, title, cells in steps]


def read_source(path: Path) -> Any:
    """Read the source of a course.

    Raises
    ------
    InputError
        If the languages differ in their steps, or a step lacks something; all faults are named.
    ReportError
        If the file is no notebook.
    """
    notebook = open_notebook(path)
    if faults := list(_find_faults(notebook)):
        raise InputError(f"{path}: the course cannot be built. " + " ".join(faults))
    return notebook


def _find_faults(notebook: Any) -> Iterator[str]:
    told = {language: read_steps(notebook, language)[1] for language in LANGUAGES}
    if not any(told.values()):
        yield "No cell begins a step; give the first one of each the tags step:NAME and minutes:N."
        return
    shapes = {language: [(s.key, s.minutes, [(role, c.cell_type) for role, c in s.cells]) for s in steps]
              for language, steps in told.items()}
    first, second = (shapes[language] for language in LANGUAGES)
    for here, there in zip(first, second, strict=False):
        if here != there:
            yield (f"Step {here[0]} ({LANGUAGES[0]}) and step {there[0]} ({LANGUAGES[1]}) differ: each needs the same "
                   "name, minutes and kinds of cells in both languages.")
            return
    if len(first) != len(second):
        yield f"There are {len(first)} steps in {LANGUAGES[0]} and {len(second)} in {LANGUAGES[1]}."
    for language, steps in told.items():
        for step in steps:
            lacking = [role for role in (SOLUTION, TEACHER, SLIDE, ASSESS, ANSWER) if not step.of(role)]
            lacking += ["minutes"] if not step.minutes else []
            # a control that asks for a guess has no wrong answers
            hints = [len(words.hints) for words in step.words.values() if words.hints or not words.said]
            lacking += ["two hints for each check"] if min(hints, default=0) < FEWEST_HINTS else []
            if lacking:
                yield f"Step {step.key} ({language}) lacks: {', '.join(lacking)}."


def read_words(path: Path, language: str) -> dict[str, Words]:
    """Read what the checks of a course say, by their names: from its source, or from a notebook that was built from it.

    Raises
    ------
    ReportError
        If the file is no notebook.
    InputError
        If it belongs to no course.
    """
    notebook = open_notebook(path)
    built = notebook.metadata.get(WORDS, {}).get("words")
    if built:
        return {key: Words(**{**said, "hints": tuple(said["hints"])}) for key, said in built.items()}
    told = {name: words for step in read_steps(notebook, language)[1] for name, words in step.words.items()}
    if not told:
        raise InputError(f"{path}: is no notebook of a course. Give course_file the name of the notebook that "
                         "`workbench training build` made.")
    return told


def _tags(cell: Any) -> list[str]:
    return [str(tag) for tag in cell.metadata.get("tags", [])]


def _is_in(tags: list[str], language: str) -> bool:
    spoken = [tag for tag in tags if tag in LANGUAGES]
    return not spoken or language in spoken


def _title(text: str) -> str:
    return next((_NUMBER.sub("", line) for line in text.splitlines() if line.startswith("#")), "")
