"""Blocks of the watch list: counts of arenas and notes; names that a person wrote, of open arenas alone."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.reports import (
    render_candidates,
    render_due,
    render_field_notes,
    render_heading,
    render_section,
    render_watch_changes,
    render_watch_list,
    render_watched,
)
from workbench.reports.schema import _faults
from workbench.watching import count_watched, list_due


@pytest.fixture
def watched() -> pd.DataFrame:
    day = pd.Timestamp("2025-09-15", tz="UTC")
    rows = [("T-001", "Havnens opslag", "open", "followed"), ("T-002", "Lukket klub", "closed", "followed"),
            ("T-003", pd.NA, "open", "followed"), ("T-004", "Gammel kanal", "open", "removed")]
    table = pd.DataFrame(rows, columns=["arena", "name", "access", "status"]).astype("string")
    return table.assign(category="lokal", reason="mange unge", owner="ssp-koordinator", review=day)


def shown(block) -> list[list[str]]:
    assert not _faults(block)
    return block.content["rows"]


def test_names_of_open_arenas_that_a_person_wrote_are_shown_and_no_other(watched: pd.DataFrame) -> None:
    block = render_watch_list(watched, language="da")
    assert shown(block) == [["Havnens opslag", "lokal", "mange unge"]]
    assert "2 steder mere" in block.content["note"]
    assert not any(name in str(block.content) for name in ("Lukket klub", "Gammel kanal"))
    assert render_watch_list(watched.iloc[1:], language="en").kind == "left_out"


def test_what_is_due_is_named_by_code_where_it_is_not_open(watched: pd.DataFrame) -> None:
    due = list_due(watched, before=pd.Timestamp("2025-10-01", tz="UTC"))
    assert [row[0] for row in shown(render_due(due, language="en"))] == ["Havnens opslag", "T-002", "T-003"]
    assert shown(render_due(due, language="da"))[0][1:] == ["ssp-koordinator", "15. september 2025"]
    assert "Shows the first 1 of 3" in render_due(due, language="en", most_rows=1).content["note"]
    assert render_due(due.iloc[:0], language="en").kind == "text"


def test_arenas_are_counted_by_category_and_access_with_a_sum(watched: pd.DataFrame) -> None:
    more = pd.concat([watched, watched.iloc[:1].assign(arena="T-009", category="spil", access="link")])
    assert shown(render_watched(count_watched(more), language="en")) == [
        ["lokal", "2", "0", "1", "3"], ["spil", "0", "1", "0", "1"], ["All", "2", "1", "1", "4"]]
    assert "watch start" in render_watched(count_watched(watched.iloc[:0]), language="en").content["items"][0]


def test_a_study_without_a_list_keeps_the_chapter_that_says_so(watched) -> None:
    empty = watched.iloc[:0]
    section = render_section(render_heading("watch.section.followed", level=1, language="en"),
                             render_watched(count_watched(empty), language="en"), render_watch_list(empty, language="en"))
    assert [block.kind for block in section.blocks][:2] == ["heading", "list"]


def test_changes_are_told_with_how_many_could_be_tested() -> None:
    told = {"followed": 9, "collected": 8, "tested": 7, "language": "en"}
    counts = pd.DataFrame({"change": ["moved", "larger"], "arenas": [1, 2]})
    block = render_watch_changes(counts, **told)
    assert shown(block) == [["moved to a new place", "1"], ["became larger", "2"]]
    assert "9 arenas" in block.content["note"]
    assert "For 7 of them" in block.content["note"]
    assert "None of the places changed" in render_watch_changes(counts.iloc[:0], **told).content["text"]


def test_candidates_are_counted_and_never_named() -> None:
    counts = pd.DataFrame({"kind": ["channel"], "candidates": [5], "new": [2], "strong": [1], "needs_basis": [0]})
    block = render_candidates(counts, may_be_people=1, language="en")
    assert shown(block) == [["channels that posts are passed on from", "5", "2", "1", "0"]]
    assert block.content["note"].startswith("One other source may be a person.")
    assert "no new places" in render_candidates(counts.iloc[:0], may_be_people=0, language="en").content["text"]


def test_small_numbers_of_notes_are_words_also_in_the_file(watched: pd.DataFrame) -> None:
    counts = pd.DataFrame([("month", "2025-08", pd.NA, "some"), ("content", "self-harm", pd.NA, "few"),
                           ("severity", "4", 6, "number"), ("platform", "TikTok", 6, "number")],
                          columns=["part", "value", "notes", "said"])
    block = render_field_notes(counts, language="en")
    assert shown(block) == [["Content", "self-harm", "fewer than five"], ["Severity", "4 (acute)", "6"], ["Platform", "TikTok", "6"]]
    assert block.content["note"].startswith("In all in August 2025: five or more.")
    assert "content,self-harm,,few" in block.content["csv"]
    assert render_field_notes(counts.iloc[:0], language="da").content["text"] == "Der er ingen feltnoter fra måneden."


@pytest.mark.parametrize("render", [render_watched, render_watch_list, render_due, render_field_notes])
def test_another_table_is_refused(render) -> None:
    with pytest.raises(TableError, match="lacks"):
        render(pd.DataFrame({"posts": [3]}), language="en")
