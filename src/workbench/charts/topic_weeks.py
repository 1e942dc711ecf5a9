"""The picture of when a topic was talked about."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.events import draw_events, place_events, say_events
from workbench.charts.spans import say_spans, span_label, span_of
from workbench.charts.style import LOOK, MUTED, drawing, frame
from workbench.charts.topics import topic_name
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LABEL_WIDTH, LABEL_LINES = 26, 2  # of a topic's name: letters a line, lines


def plot_topic_weeks(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None,
                     events: pd.DataFrame | None = None) -> Chart:
    """Draw topics by weeks, fortnights or months: the darker a cell, the larger the topic's share of its posts.

    Each cell holds its share in whole per cent; hidden cells are hatched, and a topic of which all are is not drawn.

    Parameters
    ----------
    finding
        Of `measure_topic_weeks`. Topics whose name is hidden are not drawn.
    events
        Columns `date` and `label`, as `Study.events` reads them: those in the weeks shown are marked.
    """
    check_key(finding, "topic_weeks", asked_by="plot_topic_weeks")
    wording = open_wording(language)
    rows = finding.data.dropna(subset=["topic_id", "week"])
    if rows["share"].isna().all():
        return empty_chart(finding, wording.say("chart.topic_weeks.none"), language=language, ax=ax)
    # topics keep the finding's order, from the largest
    table = rows.pivot(index="topic_id", columns="week", values="share").reindex(rows["topic_id"].unique())
    every, table = len(table), table.dropna(how="all")
    labels = rows.groupby("topic_id")["label"].first()
    names = [topic_name(t, labels[t], wording) for t in table.index]
    span = span_of(table.columns)
    shares = 100 * table.to_numpy(float, na_value=np.nan)
    lines = [textwrap.wrap(n, LABEL_WIDTH, max_lines=LABEL_LINES, placeholder=" …") for n in names]
    markers = place_events(events, list(table.columns), wording)
    figure, axes = frame(ax, height=1.0 + (0.4 if max(map(len, lines)) > 1 else 0.24) * len(names))
    with drawing():
        _draw_cells(axes, shares, wording, top=1.09 if markers else 1)
        axes.set_yticks(np.arange(len(names)) + 0.5, ["\n".join(line) for line in lines])
        axes.set_xticks(np.arange(len(table.columns)) + 0.5, [span_label(week, wording) for week in table.columns])
        axes.set_xlabel(wording.say(f"axis.{span}_of", year=table.columns[0][:4]))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.grid(visible=False)
        axes.invert_yaxis()
        draw_events(axes, markers, shift=0.5)
    hidden = int(np.isnan(shares).sum())
    parts = [wording.say("chart.topic_weeks.part", name=name, share=float(np.nanmax(row)) / 100,
                         week=str(table.columns[int(np.nanargmax(row))]))
             for name, row in zip(names, shares, strict=True) if not np.isnan(row).all()]
    words = say_spans(span, len(table.columns), wording)
    alt = wording.say("chart.topic_weeks.alt", words, drawn=len(names), count=len(table.columns), hidden=hidden,
                      parts="; ".join(parts)) + say_events(markers, wording)
    unseen = left_out(wording, hidden=every - len(table))
    # a topic is hidden with all its weeks, so how many are hidden is not known
    notes = [wording.say("chart.topic_weeks.left_out")] if finding.data["topic_id"].isna().any() else unseen
    return make_chart(finding, figure, language=language, alt=alt, facts={"drawn": len(names), **words}, notes=notes)


def _draw_cells(axes: Axes, shares: np.ndarray, wording: Wording, *, top: float) -> None:
    """Draw a square for each share in per cent, its number in it, and the hatched ones with their legend at `top`."""
    from matplotlib.colors import LinearSegmentedColormap, Normalize
    from matplotlib.patches import Rectangle

    colours = LinearSegmentedColormap.from_list("shares", [LOOK.pale, LOOK.deep])
    scale = Normalize(0, max(float(np.nanmax(shares)), 1e-9))
    axes.pcolormesh(np.ma.masked_invalid(shares), cmap=colours, norm=scale, edgecolors="white", linewidth=1.5)
    hatched = None
    for (row, column), share in np.ndenumerate(shares):
        if np.isnan(share):
            hatched = Rectangle((column + 0.03, row + 0.03), 0.94, 0.94, facecolor="white", edgecolor=MUTED,
                                hatch="////", linewidth=0)
            axes.add_patch(hatched)
            continue
        words = f"<{wording.number(1)}" if 0 < share < 1 else wording.number(share)
        # black or white, whichever stands out more from the cell (WCAG 2.2 relative luminance)
        colour = np.array(colours(scale(share))[:3])
        linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        is_dark = linear @ (0.2126, 0.7152, 0.0722) < 0.179
        axes.annotate(words, (column + 0.5, row + 0.5), ha="center", va="center", color="white" if is_dark else "black")
    if hatched is not None:
        axes.legend([hatched], [wording.say("chart.topic_weeks.hidden")], loc="lower right", bbox_to_anchor=(1, top),
                    borderpad=0, borderaxespad=0.4)
