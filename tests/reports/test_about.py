"""The public page tells what the cards say, and keeps what an internal reader alone would understand to itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.errors import ReleaseError
from workbench.reports import render_about

CONTACT = "Lillehavn Kommune, post@lillehavn.example"


def said(release, language: str = "da") -> str:
    blocks = render_about(release, contact=CONTACT, language=language)
    return "\n".join(t for b in blocks for t in ([b.content["text"]] if "text" in b.content else b.content["items"]))


def test_it_tells_purpose_law_times_and_who_is_responsible_as_the_cards_do(release) -> None:
    text = said(release)
    for words in ("viden om arenaer", "databeskyttelsesloven § 10", "Ansvarlig: Lillehavn Kommune.",
                  "mellem 1. juli 2025 og 30. september 2025", "senest 30. september 2027", CONTACT):
        assert words in text


def test_what_is_open_and_what_is_not_is_counted_and_a_closed_one_gives_its_reason(release) -> None:
    card = release.provenance["sources"][0]
    closed = {**card, "access": "closed", "closed_basis": "aftale med klubben", "source_id": "lukket", "delete_by": "2028-01-31"}
    both = replace(release, provenance={**release.provenance, "sources": [card, closed]})
    assert "Åbne samlinger: 1." in said(both)
    assert "Lukkede samlinger: 1." in said(both)
    assert "aftale med klubben" in said(both)
    assert "senest 31. januar 2028" in said(both)  # the last of them
    assert "Lukkede" not in said(release)


def test_it_holds_no_name_of_a_source_a_tool_or_a_field(release) -> None:
    for language in ("da", "en"):
        text = said(release, language)
        assert not any(word in text for word in ("telegram-lillehavn", "Telegram Desktop", "delete_by", "pseudonym", "none found"))


def test_the_contact_stands_by_itself_so_that_no_gate_takes_it_for_somebody_s_address(release) -> None:
    assert render_about(release, contact=CONTACT, language="da")[-1].content["items"] == [CONTACT]


def test_without_cards_it_says_that_nothing_is_written_down_and_promises_the_rest(release) -> None:
    bare = replace(release, provenance={})
    assert "ikke skrevet ned endnu" in said(bare)
    assert "Hvad vi aldrig gør" in said(bare)


def test_only_a_release_is_told_about() -> None:
    with pytest.raises(ReleaseError, match="render_about takes a Release"):
        render_about("volume", contact=CONTACT, language="da")
