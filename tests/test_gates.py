from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest

from workbench.errors import ReportError
from workbench.gates import (
    GATES,
    Finished,
    block_texts,
    notebook_texts,
    refuse_identifiers,
    refuse_quotes,
    refuse_quoting_notebook,
)
from workbench.handbook import read_handbook
from workbench.starting import find_notebooks, start_study
from workbench.wording import open_wording


def sections(*texts: str) -> list[dict]:
    return [{"blocks": [{"kind": "text", "content": {"text": t, "svg": "<svg>@planted_handle</svg>"}} for t in texts]}]


def test_texts_know_their_block_and_pictures_are_left_out() -> None:
    texts = block_texts(sections("et", "to"))
    assert texts.tolist() == ["et", "to"]
    assert texts.index.tolist() == ["block 1 (text)", "block 2 (text)"]


@pytest.mark.parametrize("planted", ["skriv til @lars_holm93", "ring 20 12 34 56", "mail a.b@eksempel.dk", "010203-1234"])
def test_an_identifier_in_a_block_stops_the_report_and_is_not_repeated(planted: str) -> None:
    with pytest.raises(ReportError, match=r"block 2 \(text\)") as caught:
        refuse_identifiers(block_texts(sections("intet her", planted)))
    assert planted not in str(caught.value)


@pytest.mark.parametrize("content", [{"rows": [["Emne", "skriv til @lars_holm93"]]},
                                     {"columns": [{"label": "@lars_holm93", "align": "left"}]},
                                     {"csv": "label,posts\n@lars_holm93,12\n"}], ids=["rows", "header", "file"])
def test_an_identifier_in_a_table_or_its_file_stops_the_report_too(content: dict) -> None:
    with pytest.raises(ReportError, match=r"block 1 \(table\)"):
        refuse_identifiers(block_texts([{"blocks": [{"kind": "table", "content": content}]}]))


def test_the_digits_of_numbers_in_a_file_are_no_identifiers() -> None:
    csv = "share\n0.103205\n0.2012345678\n20123456\n"
    refuse_identifiers(block_texts([{"blocks": [{"kind": "table", "content": {"csv": csv}}]}]))


def test_numbers_weeks_and_dates_of_a_report_are_no_identifiers() -> None:
    refuse_identifiers(block_texts(sections(
        "12.345 opslag i 40 arenaer", "2025-W27", "1. juli 2025 – 30. september 2025", "+9,3 (+7,4 – +11,3)",
        "7d5bec7d9a8e", "2025-07-01", "1.234.567", "0,000123", "20.000 af 30.000")))


def test_the_contact_of_the_study_may_stand() -> None:
    refuse_identifiers(block_texts(sections("kontakt@kommune.dk")), known=["kontakt@kommune.dk"])


def test_five_words_from_a_post_stop_the_report_and_four_do_not(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "Vi mødes ved den gamle badebro klokken otte")])
    with pytest.raises(ReportError, match="block 1") as caught:
        refuse_quotes(block_texts(sections("De skrev: mødes ved den GAMLE badebro, klokken")), corpus)
    assert "badebro" not in str(caught.value)
    refuse_quotes(block_texts(sections("ved den gamle badebro")), corpus)


def test_words_of_two_posts_are_no_quote_and_neither_are_words_with_another_between(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "Vi mødes ved den"),
                          ("T-000", "a-1", "2025-08-02", "gamle badebro klokken otte"),
                          ("T-000", "a-1", "2025-08-03", "mødes ved den helt gamle badebro")])
    refuse_quotes(block_texts(sections("mødes ved den gamle badebro")), corpus)


def test_a_quote_is_found_in_the_last_of_many_posts(make_corpus, monkeypatch) -> None:
    monkeypatch.setattr("workbench.gates._BLOCK", 2)
    rows = [("T-000", "a-1", f"2025-08-{day:02d}", f"opslag nummer {day}") for day in range(1, 5)]
    corpus = make_corpus([*rows, ("T-000", "a-1", "2025-08-09", "mødes ved den gamle badebro")])
    with pytest.raises(ReportError, match="block 1"):
        refuse_quotes(block_texts(sections("mødes ved den gamle badebro")), corpus)


@pytest.mark.parametrize("language", ["da", "en"])
def test_phrases_of_the_catalogs_of_both_languages_may_occur_in_posts(make_corpus, language: str) -> None:
    phrase = next(m for m in open_wording(language).messages.values() if m.count(" ") > 6 and "{" not in m)
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", phrase)])
    refuse_quotes(pd.Series([phrase.upper()], index=["block 1 (text)"], dtype="string"), corpus)


def test_words_of_the_handbook_that_every_study_begins_with_may_occur_in_posts_and_a_towns_own_may_not(make_corpus, tmp_path) -> None:
    start_study(tmp_path)
    question = read_handbook(tmp_path, "quiz", language="en", own="da")["text"][0]
    own = "Do not share what the neighbour told you at the harbour"
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", question), ("T-000", "a-2", "2025-08-01", own)])
    refuse_quotes(pd.Series([question], index=["block 1 (questions)"], dtype="string"), corpus)
    with pytest.raises(ReportError, match="block 2"):
        refuse_quotes(pd.Series([own], index=["block 2 (questions)"], dtype="string"), corpus)


def test_a_quarterly_report_of_ours_is_never_refused_for_its_own_words(make_corpus) -> None:
    path = find_notebooks() / "quarterly_report.ipynb"
    texts = notebook_texts(nbformat.read(path, as_version=4), where=path.name)
    rows = [("T-000", f"a-{i}", "2025-08-01", text) for i, text in enumerate(texts)]
    rows.append(("T-000", "a-0", "2025-08-01", "all posts up to the end of the quarter, they say"))
    assert texts.str.contains("up to the end of the quarter").any()
    refuse_quoting_notebook(texts, make_corpus(rows))
    refuse_identifiers(texts)


@pytest.mark.parametrize("cell", [
    nbformat.v4.new_markdown_cell("De skrev: mødes ved den GAMLE badebro"),
    nbformat.v4.new_code_cell("x = 'mødes ved den ' 'gamle badebro'"),
    nbformat.v4.new_code_cell("x = f'{y} mødes ved den gamle badebro'"),
    nbformat.v4.new_code_cell("x = 1  # mødes ved den gamle badebro"),
    nbformat.v4.new_code_cell("x = 'm\\u00f8des ved den gamle badebro'"),
    nbformat.v4.new_code_cell("%%html\nmødes ved den gamle badebro"),
    nbformat.v4.new_raw_cell("mødes ved den gamle badebro"),
])
def test_the_author_of_a_notebook_is_shown_cell_and_words_but_no_more_of_the_post(make_corpus, cell) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "Vi mødes ved den gamle badebro klokken otte med hunden")])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Intet her."), cell])
    with pytest.raises(ReportError, match=r"own\.ipynb, the 2nd cell: “mødes ved den gamle badebro”") as caught:
        refuse_quoting_notebook(notebook_texts(notebook, where="own.ipynb"), corpus)
    assert "hunden" not in str(caught.value)


def test_a_longer_quotation_is_shown_as_one_and_two_as_two(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "Vi mødes ved den gamle badebro klokken otte med hunden")])
    said = pd.Series(["mødes ved den gamle badebro klokken, og: badebro klokken otte med hunden"], index=["x"], dtype="string")
    with pytest.raises(ReportError, match=r"^x: “mødes ved den gamle badebro klokken”, “badebro klokken otte med hunden”"):
        refuse_quoting_notebook(said, corpus)


def test_what_the_study_says_of_itself_may_stand_in_a_post(make_corpus) -> None:
    own = "Børne- og Ungeforvaltningen i Testby Kommune"
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", f"Skriv til {own} i dag")])
    texts = pd.Series([own], index=["block 1 (cover)"], dtype="string")
    with pytest.raises(ReportError):
        refuse_quotes(texts, corpus)
    refuse_quotes(texts, corpus, known=[own])


@pytest.mark.parametrize(("gate", "text"), [("identifiers", "skriv til @lars_holm93"),
                                            ("quotes", "mødes ved den gamle badebro")])
def test_each_gate_that_a_product_asks_for_by_name_refuses(make_corpus, gate: str, text: str) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "Vi mødes ved den gamle badebro klokken otte")])
    with pytest.raises(ReportError, match="block 1"):
        GATES[gate](Finished(sections(text), Path(), "da", corpus, []))
    GATES[gate](Finished(sections("intet her"), Path(), "da", corpus, []))
