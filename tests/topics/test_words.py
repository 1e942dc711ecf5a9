from __future__ import annotations

import pytest

from workbench.topics.words import words_of


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
    assert words == ["café-aften", "3d-print", "rock'n'roll", "go_stil"]
    assert words_of(" ".join(words)) == words
