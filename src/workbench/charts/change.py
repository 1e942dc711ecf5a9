"""The picture of which arenas came into the network, left it or changed their group (M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, empty_chart, make_chart
from workbench.charts.style import ACCENT, ALARM, INK, PALETTE, QUIET, drawing, frame
from workbench.wording import open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# each kind of change has a colour and a pattern of its own
LOOKS = {"stayed": (QUIET, ""), "moved": (PALETTE[4], "...."), "entered": (ACCENT, ""), "left": (ALARM, "////")}


def plot_network_change(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw how many arenas stayed in the network, changed their group, are new or gone.

    Parameters
    ----------
    finding
        Of `describe_network_change`.
    """
    wording = open_wording(language)
    counts = finding.data.set_index("change")["arenas"].reindex(list(LOOKS))
    if finding.value is None or counts.isna().any():
        return empty_chart(finding, wording.say("chart.network_change.none"), language=language, ax=ax)
    figure, axes = frame(ax, height=0.4 + 0.42 * len(counts))
    with drawing():
        for i, (arenas, (colour, hatch)) in enumerate(zip(counts, LOOKS.values(), strict=True)):
            axes.barh(i, arenas, height=0.62, facecolor=colour, hatch=hatch, edgecolor="white")
            axes.annotate(wording.say("chart.network_change.bar", count=int(arenas)), (arenas, i), xytext=(5, 0),
                          textcoords="offset points", va="center", color=INK)
        axes.set_yticks(range(len(counts)), [wording.say(f"chart.network_change.{c}") for c in counts.index])
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.xaxis.set_visible(False)
        axes.spines[["bottom"]].set_visible(False)
        axes.set_xlim(0, 1.35 * max(int(counts.max()), 1))
    alt = wording.say("chart.network_change.alt", {c: int(n) for c, n in zip(LOOKS, counts, strict=True)})
    return make_chart(finding, figure, language=language, alt=alt)
