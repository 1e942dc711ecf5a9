"""The form for field notes is written in every language of the reports, and each is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.settings import LANGUAGES
from workbench.sources import write_field_form
from workbench.sources.readers.formats.field_notes import CODES, COLUMNS
from workbench.wording import open_wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_filled_in_with_the_words_of_its_language_is_read_back(study, tmp_path: Path, language: str) -> None:
    from openpyxl import load_workbook

    path = write_field_form(tmp_path / "form.xlsx", language=language)
    book = load_workbook(path)
    for number, code in enumerate(CODES, start=1):
        said = open_wording(language).say(f"form.code.{code}")
        book.worksheets[0].append(["2025-08-01", "", "telegram", f"Torvet {number}", said, 2, "grov tone"])
    book.save(path)
    ledger = study.take(study.put(path.read_bytes(), "noter.xlsx"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[len(CODES), 0]]
    links = study.corpus().links
    assert sorted(links.loc[links["relation"].eq("code"), "target"]) == sorted(CODES)


def test_no_word_of_a_form_means_two_things_over_all_languages() -> None:
    said = {(open_wording(language).say(f"form.{kind}.{word}"), word) for language in LANGUAGES
            for kind, words in (("column", COLUMNS), ("code", CODES)) for word in words}
    assert len({text for text, _ in said}) == len(said)
