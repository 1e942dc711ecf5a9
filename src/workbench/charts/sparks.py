"""The quarter's weeks at one glance: a small line for the volume and for each of the largest topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, make_chart
from workbench.charts.spans import span_middle, span_of
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

    Where a finding tells the quarter by fortnights or months, these stand for weeks. The two may differ: each line is
    drawn over its own, on one axis of time.

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
    table = pd.DataFrame([{"series": name, "week": week, "unit": "posts" if at == 0 else "share", "value": value}
                          for at, (name, line) in enumerate(series.items()) for week, value in line.items()],
                         columns=["series", "week", "unit", "value"])
    is_released = isinstance(volume, ReleasedFinding) and isinstance(topic_weeks, ReleasedFinding)
    lines = {name: line for at, (name, line) in enumerate(series.items())
             if line.notna().sum() >= max(SHOWN_WEEKS * len(line) if at else 1, 1)}
    if not lines:
        nothing = empty_chart(volume, wording.say("chart.sparks.none"), language=language, ax=ax, key="sparks")
        return replace(nothing, table=table, is_released=is_released)
    places = _places(lines)
    right = max(float(at[-1]) for at in places.values())
    figure, axes = frame(ax, height=0.35 + 0.42 * len(lines))
    with drawing():
        said = [_draw(axes, name, lines[name], places[name], base=-base, right=right,
                      is_share=name != next(iter(series)), wording=wording) for base, name in enumerate(lines)]
        first, last = _name_ends(axes, lines, places, wording)
    hidden = sum(int(line.isna().sum()) for line in lines.values())
    notes = [wording.say("chart.sparks.gaps", count=hidden)] if hidden else []
    chart = make_chart(volume, figure, language=language, key="sparks", notes=[*_say_spans(lines, wording), *notes],
                       alt=wording.say("chart.sparks.alt", count=len(lines), first=first, last=last,
                                       parts="; ".join(said)))
    return replace(chart, table=table, is_released=is_released)


def _series(volume: AnyFinding, topic_weeks: AnyFinding, most_topics: int, wording: Wording) -> dict[str, pd.Series]:
    """Return the values of each line by its name, over all times of its finding, the volume first."""
    weeks = volume.data[volume.data["in_quarter"].fillna(False).astype(bool)].dropna(subset=["week"])
    series = {wording.say("chart.sparks.volume"): weeks.set_index("week")["posts"].astype("Float64").sort_index()}
    rows = topic_weeks.data.dropna(subset=["week", "topic_id", "label"])
    rows = rows[rows["trust"].ne("not_trusted").fillna(True)] if "trust" in rows else rows
    times = sorted(set(topic_weeks.data["week"].dropna()))
    for topic in rows["topic_id"].unique()[:most_topics]:
        own = rows[rows["topic_id"] == topic]
        name = str(own["label"].iloc[0])
        name = name if len(name) <= LONGEST else f"{name[:LONGEST - 1].rstrip(' ·')}…"
        series.setdefault(name, own.set_index("week")["share"].astype("Float64").reindex(times))
    return series


def _places(lines: Mapping[str, pd.Series]) -> dict[str, np.ndarray]:
    """Return where the values of each line stand: weeks since the first, each in the middle of its time."""
    middles = {name: pd.DatetimeIndex([span_middle(str(week)) for week in line.index]) for name, line in lines.items()}
    first = min(middle[0] for middle in middles.values())
    return {name: np.asarray((middle - first) / pd.Timedelta(days=7)) for name, middle in middles.items()}


def _say_spans(lines: Mapping[str, pd.Series], wording: Wording) -> list[str]:
    """Return the note on what posts and topics are told by, none where it is the same."""
    spans = [span_of(line.index) for line in lines.values()]
    return [] if len(set(spans)) < 2 else [
        wording.say("chart.sparks.spans", **{name: wording.say(f"span.each_{span}")
                                             for name, span in (("posts", spans[0]), ("topics", spans[-1]))})]


def _draw(axes: Axes, name: str, line: pd.Series, places: np.ndarray, *, base: int, right: float, is_share: bool,
          wording: Wording) -> str:
    """Draw a line with its name and its last number, and return it in words."""
    values = line.to_numpy(float, na_value=np.nan)
    number, level = _write(values, is_share=is_share, wording=wording), _level(values)
    direction = wording.say(f"chart.sparks.{level}") if level else ""
    _draw_line(axes, base, places, values)
    axes.annotate(name, (0, base + 0.25), xytext=(-8, 0), textcoords="offset points", ha="right", va="center",
                  color=INK)
    words = f"{number}  {ARROWS[level]} {direction}" if level else number
    axes.annotate(words, (right, base + 0.25), xytext=(10, 0), textcoords="offset points", va="center", color=INK)
    return wording.say("chart.sparks.part" if level else "chart.sparks.part_short", name=name, number=number,
                       direction=direction)


def _draw_line(axes: Axes, base: int, places: np.ndarray, values: np.ndarray) -> None:
    """Draw one line above its base; weeks between hidden ones are dots, and the last shown one has a ring."""
    heights = base + HEIGHT * values / (np.nanmax(values) or 1)
    axes.plot(places, heights, color=ACCENT, linewidth=1.6, solid_capstyle="round", gid="spark")
    is_alone = ~np.isnan(values) & np.isnan(np.r_[np.nan, values[:-1]]) & np.isnan(np.r_[values[1:], np.nan])
    alone = np.flatnonzero(is_alone)
    if len(alone):
        axes.plot(places[alone], heights[alone], ".", color=ACCENT, markersize=5, gid="alone")
    last = int(np.flatnonzero(~np.isnan(values))[-1])
    axes.plot([places[last]], [heights[last]], "o", color=ACCENT, markerfacecolor="white", markersize=5.5, gid="last")
    axes.plot(places[[0, -1]], [base, base], color=MUTED, linewidth=0.5, gid="zero")


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


def _name_ends(axes: Axes, lines: Mapping[str, pd.Series], places: Mapping[str, np.ndarray],
               wording: Wording) -> tuple[str, str]:
    """Bare the axes but for the first and the last time of the first line, and return these in words."""
    name, line = next(iter(lines.items()))
    ends = tuple(wording.when(str(line.index[end])) for end in (0, -1))
    axes.set_axis_off()
    # room for names on the left and numbers on the right of the lines
    broad = max(1.0, *(float(at[-1]) for at in places.values()))
    axes.set_xlim(-0.85 * broad, 2.15 * broad)
    axes.set_ylim(-len(lines) + 0.2, 0.85)
    for end, side in ((0, "left"), (-1, "right"))[:len(line)]:
        axes.annotate(ends[end], (places[name][end], -len(lines) + 0.45), ha=side, va="center", color=MUTED)
    return ends[0], ends[-1]
