"""Names of people that any export shows are redacted in the texts of all others, and are kept under the key."""

from __future__ import annotations

import pytest

from workbench.errors import CardError


def test_a_name_in_one_export_is_redacted_in_the_texts_of_another(study, make):
    first = study.put(make.chat(make.message(1, **{"from": "Kirsten Pedersdatter"})), source="a")
    second = study.put(make.chat(make.message(1, "Så du hvad kirsten pedersdatter skrev?"), id=1900000002), source="b")
    study.take(first, second)
    assert set(study.corpus().posts["text"]) == {"Hej alle sammen", "Så du hvad [name] skrev?"}


def test_a_name_that_a_later_export_shows_is_taken_out_of_what_is_stored(study, make):
    study.take(study.put(make.chat(make.message(1, "Det sagde Kirsten Pedersdatters bror"), make.message(2)),
                         source="a"))
    assert "Pedersdatter" in study.corpus().posts["text"][0]
    row = study.take(study.put(make.chat(make.message(1, **{"from": "Kirsten Pedersdatter"}), id=1900000002),
                               source="b")).files.iloc[0]
    assert row["new"] == 1
    assert b"Pedersdatter" not in study.written()
    assert study.corpus().posts["text"].str.contains(r"Det sagde \[name\]").any()


def test_a_file_read_again_under_a_grown_book_of_names_is_unchanged(study, make):
    path = study.put(make.chat(make.message(1, "Det sagde Kirsten Pedersdatter")), source="a")
    study.take(path)
    study.take(study.put(make.chat(make.message(1, **{"from": "Kirsten Pedersdatter"}), id=1900000002), source="b"))
    study.put(make.chat(make.message(1, "Det sagde Kirsten Pedersdatter")), source="a", category='"by"')
    row = study.take(path).files.iloc[0]
    assert (row["unchanged"], row["updated"]) == (1, 0)
    assert "Det sagde [name]" in study.corpus().posts["text"].tolist()
    assert study.corpus().versions.empty


def test_the_title_of_an_arena_is_no_name(study, make):
    study.take(study.put(make.chat(make.message(1), name="Nordre Havn"), source="a"))
    study.take(study.put(make.chat(make.message(1, "Vi ses i Nordre Havn", **{"from": "Nordre Havn"}), id=1900000002,
                                   name="Andet"), source="b"))
    assert "Vi ses i Nordre Havn" in study.corpus().posts["text"].tolist()


def test_names_are_nowhere_in_clear(study, make):
    study.take(study.put(make.chat(make.message(1, "hej @kirsten", **{"from": "Kirsten Pedersdatter"}))))
    assert not any(word in study.written() for word in (b"Kirsten", b"kirsten", b"Pedersdatter", b"pedersdatter"))


def test_what_a_person_downloads_of_their_own_account_needs_the_basis_of_closed_sources(study):
    posts = {"Video": {"Videos": {"VideoList": [{"Date": "2025-11-03 09:15:30", "Link": "https://x.example/1",
                                                 "Likes": "3"}]}}}
    path = study.put(posts, "user_data_tiktok.json")
    with pytest.raises(CardError, match="own account"):
        study.take(path, format_name=next(name for name in _own_formats() if "tiktok" in name))


def _own_formats():
    from workbench.sources.readers.detection import known_formats

    return [name for name, form in known_formats().items() if form.own_account]
