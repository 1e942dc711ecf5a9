"""The last weeks at one glance: what a model marks, or where it marks too little, how much is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, make_chart
from workbench.charts.spans import draw_spans, hidden_spans
from workbench.charts.style import ACCENT, INK, MARKERS, PALETTE, drawing, frame
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WEEKS = 12
NAME_ROOM = 1 / 7  # of the height: what the name of a line takes
SHOWN_WEEKS = 0.5  # of them: a code with fewer is not drawn


def plot_recent_weeks(marked: AnyFinding, volume: AnyFinding, *, language: str = "en", weeks: int = WEEKS,
                      ax: Axes | None = None) -> Chart:
    """Draw the last weeks as lines: posts that a model marks with each code, else all posts.

    A code of which fewer than half of the weeks may be shown has no line; where none has one, the line is that of all
    posts. Hidden weeks are gaps. Types of harm are not drawn: of any one week too few posts are read for them.

    Parameters
    ----------
    marked
        Of `measure_speech_peaks`.
    volume
        Of `measure_volume`, by weeks.
    weeks
        The last ones of the period.
    """
    check_key(marked, "speech_peaks", asked_by="plot_recent_weeks")
    check_key(volume, "volume", asked_by="plot_recent_weeks")
    wording = open_wording(language)
    last = sorted(set(volume.data["week"].dropna()) | set(marked.data["week"].dropna()))[-weeks:]
    lines = _marks(marked, last, wording)
    finding, key = (marked, "recent_weeks") if lines else (volume, "recent_volume")
    if not lines:
        posts = volume.data.dropna(subset=["week"]).set_index("week")["posts"].reindex(last)
        lines = {wording.say("chart.recent_volume.line"): posts} if posts.notna().any() else {}
    is_released = isinstance(marked, ReleasedFinding) and isinstance(volume, ReleasedFinding)
    table = pd.DataFrame([{"series": name, "week": week, "posts": value} for name, line in lines.items()
                          for week, value in line.items()], columns=["series", "week", "posts"])
    if not lines:
        nothing = empty_chart(finding, wording.say("chart.recent_volume.none"), language=language, ax=ax, key=key)
        return replace(nothing, table=table, is_released=is_released)
    figure, axes = frame(ax, height=2.0)
    with drawing():
        _draw(axes, lines, wording)
    parts = "; ".join(wording.say("chart.recent_weeks.part", name=name, low=float(line.min()), high=float(line.max()))
                      for name, line in lines.items())
    gaps = sum(int(line.isna().sum()) for line in lines.values())
    chart = make_chart(finding, figure, language=language, key=key, notes=hidden_spans("week", gaps, wording),
                       alt=wording.say("chart.recent_weeks.alt", parts=parts, first=str(last[0]), last=str(last[-1])))
    # what it tells stands in words above it already
    return replace(chart, title=chart.name, table=table, is_released=is_released)


def _marks(marked: AnyFinding, last: list[str], wording: Wording) -> dict[str, pd.Series]:
    lines: dict[str, pd.Series] = {}
    data = marked.data.dropna(subset=["code", "week"])
    for code, own in data.groupby("code", sort=False):
        line = own.set_index("week")["posts"].reindex(last)
        named = [name for name in own["name"] if not is_missing(name)]
        if line.notna().sum() >= SHOWN_WEEKS * len(last):
            lines[wording.named(named[0]) if named else wording.say_value(str(code))] = line
    return lines


def _draw(axes: Axes, lines: dict[str, pd.Series], wording: Wording) -> None:
    first = next(iter(lines.values()))
    draw_spans(axes, first.index.to_series(), np.zeros(len(first)), wording)
    axes.set_xticks(range(len(first)), [str(int(week[-2:])) for week in first.index])
    years = dict.fromkeys((first.index[0][:4], first.index[-1][:4]))
    axes.set_xlabel(wording.say("axis.week_of", year="–".join(years)))
    top = max(float(line.max()) for line in lines.values())
    colours = [ACCENT, *(c for c in PALETTE if c != ACCENT)]
    for at, line in enumerate(lines.values()):
        values = line.to_numpy(float, na_value=np.nan)
        axes.plot(range(len(values)), values, color=colours[at], linewidth=1.8, marker=MARKERS[at], markersize=5,
                  gid=f"line-{at}")
    ends = {name: float(line.dropna().iloc[-1]) for name, line in lines.items()}
    place = -np.inf
    for name, end in sorted(ends.items(), key=lambda one: one[1]):
        place = max(end, place + NAME_ROOM * top)  # no name lies on another
        axes.annotate(name, (len(first) - 0.7, place), va="center", ha="left", color=INK, annotation_clip=False)
    axes.set_ylim(0, max(top * 1.12, place * 1.05, 1))
