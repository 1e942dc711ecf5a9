"""What names the very post that it forwards, reposts or quotes gets a relation to it beside the one to its source."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from workbench.sources.corpus.links import read_links

TWEET = {"id": "1900000000000000002", "author_id": "501", "text": "RT @kilde: Hej", "created_at": "2025-10-02T10:00:00Z",
         "public_metrics": {"like_count": 1}}
BEFORE = {"id_str": "1900000000000000001", "created_at": "Thu Oct 02 10:00:00 +0000 2025", "full_text": "Hej",
          "user": {"id_str": "502", "screen_name": "kilde"}}
NOTED = {"nav_index": "s1:4:0", "item_id": "1", "timestamp_collected": 1762160400000}
MASTODON = {"id": "1", "uri": "https://a.example/users/en/statuses/11", "visibility": "public", "content": "<p>Hej</p>",
            "created_at": "2025-10-02T10:00:00Z", "account": {"acct": "en", "url": "https://a.example/@en"}}
VIEW = {"uri": "at://did:plc:en/app.bsky.feed.post/3ka", "author": {"did": "did:plc:en", "handle": "en.example"},
        "record": {"text": "Hej", "createdAt": "2025-10-02T10:00:00Z"}}
REDDIT = {"id": "p1", "title": "Hej", "selftext": "", "created_utc": 1759320000, "subreddit": "By", "is_self": True}
MESSAGE = {"_": "Message", "id": 7, "peer_id": {"_": "PeerChannel", "channel_id": 1900000011}, "message": "Hej",
           "date": "2025-10-01T12:00:00+00:00", "fwd_from": {"from_id": {"channel_id": 1900000002}, "channel_post": 512}}

WITH_PLACE = {
    "telethon": ([MESSAGE], "512"),
    "mastodon": ([MASTODON | {"reblog": MASTODON | {"uri": "https://b.example/users/to/statuses/22", "account": {
        "acct": "to@b.example", "url": "https://b.example/@to"}}}], "22"),
    "bluesky quote": ([VIEW | {"embed": {"record": {"uri": "at://did:plc:to/app.bsky.feed.post/3kb"}}}], "3kb"),
    "bluesky repost": ([{"post": VIEW, "reason": {"by": {"did": "did:plc:to"}, "indexedAt": "2025-10-03T10:00:00Z"}}],
                       "3ka"),
    "facebook": ([NOTED | {"source_platform": "facebook.com", "data": {
        "post_id": "9", "creation_time": 1762150000, "message": {"text": "Hej"}, "actors": [{"id": "55", "name": "A"}],
        "attached_story": {"post_id": "77", "actors": [{"id": "66", "name": "B"}]}}}], "77"),
}
WITHOUT_PLACE = {
    "x-api retweet": ([TWEET | {"referenced_tweets": [{"type": "retweeted", "id": "1900000000000000001"}]}],
                      "1900000000000000001"),
    "x-api quote": ([TWEET | {"referenced_tweets": [{"type": "quoted", "id": "1900000000000000001"}]}],
                    "1900000000000000001"),
    "x as pages get it": ([NOTED | {"source_platform": "twitter.com", "data": BEFORE | {
        "id_str": "1900000000000000002", "retweeted_status": BEFORE}}], "1900000000000000001"),
    "truth": ([NOTED | {"source_platform": "truthsocial.com", "data": {
        "id": "2", "content": "", "created_at": "2025-10-02T10:00:00Z", "account": {"id": "1"},
        "reblog": {"id": "77", "content": "Hej", "account": {"id": "6"}}}}], "77"),
    "threads": ([NOTED | {"source_platform": "threads.net", "data": {
        "code": "A1", "taken_at": 1762150000, "user": {"pk": "1"}, "text_post_app_info": {"share_info": {
            "quoted_post": {"code": "B2", "user": {"pk": "2"}}}}}}], "B2"),
    "reddit": ([REDDIT | {"crosspost_parent": "t3_p0", "crosspost_parent_list": [{"subreddit_id": "t5_x"}]}], "t3_p0"),
}


def links_of(study, records):
    corpus = study.read("\n".join(json.dumps(r) for r in records) + "\n" + json.dumps(records[0]))
    return {relation: (target, kind) for relation, target, kind in
            corpus.links[["relation", "target", "target_kind"]].itertuples(index=False, name=None)}


@pytest.mark.parametrize("name", WITH_PLACE)
def test_the_post_is_named_by_the_pseudonym_of_its_source_and_its_id_there(study, name):
    records, native = WITH_PLACE[name]
    links = links_of(study, records)
    assert links["repeats"] == (f"{links['forward'][0]}:{native}", "original")


@pytest.mark.parametrize("name", WITHOUT_PLACE)
def test_an_id_that_is_unique_on_the_platform_stands_alone(study, name):
    records, native = WITHOUT_PLACE[name]
    assert links_of(study, records)["repeats"] == (native, "original")


def test_tables_name_it_where_a_column_does(study, read_rows, make):
    tracked = study.read(make.tracker(make.tracked(
        1, forward_msg_from_peer_id="1900000002.0", forward_msg_link="https://t.me/testost/512")), "m.csv")
    links = tracked.links.set_index("relation")["target"]
    assert links["repeats"] == f"{links['forward']}:512"


@pytest.mark.parametrize(("form", "row", "native"), [
    ("4cat-twitter", {"quote_tweet_id": "19000", "quote_author": "kilde"}, "19000"),
    ("twarc-csv", {"referenced_tweets.retweeted.id": "19000", "retweeted_user_id": "502"}, "19000"),
    ("4cat-bsky", {"quoted_post": "https://bsky.app/profile/to.example/post/3kb", "quoted_user": "to.example"}, ":3kb")])
def test_tables_of_x_and_bluesky_name_it_too(read_rows, form, row, native):
    links = read_rows(form, row).links
    assert links.loc[links["relation"] == "repeats", "target"].str.endswith(native).tolist() == [True]


def test_what_is_no_id_of_a_post_is_left_out():
    given = pd.DataFrame({"row": [0, 0, 0, 1], "relation": "repeats", "target": [
        "kirsten:5", "Kirsten P 20304050!", "1900000002:a b", "did:plc:x:3kb"],
        "via": ["repeated post", "repeated post", "repeated arena", "repeated account"]}).astype(
            {"relation": "string", "target": "string", "via": "string"})
    links = read_links(given, pd.Series(["a", "b"], dtype="string"), platform="bluesky", key=b"k" * 32)
    assert links["row"].tolist() == [1]
    assert links["target"].str.fullmatch("a-[0-9a-f]{16}:3kb").all()
