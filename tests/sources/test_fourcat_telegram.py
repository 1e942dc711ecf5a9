from __future__ import annotations

import pandas as pd


def read(study, make, *rows):
    return study.read(make.fourcat(*rows), "4cat.csv")


def test_the_unix_time_goes_before_the_servers_local_time(study, make):
    posts = read(study, make, make.mapped(77)).posts
    assert posts["posted_at"].tolist() == [pd.Timestamp(1759320000, unit="s", tz="UTC")]
    assert posts["post_id"].tolist() == ["T-001:77"]


def test_rows_of_accounts_make_a_group_and_rows_of_the_chat_itself_have_no_account(study, make):
    own = {"author": "1900000001", "author_username": "proevegruppe", "author_name": "Prøvegruppen"}
    corpus = read(study, make, make.mapped(1), make.mapped(2, **own))
    assert corpus.posts["account_id"].isna().tolist() == [False, True]
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["group", "Prøvegruppen"]]
    assert corpus.arenas["native_key"].notna().all()


def test_a_chat_where_only_it_speaks_is_a_channel(study, make):
    own = {"author": "1900000001", "author_username": "proevegruppe"}
    assert read(study, make, make.mapped(1, **own), make.mapped(2, **own)).arenas["kind"].tolist() == ["channel"]


def test_redacted_authors_are_missing(study, make):
    redacted = dict.fromkeys(("author", "author_username", "author_name"), "REDACTED")
    assert read(study, make, make.mapped(1, **redacted)).posts["account_id"].isna().all()


def test_a_bare_reply_points_at_the_post_of_the_same_chat(study, make):
    links = read(study, make, make.mapped(76), make.mapped(77, reply_to="76", is_reply="True")).links
    assert links[["post_id", "relation", "target"]].values.tolist() == [["T-001:77", "reply", "T-001:76"]]


def test_repeated_emoji_are_counted_one_for_each_person_who_gave_them(study, make):
    given = ["👍👍❤", "👍🏽❤️", "👩‍👩‍👧🇩🇰🇩🇰", ""]
    posts = read(study, make, *(make.mapped(i, reactions=r) for i, r in enumerate(given, 1))).posts
    assert posts["reactions"].tolist() == [3, 2, 3, 0]


def test_a_forward_goes_by_id_before_handle_before_name(study, make):
    source = {"author_forwarded_from_id": "1900000002", "author_forwarded_from_username": "testost",
              "author_forwarded_from_name": "Test Øst"}
    rows = [make.mapped(i, **dict(list(source.items())[i:])) for i in range(3)]
    links = read(study, make, *rows).links
    assert links.sort_values("post_id")["target_kind"].tolist() == ["id", "handle", "name"]


def test_mail_domains_are_no_mentions(study, make):
    links = read(study, make, make.mapped(1, body="skriv til nogen@avis.invalid eller @kanalen")).links
    assert links["relation"].tolist() == ["mention"]


def test_bodies_over_several_lines_and_a_chat_with_a_dash_are_read(study, make):
    posts = read(study, make, make.mapped(1, body="en\nto\n\"tre\"", id="x-y-1"), make.mapped(2)).posts
    assert posts["text"].tolist() == ['en\nto\n"tre"', "Se her"]
    assert posts["post_id"].str.endswith((":1", ":2")).all()


def test_names_of_authors_are_redacted_in_the_texts_of_others(study, make):
    rows = [make.mapped(1, body="Hvad mener Anna  prøve om det?", author="502"), make.mapped(2)]
    assert read(study, make, *rows).posts["text"].iloc[0] == "Hvad mener [name] om det?"


def test_one_chat_through_three_formats_has_one_code(study, make):
    desktop = study.put(make.chat(make.message(1), type="public_channel"), source="a")
    tracker = study.put(make.tracker(make.tracked(2, channel_name="ProeveGruppe")), "t.csv", source="b")
    own = {"author": "1900000001", "author_username": "proevegruppe"}
    fourcat = study.put(make.fourcat(make.mapped(3, **own)), "4cat.csv", source="c")
    study.take(desktop)
    study.take(tracker)
    study.take(fourcat)
    assert study.corpus().arenas["arena_id"].tolist() == ["T-001"]
    assert study.corpus().posts["post_id"].str[:5].eq("T-001").all()
