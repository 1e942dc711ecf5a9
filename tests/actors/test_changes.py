from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.actors import find_arena_changes
from workbench.errors import TableError
from workbench.tables.posts import SIGHTING_COLUMNS


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


@pytest.fixture
def seen(corpus_of):
    """Make a corpus of one arena from sightings (when, title, further columns) and notices (when, relation, title)."""
    def make(*rows, notices=()):
        posts = [{"post_id": f"T-001:{i}", "arena_id": "T-001", "posted_at": day(at), "kind": "service"}
                 for i, (at, _, _) in enumerate(notices)]
        links = [(f"T-001:{i}", relation, title, "name") for i, (_, relation, title) in enumerate(notices)]
        table = [{"arena_id": "T-001", "source_id": f"s{i}", "seen_at": day(at), "last_seen": day(at), "title_key": title,
                  "access": "open", **(more[0] if more else {})} for i, (at, title, *more) in enumerate(rows)]
        sightings = pd.DataFrame(table).reindex(columns=list(SIGHTING_COLUMNS)).astype(SIGHTING_COLUMNS)
        return replace(corpus_of(["T-001"], posts, links), sightings=sightings)

    return make


def happened(corpus, change):
    found = find_arena_changes(corpus)
    found = found[found["happened"] & (found["change"] == change)]
    return [(None if pd.isna(since) else f"{since:%m-%d}", f"{until:%m-%d}")
            for since, until in zip(found["since"], found["until"], strict=True)]


def test_another_title_than_the_last_time_is_a_renaming(seen):
    corpus = seen(("2025-03-31", "a"), ("2025-06-30", "b"), ("2025-09-30", "b"))
    assert happened(corpus, "renamed") == [("03-31", "06-30")]


def test_another_handle_is_a_renaming_too(seen):
    corpus = seen(("2025-03-31", "a", {"handle_key": "x"}), ("2025-06-30", "a", {"handle_key": "y"}))
    assert happened(corpus, "renamed") == [("03-31", "06-30")]


def test_an_export_without_titles_between_two_others_changes_nothing(seen):
    corpus = seen(("2025-03-31", "a"), ("2025-06-30", None), ("2025-09-30", "a"))
    assert happened(corpus, "renamed") == []
    assert len(find_arena_changes(corpus).query("change == 'renamed'")) == 1


def test_a_notice_gives_the_day_and_suffices_alone(seen):
    full = seen(("2025-09-30", "b"), notices=[("2025-01-01", "titled", "a"), ("2025-08-06", "retitled", "b")])
    assert happened(full, "renamed") == [("01-01", "08-06")]
    alone = seen(("2025-09-30", "b"), notices=[("2025-08-06", "retitled", "b")])
    assert happened(alone, "renamed") == [(None, "08-06")]


def test_an_arena_seen_once_is_not_listed(seen):
    assert find_arena_changes(seen(("2025-09-30", "a", {"handle_key": "x", "is_public": True}))).empty


def test_two_sources_of_one_day_tell_of_no_stretch(seen):
    assert find_arena_changes(seen(("2025-09-30", "a"), ("2025-09-30", "a"))).empty


def test_of_two_exports_under_one_card_the_one_with_the_later_post_is_the_later(seen):
    corpus = seen(("2025-09-30", "b", {"is_public": False}),
                  ("2025-09-30", "a", {"is_public": True, "last_seen": day("2025-06-30")}))
    assert happened(corpus, "went_private") == [("09-30", "09-30")]


def test_an_arena_that_exports_no_longer_show_as_public_went_private(seen):
    corpus = seen(("2025-03-31", "a", {"is_public": True}), ("2025-06-30", "a", {"is_public": False}),
                  ("2025-09-30", "a", {"is_public": False}))
    assert happened(corpus, "went_private") == [("03-31", "06-30")]
    assert happened(corpus, "renamed") == []


def test_what_is_open_again_later_did_not_go_private(seen):
    corpus = seen(("2025-03-31", "a", {"is_public": True}), ("2025-06-30", "a", {"is_public": False}),
                  ("2025-09-30", "a", {"is_public": True}))
    assert happened(corpus, "went_private") == []


@pytest.mark.parametrize("access", ["link", "closed"])
def test_the_card_decides_where_no_export_says_anything(seen, access):
    corpus = seen(("2025-03-31", "a"), ("2025-06-30", "a", {"access": access}))
    assert happened(corpus, "went_private") == [("03-31", "06-30")]
    public = seen(("2025-03-31", "a", {"is_public": True}), ("2025-06-30", "a", {"access": access, "is_public": True}))
    assert happened(public, "went_private") == []


def test_two_cards_of_one_time_of_which_one_is_open_are_open(seen):
    corpus = seen(("2025-03-31", "a"), ("2025-06-30", "a", {"access": "link"}), ("2025-06-30", "a"))
    assert happened(corpus, "went_private") == []


def test_the_order_of_rows_does_not_matter_and_no_name_is_given(seen, shuffled):
    corpus = seen(("2025-03-31", "a"), ("2025-06-30", "b", {"is_public": True}), ("2025-09-30", "c", {"is_public": False}),
                  notices=[("2025-05-01", "retitled", "b")])
    expected = find_arena_changes(corpus)
    again = replace(shuffled(corpus), sightings=corpus.sightings.iloc[::-1])
    pd.testing.assert_frame_equal(find_arena_changes(again), expected)
    assert not {"a", "b", "c"} & set(expected.astype(str).to_numpy().ravel())


def test_a_corpus_without_sightings_gives_an_empty_table(corpus_of):
    found = find_arena_changes(corpus_of(["T-001"]))
    assert found.empty
    assert str(found["until"].dtype) == "datetime64[us, UTC]"


def test_sightings_that_are_not_well_formed_are_refused(seen):
    corpus = seen(("2025-03-31", "a"))
    with pytest.raises(TableError, match="sightings"):
        find_arena_changes(replace(corpus, sightings=corpus.sightings.drop(columns="seen_at")))
