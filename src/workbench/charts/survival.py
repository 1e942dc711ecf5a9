"""The picture of how long arenas last (M24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, LOOK, drawing, frame
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_survival(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the share of arenas that are still there by the days since they were first seen, with a 95 % band.

    Parameters
    ----------
    finding
        Of `measure_survival`. Where no arena disappeared there is nothing to draw.
    """
    check_key(finding, "survival", asked_by="plot_survival")
    wording = open_wording(language)
    rows = finding.data.dropna(subset=["day", "share"]).sort_values("day")
    if not rows["share"].lt(1).any():
        return empty_chart(finding, wording.say("chart.survival.none"), language=language, ax=ax)
    days, shares = np.r_[0.0, rows["day"].to_numpy(float)], np.r_[1.0, rows["share"].to_numpy(float)]
    low, high = (np.r_[1.0, rows[c].to_numpy(float, na_value=np.nan)] for c in ("low", "high"))
    # where all are there, or none, there is no interval, and the band has no breadth
    is_certain = (shares == 1) | (shares == 0)
    low, high = (np.where(is_certain, shares, edge) for edge in (low, high))
    figure, axes = frame(ax, height=2.9)
    with drawing():
        axes.fill_between(days, 100 * low, 100 * high, step="post", color=LOOK.tint, edgecolor=LOOK.line,
                          linewidth=0.8, label=wording.say("chart.survival.band"))
        axes.step(days, 100 * shares, where="post", color=ACCENT, linewidth=2,
                  label=wording.say("chart.survival.share"), gid="curve")
        _scale(axes, wording)
        axes.legend(loc="lower left")
    marks = rows[rows["is_mark"].fillna(False).astype(bool)]
    told = marks if len(marks) else rows.tail(1)
    parts = [wording.say("chart.survival.part", day=int(day), share=float(share))
             for day, share in told[["day", "share"]].itertuples(index=False)]
    return make_chart(finding, figure, language=language, alt=wording.say("chart.survival.alt", parts="; ".join(parts)),
                      notes=left_out(wording, hidden=len(finding.data) - len(rows)))


def _scale(axes: Axes, wording: Wording) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(0, 104)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    for axis, name in ((axes.xaxis, "axis.days_since_first_seen"), (axes.yaxis, "axis.still_there")):
        axis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value)))
        axis.set_label_text(wording.say(name))
