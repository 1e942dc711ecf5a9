from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from workbench.actors import find_claim, find_claims
from workbench.errors import TableError
from workbench.study import open_study
from workbench.tables.actors import CLAIMS_COLUMNS

RUMOUR = "Har I hørt det at ænderne i havnen har spist grøn maling og nu er alle helt grønne"
OTHER = "Byrådet lukker svømmehallen allerede på mandag og ingen har fået noget at vide om det"


def corpus_of(make_corpus, rows):
    """Make a corpus of arena, time and text; arenas that begin with Y are of another platform."""
    made = make_corpus([(arena, None, at, text) for arena, at, text in rows])
    return replace(made, **{name: table.assign(platform=table["platform"].mask(table["arena_id"].str[0].eq("Y"), "youtube"))
                            for name, table in (("posts", made.posts), ("arenas", made.arenas))})


@pytest.fixture
def told(make_corpus):
    """One text over four arenas in September, changed a little on its way, and another one over three."""
    return corpus_of(make_corpus, [
        ("T-001", "2025-08-30T10:00", RUMOUR), ("T-001", "2025-09-02T10:10", RUMOUR),
        ("T-002", "2025-09-02T10:50", f"OBS! {RUMOUR}!"), ("T-003", "2025-09-02T12:15", RUMOUR),
        ("Y-001", "2025-09-02T12:20", RUMOUR), ("T-003", "2025-09-02T12:40", RUMOUR),
        ("T-001", "2025-09-05T08:00", OTHER), ("T-002", "2025-09-05T09:00", OTHER), ("T-003", "2025-09-06T09:30", OTHER),
        ("T-001", "2025-09-05T08:00", "Noget helt andet som kun står her og ikke andre steder"),
        ("T-002", "2025-10-01T00:00", RUMOUR)])


def test_a_claim_is_told_by_posts_arenas_platforms_and_hours_of_its_month(told) -> None:
    claims = find_claims(told, month="2025-09")
    assert list(claims) == list(CLAIMS_COLUMNS)
    first, second = claims.to_dict("records")
    assert (first["posts"], first["arenas"], first["platforms"], first["hours"]) == (5, 4, 2, 2.5)
    assert first["hourly"] == [2, 0, 3]
    assert (first["begun_at"], first["first_at"]) == (pd.Timestamp("2025-09-02T10:10Z"), pd.Timestamp("2025-08-30T10:00Z"))
    assert (second["posts"], second["arenas"], second["hours"]) == (3, 3, 25.5)


def test_neither_id_nor_table_holds_a_word_of_the_text(told) -> None:
    claims = find_claims(told, month="2025-09")
    assert claims["claim"].str.fullmatch(r"c-[0-9a-f]{12}").all()
    kept = claims.to_json(date_format="iso").lower()
    assert not any(word in kept for word in re.findall(r"\w{5,}", f"{RUMOUR} {OTHER}".lower()))


def test_text_in_fewer_arenas_is_no_claim(told) -> None:
    assert find_claims(told, month="2025-09", least_arenas=4)["arenas"].tolist() == [4]
    assert find_claims(told, month="2025-08").empty


def test_a_claim_keeps_the_id_it_was_given_though_an_earlier_copy_comes_in(told, make_corpus) -> None:
    given = find_claims(told, month="2025-09")["claim"].iloc[0]
    rows = [("T-009", "2025-08-01T00:00", f"Min nabo siger: {RUMOUR}"), *((r.arena_id, r.posted_at, r.text)
                                                                          for r in told.posts.itertuples())]
    later = corpus_of(make_corpus, rows)
    assert find_claims(later, month="2025-09", known=[given])["claim"].iloc[0] == given
    assert find_claims(later, month="2025-09")["claim"].iloc[0] != given


def test_the_way_of_a_claim_is_found_by_its_id(told) -> None:
    claim = find_claims(told, month="2025-09").iloc[0]
    way = find_claim(told, claim["claim"], month="2025-09")
    assert way["post_id"].tolist() == list(claim["post_ids"])
    assert (way["arenas"].iloc[-1], way["hours"].iloc[-1]) == (4, 2.5)
    assert find_claim(told, "c-000000000000", month="2025-09").empty


def test_a_month_that_is_none_is_refused(told) -> None:
    with pytest.raises(TableError, match="2025-13"):
        find_claims(told, month="2025-13")


def test_the_rumour_of_the_made_up_city_is_found_with_its_planted_numbers(city_folder) -> None:
    true = json.loads((city_folder / "data" / "raw" / "truth.json").read_text(encoding="utf-8"))["rumour"]
    claims = find_claims(open_study(city_folder).corpus("2025Q3"), month="2025-09")
    found = claims[claims["begun_at"].eq(pd.Timestamp(true["first"]["at"]))].iloc[0]
    assert (found["posts"], found["arenas"]) == (true["copies"] + 1, len(true["arenas"]))
    assert (found["platforms"], round(found["hours"], 1)) == (len(true["platforms"]), true["hours"])
    assert found["claim"] == claims["claim"].iloc[0]  # nothing went through more arenas
