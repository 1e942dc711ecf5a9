"""The picture of how attacks, hate and recognition run through a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.events import draw_events, place_events, say_events
from workbench.charts.spans import say_spans, span_label, span_middle, span_of
from workbench.charts.style import ACCENT, INK, MUTED, drawing, frame
from workbench.tables.periods import quarter_bounds
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LANE = 0.62  # of a row that its curve may fill; above it stand the numbers
CHECKED, RAW, BAND = "checked", "raw", "band"


def plot_speech_weeks(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None,
                      events: pd.DataFrame | None = None) -> Chart:
    """Draw the checked shares by month as dots on their intervals, and what the model counts by week as a thin line.

    Attacks, hate and recognition stand in rows of their own, each with a scale of its own that begins at 0.

    Parameters
    ----------
    finding
        Of `measure_speech_weeks`.
    events
        Columns `date` and `label`, as `Study.events` reads them: those in the quarter are marked.
    """
    check_key(finding, "speech_weeks", asked_by="plot_speech_weeks")
    wording = open_wording(language)
    data = finding.data.dropna(subset=["row", "code", "week"])
    months = data[data["row"].eq("audited")]
    known = months.dropna(subset=["share", "low", "high"])
    if known.empty:
        return empty_chart(finding, wording.say("chart.speech_weeks.none"), language=language, ax=ax)
    codes = list(known["code"].unique())
    weeks = _weeks_of(finding.period)
    markers = place_events(events, weeks, wording)
    figure, axes = frame(ax, height=0.8 + 0.8 * len(codes))
    parts = []
    # a hidden week is a gap in the line, never bridged
    raw = data[data["row"].eq("model") & data["code"].isin(codes)]
    raw = raw[raw.groupby("code")["raw"].transform("count") > 0]
    with drawing():
        for lane, code in enumerate(reversed(codes)):
            own = known[known["code"].eq(code)]
            _draw_lane(axes, lane, own, raw[raw["code"].eq(code)], weeks, wording)
            points = [wording.say("chart.speech_weeks.point", month=str(m), share=float(s))
                      for m, s in zip(own["week"], own["share"], strict=True)]
            parts.append(wording.say("chart.speech_weeks.part", name=wording.say_value(str(code)),
                                     parts=", ".join(points)))
        _finish(axes, [wording.say_value(str(c)) for c in reversed(codes)], weeks, wording, has_raw=len(raw) > 0,
                top=1.09 if markers else 1)
        draw_events(axes, markers)
    words = say_spans(span_of(raw["week"]), len(raw), wording) if len(raw) else {}
    unseen = len(finding.data) - len(data) + int(months["share"].isna().sum())
    alt = wording.say("chart.speech_weeks.alt", parts="; ".join(reversed(parts))) + say_events(markers, wording)
    return make_chart(finding, figure, language=language, alt=alt, facts=words, notes=left_out(wording, hidden=unseen))


def _weeks_of(quarter: str) -> list[str]:
    """Return the names of the ISO weeks with days in a quarter."""
    start, end = quarter_bounds(quarter)
    mondays = pd.date_range(start - pd.Timedelta(days=start.weekday()), end, freq="7D", inclusive="left")
    return [f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in mondays]


def place_span(name: str, weeks: Sequence[str]) -> float:
    """Return where the middle of a week, fortnight or month stands, in weeks from the middle of the first one."""
    return (span_middle(name) - span_middle(weeks[0])) / pd.Timedelta(days=7)


def _draw_lane(axes: Axes, lane: int, months: pd.DataFrame, raw: pd.DataFrame, weeks: Sequence[str],
               wording: Wording) -> None:
    at = [place_span(str(name), weeks) for name in months["week"]]
    share, low, high = (months[c].to_numpy(float) for c in ("share", "low", "high"))
    top = max(float(high.max()), float(raw["raw"].max()) if len(raw) else 0.0, 1e-9)

    def up(value: float) -> float:
        return lane + LANE * value / top

    axes.axhline(lane, color=MUTED, linewidth=0.8, zorder=0.5)
    if len(raw):
        heights = [up(v) for v in raw["raw"].to_numpy(float, na_value=float("nan"))]
        axes.plot([place_span(str(n), weeks) for n in raw["week"]], heights, color=MUTED, linewidth=1, linestyle="--",
                  marker=".", markersize=3, gid=RAW)
    if len(at) > 1:
        axes.fill_between(at, [up(v) for v in low], [up(v) for v in high], color=ACCENT, alpha=0.16, linewidth=0,
                          gid=BAND)
    axes.plot(at, [up(v) for v in share], color=ACCENT, linewidth=1.6, marker="o", markersize=6, gid=CHECKED)
    behind = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}  # the model's line
    for x, s, a, b in zip(at, share, low, high, strict=True):
        axes.plot([x, x], [up(a), up(b)], color=ACCENT, linewidth=2.2, solid_capstyle="butt", gid="interval")
        axes.annotate(wording.share(float(s)), (x, up(b)), xytext=(0, 4), textcoords="offset points", ha="center",
                      va="bottom", color=INK, bbox=behind)


def _finish(axes: Axes, names: Sequence[str], weeks: Sequence[str], wording: Wording, *, has_raw: bool,
            top: float) -> None:
    from matplotlib.lines import Line2D

    axes.set_yticks([lane + LANE / 2 for lane in range(len(names))], list(names))
    axes.set_ylim(-0.04, len(names))
    axes.set_xticks(range(len(weeks)), [span_label(week, wording) for week in weeks])
    axes.set_xlim(-0.6, len(weeks) - 0.4)
    axes.set_xlabel(wording.say("axis.week_of", year=weeks[len(weeks) // 2][:4]))
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.grid(visible=False)
    signs = [Line2D([], [], color=ACCENT, linewidth=2.2, marker="o", markersize=6)]
    words = [wording.say("chart.speech.audited")]
    if has_raw:
        signs.append(Line2D([], [], color=MUTED, linewidth=1, linestyle="--"))
        words.append(wording.say("chart.speech.raw"))
    axes.legend(signs, words, loc="lower left", bbox_to_anchor=(0, top), ncols=2, borderpad=0)
