from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.findings import compare_topics
from workbench.findings.change import adjust_p, compare_shares


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
    assert finding.known["label"] == "word0"
    assert finding.low > 0


def test_quarters_that_are_alike_give_no_finding(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(2)
    finding = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    assert finding.sentence == "finding.no_change"
    assert not finding.is_change


def test_a_fall_larger_than_any_rise_is_what_is_told(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(1, rise=0.2)
    finding = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1)
    assert (finding.sentence, finding.known["label"]) == ("finding.topic_fell", "word0")
    assert finding.value < 0


def test_a_rise_to_less_than_twice_the_share_is_not_called_new(two_quarters, make_topics) -> None:
    corpus, topic_of = two_quarters(1, rise=1.7)
    row = compare_topics(corpus, make_topics(corpus, topic_of), quarter="2025Q3", seed=1).data.set_index("topic_id").loc[0]
    assert 1.3 < row["panel"] / row["panel_before"] < 2
    assert row["verdict"] == "rose"


def changed_by(make_corpus, make_topics, before: list[int], now: list[int], sizes: list[int]):
    """Compare two quarters in which topic 0 has these posts in each arena, of so many in all."""
    rows, topics = [], []
    for month, counts in (("05", before), ("08", now)):
        for arena, (count, size) in enumerate(zip(counts, sizes, strict=True)):
            rows += [(f"T-{arena:03d}", f"a-{arena}-{i % 9}", f"2025-{month}-{1 + i % 28:02d}", f"{arena} {month} {i}")
                     for i in range(size)]
            topics += [0 if i < count else 1 for i in range(size)]
    corpus = make_corpus(rows)
    of_text = dict(zip([r[3] for r in rows], topics, strict=True))
    return compare_topics(corpus, make_topics(corpus, corpus.posts["text"].map(of_text)), quarter="2025Q3", seed=1)


@pytest.mark.parametrize(("most", "verdict"), [(20, "one_arena"), (7, "emerged")])
def test_a_change_that_one_arena_makes_is_no_finding(make_corpus, make_topics, most: int, verdict: str) -> None:
    finding = changed_by(make_corpus, make_topics, [5] * 14, [6] * 13 + [5 + most], [100] * 14)
    row = finding.data.set_index("topic_id").loc[0]
    assert row["q"] < 0.01
    assert row["verdict"] == {"emerged": "rose"}.get(verdict, verdict)
    assert finding.is_change == (verdict != "one_arena")


def test_a_change_of_which_all_posts_together_tell_the_contrary_is_no_finding(make_corpus, make_topics) -> None:
    # forty arenas rise a little; in one that is far larger the topic falls
    finding = changed_by(make_corpus, make_topics, [5] * 40 + [1000], [9] * 40 + [600], [60] * 40 + [8000])
    row = finding.data.set_index("topic_id").loc[0]
    assert row["change"] > 0 > row["share"] - row["share_before"]
    assert row["q"] < 0.05
    assert (row["verdict"], finding.is_change) == ("one_arena", False)
