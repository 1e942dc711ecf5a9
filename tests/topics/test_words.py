from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.topics.inflections import find_forms, split_compound, stem_of
from workbench.topics.words import is_emoji, listed_stop_words, theme_words, words_of


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


@pytest.mark.parametrize("drawn", ["𝓯𝓮𝓼𝓽 𝐡𝐚𝐯𝐧", "ｆｅｓｔ ｈａｖｎ", "ⓕⓔⓢⓣ ⓗⓐⓥⓝ", "🅵🅴🆂🆃 🅗🅐🅥🅝", "f\u200be\u00adst ha\u2060vn",
                                   "f̶e̶s̶t̶ h̲a̲v̲n̲", "FEST™ 'havn'"])
def test_a_word_is_read_in_plain_letters_however_it_is_drawn(drawn: str) -> None:
    assert words_of(drawn) == ["fest", "havn"]


def test_letters_of_other_languages_stay_and_their_marks_do_not_cut_words() -> None:
    assert words_of("BLÅBÆRGRØD škola İstanbul كِتَاب हिन्दी корабль") == [
        "blåbærgrød", "škola", "istanbul", "كتاب", "हिन्दी", "корабль"]


def test_stop_words_are_known_with_a_curly_apostrophe_too() -> None:
    assert words_of("they don’t don't") == []
    assert words_of("rock’n’roll") == ["rock'n'roll"]


def test_sites_and_what_html_leaves_behind_are_no_words_and_a_product_named_like_a_site_is() -> None:
    text = "kage &amp; kaffe&nbsp;saft på kagekage.dk og www.example.org asp.net"
    assert words_of(text) == ["kage", "kaffe", "saft", "asp"]


def test_a_theme_is_made_of_words_without_emoji_and_flags() -> None:
    assert theme_words("vild👍🏽 fest 🔥🔥 🇩🇰 𝓫𝓪𝓵") == ["vild", "fest", "bal"]
    assert theme_words("🔥 ❤️ 🇩🇰") == []
    assert theme_words("wild party") == words_of("wild party")


@settings(deadline=None, max_examples=300)
@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aåz '-_#@.🔥🇩🇰👍🏽️\u200d𝓯🅵")), max_size=20))
def test_reading_words_twice_changes_nothing(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words
    assert theme_words(text) == [word for word in words if not is_emoji(word)]


def test_a_language_without_a_list_has_no_listed_stop_words() -> None:
    assert {"nicht", "und"} < listed_stop_words("de")
    assert listed_stop_words("fo") == frozenset()


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


def test_forms_of_a_word_are_those_with_its_stem_in_one_of_the_languages() -> None:
    words = sorted(["hjelm", "hjelmen", "hjelmenes", "hjelmetest", "hjem", "knit", "knitted", "knitting"])

    def forms(word: str, *languages: str) -> list[str]:
        return [words[place] for place in find_forms(words, [words.index(word)], languages)[0]]

    assert forms("hjelm", "da") == ["hjelm", "hjelmen", "hjelmenes"]
    assert forms("knitting", "da") == ["knitting"]
    assert forms("knitting", "da", "en", "lt") == ["knit", "knitted", "knitting"]


@pytest.mark.parametrize(("word", "parts"), [
    ("ungdomsklub", ("ungdom", "klub")), ("løbehjulsbane", ("løbehjul", "bane")), ("vandpibe", ("vandpibe",)),
    ("klub", ("klub",)), ("xyz", ("xyz",))])
def test_a_compound_is_split_where_its_parts_are_commoner_than_itself(word: str, parts: tuple[str, ...]) -> None:
    known = {"ungdom": 40, "klub": 60, "ungdomsklub": 9, "løbehjul": 30, "bane": 20, "vand": 3, "pibe": 1, "vandpibe": 50,
             "løbehjulsbane": 2}
    assert split_compound(word, known) == parts
