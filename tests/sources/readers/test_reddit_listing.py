from __future__ import annotations

import pytest


def entry(kind, native, **fields):
    data = {"subreddit": "Proevemark", "subreddit_id": "t5_x", "id": native, "author": "proeve_konto", "score": 4,
            "created_utc": 1759320000.0, "edited": False}
    own = {"title": "Hvad sker der", "selftext": "", "is_self": True} if kind == "t3" else {
        "body": "Enig", "link_id": "t3_p", "parent_id": "t3_p", "replies": ""}
    return {"kind": kind, "data": data | own | fields}


def listing(*entries):
    return {"kind": "Listing", "data": {"after": None, "children": list(entries)}}


def test_answers_within_answers_are_read_and_linked(study, relations):
    deepest = entry("t1", "c", parent_id="t1_b")
    tree = entry("t1", "a", replies=listing(entry("t1", "b", parent_id="t1_a", replies=listing(deepest))))
    corpus = study.read([listing(entry("t3", "p")), listing(tree, entry("t1", "d"))])
    assert sorted(corpus.posts["post_id"]) == ["R-001:t1_a", "R-001:t1_b", "R-001:t1_c", "R-001:t1_d", "R-001:t3_p"]
    replies = corpus.links[corpus.links["relation"] == "reply"].set_index("post_id")["target"]
    assert replies.to_dict() == {"R-001:t1_a": "R-001:t3_p", "R-001:t1_b": "R-001:t1_a", "R-001:t1_c": "R-001:t1_b",
                                 "R-001:t1_d": "R-001:t3_p"}


@pytest.mark.parametrize("shape", ["one listing", "several listings", "entries", "lines"])
def test_listings_come_alone_several_or_as_their_entries(study, shape):
    import json

    some = [entry("t3", "p"), entry("t3", "q")]
    content = {"one listing": listing(*some), "several listings": [listing(some[0]), listing(some[1])],
               "entries": some, "lines": "\n".join(json.dumps(listing(one)) for one in some)}[shape]
    assert sorted(study.read(content).posts["post_id"]) == ["R-001:t3_p", "R-001:t3_q"]


def test_what_a_listing_leaves_out_is_counted_and_private_messages_are_not_read(study):
    more = {"kind": "more", "data": {"count": 12, "children": ["x", "y"]}}
    private = {"kind": "t4", "data": {"author": "kirsten_p", "body": "hemmeligt", "created_utc": 1759320000}}
    ledger = study.take(study.put(listing(entry("t1", "a", replies=listing(more)), private)))
    row = ledger.files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (1, 2)
    assert "answers that the file leaves out: 1" in row["quarantine_reasons"]
    assert b"hemmeligt" not in study.written()


def test_a_tree_deeper_than_any_page_shows_is_read(study):
    tree = entry("t1", "last")
    for depth in range(60):
        tree = entry("t1", f"c{depth}", replies=listing(tree))
    assert len(study.read(listing(tree)).posts) == 61
