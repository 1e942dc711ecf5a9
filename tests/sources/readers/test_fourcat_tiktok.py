from __future__ import annotations

import pandas as pd
import pytest

PAGE = {"body": "Se med", "author": "klubben"}


def test_a_video_stands_on_its_accounts_page_with_all_that_is_counted(read_rows):
    corpus = read_rows("4cat-tiktok", PAGE)
    post = corpus.posts.iloc[0]
    assert post[["views", "reactions", "forwards", "replies"]].tolist() == [90, 3, 0, 1]
    assert (post["post_id"], post["media"]) == ("K-001:7500000000000000001", "video")
    assert corpus.arenas[["kind", "title"]].fillna("").values.tolist() == [["page", ""]]
    assert corpus.arenas["handle_key"].tolist() == [post["account_id"]]


def test_the_unix_time_goes_before_the_servers_local_time(read_rows):
    assert read_rows("4cat-tiktok", PAGE).posts["posted_at"].tolist() == [pd.Timestamp(1759320000, unit="s", tz="UTC")]


def test_the_same_file_of_zeeschuimer_with_semicolons_says_the_same(make_study, study, read_rows):
    with_commas = read_rows("4cat-tiktok", PAGE).posts
    with_semicolons = read_rows("4cat-tiktok", PAGE, separator=";").posts
    pd.testing.assert_frame_equal(with_commas, with_semicolons)


def test_older_files_write_amounts(read_rows):
    old = {"amount_likes": "5", "amount_plays": "50", "amount_comments": "2", "amount_shares": "1"}
    post = read_rows("4cat-tiktok", PAGE | old, without=("likes", "plays", "comments", "shares")).posts.iloc[0]
    assert post[["views", "reactions", "forwards", "replies"]].tolist() == [50, 5, 1, 2]


def test_a_number_that_is_not_there_is_missing_and_not_zero(read_rows):
    post = read_rows("4cat-tiktok", PAGE, without=("plays", "shares")).posts.iloc[0]
    assert pd.isna(post["views"])
    assert pd.isna(post["forwards"])


def test_hashtags_and_challenges_count_once(read_rows, relations):
    tags = relations(read_rows("4cat-tiktok", PAGE | {"body": "Se med #klub"}), "hashtag")
    assert [target for _, target, _ in tags] == ["klub", "prøve"]


@pytest.mark.parametrize("author", ["REDACTED", "[deleted]", ""])
def test_an_author_who_is_gone_is_no_account(read_rows, author):
    posts = read_rows("4cat-tiktok", PAGE | {"author": author}).posts
    assert posts["account_id"].isna().all()
    assert len(posts) == 1


def test_an_id_as_pandas_writes_it_is_the_same_id(read_rows):
    assert read_rows("4cat-tiktok", PAGE | {"id": "75001.0"}).posts["post_id"].tolist() == ["K-001:75001"]
