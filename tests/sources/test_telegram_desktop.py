from __future__ import annotations

import json

import pandas as pd
import pytest

from workbench.errors import CardError
from workbench.sources import pseudonym


def targets(corpus, relation):
    links = corpus.links[corpus.links["relation"] == relation]
    return sorted(zip(links["post_id"], links["target"], links["target_kind"], strict=True))


def test_a_group_chat_becomes_posts_with_pseudonyms_and_times_in_utc(study, make):
    corpus = study.read(make.chat(make.message(1), make.message(2, from_id="user1002", date="2025-11-03T10:00:00")))
    posts = corpus.posts
    assert posts["post_id"].tolist() == ["T-001:1", "T-001:2"]
    assert posts["posted_at"].tolist()[0] == pd.Timestamp(1762156860, unit="s", tz="UTC")
    assert posts["account_id"].nunique() == 2
    assert posts["account_id"].str.fullmatch("a-[0-9a-f]{16}").all()
    assert corpus.arenas[["arena_id", "kind", "access"]].values.tolist() == [["T-001", "group", "open"]]


def test_the_same_chat_without_a_group_has_no_accounts_because_the_channel_speaks(study, make):
    corpus = study.read(make.chat(make.message(1, from_id="channel1900000001"), type="public_channel"))
    assert corpus.posts["account_id"].isna().all()
    assert corpus.arenas["kind"].tolist() == ["channel"]


def test_an_anonymous_administrator_of_a_group_is_the_group_and_no_account(study, make):
    corpus = study.read(make.chat(make.message(1, from_id="channel1900000001"), make.message(2)))
    assert corpus.posts["account_id"].isna().tolist() == [True, False]


def test_text_as_an_array_of_pieces_is_joined_and_hidden_addresses_become_links(study, make):
    text = ["Læs ", {"type": "text_link", "text": "her", "href": "https://avis.invalid/a?utm_source=tg&id=7#top"},
            " nu"]
    corpus = study.read(make.chat(make.message(1, text)))
    assert corpus.posts["text"].tolist() == ["Læs her nu"]
    assert targets(corpus, "url") == [("T-001:1", "https://avis.invalid/a?id=7", "url")]
    assert targets(corpus, "domain") == [("T-001:1", "avis.invalid", "domain")]


def test_entities_beside_a_text_string_give_their_relations_once(study, make):
    text = "Hej @kanalen #Fest"
    entities = [{"type": "plain", "text": "Hej "}, {"type": "mention", "text": "@kanalen"},
                {"type": "hashtag", "text": "#Fest"}, {"type": "mention_name", "text": "Bo", "user_id": 77}]
    corpus = study.read(make.chat(make.message(1, text, text_entities=entities)))
    assert targets(corpus, "hashtag") == [("T-001:1", "fest", "hashtag")]
    assert sorted(kind for _, _, kind in targets(corpus, "mention")) == ["handle", "id"]


def test_control_characters_written_as_invalid_json_are_repaired_whatever_stands_before_them(study, make):
    raw = json.dumps(make.chat(make.message(1, "XX"), make.message(2, "YY")))
    raw = raw.replace("XX", r"et\x0Cto").replace("YY", r"sti: C:\\x41 og \\\x0Cslut")
    corpus = study.read(raw)
    assert corpus.posts["text"].tolist() == ["et to", "sti: C:\\x41 og \\ slut"]


def test_a_repair_that_straddles_a_chunk_border_is_made_too(study, make):
    raw = json.dumps(make.chat(make.message(1, "MM"), make.message(2, "slut")))
    start = raw.index("MM")
    for size in (65_536, 131_072, 1 << 20):
        for shift in range(5):
            filler = "a" * (size - start - shift)
            corpus = study.read(raw.replace("MM", filler + r"\x0Cb"))
            assert corpus.posts["text"].str.len().tolist() == [len(filler) + 2, 4]


def test_a_document_id_without_quotes_is_repaired(study, make):
    text = [{"type": "custom_emoji", "text": "🙂", "document_id": "QQ"}, " hej"]
    raw = json.dumps(make.chat(make.message(1, text), make.message(2)), ensure_ascii=False)
    for bare in ("(File not included. Change data exporting settings to download.)", "stickers/AnimatedSticker.tgs",
                 "5368324170671202286"):
        corpus = study.read(raw.replace('"QQ"', bare))
        assert corpus.posts["text"].tolist() == ["🙂 hej", "Hej alle sammen"]


def test_reach_that_is_not_exported_is_missing_and_not_zero(study, make):
    posts = study.read(make.chat(make.message(1))).posts
    assert posts[["views", "forwards", "replies", "reactions"]].isna().all(axis=None)


def test_reactions_are_summed_where_they_are_exported(study, make):
    given = [{"type": "emoji", "count": 3, "emoji": "👍"}, {"type": "paid", "count": 2}, {"count": "mange"}]
    posts = study.read(make.chat(make.message(1, reactions=given), make.message(2, reactions=[]))).posts
    assert posts["reactions"].tolist() == [5, 0]


def test_an_edit_time_is_kept(study, make):
    posts = study.read(make.chat(make.message(1, edited="2025-11-03T11:00:00", edited_unixtime="1762164000"))).posts
    assert posts["edited_at"].tolist() == [pd.Timestamp(1762164000, unit="s", tz="UTC")]


def test_media_keep_their_kind_only(study, make):
    remark = "(File not included. Change data exporting settings to download.)"
    posts = study.read(make.chat(
        make.message(1, "", photo=remark), make.message(2, "", media_type="voice_message", file="a/b.ogg"),
        make.message(3, "", media_type="helt_ny", file=remark), make.message(4, "", file=remark), make.message(5),
        make.message(6, "", poll={"question": "Hvornår mødes vi?", "answers": []}),
    )).posts
    assert posts["media"].fillna("").tolist() == ["photo", "voice", "other", "file", "", "poll"]
    assert posts["text"].isna().tolist() == [True, True, True, True, False, False]
    assert posts["text"].iloc[5] == "Hvornår mødes vi?"


def test_a_forward_is_a_pseudonym_of_the_name_that_the_arena_of_that_title_resolves(study, make):
    other = make.chat(make.message(1), name="Kanal  Øst", type="public_channel", id=1900000002)
    here = make.chat(make.message(5, forwarded_from="kanal øst"))
    study.take(study.put(other, "a.json"), study.put(here, "b.json"))
    corpus = study.corpus()
    [(_, target, kind)] = targets(corpus, "forward")
    assert kind == "name"
    assert corpus.arenas.loc[corpus.arenas["title_key"] == target, "title"].tolist() == ["Kanal  Øst"]


def test_a_forward_with_an_id_uses_the_id_that_the_arena_resolves(study, make):
    other = make.chat(make.message(1), type="public_channel", id=1900000002)
    here = make.chat(make.message(5, forwarded_from="Andet navn", forwarded_from_id="channel1900000002"))
    study.take(study.put(other, "a.json"), study.put(here, "b.json"))
    corpus = study.corpus()
    [(_, target, kind)] = targets(corpus, "forward")
    assert kind == "id"
    assert (corpus.arenas["native_key"] == target).sum() == 1


def test_replies_point_at_posts_of_the_same_arena_or_at_the_other_chat(study, make):
    corpus = study.read(make.chat(
        make.message(1), make.message(2, reply_to_message_id=1),
        make.message(3, reply_to_message_id=9, reply_to_peer_id="channel1900000009")))
    found = targets(corpus, "reply")
    assert found[0] == ("T-001:2", "T-001:1", "post")
    assert found[1][0] == "T-001:3"
    assert found[1][2] == "id"


def test_service_messages_are_kept_as_such_without_text(study, make):
    service = {"id": 1, "type": "service", "date_unixtime": "1762156800", "actor": "Person B", "actor_id": "user1002",
               "action": "helt_ny_handling", "title": "Ny titel", "members": ["Person C"], "text": ""}
    path = study.put(make.chat(service, make.message(2)))
    ledger = study.take(path)
    posts = study.corpus().posts
    assert posts["kind"].tolist() == ["service", "post"]
    assert posts["text"].isna().tolist() == [True, False]
    assert ledger.files["service"].tolist() == [1]


def test_old_exports_without_unix_times_use_the_time_zone_of_the_card(study, make):
    old = [make.message(1, date_unixtime=..., date="2025-07-01T12:00:00"),
           make.message(2, date_unixtime=..., date="2025-12-01T12:00:00")]
    corpus = study.read(make.chat(*old), time_zone='"Europe/Copenhagen"')
    assert corpus.posts["posted_at"].dt.hour.tolist() == [10, 11]


def test_old_exports_without_a_time_zone_are_taken_as_utc_and_counted(study, make):
    old = make.message(1, date_unixtime=..., date="2025-07-01T12:00:00")
    ledger = study.take(study.put(make.chat(old, make.message(2))))
    assert ledger.files["assumed_utc"].tolist() == [1]
    assert study.corpus().posts["posted_at"].dt.hour.tolist()[0] == 12


def test_dates_with_an_offset_are_taken_at_their_word(study, make):
    stamps = ("2025-07-01T12:00:00.250Z", "2025-07-01T12:00:00+02:00")
    corpus = study.read(make.chat(*(make.message(i, date_unixtime=..., date=s) for i, s in enumerate(stamps, 1))),
                        time_zone='"America/New_York"')
    assert corpus.posts.set_index("post_id")["posted_at"].dt.hour.to_dict() == {"T-001:1": 12, "T-001:2": 10}


def test_an_unknown_time_zone_is_refused(study, make):
    path = study.put(make.chat(make.message(1)), time_zone='"Europa/Prøveby"')
    with pytest.raises(CardError, match="time_zone"):
        study.take(path)


def test_account_ids_as_numbers_and_as_words_are_one_account(study, make):
    corpus = study.read(make.chat(make.message(1, from_id=1001), make.message(2, from_id="user1001"),
                                  make.message(3, from_id="channel1001")))
    assert corpus.posts["account_id"].nunique() == 2


def test_an_account_known_by_name_only_is_told_by_its_name(study, make):
    corpus = study.read(make.chat(make.message(1, from_id=...), make.message(2, from_id=..., **{"from": "Person B"}),
                                  make.message(3, from_id=..., **{"from": None})))
    assert corpus.posts["account_id"].isna().tolist() == [False, False, True]
    assert corpus.posts["account_id"].nunique() == 2


def test_a_full_account_gives_all_chats_and_nothing_of_its_personal_blocks(study, make):
    account = {
        "about": "x", "personal_information": {"user_id": 1, "first_name": "Hemmelig", "phone_number": "+4520304050"},
        "contacts": {"list": [{"first_name": "Skjult", "phone_number": "+4511223344"}]},
        "sessions": {"list": [{"ip": "192.0.2.7"}]},
        "chats": {"about": "y", "list": [
            make.chat(make.message(1), name="Gruppe 1", id=1), make.chat(name="Tavs gruppe", id=2),
            {"type": "saved_messages", "id": 3, "messages": [make.message(1, from_id="user3")]}]},
        "left_chats": {"list": [make.chat(make.message(9), type="private_channel", name="Forladt", id=4)]},
    }
    corpus = study.read(account)
    assert sorted(corpus.arenas["kind"]) == ["channel", "chat", "group", "group"]
    assert len(corpus.posts) == 3
    assert not any(secret in study.written() for secret in (b"Hemmelig", b"Skjult", b"192.0.2.7", b"20304050"))


def test_a_chat_without_a_post_is_an_arena_all_the_same(study, make):
    corpus = study.read(make.chat())
    assert len(corpus.posts) == 0
    assert corpus.arenas["title"].tolist() == ["Prøvegruppen"]
    assert corpus.arenas["first_seen"].isna().all()


def test_a_private_chat_keeps_no_title_because_it_is_a_persons_name(study, make):
    corpus = study.read(make.chat(make.message(1), type="personal_chat", name="Anna Prøvesen", id=1001))
    assert corpus.arenas[["title", "title_key"]].isna().all(axis=None)
    assert b"Anna" not in study.written()


def test_the_head_of_a_chat_may_come_after_its_messages(study, make):
    late = {"messages": [make.message(1)], "name": "Sen", "type": "public_channel", "id": 1900000007}
    study.take(study.put(late), format_name="telegram-desktop")
    assert study.corpus().arenas[["title", "kind"]].values.tolist() == [["Sen", "channel"]]
    assert study.corpus().posts["account_id"].isna().all()


def test_a_byte_order_mark_is_no_obstacle(study, make):
    corpus = study.read(b"\xef\xbb\xbf" + json.dumps(make.chat(make.message(1))).encode())
    assert len(corpus.posts) == 1


def test_only_what_holds_neither_id_nor_time_nor_text_is_quarantined(study, make):
    odd = [make.message(1), {"id": 2, "type": "unsupported"}, "tekst", None, 7, ["liste"], {"views": 3},
           make.message(3, date_unixtime="9e99", date="i går"), make.message(4)]
    path = study.put(make.chat(*odd))
    row = study.take(path).files.iloc[0]
    assert (row["rows_read"], row["kept"], row["quarantined"], row["undated"]) == (9, 4, 5, 2)
    assert row["quarantine_reasons"] == "neither id, time nor text: 1; not a record: 4"
    [kept] = (study.folder / "data" / "raw" / "quarantine").iterdir()
    lines = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["place"] for line in lines) == [3, 4, 5, 6, 7]
    assert {"place": 7, "raw": {"views": 3}}.items() <= lines[-1].items()
    assert len(study.corpus().posts) == 2
    assert study.corpus(undated=True).posts["posted_at"].isna().sum() == 2


def test_a_record_without_an_id_is_kept_under_one_made_from_its_content(study, make):
    path = study.put(make.chat(make.message(1, "et", id=...), make.message(1, "to", id="uden tal")))
    study.take(path)
    first = study.corpus().posts["post_id"].tolist()
    study.take(path)
    assert len(first) == 2
    assert study.corpus().posts["post_id"].tolist() == first


def test_numbers_beyond_any_measure_cost_no_other_record(study, make):
    raw = json.dumps(make.chat(make.message(1, width=111), make.message(2)))
    row = study.take(study.put(raw.replace("111", "9" * 400 + ".5e999"))).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (1, "a number too large to be one: 1")


def test_gaps_in_the_ids_are_counted_for_each_arena(study, make):
    ledger = study.take(study.put(make.chat(*(make.message(i) for i in (5, 6, 9, 10, 20)))))
    assert ledger.files["id_gaps"].tolist() == [11]


def test_of_a_truncated_file_all_records_before_are_kept_and_one_fault_names_the_end(study, make):
    raw = json.dumps(make.chat(*(make.message(i) for i in range(1, 4000))))
    whole = raw[: len(raw) // 2].count('"id"') - 2  # the chat has one too, and the last message is cut
    row = study.take(study.put(raw[: len(raw) // 2])).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (whole, "the file breaks off within this record: 1")


def test_broken_json_costs_the_record_in_which_it_stands(study, make):
    raw = json.dumps(make.chat(*(make.message(i, "hemmelig tekst") for i in range(1, 3000))))
    at = raw.index('"text": "hem', len(raw) // 2)
    row = study.take(study.put(raw[:at] + "%" + raw[at:])).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (2998, "not valid JSON: 1")


def test_records_nested_without_end_cost_no_other_record(study, make):
    raw = json.dumps(make.chat(make.message(1, "DEEP"), make.message(2, "god"), {"views": "DEEP"}))
    row = study.take(study.put(raw.replace('"DEEP"', "[" * 5000 + "]" * 5000))).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (1, "nested more than 1000 deep: 2")
    assert "god" in set(study.corpus().posts["text"].dropna())


def test_the_pseudonym_depends_on_key_kind_and_value():
    made = {pseudonym(key, kind, value) for key in (b"k" * 32, b"l" * 32) for kind in ("x:account", "x:handle")
            for value in ("1", "2")}
    assert len(made) == 8
    assert pseudonym(b"k" * 32, "x:account", "1") == pseudonym(b"k" * 32, "x:account", "1")
