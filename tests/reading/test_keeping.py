from __future__ import annotations

import stat
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reading import keeping, save_table
from workbench.tables.actors import EVIDENCE


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({
        "posted_at": pd.to_datetime(["2025-07-01T08:30:00+02:00", None], utc=True).tz_convert("Europe/Copenhagen"),
        "text": pd.array(["=1+1", "linje et\nlinje to"], dtype="string"), "views": pd.array([3, None], dtype="Int64"),
        "share": [0.25, -0.5], "sure": [True, False], "words": [["a", "b"], []],
        "posts": pd.Series([["T-1:1"], None], dtype=EVIDENCE)})


def sheet(path: Path) -> list[tuple]:
    return list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))


def test_excel_holds_zoned_times_as_utc_and_says_so(table, tmp_path) -> None:
    header, first, second = sheet(save_table(table, tmp_path / "a.xlsx"))
    assert header == ("posted_at (UTC)", "text", "views", "share", "sure", "words", "posts")
    assert first == (pd.Timestamp("2025-07-01 06:30"), "=1+1", 3, 0.25, True, "a, b", "T-1:1")
    assert second[:5] == (None, "linje et\nlinje to", None, -0.5, False)


def test_a_time_without_a_zone_keeps_its_name_and_an_object_with_one_is_found(tmp_path) -> None:
    table = pd.DataFrame({"plain": pd.to_datetime(["2025-07-01"]),
                          "mixed": pd.Series([None, pd.Timestamp("2025-07-01 12:00", tz="Asia/Tokyo")], dtype=object).head(1)})
    table.loc[1, "mixed"] = pd.Timestamp("2025-07-01 12:00", tz="Asia/Tokyo")
    table["mixed"] = table["mixed"].astype(object)
    rows = sheet(save_table(table, tmp_path / "a.xlsx"))
    assert rows[0] == ("plain", "mixed (UTC)")
    assert rows[2][1] == pd.Timestamp("2025-07-01 03:00")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "  =1+1"])
def test_no_text_becomes_a_formula(tmp_path, text: str) -> None:
    table = pd.DataFrame({"text": [text], "=head": ["x"]})
    page = openpyxl.load_workbook(save_table(table, tmp_path / "a.xlsx")).active
    assert (page["A2"].data_type, page["A2"].value, page["A2"].quotePrefix) == ("s", text, True)
    assert page["B1"].data_type == "s"
    written = pd.read_csv(save_table(table, tmp_path / "a.csv"))
    assert written.columns[1] == "'=head"
    assert written["text"][0] == f"'{text}"


def test_a_negative_number_stays_a_number_in_a_csv(table, tmp_path) -> None:
    written = pd.read_csv(save_table(table, tmp_path / "a.csv"))
    assert written["share"].tolist() == [0.25, -0.5]
    assert written["text"][1] == "linje et\nlinje to"
    assert written["words"][0] == "a, b"
    assert pd.Timestamp(written["posted_at"][0]) == table["posted_at"][0]


def test_a_csv_begins_with_the_mark_of_utf8_where_it_is_asked_for(tmp_path) -> None:
    table = pd.DataFrame({"ord": ["blåbær"]})
    assert save_table(table, tmp_path / "a.csv").read_bytes() == "ord\nblåbær\n".encode()
    assert save_table(table, tmp_path / "a.csv", bom=True).read_bytes() == b"\xef\xbb\xbf" + "ord\nblåbær\n".encode()


def test_parquet_keeps_types_and_zones(table, tmp_path) -> None:
    table.attrs["facts"] = {"a": object()}
    read = pd.read_parquet(save_table(table, tmp_path / "a.parquet"))
    assert read["posted_at"].dtype == table["posted_at"].dtype
    assert read["posted_at"][0] == table["posted_at"][0]
    assert read["views"].tolist() == [3, pd.NA]
    assert (list(read["posts"][0]), read["posts"][1]) == (["T-1:1"], None)
    assert table["posts"].dtype == EVIDENCE  # the one that was given stays as it is


def test_an_index_with_a_name_is_kept_and_row_numbers_are_not(tmp_path) -> None:
    table = pd.DataFrame({"n": [1]}, index=pd.Index(["da"], name="language"))
    assert sheet(save_table(table, tmp_path / "a.xlsx")) == [("language", "n"), ("da", 1)]
    assert sheet(save_table(table.reset_index(), tmp_path / "a.xlsx"))[0] == ("language", "n")


def test_the_same_table_gives_the_same_bytes_and_the_file_is_its_owners(table, tmp_path) -> None:
    for ending in ("xlsx", "csv"):
        path = save_table(table, tmp_path / f"a.{ending}")
        before = path.read_bytes()
        assert save_table(table, tmp_path / f"a.{ending}").read_bytes() == before
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_characters_and_numbers_that_excel_cannot_hold_are_told_or_kept_as_text(tmp_path) -> None:
    table = pd.DataFrame({"text": ["a\x00b"], "id": [2**60 + 1], "size": [float("inf")]})
    assert sheet(save_table(table, tmp_path / "a.xlsx"))[1] == ("ab", str(2**60 + 1), "inf")
    with pytest.raises(TableError, match="1 texts of the column text are longer"):
        save_table(pd.DataFrame({"text": ["x" * 32_768, "y"]}), tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", 3)
    save_table(pd.DataFrame({"n": range(2)}), tmp_path / "a.xlsx")
    with pytest.raises(TableError, match=r"3 rows are more than an Excel sheet holds .*\.csv"):
        save_table(pd.DataFrame({"n": range(3)}), tmp_path / "a.xlsx")


def test_what_cannot_be_saved_says_what_to_do(table, tmp_path) -> None:
    with pytest.raises(TableError, match=r"a\.ods has no ending that is known. There is \.xlsx, \.csv, \.parquet"):
        save_table(table, tmp_path / "a.ods")
    with pytest.raises(TableError, match="there is no folder"):
        save_table(table, tmp_path / "none" / "a.csv")
    with pytest.raises(TableError, match="two columns are called text"):
        save_table(pd.DataFrame([[1, 2]], columns=["text", "text"]), tmp_path / "a.csv")
    with pytest.raises(TableError, match="got dict"):
        save_table({}, tmp_path / "a.csv")
    with pytest.raises(TableError, match="several kinds"):
        save_table(pd.DataFrame({"a": [1, "b"]}), tmp_path / "a.parquet")


def test_a_file_that_is_open_elsewhere_is_told_kindly(table, tmp_path, monkeypatch) -> None:
    def locked(*_, **__):
        raise PermissionError

    monkeypatch.setattr(keeping, "replace_whole", locked)
    with pytest.raises(TableError, match="Close it where it is open"):
        save_table(table, tmp_path / "a.csv")
