from __future__ import annotations

import json

import pytest


def tweet(native="1900000000000000001", text="Hej", **fields):
    return {"id": int(native), "id_str": native, "created_at": "Mon Nov 03 09:15:30 +0000 2025", "full_text": text,
            "user": {"id_str": "501", "screen_name": "proevekonto", "name": "Prøve Konto"}, "retweet_count": 5,
            "favorite_count": 2, "entities": {}} | fields


def lines(*tweets):
    return "\n".join(json.dumps(t) for t in tweets)


@pytest.mark.parametrize("shape", ["lines", "list", "search"])
def test_tweets_come_as_lines_a_list_or_a_search(study, shape):
    some = [tweet(), tweet("1900000000000000002")]
    content = {"lines": lines(*some), "list": some, "search": {"statuses": some, "search_metadata": {}}}[shape]
    posts = study.read(content).posts
    assert posts["post_id"].tolist() == ["X-001:1900000000000000001", "X-001:1900000000000000002"]
    assert str(posts["posted_at"][0]) == "2025-11-03 09:15:30+00:00"
    assert posts[["reactions", "forwards"]].iloc[0].tolist() == [2, 5]
    assert posts["account_id"].nunique() == 1


def test_a_retweet_has_the_whole_text_and_neither_counts_nor_cut_words(study, relations):
    original = tweet("1900000000000000000", "Lang tekst i fuld længde", user={"id_str": "502", "screen_name": "kilde"})
    corpus = study.read(lines(tweet(text="RT @kilde: Lang te…", retweeted_status=original), tweet("1900000000000000009")))
    post = corpus.posts.set_index("post_id").loc["X-001:1900000000000000001"]
    assert post["text"] == "Lang tekst i fuld længde"
    assert post[["reactions", "forwards"]].isna().all()
    assert ("repeats", "1900000000000000000", "original") in relations(corpus, "repeats")
    assert len(relations(corpus, "forward")) == 1


def test_streams_cut_the_text_and_hold_the_whole_elsewhere(study):
    cut = tweet(text=None, extended_tweet={"full_text": "Hele teksten https://t.co/a", "entities": {
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://eksempel.invalid/a"}]}}) | {"text": "Hele te…"}
    del cut["full_text"]
    posts = study.read(lines(cut, {"limit": {"track": 5}}, tweet("1900000000000000002"))).posts
    assert posts["text"].tolist()[0] == "Hele teksten https://eksempel.invalid/a"


def test_a_quote_of_which_only_the_id_is_left_names_the_post(study, relations):
    corpus = study.read(lines(tweet(quoted_status_id_str="1800000000000000000"), tweet("1900000000000000002")))
    assert relations(corpus, "repeats") == [("repeats", "1800000000000000000", "original")]


def test_an_answer_to_oneself_points_at_the_post_and_any_other_at_the_account(study, relations):
    own = {"in_reply_to_status_id_str": "1900000000000000001", "in_reply_to_user_id_str": "501"}
    other = {"in_reply_to_status_id_str": "17", "in_reply_to_user_id_str": "777"}
    corpus = study.read(lines(tweet(), tweet("1900000000000000002", **own), tweet("1900000000000000003", **other)))
    assert sorted(kind for _, _, kind in relations(corpus, "reply")) == ["id", "post"]
