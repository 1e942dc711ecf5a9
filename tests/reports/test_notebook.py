from __future__ import annotations

import nbformat
import pytest

from workbench.errors import ReportError
from workbench.reports.cells import name_cell
from workbench.reports.notebook import open_notebook


def test_a_cell_that_ran_is_named_by_its_turn_and_any_other_by_its_place() -> None:
    cells = [nbformat.v4.new_markdown_cell("words") for _ in range(23)]
    cells[5] = nbformat.v4.new_code_cell("1", execution_count=7)
    cells[8] = nbformat.v4.new_code_cell("1")
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert name_cell(notebook, 5) == "cell In [7]"
    assert [name_cell(notebook, i) for i in (0, 1, 2, 3, 8, 10, 11, 12, 20, 21, 22)] == [
        f"the {place} cell" for place in ("1st", "2nd", "3rd", "4th", "9th", "11th", "12th", "13th", "21st", "22nd",
                                          "23rd")]


def test_a_whole_notebook_is_read_in_whatever_version_it_was_saved(tmp_path) -> None:
    path = tmp_path / "old.ipynb"
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("1 + 1")])])
    path.write_text(nbformat.v3.writes_json(old), encoding="utf-8")
    assert open_notebook(path).cells[0].source == "1 + 1"


@pytest.mark.parametrize(("content", "fault"), [
    (b'{"cells": [\n{"source": "secret words",\n', "broken.ipynb, line 3: the file is not whole"),
    (b"", "line 1: the file is not whole"),
    (b"\xff\xfe\x00", "is not text in UTF-8"),
    (b"[]", "is JSON but no notebook"),
    (b"7", "is JSON but no notebook"),
    (b'{"cells": "secret words", "metadata": {}, "nbformat": 4, "nbformat_minor": 4}', "is JSON but no notebook"),
    (b'{"cells": [{"source": "secret words"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}', "no notebook"),
    (b'{"secret words": 1}', "is JSON but no notebook"),
    (b'{"nbformat": 9, "cells": []}', "is JSON but no notebook"),
])
def test_a_broken_notebook_is_refused_by_file_and_line_and_not_quoted(tmp_path, capfd, content: bytes, fault: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=fault) as caught:
        open_notebook(path)
    assert "Restore the notebook" in str(caught.value)
    assert str(path) in str(caught.value)
    assert "secret" not in str(caught.value) + capfd.readouterr().err


def test_a_notebook_that_cannot_be_opened_is_refused_by_name(tmp_path) -> None:
    with pytest.raises(ReportError, match=r"cannot be read \(Is a directory\)"):
        open_notebook(tmp_path)
