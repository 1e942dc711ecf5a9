"""Posts that name a place of the city: whole words in every spelling, and no name that is told."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import measure_local_relevance
from workbench.tables.places import GAZETTEER_COLUMNS
from workbench.wording import open_wording

QUARTER = "2025Q3"


def places(*rows: tuple) -> pd.DataFrame:
    full = [(name, kind, list(forms)) for name, kind, *forms in rows]
    return pd.DataFrame(full, columns=list(GAZETTEER_COLUMNS)).astype(GAZETTEER_COLUMNS)


@pytest.fixture
def finds(make_corpus):
    """Tell whether a text is found to name one of the places."""
    def find(text: str, *rows: tuple) -> bool:
        corpus = make_corpus([("T-0", "a-1", "2025-08-01", text), ("T-0", "a-1", "2025-08-02", "ingenting")])
        return bool(measure_local_relevance(corpus, places(*rows), quarter=QUARTER).data["posts"].iloc[-1] == 1)

    return find


@pytest.mark.parametrize("text", ["vi ses i Tarup", "TARUP!", "Tarups skole", "tarup", "(Tarup)", "Tarup's", "i Tarup\ni dag"])
def test_a_name_is_found_as_a_whole_word_in_capitals_or_not_and_in_the_genitive(finds, text: str) -> None:
    assert finds(text, ("Tarup", "district"))


@pytest.mark.parametrize("text", ["Tarupgårdsvej", "Nytarup", "Tarupper", "tar up", "", "Tarup2"])
def test_a_part_of_a_longer_word_is_no_place(finds, text: str) -> None:
    assert not finds(text, ("Tarup", "district"))


@pytest.mark.parametrize(("name", "text"), [
    ("Ørbæk", "Örbäk"), ("Örbäk", "ved ØRBÆK"), ("Åby", "Aaby"), ("Aaby", "i Åby"), ("Østre Allé", "østre alle"),
    ("Aarhus", "Aarhus' havn"), ("Nørre-Alslev", "nørre alslev"), ("Store  Torv", "Store\nTorv"), ("P. Hansens Vej", "p. hansens vej")])
def test_a_name_is_found_in_the_spellings_of_the_nordic_countries(finds, name: str, text: str) -> None:
    assert finds(text, (name, "street"))


def test_signs_in_a_name_are_signs_and_other_forms_are_found_too(finds) -> None:
    assert not finds("pXhansens vej", ("P.hansens vej", "street"))
    assert finds("vi mødes på Banken", ("Ørnebakken", "district", "Bakken", "Banken"))


def test_posts_are_counted_by_kind_and_once_in_all_and_no_name_is_told(make_corpus, release) -> None:
    texts = ["Tarup og Søndre Skole", "Søndre Skoles gård", "Tarup", "noget andet"]
    corpus = make_corpus([(f"T-{i % 5}", f"a-{i % 10}", f"2025-08-{1 + i % 28:02d}", texts[i // 20]) for i in range(80)])
    finding = measure_local_relevance(corpus, places(("Tarup", "district"), ("Søndre Skole", "school"), ("Bogby", "school")),
                                      quarter=QUARTER)
    assert finding.data[["kind", "names", "posts"]].to_numpy().tolist() == [
        ["district", 1, 40], ["school", 2, 40], ["any_place", 3, 60]]
    assert (finding.numerator, finding.denominator, finding.value) == (60, 80, 0.75)
    shown = release(finding, corpus)["local_relevance"]
    assert shown.value == 0.75
    said = open_wording("en").say(shown.sentence, shown.known).replace(" %", "%")
    assert said == "75.0% of the posts name one of the 3 places on the city’s list; nobody has looked through what was found"
    assert not {"Søndre", "Tarup", "Bogby"} & set(" ".join([shown.data.to_csv(), str(shown.facts), said]).replace(",", " ").split())


def test_a_sample_that_a_person_looked_through_is_said(make_corpus) -> None:
    corpus = make_corpus([("T-0", "a-1", "2025-08-01", "Tarup")])
    checked = measure_local_relevance(corpus, places(("Tarup", "district")), quarter=QUARTER, is_checked=True)
    assert (checked.sentence, checked.caveats) == ("finding.local_relevance_checked", ("places_checked",))
    plain = measure_local_relevance(corpus, places(("Tarup", "district")), quarter=QUARTER)
    assert (plain.sentence, plain.caveats) == ("finding.local_relevance", ("places_not_checked",))


def test_without_a_list_and_with_too_few_behind_it_the_reason_is_told(make_corpus, release) -> None:
    corpus = make_corpus([("T-0", "a-1", "2025-08-01", "Tarup")] * 3)
    assert measure_local_relevance(corpus, places(), quarter=QUARTER).reason == "no_gazetteer"
    shown = release(measure_local_relevance(corpus, places(("Tarup", "district")), quarter=QUARTER), corpus)
    assert shown["local_relevance"].reason == "local_relevance_hidden"


def test_a_table_that_is_no_list_of_places_is_refused(make_corpus) -> None:
    corpus = make_corpus([("T-0", "a-1", "2025-08-01", "Tarup")])
    with pytest.raises(TableError, match="lacks the column forms"):
        measure_local_relevance(corpus, places(("Tarup", "district")).drop(columns="forms"), quarter=QUARTER)
    with pytest.raises(TableError, match="1 places of the gazetteer are of no kind"):
        measure_local_relevance(corpus, places(("Tarup", "village")), quarter=QUARTER)
