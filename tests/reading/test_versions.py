from __future__ import annotations

import html
import re
from dataclasses import replace

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reading import show_redaction, show_versions
from workbench.settings import LANGUAGES
from workbench.tables.imports import REDACTION_COLUMNS
from workbench.tables.posts import VERSION_COLUMNS


@pytest.fixture
def corpus(make_corpus):
    made = make_corpus([("T-001", "a", "2025-07-01", "Vi mødes <b>i parken</b> kl. 20"),
                        ("T-001", "a", "2025-07-02", "ring [phone] nu"), ("T-002", "a", "2025-07-03", "[name] og [name] [phone]"),
                        ("T-002", "a", "2025-07-04", None)])
    rows = [("T-001:0", "Vi mødes <b>på torvet</b> kl. 20", "edited"), ("T-001:1", "ring nu", "differs")]
    versions = pd.DataFrame(rows, columns=["post_id", "text", "why"]).reindex(columns=list(VERSION_COLUMNS))
    return replace(made, versions=versions.astype(VERSION_COLUMNS))


def test_what_went_is_struck_out_and_what_came_is_marked_all_of_it_as_data(corpus) -> None:
    page = show_versions(corpus, blur=False).html
    assert "Vi mødes <del>&lt;b&gt;på</del><ins>&lt;b&gt;i</ins> <del>torvet&lt;/b&gt;</del><ins>parken&lt;/b&gt;</ins> kl. 20" in page
    assert "<b>" not in page.partition("</style>")[2]


def test_both_texts_can_be_read_out_of_a_change(corpus) -> None:
    change = re.search(r'<div class="wb-text" dir="auto">(.*?)</div>', show_versions(corpus, blur=False).html, re.DOTALL)[1]
    now = re.sub(r"<del>.*?</del>", "", change)
    before = re.sub(r"<ins>.*?</ins>", "", change)
    assert html.unescape(re.sub(r"</?(?:ins|del|mark)>", "", now)) == "Vi mødes <b>i parken</b> kl. 20"
    assert html.unescape(re.sub(r"</?(?:ins|del|mark)>", "", before)) == "Vi mødes <b>på torvet</b> kl. 20"


def test_edited_posts_come_first_and_texts_are_covered(corpus) -> None:
    shown = show_versions(corpus)
    assert shown.posts == 2
    assert shown.html.index("T-001:0") < shown.html.index("T-001:1")
    assert "<details" in shown.html.split("T-001:0")[1]
    assert "Changed posts: 2, of which edited: 1, told otherwise by another source: 1. Shown: 2." in shown.html
    assert show_versions(corpus, most=1).posts == 1
    with pytest.raises(TableError, match="most is 0"):
        show_versions(corpus, most=0)


def test_a_corpus_without_edits_says_so_and_warns_of_nothing(corpus) -> None:
    shown = show_versions(replace(corpus, versions=corpus.versions.iloc[:0]))
    assert shown.posts == 0
    assert "wb-warning" not in shown.html.partition("</style>")[2]


def test_each_kind_of_mark_is_counted_by_places_and_posts(corpus) -> None:
    table = show_redaction(corpus).table.set_index("mark")
    assert table.reset_index().dtypes.astype(str).to_dict() == REDACTION_COLUMNS
    assert table.loc["[phone]"].tolist() == [2, 2, pytest.approx(2 / 3)]
    assert table.loc["[name]"].tolist() == [2, 1, pytest.approx(1 / 3)]
    assert table["places"].sum() == 4
    assert table.index[0] == "[phone]"


def test_examples_stand_below_covered_the_rarest_kind_first(corpus) -> None:
    page = show_redaction(corpus, most=1).html
    assert "T-002:0" in page
    assert "T-001:1" not in page
    assert "<mark>[name]</mark>" in page
    assert "<article>" not in show_redaction(corpus, most=0).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_from_which_nothing_was_taken_show_zeros_alone(corpus, language: str) -> None:
    shown = show_redaction(corpus.where(posts=["T-001:0"]), language=language)
    assert shown.table["places"].sum() == 0
    assert "<article>" not in shown.html
