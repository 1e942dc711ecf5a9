from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench import failing
from workbench.failing import describe_failure

SECRET = "ord fra et opslag"


def ran(tmp_path: Path, *cells: tuple[str, str, int | None]) -> Path:
    path = tmp_path / "report.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": source.splitlines(keepends=True),
                                           **({"execution_count": count} if kind == "code" else {})}
                                          for kind, source, count in cells]}), encoding="utf-8")
    return path


def error(name: str = "KeyError", *, count: int = 3, source: str = "a = 1\nb = texts[a]", trace: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(ename=name, evalue=SECRET, exec_count=count, cell_index=7, source=source, traceback=list(trace))


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    note = '<span style="color:red">An Exception was encountered at "In [3]".</span>'
    return ran(tmp_path, ("markdown", note, None), ("markdown", "# Report\n\nWords.\n\n## Weeks\n\nMore.", None), ("code", "x", 2),
               ("markdown", "no heading", None), ("markdown", "## <span>not this</span>", None), ("code", "a = 1\nb = texts[a]", 3),
               ("markdown", "## After", None))


def test_a_foreign_error_is_told_by_cell_heading_line_and_our_last_place_and_never_by_its_words(notebook: Path) -> None:
    inside = failing.PACKAGE / "findings" / "volume.py"
    said = describe_failure(error(trace=(
        "\x1b[31m---\x1b[39m", "KeyError      Traceback\n\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[3]\x1b[39m, line \x1b[32m2\x1b[39m\n      1 a = 1",
        f"File \x1b[32m{inside}:88\x1b[39m, in \x1b[36mmeasure_volume\x1b[39m(corpus, quarter)\n     87 x",
        "File \x1b[32m/elsewhere/pandas/frame.py:9\x1b[39m, in \x1b[36mget\x1b[39m(self)", f"KeyError: '{SECRET}'")), notebook)
    assert said == ('cell In [3] failed with KeyError. It stands below "Weeks". Line 2: b = texts[a]. '
                    "Of the workbench it was in findings/volume.py, line 88 (measure_volume).")


def test_an_error_of_ours_is_told_by_its_words_and_the_line_of_the_notebook(notebook: Path) -> None:
    said = describe_failure(error("CardError", trace=("CardError in Cell In[3], line 1",)), notebook)
    assert said == f'cell In [3] failed with CardError: {SECRET} It stands below "Weeks". Line 1: a = 1.'


@pytest.mark.parametrize("trace", [(), ("Cell In[2], line 1",), ("Cell In[3], line 99",)])
def test_where_the_line_is_not_known_none_is_told(notebook: Path, trace: tuple[str, ...]) -> None:
    assert describe_failure(error(trace=trace), notebook) == 'cell In [3] failed with KeyError. It stands below "Weeks".'


def test_without_the_notebook_the_cell_is_named_all_the_same(tmp_path: Path) -> None:
    assert describe_failure(error(), tmp_path / "gone.ipynb") == "cell In [3] failed with KeyError."
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{", encoding="utf-8")
    assert describe_failure(error(count=0), broken) == "cell 7 failed with KeyError."
