from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.topics.boilerplate import cut_signatures, find_invitations, find_link_farms

BODY = "opslag nummer {} handler om noget helt andet end det forrige {}"


def text_series(texts: list[str]) -> pd.Series:
    return pd.Series(texts, dtype="string")


def bodies(number: int) -> list[str]:
    return [BODY.format(chr(97 + i), "xyz"[i % 3] * (i + 1)) for i in range(number)]


@pytest.mark.parametrize("at_end", [True, False])
def test_what_many_texts_of_an_arena_share_at_an_end_is_cut(at_end: bool) -> None:
    signature = "støt vores arbejde hver måned"
    signed = [f"{body} {signature}" if at_end else f"{signature} {body}" for body in bodies(20)]
    cut = cut_signatures(text_series(signed), text_series(["T-001"] * 20))
    assert not cut.str.contains("arbejde|støt").any()
    assert cut.str.contains("handler om noget").all()


def test_few_texts_or_another_arena_make_no_signature() -> None:
    signed = text_series([f"{body} støt vores arbejde hver måned" for body in bodies(20)])
    spread = text_series([f"T-{i % 4:03d}" for i in range(20)])
    pd.testing.assert_series_equal(cut_signatures(signed, spread), signed)


def test_copies_that_differ_in_links_and_numbers_are_no_signature() -> None:
    copied = text_series([f"husk mødet i beboerhuset på torsdag klokken syv om støj https://example.org/{i}"
                          for i in range(60)])
    pd.testing.assert_series_equal(cut_signatures(copied, text_series(["T-001"] * 60)), copied)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(alphabet="ab ", max_size=30), max_size=40))
def test_cutting_keeps_rows_and_never_adds_text(texts: list[str]) -> None:
    series = text_series(texts)
    cut = cut_signatures(series, text_series(["T-001"] * len(texts)))
    assert cut.index.equals(series.index)
    assert all(after in before for after, before in zip(cut, series, strict=True))


@pytest.mark.parametrize(("text", "words", "is_invitation"), [
    ("Join our channel [link]", 1, True), ("Følg os på https://t.me/noget 👇", 2, True),
    ("Gå med i vår grupp @grupp", 1, True), ("Liity ryhmään [handle]", 2, True),
    ("Join our channel", 1, False), ("Se [link] om vejret", 2, False),
    ("Følg os [link]: mødet om havnen er flyttet til torsdag klokken syv i salen ved torvet", 12, False),
])
def test_an_invitation_has_a_link_a_word_of_joining_and_little_else(text: str, words: int, is_invitation: bool) -> None:
    assert find_invitations(text_series([text]), pd.Series([words])).tolist() == [is_invitation]


@pytest.mark.parametrize(("text", "is_farm"), [
    ("Kanaler: @en_kanal @to_kanal @tre_kanal", True), ("[link] [link] [handle] [link] godt", True),
    ("[link] [link]", False), ("tre links [link] og meget tekst om noget andet [link] som er længere end dem [link]", False),
])
def test_a_link_farm_is_mostly_links(text: str, is_farm: bool) -> None:
    assert find_link_farms(text_series([text])).tolist() == [is_farm]
