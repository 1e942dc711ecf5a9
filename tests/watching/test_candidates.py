"""The snowball: what the arenas of the list point at, with evidence anybody can count again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.actors import link_forwards
from workbench.watching import find_candidates

CHANNEL, OTHER, PERSON = "a-0123abcd01234567", "a-4567cdef01234567", "a-89ab012301234567"


@pytest.fixture
def town(make_corpus, linked):
    """Three arenas of the list and one that is not, of which some forward from a channel, another and a person."""
    rows = [(f"T-00{arena}", "a-1", f"2025-{day}", "hej") for day in ("07-20", "08-04", "08-13", "08-22") for arena in (1, 2, 3, 4)]
    corpus = make_corpus(rows)
    ids = corpus.posts.set_index(["arena_id", corpus.posts["posted_at"].dt.strftime("%m-%d")])["post_id"]

    def forward(arena: str, day: str, source: str, numbered: bool = True) -> list[tuple]:
        post = ids[(arena, day)]
        return [(post, "forward", source, "id"), *([(post, "repeats", f"{source}:77", "original")] if numbered else [])]

    links = [*forward("T-001", "08-04", CHANNEL), *forward("T-002", "08-13", CHANNEL), *forward("T-003", "08-22", CHANNEL),
             *forward("T-004", "08-22", CHANNEL), *forward("T-001", "07-20", OTHER), *forward("T-002", "08-04", OTHER),
             *forward("T-001", "08-13", PERSON, False), *forward("T-002", "08-22", PERSON, False)]
    return linked(corpus, *links)


def find(corpus, watched, log, period="2025-08"):
    return find_candidates(corpus, link_forwards(corpus), watched, log, period=period)


def test_candidates_are_ranked_by_the_arenas_that_point_at_them_each_with_its_evidence(town, listed, log_of) -> None:
    found = find(town, listed("T-001", "T-002", "T-003"), log_of())
    assert found.table[["arena", "kind", "arenas", "posts", "weeks", "is_new"]].values.tolist() == [
        ["x-0123abcd", "channel", 3, 3, 3, True], ["x-4567cdef", "channel", 2, 2, 2, False]]
    assert found.evidence.groupby("arena").size().tolist() == [3, 2]
    assert set(found.evidence["arena_id"]) == {"T-001", "T-002", "T-003"}


def test_a_source_that_may_be_a_person_is_counted_and_never_listed(town, listed, log_of) -> None:
    found = find(town, listed("T-001", "T-002", "T-003"), log_of())
    assert "x-89ab0123" not in {*found.table["arena"], *found.evidence["arena"]}
    assert found.left_out == {"may_be_people": 1, "too_little": 0, "declined": 0}


def test_arenas_that_are_not_on_the_list_do_not_point_and_one_arena_is_too_little(town, listed, log_of) -> None:
    found = find(town, listed("T-001", "T-004"), log_of())
    assert found.table["arena"].tolist() == ["x-0123abcd"]
    assert found.table["arenas"].tolist() == [2]
    assert find(town, listed("T-003", "T-004", status="removed"), log_of()).table.empty


def test_what_nobody_pointed_at_in_the_period_is_no_candidate(town, listed, log_of) -> None:
    watched = listed("T-001", "T-002", "T-003")
    assert find(town, watched, log_of(), "2025-07").table.empty
    assert find(town, watched, log_of(), "2025-W34").table["arena"].tolist() == ["x-0123abcd"]


def test_what_is_on_the_list_is_no_candidate_nor_once_it_is_collected_under_another_code(town, listed, log_of) -> None:
    watched = pd.concat([listed("T-001", "T-002", "T-003"), listed("x-0123abcd", status="removed")])
    assert find(town, watched, log_of()).table["arena"].tolist() == ["x-4567cdef"]
    arenas = town.arenas.assign(native_key=[None, None, None, CHANNEL]).astype(town.arenas.dtypes.to_dict())
    collected = replace(town, arenas=arenas)
    assert find(collected, watched, log_of()).table["arena"].tolist() == ["x-4567cdef"]
    imported = find(collected, listed("T-001", "T-002", "T-003"), log_of()).table
    assert imported[["arena", "kind"]].values.tolist()[0] == ["T-004", "imported"]


def test_open_arenas_and_need_of_a_legal_basis_are_told(town, listed, log_of, linked) -> None:
    arenas = town.arenas.assign(access=["open", "closed", "open", "link"], native_key=[None, None, None, CHANNEL])
    corpus = replace(town, arenas=arenas.astype(town.arenas.dtypes.to_dict()))
    posts = corpus.posts[corpus.posts["posted_at"] > "2025-08-01"].drop_duplicates("arena_id")["post_id"]
    rows = [*corpus.links.itertuples(index=False, name=None), *[(p, "url", "https://t.me/+a-77", "url") for p in posts[:3]]]
    table = find(linked(corpus, *rows), listed("T-001", "T-002", "T-003"), log_of()).table.set_index("kind")
    assert table.loc["imported", "open_share"] == pytest.approx(2 / 3)
    assert table["needs_basis"].to_dict() == {"imported": True, "invitation": True, "channel": False}
    assert table.loc["invitation", "arena"].startswith("i-")


@pytest.mark.parametrize(("arenas", "posts", "is_back"), [(3, 3, False), (2, 2, False), (1, 3, True), (3, 1, True), (None, None, True)])
def test_a_declined_candidate_comes_back_when_its_evidence_has_doubled(town, listed, log_of, arenas, posts, is_back) -> None:
    found = find(town, listed("T-001", "T-002", "T-003"), log_of(("declined", "x-0123abcd", arenas, posts)))
    assert ("x-0123abcd" in set(found.table["arena"])) is is_back
    assert found.left_out["declined"] == int(not is_back)
    assert found.table["was_declined"].any() == is_back
