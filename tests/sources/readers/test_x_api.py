from __future__ import annotations

import json

import pytest


def tweet(native="1900000000000000001", **fields):
    return {"id": native, "conversation_id": native, "author_id": "501", "created_at": "2025-10-02T10:00:00.000Z",
            "text": "Hej &amp; godmorgen",
            "public_metrics": {"retweet_count": 1, "reply_count": 0, "like_count": 5, "impression_count": 90}} | fields


def page(*tweets, **includes):
    people = [{"id": "501", "username": "proevekonto", "name": "Anna Prøve"}, {"id": "502", "username": "kilden", "name": "K"}]
    return {"data": list(tweets), "includes": {"users": people} | includes, "meta": {"result_count": len(tweets)},
            "__twarc": {"retrieved_at": "2025-10-03T00:00:00+00:00"}}


@pytest.mark.parametrize("shape", ["page", "pages", "list of pages", "flattened", "list of tweets", "stream"])
def test_pages_and_flattened_tweets_come_in_several_shapes(study, shape):
    first, second = tweet(), tweet("1900000000000000002")
    content = {"page": json.dumps(page(first, second), indent=1),
               "pages": json.dumps(page(first)) + "\n" + json.dumps(page(second)),
               "list of pages": json.dumps([page(first), page(second)]),
               "flattened": json.dumps(first) + "\n" + json.dumps(second), "list of tweets": json.dumps([first, second]),
               "stream": json.dumps(page() | {"data": first}) + "\n" + json.dumps(page() | {"data": second})}[shape]
    posts = study.read(content).posts
    assert posts["post_id"].tolist() == ["X-001:1900000000000000001", "X-001:1900000000000000002"]
    assert posts["text"].tolist() == ["Hej & godmorgen"] * 2


def test_a_page_resolves_its_accounts_and_gives_their_names_for_redaction(study):
    corpus = study.read(json.dumps(page(tweet(text="Skrevet af Anna Prøve"))))
    assert corpus.posts["text"].tolist() == ["Skrevet af [name]"]
    assert corpus.arenas["native_key"].tolist() == corpus.posts["account_id"].tolist()
    assert corpus.arenas["handle_key"].notna().all()
    assert corpus.arenas["title"].isna().all()
    assert str(corpus.posts["collected_at"][0]) == "2025-10-03 00:00:00+00:00"


def test_the_names_of_accounts_that_are_only_referred_to_are_redacted_too(study):
    content = page(tweet(text="Svar til Bo Prøve"), users=[{"id": "502", "username": "kilden", "name": "Bo Prøve"}])
    assert study.read(json.dumps(content)).posts["text"].tolist() == ["Svar til [name]"]


@pytest.mark.parametrize("shape", ["page", "flattened"])
def test_a_retweet_has_the_whole_text_and_no_counts_of_its_own(study, relations, shape):
    whole = {"id": "1800000000000000000", "author_id": "502", "text": "lang tekst i fuld længde"}
    short = tweet(text="RT @kilden: lang tek…", referenced_tweets=[{"type": "retweeted", "id": "1800000000000000000"}])
    content = page(short, tweets=[whole])
    if shape == "flattened":
        content = short | {"referenced_tweets": [whole | {"type": "retweeted", "author": {"id": "502", "username": "kilden"}}]}
    corpus = study.read(json.dumps(content))
    assert corpus.posts["text"].tolist() == ["lang tekst i fuld længde"]
    assert corpus.posts[["views", "reactions", "forwards", "replies"]].isna().all(axis=None)
    assert [kind for _, _, kind in relations(corpus, "forward")] == ["id"]


def test_a_retweet_of_what_is_gone_is_known_by_the_handle_in_its_text(study, relations):
    corpus = study.read(json.dumps(tweet(text="RT @kilden: væk…", referenced_tweets=[{"type": "retweeted", "id": "1"}])))
    assert [kind for _, _, kind in relations(corpus, "forward")] == ["handle"]


def test_replies_name_the_post_on_the_own_page_and_the_account_elsewhere(study, relations):
    own = tweet(in_reply_to_user_id="501", referenced_tweets=[{"type": "replied_to", "id": "1899999999999999999"}])
    other = tweet("1900000000000000002", in_reply_to_user_id="502", referenced_tweets=[{"type": "replied_to", "id": "7"}])
    kinds = [(target, kind) for _, target, kind in relations(study.read(json.dumps(page(own, other))), "reply")]
    assert ("X-001:1899999999999999999", "post") in kinds
    assert sorted(kind for _, kind in kinds) == ["id", "post"]


def test_short_addresses_are_spelled_out_and_those_of_pictures_go(study, relations):
    entities = {"urls": [{"url": "https://t.co/a", "expanded_url": "https://eksempel.invalid/a"},
                         {"url": "https://t.co/b", "expanded_url": "https://x.com/proevekonto/status/1/photo/1"}],
                "hashtags": [{"tag": "Prøve"}], "mentions": [{"username": "kilden", "id": "502"}]}
    corpus = study.read(json.dumps(tweet(text="Se https://t.co/a https://t.co/b", entities=entities)))
    assert corpus.posts["text"].tolist() == ["Se https://eksempel.invalid/a"]
    assert relations(corpus, "url", "hashtag") == [("hashtag", "prøve", "hashtag"), ("url", "https://eksempel.invalid/a", "url")]
    assert len(relations(corpus, "mention")) == 1


def test_a_broken_line_costs_no_other_and_pages_without_posts_are_explained(study):
    content = "\n".join([json.dumps(page(tweet())), '{"data": [{"id"', json.dumps({"errors": [{"title": "x"}]}),
                         json.dumps({"meta": {"result_count": 0}})])
    row = study.take(study.put(content)).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (1, 3)
    assert row["quarantine_reasons"] == ("a page without results: 1; an error of the API, no post: 1; "
                                         "not valid JSON: 1")


def test_an_id_tells_the_time_where_nothing_else_does(study):
    bare = {"id": "1900000000000000001", "text": "Hej", "edit_history_tweet_ids": ["1900000000000000001"]}
    posts = study.read(json.dumps(bare)).posts
    assert str(posts["posted_at"][0])[:10] == "2025-03-13"
    assert posts[["reactions", "forwards", "account_id"]].isna().all(axis=None)
