"""Every kind of number says how it was found, every term what it means, every review what it changed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from workbench.findings import list_specs
from workbench.reports import render_glossary, render_methods, render_review_log
from workbench.reports.blocks import LEFT_OUT
from workbench.reports.method import TERMS
from workbench.settings import LANGUAGES
from workbench.tables.review import DECISIONS, REVIEW_COLUMNS, Review, empty_review
from workbench.tables.spec import Headline
from workbench.wording import open_wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_method_and_no_method_is_of_nothing(language: str) -> None:
    written = {name.removeprefix("method.") for name in open_wording(language).messages if name.startswith("method.")}
    assert written == set(list_specs())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_explained_and_every_explanation_shown(language: str) -> None:
    messages = open_wording(language).messages
    assert {name for name in messages if name.startswith("glossary.")} == {
        f"glossary.{term}{end}" for term in TERMS for end in ("", ".meaning")}
    assert len(render_glossary(language=language).content["rows"]) == len(TERMS)


def test_each_finding_is_told_with_its_metric_and_refusals_are_not(release) -> None:
    told = render_methods(release, language="en")
    assert [b.content["text"] for b in told if b.kind == "heading"] == [
        "Posts over time (M1)", "Platforms and kinds of arenas in quarter 3 of 2025 (M1)",
        "The topics in quarter 3 of 2025 (M9)"]
    refused = replace(release["volume"], headline=Headline("finding.volume_arenas", reason="tired"))
    assert len(render_methods(replace(release, findings={"volume": refused}), language="en")) == 0


def test_the_review_log_counts_decisions_and_tells_no_word(release) -> None:
    rows = [("topic", "K-001", "rename"), ("topic", "K-002", "rename"), ("word", "hemmeligt", "hide"),
            ("word", "åbent", None)]
    table = pd.DataFrame([dict(zip(("kind", "key", "decision"), row, strict=True)) for row in rows],
                         columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS)
    block = render_review_log(Review("2025Q3", "en", table), language="en")
    assert block.content["rows"] == [["Topics: shown under another name", "2"], ["Words: hidden", "1"]]
    assert "hemmeligt" not in block.content["csv"]
    assert render_review_log(empty_review("2025Q3", "en"), language="en").kind == LEFT_OUT


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_decision_has_its_words_in_the_log(language: str) -> None:
    wording = open_wording(language)
    assert all(wording.knows(f"review_log.{name}") for name in (*DECISIONS, "topic", "word", "domain"))
