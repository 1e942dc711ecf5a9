from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import ReportError
from workbench.gates import block_texts, refuse_identifiers, refuse_quotes


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


def test_numbers_weeks_and_dates_of_a_report_are_no_identifiers() -> None:
    refuse_identifiers(block_texts(sections(
        "12.345 opslag i 40 arenaer", "2025-W27", "1. juli 2025 – 30. september 2025", "+9,3 (+7,4 – +11,3)",
        "7d5bec7d9a8e", "2025-07-01", "1.234.567", "0,000123", "20.000 af 30.000")))


def test_the_contact_of_the_study_may_stand() -> None:
    refuse_identifiers(block_texts(sections("kontakt@kommune.dk")), known=["kontakt@kommune.dk"])


def test_five_words_from_a_post_stop_the_report_and_four_do_not(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "Vi mødes ved den gamle badebro klokken otte")])
    with pytest.raises(ReportError, match="block 1") as caught:
        refuse_quotes(block_texts(sections("De skrev: mødes ved den GAMLE badebro, klokken")), corpus, language="da")
    assert "badebro" not in str(caught.value)
    refuse_quotes(block_texts(sections("ved den gamle badebro")), corpus, language="da")


def test_phrases_of_the_catalogs_may_occur_in_posts(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "tallet kan ikke offentliggøres for få personer")])
    texts = pd.Series(["Tallet kan ikke offentliggøres: for få personer"], index=["block 1 (text)"], dtype="string")
    refuse_quotes(texts, corpus, language="da")
