from __future__ import annotations

import pandas as pd
import pytest

from workbench.tables.posts import empty_frame
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.matching import assign_posts
from workbench.topics.preparing import Texts, prepare_texts, written_texts
from workbench.topics.vectors import count_words

GERMAN = ("und nicht das war heute Hafen Schiff {}", "aber der Bahnhof war nicht offen {}", "ich war mit dem Schiff da {}")
ENGLISH = ("the war about cargo ships {}", "soldiers of a long war {}", "peace after war at last {}")
DANISH = ("løbehjul på havnen {}", "kagen er bagt i ovnen {}", "letbane og køreplan {}")


def numbered(texts: tuple[str, ...], number: int) -> list[str]:
    return [texts[i % len(texts)].format(f"nr{chr(97 + i % 26)}{chr(97 + i // 26)}") for i in range(number)]


def prepare(make_texts, **by_language: list[str]) -> Texts:
    texts = [text for some in by_language.values() for text in some]
    codes = [None if code == "und" else code for code, some in by_language.items() for _ in some]
    return prepare_texts(written_texts(make_texts(texts, languages=codes).posts))


def words_in(prepared: Texts, language: str | None) -> set[str]:
    spoken = prepared.table["language"]
    inside = spoken.isna() if language is None else spoken.eq(language).fillna(False)
    return {word for words in prepared.table.loc[inside, "words"] for word in words.split()}


@pytest.mark.parametrize(("text", "reason"), [
    ("🔥🔥 😂 🇩🇰", "only_emoji"), ("❤️", "only_emoji"), ("fest 🔥", "few_words"), ("fest", "few_words"), ("👉 112", "few_words"),
    ("fest i havnen 🔥", None)])
def test_emoji_make_no_theme_and_a_post_of_them_alone_has_its_own_reason(make_texts, text: str, reason: str | None) -> None:
    prepared = prepare(make_texts, da=[text])
    assert [None if pd.isna(r) else r for r in prepared.set_aside] == [reason]
    assert (prepared.text_of >= 0).tolist() == [reason is None]


def test_words_of_texts_are_without_emoji(make_texts) -> None:
    assert prepare(make_texts, da=["fest 🔥 i havnen 😂"]).table["words"].tolist() == ["fest havnen"]


def test_texts_that_were_not_prepared_are_read_without_emoji_too(make_texts) -> None:
    assert count_words(["fest 🔥 bal"])[1] == ["bal", "fest"]
    posts = make_texts(["fest 🔥 😂", "😂 🇩🇰 🔥"]).posts  # nothing that a model would have to be asked about
    topics = pd.DataFrame({"topic_id": [0], "label": ["fest"]}).reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS)
    assigned = assign_posts(TopicSet(topics, empty_frame(ASSIGNMENT_COLUMNS)), posts)
    assert assigned.tolist() == [-1, -1]


def test_stop_words_are_dropped_from_texts_of_their_language_only(make_texts) -> None:
    prepared = prepare(make_texts, de=numbered(GERMAN, 60), en=numbered(ENGLISH, 60), da=numbered(DANISH, 60))
    assert {"hafen", "schiff", "bahnhof"} < words_in(prepared, "de")
    assert not {"und", "nicht", "das", "war", "ich"} & words_in(prepared, "de")
    assert "war" in words_in(prepared, "en")  # a German stop word, and no English one
    assert "war" in prepared.stop_words["de"]
    assert not {"da", "en"} & set(prepared.stop_words)


def test_a_text_of_unknown_language_loses_stop_words_that_only_one_language_has(make_texts) -> None:
    prepared = prepare(make_texts, de=numbered(GERMAN, 60), en=numbered(ENGLISH, 60), und=["nicht war Kaffee Milch"])
    assert words_in(prepared, None) == {"war", "kaffee", "milch"}
    assert "nicht" in prepared.stop_words["und"]
    assert "war" not in prepared.stop_words["und"]


def test_a_post_of_stop_words_has_too_few_words(make_texts) -> None:
    prepared = prepare(make_texts, de=[*numbered(GERMAN, 60), "ich war nicht da und aber"])
    assert prepared.set_aside.eq("few_words").sum() == 1


def test_russian_has_stop_words(make_texts) -> None:
    texts = numbered(("я не знаю где корабль {}", "это был старый вокзал {}", "они были на корабль {}"), 60)
    prepared = prepare(make_texts, ru=texts, da=numbered(DANISH, 60))
    assert {"корабль", "вокзал"} < words_in(prepared, "ru")
    assert not {"не", "это", "был", "были", "они", "на"} & words_in(prepared, "ru")


def test_a_language_of_few_texts_keeps_its_words(make_texts) -> None:
    prepared = prepare(make_texts, de=numbered(GERMAN, 20), da=numbered(DANISH, 60))
    assert "nicht" in words_in(prepared, "de")
    assert prepared.stop_words == {}


def test_posts_in_languages_without_a_list_are_counted(make_texts) -> None:
    prepared = prepare(make_texts, de=numbered(GERMAN, 30), da=numbered(DANISH, 30), nb=["en to tre"],
                       fo=numbered(DANISH, 5), und=["hej med dig", "ok"])
    assert prepared.unsupported == {"fo": 5, "und": 2}


def test_posts_of_the_same_words_are_one_text_whatever_letters_they_are_drawn_in(make_texts) -> None:
    prepared = prepare(make_texts, da=["fest i havnen", "𝓯𝓮𝓼𝓽 i 𝐡𝐚𝐯𝐧𝐞𝐧 🔥", "kage i ovnen"])
    assert prepared.table["words"].tolist() == ["fest havnen", "kage ovnen"]
    assert prepared.table["copies"].tolist() == [2, 1]
