"""What is drawn, read back from the picture, is what stands in the table."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.patches import FancyArrowPatch

from tests.charts.small import PLOTS, small_finding
from workbench.charts import Chart
from workbench.charts.style import ACCENT, ALARM, INK, MUTED, QUIET
from workbench.tables.finding import Finding


def draw(finding: Finding | str, name: str = "") -> Chart:
    made = small_finding(finding) if isinstance(finding, str) else finding
    return PLOTS[name or made.key](made, language="en")


def with_rows(name: str, rows: list[dict[str, Any]]) -> Finding:
    return replace(small_finding(name), data=pd.DataFrame(rows).convert_dtypes())


def axes_of(chart: Chart) -> Any:
    return chart.figure.axes[0]


def texts_of(chart: Chart) -> list[str]:
    return [t.get_text() for t in axes_of(chart).texts]


def ticks_of(axis: Any) -> dict[float, str]:
    """Return the label of each tick that lies within the picture."""
    low, high = sorted(axis.get_view_interval())
    labels = [t.get_text() for t in axis.get_ticklabels()]
    return {float(p): t for p, t in zip(axis.get_ticklocs(), labels, strict=True) if low <= p <= high}


def legend_of(chart: Chart) -> dict[str, Any]:
    legends = [c for c in axes_of(chart).get_children() if isinstance(c, Legend)]
    return {t.get_text(): h for one in legends for t, h in zip(one.get_texts(), one.legend_handles, strict=True)}


def upright(chart: Chart) -> dict[int, Any]:
    """Return the bars of a column chart by their place."""
    return {round(b.get_x() + b.get_width() / 2): b for b in axes_of(chart).patches}


def lying(chart: Chart) -> dict[str, tuple[float, Any, str]]:
    """Return length, bar and label of each name beside a lying bar, from the top."""
    axes = axes_of(chart)
    bars = {round(b.get_y() + b.get_height() / 2): b for b in axes.patches}
    labels = {round(t.xy[1]): t for t in axes.texts}
    names = ticks_of(axes.yaxis)
    order = sorted(names, reverse=not axes.yaxis_inverted())
    for place in order:
        length = bars[int(place)].get_width()
        # the label begins where the bar ends
        assert labels[int(place)].xy[0] == pytest.approx(0 if np.isnan(length) else length)
    assert all(b.get_x() == 0 for b in bars.values())
    return {names[p]: (bars[int(p)].get_width(), bars[int(p)], labels[int(p)].get_text()) for p in order}


def per_cent(share: float) -> str:
    """Write a share the way the English report does, without the report's own functions."""
    return f"{100 * share:.{2 if 0 < share < 0.01 else 1}f}%"


def face(thing: Any) -> str:
    return to_hex(thing.get_facecolor())


def test_each_week_is_as_high_as_its_posts_and_only_whole_weeks_of_the_quarter_are_in_full_colour() -> None:
    finding = small_finding("volume")
    chart = draw(finding)
    bars = upright(chart)
    assert [bars[i].get_height() for i in range(3)] == finding.data["posts"].tolist() == [31, 52, 45]
    assert [(face(bars[i]), bool(bars[i].get_hatch())) for i in range(3)] == [
        (QUIET, False), ("#ffffff", True), (ACCENT, False)]
    assert {name: (face(sign), bool(sign.get_hatch())) for name, sign in legend_of(chart).items()} == {
        "in the period": (ACCENT, False), "only partly in the period": ("#ffffff", True),
        "before the period": (QUIET, False)}
    assert all(bar.get_y() == 0 for bar in bars.values())
    assert axes_of(chart).get_ylim()[0] == 0
    assert ticks_of(axes_of(chart).xaxis) == {0: "26/25", 1: "27/25", 2: "28/25"}
    assert chart.alt == ("Bar chart of 3 weeks up to quarter 3 of 2025. The lowest number is 31, the highest 52 "
                         "(week 27, 2025).")


def test_of_many_weeks_each_label_stands_below_its_own() -> None:
    weeks = [f"2024-W{w:02d}" for w in range(30, 53)] + [f"2025-W{w:02d}" for w in range(1, 40)]
    rows = [{"week": w, "posts": 10 * i + 7, "in_quarter": i > 49, "straddles": False}
            for i, w in enumerate(weeks)]
    chart = draw(with_rows("volume", rows))
    assert [upright(chart)[i].get_height() for i in range(62)] == [r["posts"] for r in rows]
    labels = ticks_of(axes_of(chart).xaxis)
    assert 6 <= len(labels) <= 12
    assert labels == {p: f"{int(weeks[int(p)][-2:])}/{weeks[int(p)][2:4]}" for p in labels}
    heights = ticks_of(axes_of(chart).yaxis)
    assert len(heights) >= 3
    assert heights == {h: f"{h:,.0f}" for h in heights}


def test_each_platform_has_its_share_and_its_posts() -> None:
    chart = draw("platforms")
    assert {name: (round(width, 6), label) for name, (width, _, label) in lying(chart).items()} == {
        "Reddit, threads": (30, "30.0% (300)"), "Telegram, groups": (70, "70.0% (700)")}
    assert "Reddit, threads: 30.0% (300); Telegram, groups: 70.0% (700)." in chart.alt


def test_each_topic_has_its_share_and_one_that_is_not_trusted_is_hatched() -> None:
    chart = draw("topics")
    assert [(name, round(width, 6), label) for name, (width, _, label) in lying(chart).items()] == [
        ("snow", 42, "42.0%"), ("trains", 31, "31.0%"), ("In no topic", 27, "27.0%")]
    assert [(face(bar), bar.get_hatch() or "") for _, bar, _ in lying(chart).values()] == [
        ("#ffffff", "////"), (ACCENT, ""), (QUIET, "")]
    assert list(legend_of(chart)) == ["hatched: too unstable to say anything about"]
    assert "snow: 42.0% (too unstable to say anything about); trains: 31.0%; In no topic: 27.0%." in chart.alt


def test_of_many_topics_the_fourteen_largest_are_drawn_and_the_others_are_counted() -> None:
    rows = [{"topic_id": i, "label": f"word{i}", "posts": 500 - 9 * i, "share": (500 - 9 * i) / 8000, "trust": "trusted"}
            for i in range(20)]
    rows += [{"topic_id": -1, "label": "no_topic", "posts": 30, "share": 30 / 8000},
             {"label": "all_posts", "posts": 8000, "share": 1.0}]
    finding = with_rows("topics", rows)
    finding.data.loc[[2, 5], ["label", "posts", "share", "trust"]] = pd.NA
    chart = draw(finding)
    expected = [r for i, r in enumerate(rows[:16]) if i not in (2, 5)] + [rows[20] | {"label": "In no topic"}]
    assert [(n, round(w, 6), t) for n, (w, _, t) in lying(chart).items()] == [
        (r["label"], round(100 * r["share"], 6), per_cent(r["share"])) for r in expected]
    assert per_cent(30 / 8000) == "0.38%"
    assert "Not drawn: 4 smaller and 2 hidden" in chart.subtitle
    assert not legend_of(chart)


def test_fewer_topics_can_be_asked_for_and_the_others_are_counted_too() -> None:
    rows = [{"topic_id": i, "label": f"word{i}", "posts": 500 - 9 * i, "share": (500 - 9 * i) / 8000, "trust": "trusted"}
            for i in range(20)]
    chart = PLOTS["topics"](with_rows("topics", rows), language="en", most_topics=3)
    assert {n: round(w, 6) for n, (w, _, _) in lying(chart).items()} == {
        r["label"]: round(100 * r["share"], 6) for r in rows[:3]}
    assert "Not drawn: 17 smaller" in chart.subtitle


def test_a_topic_without_a_name_is_drawn_under_its_number() -> None:
    finding = small_finding("topics")
    finding.data.loc[1, "label"] = pd.NA
    assert list(lying(draw(finding))) == ["snow", "topic 2", "In no topic"]


def changes(count: int) -> Finding:
    """Return changes of every size up and down in a mixed order, the intervals wider on one side."""
    shift = [(-1) ** k * 4 * (k + 1) / 1000 for k in np.random.default_rng(3).permutation(count)]
    rows = [{"topic_id": i, "label": f"word{i}", "posts_before": 90 + i, "posts": 120 - i, "share_before": 0.2 + i / 500,
             "share": 0.2 + i / 500 + d, "panel_before": 0.21 + i / 500, "panel": 0.21 + i / 500 + d, "change": d, "low": d - 0.011, "high": d + 0.017,
             "verdict": "rose" if d > 0.05 else "fell" if d < -0.05 else "unclear"} for i, d in enumerate(shift)]
    return with_rows("topic_change", rows)


def test_each_change_stands_at_its_value_on_its_interval() -> None:
    finding = changes(20)
    axes = axes_of(chart := draw(finding))
    largest = finding.data.loc[finding.data["change"].abs().sort_values(ascending=False).index[:14]]
    names = ticks_of(axes.yaxis)
    ranges = {names[y[0]]: (line, line.get_xdata()) for line in axes.lines
              if len(set(y := line.get_ydata())) == 1 and len(y) == 2}
    dots = {names[line.get_ydata()[0]]: line for line in axes.lines if len(line.get_xdata()) == 1}
    assert list(names.values()) == largest.sort_values("change")["label"].tolist()
    assert set(ranges) == set(dots) == set(largest["label"])
    for row in largest.to_dict("records"):
        is_change = row["verdict"] != "unclear"
        line, ends = ranges[row["label"]]
        dot = dots[row["label"]]
        assert ends == pytest.approx([100 * row["low"], 100 * row["high"]])
        assert dot.get_xdata()[0] == pytest.approx(100 * row["change"])
        assert line.get_color() == dot.get_color() == (ALARM if is_change else MUTED)
        assert dot.get_markerfacecolor() == (ALARM if is_change else "white")
        stated = "{}: {:+.1f} ({:+.1f} – {:+.1f})".format(
            row["label"], *(100 * row[c] for c in ("change", "low", "high"))).replace("-", "−")
        assert (stated in chart.alt) == is_change
    changed = largest["verdict"].ne("unclear").sum()
    assert chart.alt.startswith(f"Dot chart of the change of 14 topics. {changed} changed")
    assert "Not drawn: 6 smaller" in chart.subtitle
    for place, label in ticks_of(axes.xaxis).items():
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=0.05)


def test_each_slope_runs_from_the_share_before_to_the_share_now() -> None:
    finding = changes(12)
    axes = axes_of(chart := draw(finding, "topic_slope"))
    assert list(ticks_of(axes.xaxis).values()) == ["quarter 2 of 2025", "quarter 3 of 2025"]
    shown = finding.data.assign(changed=finding.data["verdict"].ne("unclear"))
    shown = shown.sort_values(["changed", "share"], ascending=False).head(8).set_index("label")
    assert {t.split("  ")[0] for t in texts_of(chart)} == set(shown.index)
    lines = {round(line.get_ydata()[1], 9): line for line in axes.lines}
    for text in axes.texts:
        name, words = text.get_text().split("  ")
        row, line = shown.loc[name], lines[round(text.xy[1], 9)]
        assert list(line.get_xdata()) == [0, 1]
        assert list(line.get_ydata()) == pytest.approx([100 * row["panel_before"], 100 * row["panel"]])
        assert words == f"{per_cent(row['panel_before'])} → {per_cent(row['panel'])}"
        assert f"{name}: {words}" in chart.alt
        assert (line.get_linestyle(), line.get_color()) == (("-", ALARM) if row["changed"] else ("--", MUTED))
    assert len(lines) == 8
    assert "Not drawn: 4 smaller" in chart.subtitle


def test_each_cell_of_the_weeks_is_the_share_of_its_topic_and_week() -> None:
    finding = small_finding("topic_weeks")
    axes = axes_of(chart := draw(finding))
    grid = np.asarray(axes.collections[0].get_array()).reshape(2, 2)
    names, weeks = ticks_of(axes.yaxis), ticks_of(axes.xaxis)
    assert axes.yaxis_inverted()
    assert list(weeks.values()) == ["27", "28"]
    assert axes.get_xlabel() == "Week of 2025"
    said = {(round(t.xy[1] - 0.5), round(t.xy[0] - 0.5)): t.get_text() for t in axes.texts}
    for row in finding.data.dropna(subset=["week"]).to_dict("records"):
        place = (next(int(p) for p, n in names.items() if n == row["label"]),
                 next(int(p) for p, w in weeks.items() if w == row["week"][-2:]))
        assert grid[place] == pytest.approx(100 * row["posts"] / row["of_posts"])
        assert said[place] == f"{100 * row['share']:.0f}"
    assert chart.alt.endswith("trains: 40.0% in week 27; snow: 60.0% in week 28.")


def test_a_hidden_week_has_no_colour_below_its_hatching() -> None:
    finding = small_finding("topic_weeks")
    finding.data.loc[0, ["posts", "share"]] = pd.NA
    [mesh] = axes_of(draw(finding)).collections
    hidden = np.ma.getmaskarray(mesh.get_array()).reshape(2, 2)
    assert hidden.tolist() == [[True, False], [False, False]]


def test_of_the_strongest_peak_the_bars_are_the_posts_and_the_line_what_was_expected() -> None:
    finding = small_finding("peaks")
    weaker = finding.data.assign(topic_id=1, label="snow", posts=finding.data["posts"] + 900, p=finding.data["p"] * 10)
    chart = draw(replace(finding, data=pd.concat([weaker, finding.data], ignore_index=True)))
    bars, [line] = upright(chart), axes_of(chart).lines
    assert [bars[i].get_height() for i in range(3)] == [11, 14, 61]
    assert [(face(bars[i]), bool(bars[i].get_hatch())) for i in range(3)] == [
        (QUIET, False), (QUIET, False), (ALARM, True)]
    assert list(line.get_xdata()) == [0, 1, 2]
    assert np.isnan(line.get_ydata()[0])
    assert list(line.get_ydata()[1:]) == [12.5, 13.5]
    assert line.get_color() == INK
    assert list(legend_of(chart)) == ["expected"]
    [number] = axes_of(chart).texts
    assert (number.get_text(), number.xy) == ("61", (2, 61))
    assert ticks_of(axes_of(chart).xaxis) == {0: "30/25", 1: "31/25", 2: "32/25"}
    assert chart.alt == ("Bar chart of weekly numbers of the topic trains. The number of week 32, 2025 stands out: 61 posts, where "
                         "14 could be expected.")
    assert "trains" in chart.subtitle


def test_each_arena_stands_at_its_spread_in_the_class_of_what_it_forwards() -> None:
    finding = small_finding("bridges")
    axes = axes_of(chart := draw(finding))
    bridge, other, half = axes.lines
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in (bridge, other)] == [
        ([3], [0.7]), ([2, 1], [0.3, 0.2])]
    assert (bridge.get_marker(), bridge.get_color(), bridge.get_markerfacecolor()) == ("D", ALARM, ALARM)
    assert (other.get_marker(), other.get_color(), other.get_markerfacecolor()) == ("o", MUTED, "white")
    assert set(half.get_ydata()) == {0.5}
    assert ticks_of(axes.xaxis) == {1: "passes on few posts", 2: "passes on some", 3: "passes on many"}
    spread = ticks_of(axes.yaxis)
    assert {round(at, 3): name for at, name in spread.items()} == {
        0: "one group", 0.5: "two alike", 0.667: "three alike", 0.75: "four alike"}
    assert texts_of(chart) == ["T-001"]
    assert axes.texts[0].xy == (3, 0.7)
    assert chart.alt == ("Scatter plot of 3 arenas. First, one of them is a bridge: T-001. Second, 2 keep their ties mostly "
                         "within one group. Third, 1 pass on many posts.")


def network_parts(chart: Chart) -> tuple[dict[str, Any], list[Any]]:
    axes = axes_of(chart)
    signs = dict(zip(texts_of(chart), axes.lines, strict=True))
    return signs, [p for p in axes.patches if isinstance(p, FancyArrowPatch)]


def test_each_arrow_points_from_the_source_to_who_forwards_it_and_is_as_thick_as_its_class() -> None:
    finding = small_finding("network")
    chart = draw(finding)
    signs, arrows = network_parts(chart)
    spots = {name: np.array([sign.get_xdata()[0], sign.get_ydata()[0]]) for name, sign in signs.items()}
    at = {tuple(spot.round(6)): name for name, spot in spots.items()}
    drawn = {}
    for arrow in arrows:
        start, end = (at[tuple(np.asarray(p).round(6))] for p in arrow._posA_posB)
        drawn[start, end] = arrow.get_linewidth()
        # its one head is at its end
        assert arrow.get_arrowstyle().arrow == "-|>"
    ties = finding.data[finding.data["row"] == "tie"]
    named = {"G2": "4 discussion arenas"}
    ties = ties.assign(source=ties["source"].replace(named), target=ties["target"].replace(named))
    assert set(drawn) == set(zip(ties["source"], ties["target"], strict=True))
    by_class = {w: {drawn[s, t] for s, t in part[["source", "target"]].itertuples(index=False)}
                for w, part in ties.groupby("weight_class")}
    assert all(len(widths) == 1 for widths in by_class.values())
    widths = [by_class[w].pop() for w in sorted(by_class)]
    assert widths == sorted(set(widths))
    assert chart.alt.endswith("Third, the thickest arrow runs from T-002 to T-003.")


def test_each_sign_is_as_large_as_its_class_and_rings_are_bridges() -> None:
    finding = small_finding("network")
    signs, _ = network_parts(chart := draw(finding))
    actors = finding.data[finding.data["row"] == "actor"].set_index("actor")
    signs["G2"] = signs.pop("4 discussion arenas")
    sizes = {actors.at[name, "size_class"]: sign.get_markersize() for name, sign in signs.items()}
    assert [sizes[c] for c in sorted(sizes)] == sorted(set(sizes.values()))
    rings = {name for name, sign in signs.items() if sign.get_markeredgecolor() == INK}
    assert rings == set(actors.index[actors["is_bridge"]]) == {"T-002"}
    hollow = {name for name, sign in signs.items() if sign.get_markerfacecolor() == "white"}
    assert hollow == {"G2"}
    assert signs["T-001"].get_marker() == signs["T-002"].get_marker() != signs["T-003"].get_marker()
    assert ("Map of forwarded posts between 7 arenas. A hollow sign stands for 4 discussion arenas together. First, the groups: group 1 has 2. "
            "Second, T-002 is a bridge between groups.") in chart.alt
    assert {"Group 1: 2 arenas", "Smaller groups: 5 arenas", "Dark ring: bridge between groups"} <= set(legend_of(chart))


@pytest.mark.parametrize("name", ["network", "bridges"])
def test_every_bridge_has_its_sign_and_five_are_named_in_words(name: str) -> None:
    codes = [f"T-{i:03d}" for i in range(9)]
    if name == "network":
        rows = [{"row": "actor", "actor": c, "kind": "arena", "arenas": 1, "community": 1 + i % 2, "is_bridge": i < 7, "size_class": 1}
                for i, c in enumerate(codes)]
        rows += [{"row": "tie", "source": a, "target": b, "weight_class": 1}
                 for a, b in pairwise(codes)]
        finding = with_rows(name, rows)
        chart = draw(finding)
        signs, _ = network_parts(chart)
        assert sum(sign.get_markeredgecolor() == INK for sign in signs.values()) == 7
        assert "7 arenas are bridges between groups, among them" in chart.alt
    else:
        rows = [{"actor": c, "participation": 0.9 - i / 20, "in_class": 2, "is_bridge": i < 7} for i, c in enumerate(codes)]
        chart = draw(with_rows(name, rows))
        assert len(axes_of(chart).lines[0].get_xdata()) == 7
        assert texts_of(chart) == ["T-000", "T-001", "T-002", "T-003", "T-004"]
        assert "7 are bridges" in chart.alt
    assert "T-000, T-001, T-002, T-003 and T-004" in chart.alt
    assert "T-005" not in chart.alt


def test_each_change_of_the_network_has_its_count_and_its_name() -> None:
    finding = small_finding("network_change")
    chart = draw(finding)
    drawn = lying(chart)
    assert {name: (width, label) for name, (width, _, label) in drawn.items()} == {
        "in both quarters": (60, "60 arenas"), "of these, in another group": (12, "12 arenas"),
        "new in the network": (25, "25 arenas"), "gone from the network": (7, "7 arenas")}
    assert [face(bar) for _, bar, _ in drawn.values()].index(ALARM) == 3
    assert ("First, 60 have ties in both quarters, 12 of them in another group. Second, 25 are new. Third, 7 are gone."
            in chart.alt)


def test_a_change_that_is_hidden_says_so_and_the_others_stand() -> None:
    finding = small_finding("network_change")
    finding.data.loc[1, "arenas"] = pd.NA
    chart = draw(finding)
    assert {n: t for n, (_, _, t) in lying(chart).items()}["new in the network"] == "hidden"
    assert "in both quarters: 60 arenas; of these, in another group: 12 arenas; new in the network: hidden" in chart.alt


@pytest.mark.parametrize(("name", "column"), [("domains", "domain"), ("link_platforms", "platform")])
def test_each_domain_has_its_share_and_its_arenas(name: str, column: str) -> None:
    finding = small_finding(name)
    chart = draw(finding, name)
    drawn = lying(chart)
    for row in finding.data.to_dict("records"):
        width, _, label = drawn[row[column]]
        assert width == pytest.approx(100 * row["share"])
        short = ", shortened links" if row.get("is_short") is True else ""
        assert label == f"{per_cent(row['share'])} in {row['arenas']} arenas{short}"
        assert f"{row[column]}: {per_cent(row['share'])}" in chart.alt
    assert list(drawn) == finding.data[column].tolist()


def test_each_stream_runs_from_its_platform_to_its_destination_with_its_share() -> None:
    chart = draw("link_flows")
    axes = axes_of(chart)
    streams = [p for p in axes.patches if p.get_gid() == "stream"]
    bars = [p for p in axes.patches if p.get_gid() != "stream"]
    # each name stands at the middle of its bar, those of the platforms left of it
    names = [next(t.get_text() for t in axes.texts if t.get_ha() == side and t.xy[1] == pytest.approx(middle) and not
                  t.get_text()[0].isdigit())
             for side, middle in zip(("right", "right", "left", "left"),
                                     (b.get_y() + b.get_height() / 2 for b in bars), strict=True)]
    assert names == ["Telegram", "Reddit", "YouTube: 35.0%", "other websites: 10.0%"]
    scale = bars[2].get_height() / 0.35
    assert [b.get_height() / scale for b in bars] == pytest.approx([0.35, 0.10, 0.35, 0.10])
    found = {}
    for stream in streams:
        points = stream.get_path().vertices
        start = next(n for b, n in zip(bars[:2], names, strict=False) if b.get_y() - 1e-9 <= points[0][1]
                     <= b.get_y() + b.get_height() - 1e-9)
        end = next(n for b, n in zip(bars[2:], names[2:], strict=True) if b.get_y() - 1e-9 <= points[3][1]
                   <= b.get_y() + b.get_height() - 1e-9)
        found[start, end.split(":")[0]] = (points[7][1] - points[0][1]) / scale
        # a stream has the colour of the bar it starts from
        assert to_hex(stream.get_edgecolor()) == face(bars[names.index(start)])
    assert found == {("Telegram", "YouTube"): pytest.approx(0.25), ("Reddit", "YouTube"): pytest.approx(0.10),
                     ("Telegram", "other websites"): pytest.approx(0.10)}
    assert chart.alt == ("Flows from Telegram and Reddit to 2 destinations, the broader the more posts. Largest: Telegram to "
                         "YouTube 25.0%; Reddit to YouTube 10.0%; Telegram to other websites 10.0%.")


def test_the_curve_of_a_spread_goes_through_every_arena_and_half_of_them_is_half() -> None:
    chart = draw("spread")
    curve, dots, first = axes_of(chart).lines
    assert curve.get_drawstyle() == "steps-post"
    assert list(curve.get_xdata()) == [0.0, 1.5, 2.5, 30.0]
    assert list(curve.get_ydata()) == [1, 2, 3, 4]
    assert list(zip(dots.get_xdata(), dots.get_ydata(), strict=True)) == [(1.5, 2), (2.5, 3), (30.0, 4)]
    assert (list(first.get_xdata()), list(first.get_ydata()), first.get_color()) == ([0.0], [1], ALARM)
    assert list(legend_of(chart)) == ["first: T-007"]
    # two of four have it after an hour and a half
    assert chart.alt == ("Step curve. First, T-007 had the content first. Second, half of the 4 arenas had it after 1.5 "
                         "hours. Third, the last had it after 30.0 hours.")
    assert axes_of(chart).get_xlabel() == "Hours since the first post"


def test_where_the_first_arena_is_hidden_no_other_is_called_the_first() -> None:
    finding = small_finding("spread")
    finding.data.loc[0] = pd.NA
    chart = draw(finding)
    assert not legend_of(chart)
    assert "T-001" not in " ".join([chart.alt, *texts_of(chart)])
    _, dots = axes_of(chart).lines
    assert list(dots.get_ydata()) == [2, 3, 4]


def test_each_window_has_its_accounts_and_the_one_of_the_sentence_is_dark() -> None:
    chart = draw("coordination")
    drawn = lying(chart)
    assert {name: (width, label) for name, (width, _, label) in drawn.items()} == {
        "within 10 seconds": (0, "no group"), "within 1 minute": (8, "8 accounts and channels in one group"),
        "within 24 hours": (19, "19 accounts and channels in 2 groups")}
    assert list(drawn) == ["within 10 seconds", "within 1 minute", "within 24 hours"]
    assert [(face(bar), bool(bar.get_hatch())) for _, bar, _ in drawn.values()] == [
        (QUIET, True), (ACCENT, False), (QUIET, True)]
    assert "within 10 seconds: no group; within 1 minute: 8 accounts and channels in one group; within 24 hours: 19 accounts and channels in 2 groups" in chart.alt


def test_an_hour_is_not_called_sixty_minutes_and_a_day_not_a_minute() -> None:
    finding = small_finding("coordination")
    finding.data.loc[1:3, "window_seconds"] = [90, 3600, 7200]
    assert list(lying(draw(finding))) == ["within 90 seconds", "within 1 hour", "within 2 hours"]
