"""One source gives all papers of a course, alike in both languages; participants get no solution."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from workbench.errors import InputError
from workbench.training import build_course, find_course, find_courses, open_course
from workbench.training.source import LANGUAGES, read_source, read_steps

SOURCE = find_course("professionals")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("built")
    return {f"{path.parent.name}/{path.name}": path for language in LANGUAGES
            for path in build_course(SOURCE, folder, language=language)}


def read(path: Path):
    return nbformat.read(path, as_version=4)


def read_pdf(path: Path) -> str:
    from pypdf import PdfReader

    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def test_each_language_has_two_notebooks_and_three_papers_as_page_and_as_pdf(built) -> None:
    assert set(built) == {f"{folder}/professionals-{language}{ending}" for language in LANGUAGES for folder, ending in (
        ("participant", ".ipynb"), ("teacher", ".ipynb"), *(("teacher", f"-{paper}.{kind}") for kind in ("html", "pdf")
        for paper in ("slides", "time-plan", "assessment")))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_participants_get_no_solution_and_no_note_of_the_teacher(built, language: str) -> None:
    _, steps = read_steps(read_source(SOURCE), language)
    given = built[f"participant/professionals-{language}.ipynb"].read_text(encoding="utf-8")
    cells = [cell.source for cell in read(built[f"participant/professionals-{language}.ipynb"]).cells]
    kept = built[f"teacher/professionals-{language}.ipynb"].read_text(encoding="utf-8")
    for step in steps:
        for role in ("solution", "teacher"):
            for cell in step.of(role):
                assert not any(cell.source in text for text in cells), step.key
                first = cell.source.splitlines()[0].replace('"', '\\"')
                assert first not in given, step.key
                assert first in kept, step.key
        assert not any(hint in text for words in step.words.values() for hint in words.hints for text in cells)
        assert all(hint.replace('"', '\\"') in kept for words in step.words.values() for hint in words.hints)


def test_both_languages_have_the_same_steps_checks_and_code() -> None:
    danish, english = (read_steps(read_source(SOURCE), language)[1] for language in LANGUAGES)
    assert [s.key for s in danish] == [s.key for s in english]
    assert len(danish) == 12
    assert sum(s.minutes for s in danish) == 90
    for one, other in zip(danish, english, strict=True):
        assert [(n, set(w.replies), len(w.hints)) for n, w in one.words.items()] == [
            (n, set(w.replies), len(w.hints)) for n, w in other.words.items()]
        code = [[c.source for role, c in s.cells if c.cell_type == "code" and role != "solution"] for s in (one, other)]
        assert code[0] == code[1]


def test_each_version_speaks_one_language(built) -> None:
    for name, path in built.items():
        text = read_pdf(path) if path.suffix == ".pdf" else path.read_text(encoding="utf-8")
        assert ("Forklar" in text or "Trin" in text or "byen" in text.casefold()) == ("-da" in name), name


def test_what_is_built_needs_no_network(built) -> None:
    for path in built.values():
        if path.suffix != ".pdf":
            # reveal.js itself is the package's, byte by byte; a real browser saw it ask for nothing
            text = re.sub(r"(?s)<(script|style)>.*?</\1>", "", path.read_text(encoding="utf-8"))
            assert not re.findall(r"https?:|//cdn|<link|\bsrc\s*=|@import|url\(", text), path.name


def test_slides_are_those_of_reveal_js_as_its_package_carries_it(built) -> None:
    from importlib.util import find_spec

    [package] = find_spec("pyreveal").submodule_search_locations
    script = Path(package, "revealjs", "dist", "reveal.js").read_text(encoding="utf-8")
    for language in LANGUAGES:
        slides = built[f"teacher/professionals-{language}-slides.html"].read_text(encoding="utf-8")
        assert script.split("//# sourceMappingURL")[0].strip() in slides
        assert "Reveal.initialize(" in slides
        assert "sourceMappingURL" not in slides


@pytest.mark.parametrize("paper", ["slides", "time-plan", "assessment"])
def test_papers_are_tagged_pdf_with_headings_and_tables_that_a_screen_reader_finds(built, paper: str) -> None:
    from pypdf import PdfReader

    from workbench.training import read_aloud

    for language in LANGUAGES:
        path = built[f"teacher/professionals-{language}-{paper}.pdf"]
        root = PdfReader(path).trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        heard = read_aloud(path)["tag"].value_counts()
        if paper == "slides":
            assert len(PdfReader(path).pages) == heard["H1"] + heard["H2"] == 13
            assert heard["L"] > 5
        else:
            assert (heard["H1"], heard["Table"]) == (1, 1)
            assert all(step.title in read_pdf(path) for step in read_steps(read_source(SOURCE), language)[1])


def test_the_same_source_gives_the_same_files(built, tmp_path: Path) -> None:
    for path in build_course(SOURCE, tmp_path, language="da"):
        assert path.read_bytes() == built[f"{path.parent.name}/{path.name}"].read_bytes()


def test_notebooks_are_valid_and_know_their_course(built) -> None:
    for name, path in built.items():
        if path.suffix == ".ipynb":
            notebook = read(path)
            nbformat.validate(notebook)
            parameters = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
            assert f'course_file: str = "{path.name}"  # this notebook' in parameters.source
            assert ('"../participant/lillehavn"' if "teacher" in name else '"lillehavn"') in parameters.source
            language = path.stem[-2:]
            assert open_course(path, language=language).words == open_course(SOURCE, language=language).words


def test_there_is_a_slide_a_step_and_a_row_a_step(built) -> None:
    for language in LANGUAGES:
        slides = built[f"teacher/professionals-{language}-slides.html"].read_text(encoding="utf-8")
        assert slides.count("<section>") == 13
        assert slides.count("<h2") == 12
        assert "¶" not in slides
        assert f'<html lang="{language}">' in slides
        for paper in ("time-plan", "assessment"):
            page = built[f"teacher/professionals-{language}-{paper}.html"].read_text(encoding="utf-8")
            assert page.count("<tr>") == 13
        assert not re.findall(r"<td>\d+ ·", page)
    plan = built["teacher/professionals-en-time-plan.html"].read_text(encoding="utf-8")
    assert "90 minutes" in plan
    assert "10:30" in plan
    assert built["teacher/professionals-da-assessment.html"].read_text(encoding="utf-8").count("<td>Port: ") == 4


def test_faults_of_a_source_are_named(tmp_path: Path) -> None:
    def fault(change) -> str:
        notebook = read(SOURCE)
        change(notebook)
        nbformat.write(notebook, tmp_path / "own.ipynb")
        with pytest.raises(InputError) as caught:
            build_course(tmp_path / "own.ipynb", tmp_path, language="da")
        return str(caught.value)

    def drop(*tags: str):
        def change(notebook) -> None:
            place = next(i for i, c in enumerate(notebook.cells) if {*tags} <= set(c.metadata.get("tags", [])))
            del notebook.cells[place]
        return change

    def untag(notebook) -> None:
        for cell in notebook.cells:
            cell.metadata["tags"] = [t for t in cell.metadata.get("tags", []) if not t.startswith("step:")]

    def one_hint(notebook) -> None:
        for cell in notebook.cells:
            if "hint" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace("\n2. ", "\n")

    assert "ethics (da) and step ethics (en) differ" in fault(drop("en", "hint"))
    assert "ethics (da) lacks: solution" in fault(drop("solution"))
    assert "two hints" in fault(one_hint)
    assert "No cell begins a step" in fault(untag)


def test_a_course_or_language_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "professionals" in find_courses()
    with pytest.raises(InputError, match="professionals"):
        find_course("cooking")
    with pytest.raises(InputError, match="not in 'fr'"):
        build_course(SOURCE, tmp_path, language="fr")


def test_the_command_builds_a_course_and_leaves_a_town_that_is_there(tmp_path: Path) -> None:
    import json

    from typer.testing import CliRunner

    from workbench.cli import app

    town = tmp_path / "c" / "participant" / "lillehavn"
    town.mkdir(parents=True)
    (town / "training.json").write_text("{}")
    done = CliRunner().invoke(app, ["training", "build", str(tmp_path / "c"), "--language", "en", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert len(told["files"]) == 8
    assert all(Path(name).is_file() for name in told["files"])
    assert told["town"] == str(town)
    assert [p.name for p in town.iterdir()] == ["training.json"]
    assert CliRunner().invoke(app, ["training", "list"]).output.split() == list(find_courses())
