"""The picture of how one piece of content spread: hours and arenas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, ALARM, drawing, frame, number_axis
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAYS_FROM = 96  # hours; longer spreads are drawn in days


def plot_spread(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw how many arenas had one piece of content, by the time since the first post with it.

    Parameters
    ----------
    finding
        Data: one row per arena, in the order in which they had it, columns `arena` (code; missing
        where it may not be named), `hours` (since the first post; 0 in the first arena) and
        `arenas` (how many had it by then). Rows whose `hours` or `arenas` is missing are left out.
    """
    check_key(finding, "spread", asked_by="plot_spread")
    wording = open_wording(language)
    rows = finding.data.dropna(subset=["hours", "arenas"]).sort_values(["hours", "arenas"], ignore_index=True)
    hidden = len(finding.data) - len(rows)
    if rows.empty:
        none = wording.say("chart.spread.not_shown" if hidden else "chart.spread.none")
        return empty_chart(finding, none, language=language, ax=ax)
    hours, arenas = rows["hours"].to_numpy(float), rows["arenas"].to_numpy(float)
    # where the first arena's row is hidden, the one that is drawn first was not the first
    has_first = bool(arenas[0] == 1)
    first = rows["arena"].iloc[0] if has_first else None
    in_days = bool(hours[-1] > DAYS_FROM)
    time = hours / 24 if in_days else hours
    figure, axes = frame(ax, height=3.1)
    with drawing():
        axes.step(time, arenas, where="post", color=ACCENT, linewidth=2)
        axes.plot(time[has_first:], arenas[has_first:], "o", color=ACCENT, markersize=5)
        if has_first:
            # the first arena has a sign of its own, told apart without colour
            sign, = axes.plot(time[:1], arenas[:1], "D", color=ALARM, markersize=9, linestyle="none", zorder=3)
            axes.legend([sign], [wording.say("chart.spread.first_unnamed") if is_missing(first) else
                                 wording.say("chart.spread.first", arena=str(first))], loc="lower right")
        # all at once: an hour to look at
        room = float(time[-1]) or 1.0
        axes.set(xlim=(-0.03 * room, 1.05 * room), ylim=(0, 1.12 * max(float(arenas[-1]), 1)))
        axes.set_xlabel(wording.say("axis.days_since_first" if in_days else "axis.hours_since_first"))
        axes.set_ylabel(wording.say("axis.arenas_that_had_it"))
        axes.xaxis.set_major_formatter(lambda value, _: wording.number(value, 0 if room >= 5 else 1))
        number_axis(axes, wording)
    half = int(np.searchsorted(arenas, arenas[-1] / 2))
    alt = "alt_hidden" if hidden else "alt_unnamed" if is_missing(first) else "alt"
    said = wording.say(f"chart.spread.{alt}", count=int(arenas[-1]), hours=float(hours[-1]), half=float(hours[half]),
                       arena=str(first))
    return make_chart(finding, figure, language=language, alt=said, notes=left_out(wording, hidden=hidden))
