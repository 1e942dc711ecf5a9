"""A finding is read with its sentence, its standing and its table; coders' progress with what is to be done."""

from __future__ import annotations

import html
import re

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import describe_agreement, measure_platforms, release_findings
from workbench.reading import show_finding, show_progress
from workbench.settings import LANGUAGES
from workbench.tables.codebook import Codebook
from workbench.tables.speech import SpeechCodes
from workbench.wording import open_wording


def words(page: str) -> str:
    """What a person reads of a page."""
    return html.unescape(" ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL).split()))


@pytest.fixture
def corpus(make_corpus):
    return make_corpus([(f"T-{i % 6}", f"a-{i}", f"2025-07-{1 + i % 28:02d}", f"ord {i}") for i in range(60)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_says_its_sentence_and_that_it_was_not_released(corpus, language: str) -> None:
    finding, wording = measure_platforms(corpus, quarter="2025Q3"), open_wording(language)
    shown = show_finding(finding, language=language)
    assert shown.sentence == wording.say(finding.sentence, {**finding.known, "period": wording.quarter("2025Q3")})
    read = " ".join(f"{shown.sentence} {wording.say('explore.not_released')}".split())  # as `words` sets blanks
    assert words(shown.html).startswith(read)


def test_codes_stand_in_words_and_columns_are_those_of_a_report(corpus) -> None:
    finding = measure_platforms(corpus, quarter="2025Q3")
    shown = show_finding(finding, language="da").shown
    assert list(shown.table) == list(finding.spec.shown())
    assert "Telegram" in set(shown.table["platform"])
    assert 'title="Opslag"' in shown.html  # what reports call the column goes first


def test_a_released_finding_says_how_much_was_hidden(corpus, tmp_path) -> None:
    finding = measure_platforms(corpus, quarter="2025Q3")
    released = release_findings([finding], corpus, ledger=tmp_path / "l.parquet", product="x", minimum_authors=500,
                                minimum_arenas=3)["platforms"]
    assert released.suppressed
    page = words(show_finding(released, language="en").html)
    assert f"Passed the gate. Numbers hidden: {released.suppressed}." in page
    assert open_wording("en").say("explore.not_released") not in page


def test_a_finding_with_nothing_to_tell_says_why_and_shows_no_table() -> None:
    nothing = SpeechCodes("2025Q3", Codebook("made up", "1", "0" * 64, "attack", {}))
    shown = show_finding(describe_agreement(nothing, quarter="2025Q3"), language="en")
    assert shown.sentence == open_wording("en").say("unsaid.not_audited")
    assert "<table" not in shown.html


def test_only_a_finding_is_taken() -> None:
    with pytest.raises(TableError, match="takes a finding, and got DataFrame"):
        show_finding(pd.DataFrame())  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "coded", "todo"), [(0, 0, "lab.step.sample"), (9, 4, "lab.step.code"), (9, 9, "")])
def test_progress_says_what_is_to_be_done_next(asked: int, coded: int, todo: str) -> None:
    table = pd.DataFrame({"coder": ["coder 1"], "asked": [asked], "coded": [coded], "left": [asked - coded], "seconds": [None]})
    shown = show_progress(table, period="2025Q3", language="da")
    facts = {"period": "2025Q3", "quarter": "2025Q3", "count": asked - coded}
    assert shown.todo == (open_wording("da").say(todo, facts) if todo else "")
    assert ('class="wb-warning"' in shown.html) == bool(todo)
    assert ("<table" in shown.html) == bool(asked)
    with pytest.raises(TableError, match="measure_progress"):
        show_progress(pd.DataFrame(), period="2025Q3")
