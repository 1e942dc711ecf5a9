"""Pictures of how much was posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, make_chart
from workbench.charts.style import ACCENT, INK, MUTED, QUIET, drawing, frame, number_axis, week_label
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_volume(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw posts per week, the quarter in colour, the weeks before it in grey.

    Parameters
    ----------
    finding
        Of `measure_volume`.
    ax
        To draw on; None makes a figure of its own.
    """
    wording = open_wording(language)
    data = finding.data
    figure, axes = frame(ax, height=2.9)
    with drawing():
        colours = [ACCENT if inside else QUIET for inside in data["in_quarter"]]
        counts = data["posts"].astype("Float64").to_numpy(float, na_value=float("nan"))
        axes.bar(range(len(data)), counts, color=colours, width=0.8)
        ticks = list(range(0, len(data), max(len(data) // 8, 1)))
        axes.set_xticks(ticks, [week_label(w) for w in data["week"].iloc[ticks]])
        axes.set_ylim(bottom=0)
        axes.set_ylabel(wording.say("axis.posts_per_week"))
        number_axis(axes, wording)
        for hidden in data.index[data["posts"].isna()]:
            axes.annotate("×", (hidden, 0), ha="center", va="bottom", color=MUTED)
    shown = data.dropna(subset=["posts"])
    top = shown.iloc[int(shown["posts"].to_numpy(int).argmax())] if len(shown) else None
    alt = wording.say("chart.volume.alt", count=len(data), low=int(shown["posts"].min()) if len(shown) else None,
                      high=int(shown["posts"].max()) if len(shown) else None,
                      week="–" if top is None else str(top["week"]), quarter=wording.quarter(finding.period))
    return make_chart(finding, figure, language=language, alt=alt)


def plot_platforms(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw each platform's and arena kind's share of posts as bars.

    Parameters
    ----------
    finding
        Of `measure_platforms`.
    """
    wording = open_wording(language)
    data = finding.data[finding.data["platform"] != "all_posts"].iloc[::-1]
    names = [f"{wording.say_value(p)}, {wording.say_value(k)}"
             for p, k in zip(data["platform"], data["arena_kind"], strict=True)]
    figure, axes = frame(ax, height=0.7 + 0.42 * len(data))
    with drawing():
        shares = 100 * data["share"].to_numpy(float, na_value=float("nan"))
        axes.barh(range(len(data)), shares, color=ACCENT, height=0.62)
        axes.set_yticks(range(len(data)), names)
        axes.grid(visible=False)
        axes.set_xlim(0, 112)
        axes.xaxis.set_visible(False)
        axes.spines[["bottom"]].set_visible(False)
        for i, (share, posts) in enumerate(zip(data["share"], data["posts"], strict=True)):
            label = (wording.say("unit.suppressed") if is_missing(posts)
                     else f"{wording.share(float(share))} ({wording.number(int(posts))})")
            axes.annotate(label, (0 if shares[i] != shares[i] else shares[i], i), xytext=(5, 0),
                          textcoords="offset points", va="center", color=INK)
    alt = wording.say("chart.platforms.alt", parts="; ".join(
        f"{n}: {wording.share(None if s is None or s != s else float(s))}"
        for n, s in zip(names[::-1], data["share"].astype("Float64")[::-1].to_numpy(float, na_value=float("nan")),
                        strict=True)))
    return make_chart(finding, figure, language=language, alt=alt)
