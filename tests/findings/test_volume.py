from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.findings import measure_coverage, measure_platforms, measure_topics, measure_volume
from workbench.tables.finding import hash_posts


def test_every_count_equals_the_posts_behind_it(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(5)
    for finding in (measure_volume(corpus, quarter="2025Q3"), measure_platforms(corpus, quarter="2025Q3"),
                    measure_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3")):
        counted = [c for c in finding.cells if c.row >= 0]
        assert counted
        for cell in counted:
            assert finding.data[cell.column].iloc[cell.row] == len(cell.posts)


def test_service_rows_are_not_counted(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "hej")] * 3)
    corpus.posts.loc[0, "kind"] = "service"
    assert measure_volume(corpus, quarter="2025Q3").value == 2


def test_weeks_are_whole_ones_from_the_first_post_on_and_the_first_of_a_quarter_may_be_its_own(make_corpus) -> None:
    # 2024Q3 begins on a Monday; collection begins on a Wednesday and ends on a Thursday
    days = pd.date_range("2024-06-19", "2024-07-18", freq="D")
    data = measure_volume(make_corpus([("T-000", "a-1", f"{d:%Y-%m-%d}", "hej") for d in days]), quarter="2024Q3").data
    assert data[["week", "posts", "in_quarter", "straddles"]].to_numpy().tolist() == [
        ["2024-W26", 7, False, False], ["2024-W27", 7, True, False], ["2024-W28", 7, True, False]]


def test_a_week_over_the_border_of_quarters_straddles_and_is_not_in_the_quarter(make_corpus) -> None:
    days = pd.date_range("2025-06-16", "2025-07-20", freq="D")
    data = measure_volume(make_corpus([("T-000", "a-1", f"{d:%Y-%m-%d}", "hej") for d in days]), quarter="2025Q3").data
    assert data[["week", "in_quarter", "straddles"]].to_numpy().tolist() == [
        ["2025-W25", False, False], ["2025-W26", False, False], ["2025-W27", False, True], ["2025-W28", True, False],
        ["2025-W29", True, False]]


def test_a_quarter_without_posts_is_refused_with_the_span_there_is(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "hej")])
    with pytest.raises(TableError, match="2025-08-01"):
        measure_volume(corpus, quarter="2023Q1")


@pytest.mark.parametrize("quarter", ["2025", "Q3 2025", "2025q3", "2025Q5", ""])
def test_a_misspelled_quarter_is_refused(make_corpus, quarter: str) -> None:
    with pytest.raises(TableError, match="2025Q3"):
        measure_volume(make_corpus([("T-000", "a-1", "2025-08-01", "hej")]), quarter=quarter)


def test_the_panel_is_of_arenas_that_posted_in_the_quarter_before_and_no_earlier(make_corpus) -> None:
    rows = [("T-000", "a-1", "2025-02-01", "hej"), ("T-001", "a-1", "2025-05-01", "hej"),
            *[(f"T-00{i}", "a-1", "2025-08-01", "hej") for i in (0, 1, 1, 2)]]
    finding = measure_platforms(make_corpus(rows), quarter="2025Q3")
    assert (finding.numerator, finding.denominator, finding.value) == (2, 4, 0.5)


def test_shares_of_topics_are_of_all_posts_and_sum_to_one(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(6)
    some = topic_of.where(topic_of < 7, -1)
    finding = measure_topics(corpus, make_topics(corpus, some), quarter="2025Q3")
    parts = finding.data.iloc[:-1]
    assert parts["share"].sum() == pytest.approx(1)
    assert -1 in parts["topic_id"].tolist()
    assert finding.denominator == measure_volume(corpus, quarter="2025Q3").value


def test_words_that_few_accounts_use_are_not_shown_to_anybody(make_corpus, make_topics, release) -> None:
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", "2025-08-01", "havn word0" if i % 2 else "havn") for i in range(40)]
    corpus = make_corpus([*rows, ("T-000", "a-1", "2025-08-02", "hemmelig")])
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    topics.topics.at[0, "words"] = ["havn", "hemmelig", "word0"]
    made = release(measure_topics(corpus, topics, quarter="2025Q3"), corpus)
    assert made["topics"].data["words"].iloc[0] == ["havn", "word0"]
    assert made.candidates["words"].iloc[0] == ["havn", "word0"]


def test_a_word_that_many_use_may_be_a_name_so_a_person_decides(make_corpus, make_topics, release, decide) -> None:
    texts = ["vi så rundo ved havn", "de kender rundo og havn", "i dag kom rundo til havn"]
    corpus = make_corpus([(f"T-{i % 5:03d}", f"a-{i % 10}", "2025-08-01", texts[i % 3]) for i in range(40)])
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    topics.topics.at[0, "words"] = ["rundo", "havn"]
    topics.topics["stable_id"] = "K-001"
    review = decide(("topic", "K-001", "rename", {"text": "Havnen", "words": ["havn"]}))
    row = release(measure_topics(corpus, topics, quarter="2025Q3"), corpus, review=review)["topics"].data.iloc[0]
    assert (row["label"], row["words"]) == ("Havnen", ["havn"])


def test_silent_gone_new_and_reopened_arenas_are_told_apart(make_corpus) -> None:
    spring = [("T-001", "a-1", "2025-05-01", "hej"), ("T-002", "a-1", "2025-05-01", "hej"),
              ("T-003", "a-1", "2025-05-01", "hej"), ("T-004", "a-1", "2025-05-01", "hej")]
    summer = [("T-001", "a-1", "2025-08-01", "hej"), ("T-005", "a-1", "2025-08-01", "hej"),
              ("T-006", "a-1", "2025-08-01", "hej")]
    corpus = make_corpus(spring + summer, collected_to={"T-003": "2025-06-30"})
    lineage = pd.DataFrame({"arena_id": ["T-004"], "successor": ["T-006"]})
    data = measure_coverage(corpus, lineage, _changes(), quarter="2025Q3").data.set_index("status")
    counts = data["arenas"].drop(["renamed", "went_private"]).to_dict()
    assert counts == {"stayed": 1, "new": 1, "newly_collected": 0, "reopened": 1, "silent": 1, "gone": 1}


def test_churn_stays_between_nothing_and_one(make_corpus) -> None:
    corpus = make_corpus([("T-001", "a-1", "2025-05-01", "hej"), ("T-002", "a-1", "2025-08-01", "hej")],
                         collected_to={"T-001": "2025-06-30"})
    finding = measure_coverage(corpus, NO_LINEAGE, _changes(), quarter="2025Q3")
    assert (finding.facts["churn"], finding.value) == (1, 1)


NO_LINEAGE = pd.DataFrame({"arena_id": [], "successor": []})


def _changes(*rows: tuple[str, str, str | None, str, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["arena_id", "change", "since", "until", "happened"])
    times = {c: pd.to_datetime(table[c], utc=True) for c in ("since", "until")}
    return table.assign(**times, happened=table["happened"].astype("boolean"))


def _status(corpus, changes: pd.DataFrame, status: str) -> tuple[int | None, int]:
    row = measure_coverage(corpus, NO_LINEAGE, changes, quarter="2025Q3").data.set_index("status").loc[status]
    return (None if pd.isna(row["arenas"]) else int(row["arenas"])), int(row["of_arenas"])


@pytest.mark.parametrize("change", ["renamed", "went_private"])
def test_changes_of_the_quarter_are_counted_among_the_arenas_of_which_it_can_be_told(make_corpus, change) -> None:
    corpus = make_corpus([(f"T-00{i}", "a-1", f"2025-0{m}-01", "hej") for i in range(1, 8) for m in (5, 8)])
    changes = _changes(
        ("T-001", change, "2025-06-30", "2025-09-30", True), ("T-001", change, "2025-03-31", "2025-06-30", True),
        ("T-002", change, "2025-06-30", "2025-09-30", False), ("T-003", change, None, "2025-08-06", True),
        ("T-004", change, "2025-06-30", "2025-12-31", False),
        ("T-005", change, "2025-06-30", "2025-12-31", True),  # in this quarter or the next
        ("T-006", change, "2025-09-20", "2025-09-30", False),  # followed from the quarter's end only
        ("T-007", change, "2025-03-31", "2025-06-30", True))
    assert _status(corpus, changes, change) == (2, 4)
    other = {"renamed": "went_private", "went_private": "renamed"}[change]
    assert _status(corpus, changes, other) == (None, 0)


def test_an_arena_of_the_quarter_is_followed_from_its_first_post(make_corpus) -> None:
    corpus = make_corpus([("T-001", "a-1", "2025-08-10", "hej")])
    corpus.arenas["first_seen"] = pd.Timestamp("2025-08-10", tz="UTC")
    assert _status(corpus, _changes(("T-001", "renamed", "2025-08-10", "2025-09-30", False)), "renamed") == (0, 1)


def test_a_renamed_arena_leaves_churn_as_it_is(make_corpus) -> None:
    corpus = make_corpus([("T-001", "a-1", f"2025-0{m}-01", "hej") for m in (5, 8)])
    finding = measure_coverage(corpus, NO_LINEAGE, _changes(("T-001", "renamed", None, "2025-08-06", True)),
                               quarter="2025Q3")
    assert finding.facts["churn"] == 0


def test_hashes_do_not_depend_on_order() -> None:
    ids = pd.Series(["T-001:1", "T-001:2", "T-002:9"], dtype="string")
    assert (hash_posts(ids) == hash_posts(ids[::-1])).all()
