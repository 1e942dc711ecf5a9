from __future__ import annotations

import io
import zipfile

import pytest

from workbench.errors import InputError

ANDROID = "03.11.2025, 09.15 - Person A: Hej alle\nse https://eksempel.invalid/a\n03.11.2025, 09.16 - Person B: \u200e<medier udeladt>\n"
IOS = "\u200e[03.11.2025 09.15.30] Person A: Hej alle\n[03.11.2025 09.16.01] Person B: ok\n"


def read(study, text, name="chat.txt", **card):
    return study.read(text, name, **card).posts


@pytest.mark.parametrize("text", [ANDROID, IOS])
def test_both_telephones_are_read(study, text):
    posts = read(study, text)
    assert len(posts) == 2
    assert posts["text"].iloc[0].startswith("Hej alle")
    assert posts["account_id"].nunique() == 2


def test_lines_without_a_date_go_on_with_the_message_before(study):
    corpus = study.read(ANDROID, "chat.txt")
    assert corpus.posts["text"].iloc[0] == "Hej alle\nse https://eksempel.invalid/a"
    assert "https://eksempel.invalid/a" in set(corpus.links["target"])


def test_an_omitted_picture_is_media_and_no_text(study):
    last = read(study, ANDROID).iloc[-1]
    assert last["media"] == "other"
    assert last.isna()["text"]


def test_times_are_local_where_the_card_says(study):
    posted = read(study, ANDROID, time_zone='"Europe/Copenhagen"')["posted_at"].iloc[0]
    assert posted.isoformat() == "2025-11-03T08:15:00+00:00"


@pytest.mark.parametrize(("line", "expected"), [
    ("11/3/25, 9:15 PM - Person A: x\n11/30/25, 9:15 AM - Person A: y", "2025-11-03T21:15:00"),
    ("3/11/25, 09:15 - Person A: x\n30/11/25, 09:15 - Person A: y", "2025-11-03T09:15:00"),
    ("[2025-11-03, 09:15:30] Person A: x", "2025-11-03T09:15:30"),
    ("[03/11/2025, 12.05.00 AM] Person A: x", "2025-11-03T00:05:00"),
    ("03.11.25 kl. 09.15 - Person A: x", "2025-11-03T09:15:00"),
])
def test_the_order_of_day_and_month_is_told_from_the_whole_file(study, line, expected):
    assert read(study, line)["posted_at"].iloc[0].isoformat()[:19] == expected


def test_a_text_that_is_no_chat_is_refused(study):
    with pytest.raises(InputError, match="no WhatsApp chat"):
        study.take(study.put("Kære alle\n", "c.txt"), format_name="whatsapp")


def test_notices_of_the_app_are_service_and_hold_no_text(study):
    posts = read(study, "03.11.2025, 09.14 - Person A oprettede gruppen\n" + ANDROID)
    assert posts["kind"].tolist() == ["service", "post", "post"]
    assert posts["text"].isna().iloc[0]


def test_names_of_members_are_redacted_in_what_others_write(study):
    posts = read(study, "03.11.2025, 09.15 - Kirsten Planteret: hej\n03.11.2025, 09.16 - Bo: tak kirsten planteret\n")
    assert posts["text"].tolist() == ["hej", "tak [name]"]


def test_the_zip_that_the_app_sends_is_read(study):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("_chat.txt", IOS)
        archive.writestr("00001-PHOTO.jpg", b"\xff\xd8\xff")
    assert len(read(study, out.getvalue(), "WhatsApp Chat.zip")) == 2


def test_two_chats_are_two_arenas(study):
    study.take(study.put(ANDROID, "en.txt"), study.put(IOS, "to.txt"))
    assert study.corpus().arenas["arena_id"].tolist() == ["W-001", "W-002"]


def test_impossible_times_cost_no_other_message(study):
    posts = study.read("99.99.2025, 29.75 - A B: x\n" + ANDROID, "c.txt", ).posts
    assert len(posts) == 2
    assert len(study.corpus(undated=True).posts) == 3


def test_the_same_words_twice_in_a_minute_are_two_messages_and_stay_two_when_read_again(study):
    path = study.put("03.11.2025, 09.15 - A B: ja\n03.11.2025, 09.15 - A B: ja\n", "c.txt")
    study.take(path)
    study.take(path)
    assert len(study.corpus().posts) == 2
