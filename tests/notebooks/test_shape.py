from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").rglob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request: pytest.FixtureRequest):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook) -> list:
    return [c for c in notebook.cells if c.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


def test_it_is_committed_without_outputs_and_is_valid(notebook) -> None:
    nbformat.validate(notebook)
    assert all(c.outputs == [] and c.execution_count is None for c in code_cells(notebook))


def test_it_has_one_parameters_cell_of_typed_commented_literals(notebook) -> None:
    cells = [c for c in code_cells(notebook) if "parameters" in c.metadata.get("tags", [])]
    assert len(cells) == 1
    for line, node in zip(cells[0].source.splitlines(), ast.parse(cells[0].source).body, strict=True):
        assert isinstance(node, ast.AnnAssign)
        assert isinstance(node.value, ast.Constant)
        assert "#" in line
    names = [n.target.id for n in ast.parse(cells[0].source).body]
    assert "study_folder" in names


def test_it_runs_on_the_python3_kernel(notebook) -> None:
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_holds_calls_and_no_logic(notebook) -> None:
    forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.If, ast.While, ast.Lambda, ast.Try, ast.With)
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, forbidden), cell.source
        assert len(cell.source.splitlines()) <= 10


def test_words_stand_before_code(notebook) -> None:
    kinds = [c.cell_type for c in notebook.cells]
    assert kinds[0] == "markdown"
    runs = "".join("m" if k == "markdown" else "c" for k in kinds)
    assert "ccc" not in runs
