from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.charts.small import made
from workbench.charts.network import MOST_ACTORS, MOST_TIES, plot_network
from workbench.reports.pictures import read_picture, tidy_picture
from workbench.tables.release import ReleasedFinding

KINDS = {"row": "string", "actor": "string", "kind": "string", "arenas": "Int64", "community": "Int64", "is_bridge": "boolean",
         "size_class": "Int64", "source": "string", "target": "string", "weight_class": "Int64"}


@pytest.fixture
def network_of() -> Callable[..., ReleasedFinding]:
    def make(actors: list[dict[str, Any]], ties: list[tuple[str, str, int]]) -> ReleasedFinding:
        rows = [{"row": "actor", "kind": "together" if a["actor"].startswith("G") else "arena", "arenas": 1, "is_bridge": False,
                 "size_class": 1, **a} for a in actors]
        rows += [{"row": "tie", "source": s, "target": t, "weight_class": w} for s, t, w in ties]
        return made("network", "finding.network" if ties else "finding.network_empty",
                    pd.DataFrame(rows, columns=list(KINDS)).astype(KINDS), tied=len(actors), arenas=len(actors), count=3,
                    undrawn=len(actors) - len({end for s, t, _ in ties if s != t for end in (s, t)}))
    return make


@pytest.fixture
def town(network_of: Callable[..., ReleasedFinding]) -> Callable[..., ReleasedFinding]:
    """Return a maker of groups of arenas with ties inside and one bridge that all groups forward."""

    def make(groups: int = 3, size: int = 8, *, chance: float = 0.3, seed: int = 1) -> ReleasedFinding:
        rng = np.random.default_rng(seed)
        codes = [f"T-{i + 1:03d}" for i in range(groups * size)]
        actors = [{"actor": c, "community": i // size + 1, "size_class": int(rng.integers(1, 4))}
                  for i, c in enumerate(codes)]
        actors.append({"actor": "T-900", "community": 1, "is_bridge": True, "size_class": 3})
        ties = [(a, b, int(rng.integers(1, 4))) for i, a in enumerate(codes) for j, b in enumerate(codes)
                if i // size == j // size and i != j and (j == i + 1 or rng.random() < chance)]
        ties += [("T-900", codes[g * size], 3) for g in range(groups)]
        return network_of(actors, ties)
    return make


def labels_of(chart: Any) -> list[str]:
    return [t.get_text() for t in chart.figure.axes[0].texts]


def legend_of(chart: Any) -> list[str]:
    from matplotlib.legend import Legend

    axes = chart.figure.axes[0]
    legends = {id(a): a for a in [*axes.artists, *axes.get_children()] if isinstance(a, Legend)}
    return [t.get_text() for legend in legends.values() for t in legend.get_texts()]


def arrows_of(chart: Any) -> list[Any]:
    from matplotlib.patches import FancyArrowPatch

    return [p for p in chart.figure.axes[0].patches if isinstance(p, FancyArrowPatch)]


def signs_of(chart: Any) -> dict[str, Any]:
    lines = chart.figure.axes[0].lines
    return dict(zip(labels_of(chart), lines, strict=True))


@pytest.mark.parametrize(("groups", "size"), [(2, 4), (3, 9), (5, 11), (7, 8)])
def test_labels_and_signs_do_not_overlap(town, groups: int, size: int) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.transforms import Bbox

    chart = plot_network(town(groups, size))
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    axes, renderer = chart.figure.axes[0], canvas.get_renderer()
    boxes = [t.get_window_extent(renderer) for t in axes.texts]
    assert len(boxes) == groups * size + 1
    points = chart.figure.dpi / 72
    for line in axes.lines:
        x, y = axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
        r = line.get_markersize() / 2 * points * 0.8
        boxes.append(Bbox.from_extents(x - r, y - r, x + r, y + r))
    assert not [1 for a, b in combinations(boxes, 2) if a.overlaps(b)]
    page = chart.figure.bbox
    assert all(page.x0 <= b.x0 and b.x1 <= page.x1 and page.y0 <= b.y0 and b.y1 <= page.y1 for b in boxes)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("groups", [1, 4, 8, 11])
def test_the_legend_lies_within_the_page(town, groups: int, language: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    chart = plot_network(town(groups, 4), language=language)
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    legends = [a for a in chart.figure.axes[0].get_children() if isinstance(a, Legend)]
    page, renderer = chart.figure.bbox, canvas.get_renderer()
    extents = [legend.get_window_extent(renderer) for legend in legends]
    assert len(extents) == 2
    assert not extents[0].overlaps(extents[1])
    assert all(page.x0 <= e.x0 and e.x1 <= page.x1 and page.y0 <= e.y0 for e in extents)
    words = [t.get_window_extent(renderer) for t in chart.figure.findobj(Text) if t.get_text() and t.get_visible()]
    assert all(page.x0 <= w.x0 and w.x1 <= page.x1 for w in words)


def test_each_group_has_a_colour_and_a_shape_of_its_own(town) -> None:
    signs = signs_of(plot_network(town(3, 4)))
    looks = {g: {(signs[f"T-{g * 4 + i:03d}"].get_marker(), signs[f"T-{g * 4 + i:03d}"].get_markerfacecolor())
                 for i in range(1, 5)} for g in range(3)}
    assert all(len(look) == 1 for look in looks.values())
    shapes, colours = zip(*(look.pop() for look in looks.values()), strict=True)
    assert len(set(shapes)) == len(set(colours)) == 3


def test_more_groups_than_signs_share_one_and_the_legend_says_so(town) -> None:
    chart = plot_network(town(11, 4), language="en")
    assert "Group 7: 4 arenas" in legend_of(chart)
    assert "Smaller groups: 16 arenas" in legend_of(chart)
    assert not any(text.startswith("Group 8") for text in legend_of(chart))


def test_an_arena_alone_in_its_group_is_not_called_a_group(network_of) -> None:
    actors = [{"actor": c, "community": g} for c, g in (("T-001", 1), ("T-002", 2), ("T-003", 2))]
    chart = plot_network(network_of(actors, [("T-001", "T-002", 1), ("T-002", "T-003", 1)]), language="en")
    assert legend_of(chart)[:2] == ["Group 2: 2 arenas", "Smaller groups: 1 arena"]
    assert "group 2 has 2." in chart.alt
    assert "group 1" not in chart.alt


def test_parts_without_a_tie_between_them_stay_near(network_of) -> None:
    codes = [f"T-{i:03d}" for i in range(12)]
    ties = [(a, b, 1) for part in (codes[:9], codes[9:]) for a in part for b in part if a < b]
    signs = signs_of(plot_network(network_of([{"actor": c, "community": 1} for c in codes], ties)))
    x = {c: signs[c].get_xdata()[0] for c in codes}
    one, two = [x[c] for c in codes[:9]], [x[c] for c in codes[9:]]
    assert max(min(two) - max(one), min(one) - max(two)) < 0.35 * 488


def test_a_bridge_has_a_ring_and_the_legend_explains_it(town) -> None:
    chart = plot_network(town(), language="en")
    signs = signs_of(chart)
    assert signs["T-900"].get_markeredgewidth() > signs["T-001"].get_markeredgewidth()
    assert any("bridge" in text for text in legend_of(chart))
    assert "T-900" in chart.alt


def test_a_sign_for_several_arenas_is_hollow_and_says_how_many_it_stands_for(network_of) -> None:
    actors = [{"actor": c, "community": 1} for c in ("T-001", "T-002")] + [{"actor": "G1", "community": 1, "arenas": 7}]
    chart = plot_network(network_of(actors, [("G1", "T-001", 1), ("T-001", "T-002", 3)]), language="en")
    assert sorted(labels_of(chart)) == ["7 discussion arenas", "T-001", "T-002"]
    assert signs_of(chart)["7 discussion arenas"].get_markerfacecolor() == "white"
    assert "Group 1: 9 arenas" in legend_of(chart)
    assert "Hollow: several discussion arenas as one" in legend_of(chart)
    assert "Map of forwarded posts between 9 arenas. A hollow sign stands for 7 discussion arenas together." in chart.alt
    assert "G1" not in chart.alt


def test_a_bridge_keeps_its_ties_with_every_group_however_crowded_the_map(town) -> None:
    finding = town(10, 6, chance=0.9)
    ties = finding.data["row"].eq("tie")
    thin = finding.data.assign(weight_class=finding.data["weight_class"].where(
        ~(ties & finding.data["source"].eq("T-900")), 1).where(finding.data["source"].eq("T-900") | ~ties, 1))
    chart = plot_network(replace(finding, data=thin))
    assert "left out" in chart.subtitle
    at = {tuple(np.round((s.get_xdata()[0], s.get_ydata()[0]), 6)): c for c, s in signs_of(chart).items()}
    arrows = [tuple(at[tuple(np.round(end, 6))] for end in arrow._posA_posB) for arrow in arrows_of(chart)]
    community = thin.dropna(subset=["actor"]).set_index("actor")["community"]
    reached = {community[b] for a, b in arrows if a == "T-900"}
    drawn = {c for c in at.values() if c in {b for a, b in thin.loc[ties, ["source", "target"]].to_numpy() if a == "T-900"}}
    assert reached == set(community[sorted(drawn)])
    assert len(reached) > 5


def test_an_arrow_runs_from_the_source_and_is_as_thick_as_its_class(network_of) -> None:
    actors = [{"actor": c, "community": 1} for c in ("T-001", "T-002", "T-003")]
    chart = plot_network(network_of(actors, [("T-001", "T-002", 1), ("T-002", "T-003", 3)]))
    signs, (thin, thick) = signs_of(chart), arrows_of(chart)
    for arrow, (source, target) in ((thin, ("T-001", "T-002")), (thick, ("T-002", "T-003"))):
        ends = [(signs[code].get_xdata()[0], signs[code].get_ydata()[0]) for code in (source, target)]
        assert np.allclose(arrow._posA_posB, ends)
    assert thick.get_linewidth() > thin.get_linewidth()


def test_arenas_without_ties_are_counted_and_not_drawn(network_of) -> None:
    actors = [{"actor": c, "community": 1} for c in ("T-001", "T-002")] + [{"actor": "T-003"}, {"actor": "T-004"}]
    chart = plot_network(network_of(actors, [("T-001", "T-002", 1), ("T-003", "T-003", 3)]), language="en")
    assert sorted(labels_of(chart)) == ["T-001", "T-002"]
    assert "Not drawn: 2 arenas that share no forwarded posts with the others" in chart.subtitle
    assert "Not drawn: 2 arenas" in chart.alt


def test_a_crowded_network_is_thinned_and_the_map_says_so(town) -> None:
    chart = plot_network(town(10, 12, chance=0.5), language="en")
    assert len(labels_of(chart)) == MOST_ACTORS
    assert len(arrows_of(chart)) < 3 * MOST_TIES
    assert "the 60 signs with most ties" in chart.subtitle
    assert "left out" in chart.subtitle
    ends = {tuple(end) for arrow in arrows_of(chart) for end in arrow._posA_posB}
    assert len(ends) == MOST_ACTORS


@pytest.mark.parametrize("language", ["da", "en"])
def test_without_forwards_the_picture_says_that_there_is_none(network_of, language: str) -> None:
    chart = plot_network(network_of([{"actor": "T-001"}], []), language=language)
    assert labels_of(chart) == [chart.alt]
    assert not chart.figure.axes[0].lines


def test_a_network_without_communities_is_drawn_as_arenas(network_of) -> None:
    chart = plot_network(network_of([{"actor": "T-001"}, {"actor": "T-002"}], [("T-001", "T-002", 1)]), language="en")
    assert "Arena" in legend_of(chart)
    assert "Smaller groups" not in legend_of(chart)


def test_the_order_of_rows_does_not_change_the_picture(town) -> None:
    finding = town()
    mixed = replace(finding, data=finding.data.sample(frac=1, random_state=3))
    assert plot_network(finding).svg() == plot_network(mixed).svg()


def test_the_map_may_stand_in_a_report(town) -> None:
    read_picture(tidy_picture(plot_network(town()).svg()))


def test_the_alt_text_names_the_three_messages_but_no_counts_of_posts(town) -> None:
    chart = plot_network(town(), language="en")
    assert "First, the groups: group 1 has 9; group 2 has 8; group 3 has 8." in chart.alt
    assert "Second, T-900 is a bridge between groups." in chart.alt
    ties = town().data.query("row == 'tie' and weight_class == 3")
    starts = ties["source"].value_counts()
    named = chart.alt.split("most start at ")[1].rstrip(".").replace(" and ", ", ").split(", ")
    assert f"of the {len(ties)} thickest arrows" in chart.alt
    assert sorted(starts[named], reverse=True) == starts.head(3).tolist()
    pd.testing.assert_frame_equal(chart.table, town().data)


@pytest.mark.parametrize("language", ["da", "en"])
def test_few_thick_arrows_are_named_one_by_one(network_of, language: str) -> None:
    actors = [{"actor": c, "community": 1} for c in ("T-001", "T-002", "T-003")]
    chart = plot_network(network_of(actors, [("T-001", "T-002", 3), ("T-002", "T-003", 1)]), language=language)
    end = {"en": "Third, the thickest arrow runs from T-001 to T-002.", "da": "den tykkeste pil fra T-001 til T-002."}
    assert chart.alt.endswith(end[language])
    assert {"en": "no arena is a bridge", "da": "ingen arena bro"}[language] in chart.alt


def test_the_map_can_be_drawn_on_axes_that_are_given(town) -> None:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(9, 7)).add_subplot()
    chart = plot_network(town(), ax=axes)
    assert chart.figure is axes.figure
    assert axes.get_xlim()[1] == pytest.approx(axes.bbox.width * 72 / chart.figure.dpi)
