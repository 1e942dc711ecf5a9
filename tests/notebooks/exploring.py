"""Notebooks for exploring, run on a study, and what they show."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat

from workbench.starting import find_notebooks


def run_notebook(name: str, study: Path, out: Path, **parameters: Any) -> nbformat.NotebookNode:
    """Run a notebook of `notebooks/explore` on a study, and return it with its outputs."""
    import papermill

    papermill.execute_notebook(str(find_notebooks() / "explore" / f"{name}.ipynb"), str(out), progress_bar=False,
                               parameters={"study_folder": str(study), **parameters}, log_output=False)
    return nbformat.read(out, as_version=4)


def copy_study(study: Path, folder: Path) -> Path:
    """Copy a study, without its reports and findings."""
    return Path(shutil.copytree(study, folder / study.name, ignore=shutil.ignore_patterns("reports", "findings")))


def shown(notebook: nbformat.NotebookNode, source: str = "") -> str:
    """Return everything that the cells with these words show."""
    outputs = [o for c in notebook.cells if c.cell_type == "code" and source in c.source for o in c.outputs]
    return "\n".join(str(o.get("text", "")) + "".join(str(v) for v in o.get("data", {}).values()) for o in outputs)


def faults_of(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what a reader stumbles over: errors, words on the error stream, plain pandas tables, headers without help."""
    faults = []
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        for output in cell.outputs:
            page = output.get("data", {}).get("text/html", "")
            faults += [f"cell {number}: {word}" for word, is_so in (
                ("an error", output.output_type == "error"), ("the error stream", output.get("name") == "stderr"),
                ("a plain table", "<table border" in page),
                ("no help", "<thead>" in page and "wb-reading" in page and "<dl" not in page)) if is_so]
    return faults
