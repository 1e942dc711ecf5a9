"""A product that asks for it is not published before it is easy to read, and tells two numbers at most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.errors import ReportError
from workbench.gates import ALWAYS, GATES, Finished

EASY = "Vi ses her. Kom nu med, så leger vi."
HARD = ("Kommunalbestyrelsen træffer afgørelse om iværksættelse af foranstaltninger efter indhentelse af samtykke fra "
        "forældremyndighedsindehaveren")
LONG = "og så gik vi ned til den lille bro hvor vi sad og så på de små ænder til det blev nat"
TILE = {"key": "volume", "value": "4.195", "label": "opslag har vi set på", "note": "fra 38 grupper", "arrow": ""}
CONTACT = {"name": "Alarmcentralen", "phone": "112", "web": "politi.dk", "hours": "kl. 8–22", "text": "Er der fare: 112."}


def text(words: str) -> dict[str, Any]:
    return {"kind": "text", "content": {"text": words}}


def numbers(*tiles: dict[str, str]) -> dict[str, Any]:
    return {"kind": "numbers", "content": {"tiles": list(tiles)}}


def look(gate: str, *blocks: dict[str, Any], language: str = "da", own: tuple[str, ...] = ()) -> None:
    made = Finished([{"blocks": [block]} for block in blocks], Path(), language, None, own)  # type: ignore[arg-type]
    GATES[gate](made)


def test_no_product_must_ask_for_them() -> None:
    assert {"readable", "two_numbers"} <= set(GATES)
    assert set(ALWAYS) == {"identifiers", "quotes", "consistency"}


def test_an_easy_text_passes() -> None:
    look("readable", text(EASY), {"kind": "list", "content": {"items": ["Lyt.", "Bliv der."]}})


def test_a_hard_text_is_refused_with_its_measure_and_its_hardest_sentences_in_their_places() -> None:
    with pytest.raises(ReportError) as refused:
        look("readable", text("Kommunen."), {"kind": "list", "content": {"items": [f"{HARD}. {LONG}"]}})
    told = str(refused.value)
    lix = 36 / 3 + 100 * 9 / 36  # 36 words in three sentences, nine of them with more than six letters
    assert f"its LIX is {lix:.1f}, and at most 35" in told
    assert (f"block 2 (list): “{HARD}” (13 words, 8 of them long); block 2 (list): “{LONG}” (22 words, 0 of them long); "
            "block 1 (text): “Kommunen” (1 words, 1 of them long).") in told


def test_a_hard_sentence_among_enough_easy_ones_may_stand() -> None:
    look("readable", text(HARD), *[text(EASY)] * 30)


def test_words_of_a_finding_are_told_by_their_place_alone() -> None:
    with pytest.raises(ReportError, match=r"block 1 \(numbers\) \(\d+ words.*block 2 \(text\): “") as refused:
        look("readable", numbers({**TILE, "label": f"{HARD} hemmeligt"}), text(HARD))
    assert "hemmeligt" not in str(refused.value)


def test_names_addresses_and_numbers_are_no_sentences() -> None:
    contact = {**CONTACT, "name": "Kommunalbestyrelsesforvaltningen", "web": "forældremyndighedsindehaveren.dk",
               "hours": "mandag onsdag fredag formiddag eftermiddag"}
    look("readable", {"kind": "contacts", "content": {"lines": [contact]}})


@pytest.mark.parametrize("language", ["ar", "so", "tr", "uk"])
def test_where_words_are_built_otherwise_long_ones_are_no_fault_and_long_sentences_are(language: str) -> None:
    look("readable", text(HARD), language=language)
    with pytest.raises(ReportError, match=r"its words a sentence is 22\.0, and at most 15"):
        look("readable", text(LONG), language=language)


def test_an_arabic_sentence_ends_with_its_own_question_mark_and_its_vowel_signs_split_no_word() -> None:
    from workbench.wording import list_sentences, measure_length

    asked = "ماذا تفعلون عندما يُسخر من أحد؟ عمّ تتحدثون؟"
    assert len(list_sentences(asked)) == 2
    assert measure_length(asked) == 8 / 2


def test_two_numbers_with_their_bases_pass() -> None:
    look("two_numbers", numbers(TILE, {**TILE, "key": "speech"}), text(EASY))


@pytest.mark.parametrize(("blocks", "what"), [
    ([numbers(TILE, TILE), numbers(TILE)], "it tells 3 numbers, and at most 2 may stand"),
    ([numbers({**TILE, "note": "fra grupper"})], r"block 1 \(numbers\) tells a number without what it is a part of"),
    ([text("Næsten 27 ud af 100 ved det.")], r"block 1 \(text\) tells a number in its words"),
    ([text(EASY), {"kind": "list", "content": {"items": ["Fra man er 15 år."]}}], r"block 2 \(list\) tells a number"),
])
def test_a_number_too_many_or_without_its_base_is_refused(blocks: list[dict[str, Any]], what: str) -> None:
    with pytest.raises(ReportError, match=what):
        look("two_numbers", *blocks)


def test_paragraphs_telephones_and_the_studys_own_words_are_no_numbers() -> None:
    look("two_numbers", text("Det er forbudt (§ 264 d)."), text("Ring 3."), {"kind": "contacts", "content": {"lines": [CONTACT]}},
         {"kind": "cover", "content": {"title": "Ark", "period": "3. kvartal 2025"}}, own=("Ring 3.",))
