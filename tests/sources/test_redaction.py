from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import redact
from workbench.sources.languages import detect_languages
from workbench.sources.redaction import clean


def one(text, **options):
    return redact(pd.Series([text], dtype="string"), **options)[0]


@pytest.mark.parametrize(("text", "redacted"), [
    ("skriv til @navn_1.", "skriv til [handle]."),
    ("via u/proevenavn eller navn.e#1234", "via [handle] eller [handle]"),
    ("mail anna.b+x@post.avis.invalid nu", "mail [email] nu"),
    ("mail ærø@øre.invalid nu", "mail [email] nu"),
    ("se https://t.me/+AbC123 og t.me/joinchat/xyz", "se [link] og [link]"),
    ("se t.me/kanal/7 og tg://resolve?domain=kanal", "se [link] og [link]"),
    ("https://www.instagram.com/anna.b/?igsh=a og https://www.facebook.com/profile.php?id=1", "[link] og [link]"),
    ("https://www.tiktok.com/@anna/video/7 og https://m.youtube.com/@bo", "[link] og [link]"),
    ("https://youtube.com/watch?v=abc&si=deler", "https://youtube.com/watch?v=abc&"),
    ("https://avis.invalid/a?utm_source=x&id=3", "https://avis.invalid/a?id=3"),
    ("cpr 010203-1234 og 0102031234 slut", "cpr [cpr] og [cpr] slut"),
    ("ring 20 30 40 50 nu", "ring [phone] nu"), ("ring 20304050!", "ring [phone]!"),
    ("ring +45 20 30 40 50", "ring [phone]"), ("ring 0045 20304050", "ring [phone]"),
    ("ring +46 70 123 45 67", "ring [phone]"), ("ring 070-123 45 67", "ring [phone]"),
    ("ring +44 20 7946 0958", "ring [phone]"), ("skriv på https://wa.me/4520304050", "skriv på [link]"),
    ("ring ２０３０４０５０", "ring [phone]"),
])
def test_what_identifies_a_person_is_replaced(text, redacted):
    assert one(text) == redacted


@pytest.mark.parametrize("text", [
    "i 2024 og 2025", "fra 2023-2025 og 2023 2024", "den 03.11.2025 kl. 20.15-22.30", "2025-11-03 09:15:30",
    "den 3/11-2025 eller 03-11-2025", "koster 12.500.000 kr", "koster 25.000 kr. eller 1.250,50", "kun 2500 3500 kr",
    "kr. 25003500", "20251103", "33 elever og 12 lærere", "ddmmyy 320203-1234", "https://avis.invalid/20304050/artikel",
    "5 @ 10 kr", "25.12.2024-02.01.2025", "10-20-30", "1 2 3 4 5 6 7 8 9",
])
def test_years_dates_prices_and_article_numbers_stay(text):
    assert one(text) == text


def test_full_names_are_replaced_in_any_case_as_whole_words_and_longest_first():
    names = {"Anna Prøve", "Anna Prøve Hansen", "Bo", "Liv-Maj  Ø."}
    text = "ANNA PRØVE HANSEN, anna prøve og Anna Prøvesen; Bo og Liv Maj Ø"
    assert one(text, names=names) == "[name], [name] og Anna Prøvesen; Bo og [name]"


def test_names_are_text_and_never_a_pattern():
    assert one("a+b (c) og axb (c)", names={"a+b (c"}) == "[name]) og axb (c)"


def test_missing_stays_missing_and_the_index_is_kept():
    texts = pd.Series(["@navn", None], index=[7, 3], dtype="string")
    redacted = redact(texts)
    assert redacted.index.tolist() == [7, 3]
    assert redacted.isna().tolist() == [False, True]
    assert texts[7] == "@navn"


def test_control_direction_and_private_use_characters_become_spaces_and_are_counted():
    texts, replaced = clean(pd.Series(["a\x00b\u202ec\ue000d\u200be\r\nf\tg", "\x07 \x08", "👩‍👧 ok", None], dtype="string"))
    assert texts.fillna("-").tolist() == ["a b c d e\nf\tg", "-", "👩‍👧 ok", "-"]
    assert replaced == 6


def test_half_a_character_pair_becomes_a_space():
    texts, _ = clean(pd.Series(["a\ud83db"], dtype=object))
    assert texts.tolist() == ["a b"]


@given(st.lists(st.text(max_size=80), max_size=5), st.sets(st.text(max_size=20), max_size=3))
def test_any_text_can_be_cleaned_and_redacted(texts, names):
    cleaned, _ = clean(pd.Series(texts, dtype=object))
    assert len(redact(cleaned, names=names)) == len(texts)


@given(st.from_regex(r"[a-zæøå ]{0,10}(?:[2-9]\d(?: ?\d\d){3}|[\w.]{1,8}@[a-z]{1,8}\.dk|@[a-z]\w{3,10})[ !]?", fullmatch=True))
def test_nothing_that_was_redacted_is_redacted_again(text):
    once = one(text)
    assert one(once) == once


def test_languages_are_told_apart_and_short_texts_are_left_alone():
    texts = pd.Series([
        "Jeg synes, at det er en rigtig god idé at mødes nede på torvet i morgen eftermiddag",
        "Jag tycker att det är en mycket bra idé att vi träffas på torget i morgon eftermiddag",
        "I think it is a really good idea to meet in the square tomorrow afternoon",
        "Minusta on todella hyvä ajatus tavata torilla huomenna iltapäivällä", "Hej med dig", None,
        "[handle] [link] https://avis.invalid/en/meget/lang/adresse #etlangtemne", "🙂 12345678901234567890"])
    assert detect_languages(texts).fillna("-").tolist() == ["da", "sv", "en", "fi", "-", "-", "-", "-"]
