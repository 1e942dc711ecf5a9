"""Slips go out empty and come in as counts: no names, nothing below five."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from workbench.cli import app
from workbench.errors import InputError
from workbench.settings import LANGUAGES
from workbench.starting import start_study
from workbench.week11 import (
    keep_evaluation,
    list_questions,
    read_evaluations,
    read_slips,
    tell_evaluation,
    write_slips,
)

ROWS = [*[("god", "ja, meget", "")] * 6, *[("okay", "nej", "")] * 5, ("ikke god", "ja, lidt", "Mere om spil")]


def fill(path: Path, rows: list[tuple[str, str, str]], language: str = "da") -> Path:
    write_slips(path, language=language)
    if path.suffix == ".csv":
        path.write_text(path.read_text(encoding="utf-8-sig") + "".join(";".join(r) + "\n" for r in rows), "utf-8")
    else:
        book = load_workbook(path)
        for row in rows:
            book.worksheets[0].append(list(row))
        book.save(path)
    return path


def counts(table: pd.DataFrame) -> dict[tuple[str, str], object]:
    told = table[table["question"].ne("wish")]
    return {(q, a): None if pd.isna(n) else int(n)
            for q, a, n in told[["question", "answer", "count"]].itertuples(index=False)}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_form_that_was_filled_in_comes_back_as_counts_and_none_below_five_is_told(tmp_path, ending: str) -> None:
    found = read_slips([fill(tmp_path / f"svar.{ending}", ROWS)])
    assert found.slips == 12
    assert counts(found.table) == {("liked", "good"): 6, ("liked", "fair"): 5, ("liked", "bad"): None,
                                   ("learned", "much"): 6, ("learned", "some"): None, ("learned", "nothing"): 5}
    assert found.table[found.table["question"].eq("wish")]["answer"].tolist() == ["Mere om spil"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_in_any_language_is_read_and_files_are_counted_together(tmp_path, language: str) -> None:
    asked = list_questions(language=language)
    row = (asked["choices"][0][0], asked["choices"][1][2], "")
    path = fill(tmp_path / "one.csv", [row] * 5, language)
    found = read_slips([path, fill(tmp_path / "two.xlsx", ROWS)])
    assert counts(found.table)["liked", "good"] == 11
    assert counts(found.table)["learned", "nothing"] == 10


def test_fewer_than_five_slips_are_refused(tmp_path) -> None:
    with pytest.raises(InputError, match="There are 4 slips"):
        read_slips([fill(tmp_path / "svar.csv", ROWS[:4])])
    assert read_slips([fill(tmp_path / "fem.csv", ROWS[:5])]).slips == 5


@pytest.mark.parametrize("wish", ["Ring til mig på 20 12 34 56", "skriv til a.b@skole.dk", "Noget om Mette i 5.b",
                                  "@signe_paa_kajen", "x" * 201])
def test_a_wish_that_tells_of_a_person_or_is_too_long_is_left_out_and_counted(tmp_path, wish: str) -> None:
    found = read_slips([fill(tmp_path / "svar.xlsx", [*ROWS, ("god", "nej", wish)])])
    assert found.refused == 1
    assert found.table[found.table["question"].eq("wish")]["answer"].tolist() == ["Mere om spil"]


def test_wishes_stand_in_the_order_of_the_alphabet_and_not_of_the_slips(tmp_path) -> None:
    rows = [*ROWS, ("god", "nej", "Venner"), ("god", "nej", "Film"), ("god", "nej", "Film")]
    found = read_slips([fill(tmp_path / "svar.csv", rows)])
    assert found.table[found.table["question"].eq("wish")]["answer"].tolist() == ["Film", "Mere om spil", "Venner"]


@pytest.mark.parametrize(("change", "said"), [
    (lambda t: "Navn;" + t.replace("\n", "\nAnna;"), "its columns are not the three questions"),
    (lambda t: t.replace("\ngod;ja, meget;", "\ngod;ja, meget;;Anna"), "its columns are not the three questions"),
    (lambda t: t.replace("okay", "superduper"), "row 8, row 9, row 10, row 11, row 12: an answer is none")])
def test_another_column_and_another_answer_are_refused_without_what_is_written(tmp_path, change, said: str) -> None:
    path = fill(tmp_path / "svar.csv", ROWS)
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    with pytest.raises(InputError, match=said) as refused:
        read_slips([path])
    assert not {"Anna", "superduper"} & set(str(refused.value).replace(":", " ").split())


def test_a_form_is_never_written_over_and_only_as_excel_or_csv(tmp_path) -> None:
    write_slips(tmp_path / "a.csv", language="da")
    for name in ("a.csv", "a.pdf"):
        with pytest.raises(InputError, match="Choose another name"):
            write_slips(tmp_path / name, language="da")
    with pytest.raises(InputError, match="does not end in"):
        read_slips([tmp_path / "a.pdf"])
    (tmp_path / "b.xlsx").write_bytes(b"no excel")
    with pytest.raises(InputError, match="no Excel file that can be read"):
        read_slips([tmp_path / "b.xlsx"])


def test_answers_are_kept_by_year_and_those_of_a_year_are_not_replaced_unasked(tmp_path) -> None:
    slips = read_slips([fill(tmp_path / "svar.csv", ROWS)])
    keep_evaluation(tmp_path, slips, year=2026)
    keep_evaluation(tmp_path, slips, year=2025)
    with pytest.raises(InputError, match="holds answers of 2026 already"):
        keep_evaluation(tmp_path, slips, year=2026)
    keep_evaluation(tmp_path, slips, year=2026, replace=True)
    kept = read_evaluations(tmp_path)
    assert kept["year"].drop_duplicates().tolist() == [2025, 2026]
    assert len(kept) == 2 * len(slips.table)
    pd.testing.assert_frame_equal(kept[kept["year"].eq(2026)].drop(columns="year").reset_index(drop=True),
                                  slips.table.astype(kept.drop(columns="year").dtypes))


def test_the_last_year_is_told_and_nothing_hidden_in_it(tmp_path) -> None:
    assert tell_evaluation(read_evaluations(tmp_path), language="da") == []
    keep_evaluation(tmp_path, read_slips([fill(tmp_path / "svar.csv", ROWS)]), year=2026)
    assert tell_evaluation(read_evaluations(tmp_path), language="da") == [
        "Hvordan var ugen? (2026): 6 siger god og 5 siger okay",
        "Lærte du noget, du kan bruge? (2026): 6 siger ja, meget og 5 siger nej"]


def test_the_command_writes_the_form_and_reads_the_answers(tmp_path) -> None:
    start_study(tmp_path / "by")
    run, at = CliRunner(), ["--study", str(tmp_path / "by")]
    assert run.invoke(app, ["week11", "form", str(tmp_path / "tom.xlsx"), *at]).exit_code == 0
    assert (tmp_path / "tom.xlsx").is_file()
    done = run.invoke(app, ["week11", "read", str(fill(tmp_path / "svar.csv", ROWS)), "--year", "2026", *at])
    assert "12 slips, 1 wishes" in done.output
    assert len(read_evaluations(tmp_path / "by")) == 7
