"""The map of arenas that forward from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, known_fact, left_out, make_chart
from workbench.charts.style import INK, MARKERS, MUTED, PALETTE, TEXT, drawing, frame
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ACTORS = 60
MOST_TIES = 150
MOST_NAMED = 3  # arrows, or arenas where they start, named in the alt text
MOST_BRIDGES = 5  # bridges named there; each has its ring
OWN_SIGN = len(MARKERS) - 1  # communities with a sign of their own; the last sign is for the rest
DIAMETER = {1: 11.0, 2: 16.0, 3: 22.0}  # points, by size class
LINE_WIDTH = {1: 0.8, 2: 1.8, 3: 3.2}
LABEL_SIZE = TEXT
LABEL_HEIGHT = 1.3 * LABEL_SIZE
WIDTH = 488.0  # points, of a report page


def plot_network(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw who forwards from whom, groups by colour and shape, bridges with a ring.

    A hollow sign stands for several arenas of people; arenas without ties to others on the map are
    only counted. Beyond 60 signs those with most ties are drawn; beyond 150 ties, of the ties of
    few posts only the strongest of each sign, and of each bridge the strongest into each other
    group. The subtitle says so.

    Parameters
    ----------
    finding
        Of `describe_network`.
    ax
        To draw on; None makes a figure of its own, its height by the number of actors.
    """
    check_key(finding, "network", asked_by="plot_network")
    wording = open_wording(language)
    actors, ties, notes, hidden = _drawn(finding, wording)
    if actors.empty:
        none = wording.say("chart.network.not_shown" if hidden else "chart.network.none")
        return empty_chart(finding, none, language=language, ax=ax)
    room = np.array([WIDTH, 150.0 + 5.6 * max(len(actors), 12)])
    # the legend, four rows at most, lies outside the map
    figure, axes = frame(ax, height=room[1] / 72 + 1.2)
    if ax is not None:
        room = np.array([ax.bbox.width, ax.bbox.height]) * 72 / figure.dpi
    with drawing():
        axes.set_axis_off()
        axes.set(xlim=(0, room[0]), ylim=(0, room[1]))
        actors[["x", "y"]] = _place(actors, ties, room)
        _draw_ties(axes, actors, ties)
        _draw_actors(axes, actors)
        _draw_legends(axes, actors, wording)
    return make_chart(finding, figure, language=language, alt=_alt(actors, ties, wording),
                      notes=[*notes, *left_out(wording, hidden=hidden)])


def _drawn(finding: AnyFinding, wording: Wording) -> tuple[pd.DataFrame, pd.DataFrame, list[str], int]:
    """Return the actors and ties to draw, actors in a fixed order, what was left out, and how many rows are hidden."""
    data = finding.data
    actors = data.loc[data["row"] == "actor", ["actor", "kind", "arenas", "community", "is_bridge", "size_class"]]
    actors = actors.dropna(subset=["actor", "kind", "arenas", "size_class"])
    ties = data.loc[data["row"] == "tie", ["source", "target", "weight_class"]].dropna()
    hidden = len(data) - len(actors) - len(ties)
    ties = ties[ties["source"] != ties["target"]]
    ties = ties[ties["source"].isin(actors["actor"]) & ties["target"].isin(actors["actor"])]
    degree = pd.concat([ties["source"], ties["target"]]).value_counts()
    is_crowded = len(degree) > MOST_ACTORS
    if is_crowded:
        ranked = degree.rename("ties").rename_axis("actor").reset_index()
        ranked = ranked.sort_values(["ties", "actor"], ascending=[False, True])
        kept = set(ranked["actor"].head(MOST_ACTORS))
        ties = ties[ties["source"].isin(kept) & ties["target"].isin(kept)]
    tied = set(ties["source"]) | set(ties["target"])
    notes = []
    if is_crowded:
        notes.append(wording.say("chart.network.most_tied", count=len(tied)))
    elif alone := int(known_fact(finding, "undrawn", 0)):
        notes.append(wording.say("chart.network.left_out", count=alone))
    if len(ties) > MOST_TIES:
        ties = ties.sort_values(["weight_class", "source", "target"], ascending=[False, True, True])
        # every sign keeps its strongest tie in and out, or it would float alone
        ties = ties[(ties["weight_class"] > 1) | ~ties.duplicated("source") | ~ties.duplicated("target")
                    | _bridging(actors, ties)]
        notes.append(wording.say("chart.network.thin_left_out"))
    actors = actors[actors["actor"].isin(tied)].sort_values(["community", "actor"], ignore_index=True)
    actors = actors.assign(is_bridge=actors["is_bridge"].fillna(False).astype(bool), sign=_signs(actors),
                           group=actors["community"].fillna(0), label=[
                               str(a) if kind == "arena" else wording.say("chart.network.together", count=int(n))
                               for a, kind, n in actors[["actor", "kind", "arenas"]].itertuples(index=False)])
    return actors, ties.sort_values(["weight_class", "source", "target"], ignore_index=True), notes, hidden


def _bridging(actors: pd.DataFrame, ties: pd.DataFrame) -> pd.Series:
    """Return whether each tie, the strongest first, is a bridge's strongest with one of the groups."""
    group = actors.set_index("actor")["community"]
    bridges = actors.loc[actors["is_bridge"].fillna(False).astype(bool), "actor"]
    kept = pd.Series(False, index=ties.index)
    for one, other in (("source", "target"), ("target", "source")):
        pairs = pd.DataFrame({"bridge": ties[one], "group": ties[other].map(group)})[ties[one].isin(bridges)]
        kept |= kept.index.isin(pairs.index[~pairs.duplicated()])
    return kept


def _signs(actors: pd.DataFrame) -> pd.Series:
    """Return the position of each community's colour and shape; the smaller ones share the last.

    One arena alone is no group to a reader.
    """
    communities = actors["community"]
    largest = sorted(communities.dropna().unique())
    own = largest if len(largest) <= len(MARKERS) else largest[:OWN_SIGN]
    sizes = actors.groupby("community")["arenas"].sum()
    places = {c: i for i, c in enumerate(own) if sizes.get(c, 0) > 1}
    return communities.map(places).fillna(OWN_SIGN if len(largest) else 0).astype(int)


def _place(actors: pd.DataFrame, ties: pd.DataFrame, room: np.ndarray) -> np.ndarray:
    """Return positions in points: springs from a circle by community, then signs and labels apart."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(actors["actor"])
    group = dict(zip(actors["actor"], actors["group"], strict=True))
    for source, target, weight in ties.itertuples(index=False):
        near = 2.0 if group[source] == group[target] else 0.5
        graph.add_edge(source, target, weight=near * int(weight))
    # parts without a tie between them would drift to opposite corners
    parts = sorted((sorted(p) for p in nx.connected_components(graph)), key=lambda p: (-len(p), p))
    hubs = [max(part, key=lambda a: (graph.degree(a), a)) for part in parts]
    graph.add_edges_from([(hubs[0], hub) for hub in hubs[1:]], weight=1.0)
    angle = 2 * np.pi * np.arange(len(actors)) / len(actors)
    start = dict(zip(actors["actor"], np.column_stack([np.cos(angle), np.sin(angle)]), strict=True))
    found = nx.spring_layout(graph, pos=start, k=2.4 / np.sqrt(len(actors)), iterations=300, seed=0)
    spots = np.array([found[a] for a in actors["actor"]])
    low, size = spots.min(axis=0), np.ptp(spots, axis=0)
    scaled = (spots - low) / np.where(size > 0, size, 1.0)
    # halfway to even spacing: dense groups open up, neighbours stay neighbours
    even = np.argsort(np.argsort(scaled, axis=0, kind="stable"), axis=0, kind="stable") / max(len(actors) - 1, 1)
    placed = _spread((scaled + even) / 2 * room, _boxes(actors), room)
    placed[:, 1] += LABEL_HEIGHT / 2
    return placed


def _boxes(actors: pd.DataFrame) -> np.ndarray:
    """Return width and height in points of each sign with its label below."""
    sign = actors["size_class"].astype(int).map(DIAMETER)
    wide = actors["label"].str.len().astype(int) * 0.53 * LABEL_SIZE + 8
    return np.column_stack([np.maximum(1.3 * sign, wide), 1.2 * sign + LABEL_HEIGHT + 6])


def _spread(centres: np.ndarray, boxes: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Push overlapping boxes apart, each time along the axis on which they overlap least."""
    apart = (boxes[:, None, :] + boxes[None, :, :]) / 2
    # two actors on one spot part in the order of their codes
    order = np.sign(np.arange(len(boxes))[:, None] - np.arange(len(boxes))[None, :])[:, :, None]
    for _ in range(600):
        centres = np.clip(centres, boxes / 2, np.maximum(room - boxes / 2, boxes / 2))
        offset = centres[:, None, :] - centres[None, :, :]
        overlap = apart - np.abs(offset)
        is_hit = (overlap > 0).all(axis=2) & ~np.eye(len(boxes), dtype=bool)
        if not is_hit.any():
            break
        axis = np.argmin(overlap, axis=2)[:, :, None] == np.arange(2)
        direction = np.where(offset == 0, order, np.sign(offset))
        push = np.where(is_hit[:, :, None] & axis, direction * (overlap + 0.5) / 2, 0.0).sum(axis=1)
        centres = centres + 0.6 * push
    return centres


def _draw_ties(axes: Axes, actors: pd.DataFrame, ties: pd.DataFrame) -> None:
    from matplotlib.patches import FancyArrowPatch

    nodes = {node["actor"]: node for node in actors.to_dict("records")}
    for source, target, weight in ties.itertuples(index=False):
        one, two, width = nodes[source], nodes[target], LINE_WIDTH[int(weight)]
        is_inner = one["group"] == two["group"]
        axes.add_patch(FancyArrowPatch(
            (one["x"], one["y"]), (two["x"], two["y"]), connectionstyle="arc3,rad=0.14", arrowstyle="-|>",
            mutation_scale=6 + 2.2 * width, linewidth=width, color=PALETTE[one["sign"]] if is_inner else MUTED,
            alpha=0.55 if is_inner else 0.75, shrinkA=DIAMETER[one["size_class"]] / 2,
            shrinkB=DIAMETER[two["size_class"]] / 2 + 1, zorder=1))


def _draw_actors(axes: Axes, actors: pd.DataFrame) -> None:
    from matplotlib.patheffects import withStroke

    for node in actors.to_dict("records"):
        diameter, is_together = DIAMETER[node["size_class"]], node["kind"] != "arena"
        axes.plot(node["x"], node["y"], zorder=3, clip_on=False,
                  **_look(node["sign"], diameter, is_bridge=node["is_bridge"], is_together=is_together))
        axes.annotate(node["label"], (node["x"], node["y"]), xytext=(0, -0.6 * diameter - 3), va="top", ha="center",
                      textcoords="offset points", fontsize=LABEL_SIZE, color=INK, zorder=4,
                      path_effects=[withStroke(linewidth=2.5, foreground="white")])


def _look(sign: int, diameter: float, *, is_bridge: bool = False, is_together: bool = False) -> dict[str, Any]:
    colour = PALETTE[sign]
    return {"marker": MARKERS[sign], "markersize": diameter, "linestyle": "none",
            "markerfacecolor": "white" if is_together else colour,
            "markeredgecolor": INK if is_bridge else colour if is_together else "white",
            "markeredgewidth": 3.0 if is_bridge else 1.8 if is_together else 0.8}


def _draw_legends(axes: Axes, actors: pd.DataFrame, wording: Wording) -> None:
    """Say below the map what the signs mean: groups on the left, everything else on the right."""
    from matplotlib.lines import Line2D

    def entry(label: str, **look: Any) -> Line2D:
        return Line2D([], [], label=label, **look)

    signs = actors.groupby("sign").agg(
        communities=("group", "nunique"), first=("community", "min"), arenas=("arenas", "sum"))
    groups = [entry(_group_name(found, wording), **_look(found["sign"], 11))
              for found in signs.reset_index().to_dict("records")]
    others = [entry(wording.say("chart.network.arrow"), marker=">", color=MUTED, markersize=7),
              entry(wording.say("chart.network.size"), color=MUTED, linewidth=LINE_WIDTH[3])]
    if actors["is_bridge"].any():
        others.append(entry(wording.say("chart.network.bridge"), **_look(0, 11, is_bridge=True)))
    if (actors["kind"] != "arena").any():
        others.append(entry(wording.say("chart.network.several"), **_look(0, 11, is_together=True)))
    shared = {"fontsize": LABEL_SIZE, "handletextpad": 0.3, "columnspacing": 0.7, "borderpad": 0.1}
    columns = 2 if len(groups) > len(others) else 1
    left = axes.legend(handles=groups, loc="upper left", bbox_to_anchor=(0, 0), ncols=columns, **shared)
    axes.add_artist(left)
    # the layout makes room only for what may stand outside the axes
    left.set_clip_on(False)
    axes.legend(handles=others, loc="upper right", bbox_to_anchor=(1, 0), **shared)


def _group_name(found: dict[Any, Any], wording: Wording) -> str:
    count = int(found["arenas"])
    if is_missing(found["first"]):
        return wording.say("chart.network.no_group")
    if found["communities"] > 1 or count < 2:
        return wording.say("chart.network.smaller_groups", count=count)
    return wording.say("chart.network.group", number=int(found["first"]), count=count)


def _alt(actors: pd.DataFrame, ties: pd.DataFrame, wording: Wording) -> str:
    """Return the three messages of the map: the groups, the bridges between them, the thickest arrows."""
    sizes = actors.groupby("community")["arenas"].sum()
    groups = [wording.say("chart.network.alt_group", number=number, size=int(size))
              for number, size in sizes[sizes > 1].sort_index().head(OWN_SIGN + 1).items()]
    bridges = actors[actors["is_bridge"]].sort_values(["size_class", "actor"], ascending=[False, True])["actor"]
    together = actors.loc[actors["kind"] != "arena", "arenas"]
    names = dict(zip(actors["actor"], actors["label"], strict=True))
    said = [wording.say("chart.network.alt", count=int(actors["arenas"].sum())),
            wording.say("chart.network.alt_groups" if groups else "chart.network.alt_no_groups",
                        groups="; ".join(groups)),
            _bridges(bridges.tolist(), wording),
            _thickest(ties.assign(source=ties["source"].map(names), target=ties["target"].map(names)), wording)]
    if len(together):
        said.insert(1, wording.say("chart.network.alt_together", count=len(together), arenas=int(together.sum())))
    return " ".join(said)


def _bridges(bridges: list[str], wording: Wording) -> str:
    if not bridges:
        return wording.say("chart.network.alt_no_bridges")
    message = "chart.network.alt_bridges_many" if len(bridges) > MOST_BRIDGES else "chart.network.alt_bridges"
    return wording.say(message, bridges=wording.words(bridges[:MOST_BRIDGES]), count=len(bridges))


def _thickest(ties: pd.DataFrame, wording: Wording) -> str:
    thick = ties[ties["weight_class"] == ties["weight_class"].max()]
    if len(thick) <= MOST_NAMED:
        pairs = [wording.say("chart.network.alt_tie", source=s, target=t)
                 for s, t in thick[["source", "target"]].itertuples(index=False)]
        return wording.say("chart.network.alt_strongest", strongest="; ".join(pairs), count=len(pairs))
    # many are equally thick: say where they start
    starts = thick["source"].value_counts().rename_axis("source").reset_index(name="ties")
    starts = starts.sort_values(["ties", "source"], ascending=[False, True])["source"].head(MOST_NAMED)
    return wording.say("chart.network.alt_starts", thick=len(thick), starts=wording.words(starts.tolist()))
