from __future__ import annotations

import pandas as pd

HTML = ('<p>Se &amp; læs<br/>her: <a href="https://eksempel.invalid/a?x=1&amp;y=2"><span>eksempel.invalid/a…</span></a></p>'
        '<p>og <a href="https://x.invalid/tags/klub">#klub</a></p>')


def test_html_becomes_text_and_an_address_that_is_shown_cut_is_whole(read_rows):
    text = read_rows("4cat-truth", {"body": HTML}).posts["text"][0]
    assert text == "Se & læs\nher: https://eksempel.invalid/a?x=1&y=2\nog #klub"


def test_a_time_without_offset_is_utc_in_whatever_zone_the_card_says(read_rows):
    rows = [{"created_at": "2025-10-01 12:00:00"}, {"id": "2", "created_at": "", "timestamp": "2025-10-01 12:00:00"},
            {"id": "3", "created_at": "2025-10-01T12:00:00.123Z"}]
    posts = read_rows("4cat-truth", *rows, time_zone='"Europe/Copenhagen"').posts
    assert posts["posted_at"].dt.floor("s").unique().tolist() == [pd.Timestamp("2025-10-01 12:00", tz="UTC")]


def test_a_post_of_a_group_stands_there_and_any_other_on_its_accounts_page(read_rows):
    corpus = read_rows("4cat-truth", {}, {"id": "2", "group_id": "7", "group_display_name": "Prøvegruppen"})
    assert sorted(corpus.arenas[["kind", "title"]].fillna("").values.tolist()) == [["group", "Prøvegruppen"], ["page", ""]]


def test_reactions_are_missing_as_the_file_has_none(read_rows):
    assert read_rows("4cat-truth", {}).posts["reactions"].isna().all()
