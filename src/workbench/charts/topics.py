"""Pictures of what is talked about and of what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, ALARM, INK, MUTED, QUIET, drawing, frame, name_bars
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TOPICS = 14
SLOPE_TOPICS = 8
CHANGED = ("rose", "fell", "emerged")


def plot_topics(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None,
                most_topics: int = MOST_TOPICS) -> Chart:
    """Draw the largest topics' shares of all posts, with posts in no topic, of each kind, as bars of their own.

    Topics that are too unstable to say anything of are hatched: no sentence names them.

    Parameters
    ----------
    finding
        Of `measure_topics`.
    most_topics
        Bars at most, besides those of posts in no topic.
    """
    check_key(finding, "topics", asked_by="plot_topics")
    wording = open_wording(language)
    rows = finding.data[finding.data["label"].ne("all_posts").fillna(True)]
    known = rows.dropna(subset=["topic_id", "posts", "share"])
    topics = known[known["topic_id"] >= 0]
    shown = pd.concat([topics.head(most_topics), known[known["topic_id"] == -1]]).iloc[::-1]
    if shown.empty:
        return empty_chart(finding, wording.say("chart.topics.none"), language=language, ax=ax)
    names = [wording.say("value.no_topic" if is_missing(label) else f"value.{label}") if t == -1
             else topic_name(t, label, wording)
             for t, label in zip(shown["topic_id"], shown["label"], strict=True)]
    shares = 100 * shown["share"].to_numpy(float)
    is_shaky = shown["trust"].eq("not_trusted").fillna(False).to_numpy(bool)
    figure, axes = frame(ax, height=0.4 + 0.23 * max(len(shown), 2))
    with drawing():
        for i, (topic, share, shaky) in enumerate(zip(shown["topic_id"], shares, is_shaky, strict=True)):
            bar = axes.barh(i, share, height=0.66, linewidth=0.8, hatch="////" if shaky else "",
                            facecolor="white" if shaky else QUIET if topic == -1 else ACCENT,
                            edgecolor=MUTED if shaky else "none")
            axes.annotate(wording.share(share / 100), (share, i), xytext=(5, 0), textcoords="offset points",
                          va="center", color=INK)
            if shaky:
                axes.legend([bar], [wording.say("chart.topics.not_trusted")], loc="upper left", bbox_to_anchor=(0, 0),
                            borderpad=0)
        name_bars(axes, names)
        axes.set_xlim(0, 1.18 * max(shares) or 1)
    parts = [wording.say(f"chart.topics.part{'_not_trusted' if shaky else ''}", name=name, share=share / 100)
             for name, share, shaky in zip(names[::-1], shares[::-1], is_shaky[::-1], strict=True)]
    return make_chart(finding, figure, language=language, alt=wording.say("chart.topics.alt", parts="; ".join(parts)),
                      notes=left_out(wording, smaller=len(topics) - min(len(topics), most_topics),
                                     hidden=len(rows) - len(known)))


def plot_topic_change(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw each topic's change on the fixed panel with its 95 % interval.

    Parameters
    ----------
    finding
        Of `compare_topics`; topics that could not be tested are not drawn.
    """
    check_key(finding, "topic_change", asked_by="plot_topic_change")
    wording = open_wording(language)
    named = finding.data.dropna(subset=["topic_id", "posts", "posts_before"])
    rows = named.dropna(subset=["change", "low", "high"])
    if rows.empty:
        return empty_chart(finding, _why_no_change(finding, named, wording), language=language, ax=ax)
    largest = rows["change"].abs().sort_values(ascending=False, kind="stable").index[:MOST_TOPICS]
    shown = rows.loc[rows.index.isin(largest)].sort_values(["change", "topic_id"])
    names = [topic_name(t, label, wording) for t, label in zip(shown["topic_id"], shown["label"], strict=True)]
    change, low, high = (100 * shown[c].to_numpy(float) for c in ("change", "low", "high"))
    is_change = _is_change(shown)
    figure, axes = frame(ax, height=0.7 + 0.23 * max(len(shown), 2))
    with drawing():
        axes.axvline(0, color=MUTED, linewidth=1)
        for i in range(len(shown)):
            colour = ALARM if is_change[i] else MUTED
            axes.plot([low[i], high[i]], [i, i], color=colour, linewidth=2)
            # filled or open tells a change from none without colour
            axes.plot(change[i], i, "o", color=colour, markersize=7,
                      markerfacecolor=colour if is_change[i] else "white")
        axes.set_yticks(range(len(shown)), names)
        spare = max(2 - len(shown), 0) / 2
        axes.set_ylim(-0.6 - spare, len(shown) - 0.4 + spare)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(wording.say("axis.change_points"))
        _point_axis(axes, wording)
    stated = [f"{n}: {wording.points(c / 100)} ({wording.points(a / 100)} – {wording.points(b / 100)})"
              for n, c, a, b, yes in zip(names, change, low, high, is_change, strict=True) if yes]
    alt = wording.say(f"chart.topic_change.alt{'' if stated else '_none'}", count=len(stated), drawn=len(shown),
                      parts="; ".join(stated))
    return make_chart(finding, figure, language=language, alt=alt,
                      notes=left_out(wording, smaller=len(rows) - len(shown), untested=len(named) - len(rows),
                                     hidden=len(finding.data) - len(named)))


def _point_axis(axes: Axes, wording: Wording) -> None:
    """Write percentage points at the x axis, never so near each other that two read the same."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -0.25), max(high, 0.25))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.points(value / 100)))


def plot_topic_slope(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw each topic's share in the arenas followed in both quarters, before and now, as a line between them.

    Parameters
    ----------
    finding
        Of `compare_topics`. Topics that changed are solid and named with both shares; of the
        others the largest are thin and dashed.
    """
    check_key(finding, "topic_change", asked_by="plot_topic_slope")
    from matplotlib.ticker import MaxNLocator

    wording = open_wording(language)
    rows = finding.data.dropna(subset=["topic_id", "panel_before", "panel"])
    if rows.empty:
        return empty_chart(finding, _why_no_change(finding, rows, wording), language=language, ax=ax, key="topic_slope")
    order = rows.assign(is_change=_is_change(rows)).sort_values(["is_change", "panel"], ascending=False, kind="stable")
    shown = order.head(SLOPE_TOPICS).sort_values("panel", kind="stable")
    figure, axes = frame(ax, height=3.1)
    before, now = 100 * shown["panel_before"].to_numpy(float), 100 * shown["panel"].to_numpy(float)
    names = [topic_name(t, label, wording) for t, label in zip(shown["topic_id"], shown["label"], strict=True)]
    heights = _apart(now, gap=0.077 * max(float(np.max([*before, *now])), 0.1))
    earlier = finding.known.get("before")
    with drawing():
        for i, changed in enumerate(shown["is_change"]):
            colour = ALARM if changed else MUTED
            axes.plot([0, 1], [before[i], now[i]], "o-" if changed else "o--", color=colour,
                      linewidth=2.5 if changed else 1, markerfacecolor=colour if changed else "white")
            words = f"{names[i]}  {wording.share(before[i] / 100)} → {wording.share(now[i] / 100)}"
            axes.annotate(words, (1, now[i]), xytext=(1.1, heights[i]), va="center", color=INK,
                          weight="semibold" if changed else "normal",
                          arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.5, "shrinkB": 4,
                                      "relpos": (0, 0.5)})
        axes.set_xticks([0, 1], [wording.say("chart.topic_slope.before") if is_missing(earlier)
                                 else wording.quarter(str(earlier)), wording.quarter(finding.period)])
        axes.set_xlim(-0.06, 2.36)
        axes.set_ylim(0, 1.04 * max(float(np.max([*before, *now])), float(heights[-1]), 0.1))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(lambda value, _: wording.share(value / 100))
    parts = [f"{n}: {wording.share(b / 100)} → {wording.share(a / 100)}"
             for n, b, a in zip(names[::-1], before[::-1], now[::-1], strict=True)]
    return make_chart(finding, figure, language=language, key="topic_slope",
                      alt=wording.say("chart.topic_slope.alt", parts="; ".join(parts)),
                      notes=left_out(wording, smaller=len(rows) - len(shown), hidden=len(finding.data) - len(rows)))


def _is_change(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(rows["verdict"].isin(CHANGED).fillna(False).to_numpy(bool))


def _why_no_change(finding: AnyFinding, named: pd.DataFrame, wording: Wording) -> str:
    is_hidden = len(named) < len(finding.data)
    return wording.say("chart.topic_change.hidden" if is_hidden else "finding.change_untested")


def _apart(heights: np.ndarray, *, gap: float) -> np.ndarray:
    """Return ascending heights moved as little as may be until names at them do not overlap, none below zero."""
    from scipy.optimize import isotonic_regression

    steps = gap * np.arange(len(heights))
    return np.asarray(np.maximum(isotonic_regression(heights - steps).x + steps, steps))


def topic_name(topic_id: int, label: object, wording: Wording) -> str:
    """Return a topic's label, or its number where no word may be shown."""
    return label if isinstance(label, str) and label else wording.say("chart.topic_unnamed", number=int(topic_id))
