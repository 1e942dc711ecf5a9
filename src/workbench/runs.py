"""Run a notebook, export it, look over what came out and write the manifest."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import ReportError, WorkbenchError
from workbench.gates import block_texts, refuse_identifiers, refuse_quotes
from workbench.starting import find_notebooks
from workbench.study import Study

BLOCK = "application/vnd.workbench.block+json"


@dataclass(frozen=True)
class ReportRun:
    """What a run wrote.

    Attributes
    ----------
    folder
        ``reports/<place>/<quarter>``.
    files
        Names below it, with SHA-256.
    pages
        Of the PDF.
    seconds
        Wall time of the whole run.
    """

    folder: Path
    files: dict[str, str]
    pages: int
    seconds: float


def parse_parameters(given: Sequence[str]) -> dict[str, Any]:
    """Read ``name=value`` pairs; a value is a Python literal, or else text.

    Raises
    ------
    ReportError
        If a pair has no ``=``.
    """
    parsed: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ReportError(f"A parameter is written as NAME=VALUE, not {pair!r}.")
        try:
            parsed[name.strip()] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            parsed[name.strip()] = value
    return parsed


def run_report(notebook: str, *, study: Study, parameters: Mapping[str, Any], progress: bool = False) -> ReportRun:
    """Run a notebook of the study and publish what it shows.

    Nothing is replaced until everything has passed: the parameters, the run, the checks of
    the exporter, the search for identifiers and for quotes. A notebook that failed is kept
    beside the reports as ``<quarter>-failed/report.ipynb``.

    Parameters
    ----------
    notebook
        Name without ending, such as ``quarterly_report``; the study's own copy goes before
        the package's.
    parameters
        Must be declared in the notebook's parameters cell, with the same types; holds
        `quarter` at least.

    Raises
    ------
    ReportError
        If a gate is not met; the message says which and what to do.
    """
    from workbench.reports.notebook import open_notebook
    from workbench.reports.parameters import check_parameters, read_parameters

    begun = time.monotonic()
    path = _find_notebook(notebook, study)
    template = open_notebook(path)
    check_parameters(read_parameters(template, where=path.name), parameters, where=path.name)
    quarter = str(parameters["quarter"])
    corpus = study.corpus(None, quarter)
    _refuse_empty(corpus, quarter)
    language = str(parameters.get("language") or study.language)
    folder = _report_folder(study, quarter, language)
    executed = _execute(path, study, parameters, failed=folder.with_name(folder.name + "-failed"), progress=progress)
    published = clean_notebook(executed)
    sections = list(_sections(published))
    texts = pd.concat([block_texts(sections), note_texts(published)])
    refuse_identifiers(texts, known=[study.contact, study.name])
    refuse_quotes(texts, corpus, language=language)
    files, pages = _write(published, sections, folder, study)
    seconds = time.monotonic() - begun
    (folder / "run.log").write_text(f"{notebook} {quarter}: {seconds:.1f} s\n", encoding="utf-8")
    shutil.rmtree(folder.with_name(folder.name + "-failed"), ignore_errors=True)
    return ReportRun(folder, files, pages, seconds)


def _find_notebook(name: str, study: Study) -> Path:
    for folder in (study.folder / "notebooks", find_notebooks()):
        if (path := folder / f"{name}.ipynb").is_file():
            return path
    raise ReportError(f"There is no notebook {name}.ipynb in {study.folder / 'notebooks'}.")


def _refuse_empty(corpus: Any, quarter: str) -> None:
    from workbench.findings.periods import posts_of

    posts_of(corpus, quarter)


def _report_folder(study: Study, quarter: str, language: str) -> Path:
    place = re.sub(r"[^\w-]+", "-", study.name.casefold()).strip("-") or "study"
    return study.folder / "reports" / place / (quarter if language == study.language else f"{quarter}-{language}")


@contextmanager
def _environment(study: Study) -> Iterator[None]:
    """Let the kernel find this study whatever folder or environment the run was started in."""
    before = os.environ.get("WORKBENCH_STUDY")
    os.environ["WORKBENCH_STUDY"] = str(study.folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["WORKBENCH_STUDY"]
        else:
            os.environ["WORKBENCH_STUDY"] = before


def _execute(path: Path, study: Study, parameters: Mapping[str, Any], *, failed: Path, progress: bool) -> Any:
    import nbformat
    import papermill

    failed.mkdir(parents=True, exist_ok=True)
    partial = failed / "report.ipynb"
    try:
        with _environment(study):
            executed = papermill.execute_notebook(
                str(path), str(partial), parameters=dict(parameters), kernel_name="python3", cwd=str(study.folder),
                progress_bar=progress, log_output=False, raise_on_iopub_timeout=True, config=_local_sockets())
    except papermill.PapermillExecutionError as error:
        # messages of our own errors never hold text of posts; of others only the kind is told
        ours = error.ename in {kind.__name__ for kind in WorkbenchError.__subclasses__()}
        reason = f"{error.ename}: {error.evalue}" if ours else f"{error.ename}."
        raise ReportError(f"{path.name}: cell {error.cell_index} failed with {reason} "
                          f"The partial notebook is kept at {partial.relative_to(study.folder)}.") from None
    return nbformat.from_dict(executed)


def _local_sockets() -> Any:
    """Let the kernel talk over sockets that only this account can open, where the system has them."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "ipc"}} if os.name == "posix" else {})


def clean_notebook(notebook: Any) -> Any:
    """Return a notebook as it may be published: without times, paths, versions and papermill's own notes.

    The same run gives the same bytes. Every cell keeps its source and tags; of its outputs only blocks stay, since
    only they were looked at by the gates.
    """
    import nbformat

    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        clean = {k: v for k, v in cell.items() if k not in ("metadata", "id")}
        clean["metadata"] = {"tags": list(tags)} if tags else {}
        clean["id"] = "injected-parameters" if "injected-parameters" in tags else cell.get("id", "cell")
        if cell.cell_type == "code":
            clean["outputs"] = [_clean_output(o) for o in cell.outputs if BLOCK in o.get("data", {})]
        cells.append(clean)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.from_dict({"cells": cells, "nbformat": 4, "nbformat_minor": 5,
                               "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}})


def _clean_output(output: Any) -> dict[str, Any]:
    return {**{k: v for k, v in output.items() if k != "metadata"}, "metadata": {}}


def note_texts(notebook: Any) -> pd.Series:
    """Return the words between the cells, which are published with the notebook, by where they stand."""
    notes = {f"cell {i} (markdown)": cell.source for i, cell in enumerate(notebook.cells, 1)
             if cell.cell_type == "markdown"}
    return pd.Series(notes, dtype="string")


def _sections(notebook: Any) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if BLOCK in output.get("data", {}):
                yield output["data"][BLOCK]


def _write(notebook: Any, sections: Sequence[Mapping[str, Any]], folder: Path,
           study: Study) -> tuple[dict[str, str], int]:
    """Write everything into a folder beside the last one's and put it in its place at the end."""
    import nbformat

    from workbench.reports.exporter import HtmlExporter, PdfExporter

    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    for name in ("tables", "figures"):
        (part / name).mkdir(parents=True)
    pdf, _ = PdfExporter(draft=False).from_notebook_node(notebook)
    html, _ = HtmlExporter(draft=False).from_notebook_node(notebook)
    (part / "report.pdf").write_bytes(pdf)
    (part / "report.html").write_text(html, encoding="utf-8", newline="\n")
    (part / "report.ipynb").write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    for block in (b for section in sections for b in section["blocks"]):
        content = block["content"]
        if block["kind"] == "figure":
            (part / "figures" / f"{content['key']}.svg").write_text(content["svg"], encoding="utf-8", newline="\n")
        if "csv" in content:
            (part / "tables" / f"{content['key']}.csv").write_text(content["csv"], encoding="utf-8", newline="\n")
    files = {str(p.relative_to(part).as_posix()): _sha256(p) for p in sorted(part.rglob("*")) if p.is_file()}
    manifest = {"schema": 1, "release": next((s["release"] for s in sections if s["release"]), None), "files": files,
                "versions": {"workbench": version("findings-workbench")}, "corpus": _corpus_digest(study)}
    (part / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return files, _page_count(pdf)


def _corpus_digest(study: Study) -> str:
    return _sha256(study.folder / "data" / "processed" / "corpus" / "manifest.json")


def _page_count(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
