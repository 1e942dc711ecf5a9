from __future__ import annotations

import pandas as pd


def test_hidden_likes_are_missing_whatever_number_stands_there(read_rows):
    posts = read_rows("4cat-instagram", {"likes_hidden": "yes", "num_likes": "3"}, {"id": "b"}).posts
    assert posts["reactions"].fillna(-1).tolist() == [-1, 12]


def test_the_older_form_without_ids_of_authors_goes_by_handle(read_rows):
    corpus = read_rows("4cat-instagram", {"post_source_domain": "x"}, without=("author_id", "collected_from_url"))
    assert corpus.posts["account_id"].tolist() == corpus.arenas["handle_key"].tolist()


def test_tagged_and_joint_authors_are_mentions(read_rows, relations):
    corpus = read_rows("4cat-instagram", {"usertags": "a_b,c_d", "coauthors": "e_f", "body": "Hej"})
    assert len(relations(corpus, "mention")) == 3


def test_a_row_below_another_post_is_a_comment_on_it(read_rows, relations):
    corpus = read_rows("4cat-instagram", {"parent_id": "Cover"})
    assert corpus.posts["kind"].tolist() == ["comment"]
    assert relations(corpus, "reply") == [("reply", "I-001:Cover", "post")]


def test_where_crowdtangle_lost_the_zone_the_written_time_counts_in_the_zone_of_the_card(read_rows):
    row = {"mentioned": "", "timestamp": "2025-10-01 14:00:00", "unix_timestamp": "1759327200"}
    posts = read_rows("4cat-instagram", row, time_zone='"Europe/Copenhagen"').posts
    assert posts["posted_at"].tolist() == [pd.Timestamp("2025-10-01 12:00", tz="UTC")]


def test_kinds_of_media_have_common_names(read_rows):
    kinds = ["video", "photo", "mixed", "andet", ""]
    rows = [{"id": f"p{i}", "media_type": kind, "image_urls": "https://i.invalid/1"} for i, kind in enumerate(kinds)]
    posts = read_rows("4cat-instagram", *rows).posts
    assert posts.sort_values("post_id")["media"].tolist() == ["video", "photo", "album", "other", "photo"]
