from __future__ import annotations

import itertools
from dataclasses import replace

import pandas as pd
import pytest

from tests.charts.small import made
from workbench.charts.peaks import plot_peaks
from workbench.charts.topic_weeks import plot_topic_weeks
from workbench.charts.topics import plot_topic_change, plot_topic_slope, plot_topics
from workbench.charts.volume import plot_platforms, plot_volume
from workbench.findings import (
    compare_topics,
    measure_peaks,
    measure_platforms,
    measure_topic_weeks,
    measure_topics,
    measure_volume,
    release_findings,
)
from workbench.reports.pictures import read_picture, tidy_picture


@pytest.fixture
def findings(two_quarters, make_topics):
    corpus, topic_of = two_quarters(1, rise=2.2)
    topics = make_topics(corpus, topic_of)
    made = [measure_volume(corpus, quarter="2025Q3"), measure_platforms(corpus, quarter="2025Q3"),
            measure_topics(corpus, topics, quarter="2025Q3"),
            compare_topics(corpus, topics, quarter="2025Q3", seed=1), measure_peaks(corpus, topics, quarter="2025Q3"),
            measure_topic_weeks(corpus, topics, quarter="2025Q3")]
    return corpus, {f.key: f for f in made}


PLOTS = {"volume": plot_volume, "platforms": plot_platforms, "topics": plot_topics,
         "topic_change": plot_topic_change, "peaks": plot_peaks, "topic_weeks": plot_topic_weeks}


@pytest.mark.parametrize("key", list(PLOTS))
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_chart_states_its_finding_and_describes_its_picture(findings, key: str, language: str) -> None:
    chart = PLOTS[key](findings[1][key], language=language)
    assert chart.title
    assert "{" not in chart.title + chart.subtitle + chart.alt
    assert len(chart.alt) > 10
    pd.testing.assert_frame_equal(chart.table, findings[1][key].data)


def test_a_platform_without_a_name_of_its_own_is_drawn_under_its_code(two_quarters) -> None:
    corpus, _ = two_quarters(1)
    posts, arenas = (table.assign(platform="forum {0}") for table in (corpus.posts, corpus.arenas))
    chart = plot_platforms(measure_platforms(replace(corpus, posts=posts, arenas=arenas), quarter="2025Q3"))
    assert "forum {0}, groups: " in chart.alt


@pytest.mark.parametrize("key", list(PLOTS))
def test_the_same_finding_gives_the_same_bytes(findings, key: str) -> None:
    first, second = (PLOTS[key](findings[1][key]).svg() for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first
    assert "font-family" not in first


@pytest.mark.parametrize("key", [*PLOTS, "topic_slope"])
def test_the_picture_of_every_chart_may_stand_in_a_report(findings, key: str) -> None:
    chart = plot_topic_slope(findings[1]["topic_change"]) if key == "topic_slope" else PLOTS[key](findings[1][key])
    read_picture(tidy_picture(chart.svg()))


def test_a_chart_remembers_whether_its_finding_was_released(findings, tmp_path) -> None:
    corpus, made = findings
    release = release_findings(made.values(), corpus, ledger=tmp_path / "ledger.parquet", product="made",
                               minimum_authors=5, minimum_arenas=3)
    assert not plot_volume(made["volume"]).is_released
    for key, plot in PLOTS.items():
        assert plot(release[key]).is_released


def test_hidden_cells_are_drawn_as_hidden_and_never_as_zero(findings) -> None:
    finding = findings[1]["volume"]
    finding.data.loc[0, "posts"] = pd.NA
    chart = plot_volume(finding)
    bars = {round(b.get_x() + b.get_width() / 2): b for b in chart.figure.axes[0].patches}
    assert pd.isna(bars[0].get_height())
    assert "hidden, too few people (1 week)" in chart.subtitle
    assert [t.get_text() for t in chart.figure.axes[0].texts] == ["×"]


def test_the_alt_text_of_a_change_names_what_rose(findings) -> None:
    chart = plot_topic_change(findings[1]["topic_change"], language="en")
    assert "word0" in chart.alt
    assert "word0" in chart.title


def test_labels_from_outside_are_never_read_as_mathematics(findings) -> None:
    finding = findings[1]["topics"]
    finding.data["label"] = pd.array([r"$\frac{x$"] * len(finding.data), dtype="string")
    assert "<svg" in plot_topics(finding).svg()


def test_an_empty_set_of_topics_still_gives_a_picture(make_corpus, make_topics) -> None:
    corpus = make_corpus([(f"T-{i % 5:03d}", f"a-{i % 9}", "2025-08-01", "hej") for i in range(50)])
    topics = make_topics(corpus, pd.Series(-1, index=corpus.posts.index))
    for plot, finding in ((plot_topics, measure_topics(corpus, topics, quarter="2025Q3")),
                          (plot_topic_change, compare_topics(corpus, topics, quarter="2025Q3", seed=1)),
                          (plot_topic_weeks, measure_topic_weeks(corpus, topics, quarter="2025Q3")),
                          (plot_peaks, measure_peaks(corpus, topics, quarter="2025Q3"))):
        assert plot(finding).alt


def test_the_slope_names_every_drawn_topic_with_both_shares(findings, tmp_path) -> None:
    corpus, made = findings
    finding = made["topic_change"]
    for language in ("da", "en"):
        chart = plot_topic_slope(finding, language=language)
        assert chart.key == "topic_slope"
        assert "{" not in chart.title + chart.subtitle + chart.alt
        assert chart.alt.count("→") == 8
    assert not chart.is_released
    changed = finding.data[finding.data["verdict"].isin(["rose", "fell", "emerged"])]
    assert all(label in chart.alt for label in changed["label"])
    release = release_findings(made.values(), corpus, ledger=tmp_path / "ledger.parquet", product="made",
                               minimum_authors=5, minimum_arenas=3)
    assert plot_topic_slope(release["topic_change"]).is_released


def test_names_beside_a_slope_do_not_overlap(findings) -> None:
    axes = plot_topic_slope(findings[1]["topic_change"]).figure.axes[0]
    heights = sorted(text.xyann[1] for text in axes.texts)
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 0.04 * axes.get_ylim()[1]


def test_each_week_of_a_topic_holds_its_share_and_a_hidden_one_is_hatched(findings) -> None:
    finding = findings[1]["topic_weeks"]
    rows = finding.data["week"].notna()
    first = finding.data.index[rows & finding.data["topic_id"].eq(0)][0]
    finding.data.loc[first, ["posts", "share"]] = pd.NA
    finding.data.loc[first + 1, "share"] = 0.0
    finding.data.loc[first + 2, "share"] = 0.004
    chart = plot_topic_weeks(finding, language="en")
    axes = chart.figure.axes[0]
    texts = [t.get_text() for t in axes.texts]
    assert len(texts) == rows.sum() - 1
    assert {"0", "<1"} < set(texts)
    [hidden] = axes.patches
    assert hidden.get_hatch()
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["hatched: hidden, too few people"]
    assert "hidden cells: 1" in chart.alt
    assert chart.alt.count(" in week ") == 10


def test_numbers_in_a_cell_stand_out_from_it_and_the_darker_is_the_more_in_grey_too(findings) -> None:
    from matplotlib.colors import to_rgb

    def luminance(colour) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    axes = plot_topic_weeks(findings[1]["topic_weeks"]).figure.axes[0]
    mesh = axes.collections[0]
    mesh.update_scalarmappable()
    cells = [luminance(colour[:3]) for colour in mesh.get_facecolors()]
    words = [luminance(text.get_color()) for text in axes.texts]
    contrast = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in zip(cells, words, strict=True)]
    assert min(contrast) >= 4.5
    by_share = [cell for _, cell in sorted(zip(mesh.get_array().ravel(), cells, strict=True))]
    assert all(a >= b for a, b in itertools.pairwise(by_share))


def test_a_long_name_of_a_topic_is_cut_to_two_lines(findings) -> None:
    finding = findings[1]["topic_weeks"]
    finding.data["label"] = pd.array([r"$\frac{x$ et meget langt navn på et emne, som ingen kan læse i ét hug"] * len(finding.data),
                                     dtype="string")
    chart = plot_topic_weeks(finding)
    names = [t.get_text().split("\n") for t in chart.figure.axes[0].get_yticklabels()]
    assert {len(lines) for lines in names} == {2}
    assert max(len(line) for lines in names for line in lines) <= 28
    assert "<svg" in chart.svg()


def test_where_every_week_is_hidden_there_is_no_picture(findings) -> None:
    finding = findings[1]["topic_weeks"]
    finding.data[["posts", "share"]] = pd.NA
    chart = plot_topic_weeks(finding, language="en")
    assert [t.get_text() for t in chart.figure.axes[0].texts] == [chart.alt]


@pytest.mark.parametrize("column", ["posts", "expected", "arenas", "p"])
def test_a_strongest_peak_whose_numbers_are_hidden_is_still_drawn(column: str) -> None:
    table = pd.DataFrame({"topic_id": 3, "label": "snow", "week": ["2025-W31", "2025-W32"], "posts": [10, 40],
                          "expected": [9.5, 10.5], "arenas": [None, 5], "is_peak": [False, True], "p": [0.4, 1e-6]})
    table = table.astype({"posts": "Int64", "expected": "Float64", "arenas": "Int64", "p": "Float64"})
    table.loc[1, column] = pd.NA
    chart = plot_peaks(made("peaks", "finding.no_peaks", table, series=1, weeks=2), language="en")
    assert "<NA>" not in chart.alt
    assert "week 32, 2025 stands out" in chart.alt


def test_a_platform_whose_numbers_are_hidden_says_so(findings) -> None:
    finding = findings[1]["platforms"]
    other = finding.data.iloc[:1].assign(platform="reddit")
    finding = replace(finding, data=pd.concat([other, finding.data], ignore_index=True))
    finding.data.loc[0, ["posts", "share"]] = pd.NA
    chart = plot_platforms(finding, language="en")
    assert [t.get_text() for t in chart.figure.axes[0].texts] == ["100.0 % (2,400)", "hidden"]
    assert "Reddit, groups: hidden" in chart.alt
