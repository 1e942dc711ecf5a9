"""The picture of which arenas tie the groups together (M17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ALARM, INK, MUTED, drawing, frame
from workbench.wording import open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDELY_FROM = 0.5
CLASSES = (1, 2, 3)
GROUPS = (1, 2, 3, 4)
ROW = 0.045  # of participation: signs nearer than that stand side by side
STEP = 0.055  # between signs side by side, in classes
MOST_NAMED = 5
LABEL_GAP = 0.075  # of participation, between two labels


def plot_bridges(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw how widely the ties of each arena spread over groups, by how much it forwards.

    Of the bridges the five that spread most are named. How much an arena forwards is drawn in
    three classes: a count of one arena cannot be published. One arena alone is no figure.

    Parameters
    ----------
    finding
        Of `describe_bridges`; arenas without participation are left out.
    """
    check_key(finding, "bridges", asked_by="plot_bridges")
    wording = open_wording(language)
    rows = finding.data.dropna(subset=["actor", "participation", "in_class"]).sort_values(
        ["participation", "actor"], ascending=[False, True], ignore_index=True)
    hidden = len(finding.data) - len(rows)
    if len(rows) < 2:
        none = wording.say("chart.bridges.not_shown" if hidden else "chart.bridges.none")
        return empty_chart(finding, none, language=language, ax=ax)
    rows = rows.assign(x=_beside(rows), y=rows["participation"].astype(float).clip(0, 1),
                       is_bridge=rows["is_bridge"].fillna(False).astype(bool))
    figure, axes = frame(ax, height=2.9)
    with drawing():
        for is_bridge, marker, colour, inside in ((True, "D", ALARM, ALARM), (False, "o", MUTED, "white")):
            part = rows[rows["is_bridge"] == is_bridge]
            axes.plot(part["x"], part["y"], linestyle="none", marker=marker, color=colour, markerfacecolor=inside,
                      markersize=7.5, label=wording.say("chart.bridges.bridge" if is_bridge else "chart.bridges.other"))
        axes.axhline(WIDELY_FROM, color=MUTED, linewidth=1, linestyle=(0, (4, 3)),
                     label=wording.say("chart.bridges.line"))
        _name_bridges(axes, rows[rows["is_bridge"]].head(MOST_NAMED))
        axes.set(xlim=(0.4, 3.65), ylim=(-0.05, max(0.82, float(rows["y"].max()) + 0.08)))
        axes.set_xticks(CLASSES, [wording.say(f"chart.bridges.class_{c}") for c in CLASSES])
        axes.set_ylabel(wording.say("axis.participation"))
        # ties spread evenly over n groups have a participation of 1 − 1/n
        axes.set_yticks([1 - 1 / n for n in GROUPS], [wording.say(f"chart.bridges.groups_{n}") for n in GROUPS])
        axes.tick_params(axis="x", length=0)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, handletextpad=0.4, columnspacing=1.4)
    bridges = rows.loc[rows["is_bridge"], "actor"].tolist()
    alt = wording.say(f"chart.bridges.alt{'' if bridges else '_no_bridges'}", arenas=len(rows), count=len(bridges),
                      bridges=wording.words(bridges[:MOST_NAMED]), inner=int((rows["y"] < WIDELY_FROM).sum()),
                      many=int((rows["in_class"] == 3).sum()))
    return make_chart(finding, figure, language=language, alt=alt, notes=left_out(wording, hidden=hidden))


def _beside(rows: pd.DataFrame) -> np.ndarray:
    """Return x for each arena: its class, arenas of like participation side by side."""
    row = (rows["participation"].astype(float) / ROW).round()
    order = rows.groupby([rows["in_class"], row]).cumcount().to_numpy()
    # 0, 1, -1, 2, -2, …
    side = np.where(order % 2 == 1, (order + 1) // 2, -(order // 2))
    return np.asarray(rows["in_class"].to_numpy(float) + np.clip(STEP * side, -0.4, 0.4))


def _name_bridges(axes: Axes, bridges: pd.DataFrame) -> None:
    """Write each bridge's code beside its sign, codes of one class below one another."""
    # of signs side by side the outermost is named first, so that no line crosses a sign
    rows = (bridges["y"] / ROW).round()
    for _, part in bridges.assign(row=rows).sort_values(["row", "x"], ascending=False).groupby("in_class"):
        height = 2.0
        for name, x, y in part[["actor", "x", "y"]].itertuples(index=False):
            height = min(y, height - LABEL_GAP)
            edge = float(part["x"].max()) + 0.07
            axes.annotate(name, (x, y), xytext=(edge, height), va="center", color=INK,
                          arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkB": 4})
