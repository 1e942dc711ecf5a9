from __future__ import annotations

import pandas as pd

BARE = {"text": "Hej", "entities.mentions": "", "entities.urls": ""}


def test_a_post_stands_on_its_accounts_page_and_counts_that_are_absent_are_missing(read_rows):
    corpus = read_rows("twarc-csv", BARE)
    post = corpus.posts.iloc[0]
    assert post[["reactions", "forwards", "replies"]].tolist() == [4, 1, 0]
    assert pd.isna(post["views"])
    assert post["account_id"] == corpus.arenas["native_key"][0]
    assert post["collected_at"] == pd.Timestamp("2025-10-03", tz="UTC")


def test_entities_are_read_from_the_json_in_their_cells(read_rows, relations):
    corpus = read_rows("twarc-csv", {"text": "Hej", "entities.hashtags": '[{"start": 0, "tag": "Klub"}]'})
    assert relations(corpus, "hashtag", "url") == [("hashtag", "klub", "hashtag"), ("url", "https://eksempel.invalid/a,b", "url")]
    assert len(relations(corpus, "mention")) == 1


def test_broken_json_in_a_cell_costs_nothing_but_its_links(read_rows, relations):
    corpus = read_rows("twarc-csv", BARE | {"entities.urls": '[{"expanded_url": ', "entities.mentions": '{"username": 3}'})
    assert len(corpus.posts) == 1
    assert relations(corpus, "url", "mention") == []


def test_reposts_and_quotes_are_forwards_by_id_before_handle(read_rows, relations):
    corpus = read_rows("twarc-csv", BARE | {"retweeted_user_id": "502", "retweeted_username": "anden"},
                       BARE | {"id": "2", "quoted_username": "tredje"})
    assert [kind for *_, kind in relations(corpus, "forward")] in (["id", "handle"], ["handle", "id"])


def test_a_reply_to_another_points_at_the_account_and_one_to_oneself_at_the_post(read_rows, relations):
    reply = BARE | {"referenced_tweets.replied_to.id": "1900000000000000000"}
    corpus = read_rows("twarc-csv", reply | {"in_reply_to_user_id": "502"}, reply | {"id": "2", "in_reply_to_user_id": "501"})
    assert sorted(kind for *_, kind in relations(corpus, "reply")) == ["id", "post"]


def test_a_poll_or_the_first_of_the_media_says_what_is_attached(read_rows):
    posts = read_rows("twarc-csv", BARE | {"attachments.media": '[{"type": "animated_gif"}]'},
                      BARE | {"id": "2", "attachments.poll_ids": '["1"]'}).posts
    assert sorted(posts["media"]) == ["animation", "poll"]
