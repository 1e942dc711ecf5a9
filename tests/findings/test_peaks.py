from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.peaks import flag_peaks, measure_peaks


def weekly(generator: np.random.Generator, *, weeks: int = 104, series: int = 30, dispersion: float = 2.0) -> pd.DataFrame:
    means = generator.uniform(5, 80, series)
    size = means / (dispersion - 1)
    return pd.DataFrame(generator.negative_binomial(size, 1 / dispersion, (weeks, series)))


def test_quiet_years_raise_few_false_peaks() -> None:
    generator = np.random.default_rng(4)
    episodes = sum(int(flag_peaks(weekly(generator), tested=52)["is_peak"].sum()) for _ in range(5))
    # blueprint §0a: at most 2.7 a year over 30 topics
    assert episodes <= 14


def test_a_planted_peak_is_found_in_its_week() -> None:
    counts = weekly(np.random.default_rng(5), series=10)
    counts.iloc[100, 3] = int(6 * counts[3].mean()) + 20
    flagged = flag_peaks(counts, tested=13)
    peaks = flagged[flagged["is_peak"]]
    assert list(zip(peaks["position"], peaks["series"], strict=True)) == [(100, 3)]
    assert peaks["is_alert"].all()


def test_an_old_peak_does_not_hide_a_new_one() -> None:
    counts = pd.DataFrame({0: np.random.default_rng(6).poisson(20, 80)})
    counts.iloc[60, 0] = 300
    counts.iloc[75, 0] = 120
    flagged = flag_peaks(counts, tested=10, against_total=False)
    assert 75 in flagged.loc[flagged["is_peak"], "position"].to_numpy()


def test_few_posts_and_a_little_more_than_usual_are_no_peaks() -> None:
    rng = np.random.default_rng(6)
    few = pd.DataFrame({0: rng.poisson(0.5, 80)})
    few.iloc[75, 0] = 19
    steady = pd.DataFrame({0: rng.poisson(4000, 80)})
    steady.iloc[75, 0] = 5600
    for counts in (few, steady):
        week = flag_peaks(counts, tested=10, totals=pd.Series(9000, index=range(80)), against_total=False).set_index("position").loc[75]
        assert week["p"] < 1e-6
        assert not week["is_peak"]
        assert not week["is_alert"]
    steady.iloc[75, 0] = 10_000
    week = flag_peaks(steady, tested=10, against_total=False).set_index("position").loc[75]
    assert (week["is_peak"], week["is_alert"]) == (True, False)  # below three times what is usual


def test_little_history_measures_nothing(make_corpus, make_topics) -> None:
    days = pd.date_range("2025-07-01", "2025-09-28", freq="D").strftime("%Y-%m-%d")
    corpus = make_corpus([(f"T-{i % 4:03d}", f"a-{i % 9}", d, "hej") for i, d in enumerate(days)])
    finding = measure_peaks(corpus, make_topics(corpus, pd.Series(0, index=corpus.posts.index)), quarter="2025Q3")
    assert finding.sentence == "finding.peaks_unmeasured"
    assert finding.value is None


def test_a_peak_needs_two_arenas(make_corpus, make_topics) -> None:
    weeks = pd.date_range("2024-07-01", "2025-09-22", freq="7D")
    quiet = [("T-000", f"a-{i}", f"{w:%Y-%m-%d}", "hej" if i < 10 else "andet") for w in weeks for i in range(60)]
    for arenas, expected in ((1, []), (8, ["2025-W32"])):
        burst = [(f"T-{i % arenas:03d}", f"a-{i % 5}", "2025-08-06", "hej") for i in range(200)]
        corpus = make_corpus([*quiet, *burst])
        topic_of = corpus.posts["text"].map({"hej": 0, "andet": 1})
        finding = measure_peaks(corpus, make_topics(corpus, topic_of), quarter="2025Q3")
        assert finding.data.loc[finding.data["is_peak"], "week"].tolist() == expected
