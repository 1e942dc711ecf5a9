from __future__ import annotations

import nbformat
import pytest

from workbench.errors import ReportError
from workbench.reports.blocks import MIMETYPE
from workbench.reports.exporter import HtmlExporter, PdfExporter
from workbench.reports.layout import Layout
from workbench.reports.notebook import digest_cells


def export(notebook, exporter=HtmlExporter, **options):
    nbformat.validate(notebook)
    return exporter(**options).from_notebook_node(notebook, {"metadata": {"name": "quarterly"}})


def test_a_notebook_becomes_a_pdf_and_a_page(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    pdf, resources = export(notebook, PdfExporter)
    assert pdf.startswith(b"%PDF-")
    assert resources["output_extension"] == ".pdf"
    page, resources = export(notebook)
    assert page.startswith("<!doctype html>")
    assert resources["output_extension"] == ".html"


def test_only_blocks_are_exported(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    printed = nbformat.v4.new_output("stream", text="printed words")
    notebook.cells[3].outputs.insert(0, printed)
    page, _ = export(notebook)
    assert "Not exported" not in page
    assert "printed words" not in page


def test_a_notebook_survives_its_file_on_disk(make_blocks, make_notebook, tmp_path):
    path = tmp_path / "quarterly.ipynb"
    notebook = make_notebook(make_blocks())
    nbformat.write(notebook, path)
    assert HtmlExporter().from_filename(str(path))[0] == export(notebook)[0]


def test_a_report_ends_with_the_notebook_that_made_it_and_whether_people_changed_it(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    made_by = digest_cells(notebook)[:12]
    told = {edited: export(notebook, edited=edited)[0] for edited in ("", "no", "yes", "own")}
    assert all(made_by in page for page in told.values())
    assert len(set(told.values())) == 4
    assert made_by not in export(notebook, layout=Layout(contents=False))[0]
    notebook.cells[3].source += "\n# another way"
    assert digest_cells(notebook)[:12] != made_by


def test_parameters_from_outside_do_not_change_what_a_notebook_is(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    before = digest_cells(notebook)
    given = nbformat.v4.new_code_cell("quarter = '2025Q1'", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(2, given)
    assert digest_cells(notebook) == before


def test_every_export_is_a_draft_until_the_runs_say_otherwise(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    assert "Udkast" in export(notebook)[0]
    assert "Udkast" not in export(notebook, draft=False)[0]


def test_no_configuration_lifts_the_mark():
    assert "draft" not in PdfExporter.class_traits(config=True)
    assert "draft" not in HtmlExporter.class_traits(config=True)


def test_a_notebook_that_was_not_run_is_refused(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    for cell in notebook.cells[1:]:
        cell.execution_count, cell.outputs = None, []
    with pytest.raises(ReportError, match="quarterly: the notebook was not run"):
        export(notebook)


def test_a_cell_that_was_not_run_is_named(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells[4].execution_count = None
    with pytest.raises(ReportError, match="quarterly, the 5th cell: the cell was not run"):
        export(notebook)


def test_an_empty_cell_need_not_run(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells.append(nbformat.v4.new_code_cell(""))
    assert export(notebook)[0]


def test_a_notebook_run_out_of_order_is_refused(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells[4].execution_count = 9
    with pytest.raises(ReportError, match=r"quarterly, cell In \[9\]: the cell ran as number 9 and stands as number 4"):
        export(notebook)


def test_a_failed_cell_is_named_without_its_message(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells[5].outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="secret words", traceback=[])]
    with pytest.raises(ReportError, match=r"quarterly, cell In \[5\]: the cell failed with KeyError") as caught:
        export(notebook)
    assert "secret words" not in str(caught.value)


def test_a_notebook_without_blocks_is_refused(make_notebook):
    with pytest.raises(ReportError, match="no cell shows a block"):
        export(make_notebook([]))


@pytest.mark.parametrize(("injected", "fault"), [
    ('quater = "2025Q3"', r"cell In \[2\]: quater is not .* Did you mean quarter\?"),
    ("zzz = 1", "The known ones are quarter, share"),
    ("quarter = 3", "parameter quarter is int and should be str"),
    ("share = True", "parameter share is bool and should be float"),
    ("import os", r"cell In \[2\], line 1: a parameters cell may only assign plain values"),
    ('quarter = "2025Q4"\n\nshare = (', r"cell In \[2\], line 3: a parameters cell may only"),
    ('quarter = "2025Q4"\nshare = {[]: 1}', r"cell In \[2\], line 2: a parameters cell may only"),
    ("quarter = open('/etc/passwd').read()", "only assign plain values"),
    ("quarter =", "only assign plain values"),
])
def test_parameters_the_notebook_does_not_know_are_refused(make_blocks, make_notebook, injected, fault):
    with pytest.raises(ReportError, match=fault):
        export(make_notebook(make_blocks(), injected=injected))


def test_parameters_the_notebook_knows_pass_and_a_whole_number_is_a_float(make_blocks, make_notebook):
    assert export(make_notebook(make_blocks(), injected='# Parameters\nquarter = "2025Q4"\nshare = 1\n'))[0]


def test_blocks_of_another_schema_version_are_refused(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells[2].outputs[0].data[MIMETYPE]["schema"] = 2
    with pytest.raises(ReportError, match=r"quarterly, cell In \[2\]: .* schema version 1"):
        export(notebook)


def test_blocks_of_two_releases_are_refused(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells[-1].outputs[0].data[MIMETYPE]["release"] = "cd" * 32
    with pytest.raises(ReportError, match="2 different releases"):
        export(notebook)


def test_block_data_of_another_shape_is_refused(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    notebook.cells[4].outputs[0].data[MIMETYPE]["blocks"] = [{"kind": "text"}]
    with pytest.raises(ReportError, match=r"quarterly, cell In \[4\]: the block's data"):
        export(notebook)


def test_a_broken_picture_is_named_by_cell_and_block(make_blocks, make_notebook):
    notebook = make_notebook(make_blocks())
    cell = next(i for i, c in enumerate(notebook.cells) if "<svg" in str(c.get("outputs", "")))
    notebook.cells[cell].outputs[0].data[MIMETYPE]["blocks"][0]["content"]["svg"] = "<svg><g></svg>"
    with pytest.raises(ReportError, match=rf"cell In \[{cell}\], block 1, of the kind 'figure'.*not well-formed"):
        export(notebook, PdfExporter)
