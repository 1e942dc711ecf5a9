from __future__ import annotations

import pytest

from workbench.topics.inflections import split_compound, stem_of
from workbench.topics.words import is_emoji, words_of


def test_links_placeholders_handles_numbers_and_stop_words_are_left_out() -> None:
    text = "Opskrift til [phone] eller [name] på https://example.org/Kagekage, t.me/kageklub @kagemand 112 og det er ikke Kage!"
    assert words_of(text) == ["opskrift", "kage"]


def test_a_hashtag_is_its_word_and_words_are_folded() -> None:
    assert words_of("#GoStilOnline #løbehjul ØL") == ["gostilonline", "løbehjul", "øl"]


@pytest.mark.parametrize("text", ["det är ju inte så", "men det var ikke", "se on kuitenkin että", "they were not the"])
def test_stop_words_of_each_language_are_left_out(text: str) -> None:
    assert words_of(text) == []


def test_words_with_inner_marks_stay_whole_and_splitting_twice_changes_nothing() -> None:
    words = words_of("Café-aften 3d-print rock'n'roll go_stil 😀 x")
    assert words == ["café-aften", "3d-print", "rock'n'roll", "go_stil", "😀"]
    assert words_of(" ".join(words)) == words


def test_an_emoji_is_a_word_without_skin_tone_and_once_where_it_is_repeated() -> None:
    assert words_of("vild👍🏽 fest 👍 🔥🔥🔥 ❤️ 🇩🇰🇸🇪 👨‍👩‍👧") == ["vild", "👍", "fest", "👍", "🔥", "❤", "🇩🇰", "🇸🇪", "👨‍👩‍👧"]
    assert [is_emoji(w) for w in ("🔥", "❤", "🇩🇰", "fest", "3d", "ø")] == [True] * 3 + [False] * 3


def test_emoji_that_only_lay_out_a_text_are_no_words() -> None:
    assert words_of("👉 kage ✅ kaffe ➡️ saft 📌") == ["kage", "kaffe", "saft"]


def test_splitting_words_with_emoji_twice_changes_nothing() -> None:
    words = words_of("fest🔥🔥 vandpibe 🔥 🇩🇰 @navn 🔥 #snus😶‍🌫️")
    assert words == ["fest", "🔥", "vandpibe", "🔥", "🇩🇰", "🔥", "snus", "😶‍🌫"]
    assert words_of(" ".join(words)) == words


def test_slang_and_what_the_lists_of_stop_words_take_too_much_stay() -> None:
    assert words_of("bro young state yalla wallah lowkey sick") == ["bro", "young", "state", "yalla", "wallah", "lowkey", "sick"]


@pytest.mark.parametrize(("language", "words"), [
    ("da", ("løbehjul", "løbehjulet", "løbehjulene")), ("sv", ("bibliotek", "biblioteket", "biblioteken")),
    ("nb", ("hjelm", "hjelmen", "hjelmene")), ("fi", ("kirja", "kirjat", "kirjan")), ("en", ("helmet", "helmets"))])
def test_inflections_of_a_word_have_one_stem(language: str, words: tuple[str, ...]) -> None:
    assert len({stem_of(word, language) for word in words}) == 1


def test_a_language_without_a_stemmer_leaves_words_as_they_are() -> None:
    assert stem_of("løbehjulet", "lt") == "løbehjulet"


@pytest.mark.parametrize(("word", "parts"), [
    ("ungdomsklub", ("ungdom", "klub")), ("løbehjulsbane", ("løbehjul", "bane")), ("vandpibe", ("vandpibe",)),
    ("klub", ("klub",)), ("xyz", ("xyz",))])
def test_a_compound_is_split_where_its_parts_are_commoner_than_itself(word: str, parts: tuple[str, ...]) -> None:
    known = {"ungdom": 40, "klub": 60, "ungdomsklub": 9, "løbehjul": 30, "bane": 20, "vand": 3, "pibe": 1, "vandpibe": 50,
             "løbehjulsbane": 2}
    assert split_compound(word, known) == parts
