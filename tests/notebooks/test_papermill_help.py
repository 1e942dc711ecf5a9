from __future__ import annotations

from pathlib import Path

import click
import pytest
from papermill.inspection import display_notebook_help

from workbench.starting import find_notebooks

NOTEBOOKS = sorted(p for p in find_notebooks().rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_explains_every_parameter_of_a_notebook(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.reports.notebook import open_notebook
    from workbench.reports.parameters import read_parameters

    said: list[str] = []
    monkeypatch.setattr(click, "echo", lambda text="", *a, **more: said.append(str(text)))
    with click.Context(click.Command("papermill")) as context:
        display_notebook_help(context, str(path), {})
    known = read_parameters(open_notebook(path), where=path.name)
    assert known, "a notebook without parameters cannot be told what to look at"
    for name in known:
        [line] = [part for part in said if part.strip().startswith(f"{name}:")]
        kind, _, words = line.partition("(default")
        assert "Unknown type" not in kind
        assert len(words.partition(")")[2].split()) >= 2, f"{name} has no comment in {path.name}"
