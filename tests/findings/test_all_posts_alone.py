"""Peaks of all posts without topics: the same weeks as with them, and words that name no topic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.findings import measure_peaks
from workbench.tables.finding import check_finding
from workbench.wording import open_wording


@pytest.fixture
def world(make_corpus):
    def make(times: float):
        rng, rows = np.random.default_rng(3), []
        for week in pd.date_range("2024-07-01", "2025-09-22", freq="7D"):
            for a in range(6):
                many = int(rng.poisson(40 * (times if f"{week:%G-W%V}" == "2025-W34" else 1)))
                rows += [(f"T-{a:03d}", f"a-{i % 9}", f"{week + pd.Timedelta(days=i % 7):%Y-%m-%d}", "hej") for i in range(many)]
        return make_corpus(rows)

    return make


def test_the_week_that_stands_out_is_the_one_that_topics_beside_it_would_show(world, make_topics) -> None:
    corpus = world(3)
    alone = measure_peaks(corpus, None, quarter="2025Q3")
    beside = measure_peaks(corpus, make_topics(corpus, pd.Series(0, index=corpus.posts.index)), quarter="2025Q3")
    shown = ["week", "posts", "expected", "arenas"]
    assert alone.data["label"].tolist() == ["all_posts"]
    assert alone.data[shown].to_dict("records") == beside.data[beside.data["label"].eq("all_posts")][shown].to_dict("records")
    assert alone.data["week"].tolist() == ["2025-W34"]
    assert (alone.sentence, alone.caveats) == ("finding.peaks_volume", ("peaks_unexplained",))
    assert "topics" not in alone.provenance
    check_finding(alone)


@pytest.mark.parametrize("language", ["da", "en", "no", "sv"])
def test_without_a_peak_no_topic_is_spoken_of(world, language: str) -> None:
    finding = measure_peaks(world(1), None, quarter="2025-08")
    assert finding.sentence == "finding.no_peaks_volume"
    said = open_wording(language).say(finding.sentence, finding.known)
    assert not any(word in said.casefold() for word in ("emne", "ämne", "topic"))


def test_a_short_history_is_told(make_corpus) -> None:
    corpus = make_corpus([("T-000", "a", f"2025-08-{d:02d}", "hej") for d in range(1, 29)])
    assert measure_peaks(corpus, None, quarter="2025-08").reason == "peaks_short_history"
