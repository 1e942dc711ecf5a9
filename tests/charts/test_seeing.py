"""Bridges, domains, flows, spread, coordination and change: what the pictures say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.charts.small import made
from workbench.actors import find_communities, find_coordination, find_spread, find_spreads, link_forwards
from workbench.charts import (
    Chart,
    plot_bridges,
    plot_coordination,
    plot_domains,
    plot_link_flows,
    plot_network,
    plot_network_change,
    plot_spread,
)
from workbench.findings import (
    describe_bridges,
    describe_coordination,
    describe_network,
    describe_network_change,
    describe_spread,
    measure_domains,
    measure_link_flows,
    measure_link_platforms,
    release_findings,
)
from workbench.reports.pictures import read_picture, tidy_picture
from workbench.study import open_study
from workbench.tables.posts import Corpus
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording


def bridges() -> ReleasedFinding:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"actor": [f"T-{i:03d}" for i in range(40)], "participation": rng.random(40) * 0.6,
                          "in_class": rng.integers(1, 4, 40), "is_bridge": False})
    # ten bridges that lie on nearly the same spot
    table.loc[:9, ["participation", "in_class", "is_bridge"]] = [[0.8 - i / 500, 2, True] for i in range(10)]
    return made("bridges", "finding.bridges", table.convert_dtypes(), count=10, bridge="T-000")


def domains() -> ReleasedFinding:
    table = pd.DataFrame({"domain": [f"site{i}.example" for i in range(20)], "posts": np.arange(200, 0, -10),
                          "arenas": 7, "share": np.arange(200, 0, -10) / 1000}).convert_dtypes()
    table.loc[3, ["posts", "arenas", "share"]] = pd.NA
    return made("domains", "finding.domains", table, domain="site0.example", share=0.2, share_all=0.1, linking_posts=50,
                posts=100, linking=0.5)


def spread() -> ReleasedFinding:
    table = pd.DataFrame({"arena": ["T-007", "T-001", "T-003", "T-002"], "hours": [0.0, 0.5, 2.0, 30.0],
                          "arenas": [1, 2, 3, 4]}).convert_dtypes()
    return made("spread", "finding.spread", table, count=4, hours=30.0)


def coordination() -> ReleasedFinding:
    table = pd.DataFrame({"row": ["group", "window", "window", "window"], "window_seconds": [60, 86400, 60, 10],
                          "group": [1, None, None, None], "groups": [None, 2, 1, 0], "accounts": [8, 19, 8, 0],
                          "arenas": [5, 9, 5, 0], "posts": [24, 60, 24, 0], "things": "url"}).convert_dtypes()
    return made("coordination", "finding.coordination", table, count=1, accounts=8, seconds=60)


PLATFORMS = ["YouTube", "Facebook", "X", "TikTok", "Instagram", "Truth Social", "Rumble", "Odysee", "VK", "Gab", "Steam",
             "Twitch", "Reddit", "Spotify"]


def flow_table(flows: dict[tuple[str, str], int]) -> pd.DataFrame:
    rows = [{"row": "flow", "platform": p, "destination": d, "posts": n} for (p, d), n in flows.items()]
    into = pd.DataFrame(rows).groupby("destination")["posts"].sum()
    rows += [{"row": "destination", "destination": d, "posts": n} for d, n in into.items()]
    return pd.DataFrame(rows).assign(arenas=5, share=[r["posts"] / 1000 for r in rows]).convert_dtypes()


def flows() -> ReleasedFinding:
    rng = np.random.default_rng(1)
    ends = [*PLATFORMS, "other_sites", "short_links"]
    homes = ("Telegram", "Reddit", "Discord", "Mastodon", "Threads", "a platform with a long name")
    table = flow_table({(p, d): int(1 + 300 * rng.random() ** 4) for p in homes for d in ends if p != d})
    return made("link_flows", "finding.link_flows", table, platform="Telegram", destination="YouTube", share=0.2,
                share_all=0.1, linking_posts=50, posts=100)


def change() -> ReleasedFinding:
    table = pd.DataFrame({"change": ["stayed", "entered", "left", "moved"], "arenas": [60, 25, 0, 1]}).convert_dtypes()
    facts = {"stayed": 60, "entered": 25, "left": 0, "moved": 1, "before": 60, "now": 85, "kept": 2, "groups": 3}
    finding = made("network_change", "finding.network_change", table, **facts)
    return replace(finding, headline=replace(finding.headline, value=25 / 145))


CASES: dict[str, tuple[Callable[[], ReleasedFinding], Callable[..., Chart]]] = {
    "bridges": (bridges, plot_bridges), "domains": (domains, plot_domains), "spread": (spread, plot_spread),
    "coordination": (coordination, plot_coordination), "link_flows": (flows, plot_link_flows),
    "network_change": (change, plot_network_change)}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> tuple[ReleasedFinding, Callable[..., Chart]]:
    maker, plot = CASES[request.param]
    return maker(), plot


def texts_of(chart: Chart) -> list[str]:
    return [t.get_text() for t in chart.figure.axes[0].texts]


def boxes_of(chart: Chart) -> list[Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    axes, renderer = chart.figure.axes[0], canvas.get_renderer()
    labels = list(axes.texts)
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        labels += [label for label, place in zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True)
                   if axis.get_visible() and low <= place <= high]
    # Text.get_window_extent of an annotation would take its arrow along
    from matplotlib.text import Text

    return [(t.get_text(), Text.get_window_extent(t, renderer)) for t in labels if t.get_text() and t.get_visible()]


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_picture_states_its_finding_and_describes_itself(case, language: str) -> None:
    finding, plot = case
    chart = plot(finding, language=language)
    assert chart.title == open_wording(language).say(finding.sentence, finding.facts)
    assert "{" not in chart.title + chart.subtitle + chart.alt
    assert "None" not in chart.alt
    pd.testing.assert_frame_equal(chart.table, finding.data)


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_label_lies_on_another_and_none_leaves_the_page(case, language: str) -> None:
    finding, plot = case
    chart = plot(finding, language=language)
    boxes = boxes_of(chart)
    page = chart.figure.bbox
    assert len(boxes) > 3
    assert [(a, b) for (a, one), (b, two) in combinations(boxes, 2) if one.overlaps(two)] == []
    assert [t for t, b in boxes if not (page.x0 <= b.x0 and b.x1 <= page.x1 and page.y0 <= b.y0 and b.y1 <= page.y1)] == []


def test_the_same_finding_gives_the_same_bytes(case) -> None:
    finding, plot = case
    assert plot(finding).svg() == plot(finding).svg()


def test_the_picture_of_every_chart_may_stand_in_a_report(case) -> None:
    finding, plot = case
    read_picture(tidy_picture(plot(finding).svg()))


def test_nothing_to_draw_is_said_in_words(case) -> None:
    finding, plot = case
    chart = plot(replace(finding, data=finding.data.iloc[:0]))
    assert texts_of(chart) == [chart.alt]


def test_what_the_gate_hid_is_never_drawn(case) -> None:
    finding, plot = case
    hidden = finding.data.copy()
    kept = [c for c in ("row", "window_seconds", "domain", "actor", "arena", "change") if c in hidden]
    hidden[[c for c in hidden if c not in kept]] = pd.NA
    chart = plot(replace(finding, data=hidden, facts={}))
    assert chart.is_released
    assert not [bar for bar in chart.figure.axes[0].patches if bar.get_width() > 0]
    assert not chart.figure.axes[0].lines


def test_only_the_widest_bridges_are_named_and_all_have_a_sign_of_their_own() -> None:
    chart = plot_bridges(bridges())
    assert set(texts_of(chart)) == {f"T-{i:03d}" for i in range(5)}
    bridge, others, _ = chart.figure.axes[0].lines
    assert others.get_marker() != bridge.get_marker()
    assert sorted(bridge.get_ydata()) == pytest.approx([0.8 - i / 500 for i in range(10)][::-1])
    assert "10 are bridges, the widest spread being T-000, T-001," in chart.alt
    assert "T-004" in chart.alt
    assert "T-005" not in chart.alt


def test_arenas_of_like_participation_stand_side_by_side() -> None:
    table = pd.DataFrame({"actor": [f"T-{i}" for i in range(7)], "participation": 0.25, "in_class": 2, "is_bridge": False})
    chart = plot_bridges(made("bridges", "finding.bridges_none", table))
    x = np.sort(chart.figure.axes[0].lines[1].get_xdata())
    assert x.mean() == pytest.approx(2)
    assert np.diff(x).min() > 0.04


def test_domains_are_cut_to_the_largest_and_the_alt_text_counts_the_rest() -> None:
    chart = plot_domains(domains())
    assert len(chart.figure.axes[0].patches) == 14
    assert "site0.example: 20.0%" in chart.alt.replace(" %", "%")
    assert "site3.example" not in chart.alt
    assert "Not drawn: 5 smaller and 1 hidden" in chart.alt
    assert "Not drawn: 5 smaller and 1 hidden" in chart.subtitle


def test_platforms_are_drawn_by_the_same_picture_and_shortened_links_are_marked() -> None:
    finding = domains()
    platforms = finding.data.drop(columns="domain").assign(platform=[f"Platform {i}" for i in range(20)])
    chart = plot_domains(made("link_platforms", "finding.domains", platforms, domain="Platform 0", share=0.2))
    assert "Bar chart of platforms (14)" in chart.alt
    assert "Platform 1: 19.0" in chart.alt
    finding.data["is_short"] = finding.data["domain"] == "site1.example"
    marked = [t for t in texts_of(plot_domains(finding)) if "shortened" in t]
    assert len(marked) == 1
    assert marked[0].startswith("19.0")


def test_a_domain_from_outside_is_never_read_as_mathematics_and_a_long_one_is_cut() -> None:
    finding = domains()
    finding.data["domain"] = pd.array([r"$\frac{x$" + "a" * 300] * 20, dtype="string")
    chart = plot_domains(finding)
    assert max(len(t.get_text()) for t in chart.figure.axes[0].get_yticklabels()) <= 34
    assert "<svg" in chart.svg()


def test_the_spread_names_the_first_arena_and_counts_the_hours() -> None:
    chart = plot_spread(spread())
    curve = chart.figure.axes[0].lines[0]
    assert list(curve.get_xdata()) == [0, 0.5, 2, 30]
    assert list(curve.get_ydata()) == [1, 2, 3, 4]
    assert [t.get_text() for t in chart.figure.axes[0].get_legend().get_texts()] == ["first: T-007"]
    assert "half of the 4 arenas had it after 0.5 hours" in chart.alt
    assert chart.figure.axes[0].get_xlabel() == "Hours since the first post"


def test_a_slow_spread_is_drawn_in_days_and_all_at_once_can_be_drawn() -> None:
    finding = spread()
    slow = replace(finding, data=finding.data.assign(hours=finding.data["hours"] * 24))
    axes = plot_spread(slow).figure.axes[0]
    assert axes.get_xlabel() == "Days since the first post"
    assert list(axes.lines[0].get_xdata()) == [0, 0.5, 2, 30]  # days, of hours that are 24 times as many
    sudden = replace(finding, data=finding.data.assign(hours=0.0))
    assert "after 0.0 hours" in plot_spread(sudden).alt


def test_the_window_of_the_sentence_stands_out_without_colour() -> None:
    chart = plot_coordination(coordination())
    bars = chart.figure.axes[0].patches
    assert [b.get_width() for b in bars] == [0, 8, 19]
    assert [bool(b.get_hatch()) for b in bars] == [True, False, True]
    assert texts_of(chart) == ["no group", "8 accounts and channels in one group", "19 accounts and channels in 2 groups"]
    assert "within 10 seconds: no group; within 1 minute: 8 accounts and channels in one group; within 24 hours: 19 accounts and channels in 2 groups" in chart.alt
    assert "not why" in chart.alt


def test_where_no_window_has_a_group_there_is_no_figure_of_coordination() -> None:
    finding = coordination()
    nothing = finding.data.assign(accounts=finding.data["accounts"].where(finding.data["row"] == "group", 0))
    chart = plot_coordination(replace(finding, data=nothing))
    assert chart.is_empty
    assert "No group" in chart.alt
    assert not plot_coordination(finding).is_empty


def streams_of(chart: Chart) -> list[Any]:
    return [p for p in chart.figure.axes[0].patches if p.get_gid() == "stream"]


def breadth(stream: Any) -> tuple[float, float]:
    """Return how broad a stream is where it begins and where it ends."""
    points = stream.get_path().vertices[:, 1]
    return points[7] - points[0], points[4] - points[3]


def test_streams_are_as_broad_as_their_posts_and_fill_the_bars_without_gap_or_overlap() -> None:
    finding = made("link_flows", "finding.link_flows_none", flow_table(
        {("Telegram", "YouTube"): 300, ("Telegram", "X"): 100, ("Reddit", "YouTube"): 200, ("Reddit", "other_sites"): 50}))
    chart = plot_link_flows(finding)
    streams = streams_of(chart)
    assert [b / breadth(streams[-1])[0] for b, _ in map(breadth, streams)] == pytest.approx([6, 4, 2, 1])
    assert all(begin == pytest.approx(end) for begin, end in map(breadth, streams))
    bars = [p for p in chart.figure.axes[0].patches if p.get_gid() != "stream"]
    for side, first, last in (("left", 0, 7), ("right", 3, 4)):
        spans = sorted((s.get_path().vertices[first, 1], s.get_path().vertices[last, 1]) for s in streams)
        for bar in bars[:2] if side == "left" else bars[2:]:
            top, below = bar.get_y(), bar.get_y() + bar.get_height()
            inside = [s for s in spans if top - 1e-9 <= s[0] and s[1] <= below + 1e-9]
            assert (inside[0][0], inside[-1][1]) == pytest.approx((top, below))
            assert [a[1] for a in inside[:-1]] == pytest.approx([b[0] for b in inside[1:]])
    assert texts_of(chart) == ["30.0%", "20.0%", "10.0%", "Telegram", "Reddit", "YouTube: 50.0%", "X: 10.0%",
                               "other websites: 5.0%"]


def test_each_platform_of_posts_has_a_pattern_besides_its_colour() -> None:
    table = flow_table({(f"platform {i}", "X"): 30 - i for i in range(12)})
    streams = streams_of(plot_link_flows(made("link_flows", "finding.link_flows_none", table)))
    looks = [(s.get_edgecolor(), s.get_hatch()) for s in streams]
    assert len(set(looks)) == 12
    assert len({hatch for _, hatch in looks[:8]}) == 8


def test_one_platform_alone_and_one_stream_alone_can_be_drawn() -> None:
    table = flow_table({("Telegram", p): 30 - i for i, p in enumerate(PLATFORMS)})
    chart = plot_link_flows(made("link_flows", "finding.link_flows_none", table), language="en")
    # the share stands at the destination already
    assert len(texts_of(chart)) == 11
    assert texts_of(chart)[-1] == "5 smaller platforms: 9.5%"
    assert len(streams_of(plot_link_flows(made("link_flows", "finding.link_flows_none", flow_table({("Telegram", "X"): 1}))))) == 1


def test_where_a_flow_is_hidden_the_share_is_a_least_one() -> None:
    table = flow_table({("Telegram", "YouTube"): 300, ("Telegram", "X"): 100, ("Reddit", "YouTube"): 20})
    hidden = (table["posts"] == 20) | ((table["row"] == "destination") & (table["destination"] == "YouTube"))
    table.loc[hidden, ["platform", "destination", "posts", "arenas", "share"]] = pd.NA
    chart = plot_link_flows(made("link_flows", "finding.link_flows_none", table))
    assert texts_of(chart)[-2:] == ["YouTube: at least 30.0%", "X: 10.0%"]
    assert "Largest: Telegram to YouTube 30.0%; Telegram to X 10.0%. Not drawn: 1 hidden" in chart.alt


def test_a_change_of_the_network_counts_every_kind_and_tells_them_apart_without_colour() -> None:
    chart = plot_network_change(change())
    bars = chart.figure.axes[0].patches
    assert [b.get_width() for b in bars] == [60, 1, 25, 0]
    assert len({(b.get_facecolor(), b.get_hatch()) for b in bars}) == 4
    assert texts_of(chart) == ["60 arenas", "one arena", "25 arenas", "0 arenas"]
    assert "First, 60 have ties in both quarters, 1 of them in another group. Second, 25 are new. Third, 0 are" in chart.alt
    assert "60 in the quarter before, 85 in" in chart.subtitle


def test_one_way_is_no_picture_of_flows_and_one_arena_none_of_bridges() -> None:
    finding = flows()
    assert plot_link_flows(replace(finding, headline=replace(finding.headline, reason="one_way"))).is_empty
    assert not plot_link_flows(finding).is_empty
    assert plot_bridges(replace(bridges(), data=bridges().data.head(1))).is_empty
    assert not plot_bridges(replace(bridges(), data=bridges().data.head(2))).is_empty


def test_without_a_quarter_before_there_is_no_picture_of_change() -> None:
    followed = pd.DataFrame({"actor_id": ["T-1"], "kind": "arena", "change": "entered", "has_moved": pd.NA})
    finding = describe_network_change(followed, pd.DataFrame({"fate": ["born"], "community_now": [1]}), quarter="2025Q3")
    chart = plot_network_change(finding)
    assert texts_of(chart) == [chart.alt]


@pytest.fixture(scope="module")
def measured(city_folder: Path) -> tuple[Corpus, list[Any]]:
    """The findings of the made-up city that these pictures and the map are made for."""
    corpus = open_study(city_folder).corpus("2025Q3")
    when = {"quarter": "2025Q3"}
    network = find_communities(link_forwards(corpus), seed=1, runs=5)
    site = find_spreads(corpus, "domain")["content"].iloc[0]
    together = find_coordination(corpus, seed=1, relations=("url",))
    return corpus, [describe_network(network, corpus, **when), describe_bridges(network, corpus, **when),
                    measure_domains(corpus, **when), measure_link_platforms(corpus, **when),
                    measure_link_flows(corpus, **when),
                    describe_spread(find_spread(corpus, site, "domain"), **when),
                    describe_coordination(together, corpus, **when)]


REAL = {"network": plot_network, "bridges": plot_bridges, "domains": plot_domains, "link_platforms": plot_domains,
        "link_flows": plot_link_flows,
        "spread": plot_spread, "coordination": plot_coordination}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("key", list(REAL))
def test_what_was_released_of_the_city_can_be_drawn(measured, tmp_path: Path, key: str, language: str) -> None:
    corpus, findings = measured
    release = release_findings(findings, corpus, ledger=tmp_path / "ledger.parquet", product="made",
                               minimum_authors=5, minimum_arenas=3)
    chart = REAL[key](release[key], language=language)
    assert chart.is_released
    assert "{" not in chart.title + chart.subtitle + chart.alt
    assert not [(a, b) for (a, one), (b, two) in combinations(boxes_of(chart), 2) if one.overlaps(two)]
