from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.findings.change import adjust_p, compare_shares
from workbench.findings.topics import compare_topics


def draw(generator: np.random.Generator, *, arenas: int = 40, topics: int = 30, rise: float = 1.0) -> tuple:
    base = generator.dirichlet(np.full(topics, 0.7), size=arenas)
    drift = base * generator.gamma(15, 1 / 15, base.shape)
    drift[:, 0] *= rise
    frames = []
    for shares in (base, drift):
        sizes = generator.integers(30, 400, arenas)
        counts = [generator.multinomial(n, s / s.sum()) for n, s in zip(sizes, shares, strict=True)]
        frames.append(pd.DataFrame(counts, index=[f"T-{i:03d}" for i in range(arenas)]))
    return tuple(frames)


def test_quarters_without_change_rarely_report_a_change() -> None:
    generator = np.random.default_rng(7)
    alarms = 0
    for seed in range(150):
        before, now = draw(generator)
        alarms += bool((adjust_p(compare_shares(before, now, seed=seed, flips=1999)["p"]) < 0.05).any())
    # 5 % of 150 is 7.5; 14 is the upper 99 % binomial limit
    assert alarms <= 14


def test_a_topic_that_rose_by_half_is_found_in_most_quarters() -> None:
    generator = np.random.default_rng(8)
    found = 0
    for seed in range(40):
        before, now = draw(generator, topics=12, rise=1.5)
        found += adjust_p(compare_shares(before, now, seed=seed, flips=1999)["p"])[0] < 0.05
    assert found >= 22


def test_the_interval_covers_the_true_change() -> None:
    generator = np.random.default_rng(9)
    covered = 0
    for seed in range(150):
        base = generator.dirichlet(np.full(5, 1.0), size=60)
        shift = generator.normal(0.03, 0.03, 60)
        d = np.clip(base[:, 0] + shift, 0.001, 0.999)
        before = pd.DataFrame(np.stack([base[:, 0], 1 - base[:, 0]], 1) * 10_000)
        now = pd.DataFrame(np.stack([d, 1 - d], 1) * 10_000)
        row = compare_shares(before.round(), now.round(), seed=seed, flips=99).loc[0]
        covered += row["low"] <= 0.03 <= row["high"]
    assert 134 <= covered <= 150


def test_few_effective_arenas_allow_no_test() -> None:
    before, now = draw(np.random.default_rng(1), arenas=11)
    changes = compare_shares(before, now, seed=1)
    assert changes["p"].isna().all()
    assert changes["effective"].iloc[0] < 12


def test_arenas_with_few_posts_are_left_out() -> None:
    before, now = draw(np.random.default_rng(2))
    before.loc["T-000"] = 0
    assert compare_shares(before, now, seed=1)["arenas"].iloc[0] == 39


def test_row_order_does_not_matter() -> None:
    before, now = draw(np.random.default_rng(3))
    shuffled = compare_shares(before.sample(frac=1, random_state=1), now.sample(frac=1, random_state=2), seed=5)
    pd.testing.assert_frame_equal(shuffled, compare_shares(before, now, seed=5))


def test_adjusted_p_leaves_missing_ones_out() -> None:
    q = adjust_p(pd.Series([0.01, np.nan, 0.04]))
    assert q.tolist()[0] == pytest.approx(0.02)
    assert np.isnan(q[1])
    assert q[2] == pytest.approx(0.04)


def test_a_planted_rise_is_named_and_nothing_else(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(1, rise=2.2)
    finding = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    changed = finding.data[finding.data["verdict"].isin(["rose", "emerged"])]
    assert changed["topic_id"].tolist() == [0]
    assert finding.is_change
    assert finding.facts["label"] == "word0"
    assert finding.low > 0


def test_quarters_that_are_alike_give_no_finding(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(2)
    finding = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    assert finding.sentence == "finding.no_change"
    assert not finding.is_change


def test_a_change_that_one_arena_makes_is_no_finding(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(3, arenas=13, posts=40)
    topics = make_topics(corpus, topic_of)
    alone = corpus.posts["arena_id"].eq("T-000").to_numpy() & (corpus.posts["posted_at"] > "2025-07-01").to_numpy()
    moved = topics.assignments.assign(topic_id=topics.assignments["topic_id"].mask(alone, 0))
    finding = compare_topics(corpus, type(topics)(topics.topics, moved), quarter="2025Q3", seed=1)
    assert finding.data.set_index("topic_id").loc[0, "verdict"] in ("one_arena", "unclear")
