from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.topics.newwords import NEW_WORD_COLUMNS, find_new_words


def rows(text: str, *, month: str, authors: int, arenas: int = 3, posts: int = 1) -> list[tuple[str, str, str, str]]:
    """Posts with the text and a number, so that none is a copy."""
    return [(f"T-{a % arenas:03d}", f"a-{a}", f"{month}-{1 + p:02d}", f"{text} {month} {a} {p}")
            for a in range(authors) for p in range(posts)]


@pytest.fixture
def before() -> list[tuple[str, str, str, str]]:
    return rows("kaffe og kage løbe hjul", month="2025-05", authors=20, posts=3)


def found(make_corpus, posts) -> pd.DataFrame:
    return find_new_words(make_corpus(posts), quarter="2025Q3").set_index("word")


def test_new_and_growing_words_are_found_with_their_first_week(make_corpus, before) -> None:
    words = found(make_corpus, [*before, *rows("kaffe #snusning 🫠", month="2025-08", authors=8),
                                *rows("hjelm", month="2025-06", authors=1), *rows("hjelm", month="2025-07", authors=12)])
    assert words["status"].to_dict() == {"snusning": "new", "🫠": "new", "hjelm": "growing"}
    assert words["kind"].to_dict() == {"snusning": "hashtag", "🫠": "emoji", "hjelm": "word"}
    assert words.loc["snusning", "first_seen"] == "2025-W31"
    assert words.loc["hjelm", "first_seen"] == "2025-W22"
    assert (words.loc["hjelm", "posts_before"], words.loc["hjelm", "posts"]) == (1, 12)
    assert words.reset_index().dtypes.astype(str).to_dict() == NEW_WORD_COLUMNS


@pytest.mark.parametrize("posts", [
    rows("snusning", month="2025-08", authors=9, arenas=2),
    rows("det er Benjamin igen", month="2025-08", authors=9),
    [(a, b, t, "snusning her") for a, b, t, _ in rows("x", month="2025-08", authors=9)],
], ids=["two arenas", "a name", "copies"])
def test_words_of_two_arenas_names_and_copies_are_left_out(make_corpus, before, posts) -> None:
    assert found(make_corpus, [*before, *posts]).empty


def test_how_many_people_it_takes_is_not_decided_here_but_counted(make_corpus, before) -> None:
    words = found(make_corpus, [*before, *rows("snusning", month="2025-08", authors=4, posts=5)])
    assert words.loc["snusning", ["authors", "arenas", "posts"]].tolist() == [4, 3, 20]


def test_a_new_compound_is_told_with_its_parts(make_corpus, before) -> None:
    words = found(make_corpus, [*before, *rows("løbehjul", month="2025-08", authors=6)])
    assert words.loc["løbehjul", "parts"] == ["løbe", "hjul"]


def test_later_quarters_do_not_count(make_corpus, before) -> None:
    posts = [*before, *rows("kaffe", month="2025-08", authors=6), *rows("snusning", month="2025-11", authors=9)]
    assert found(make_corpus, posts).empty


def test_without_a_quarter_before_nothing_can_be_called_new(make_corpus, before) -> None:
    words = find_new_words(make_corpus(before), quarter="2025Q2")
    assert words.empty
    assert words.dtypes.astype(str).to_dict() == NEW_WORD_COLUMNS


def test_a_quarter_without_posts_is_refused(make_corpus, before) -> None:
    with pytest.raises(TableError, match="2025Q3"):
        find_new_words(make_corpus(before), quarter="2025Q3")


def test_the_posts_with_a_word_are_told_also_those_from_before(make_corpus, before) -> None:
    corpus = make_corpus([*before, *rows("hjelm", month="2025-06", authors=1), *rows("hjelm", month="2025-07", authors=12)])
    ids = find_new_words(corpus, quarter="2025Q3").set_index("word").loc["hjelm", "post_ids"]
    assert set(ids) == set(corpus.posts.loc[corpus.posts["text"].str.startswith("hjelm"), "post_id"])
