from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.findings import measure_topic_weeks, measure_topics, measure_volume, release_findings
from workbench.wording import open_wording


@pytest.fixture
def weekly(make_corpus, make_topics):
    """Thirteen weeks of the quarter in which twelve authors post on two topics and on none; 2025Q3 begins on a Tuesday."""
    days = pd.date_range("2025-06-23", "2025-09-30", freq="D")
    rows = [(f"T-{a % 4:03d}", f"a-{a}", f"{day:%Y-%m-%d}", f"word{a % 3}") for day in days for a in range(12)]
    # in week 30 one account alone writes on topic 1
    rows = [r for r in rows if not ("2025-07-21" <= r[2] <= "2025-07-27" and r[3] == "word1" and r[1] != "a-4")]
    corpus = make_corpus(rows)
    topic_of = corpus.posts["text"].map({"word0": 0, "word1": 1, "word2": -1})
    return corpus, make_topics(corpus, topic_of)


def test_shares_are_of_all_posts_of_the_week(weekly) -> None:
    corpus, topics = weekly
    data = measure_topic_weeks(corpus, topics, quarter="2025Q3").data
    assert set(data["topic_id"]) == {0, 1}
    assert data["week"].dropna().nunique() == 12  # the first week begins in the quarter before
    assert (data["week"].dropna().min(), data["week"].dropna().max()) == ("2025-W28", "2025-W39")
    for week in ("2025-W33", "2025-W39"):
        plain = data[data["topic_id"].eq(0) & data["week"].eq(week).fillna(False)]
        assert plain[["posts", "of_posts", "share"]].to_numpy().tolist() == [[28, 84, pytest.approx(1 / 3)]]
    # six days before the first whole week, two after the last
    other = data[data["topic_id"].eq(0) & data["week"].isna()]
    assert other[["posts", "of_posts"]].to_numpy().tolist() == [[4 * 8, 12 * 8]]


def test_counts_equal_the_posts_behind_them_and_a_topic_adds_up_to_its_quarter(weekly) -> None:
    corpus, topics = weekly
    finding = measure_topic_weeks(corpus, topics, quarter="2025Q3")
    for cell in finding.cells:
        if cell.row >= 0:
            assert finding.data[cell.column].iloc[cell.row] == len(cell.posts)
    cells = {(c.row, c.column): c.posts for c in finding.cells}
    for _, rows in finding.data.groupby("topic_id"):
        of_weeks = np.concatenate([cells[row, "posts"] for row in rows.index])
        assert np.array_equal(np.sort(of_weeks), cells[rows.index[0], "of_topic"])
    quarter = measure_topics(corpus, topics, quarter="2025Q3").data.set_index("topic_id")["posts"]
    assert finding.data.groupby("topic_id")["posts"].sum().to_dict() == {t: quarter[t] for t in (0, 1)}


def test_a_small_week_is_hidden_and_no_sum_gives_it_away(weekly, tmp_path) -> None:
    corpus, topics = weekly
    findings = [measure_topic_weeks(corpus, topics, quarter="2025Q3"), measure_topics(corpus, topics, quarter="2025Q3"),
                measure_volume(corpus, quarter="2025Q3")]
    release = release_findings(findings, corpus, ledger=tmp_path / "ledger.parquet", product="made",
                               minimum_authors=5, minimum_arenas=3)
    # four authors a topic are too few for the gate
    assert release["topic_weeks"].data["share"].isna().all()
    loose = release_findings(findings, corpus, ledger=tmp_path / "loose.parquet", product="made",
                             minimum_authors=4, minimum_arenas=3)["topic_weeks"]
    shown = loose.data[loose.data["topic_id"] == 1]
    small = shown["week"] == "2025-W30"
    assert shown.loc[small, ["posts", "share"]].isna().all(axis=None)
    assert shown.loc[small, "of_posts"].notna().all()
    # it could be worked out from the topic's sum, were no other week hidden with it
    assert shown["posts"].isna().sum() == 2
    assert shown["of_topic"].iloc[0] - shown["posts"].sum() == 35
    assert loose.sentence == "finding.topic_weeks_unnamed"


@pytest.mark.parametrize(("inclusion", "sentence"), [(0.8, "finding.topic_weeks"), (0.3, "finding.topic_weeks_scattered")])
def test_the_sentence_names_the_highest_week_of_a_topic_that_is_found_again(two_quarters, make_topics, inclusion,
                                                                             sentence) -> None:
    corpus, topic_of = two_quarters(1)
    topics = make_topics(corpus, topic_of)
    topics.topics["core"], topics.topics["inclusion"] = 50, inclusion
    finding = measure_topic_weeks(corpus, topics, quarter="2025Q3")
    assert finding.sentence == sentence
    assert all(open_wording(language).say(finding.sentence, finding.known) for language in ("da", "en"))
    if inclusion >= 0.8:
        weeks = finding.data.dropna(subset=["week"])
        top = weeks.loc[weeks["share"].astype(float).idxmax()]
        assert (finding.known["label"], finding.known["week"]) == (top["label"], top["week"])
        assert finding.value == finding.numerator / finding.denominator == top["share"]


def test_the_highest_week_of_what_is_found_again_is_not_called_the_highest_where_another_is_higher(two_quarters,
                                                                                             make_topics) -> None:
    corpus, topic_of = two_quarters(1)
    topics = make_topics(corpus, topic_of)
    weeks = measure_topic_weeks(corpus, topics, quarter="2025Q3").data.dropna(subset=["week"])
    highest = weeks.loc[weeks["share"].astype(float).idxmax(), "topic_id"]
    topics.topics["core"] = 50
    topics.topics["inclusion"] = [0.3 if t == highest else 0.9 for t in topics.topics["topic_id"]]
    finding = measure_topic_weeks(corpus, topics, quarter="2025Q3")
    assert finding.sentence == "finding.topic_weeks_trusted"
    assert finding.value == weeks.loc[weeks["topic_id"] != highest, "share"].max()


def test_only_the_largest_topics_are_measured_and_a_quarter_without_a_whole_week_says_so(two_quarters, make_corpus,
                                                                                        make_topics) -> None:
    corpus, topic_of = two_quarters(1)
    finding = measure_topic_weeks(corpus, make_topics(corpus, topic_of), quarter="2025Q3", most_topics=3)
    assert (finding.data["topic_id"].nunique(), finding.facts["drawn"], finding.facts["topics"]) == (3, 3, 10)
    short = make_corpus([("T-000", "a-1", "2025-08-01", "hej")] * 3)
    finding = measure_topic_weeks(short, make_topics(short, pd.Series(0, index=short.posts.index)), quarter="2025Q3")
    assert finding.sentence == "finding.topic_weeks_none"
    assert finding.data["week"].isna().all()
    assert all(open_wording(language).say(finding.sentence, finding.known) for language in ("da", "en"))
