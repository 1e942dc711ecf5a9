from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reading import show_posts
from workbench.reading.page import MARKS
from workbench.settings import LANGUAGES
from workbench.tables.posts import LINK_COLUMNS, POST_SOURCE_COLUMNS, VERSION_COLUMNS

REDACTION = Path(__file__).parents[2] / "src" / "workbench" / "sources" / "redaction"


class Covered(HTMLParser):
    """What a page shows before anything is opened: all text outside closed details and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.closed, self.summaries, self.skipped, self.seen = 0, 0, 0, ""

    def handle_starttag(self, tag, attrs) -> None:
        self.closed += tag == "details" and "open" not in dict(attrs)
        self.summaries += tag == "summary"
        self.skipped += tag in ("style", "script")

    def handle_endtag(self, tag) -> None:
        self.closed -= tag == "details"
        self.summaries -= tag == "summary"
        self.skipped -= tag in ("style", "script")

    def handle_data(self, data) -> None:
        if not self.skipped and (not self.closed or self.summaries):
            self.seen += data


def seen(page: str) -> str:
    reader = Covered()
    reader.feed(page)
    return reader.seen


@pytest.fixture
def corpus(make_corpus):
    """A thread of four posts in one arena, and one post beside it."""
    made = make_corpus([("T-001", "a-1", "2025-07-01 08:00", "morgenmad er godt"),
                        ("T-001", "a-2", "2025-07-01 09:00", "svar fra [name] på [person number]"),
                        ("T-001", "a-3", "2025-07-01 10:00", "<b>svar</b> igen & igen"),
                        ("T-001", "a-4", "2025-07-01 11:00", "sidste svar"),
                        ("T-002", None, "2025-07-02 11:00", "noget andet")])
    links = pd.DataFrame([("T-001:1", "reply", "T-001:0", "post"), ("T-001:2", "reply", "T-001:1", "post"),
                          ("T-001:3", "reply", "T-001:1", "post"), ("T-001:1", "domain", "example.org", "domain"),
                          ("T-002:0", "reply", "T-009:1", "post")], columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS)
    older = pd.DataFrame([("T-001:1", "den ældre tekst", None, None, None, "made", "edited")],
                         columns=list(VERSION_COLUMNS)).astype(VERSION_COLUMNS)
    when = pd.Timestamp("2025-08-01", tz="UTC")
    sources = pd.DataFrame([("T-001:1", name, when, when) for name in ("made", "other-tool")],
                           columns=list(POST_SOURCE_COLUMNS)).astype(POST_SOURCE_COLUMNS)
    object.__setattr__(made, "links", links)
    object.__setattr__(made, "versions", older)
    object.__setattr__(made, "post_sources", sources)
    return made


def test_nothing_of_a_text_is_to_be_seen_before_it_is_opened(corpus) -> None:
    page = show_posts(corpus).html
    assert "morgenmad er godt" in page
    for word in ("morgenmad", "svar", "sidste", "noget andet", "ældre", "[name]"):
        assert word not in seen(page)
    # its shape is, where the style blurs it
    assert '<span class="wb-veil" aria-hidden="true">xxxxxxxxx xx xxxx</span>' in page
    # what covers it needs no script, and no style either
    assert "<script" not in page
    assert page.count('<details class="wb-cover"><summary>') == 5


def test_without_blur_texts_stand_there_and_threads_still_wait(corpus) -> None:
    page = seen(show_posts(corpus.where(posts=["T-001:1"]), within=corpus, blur=False).html)
    assert "svar fra [name]" in page
    assert "morgenmad" not in page


def test_a_warning_comes_first_unless_it_is_not_wanted(corpus) -> None:
    said = seen(show_posts(corpus, language="da").html)
    assert said.startswith("Advarsel om indholdet.")
    assert "Advarsel" not in show_posts(corpus, language="da", warn=False).html


def test_text_is_data_and_what_was_redacted_is_marked(corpus) -> None:
    page = show_posts(corpus).html
    assert "&lt;b&gt;svar&lt;/b&gt; igen &amp; igen" in page
    assert "<b>svar" not in page
    assert "svar fra <mark>[name]</mark> på <mark>[person number]</mark>" in page


def test_every_mark_of_redaction_is_known() -> None:
    found = {m for path in REDACTION.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Constant) and isinstance(node.value, str)
             for m in re.findall(r"^\[([a-z ]+)\]$", node.value)}
    assert "phone" in found
    assert found <= set(MARKS)


def test_a_thread_tells_what_a_post_answers_and_what_answers_it(corpus) -> None:
    page = show_posts(corpus.where(posts=["T-001:1"]), within=corpus).html
    thread = page[page.index('class="wb-thread"'):page.index('class="wb-evidence"')]
    assert "Thread (before: 1, answers: 2)" in thread
    assert [thread.index(text) for text in ("morgenmad er godt", "igen &amp; igen", "sidste svar")] == sorted(
        thread.index(text) for text in ("morgenmad er godt", "igen &amp; igen", "sidste svar"))
    # a part alone does not know what was outside it
    assert "morgenmad" not in show_posts(corpus.where(posts=["T-001:1"])).html


def test_a_thread_goes_up_to_its_beginning_and_names_what_was_not_collected(corpus) -> None:
    page = show_posts(corpus.where(posts=["T-001:3"]), within=corpus).html
    assert page.index("morgenmad") < page.index("svar fra") < page.index('class="wb-evidence"')
    assert "T-009:1 · not collected" in show_posts(corpus.where(arena="T-002")).html


def test_a_thread_that_runs_in_a_circle_ends(corpus) -> None:
    links = corpus.links.copy()
    links.loc[len(links)] = ["T-001:0", "reply", "T-001:1", "post"]
    object.__setattr__(corpus, "links", links)
    assert show_posts(corpus, within=corpus).posts == 5


def test_many_answers_are_counted_and_the_first_shown(make_corpus) -> None:
    corpus = make_corpus([("T-001", f"a-{i}", f"2025-07-{1 + i:02d}", f"besked {i}.") for i in range(26)])
    rows = [(f"T-001:{i}", "reply", "T-001:0", "post") for i in range(1, 26)]
    object.__setattr__(corpus, "links", pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS))
    page = show_posts(corpus.where(posts=["T-001:0"]), within=corpus).html
    assert "answers: 25)" in page
    assert "besked 20." in page
    assert "besked 21." not in page
    assert "Answers not shown here: 5" in page


def test_evidence_names_id_account_sources_links_and_older_texts(corpus) -> None:
    page = show_posts(corpus.where(posts=["T-001:1"])).html
    evidence = page[page.index('class="wb-evidence"'):]
    for told in ("T-001:1", "a-2", "made, other-tool", "<dt>domain</dt><dd>example.org</dd>", "den ældre tekst", "edited"):
        assert told in evidence
    assert "href" not in page  # what a post links to is never a click away


def test_who_where_when_and_what_stand_above_each_text(corpus) -> None:
    assert "T-002 · Telegram · opslag · 2025-07-02 11:00 UTC · da" in seen(show_posts(corpus, language="da").html)


def test_a_table_of_ids_is_enough_where_the_corpus_is_given(corpus) -> None:
    places = corpus.keyword("svar")
    shown = show_posts(places, within=corpus)
    assert shown.posts == 3  # each post once
    assert "sidste svar" in shown.html
    assert "svar" not in seen(shown.html).replace("answers", "")  # nor does the line of the keyword give it away


def test_numbers_of_further_columns_are_shown_and_words_are_not(corpus) -> None:
    table = corpus.posts.head(1).assign(confidence=0.876, quoted="morgenmad")
    said = seen(show_posts(table).html)
    assert "confidence 0.88" in said
    assert "morgenmad" not in said


def test_posts_keep_their_order_and_the_page_says_how_many_there_are(corpus) -> None:
    turned = corpus.posts.iloc[::-1]
    shown = show_posts(turned, most=2)
    assert shown.posts == 2
    assert "Posts shown: 2 of 5." in shown.html
    assert shown.html.index("noget andet") < shown.html.index("sidste svar")
    assert "igen" not in shown.html


def test_a_post_without_text_or_time_or_language_says_so(corpus) -> None:
    posts = corpus.posts.head(1).assign(text=pd.NA, posted_at=pd.NaT, language=pd.NA, media="photo")
    said = seen(show_posts(posts).html)
    assert "time unknown · language unknown" in said
    assert "No text. photo" in said


def test_what_a_notebook_writes_beside_the_page_holds_no_text(corpus) -> None:
    assert repr(show_posts(corpus)) == "<posts shown: 5>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_language_that_was_asked_for(corpus, language: str) -> None:
    assert seen(show_posts(corpus, language=language).html).count("T-00") == 5 + 0
    words = {tuple(seen(show_posts(corpus, language=one).html).split()[:3]) for one in LANGUAGES}
    assert len(words) == len(LANGUAGES)


def test_a_part_without_posts_is_no_error_and_says_so(corpus) -> None:
    shown = show_posts(corpus.where(posts=[]))
    assert shown.posts == 0
    assert "Posts shown: 0 of 0." in shown.html


def test_what_cannot_be_shown_says_what_to_do(corpus) -> None:
    with pytest.raises(TableError, match="lacks platform, kind"):
        show_posts(corpus.keyword("svar"))
    with pytest.raises(TableError, match="3 of these posts are not in the corpus"):
        show_posts(corpus.keyword("svar"), within=corpus.where(arena="T-002"))
    with pytest.raises(TableError, match="most is 0"):
        show_posts(corpus, most=0)
    with pytest.raises(TableError, match="column post_id"):
        show_posts(corpus.arenas)
