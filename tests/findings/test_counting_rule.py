from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.findings.counting_rule import PostIndex, Rule, index_posts, passes, passing
from workbench.tables.finding import hash_posts

RULE = Rule(minimum_authors=5, minimum_arenas=3)


def index_of(rows: list[tuple[int, int]]) -> PostIndex:
    """Index posts 0, 1, … of (author or -1, arena)."""
    table = np.array(rows).reshape(-1, 2)
    return PostIndex(np.arange(len(rows), dtype=np.uint64), table[:, 0], table[:, 1])


def together(rows: list[tuple[int, int]]) -> bool:
    """Tell whether all these posts together may be a count."""
    index = index_of(rows)
    return passes(index, index.posts, RULE)


def test_five_authors_in_three_arenas_pass() -> None:
    assert together([(a, a % 3) for a in range(5)])


@pytest.mark.parametrize("rows", [
    [(a % 4, a % 3) for a in range(12)],  # four authors
    [(a, a % 2) for a in range(12)],  # two arenas
    [(0, a % 3) for a in range(7)] + [(a, a % 3) for a in range(1, 7)],  # one author has 7 of 13
], ids=["too few authors", "too few arenas", "one author has more than half"])
def test_people_need_authors_arenas_and_no_one_with_more_than_half(rows) -> None:
    assert not together(rows)


def test_an_author_with_exactly_half_is_let_pass() -> None:
    assert together([(0, a % 3) for a in range(6)] + [(a, a % 3) for a in range(1, 7)])


def test_publishers_need_three_arenas_and_none_with_more_than_three_quarters() -> None:
    assert together([(-1, 0)] * 6 + [(-1, 1), (-1, 2)])
    assert not together([(-1, 0)] * 7 + [(-1, 1), (-1, 2)])
    assert not together([(-1, 0)] * 4 + [(-1, 1)] * 4)


def test_in_a_mixed_set_the_people_must_pass_on_their_own() -> None:
    few = [(a, a % 3) for a in range(4)]
    assert not together([*few, *[(-1, a % 6) for a in range(40)]])
    assert together([*few, (4, 1), *[(-1, a % 6) for a in range(40)]])


def test_in_a_mixed_set_no_publisher_has_more_than_three_quarters_of_the_whole() -> None:
    people = [(a, a % 3) for a in range(5)]
    assert together([*people, *[(-1, 7)] * 15])
    assert not together([*people, *[(-1, 7)] * 16])


def test_in_a_mixed_set_publishers_do_not_lend_the_people_their_arenas() -> None:
    assert not together([*[(a, a % 2) for a in range(10)], *[(-1, 2 + a % 6) for a in range(12)]])


def test_a_large_group_does_not_count_as_a_publisher_in_a_mixed_set() -> None:
    people = [(a, max(0, a - 97)) for a in range(100)]  # 98 of 100 in one group
    assert together([*people, (-1, 7)])


def test_posts_that_are_not_in_the_corpus_cannot_vouch() -> None:
    index = index_of([(a, a % 3) for a in range(4)])
    assert not passes(index, np.arange(9, dtype=np.uint64), RULE)
    assert not passes(index, np.array([70, 80, 90], dtype=np.uint64), RULE)
    wide = PostIndex(np.arange(0, 20, 2, dtype=np.uint64), np.arange(10), np.arange(10))
    assert passes(wide, wide.posts[:5], RULE)
    assert not passes(wide, wide.posts[:5] + np.uint64(1), RULE)


def test_posts_that_are_not_in_the_corpus_are_taken_for_those_of_whoever_has_most() -> None:
    index = index_of([(0, 0), (0, 1), (0, 2), *[(a, a % 3) for a in range(1, 5)]])
    assert passes(index, np.arange(7 + 1, dtype=np.uint64), RULE)  # 3 + 1 of 8
    assert not passes(index, np.arange(7 + 2, dtype=np.uint64), RULE)  # 3 + 2 of 9


def test_an_empty_set_passes() -> None:
    index = index_of([(0, 0)])
    assert passes(index, np.zeros(0, dtype=np.uint64), RULE)
    assert passing(index, [], RULE).tolist() == []


def test_the_minima_are_those_of_the_study() -> None:
    index = index_of([(a % 4, a % 2) for a in range(12)])
    assert passes(index, index.posts, Rule(minimum_authors=4, minimum_arenas=2))
    assert not passes(index, index.posts, Rule(minimum_authors=5, minimum_arenas=2))
    assert not passes(index, index.posts, Rule(minimum_authors=4, minimum_arenas=3))


def _oracle(index: PostIndex, chosen: list[int]) -> bool:
    people = [(index.authors[i], index.arenas[i]) for i in chosen if index.authors[i] >= 0]
    publishers = [index.arenas[i] for i in chosen if index.authors[i] < 0]
    if not chosen:
        return True
    authors = [a for a, _ in people]
    fine = not people or (len(set(authors)) >= 5 and len({r for _, r in people}) >= 3
                          and max(authors.count(a) for a in authors) <= len(people) / 2)
    return (fine and len({*publishers, *(r for _, r in people)}) >= 3
            and all(publishers.count(r) <= 0.75 * len(chosen) for r in publishers))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(0, 4)), min_size=1, max_size=40), st.data())
def test_many_sets_at_once_are_judged_as_one_by_one(rows, data) -> None:
    index = index_of(rows)
    sets = data.draw(st.lists(st.sets(st.integers(0, len(rows) - 1)), min_size=1, max_size=8))
    found = passing(index, [np.array(sorted(s), dtype=np.uint64) for s in sets], RULE)
    assert found.tolist() == [_oracle(index, sorted(s)) for s in sets]


def judge(corpus) -> bool:
    return passes(index_posts(corpus), hash_posts(corpus.posts["post_id"]), RULE)


def rows_of(arenas: int, accounts: int | None, posts: int = 60) -> list[tuple[str, str | None, str, str]]:
    return [(f"T-{i % arenas:03d}", None if accounts is None else f"a-{i % accounts}", "2025-08-01", "hej")
            for i in range(posts)]


@pytest.mark.parametrize("kind", ["channel", "page"])
def test_an_open_channel_or_page_that_speaks_itself_is_a_publisher(make_corpus, kind) -> None:
    assert judge(make_corpus(rows_of(3, None), kind=kind))
    assert not judge(make_corpus(rows_of(2, None), kind=kind))


@pytest.mark.parametrize("access", ["closed", "link"])
def test_a_channel_that_is_not_open_counts_as_one_author(make_corpus, access) -> None:
    for arenas in (4, 5):
        corpus = make_corpus(rows_of(arenas, None), kind="channel")
        corpus.arenas["access"] = access
        assert judge(corpus) == (arenas == 5)


def test_posts_with_an_account_are_people_s_even_in_a_channel(make_corpus) -> None:
    assert not judge(make_corpus(rows_of(3, 4), kind="channel"))
    assert judge(make_corpus(rows_of(3, 5), kind="channel"))


def test_posts_without_an_account_in_a_group_count_their_group_as_author(make_corpus) -> None:
    assert not judge(make_corpus(rows_of(4, None), kind="group"))
    assert judge(make_corpus(rows_of(5, None), kind="group"))


def test_arenas_joined_by_lineage_count_once(make_corpus) -> None:
    line = {"T-001": "T-000", "T-002": "T-001"}
    assert not judge(make_corpus(rows_of(4, None), kind="channel", successors=line))
    assert judge(make_corpus(rows_of(5, None), kind="channel", successors=line))
    assert not judge(make_corpus(rows_of(6, None), kind="group", successors=line))


def test_a_circle_of_successors_does_not_hang(make_corpus) -> None:
    assert judge(make_corpus(rows_of(4, None), kind="channel", successors={"T-000": "T-001", "T-001": "T-000"})) in (
        True, False)
