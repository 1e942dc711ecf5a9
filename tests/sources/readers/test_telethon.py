from __future__ import annotations

import json

import pytest


def message(number, text="Hej", **fields):
    base = {"_": "Message", "id": number, "peer_id": {"_": "PeerChannel", "channel_id": 1900000011},
            "date": "2025-10-01T12:00:00+00:00", "message": text, "post": True, "from_id": None, "fwd_from": None,
            "media": None, "entities": [], "views": 10, "forwards": 1, "grouped_id": None, "reactions": None}
    return base | fields


def lines(*messages):
    return "\n".join(json.dumps(m) for m in messages)


@pytest.mark.parametrize("shape", ["lines", "list", "wrapper"])
def test_messages_come_as_lines_a_list_or_beside_their_chats(study, shape):
    some = [message(1), message(2)]
    content = {"lines": lines(*some), "list": some, "wrapper": {"count": 2, "messages": some}}[shape]
    assert study.read(content).posts["post_id"].tolist() == ["T-001:1", "T-001:2"]


def test_offsets_of_entities_count_utf16_code_units(study, relations):
    text = "🙂 @proevekonto se www.eksempel.invalid/a #prøve"
    entities = [{"_": "MessageEntityMention", "offset": 3, "length": 12},
                {"_": "MessageEntityUrl", "offset": 19, "length": 22},
                {"_": "MessageEntityHashtag", "offset": 42, "length": 6},
                {"_": "MessageEntityTextUrl", "offset": 0, "length": 2, "url": "https://eksempel.invalid/b"},
                {"_": "MessageEntityUrl", "offset": 900, "length": 5}, {"_": "MessageEntityUrl", "offset": "x"}]
    corpus = study.read(lines(message(1, text, entities=entities)))
    assert relations(corpus, "hashtag", "url") == [
        ("hashtag", "prøve", "hashtag"), ("url", "https://eksempel.invalid/a", "url"),
        ("url", "https://eksempel.invalid/b", "url")]
    assert len(relations(corpus, "mention")) == 1


@pytest.mark.parametrize("date", ["2024-01-25T16:13:00+00:00", "2024-01-25 16:13:00.000000", 1706199180,
                                  "2024-01-25T17:13:00+01:00"])
def test_dates_come_in_several_ways_and_are_utc(study, date):
    ledger = study.take(study.put(lines(message(1, date=date)), time_zone='"Europe/Copenhagen"'))
    assert str(study.corpus().posts["posted_at"][0]) == "2024-01-25 16:13:00+00:00"
    assert ledger.files["assumed_utc"].tolist() == [0]


def test_an_album_is_one_post_with_the_id_of_its_first_picture(study):
    photo = {"_": "MessageMediaPhoto"}
    album = [message(n, "" if n < 12 else "Fra torvet", grouped_id=555, media=photo, views=n,
                     reactions={"results": [{"count": 2}]} if n == 10 else None) for n in (12, 11, 10)]
    between = [album[0], message(50), album[1], album[2], album[2]]
    ledger = study.take(study.put(lines(*between))).files.iloc[0]
    assert (ledger["rows_read"], ledger["kept"], ledger["album_parts"], ledger["repeated"]) == (5, 2, 3, 0)
    post = study.corpus().posts.set_index("post_id").loc["T-001:10"]
    assert (post["text"], post["views"], post["reactions"], post["media"]) == ("Fra torvet", 12, 2, "photo")


def test_albums_far_apart_are_each_kept(study):
    some = [message(n, grouped_id=n // 2) for n in range(2, 202)]
    ledger = study.take(study.put(lines(*some))).files.iloc[0]
    assert (ledger["rows_read"], ledger["kept"]) == (200, 100)


def test_a_channel_is_the_same_with_and_without_the_prefix_of_bots(study, relations):
    other = {"_": "PeerChannel", "channel_id": -1001900000011}
    forward = message(3, fwd_from={"from_id": {"_": "PeerChannel", "channel_id": 1900000011}, "channel_post": 5},
                      peer_id={"_": "PeerChannel", "channel_id": 1900000012})
    corpus = study.read(lines(message(1), message(2, peer_id=other), forward))
    assert len(corpus.arenas) == 2
    arena = corpus.posts.set_index(corpus.posts["post_id"].str[6:])["arena_id"]["1"]
    source = corpus.arenas.set_index("arena_id")["native_key"][arena]
    assert relations(corpus, "forward") == [("forward", source, "id")]


def test_a_forward_of_somebody_hidden_is_known_by_name(study, relations):
    corpus = study.read(lines(message(1, fwd_from={"from_id": None, "from_name": "Anna Prøve"})))
    assert [kind for _, _, kind in relations(corpus, "forward")] == ["name"]


def test_reactions_are_summed_and_missing_where_none_are_told(study):
    given = {"results": [{"reaction": {"emoticon": "🔥"}, "count": 5}, {"reaction": {"document_id": 1}, "count": 2}]}
    posts = study.read(lines(message(1, reactions=given), message(2), message(3, reactions={"results": []}))).posts
    assert posts["reactions"].fillna(-1).tolist() == [7, -1, 0]


def test_the_raw_lines_of_4cat_are_read_by_their_own_names(study):
    raw = {"_type": "Message", "id": 7, "peer_id": {"_type": "PeerChannel", "channel_id": 1900000011},
           "date": 1759320000, "message": "Se her", "from_id": {"_type": "PeerUser", "user_id": 5}, "entities": [],
           "media": {"_type": "MessageMediaDocument", "document": {"mime_type": "video/mp4"}}}
    corpus = study.read(lines(raw))
    assert corpus.posts[["text", "media"]].values.tolist() == [["Se her", "video"]]
    assert corpus.posts["account_id"].notna().all()
    assert corpus.arenas["kind"].tolist() == ["group"]


def test_titles_and_names_beside_the_messages_are_used_and_the_names_redacted(study):
    corpus = study.read({
        "count": 1, "messages": [message(1, "Tak til Anna Prøve", post=False, from_id={"user_id": 5})],
        "chats": [{"id": 1900000011, "title": "Prøvegruppen", "username": "proevegruppen", "megagroup": True}],
        "users": [{"id": 5, "first_name": "Anna", "last_name": "Prøve", "phone": "4520304050"}]})
    assert corpus.arenas[["title", "kind"]].values.tolist() == [["Prøvegruppen", "group"]]
    assert corpus.posts["text"].tolist() == ["Tak til [name]"]


def test_a_channel_has_no_account_and_a_service_message_no_text(study):
    service = message(2, _="MessageService", action={"_": "MessageActionPinMessage"})
    posts = study.read(lines(message(1, from_id={"channel_id": 1900000011}), service)).posts
    assert posts["account_id"].isna().all()
    assert posts["kind"].tolist() == ["post", "service"]
    assert posts["text"].isna().tolist() == [False, True]


def test_a_private_chat_is_not_known_by_a_title(study):
    private = message(1, peer_id={"_": "PeerUser", "user_id": 5}, post=False)
    corpus = study.read({"messages": [private], "users": [{"id": 5, "first_name": "Anna"}]})
    assert corpus.arenas["title"].isna().all()
    assert corpus.arenas["native_key"].tolist() == corpus.posts["account_id"].tolist()


def test_replies_stay_in_the_arena_or_name_the_other_one(study, relations):
    here = message(2, reply_to={"reply_to_msg_id": 1})
    there = message(3, reply_to={"reply_to_msg_id": 9, "reply_to_peer_id": {"channel_id": 1900000099}})
    corpus = study.read(lines(message(1), here, there))
    assert sorted(kind for _, _, kind in relations(corpus, "reply")) == ["id", "post"]
