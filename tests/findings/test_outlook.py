"""What is foreseen of a quarter is what its report will be able to say."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import describe_outlook
from workbench.findings.outlook import OUTLOOK_COLUMNS
from workbench.wording import open_wording


def foreseen(corpus, **more):
    told = describe_outlook(corpus, quarter="2025Q3", **({"minimum_authors": 5, "minimum_arenas": 3} | more))
    return told.set_index("question")


def rows_of(arenas: int, posts: int, first: str, last: str) -> list[tuple]:
    """Return posts spread evenly over arenas, accounts and days, each with a text of its own."""
    days = pd.date_range(first, last, periods=posts)
    return [(f"T-{n % arenas:03d}", f"a-{n % (3 * arenas)}", f"{day:%Y-%m-%d}", f"tekst {first} {n}")
            for n, day in enumerate(days)]


@pytest.mark.parametrize(("arenas", "answer", "message"), [
    (2, "no", "outlook.change.few_arenas"), (5, "partly", "outlook.change.by_weeks"),
    (14, "yes", "outlook.change.arenas")])
def test_a_change_needs_three_arenas_followed_in_both_quarters_and_twelve_for_more_than_these(
        make_corpus, arenas: int, answer: str, message: str) -> None:
    corpus = make_corpus([*rows_of(arenas, 40 * arenas, "2025-04-01", "2025-06-30"),
                          *rows_of(arenas, 40 * arenas, "2025-07-01", "2025-09-29")])
    told = foreseen(corpus)
    assert told.loc["change", ["answer", "message"]].tolist() == [answer, message]
    assert told.loc["change", "facts"]["arenas"] == arenas


def test_arenas_with_hardly_a_post_in_one_quarter_do_not_count_as_followed(make_corpus) -> None:
    corpus = make_corpus([*rows_of(14, 14 * 5, "2025-04-01", "2025-06-30"),
                          *rows_of(14, 14 * 40, "2025-07-01", "2025-09-29")])
    assert foreseen(corpus).loc["change", "message"] == "outlook.change.few_arenas"


def test_a_first_quarter_has_no_change_and_no_history(make_corpus) -> None:
    told = foreseen(make_corpus(rows_of(14, 1400, "2025-07-01", "2025-09-29")))
    assert told.loc["change", "message"] == "outlook.change.no_quarter_before"
    assert told.loc["peaks", "message"] == "outlook.peaks.short_history"
    assert told.loc["topics", "answer"] == "yes"


def test_weeks_that_would_be_hidden_are_told_before_the_run(make_corpus) -> None:
    # three accounts a week never make five authors, the quarter as a whole does
    rows = [(f"T-{n % 4:03d}", f"a-{week}-{n % 3}", f"{day:%Y-%m-%d}", f"tekst {week} {n}")
            for week, day in enumerate(pd.date_range("2025-07-01", "2025-09-23", freq="7D")) for n in range(12)]
    told = foreseen(make_corpus(rows))
    assert told.loc["volume", ["answer", "message"]].tolist() == ["partly", "outlook.volume.months"]
    assert told.loc["volume", "facts"]["shown"] == 0
    assert foreseen(make_corpus(rows[:12])).loc["volume", "message"] == "outlook.volume.hidden"


def test_where_one_arena_wrote_nearly_everything_that_is_the_reason(make_corpus) -> None:
    rows = [(f"T-{max(n - 96, 0):03d}", None, "2025-08-01", f"tekst {n}") for n in range(100)]
    assert foreseen(make_corpus(rows, kind="channel")).loc["volume", "message"] == "outlook.volume.one_arena"


def test_copies_of_one_text_are_no_material_for_topics(make_corpus) -> None:
    rows = [(arena, author, day, "det samme hver gang") for arena, author, day, _ in
            rows_of(6, 600, "2025-07-01", "2025-09-29")]
    assert foreseen(make_corpus(rows)).loc["topics", "message"] == "outlook.topics.few"


def test_a_quarter_without_posts_is_refused(make_corpus) -> None:
    with pytest.raises(TableError, match="no posts in 2025Q3"):
        foreseen(make_corpus(rows_of(3, 30, "2025-04-01", "2025-06-30")))


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_answer_can_be_said(make_corpus, language: str) -> None:
    wording = open_wording(language)
    told = describe_outlook(make_corpus(rows_of(5, 200, "2025-07-01", "2025-09-29")), quarter="2025Q3", minimum_authors=5,
                   minimum_arenas=3)
    assert list(told.columns) == list(OUTLOOK_COLUMNS)
    assert all(wording.can_say(row.message, row.facts) for row in told.itertuples())
    assert all(wording.knows(f"outlook.question.{q}") for q in told["question"])
