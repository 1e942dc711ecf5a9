from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.posts import Corpus, author_of, check_corpus


@pytest.fixture
def corpus(make_corpus) -> Corpus:
    return make_corpus([("T-000", "a-1", "2025-08-01", "hemmelig tekst"), ("T-001", None, "2025-08-01", "hej")])


def test_a_well_formed_corpus_passes(corpus: Corpus) -> None:
    assert check_corpus(corpus) is corpus


def test_every_fault_is_named_at_once_and_no_value_is_shown(corpus: Corpus) -> None:
    posts = corpus.posts.drop(columns="kind")
    posts["post_id"] = pd.array(["T-000:0", "T-000:0"], dtype="string")
    with pytest.raises(TableError) as caught:
        check_corpus(Corpus(posts, corpus.links.drop(columns="target"), corpus.arenas))
    message = str(caught.value)
    assert "posts.kind" in message
    assert "links.target" in message
    assert "posts.post_id" in message
    assert "hemmelig" not in message
    assert "T-000:0" not in message


def test_posts_of_an_unknown_arena_are_refused(corpus: Corpus) -> None:
    with pytest.raises(TableError, match="1 arenas are not in the arenas table"):
        check_corpus(Corpus(corpus.posts, corpus.links, corpus.arenas.iloc[:1]))


def test_where_no_account_is_named_the_arena_is_the_author(corpus: Corpus) -> None:
    assert author_of(corpus.posts).tolist() == ["a-1", "arena:T-001"]
