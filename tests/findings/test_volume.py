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


def test_a_quarter_without_posts_is_refused_with_the_span_there_is(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a-1", "2025-08-01", "hej")])
    with pytest.raises(TableError, match="2025-08-01"):
        measure_volume(corpus, quarter="2023Q1")


@pytest.mark.parametrize("quarter", ["2025", "Q3 2025", "2025q3", "2025Q5", ""])
def test_a_misspelled_quarter_is_refused(make_corpus, quarter: str) -> None:
    with pytest.raises(TableError, match="2025Q3"):
        measure_volume(make_corpus([("T-000", "a-1", "2025-08-01", "hej")]), quarter=quarter)


def test_shares_of_topics_are_of_all_posts_and_sum_to_one(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(6)
    some = topic_of.where(topic_of < 7, -1)
    finding = measure_topics(corpus, make_topics(corpus, some), quarter="2025Q3")
    parts = finding.data.iloc[:-1]
    assert parts["share"].sum() == pytest.approx(1)
    assert -1 in parts["topic_id"].tolist()
    assert finding.denominator == measure_volume(corpus, quarter="2025Q3").value


def test_words_that_few_accounts_use_are_not_named(make_corpus, make_topics) -> None:
    rows = [(f"T-{i % 5:03d}", f"a-{i % 10}", "2025-08-01", "havn word0" if i % 2 else "havn") for i in range(40)]
    corpus = make_corpus([*rows, ("T-000", "a-1", "2025-08-02", "hemmelig")])
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    topics.topics.at[0, "words"] = ["havn", "hemmelig", "word0"]
    finding = measure_topics(corpus, topics, quarter="2025Q3")
    assert finding.data["words"].iloc[0] == "havn, word0"


def test_words_written_like_names_are_not_named(make_corpus, make_topics) -> None:
    texts = ["vi så Rundo ved havn", "de kender Rundo og havn", "i dag kom Rundo til havn"]
    corpus = make_corpus([(f"T-{i % 5:03d}", f"a-{i % 10}", "2025-08-01", texts[i % 3]) for i in range(40)])
    topics = make_topics(corpus, pd.Series(0, index=corpus.posts.index))
    topics.topics.at[0, "words"] = ["rundo", "havn"]
    assert measure_topics(corpus, topics, quarter="2025Q3").data["words"].iloc[0] == "havn"


def test_silent_gone_new_and_reopened_arenas_are_told_apart(make_corpus) -> None:
    spring = [("T-001", "a-1", "2025-05-01", "hej"), ("T-002", "a-1", "2025-05-01", "hej"),
              ("T-003", "a-1", "2025-05-01", "hej"), ("T-004", "a-1", "2025-05-01", "hej")]
    summer = [("T-001", "a-1", "2025-08-01", "hej"), ("T-005", "a-1", "2025-08-01", "hej"),
              ("T-006", "a-1", "2025-08-01", "hej")]
    corpus = make_corpus(spring + summer, collected_to={"T-003": "2025-06-30"})
    lineage = pd.DataFrame({"arena_id": ["T-004"], "successor": ["T-006"]})
    counts = measure_coverage(corpus, lineage, quarter="2025Q3").data.set_index("status")["arenas"].to_dict()
    assert counts == {"stayed": 1, "new": 1, "newly_collected": 0, "reopened": 1, "silent": 1, "gone": 1}


def test_churn_stays_between_nothing_and_one(make_corpus) -> None:
    corpus = make_corpus([("T-001", "a-1", "2025-05-01", "hej"), ("T-002", "a-1", "2025-08-01", "hej")],
                         collected_to={"T-001": "2025-06-30"})
    finding = measure_coverage(corpus, pd.DataFrame({"arena_id": [], "successor": []}), quarter="2025Q3")
    assert finding.value == 1


def test_hashes_do_not_depend_on_order() -> None:
    ids = pd.Series(["T-001:1", "T-001:2", "T-002:9"], dtype="string")
    assert (hash_posts(ids) == hash_posts(ids[::-1])).all()
