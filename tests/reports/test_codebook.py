"""The report says what its words mean, once people have coded by them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.speech_worlds import make_codebook
from workbench.reports import render_codebook, render_definitions
from workbench.reports.blocks import LEFT_OUT, Block
from workbench.reports.codebook import _TOGETHER
from workbench.settings import LANGUAGES
from workbench.tables.codebook import FAMILIES
from workbench.tables.release import Release
from workbench.tables.spec import Headline
from workbench.wording import open_wording

BOOK = make_codebook(["attack", "marker.threat", "hate", "ground.class", "recognition"])


@pytest.fixture
def audited(release: Release) -> Release:
    said = Headline(release["topics"].sentence, release["topics"].headline.facts, value=0.04, test="audit")
    return replace(release, findings={**release.findings, "topics": replace(release["topics"], headline=said)})


def kinds(blocks: Block | tuple[Block, ...]) -> set[str]:
    return {b.kind for b in (blocks if isinstance(blocks, tuple) else (blocks,))}


def test_without_an_audit_nothing_is_called_an_attack(release: Release, audited: Release) -> None:
    for render in (render_definitions, render_codebook):
        assert kinds(render(release, BOOK, language="en")) == {LEFT_OUT}
        assert LEFT_OUT not in kinds(render(audited, BOOK, language="en"))
        refused = replace(audited["topics"], headline=replace(audited["topics"].headline, reason="few_coded"))
        silent = replace(audited, findings={**audited.findings, "topics": refused})
        assert kinds(render(silent, BOOK, language="en")) == {LEFT_OUT}


def test_the_box_defines_what_stands_on_its_own_and_says_that_it_is_not_unlawful(audited: Release) -> None:
    content = render_definitions(audited, BOOK, language="da").content
    assert "ulovligt" in content["lead"]
    assert content["points"] == ["attack da: What attack is.", "hate da: What hate is.",
                                 "recognition da: What recognition is."]


def test_the_codebook_shows_every_code_and_which_ground_is_not_strict(audited: Release) -> None:
    loose = replace(BOOK, codes={**BOOK.codes, "ground.class": replace(BOOK.codes["ground.class"], is_strict=False)})
    blocks = render_codebook(audited, loose, language="en")
    text = "\n".join(b.content["text"] for b in blocks)
    assert "version 1" in text
    assert all(f"{key} en: What {key} is." in text for key in BOOK.codes)
    assert text.count("Left out of the strict count of hate.") == 1
    assert "What ground.class is. Left out of the strict count of hate." in text
    assert [b.content["text"] for b in blocks if b.kind == "heading"] == ["Attack", "Hate", "Recognition"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_heading(language: str) -> None:
    assert {family for families in _TOGETHER for family in families} == set(FAMILIES)
    assert all(open_wording(language).knows(f"family.{families[0]}") for families in _TOGETHER)
