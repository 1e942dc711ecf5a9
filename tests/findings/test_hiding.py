"""With a hidden count goes everything from which it could be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.findings import describe_spread, measure_platforms, measure_topic_weeks, measure_topics, measure_volume
from workbench.tables.finding import WHOLE_FINDING, Cell, hash_posts
from workbench.tables.spec import Column, Fact, Headline

POSTS = Column("Int64", unit="posts")


def columns(**more: Column) -> dict[str, Column]:
    return {"group": Column("string"), "posts": POSTS, **more,
            "share": Column("Float64", unit="share", share_of=("posts", "whole:all"))}


def test_a_hidden_count_takes_along_what_follows_it_and_leaves_the_rest(busy, parts, groups_of, release) -> None:
    made = groups_of(parts, total=False, more={"arenas": [5, 1], "authors": [10, 1], "colour": ["red", "blue"]},
                     columns=columns(arenas=Column("Int64", unit="arenas", follows=("posts",)),
                                     authors=Column("Int64", unit="accounts"), colour=Column("string", follows=("posts",))))
    shown = release(made, busy)["made"].data.set_index("group")
    assert shown.loc["lonely", ["posts", "arenas", "colour", "share"]].isna().all()
    assert shown.loc["lonely", "authors"] == 1  # what was not said to follow stays
    # nothing but what is hidden is gone: `follows` looks at the row
    is_shown = shown["posts"].notna()
    assert (shown["arenas"].notna() == is_shown).all()


def test_true_and_false_that_follow_a_hidden_count_become_unknown(busy, parts, groups_of, release) -> None:
    made = groups_of({"lonely": parts["lonely"]}, total=False, more={"is_large": [False]},
                     columns=columns(is_large=Column("bool", follows=("posts",))))
    assert release(made, busy)["made"].data["is_large"].isna().tolist() == [True]


def test_a_hidden_fact_takes_along_a_whole_column_and_the_facts_that_follow_it(busy, parts, groups_of, release) -> None:
    facts = {"all": Fact("posts"), "few": Fact("posts"), "part": Fact("share", share_of=("few", "all")),
             "size": Fact("class", follows=("few",)), "name": Fact()}
    made = groups_of({"busy": parts["busy"]}, total=False, more={"level": [1]}, facts=facts,
                     columns=columns(level=Column("Int64", unit="class", follows=("whole:few",))))
    few = hash_posts(parts["lonely"])
    made = replace(made, facts={"all": 90, "few": 4, "part": 4 / 90, "size": 2, "name": "plain"},
                   cells=(*made.cells, Cell(WHOLE_FINDING, "few", few)))
    released = release(made, busy)["made"]
    assert released.facts == {"all": 90, "name": "plain"}
    assert released.data["level"].isna().all()
    assert released.data[["posts", "share"]].notna().all(axis=None)


def test_a_denominator_of_few_takes_along_the_share_and_not_the_count(busy, parts, groups_of, release) -> None:
    made = groups_of({"busy": parts["busy"]}, total=False, columns={
        "group": Column("string"), "posts": POSTS, "of": POSTS,
        "share": Column("Float64", unit="share", share_of=("posts", "of"))}, more={"of": [4], "share": [90 / 4]})
    made = replace(made, cells=(*made.cells, Cell(0, "of", hash_posts(parts["lonely"]))))
    shown = release(made, busy)["made"].data
    assert shown["posts"].tolist() == [90]
    assert shown[["of", "share"]].isna().all(axis=None)


def test_a_hidden_total_on_which_the_table_rests_takes_the_table(busy, parts, groups_of, release) -> None:
    small = {"lonely": parts["lonely"]}
    assert len(release(groups_of(small, total=False), busy)["made"].data) == 1
    rests = release(groups_of(small, total=False, rests_on=("all",)), busy, ledger="rests.parquet")["made"]
    assert rests.data.empty
    assert list(rests.data.columns) == ["group", "posts", "share"]
    many = release(groups_of({"busy": parts["busy"]}, total=False, rests_on=("all",)), busy, ledger="many.parquet")
    assert len(many["made"].data) == 1


def test_a_row_goes_where_without_its_number_it_would_be_a_name_alone(busy, parts, groups_of, release) -> None:
    made = groups_of(parts, total=False, drops_hidden="posts")
    shown = release(made, busy)["made"]
    assert "lonely" not in shown.data["group"].tolist()
    assert shown.data["posts"].notna().all()
    assert shown.suppressed == 2  # told all the same


@pytest.fixture
def ranked(make_corpus, groups_of):
    """Four groups of which two are of one author each, the larger of them named last."""
    sizes = {"d": 60, "c": 50, "b": 3, "a": 2}
    rows = [(f"T-{i % 5:03d}", f"{g}-{i % 10 if n > 9 else 0}", "2025-08-01", g) for g, n in sizes.items() for i in range(n)]
    corpus = make_corpus(rows)
    return corpus, {g: corpus.posts.loc[corpus.posts["text"] == g, "post_id"] for g in sizes}


def test_hidden_rows_come_last_and_in_the_order_of_identity(ranked, groups_of, release) -> None:
    corpus, groups = ranked
    shown = release(groups_of(groups, total=False, ranks_by="posts"), corpus)["made"].data
    is_hidden = shown["posts"].isna()
    assert is_hidden.tolist() == sorted(is_hidden)
    hidden = shown.loc[is_hidden, "group"].tolist()
    assert {"a", "b"} <= set(hidden)
    assert hidden == sorted(hidden)
    seen = shown.loc[~is_hidden, "posts"].tolist()
    assert seen == sorted(seen, reverse=True)
    unranked = release(groups_of(groups, total=False), corpus, ledger="unranked.parquet")["made"].data
    assert unranked["group"].tolist() == ["d", "c", "b", "a"]


def test_hidden_rows_stay_among_their_kind(two_quarters, make_topics, release) -> None:
    corpus, topic_of = two_quarters(1)
    alone = corpus.posts["arena_id"].eq("T-000").to_numpy()
    topic_of = topic_of.where((topic_of != 3) | alone, -1)  # topic 3 is one arena's
    made = release(measure_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3"), corpus)["topics"].data
    assert made["row"].tolist() == [*["topic"] * 10, "none", "all"]
    hidden = made.loc[made["row"].eq("topic") & made["posts"].isna(), "topic_id"].tolist()
    assert 3 in hidden
    assert made.loc[made["row"].eq("topic"), "topic_id"].tolist()[-len(hidden):] == sorted(hidden)


def test_numbers_are_rounded_to_their_step_and_else_to_six_digits(busy, parts, groups_of, release) -> None:
    more = {"median": [123.456], "growth": [3.14159], "plain": [1 / 7]}
    made = groups_of({"busy": parts["busy"]}, total=False, more=more, facts={"all": Fact("posts"), "third": Fact("ratio")},
                     columns=columns(median=Column("Float64", unit="number", step=10),
                                     growth=Column("Float64", unit="ratio", step=0.1), plain=Column("Float64", unit="ratio")))
    released = release(replace(made, facts={**made.facts, "third": 1 / 3}), busy)["made"]
    assert released.data[["median", "growth", "plain"]].iloc[0].tolist() == [120.0, 3.1, 0.142857]
    assert released.facts["third"] == 0.333333


def test_a_median_of_arenas_is_told_to_the_next_ten(busy, release) -> None:
    finding = measure_platforms(busy, quarter="2025Q3")
    assert finding.data["median_posts"].iloc[-1] == 18
    assert release(finding, busy)["platforms"].data["median_posts"].dropna().unique().tolist() == [20]


def test_the_sentence_is_worked_out_from_what_may_be_seen(make_corpus, groups_of, release) -> None:
    rows = [(f"T-{i % 5:03d}", "a-loud" if g == "large" else f"a-{i % 10}", "2025-08-01", g)
            for g, n in (("large", 80), ("small", 40)) for i in range(n)]
    corpus = make_corpus(rows)
    groups = {g: corpus.posts.loc[corpus.posts["text"] == g, "post_id"] for g in ("large", "small")}
    finding = groups_of(groups, total=False)
    assert finding.known["group"] == "large"
    released = release(finding, corpus)["made"]
    assert released.data.set_index("group")["posts"].isna().to_dict() == {"large": True, "small": False}
    said = {"finding.some": "small", "finding.none": None}[released.sentence]
    assert released.known.get("group") == said
    assert released.value != 80


def test_the_headline_gets_no_hidden_number(busy, parts, groups_of, release) -> None:
    seen = []

    def listen(data, facts):
        seen.append((data.copy(), dict(facts)))
        return Headline("finding.none")

    release(groups_of({"lonely": parts["lonely"]}, total=False, headline=listen), busy)
    data, facts = seen[-1]
    assert data[["posts", "share"]].isna().all(axis=None)
    assert facts == {}


def test_a_topic_that_is_hidden_is_not_named_in_any_week(make_corpus, make_topics, release) -> None:
    days = pd.date_range("2025-07-07", "2025-09-28", freq="D")
    rows = [(f"T-{a % 4:03d}", f"a-{a}", f"{day:%Y-%m-%d}", "word0" if a < 8 else "word1") for day in days for a in range(9)]
    corpus = make_corpus(rows)
    topics = make_topics(corpus, corpus.posts["text"].map({"word0": 0, "word1": 1}))  # topic 1 is one author's
    topics.topics["stable_id"] = ["K-001", "K-002"]
    shown = release(measure_topic_weeks(corpus, topics, quarter="2025Q3"), corpus)["topic_weeks"].data
    few = shown[shown["topic_id"] == 1]
    assert few[["label", "stable_id", "of_topic", "posts", "share"]].isna().all(axis=None)


def test_content_that_few_spread_is_told_without_a_row(busy, parts, release) -> None:
    table = pd.DataFrame({"post_id": parts["lonely"].to_numpy(), "arena_id": ["T-009"] * 4, "hours": [0.0, 1, 2, 3],
                          "arenas": 1, "is_first_here": [True, False, False, False]})
    released = release(describe_spread(table, quarter="2025Q3"), busy)["spread"]
    assert released.data.empty
    assert (released.sentence, released.value) == ("finding.spread_small", None)


def test_a_quarter_of_few_is_told_by_its_arenas(make_corpus, release) -> None:
    corpus = make_corpus([("T-000", f"a-{i % 9}", "2025-08-01", "hej") for i in range(30)])
    for measure, key, sentence in ((measure_volume, "volume", "finding.volume_arenas"),
                                   (measure_platforms, "platforms", "finding.platforms_arenas")):
        released = release(measure(corpus, quarter="2025Q3"), corpus, ledger=f"{key}.parquet")[key]
        assert (released.sentence, released.value, released.numerator, released.denominator) == (sentence, None, None, None)
        assert not {"posts", "panel_share"} & set(released.facts)
        assert np.isnan(released.data["posts"].to_numpy(float, na_value=np.nan)).all()
