"""LIX as its formula says, worked out by hand."""

from __future__ import annotations

import pytest

from workbench.wording import measure_lix


@pytest.mark.parametrize(("text", "lix"), [
    ("", 0), ("— … !", 0),
    ("Vi ses her.", 3),  # 3 words, 1 sentence, none long
    ("Vi ses. Kom nu.", 2),
    ("Kommunen svarer.", 2 + 50),  # Kommunen has 8 letters, svarer 6
    ("Hun sagde: Kom.", 1.5),  # a colon ends a sentence
    ("Det var 3.5 km i år.", 7),  # a decimal does not (3 and 5 are two words)
    ("## Overskrift\n\n- et punkt\n- to punkter", 5 / 3 + 100 * 2 / 5),
    ("Et **fremragende** *godt* ord.", 4 + 25),
    ("- `reply`: Nej, ikke endnu.", 3),  # the name of a reply is not read
])
def test_lix_is_words_a_sentence_and_long_words_of_a_hundred(text: str, lix: float) -> None:
    assert measure_lix(text) == pytest.approx(lix)


def test_a_law_is_harder_than_a_note_to_a_child() -> None:
    note = "Vi leger i haven. Så spiser vi is. Du kan få to."
    law = ("Kommunalbestyrelsen træffer afgørelse om iværksættelse af foranstaltninger efter indhentelse af samtykke fra "
           "forældremyndighedsindehaveren, medmindre særlige forhold gør sig gældende.")
    assert measure_lix(note) < 10
    assert measure_lix(law) > 55
