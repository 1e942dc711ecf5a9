from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from workbench.beginning import begin_product
from workbench.errors import ReportError
from workbench.products import find_products

TITLE = 'Havnen "denne" måned, TITLE'


@pytest.mark.parametrize("period", ["quarter", "month", "week", "day"])
def test_a_product_that_is_begun_is_found_and_its_notebook_holds_together(tmp_path: Path, period: str) -> None:
    notebook, file = begin_product(tmp_path, "harbour_letter", period=period, title=TITLE)
    product = find_products(tmp_path)["harbour_letter"]
    assert (product.period, product.title("da"), product.path, product.notebook) == (period, TITLE, file, notebook)
    cells = nbformat.read(notebook, as_version=4).cells
    nbformat.validate(nbformat.read(notebook, as_version=4))
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    assert TITLE in [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert f'{period}: str = ""' in code
    assert "PERIOD" not in code
    assert cells[0].source.startswith(f"# {TITLE}")


def test_without_a_title_it_is_called_by_its_name(tmp_path: Path) -> None:
    begin_product(tmp_path, "harbour_letter")
    assert find_products(tmp_path)["harbour_letter"].title("en") == "Harbour letter"


@pytest.mark.parametrize(("name", "more", "said"), [
    ("Brev", {}, "small letters"), ("../brev", {}, "small letters"), ("brev", {"period": "year"}, "not for 'year'"),
    ("brev", {"title": "to\nlinjer"}, "one line"), ("quarterly", {}, "is there already"),
])
def test_what_cannot_be_a_product_is_refused_and_nothing_is_written(tmp_path: Path, name, more, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        begin_product(tmp_path, name, **more)
    assert not list(tmp_path.rglob("*.*"))


def test_a_product_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    notebook, _ = begin_product(tmp_path, "brev")
    before = notebook.read_bytes()
    with pytest.raises(ReportError, match="is there already"):
        begin_product(tmp_path, "brev", title="Et andet")
    assert notebook.read_bytes() == before
