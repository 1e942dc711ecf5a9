"""The picture of which arenas came into the network, left it or changed their group (M2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, make_chart
from workbench.charts.style import ACCENT, ALARM, INK, MUTED, PALETTE, QUIET, drawing, frame, name_bars
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
    check_key(finding, "network_change", asked_by="plot_network_change")
    wording = open_wording(language)
    known = finding.data.dropna(subset=["change", "arenas"])
    counts = {c: int(n) for c, n in known[["change", "arenas"]].itertuples(index=False) if c in LOOKS}
    if why := _why_not(counts, is_hidden=len(known) < len(finding.data)):
        return empty_chart(finding, wording.say(f"chart.network_change.{why}"), language=language, ax=ax)
    names = [wording.say(f"chart.network_change.{c}") for c in LOOKS]
    labels = [wording.say("chart.network_change.bar", count=counts[c]) if c in counts else
              wording.say("unit.suppressed") for c in LOOKS]
    figure, axes = frame(ax, height=0.4 + 0.42 * len(LOOKS))
    with drawing():
        for i, (change, (colour, hatch)) in enumerate(LOOKS.items()):
            axes.barh(i, counts.get(change, float("nan")), height=0.62, facecolor=colour, hatch=hatch,
                      edgecolor="white")
            axes.annotate(labels[i], (counts.get(change, 0), i), xytext=(5, 0), textcoords="offset points",
                          va="center", color=INK if change in counts else MUTED)
        name_bars(axes, names)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.35 * max(*counts.values(), 1))
    parts = "; ".join(f"{name}: {label}" for name, label in zip(names, labels, strict=True))
    alt = "chart.network_change.alt" if len(counts) == len(LOOKS) else "chart.network_change.alt_hidden"
    return make_chart(finding, figure, language=language, alt=wording.say(alt, counts, parts=parts))


def _why_not(counts: dict[str, int], *, is_hidden: bool) -> str:
    """Return why there is nothing to draw; nothing where there is."""
    if is_hidden:
        return "" if counts else "hidden"
    entered, stayed, left = (counts.get(c, 0) for c in ("entered", "stayed", "left"))
    return "" if stayed + left and stayed + entered else "none"
