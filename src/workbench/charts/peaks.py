"""Pictures of weeks that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, known_fact, left_out, make_chart
from workbench.charts.events import Marker, draw_events, place_events, say_events
from workbench.charts.spans import draw_spans, hidden_spans
from workbench.charts.style import ALARM, INK, QUIET, drawing, frame
from workbench.charts.topics import topic_name
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_peaks(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None,
               events: pd.DataFrame | None = None) -> Chart:
    """Draw the topic of the strongest peak week by week, with the count expected of it; else the peaks of all posts.

    Parameters
    ----------
    finding
        Of `measure_peaks`; without a peak the picture is an empty frame that says so.
    events
        Columns `date` and `label`, as `Study.events` reads them: those in the weeks shown are marked.
    """
    check_key(finding, "peaks", asked_by="plot_peaks")
    wording = open_wording(language)
    data = finding.data.dropna(subset=["week"])
    is_whole = data["topic_id"].isna() & data["label"].eq("all_posts").fillna(False)
    data = data.assign(topic_id=data["topic_id"].mask(is_whole, -1)).dropna(subset=["topic_id"])
    data = data.assign(is_peak=data["is_peak"].astype("boolean").fillna(False).astype(bool))
    peaks = data[data["is_peak"]]
    if peaks.empty:
        none = "chart.peaks.none" if finding.value == 0 else "chart.peaks.not_shown"
        return empty_chart(finding, wording.say(none), language=language, ax=ax)
    # the one of the sentence, where that names one
    peaks = peaks[peaks["topic_id"].ge(0)] if peaks["topic_id"].ge(0).any() else peaks
    named = peaks[peaks["topic_id"].eq(known_fact(finding, "topic_id", -1))
                  & peaks["week"].eq(known_fact(finding, "week", ""))]
    strongest = (named if len(named) else peaks.sort_values(["p", "topic_id"])).iloc[0]
    topic = int(strongest["topic_id"])
    series = data[data["topic_id"] == topic].reset_index(drop=True)
    counts = series["posts"].to_numpy(float, na_value=float("nan"))
    if np.isnan(counts).all():
        return empty_chart(finding, wording.say("chart.peaks.not_shown"), language=language, ax=ax)
    markers = place_events(events, list(series["week"]), wording)
    figure, axes = frame(ax, height=2.6)
    draw_weeks(axes, series, markers, wording)
    notes = [*hidden_spans("week", int(np.isnan(counts).sum()), wording),
             *left_out(wording, hidden=len(finding.data) - len(data))]
    if topic < 0:
        parts = [wording.say("chart.peaks.part", week=str(week), posts=posts)
                 for week, posts in series.loc[~np.isnan(counts), ["week", "posts"]].itertuples(index=False)]
        alt = wording.say("chart.peaks.alt_volume", parts="; ".join(parts))
        return make_chart(finding, figure, language=language, notes=notes, alt=alt + say_events(markers, wording))
    name = topic_name(topic, strongest["label"], wording)
    said = {"label": name, "week": str(strongest["week"]), "posts": strongest["posts"],
            "expected": strongest["expected"]}
    alt = "chart.peaks.alt" if wording.can_say("chart.peaks.alt", said) else "chart.peaks.alt_hidden"
    return make_chart(finding, figure, language=language, alt=wording.say(alt, said) + say_events(markers, wording),
                      facts={"topic": name}, notes=notes)


def draw_weeks(axes: Axes, series: pd.DataFrame, markers: Sequence[Marker], wording: Wording) -> None:
    """Draw weeks as bars, those that stand out in colour and hatched with their number, what was expected as a line.

    Parameters
    ----------
    series
        One row per week in order, columns `week`, `posts`, `expected` and `is_peak` (true or false); what is hidden is
        missing.
    """
    counts = series["posts"].to_numpy(float, na_value=float("nan"))
    expected = series["expected"].to_numpy(float, na_value=float("nan"))
    marks = series["is_peak"].to_numpy()
    with drawing():
        bars = axes.bar(range(len(series)), counts, color=[ALARM if m else QUIET for m in marks], width=0.8)
        for bar, mark in zip(bars, marks, strict=True):
            bar.set_hatch("///" if mark else "")
            bar.set_edgecolor("white")
        if not np.isnan(expected).all():
            axes.plot(range(len(series)), expected, color=INK, linewidth=2, label=wording.say("chart.peaks.expected"))
            # above the numbers of events, where there are any
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1.09 if markers else 1), borderpad=0, handlelength=1.4)
        draw_spans(axes, series["week"], counts, wording)
        for i in np.flatnonzero(marks & ~np.isnan(counts)):
            axes.annotate(wording.number(counts[i]), (i, counts[i]), xytext=(0, 3), textcoords="offset points",
                          ha="center", color=ALARM, weight="semibold")
        draw_events(axes, markers)
