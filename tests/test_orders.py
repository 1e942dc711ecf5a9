"""A language that is spoken in single products is checked before anything runs, and needs a native reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import CardError, ReportError
from workbench.handbook import read_handbook
from workbench.orders import Order, check_order
from workbench.products import find_product
from workbench.settings import PARTIAL, read_settings
from workbench.starting import start_study
from workbench.study import open_study
from workbench.wording import Wording, open_wording


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start_study(tmp_path, is_city=True)
    return tmp_path


def order(folder: Path, language: str, name: str = "parents") -> Order:
    return check_order(find_product(name, folder), open_study(folder), period="2025Q3", language=language, parameters={})


def speak(monkeypatch: pytest.MonkeyPatch, change) -> None:
    """Let the Arabic catalogs say something else."""
    said = change(dict(open_wording("ar").messages))
    monkeypatch.setattr("workbench.orders.open_wording",
                        lambda language: Wording("ar", said) if language == "ar" else open_wording(language))


@pytest.mark.parametrize("language", PARTIAL)
def test_a_language_that_says_all_a_product_needs_is_taken(folder: Path, language: str) -> None:
    assert order(folder, language).language == language


def test_what_a_language_does_not_say_is_told_by_its_ids(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = ("parents.talk.fun", "report.contact")
    speak(monkeypatch, lambda said: {name: text for name, text in said.items() if name not in lost} | {"parents.law": ""})
    with pytest.raises(ReportError, match=r"/catalogs/ar: parents\.talk\.fun, parents\.law, report\.contact\."):
        order(folder, "ar")


def test_a_language_whose_letters_no_font_has_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, lambda said: said | {"report.contact": "ሰላም"})  # Amharic
    with pytest.raises(ReportError, match=r"No packaged font has the letters of ar: U\+120B, U\+121D, U\+1230"):
        order(folder, "ar")


def test_a_product_that_a_language_is_not_spoken_in_is_refused(folder: Path) -> None:
    path = folder / "notebooks" / "quarterly_report.product.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("gates =", 'languages = ["da", "ar"]\ngates ='), encoding="utf-8")
    with pytest.raises(ReportError, match="ar is no language of reports: it is spoken in parents alone"):
        order(folder, "ar", "quarterly")


def test_a_sheet_stays_a_draft_until_somebody_who_grew_up_with_its_language_has_read_it(folder: Path) -> None:
    settings = read_settings(folder)
    assert settings.missing_for_publication("ar") == ("native",)
    assert settings.missing_for_publication("da") == settings.missing_for_publication() == ()
    file = folder / "study.toml"
    file.write_text('native_readers = ["ar"]\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_settings(folder).missing_for_publication("ar") == ()
    assert read_settings(folder).missing_for_publication("tr") == ("native",)
    real = replace(settings, made_up=False, name="", contact="x")
    assert real.missing_for_publication("uk") == ("name", "native")


@pytest.mark.parametrize("given", ['["da"]', '"ar"', '["xx"]'])
def test_only_languages_of_single_products_have_native_readers(folder: Path, given: str) -> None:
    file = folder / "study.toml"
    file.write_text(f"native_readers = {given}\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CardError, match="native_readers must be a list of some of ar, so, tr, uk"):
        read_settings(folder)


def test_help_lines_may_be_told_in_a_language_of_single_products_and_else_stand_in_the_studys_own(folder: Path) -> None:
    arabic, danish = (read_handbook(folder, "help_lines", language=one, own="da") for one in ("ar", "da"))
    both = arabic.merge(danish, on="id", suffixes=("", "_da")).set_index("id")
    assert both.loc["acute", "text"] != both.loc["acute", "text_da"]
    assert both.loc["acute", "name"] == both.loc["acute", "name_da"]
