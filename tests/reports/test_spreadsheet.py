"""The Excel file beside the CSV: numbers as numbers, text never a formula, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from workbench.reports.spreadsheet import Sheet, list_sheets, write_workbook

CSV = "label,posts,share,note\nskole,1200,0.125,'=1+1\nklub,,,'@sum\n-3x,007,1e-05,True\n"


def opened(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


@pytest.fixture(scope="module")
def made() -> bytes:
    return write_workbook([Sheet("topics", "Emner", ("Andel af alle 4.212 opslag",), CSV)], language="da")


def test_each_table_has_a_sheet_with_title_notes_and_a_header_that_stays(made) -> None:
    book = opened(made)
    assert book.sheetnames == ["Indhold", "topics"]
    page = book["topics"]
    top = [row[0] for row in page.iter_rows(max_row=3, max_col=1, values_only=True)]
    assert top == ["Emner", "Andel af alle 4.212 opslag",
                   "En tom celle betyder, at tallet mangler eller er skjult, fordi for få står bag."]
    assert page.freeze_panes == "A6"
    names, labels = (list(row) for row in page.iter_rows(min_row=4, max_row=5, values_only=True))
    assert names == ["label", "posts", "share", "note"]
    assert labels[1:3] == ["Opslag", "Andel"]
    assert [c.value for c in book["Indhold"][2]] == ["topics", "Emner", "Andel af alle 4.212 opslag"]


def test_numbers_are_numbers_and_a_hidden_one_is_an_empty_cell(made) -> None:
    rows = list(opened(made)["topics"].iter_rows(min_row=6, max_col=3, values_only=True))
    assert rows == [("skole", 1200, 0.125), ("klub", None, None), ("-3x", "007", 1e-05)]
    assert opened(made)["topics"]["C6"].number_format == "0.0%"


def test_no_cell_is_a_formula_whatever_it_begins_with(made) -> None:
    cells = [cell for page in opened(made) for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert [opened(made)["topics"][place].value for place in ("D6", "D7", "D8")] == ["=1+1", "@sum", True]
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_the_same_tables_give_the_same_bytes_at_any_time(made, monkeypatch) -> None:
    import openpyxl.packaging.core as core
    import openpyxl.writer.excel as excel

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 5, 1, tzinfo=tz or UTC)

    for module in (core, excel):
        if hasattr(module, "datetime"):
            monkeypatch.setattr(module, "datetime", type("d", (), {"datetime": Later, "timezone": UTC})
                                if not isinstance(module.datetime, type) else Later)
    again = write_workbook([Sheet("topics", "Emner", ("Andel af alle 4.212 opslag",), CSV)], language="da")
    assert again == made
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_sheets_have_names_a_spreadsheet_takes_and_none_twice() -> None:
    sheets = [Sheet(f"{'a' * 40}_{n}", "T", (), "a\n1\n") for n in range(12)]
    names = opened(write_workbook(sheets, language="en")).sheetnames
    assert len(set(names)) == 13
    assert max(map(len, names)) <= 31


def test_what_figure_and_table_say_of_the_same_numbers_stands_on_one_sheet() -> None:
    figure = {"kind": "figure", "content": {"key": "topics", "title": "Fund", "subtitle": "Andel", "csv": CSV}}
    table = {"kind": "table", "content": {"key": "topics", "title": "Emner", "note": "2 tal er skjult.", "csv": CSV}}
    sheets = list_sheets([figure, {"kind": "text", "content": {"text": "x"}}, table], {"topics": CSV, "facts": "a\n1\n"})
    assert [(s.key, s.title, s.notes) for s in sheets] == [("topics", "Fund", ("Andel", "2 tal er skjult.")),
                                                           ("facts", "facts", ())]
