from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from workbench.tables.posts import LINK_COLUMNS
from workbench.watching import count_field_notes, count_watched, list_due, list_watched


def test_what_the_collection_knows_is_worked_out_and_never_taken_from_the_list(make_corpus, listed) -> None:
    corpus = make_corpus([("T-001", "a", "2025-08-01", "x"), ("T-001", "a", "2025-08-03", "x"), ("T-002", "a", "2025-08-01", "x")])
    seen = pd.to_datetime(["2025-08-01", "2025-08-01"], utc=True)
    corpus = replace(corpus, arenas=corpus.arenas.assign(first_seen=seen, last_seen=seen).astype(corpus.arenas.dtypes.to_dict()))
    watched = pd.concat([listed("T-001"), listed("x-0123abcd"), listed("T-002", status="removed")], ignore_index=True)
    table = list_watched(watched, corpus, today=date(2025, 9, 29))
    assert table["posts"].tolist() == [2, 0, 1]
    assert table["first_seen"].isna().tolist() == [False, True, False]
    assert table["is_due"].tolist() == [True, True, False]
    assert not list_watched(watched, corpus, today=date(2025, 9, 28))["is_due"].any()


def test_what_is_due_comes_with_the_longest_overdue_first(listed) -> None:
    day = pd.Timestamp("2025-08-01", tz="UTC")
    watched = pd.concat([listed("T-001", review=day), listed("T-002", review=day - pd.Timedelta(days=1)),
                         listed("T-003", review=day - pd.Timedelta(days=2), status="removed")])
    assert list_due(watched, before=date(2025, 8, 2))["arena"].tolist() == ["T-002", "T-001"]
    assert list_due(watched, before=day)["arena"].tolist() == ["T-002"]


def test_arenas_are_counted_by_category_and_access_without_the_removed(listed) -> None:
    watched = pd.concat([listed("T-001", "T-002"), listed("T-003", access="link"), listed("T-004", category="games", access="closed"),
                         listed("T-005", status="removed")])
    counts = count_watched(watched)
    assert counts.values.tolist() == [["local", 2, 1, 0, 3], ["games", 0, 0, 1, 1]]
    assert count_watched(watched.iloc[:0]).empty


@pytest.fixture
def noted(make_corpus):
    """Make a corpus of field notes from rows (day, content, severity, platform), and one post."""
    def make(*rows: tuple[str, str, str, str | None]):
        corpus = make_corpus([*[("N-001", None, f"2025-{row[0]}", "seen") for row in rows], ("T-001", "a", "2025-08-09", "post")])
        notes = corpus.posts.assign(kind=corpus.posts["kind"].mask(corpus.posts["arena_id"].eq("N-001"), "field note"))
        links = [(f"N-001:{i}", relation, value, "code") for i, row in enumerate(rows)
                 for relation, value in zip(("code", "severity", "platform"), row[1:], strict=True) if value]
        return replace(corpus, posts=notes.astype(corpus.posts.dtypes.to_dict()),
                       links=pd.DataFrame(links, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS))

    return make


def told(counts: pd.DataFrame) -> dict[tuple[str, str], object]:
    return {(part, value): int(notes) if said == "number" else said
            for part, value, notes, said in counts.itertuples(index=False, name=None)}


def test_notes_of_the_month_are_counted_by_content_severity_and_platform(noted) -> None:
    rows = [("08-01", "hate", "2", "TikTok")] * 6 + [("08-31", "bullying", "1", None)] * 5 + [("09-01", "hate", "1", "TikTok")] * 9
    assert told(count_field_notes(noted(*rows), month="2025-08")) == {
        ("month", "2025-08"): 11, ("content", "hate"): 6, ("content", "bullying"): 5, ("severity", "1"): 5, ("severity", "2"): 6,
        ("platform", "TikTok"): 6, ("platform", "other"): 5}


def test_without_notes_there_are_no_rows_and_posts_are_none(noted) -> None:
    assert count_field_notes(noted(("09-01", "hate", "1", None)), month="2025-08").empty


def test_a_number_below_five_is_said_in_words_and_cannot_be_worked_out(noted) -> None:
    rows = ([("08-01", "hate", "2", "TikTok")] * 12 + [("08-02", "bullying", "2", "TikTok")] * 9 + [("08-03", "drugs", "2", "TikTok")] * 2)
    assert told(count_field_notes(noted(*rows), month="2025-08")) == {
        ("month", "2025-08"): 23, ("content", "hate"): 12, ("content", "bullying"): "some", ("content", "drugs"): "few",
        ("severity", "2"): 23, ("platform", "TikTok"): 23}


def test_where_nothing_else_hides_a_small_number_the_total_goes_too(noted) -> None:
    rows = [("08-01", "hate", "2", "TikTok")] * 5 + [("08-02", "bullying", "2", "TikTok")]
    counts = told(count_field_notes(noted(*rows), month="2025-08"))
    assert set(counts.values()) == {"some", "few"}
    assert told(count_field_notes(noted(*rows[4:]), month="2025-08"))[("month", "2025-08")] == "few"


def test_no_hidden_number_can_be_told_from_what_is_shown(noted) -> None:
    """Every table of three kinds of content: each hidden small number may be any from 1 to 4."""
    for first in (1, 2, 4, 5, 6, 9):
        for second in (1, 3, 5, 6, 7, 12):
            for third in (2, 5, 8):
                sizes = {"hate": first, "drugs": second, "fraud": third}
                rows = [("08-01", code, "2", "TikTok") for code, size in sizes.items() for _ in range(size)]
                counts = told(count_field_notes(noted(*rows), month="2025-08"))
                total = counts[("month", "2025-08")]
                hidden = {code: counts[("content", code)] for code in sizes if not isinstance(counts[("content", code)], int)}
                assert all((sizes[c] < 5) == (said == "few") for c, said in hidden.items())
                if not isinstance(total, int):
                    assert not isinstance(counts[("severity", "2")], int)
                    continue
                left = total - sum(size for code, size in sizes.items() if code not in hidden)
                for code, said in hidden.items():
                    others = [(1 if s == "few" else 5, 4 if s == "few" else 99) for c, s in hidden.items() if c != code]
                    low, high = left - sum(h for _, h in others), left - sum(lo for lo, _ in others)
                    assert said == "some" or (low <= 1 and high >= 4), (sizes, counts)
