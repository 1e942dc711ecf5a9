from __future__ import annotations

import pandas as pd

HTML = ('<p>Se &amp; læs<br/>her: <a href="https://eksempel.invalid/a?x=1&amp;y=2"><span>eksempel.invalid/a…</span></a></p>'
        '<p>og <a href="https://x.invalid/tags/klub">#klub</a></p>')


def test_html_becomes_text_and_an_address_that_is_shown_cut_is_whole(read_rows):
    text = read_rows("4cat-gab", {"body": HTML}).posts["text"][0]
    assert text == "Se & læs\nher: https://eksempel.invalid/a?x=1&y=2\nog #klub"


def test_a_time_without_offset_is_utc_in_whatever_zone_the_card_says(read_rows):
    rows = [{"created_at": "2025-10-01 12:00:00"}, {"id": "2", "created_at": "", "timestamp": "2025-10-01 12:00:00"},
            {"id": "3", "created_at": "2025-10-01T12:00:00.123Z"}]
    posts = read_rows("4cat-gab", *rows, time_zone='"Europe/Copenhagen"').posts
    assert posts["posted_at"].dt.floor("s").unique().tolist() == [pd.Timestamp("2025-10-01 12:00", tz="UTC")]


def test_posts_with_nothing_but_an_id_or_a_text_are_kept(read_rows):
    empty = dict.fromkeys(("created_at", "url", "reaction_count", "favourites_count", "replies_count", "reblogs_count", "tags",
                           "group_id", "group_title", "group_is_private", "account_id", "account_username",
                           "account_account", "account_display_name", "timestamp", "collected_at"), "")
    rows = [empty | {"id": str(i), "body": ""} for i in range(1, 20)] + [empty | {"id": "", "body": "Kun tekst"}]
    assert len(read_rows("4cat-gab", *rows).posts) == 20


def test_the_first_mapping_of_4cat_is_read_as_well(read_rows):
    old = {"type": "post", "post_id": "5", "reposts_count": "4", "group_description": ""}
    gone = ("favourites_count", "reblogs_count", "account_account", "collected_at", "tags", "account_note")
    posts = read_rows("4cat-gab", old, without=gone).posts
    assert posts[["reactions", "forwards", "replies"]].values.tolist() == [[2, 4, 0]]


def test_the_group_is_the_arena_and_the_author_the_account(read_rows):
    corpus = read_rows("4cat-gab", {})
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["group", "Prøvegruppen"]]
    assert corpus.posts["account_id"].notna().all()
