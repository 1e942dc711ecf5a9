from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from workbench.actors import find_lineage, link_forwards
from workbench.actors.lineage import LINEAGE_COLUMNS
from workbench.errors import TableError
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2025-01-01", tz="UTC")
RULES = "These are the rules of the harbour group, number {}: be kind, be brief and stay on the subject."


@pytest.fixture
def town(corpus_of, key_of):
    """Return a maker: T-001 falls silent on day 60, T-002 opens on day 65, T-003 goes on throughout."""

    def make(*, move: bool = False, forwards: int = 0, copies: int = 0, everywhere: bool = False,
             titles: tuple[str, str] = ("Harbour talk", "Second-hand bikes"), opens: int = 65) -> Corpus:
        def at(arena: str, day: float, **more: Any) -> dict[str, Any]:
            number = sum(p["arena_id"] == arena for p in posts)
            return {"post_id": f"{arena}:{number}", "arena_id": arena, "posted_at": START + day * DAY, **more}

        posts: list[dict[str, Any]] = []
        for arena, first, last in (("T-001", 0, 60), ("T-002", opens, 180), ("T-003", 0, 180)):
            for day in range(first, last + 1, 3):
                posts.append(at(arena, day))
        links = []
        if move:
            posts.append(at("T-001", 59.5))
            links.append((posts[-1]["post_id"], "mention", key_of("handle T-002"), "handle"))
        for k in range(forwards):
            posts.append(at("T-002", opens + 1 + k))
            links.append((posts[-1]["post_id"], "forward", key_of("title T-001"), "name"))
        for k in range(copies):
            posts.append(at("T-001", 20, text=RULES.format(k)))
            posts.append(at("T-002", opens + 1, text=RULES.format(k).upper()))
            if everywhere:
                posts.append(at("T-003", 21, text=RULES.format(k)))
        arenas = {"T-001": {"title": titles[0]}, "T-002": {"title": titles[1]}, "T-003": {"title": "Bus lines"}}
        return corpus_of(arenas, posts, links)

    return make


def test_an_arena_that_reopens_under_a_like_title_and_says_so_is_linked(town):
    lineage = find_lineage(town(move=True, titles=("Harbour talk", "HARBOUR-TALK 2")))
    assert lineage[["arena_id", "successor"]].to_numpy().tolist() == [["T-001", "T-002"]]
    row = lineage.iloc[0]
    assert row["declared_move"]
    assert row["title_similarity"] > 0.9
    assert row["gap_days"] == 5
    assert row["evidence"] == 2
    assert lineage.dtypes.astype(str).to_dict() == LINEAGE_COLUMNS


@pytest.mark.parametrize(("signs", "forwards", "copies"), [
    ({"move": True, "forwards": 3}, 3, 0),
    ({"move": True, "copies": 4}, 0, 4),
    ({"titles": ("Harbour talk", "Harbour talks"), "forwards": 4}, 4, 0),
])
def test_any_two_signs_link(town, signs, forwards, copies):
    lineage = find_lineage(town(**signs))
    assert lineage[["arena_id", "successor", "shared_forwards", "copied_texts", "evidence"]].to_numpy().tolist() == [
        ["T-001", "T-002", forwards, copies, 2]]


def test_all_three_signs_are_counted(town):
    lineage = find_lineage(town(move=True, forwards=3, copies=1, titles=("Harbour talk", "Harbour talks")))
    assert lineage["evidence"].tolist() == [3]


@pytest.mark.parametrize("signs", [
    {}, {"move": True}, {"forwards": 9}, {"copies": 9}, {"forwards": 9, "copies": 9},
    {"titles": ("Harbour talk", "Harbour talk")}, {"move": True, "forwards": 2},
    {"move": True, "copies": 9, "everywhere": True},
])
def test_one_sign_or_everyday_sharing_is_no_lineage(town, signs):
    assert find_lineage(town(**signs)).empty


def test_an_arena_that_opens_long_after_is_not_linked(town):
    signs = {"move": True, "forwards": 5, "titles": ("Harbour talk", "Harbour talk"), "opens": 100}
    assert find_lineage(town(**signs)).empty
    assert len(find_lineage(town(**signs), days=45)) == 1


def test_an_arena_that_goes_on_posting_has_no_successor(town):
    corpus = town(move=True, forwards=5, titles=("Harbour talk", "Harbour talk"))
    more = corpus.posts[corpus.posts["arena_id"] == "T-001"].tail(1).assign(
        post_id="T-001:late", posted_at=corpus.posts["posted_at"].max())
    posts = pd.concat([corpus.posts, more]).astype(POST_COLUMNS)
    assert find_lineage(Corpus(posts, corpus.links, corpus.arenas)).empty


def test_nobody_is_silent_because_the_quarter_ended(town):
    corpus = town(move=True, forwards=5, titles=("Harbour talk", "Harbour talk"))
    cut = corpus.posts[corpus.posts["posted_at"] <= START + 62 * DAY]
    later = corpus.arenas.assign(collected_to=pd.Series([START + 180 * DAY] * 3, dtype=ARENA_COLUMNS["collected_to"]))
    extra = cut[cut["arena_id"] == "T-001"].tail(1).assign(arena_id="T-002", post_id="T-002:x",
                                                           posted_at=START + 62 * DAY)
    assert find_lineage(Corpus(pd.concat([cut, extra]).astype(POST_COLUMNS), corpus.links, later)).empty


def test_service_messages_do_not_keep_an_arena_alive(town):
    corpus = town(move=True, titles=("Harbour talk", "Harbour talk"))
    left = corpus.posts[corpus.posts["arena_id"] == "T-001"].tail(1).assign(
        post_id="T-001:left", kind="service", posted_at=corpus.posts["posted_at"].max())
    posts = pd.concat([corpus.posts, left]).astype(POST_COLUMNS)
    assert len(find_lineage(Corpus(posts, corpus.links, corpus.arenas))) == 1


def test_arenas_of_two_platforms_are_not_linked(town):
    corpus = town(move=True, forwards=5, titles=("Harbour talk", "Harbour talk"))
    is_new = corpus.arenas["arena_id"] == "T-002"
    moved = corpus.arenas.assign(platform=corpus.arenas["platform"].mask(is_new, "youtube"))
    assert find_lineage(Corpus(corpus.posts, corpus.links, moved)).empty


def test_missing_titles_are_no_sign(town):
    corpus = town(move=True, forwards=5)
    blank = corpus.arenas.assign(title=pd.Series([None] * 3, dtype="string"))
    lineage = find_lineage(Corpus(corpus.posts, corpus.links, blank))
    assert lineage["title_similarity"].isna().tolist() == [True]
    assert lineage["evidence"].tolist() == [2]


def test_the_network_at_hand_gives_the_same_lineage(town):
    corpus = town(move=True, forwards=5)
    pd.testing.assert_frame_equal(find_lineage(corpus), find_lineage(corpus, link_forwards(corpus)))


def test_the_order_of_rows_does_not_matter_to_lineage(town, shuffled):
    corpus = town(move=True, forwards=5, copies=4, titles=("Harbour talk", "Harbour talks"))
    pd.testing.assert_frame_equal(find_lineage(corpus), find_lineage(shuffled(corpus)))


def test_an_empty_corpus_has_no_lineage():
    lineage = find_lineage(Corpus(*(empty_frame(c) for c in (POST_COLUMNS, LINK_COLUMNS, ARENA_COLUMNS))))
    assert lineage.empty
    assert lineage.dtypes.astype(str).to_dict() == LINEAGE_COLUMNS


@pytest.mark.parametrize("wrong", [{"similarity": 1.5}, {"days": 0}])
def test_a_parameter_out_of_range_is_refused(town, wrong):
    with pytest.raises(TableError, match="find_lineage"):
        find_lineage(town(), **wrong)
