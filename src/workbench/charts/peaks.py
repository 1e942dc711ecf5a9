"""Pictures of weeks that stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, empty_chart, make_chart
from workbench.charts.style import ALARM, INK, MUTED, QUIET, drawing, frame, number_axis, week_label
from workbench.charts.topics import topic_name
from workbench.wording import open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_peaks(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the topic of the strongest peak week by week, with the count expected of it.

    Parameters
    ----------
    finding
        Of `measure_peaks`; without a peak the picture is an empty frame that says so.
    """
    wording = open_wording(language)
    data = finding.data
    peaks = data[data["is_peak"].astype(bool)] if len(data) else data
    if peaks.empty:
        return empty_chart(finding, wording.say("chart.peaks.none"), language=language, ax=ax)
    strongest = peaks.sort_values(["p", "topic_id"], na_position="last").iloc[0]
    topic = int(strongest["topic_id"])
    series = data[data["topic_id"] == topic].reset_index(drop=True)
    figure, axes = frame(ax, height=2.9)
    counts = series["posts"].to_numpy(float, na_value=float("nan"))
    expected = series["expected"].to_numpy(float, na_value=float("nan"))
    with drawing():
        marks = series["is_peak"].astype(bool).to_numpy()
        bars = axes.bar(range(len(series)), counts, color=[ALARM if m else QUIET for m in marks], width=0.8)
        for bar, mark in zip(bars, marks, strict=True):
            bar.set_hatch("///" if mark else "")
            bar.set_edgecolor("white")
        axes.plot(range(len(series)), expected, color=INK, linewidth=2, label=wording.say("chart.peaks.expected"))
        ticks = list(range(0, len(series), max(len(series) // 8, 1)))
        axes.set_xticks(ticks, [week_label(w) for w in series["week"].iloc[ticks]])
        axes.set_ylabel(wording.say("axis.posts_per_week"))
        number_axis(axes, wording)
        axes.legend(loc="upper left")
        for i in [k for k, m in enumerate(marks) if m and counts[k] == counts[k]]:
            axes.annotate(wording.number(counts[i]), (i, counts[i]), xytext=(0, 3), textcoords="offset points",
                          ha="center", color=ALARM, weight="semibold")
        axes.tick_params(axis="x", colors=MUTED)
    alt = wording.say("chart.peaks.alt", label=topic_name(topic, strongest["label"]), week=str(strongest["week"]),
                      posts=strongest["posts"], count=int(marks.sum()), expected=strongest["expected"])
    return make_chart(finding, figure, language=language, alt=alt)
