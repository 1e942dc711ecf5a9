from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import CardError
from workbench.watching import read_watch_list, write_watch_list

HEAD = "arena;name;reason;category;access;owner;added;card;review;status"
ROW = "T-014;Byens opslagstavle;lokal debat;lokal;open;ssp-koordinator;2025-09-01;telegram;2025-12-01;followed"


def put(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    (folder / "watch").mkdir(exist_ok=True)
    (folder / "watch" / "list.csv").write_bytes("\r\n".join([head, *rows]).encode(encoding))
    return folder


def test_without_a_file_nothing_is_followed(tmp_path: Path) -> None:
    assert read_watch_list(tmp_path).empty


def test_what_a_spreadsheet_saved_is_read_whatever_its_separator_mark_and_days(tmp_path: Path) -> None:
    plain = read_watch_list(put(tmp_path, ROW))
    excel = read_watch_list(put(tmp_path, ROW.replace("2025-09-01", "01-09-2025").replace("2025-12-01", "1.12.2025"), "",
                                encoding="utf-8-sig"))
    commas = read_watch_list(put(tmp_path, ROW.replace(";", ","), head=HEAD.replace(";", ",")))
    pd.testing.assert_frame_equal(excel, plain)
    pd.testing.assert_frame_equal(commas, plain)
    assert plain.loc[0, ["arena", "name", "access"]].tolist() == ["T-014", "Byens opslagstavle", "open"]
    assert plain["review"].iloc[0] == pd.Timestamp("2025-12-01", tz="UTC")


def test_what_is_written_is_read_back_and_stays_when_written_again(tmp_path: Path) -> None:
    table = read_watch_list(put(tmp_path, ROW, ROW.replace("T-014;Byens opslagstavle", "x-0123abcd;")))
    path = write_watch_list(tmp_path, table)
    pd.testing.assert_frame_equal(read_watch_list(tmp_path), table)
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfarena;name")
    assert write_watch_list(tmp_path, read_watch_list(tmp_path)).read_bytes() == written


@pytest.mark.parametrize(("old", "new", "column"), [
    ("T-014", "Byens kanal", "arena"), ("Byens opslagstavle", "=HYPERLINK(1)", "name"), ("lokal debat", "+45", "reason"),
    ("Byens opslagstavle", "@byens", "name"), ("lokal debat", "se https://t.me/by", "reason"), ("lokal debat", "", "reason"),
    ("lokal debat", "ring 20 12 34 56", "reason"), (";open;", ";public;", "access"), ("ssp-koordinator", "Karen Jensen", "owner"),
    ("2025-12-01", "next year", "review"), ("followed", "on", "status"), ("lokal;", "l" * 61 + ";", "category"),
    ("open;ssp-koordinator;2025-09-01;telegram", "closed;ssp-koordinator;2025-09-01;", "card"),
])
def test_every_fault_is_told_with_line_and_column_and_never_with_what_stands_there(
        tmp_path: Path, old: str, new: str, column: str) -> None:
    with pytest.raises(CardError) as told:
        read_watch_list(put(tmp_path, ROW.replace("T-014", "T-001"), ROW.replace(old, new)))
    assert f"line 3, column {column}" in str(told.value)
    assert "line 2" not in str(told.value)
    assert not new or new in ("on",) or new not in str(told.value)


def test_all_faults_are_told_at_once_and_a_second_row_of_an_arena_is_one(tmp_path: Path) -> None:
    with pytest.raises(CardError, match=r"line 2, column access.*line 3, column arena: it stands in line 2 too"):
        read_watch_list(put(tmp_path, ROW.replace(";open;", ";public;"), ROW))


@pytest.mark.parametrize("head", [HEAD.replace("reason;", ""), HEAD + ";phone", ""])
def test_other_columns_are_refused_and_the_missing_ones_named(tmp_path: Path, head: str) -> None:
    with pytest.raises(CardError, match="line 1: the columns are arena"):
        read_watch_list(put(tmp_path, ROW, head=head))


def test_a_row_that_is_too_long_and_another_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="line 2: 11 columns under a header of 10"):
        read_watch_list(put(tmp_path, ROW + ";more"))
    with pytest.raises(CardError, match="not in UTF-8"):
        read_watch_list(put(tmp_path, ROW.replace("lokal", "grænse"), encoding="latin-1"))
