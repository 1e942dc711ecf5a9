from __future__ import annotations

import pandas as pd

BARE = {"body": "Hej", "mentions": "", "tags": ""}


def test_the_last_part_of_the_address_is_the_id_on_the_accounts_page(read_rows):
    corpus = read_rows("4cat-bsky", BARE)
    assert corpus.posts["post_id"].tolist() == ["B-001:3kaaa"]
    assert corpus.posts["posted_at"].tolist() == [pd.Timestamp(1759320000, unit="s", tz="UTC")]
    assert corpus.posts["collected_at"].tolist() == [pd.Timestamp("2025-10-02 10:00", tz="UTC")]
    assert corpus.arenas["native_key"].tolist() == corpus.posts["account_id"].tolist()


def test_a_reply_to_oneself_points_at_the_post_and_one_to_another_at_the_account(read_rows, relations):
    own = BARE | {"id": "at://did:plc:aaa/app.bsky.feed.post/2", "replied_to_user": "kirsten_p.bsky.social",
                  "replied_to_post": "at://did:plc:aaa/app.bsky.feed.post/3kaaa"}
    by_id = own | {"id": "at://did:plc:aaa/app.bsky.feed.post/3", "replied_to_user": "did:plc:ccc"}
    replies = relations(read_rows("4cat-bsky", BARE, own, by_id), "reply")
    assert sorted(kind for *_, kind in replies) == ["handle", "id", "post"]
    assert ("reply", "B-001:3kaaa", "post") in replies


def test_mentions_go_by_id_or_handle_and_quotes_are_forwards(read_rows, relations):
    corpus = read_rows("4cat-bsky", BARE | {"mentions": "did:plc:x,y.bsky.social", "quoted_user": "z.bsky.social"})
    assert sorted((relation, kind) for relation, _, kind in relations(corpus, "mention", "forward")) == [
        ("forward", "handle"), ("mention", "handle"), ("mention", "id")]
