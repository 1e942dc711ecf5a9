from __future__ import annotations

import pytest

REDDIT = {"subreddit": "proeve", "id": "abc", "thread_id": "abc", "parent": "", "score": "4", "author_flair": ""}


def test_a_row_in_the_thread_of_another_is_a_comment_on_it(read_rows, relations):
    corpus = read_rows("4cat-custom", {}, {"id": "2", "author": "anden"})
    assert corpus.posts["kind"].tolist() == ["post", "comment"]
    assert relations(corpus, "reply") == [("reply", "O-001:1", "post")]


def test_the_subject_stands_before_the_text(read_rows):
    assert read_rows("4cat-custom", {"subject": "Mødet", "body": "Kom"}).posts["text"].tolist() == ["Mødet\n\nKom"]


def test_further_columns_change_nothing(read_rows):
    assert len(read_rows("4cat-custom", {"mit_notat": "x", "page_id": "3"}).posts) == 1


def test_a_forum_named_in_a_column_is_the_arena_else_the_upload_is(read_rows):
    assert read_rows("4cat-custom", {"forum": "Familie"}, {"id": "2", "forum": "Bil"}).arenas["title"].tolist() == ["Bil", "Familie"]


def test_an_upload_without_places_is_one_arena(read_rows):
    assert len(read_rows("4cat-custom", {}, {"id": "2", "thread_id": "2"}).arenas) == 1


def test_reddit_is_told_by_its_column_and_the_subreddit_is_the_arena(read_rows, relations):
    answer = REDDIT | {"id": "def", "parent": "t1_abd", "author": "anden"}
    corpus = read_rows("4cat-custom", REDDIT, answer)
    assert set(corpus.posts["platform"]) == {"reddit"}
    assert corpus.arenas[["arena_id", "title"]].values.tolist() == [["R-001", "proeve"]]
    assert relations(corpus, "reply") == [("reply", "R-001:abd", "post")]
    assert corpus.posts["reactions"].tolist() == [4, 4]


@pytest.mark.parametrize("gone", ["[deleted]", "[removed]"])
def test_what_was_deleted_is_neither_account_nor_text_and_the_post_is_kept(read_rows, gone):
    posts = read_rows("4cat-custom", REDDIT | {"author": gone, "body": gone, "subject": ""}).posts
    assert posts[["account_id", "text"]].isna().all(axis=None)
    assert len(posts) == 1


def test_an_author_with_a_space_is_a_name_and_is_redacted_in_texts(read_rows):
    posts = read_rows("4cat-custom", {"author": "Anden Konto", "body": "Hej Anden Konto", "subject": ""}).posts
    assert posts["text"].tolist() == ["Hej [name]"]


def test_a_text_that_says_redacted_is_kept_and_an_author_so_written_is_not(read_rows):
    posts = read_rows("4cat-custom", {"author": "REDACTED", "author_name": "REDACTED", "body": "REDACTED er et ord"}).posts
    assert posts["text"].str.contains("REDACTED").all()
    assert posts["account_id"].isna().all()
