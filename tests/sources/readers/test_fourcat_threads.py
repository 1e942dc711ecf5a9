from __future__ import annotations


def test_reposts_replies_and_likes_are_counted_and_views_missing(read_rows):
    post = read_rows("4cat-threads", {}).posts
    assert post[["reactions", "forwards", "replies"]].values.tolist() == [[2, 1, 0]]
    assert post["views"].isna().all()


def test_the_link_of_a_post_is_kept(read_rows, relations):
    corpus = read_rows("4cat-threads", {"body": "Hej"})
    assert relations(corpus, "url") == [("url", "https://eksempel.invalid/a", "url")]
    assert corpus.posts["media"].tolist() == ["link"]


def test_the_account_and_its_page_go_by_the_same_handle(read_rows):
    corpus = read_rows("4cat-threads", {})
    assert corpus.arenas["handle_key"].tolist() == corpus.posts["account_id"].tolist()
