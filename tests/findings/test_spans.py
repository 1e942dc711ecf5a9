from __future__ import annotations

import pandas as pd
import pytest

from workbench.charts import plot_topic_weeks, plot_volume
from workbench.errors import TableError
from workbench.findings import choose_span, measure_topic_weeks, measure_volume
from workbench.wording import open_wording


@pytest.fixture
def daily(make_corpus):
    """Half a year of one post a day, another author every day and another arena every fourth."""
    days = pd.date_range("2025-04-01", "2025-09-30", freq="D")
    return make_corpus([(f"T-{i // 4 % 4:03d}", f"a-{i % 10}", f"{d:%Y-%m-%d}", "havn" if i % 2 else "by")
                        for i, d in enumerate(days)])


@pytest.mark.parametrize(("authors", "arenas", "span"), [(5, 3, "week"), (8, 4, "fortnight"), (99, 3, "month")])
def test_the_finest_span_is_chosen_of_which_half_of_the_cells_may_be_shown(daily, authors, arenas, span) -> None:
    assert choose_span(daily, quarter="2025Q3", minimum_authors=authors, minimum_arenas=arenas) == span


def test_with_topics_the_cells_are_those_of_the_topics(daily, make_topics) -> None:
    topics = make_topics(daily, daily.posts["text"].map({"havn": 0, "by": 1}))
    asked = {"quarter": "2025Q3", "minimum_authors": 5, "minimum_arenas": 3}
    assert choose_span(daily, **asked) == "week"
    # a topic has half of the posts, and half of the authors
    assert choose_span(daily, topics=topics, **asked) == "fortnight"
    rare = make_topics(daily, pd.Series([0 if i % 8 == 0 else -1 for i in range(len(daily.posts))],
                                        index=daily.posts["post_id"]))
    assert choose_span(daily, topics=rare, **asked) == "month"


@pytest.mark.parametrize(("span", "names", "posts"), [
    ("week", ["2025-W28", "2025-W39"], 12 * 7), ("fortnight", ["2025-W29-W30", "2025-W37-W38"], 10 * 7),
    ("month", ["2025-07", "2025-09"], 92)])
def test_posts_and_topics_are_told_by_the_same_whole_spans(daily, make_topics, span, names, posts) -> None:
    data = measure_volume(daily, quarter="2025Q3", span=span).data
    inside = data[data["in_quarter"]]
    assert [inside["week"].iloc[0], inside["week"].iloc[-1], inside["posts"].sum()] == [*names, posts]
    assert data["straddles"].sum() == (span != "month")
    topics = make_topics(daily, daily.posts["text"].map({"havn": 0, "by": 1}))
    finding = measure_topic_weeks(daily, topics, quarter="2025Q3", span=span)
    assert list(dict.fromkeys(finding.data["week"].dropna())) == inside["week"].tolist()
    assert finding.data.dropna(subset=["week"])["posts"].sum() == posts
    for language in ("da", "en"):
        said = open_wording(language).when(finding.known["week"])
        assert said in open_wording(language).say(finding.sentence, finding.known)


@pytest.mark.parametrize(("span", "axis", "each", "first", "label"), [
    ("week", "Posts per week", "each week", "28", "28/25"),
    ("fortnight", "Posts per fortnight", "each fortnight", "29–30", "29–30/25"),
    ("month", "Posts per month", "each month", "Jul", "Jul/25")])
def test_pictures_say_what_span_they_show(daily, make_topics, span, axis, each, first, label) -> None:
    volume = plot_volume(measure_volume(daily, quarter="2025Q3", span=span), language="en")
    axes = volume.figure.axes[0]
    assert (axes.get_ylabel(), each in volume.subtitle, span in volume.alt) == (axis, True, True)
    topics = make_topics(daily, daily.posts["text"].map({"havn": 0, "by": 1}))
    weeks = plot_topic_weeks(measure_topic_weeks(daily, topics, quarter="2025Q3", span=span), language="en")
    assert weeks.figure.axes[0].get_xticklabels()[0].get_text() == first
    assert each in weeks.subtitle
    assert label.split("/")[0] == first


def test_a_fortnight_is_cut_alike_in_every_quarter_and_over_the_end_of_a_year(make_corpus) -> None:
    days = pd.date_range("2026-10-01", "2027-03-31", freq="D")
    corpus = make_corpus([("T-000", "a-1", f"{d:%Y-%m-%d}", "hej") for d in days])
    both = [measure_volume(corpus, quarter=q, span="fortnight").data["week"].tolist() for q in ("2026Q4", "2027Q1")]
    assert set(both[0]) <= set(both[1])
    assert "2026-W53-W01" in both[1]
    assert open_wording("da").when("2026-W53-W01", with_year=True) == "uge 53–1, 2026"


def test_a_span_there_is_not_is_refused_with_those_there_are(daily) -> None:
    with pytest.raises(TableError, match="week, fortnight, month"):
        measure_volume(daily, quarter="2025Q3", span="day")
