"""The picture of how few write how much (M14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, MUTED, PALETTE, drawing, frame
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# colour, line and sign of each curve
LOOKS = {"authors": (PALETTE[1], "--", "s"), "arenas": (ACCENT, "-", "o")}


def plot_concentration(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw Lorenz curves: the share of the posts (up) that the most active share of arenas or accounts (across) wrote.

    A thin line shows where the curve would run if all wrote as much. Points that are hidden are left out, and the
    curve runs straight between those that are shown.

    Parameters
    ----------
    finding
        Of `measure_concentration`.
    """
    check_key(finding, "concentration", asked_by="plot_concentration")
    return draw_curves(finding, language=language, ax=ax)


def plot_attack_concentration(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw Lorenz curves of the attacks that a model marks, by the accounts and arenas with most of them.

    Parameters
    ----------
    finding
        Of `measure_attack_concentration`.
    """
    check_key(finding, "attack_concentration", asked_by="plot_attack_concentration")
    return draw_curves(finding, language=language, ax=ax)


def draw_curves(finding: AnyFinding, *, language: str, ax: Axes | None) -> Chart:
    """Draw the Lorenz curves of a finding by its own words, ``chart.<key>.…``."""
    wording, own = open_wording(language), f"chart.{finding.key}"
    rows = finding.data.dropna(subset=["row", "part", "share"])
    rows = rows[rows["row"].isin(list(LOOKS))]
    if rows["part"].lt(1).sum() == 0:
        return empty_chart(finding, wording.say(f"{own}.none"), language=language, ax=ax)
    figure, axes = frame(ax, height=2.6)
    said = []
    with drawing():
        for kind, (colour, line, sign) in LOOKS.items():
            slices = rows[rows["row"] == kind].sort_values("part")
            if slices.empty:
                continue
            parts, shares = (np.r_[0.0, slices[c].to_numpy(float)] for c in ("part", "share"))
            axes.plot(100 * parts, 100 * shares, color=colour, linestyle=line, marker=sign, markersize=5,
                      markerfacecolor="white", label=wording.say(f"{own}.{kind}"), gid=kind)
            said += [wording.say(f"{own}.part_{kind}", part=float(part), share=float(share))
                     for part, share in zip(parts[1:], shares[1:], strict=True) if part < 1]
        axes.plot([0, 100], [0, 100], color=MUTED, linewidth=0.9, linestyle=":",
                  label=wording.say("chart.concentration.equal"), gid="equal")
        _scale(axes, wording, f"axis.part_of_{'attacks' if finding.key == 'attack_concentration' else 'posts'}")
        axes.legend(loc="lower right")
    return make_chart(finding, figure, language=language,
                      alt=wording.say(f"{own}.alt", parts="; ".join(said)),
                      notes=left_out(wording, hidden=len(finding.data) - len(rows)))


def _scale(axes: Axes, wording: Wording, upright: str) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    for axis, name in ((axes.xaxis, "axis.part_of_most_active"), (axes.yaxis, upright)):
        axis.set_major_locator(MultipleLocator(20))
        axis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value)))
        axis.set_label_text(wording.say(name))
    axes.set_xlim(0, 101.5)
    axes.set_ylim(0, 103)
