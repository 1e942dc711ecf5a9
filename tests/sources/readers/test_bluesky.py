from __future__ import annotations

import json

import pytest

DID = "did:plc:proeve"


def view(key="3kaaa", text="Hej", did=DID, record=None, **fields):
    return {"uri": f"at://{did}/app.bsky.feed.post/{key}", "cid": "c", "author": {"did": did, "handle": f"{did[8:]}.invalid",
            "displayName": "Anna Prøve"}, "record": {"$type": "app.bsky.feed.post", "text": text,
            "createdAt": "2025-10-02T10:00:00.000Z"} | (record or {}), "replyCount": 0, "repostCount": 1, "likeCount": 2,
            "indexedAt": "2025-10-02T10:00:01.000Z"} | fields


def facet(text, part, feature):
    start = text.encode().index(part.encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(part.encode())}, "features": [feature]}


@pytest.mark.parametrize("shape", ["lines", "list", "posts", "feed"])
def test_posts_come_in_several_shapes(study, shape):
    some = [view("3a"), view("3b")]
    content = {"lines": "\n".join(json.dumps(v) for v in some), "list": json.dumps(some),
               "posts": json.dumps({"posts": some}), "feed": json.dumps({"feed": [{"post": v} for v in some]})}[shape]
    assert study.read(content).posts["post_id"].tolist() == ["B-001:3a", "B-001:3b"]


def test_offsets_of_facets_count_bytes(study, relations):
    text = "Blåbær 🫐 hos @anden.invalid, læs eksempel.invalid/la... #prøve"
    facets = [facet(text, "@anden.invalid", {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:anden"}),
              facet(text, "eksempel.invalid/la...", {"$type": "app.bsky.richtext.facet#link", "uri": "https://eksempel.invalid/lang"}),
              facet(text, "#prøve", {"$type": "app.bsky.richtext.facet#tag", "tag": "prøve"})]
    corpus = study.read([view(text=text, record={"facets": facets})])
    assert corpus.posts["text"].tolist() == ["Blåbær 🫐 hos [handle], læs https://eksempel.invalid/lang #prøve"]
    assert relations(corpus, "url", "hashtag") == [("hashtag", "prøve", "hashtag"), ("url", "https://eksempel.invalid/lang", "url")]
    assert len(relations(corpus, "mention")) == 1


def test_the_names_of_the_python_client_are_read_as_4cat_stores_them(study, relations):
    text = "Læs her"
    raw = {"uri": f"at://{DID}/app.bsky.feed.post/3kaaa", "author": {"did": DID, "handle": "handle.invalid", "display_name": "A"},
           "record": {"py_type": "app.bsky.feed.post", "text": text, "created_at": "2025-10-02T10:00:00Z", "facets": [
               {"index": {"byte_start": 5, "byte_end": 8},
                "features": [{"py_type": "app.bsky.richtext.facet#link", "uri": "https://eksempel.invalid/a"}]}]},
           "like_count": 3, "reply_count": 1, "repost_count": 0, "4CAT_metadata": {"collected_at": 1762160400}}
    corpus = study.read(json.dumps(raw))
    assert corpus.posts[["reactions", "replies", "forwards"]].values.tolist() == [[3, 1, 0]]
    assert str(corpus.posts["collected_at"][0]) == "2025-11-03 09:00:00+00:00"
    assert corpus.arenas["handle_key"].isna().all()
    assert [target for _, target, _ in relations(corpus, "url")] == ["https://eksempel.invalid/a"]


def test_replies_and_quotes_name_post_or_account(study, relations):
    own = {"reply": {"parent": {"uri": f"at://{DID}/app.bsky.feed.post/3root"}, "root": {}}}
    other = {"reply": {"parent": {"uri": "at://did:plc:anden/app.bsky.feed.post/3root"}, "root": {}}}
    quote = {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:anden/app.bsky.feed.post/3q"}}}
    corpus = study.read([view("3a", record=own), view("3b", record=other), view("3c", record=quote)])
    assert sorted(kind for _, _, kind in relations(corpus, "reply")) == ["id", "post"]
    assert [kind for _, _, kind in relations(corpus, "forward")] == ["id"]


def test_a_repost_in_a_feed_stands_on_the_page_of_who_made_it(study, relations):
    by = {"did": "did:plc:tredje", "handle": "tredje.invalid"}
    feed = {"feed": [{"post": view("3a", "Det hele"), "reason": {
        "$type": "app.bsky.feed.defs#reasonRepost", "by": by, "uri": "at://did:plc:tredje/app.bsky.feed.repost/3r",
        "indexedAt": "2025-10-05T10:00:00Z"}}]}
    corpus = study.read(feed)
    assert corpus.posts[["post_id", "text"]].values.tolist() == [["B-001:3r", "Det hele"]]
    assert str(corpus.posts["posted_at"][0])[:10] == "2025-10-05"
    assert len(relations(corpus, "forward")) == 1


@pytest.mark.parametrize(("embed", "media"), [
    ({"$type": "app.bsky.embed.images", "images": [{"alt": ""}]}, "photo"), ({"$type": "app.bsky.embed.video"}, "video"),
    ({"$type": "app.bsky.embed.external", "external": {"uri": "https://eksempel.invalid/a"}}, "link"),
    ({"$type": "app.bsky.embed.recordWithMedia", "media": {"images": [{"alt": ""}]}, "record": {}}, "photo")])
def test_what_is_embedded_gives_the_kind_of_media(study, embed, media):
    assert study.read([view(record={"embed": embed})]).posts["media"].tolist() == [media]


def node(key, text, **fields):
    return {"$type": "app.bsky.feed.defs#threadViewPost", "post": {
        "uri": f"at://did:plc:en/app.bsky.feed.post/{key}", "cid": "b", "author": {"did": "did:plc:en", "handle": "en.example"},
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2025-10-02T10:00:00Z"}, "likeCount": 1}} | fields


def test_a_thread_holds_what_is_answered_and_all_answers(study):
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://did:plc:x/app.bsky.feed.post/3kx", "notFound": True}
    tree = node("3kb", "Selv", parent=node("3ka", "Før"), replies=[node("3kc", "Svar", replies=[node("3kd", "Svar igen")]),
                                                                   gone])
    for depth in range(70):
        tree["replies"][0]["replies"] = [node(f"3l{depth}", "Dybere", replies=tree["replies"][0]["replies"])]
    ledger = study.take(study.put({"thread": tree}, "thread.json"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[74, 1]]
    assert {"B-001:3ka", "B-001:3kb", "B-001:3kc", "B-001:3kd"} <= set(study.corpus().posts["post_id"])


def test_bare_records_are_known_by_their_address(study, relations):
    repost = {"uri": "at://did:plc:en/app.bsky.feed.repost/3kr", "cid": "c", "value": {
        "$type": "app.bsky.feed.repost", "createdAt": "2025-10-02T11:00:00Z",
        "subject": {"uri": "at://did:plc:to/app.bsky.feed.post/3kz", "cid": "d"}}}
    post = {"uri": "at://did:plc:en/app.bsky.feed.post/3ka", "cid": "b", "value": {
        "$type": "app.bsky.feed.post", "text": "Hej", "createdAt": "2025-10-02T10:00:00Z"}}
    like = {"uri": "at://did:plc:en/app.bsky.feed.like/3kl", "cid": "b", "value": {
        "$type": "app.bsky.feed.like", "createdAt": "2025-10-02T10:00:00Z"}}
    ledger = study.take(study.put({"records": [post, repost, like], "cursor": "x"}, "records.json"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[2, 1]]
    corpus = study.corpus()
    assert corpus.posts["post_id"].tolist() == ["B-001:3ka", "B-001:3kr"]
    assert corpus.posts["account_id"].nunique() == 1
    links = corpus.links.set_index("relation")["target"]
    assert links["repeats"] == f"{links['forward']}:3kz"


def test_events_of_jetstream_that_make_posts_are_read(study):
    import json

    def event(collection, operation="create", **record):
        return {"did": "did:plc:en", "time_us": 1762157730000000, "kind": "commit", "commit": {
            "rev": "r", "operation": operation, "collection": collection, "rkey": "3ka",
            "record": {"$type": collection, "createdAt": "2025-10-02T10:00:00Z"} | record, "cid": "b"}}

    content = "\n".join(json.dumps(e) for e in (
        event("app.bsky.feed.post", text="Hej"), event("app.bsky.feed.like"), event("app.bsky.feed.post", "delete"),
        {"did": "did:plc:en", "time_us": 1, "kind": "identity", "identity": {"handle": "kirsten.example"}}))
    ledger = study.take(study.put(content, "events.jsonl"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[1, 3]]
    assert study.corpus().posts[["post_id", "text"]].values.tolist() == [["B-001:3ka", "Hej"]]
