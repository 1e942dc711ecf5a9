"""The quarter's weeks at one glance: a small line for the volume and for each of the largest topics."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, make_chart
from workbench.charts.style import ACCENT, INK, MUTED, drawing, frame
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TOPICS = 5
LONGEST = 30  # letters of a name
HEIGHT = 0.62  # of a line's room that its highest value takes
SHOWN_WEEKS = 0.5  # of the quarter's: a topic with fewer is not drawn
FEWEST_WEEKS = 4  # shown: of fewer nobody can tell which is high
ARROWS = {"above": "▲", "level": "●", "below": "▼"}


def plot_sparks(volume: AnyFinding, topic_weeks: AnyFinding, *, language: str = "en", most_topics: int = MOST_TOPICS,
                ax: Axes | None = None) -> Chart:
    """Draw a strip of small lines: posts per week, and the largest topics' shares of them, over one quarter.

    Where the findings tell the quarter by fortnights or months, these stand for weeks.

    Each line stands on its own scale from 0, its last week marked, with the number of that week and whether it lies
    above, below or at the quarter's level: beyond or within the middle half of the weeks that are shown. That
    describes; whether something changed is tested elsewhere. Hidden weeks are gaps; a topic with fewer than half
    of the weeks shown is left out.

    Parameters
    ----------
    volume
        Of `measure_volume`: the chart's title.
    topic_weeks
        Of `measure_topic_weeks`. Topics without a name, or not found again surely enough, are not drawn.
    most_topics
        The largest ones, up to seven.
    """
    check_key(volume, "volume", asked_by="plot_sparks")
    check_key(topic_weeks, "topic_weeks", asked_by="plot_sparks")
    wording = open_wording(language)
    series = _series(volume, topic_weeks, min(most_topics, 7), wording)
    weeks = sorted({week for line in series.values() for week in line.index})
    table = pd.DataFrame([{"series": name, "week": week, "unit": "posts" if at == 0 else "share", "value": value}
                          for at, (name, line) in enumerate(series.items()) for week, value in line.items()],
                         columns=["series", "week", "unit", "value"])
    is_released = isinstance(volume, ReleasedFinding) and isinstance(topic_weeks, ReleasedFinding)
    lines = {name: line.reindex(weeks).to_numpy(float, na_value=np.nan) for at, (name, line) in
             enumerate(series.items()) if line.notna().sum() >= max(SHOWN_WEEKS * len(weeks) if at else 1, 1)}
    if not lines:
        nothing = empty_chart(volume, wording.say("chart.sparks.none"), language=language, ax=ax, key="sparks")
        return replace(nothing, table=table, is_released=is_released)
    figure, axes = frame(ax, height=0.35 + 0.42 * len(lines))
    said = []
    with drawing():
        for place, (name, values) in enumerate(lines.items()):
            number = _write(values, is_share=name != next(iter(series)), wording=wording)
            level = _level(values)
            direction = wording.say(f"chart.sparks.{level}") if level else ""
            _draw_line(axes, -place, values)
            axes.annotate(name, (0, -place + 0.25), xytext=(-8, 0), textcoords="offset points", ha="right",
                          va="center", color=INK)
            words = f"{number}  {ARROWS[level]} {direction}" if level else number
            axes.annotate(words, (len(weeks) - 1, -place + 0.25), xytext=(10, 0), textcoords="offset points",
                          va="center", color=INK)
            said.append(wording.say("chart.sparks.part" if level else "chart.sparks.part_short", name=name,
                                    number=number, direction=direction))
        _bare(axes, len(weeks), len(lines))
        for week, place, side in ((weeks[0], 0, "left"), (weeks[-1], len(weeks) - 1, "right")):
            if side == "left" or len(weeks) > 1:
                axes.annotate(_when(week, wording), (place, -len(lines) + 0.45),
                              ha=side, va="center", color=MUTED)
    hidden = sum(int(np.isnan(values).sum()) for values in lines.values())
    notes = [wording.say("chart.sparks.gaps", count=hidden)] if hidden else []
    chart = make_chart(volume, figure, language=language, key="sparks", notes=notes,
                       alt=wording.say("chart.sparks.alt", count=len(lines), first=_when(weeks[0], wording),
                                       last=_when(weeks[-1], wording), parts="; ".join(said)))
    return replace(chart, table=table, is_released=is_released)


def _series(volume: AnyFinding, topic_weeks: AnyFinding, most_topics: int, wording: Wording) -> dict[str, pd.Series]:
    """Return the weekly values of each line by its name, the volume first."""
    weeks = volume.data[volume.data["in_quarter"].fillna(False).astype(bool)].dropna(subset=["week"])
    series = {wording.say("chart.sparks.volume"): weeks.set_index("week")["posts"].astype("Float64")}
    rows = topic_weeks.data.dropna(subset=["week", "topic_id", "label"])
    rows = rows[rows["trust"].ne("not_trusted").fillna(True)] if "trust" in rows else rows
    for topic in rows["topic_id"].unique()[:most_topics]:
        own = rows[rows["topic_id"] == topic]
        name = str(own["label"].iloc[0])
        name = name if len(name) <= LONGEST else f"{name[:LONGEST - 1].rstrip(' ·')}…"
        series.setdefault(name, own.set_index("week")["share"].astype("Float64"))
    return series


def _draw_line(axes: Axes, base: int, values: np.ndarray) -> None:
    """Draw one line above its base; weeks between hidden ones are dots, and the last shown one has a ring."""
    heights = base + HEIGHT * values / (np.nanmax(values) or 1)
    axes.plot(range(len(values)), heights, color=ACCENT, linewidth=1.6, solid_capstyle="round", gid="spark")
    is_alone = ~np.isnan(values) & np.isnan(np.r_[np.nan, values[:-1]]) & np.isnan(np.r_[values[1:], np.nan])
    alone = np.flatnonzero(is_alone)
    if len(alone):
        axes.plot(alone, heights[alone], ".", color=ACCENT, markersize=5, gid="alone")
    last = int(np.flatnonzero(~np.isnan(values))[-1])
    axes.plot([last], [heights[last]], "o", color=ACCENT, markerfacecolor="white", markersize=5.5, gid="last")
    axes.plot([0, len(values) - 1], [base, base], color=MUTED, linewidth=0.5, gid="zero")


def _level(values: np.ndarray) -> str:
    """Return whether the last week lies above, at or below the middle half of the weeks; nothing of too few."""
    known = values[~np.isnan(values)]
    if len(known) < FEWEST_WEEKS or np.isnan(values[-1]):
        return ""
    low, high = np.quantile(known, [0.25, 0.75])
    return "above" if values[-1] > high else "below" if values[-1] < low else "level"


def _write(values: np.ndarray, *, is_share: bool, wording: Wording) -> str:
    last = float(values[-1])
    if np.isnan(last):
        return wording.say("unit.suppressed")
    return wording.share(last) if is_share else wording.number(last)


def _bare(axes: Axes, weeks: int, lines: int) -> None:
    axes.set_axis_off()
    # room for names on the left and numbers on the right of the lines
    broad = max(weeks - 1, 1)
    axes.set_xlim(-0.85 * broad, 2.15 * broad)
    axes.set_ylim(-lines + 0.2, 0.85)


def _when(name: str, wording: Wording) -> str:
    """Write a week (2025-W27), a fortnight (2025-W27-W28) or a month (2025-07) in words."""
    from datetime import date

    from babel.dates import format_date

    year, *weeks = name.split("-W")
    if not weeks:
        return format_date(date.fromisoformat(f"{year}-01"), format="LLLL", locale=wording.locale)
    first, last = str(int(weeks[0])), str(int(weeks[-1]))
    message = "chart.sparks.week" if len(weeks) == 1 else "chart.sparks.weeks"
    return wording.say(message, week=first, first=first, last=last)
