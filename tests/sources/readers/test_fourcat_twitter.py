from __future__ import annotations

import pytest

BARE = {"body": "Hej", "hashtags": "", "urls": "", "mentions": ""}
V2 = ("quote_author", "replied_author", "quote_tweet_id")


def test_a_reply_to_another_points_at_the_account_and_one_to_oneself_at_the_post(read_rows, relations):
    corpus = read_rows("4cat-twitter", BARE, BARE | {"id": "2", "replied_author": "kirsten_p"})
    replies = relations(corpus, "reply")
    assert sorted(kind for *_, kind in replies) == ["handle", "post"]
    assert ("reply", "X-001:1900000000000000000", "post") in replies


def test_who_is_answered_counts_only_in_a_reply(read_rows, relations):
    assert relations(read_rows("4cat-twitter", BARE | {"is_reply": "no"}), "reply") == []


def test_reposts_and_quotes_are_forwards(read_rows, relations):
    corpus = read_rows("4cat-twitter", BARE | {"retweeted_user": "anden"}, BARE | {"id": "2", "quote_author": "tredje"})
    assert [(relation, kind) for relation, _, kind in relations(corpus, "forward")] == [("forward", "handle")] * 2


def test_the_columns_of_the_api_mean_the_same(read_rows, relations):
    row = BARE | {"replied_user": "anden", "quoted_user": "tredje", "author_followers": "3", "subject": ""}
    corpus = read_rows("4cat-twitter", row, without=V2)
    assert len(relations(corpus, "reply", "forward")) == 2


@pytest.mark.parametrize(("urls", "expected"), [
    ("https://eksempel.invalid/a,https://eksempel.invalid/b", ["https://eksempel.invalid/a", "https://eksempel.invalid/b"]),
    ("https://eksempel.invalid/a,b", ["https://eksempel.invalid/a,b"])])
def test_addresses_with_a_comma_stay_whole(read_rows, relations, urls, expected):
    corpus = read_rows("4cat-twitter", BARE | {"urls": urls})
    assert [target for _, target, _ in relations(corpus, "url")] == expected


def test_ids_beyond_what_a_float_holds_keep_every_digit(read_rows):
    assert read_rows("4cat-twitter", {"id": "1999999999999999999"}).posts["post_id"].tolist() == ["X-001:1999999999999999999"]


def test_a_text_that_says_redacted_is_kept(read_rows):
    assert read_rows("4cat-twitter", {"body": "De har REDACTED det hele"}).posts["text"].tolist() == ["De har REDACTED det hele"]
