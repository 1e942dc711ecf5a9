from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import ReportError
from workbench.products import Layout, find_product, find_products, list_processing
from workbench.settings import LANGUAGES

GOOD = """name = "brief"
period = "month"
languages = ["da"]
gates = ["identifiers", "quotes", "consistency"]
[title]
da = "Månedsbrev"
en = "Monthly brief"
[layout]
cover = true
contents = false
pages = 2
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "brief.ipynb").write_text("{}")
    return tmp_path


def write(study: Path, text: str, name: str = "brief") -> Path:
    path = study / "notebooks" / f"{name}.product.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_quarterly_report_comes_with_the_package(tmp_path: Path) -> None:
    product = find_product("quarterly", tmp_path)
    assert (product.period, product.languages, product.layout.cover) == ("quarter", LANGUAGES, True)
    assert product.notebook.name == "quarterly_report.ipynb"
    assert product.notebook.is_file()


def test_a_product_of_the_study_says_all_that_its_file_says(study: Path) -> None:
    path = write(study, GOOD)
    product = find_products(study)["brief"]
    assert product.layout == Layout(cover=True, contents=False, most_pages=None, pages=2)
    assert product.titles == {"da": "Månedsbrev", "en": "Monthly brief"}
    assert (product.path, product.notebook) == (path, study / "notebooks" / "brief.ipynb")
    assert product.gates == ("identifiers", "quotes", "consistency")


def test_a_product_that_names_no_languages_is_made_in_all_and_called_by_the_title_it_has(study: Path) -> None:
    write(study, GOOD.replace('languages = ["da"]\n', ""))
    product = find_products(study)["brief"]
    assert product.languages == LANGUAGES
    assert [product.title(language) for language in ("da", "en", "sv")] == ["Månedsbrev", "Monthly brief", "Månedsbrev"]


def test_a_notebook_of_the_study_goes_before_the_package_s(study: Path) -> None:
    own = study / "notebooks" / "quarterly_report.ipynb"
    own.write_text("{}")
    assert find_product("quarterly", study).notebook == own


@pytest.mark.parametrize(("old", "new", "fault"), [
    ('name = "brief"', "", "name is missing"),
    ('name = "brief"', 'name = "brief-en"', "name must be small letters"),
    ('name = "brief"', 'name = "brief"\nslides = true', "slides is unknown"),
    ('period = "month"', 'period = "year"', "period must be one of quarter, month, week, day"),
    ('languages = ["da"]', 'languages = ["de"]', "languages must be a list of some of da, en, no, sv"),
    ('languages = ["da"]', "languages = []", "languages must be a list of some of da, en, no, sv"),
    ('en = "Monthly brief"', 'en = ""', r"title\.en must be a text"),
    ('en = "Monthly brief"', 'en = "Brief"\nfr = "Lettre"', r"title\.fr is unknown"),
    ('da = "Månedsbrev"\nen = "Monthly brief"\n', "", "title must be a table with one or more of da, en"),
    ('"quotes"', '"quotas"', "there is no 'quotas'"),
    ('["identifiers", "quotes", "consistency"]', '["quotes", "consistency"]', "identifiers may not be left out"),
    ('["identifiers", "quotes", "consistency"]', '["identifiers", "consistency"]', "quotes may not be left out"),
    ("cover = true", "", r"layout\.cover is missing"),
    ("contents = false", 'contents = "no"', r"layout\.contents must be true or false"),
    ("pages = 2", "pages = 0", r"layout\.pages must be a number"),
    ("pages = 2", "pages = true", r"layout\.pages must be a number"),
    ("pages = 2", "page = 2", r"layout\.page is unknown"),
    (GOOD[GOOD.index("[layout]"):], "", "layout is missing"),
    ("[layout]", "[layout", "not valid TOML"),
])
def test_every_fault_is_named_with_file_and_field(study: Path, old: str, new: str, fault: str) -> None:
    path = write(study, GOOD.replace(old, new))
    with pytest.raises(ReportError, match=fault) as caught:
        find_products(study)
    assert str(path) in str(caught.value)


def test_all_faults_are_named_at_once(study: Path) -> None:
    write(study, GOOD.replace('"month"', '"year"').replace('["da"]', "[]"))
    write(study, "", name="other")
    with pytest.raises(ReportError, match=r"period must.*languages must.*other\.product\.toml: name is missing"):
        find_products(study)


def test_a_product_without_its_notebook_is_refused(study: Path) -> None:
    write(study, GOOD, name="lonely")
    with pytest.raises(ReportError, match=r"lonely\.product\.toml: there is no notebook of that name"):
        find_products(study)


def test_two_products_of_one_name_are_refused(study: Path) -> None:
    write(study, GOOD)
    (study / "notebooks" / "other.ipynb").write_text("{}")
    write(study, GOOD, name="other")
    with pytest.raises(ReportError, match=r"the name brief is taken"):
        find_products(study)


def test_the_nearest_name_is_suggested_and_all_are_listed(study: Path) -> None:
    with pytest.raises(ReportError, match="Did you mean quarterly"):
        find_product("quaterly", study)
    with pytest.raises(ReportError, match=r"There are: .*quarterly"):
        find_product("zzz", study)


def test_what_an_editor_keeps_in_a_hidden_folder_is_no_product(study: Path) -> None:
    hidden = study / "notebooks" / ".ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "letter.product.toml").write_text(GOOD.replace('"brief"', '"letter"'), encoding="utf-8")
    assert "letter" not in find_products(study)


def test_what_the_record_tells_of_a_product_stands_in_its_file(study: Path) -> None:
    write(study, "kept_months = 24\n" + GOOD + '\n[purpose]\nda = "Oplysning"\n[recipients]\nen = "All citizens"\n')
    told = list_processing(study, language="da").set_index("title").loc["Månedsbrev"]
    assert told.tolist() == ["month", "Oplysning", "All citizens", 24]


@pytest.mark.parametrize(("more", "fault"), [
    ('\n[purpose]\nxx = "Oplysning"\n', r"purpose\.xx is unknown"), ("\n[recipients]\n", "recipients must be a table"),
    ('\n[recipients]\nda = ""\n', r"recipients\.da must be a text")])
def test_a_purpose_that_cannot_be_told_is_refused(study: Path, more: str, fault: str) -> None:
    write(study, GOOD + more)
    with pytest.raises(ReportError, match=fault):
        find_products(study)


def test_a_time_limit_is_a_number_of_months(study: Path) -> None:
    write(study, "kept_months = 0\n" + GOOD)
    with pytest.raises(ReportError, match="kept_months must be a number of months"):
        find_products(study)


def test_products_of_the_package_say_what_they_are_for_who_gets_them_and_for_how_long(tmp_path: Path) -> None:
    told = list_processing(tmp_path, language="da").set_index("title")
    own = told.loc[["Kvartalsrapport", "Påstande i omløb", "Kort nyt til hjemmesiden", "Om kortlægningen"]]
    assert own.ne("").all(axis=None)
    assert own["kept_months"].gt(0).all()
