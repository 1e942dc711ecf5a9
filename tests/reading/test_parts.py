from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reading import compare_parts
from workbench.settings import LANGUAGES


@pytest.fixture
def corpus(make_corpus):
    made = make_corpus([
        ("T-001", "a-1", "2025-05-01", "en"), ("T-001", "a-1", "2025-05-02", "to"),
        ("T-002", "a-2", "2025-05-03", "tre"), ("T-002", None, "2025-05-04", "fire"),
        ("T-001", "a-1", "2025-08-01", "fem"), ("T-003", "a-3", "2025-08-02", "seks"),
        ("T-003", "a-4", "2025-08-03", "syv"), ("T-003", "a-5", "2025-08-04", "otte"),
        ("T-003", "a-9", "2025-08-05", "ind")])
    made.posts["language"] = pd.array(["da", "da", "da", None, "da", "sv", "sv", "sv", "da"], dtype="string")
    made.posts.loc[8, "kind"] = "service"
    return made


def found(table: pd.DataFrame, what: str, name: str = "") -> tuple:
    row = table[(table["what"] == what) & (table["name"] == name)]
    assert len(row) == 1
    return tuple(None if pd.isna(v) else v for v in row.iloc[0, 2:])


def test_two_quarters_stand_side_by_side(corpus) -> None:
    table = compare_parts(corpus.where(period="2025Q2"), corpus.where(period="2025Q3")).table
    # by hand: the service message is no post, the channel's own post has the channel for its author
    assert found(table, "posts")[:2] == (4, 4)
    assert found(table, "arenas")[:2] == (2, 2)
    assert found(table, "authors", "telegram")[:2] == (3, 4)
    assert found(table, "language", "da") == (3, 1, 0.75, 0.25, -50)
    assert found(table, "language", "sv") == (0, 3, 0, 0.75, 75)
    assert found(table, "language", "?") == (1, 0, 0.25, 0, -25)
    assert found(table, "kind", "post") == (4, 4, 1, 1, 0)
    assert not table["name"].eq("service").any()


def test_what_differs_most_comes_first(corpus) -> None:
    table = compare_parts(corpus.where(period="2025Q2"), corpus.where(period="2025Q3")).table
    assert table.loc[table["what"] == "language", "name"].tolist() == ["sv", "da", "?"]


def test_two_groups_of_arenas_are_compared_too(corpus) -> None:
    table = compare_parts(corpus.where(arena=["T-001", "T-002"]), corpus.where(arena="T-003")).table
    assert found(table, "posts")[:2] == (5, 3)
    assert found(table, "arenas")[:2] == (2, 1)


def test_topics_are_shares_of_the_posts_they_were_found_in(corpus, make_topics) -> None:
    of = pd.Series([0, 0, 1, -1, 1, 1, 1, 0, -1])
    topics = make_topics(corpus, of)
    # a post without text has no topic and counts in no share
    object.__setattr__(topics, "assignments", topics.assignments[topics.assignments["post_id"] != "T-001:0"])
    table = compare_parts(corpus.where(period="2025Q2"), corpus.where(period="2025Q3"), topics=topics).table
    assert found(table, "topic", "0 · word0") == (1, 1, 1 / 3, 0.25, pytest.approx(-100 / 12))
    assert found(table, "topic", "1 · word1") == (1, 3, 1 / 3, 0.75, pytest.approx(500 / 12))
    assert found(table, "topic", "in no topic")[:2] == (1, 0)


def test_a_name_that_a_person_gave_is_used(corpus, make_topics) -> None:
    topics = make_topics(corpus, pd.Series([0] * 9))
    topics.topics["given_label"] = pd.array(["skole"], dtype="string")
    table = compare_parts(corpus, corpus, topics=topics).table
    assert found(table, "topic", "0 · skole")[:2] == (8, 8)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_that_it_is_no_test(corpus, language: str) -> None:
    shown = compare_parts(corpus.where(period="2025Q2"), corpus.where(period="2025Q3"), language=language)
    assert shown.note in shown.html
    assert "test" in shown.note
    assert "8" not in shown.note


def test_parts_that_overlap_are_told(corpus) -> None:
    shown = compare_parts(corpus, corpus.where(period="2025Q3"))
    assert "Posts that are in both parts: 4." in shown.note


def test_authors_are_not_summed_over_platforms(corpus) -> None:
    corpus.posts.loc[corpus.posts["arena_id"] == "T-003", "platform"] = "youtube"
    table = compare_parts(corpus, corpus).table
    assert found(table, "authors", "telegram")[:2] == (3, 3)
    assert found(table, "authors", "youtube")[:2] == (3, 3)


def test_what_cannot_be_compared_says_what_to_do(corpus, make_topics, make_corpus) -> None:
    with pytest.raises(TableError, match="the second part holds no posts"):
        compare_parts(corpus, corpus.where(kind="service"))
    other = make_topics(make_corpus([("T-9", "a", "2025-05-01", "x")]), pd.Series([0]))
    with pytest.raises(TableError, match="know none of the posts of the first part"):
        compare_parts(corpus, corpus, topics=other)
