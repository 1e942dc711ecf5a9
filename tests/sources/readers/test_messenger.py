from __future__ import annotations

import json

import pytest

from workbench.sources.readers.formats.messenger import FORMAT, mend


def broken(value):
    """Write every text as the download does: the bytes of UTF-8 as if they were Latin-1."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, dict):
        return {k: broken(v) for k, v in value.items()}
    return [broken(v) for v in value] if isinstance(value, list) else value


def message(text="Rødgrød med fløde 🍓", who="Søren Prøve", **fields):
    return {"sender_name": who, "timestamp_ms": 1762150000000, "content": text} | fields


def chat(*messages, people=("Søren Prøve", "Åse Prøve", "Anna"), **fields):
    return {"participants": [{"name": p} for p in people], "messages": list(messages), "title": "Fælles prøve",
            "thread_type": "RegularGroup", "thread_path": "inbox/proeve_1", "magic_words": []} | fields


def test_every_text_is_repaired(study):
    corpus = study.read(json.dumps(broken(chat(message("Rødgrød til Søren Prøve 🍓")))))
    assert corpus.posts["text"].tolist() == ["Rødgrød til [name] 🍓"]
    assert corpus.arenas["title"].tolist() == ["Fælles prøve"]


@pytest.mark.parametrize("text", ["Rød", "plain", "€ 5", "Ã", "日本"])
def test_what_is_right_already_stays_so(text):
    assert mend(text) == text


def test_who_takes_part_without_writing_is_redacted_too(study):
    posts = study.read(json.dumps(broken(chat(message("Spørg Åse Prøve"))))).posts
    assert posts["text"].tolist() == ["Spørg [name]"]


def test_ten_thousand_messages_are_the_cap_of_a_file():
    assert FORMAT.cap == 10_000


def test_a_conversation_of_two_is_not_called_by_a_person(study):
    private = chat(message(), people=("Søren Prøve", "Åse Prøve"), title="Åse Prøve", thread_type="Regular")
    corpus = study.read(json.dumps(broken(private)))
    assert corpus.arenas[["title", "kind"]].fillna("").values.tolist() == [["", "chat"]]
    assert "Åse" not in study.written().decode("utf-8", "replace")


def test_a_group_that_is_called_by_its_people_has_no_title(study):
    corpus = study.read(json.dumps(broken(chat(message(), title="Søren, Åse og 1 mere"))))
    assert corpus.arenas[["title", "kind"]].fillna("").values.tolist() == [["", "group"]]


def test_what_was_taken_back_and_who_is_gone_are_empty(study):
    posts = study.read(json.dumps(broken(chat(
        message("Hemmeligt", is_unsent=True), message(who="Facebook-bruger", timestamp_ms=1762150000001))))).posts
    assert posts["text"].isna().tolist() == [True, False]
    assert posts["account_id"].isna().tolist() == [False, True]


def test_shares_pictures_and_reactions_are_read(study, relations):
    corpus = study.read(json.dumps(broken(chat(message(
        share={"link": "https://eksempel.invalid/a", "share_text": "Læs"}, photos=[{"uri": "a.jpg"}],
        reactions=[{"reaction": "👍", "actor": "Åse Prøve"}])))))
    assert corpus.posts[["media", "reactions"]].values.tolist() == [["photo", 1]]
    assert corpus.posts["text"][0].endswith("\nLæs")
    assert relations(corpus, "url") == [("url", "https://eksempel.invalid/a", "url")]


def test_encrypted_chats_name_their_fields_otherwise(study):
    content = {"participants": ["Søren Prøve", "Åse Prøve"], "threadName": "Åse Prøve_1", "messages": [
        {"isUnsent": False, "media": [], "reactions": [], "senderName": "Søren Prøve", "text": "Hej på øen",
         "timestamp": 1762150000000, "type": "text"}]}
    corpus = study.read(json.dumps(content))
    assert corpus.posts["text"].tolist() == ["Hej på øen"]
    assert corpus.arenas["kind"].tolist() == ["chat"]
