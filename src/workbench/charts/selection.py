"""The picture of how much is left at each step from what was collected to what is analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, INK, MUTED, QUIET, drawing, frame, name_bars
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 0.8  # bars, between posts and arenas


def plot_selection(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the steps from what was read to what is analysed as bars: of posts above, of arenas below.

    The bars of posts are as long as their share of the first of them, those of arenas likewise; each has its number.

    Parameters
    ----------
    finding
        Of `measure_selection`.
    """
    check_key(finding, "selection", asked_by="plot_selection")
    wording = open_wording(language)
    rows = finding.data.dropna(subset=["row", "step"])
    rows = rows.assign(number=rows["posts"].fillna(rows["rows_read"]).fillna(rows["arenas"]))
    if rows["number"].isna().all():
        return empty_chart(finding, wording.say("chart.selection.none"), language=language, ax=ax)
    is_arena = rows["row"].eq("arenas").to_numpy(bool)
    numbers = rows["number"].to_numpy(float, na_value=np.nan)
    whole = np.where(is_arena, *(_first(numbers[part]) for part in (is_arena, ~is_arena)))
    places = -(np.arange(len(rows)) + GAP * (is_arena & (~is_arena).any()))
    labels = [wording.say("unit.suppressed") if is_missing(n)
              else wording.say("chart.selection.arenas" if arena else "chart.selection.rows" if read else
                               "chart.selection.posts", count=int(n), number=int(n))
              for n, arena, read in zip(numbers, is_arena, rows["rows_read"].notna(), strict=True)]
    figure, axes = frame(ax, height=0.35 + 0.34 * max(len(rows) + GAP, 2))
    with drawing():
        lengths = numbers / whole
        axes.barh(places, lengths, height=0.66, color=[QUIET if arena else ACCENT for arena in is_arena])
        order = np.argsort(places)
        name_bars(axes, [""] * len(rows))
        axes.set_yticks(places[order], [wording.say_value(rows["step"].iloc[i]) for i in order])
        axes.set_ylim(places.min() - 0.5, max(places.max(), places.min() + 1) + 0.5)
        axes.set_xlim(0, 1.55)
        for place, length, label in zip(places, lengths, labels, strict=True):
            known = not np.isnan(length)
            axes.annotate(label, (length if known else 0, place), xytext=(5, 0), textcoords="offset points",
                          va="center", color=INK if known else MUTED)
    steps = [f"{wording.say_value(step)}: {label}" for step, label in zip(rows["step"], labels, strict=True)]
    alt = wording.say("chart.selection.alt", parts="; ".join(steps))
    return make_chart(finding, figure, language=language, alt=alt,
                      notes=left_out(wording, hidden=len(finding.data) - len(rows)))


def _first(numbers: np.ndarray) -> float:
    """Return the largest number, by which the bars of one kind are measured; 1 where there is none."""
    return float(np.nanmax(numbers)) or 1.0 if (~np.isnan(numbers)).any() else 1.0
