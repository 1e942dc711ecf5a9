"""All arenas in one table, each with what is known of it."""

from __future__ import annotations

import pandas as pd

from workbench.actors import link_forwards, list_arenas
from workbench.actors.changes import ARENA_CHANGE_COLUMNS
from workbench.tables.looking import LISTED_ARENA_COLUMNS


def world(make_corpus):
    return make_corpus([("T-1", "a", "2025-07-01 08:00", "en"), ("T-1", "a", "2025-07-03 08:00", "to"),
                        ("T-1", "b", "2025-07-02 08:00", "tre"), ("T-2", None, "2025-07-09 08:00", "fire")])


def test_each_arena_has_its_posts_authors_and_days(make_corpus) -> None:
    listed = list_arenas(world(make_corpus)).set_index("arena_id")
    assert listed.index.tolist() == ["T-1", "T-2"]  # the largest first
    assert listed["posts"].tolist() == [3, 1]
    assert listed["authors"].tolist() == [2, 1]
    assert listed["largest"].round(3).tolist() == [0.667, 1.0]
    assert [str(day.date()) for day in listed["first_post"]] == ["2025-07-01", "2025-07-09"]
    assert [str(day.date()) for day in listed["last_post"]] == ["2025-07-03", "2025-07-09"]


def test_an_arena_without_posts_stays_and_service_messages_are_no_posts(make_corpus) -> None:
    corpus = world(make_corpus)
    corpus.posts.loc[corpus.posts["arena_id"].eq("T-2"), "kind"] = "service"
    listed = list_arenas(corpus).set_index("arena_id")
    assert listed.loc["T-2", "posts"] == 0
    assert pd.isna(listed.loc["T-2", "first_post"])


def test_no_title_is_in_it_and_what_was_not_looked_for_is_missing(make_corpus) -> None:
    corpus = world(make_corpus)
    corpus.arenas["title"] = ["Klubben", "Kanalen"]
    listed = list_arenas(corpus)
    assert list(listed) == list(LISTED_ARENA_COLUMNS)
    assert "Klubben" not in listed.to_string()
    for name in ("forwards_in", "forwards_out", "renamed", "went_private", "reopened_as"):
        assert listed[name].isna().all()


def test_what_became_of_an_arena_stands_beside_it(make_corpus) -> None:
    corpus = world(make_corpus)
    moments = {"since": pd.Timestamp("2025-07-01", tz="UTC"), "until": pd.Timestamp("2025-07-05", tz="UTC")}
    changes = pd.DataFrame([
        {"arena_id": "T-1", "change": "renamed", "happened": True, **moments},
        {"arena_id": "T-1", "change": "went_private", "happened": False, **moments}]).astype(ARENA_CHANGE_COLUMNS)
    lineage = pd.DataFrame({"arena_id": ["T-1"], "successor": ["T-2"]})
    listed = list_arenas(corpus, changes=changes, lineage=lineage).set_index("arena_id")
    assert listed.loc["T-1", ["renamed", "went_private", "reopened_as"]].tolist() == [1, False, "T-2"]
    assert listed.loc["T-2", ["renamed", "went_private", "reopened_as"]].isna().all()


def test_forwards_are_counted_both_ways(forwards_of) -> None:
    corpus = forwards_of({("T-1", "T-2"): 3, ("T-2", "T-1"): 1, ("outside", "T-2"): 2})
    network = link_forwards(corpus)
    listed = list_arenas(corpus, network=network)
    told = listed.set_index("arena_id")
    assert told["forwards_in"].to_dict() == {"T-1": 1, "T-2": 5}
    assert told["forwards_out"].to_dict() == {"T-1": 3, "T-2": 1}
