"""Pictures of how much was posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.events import draw_events, place_events, say_events
from workbench.charts.spans import draw_spans, hidden_spans, say_spans, span_of
from workbench.charts.style import ACCENT, INK, MUTED, QUIET, drawing, frame, name_bars
from workbench.wording import is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# colour, edge and pattern of a week that lies wholly in the quarter, of one that begins before it, of one before it
PARTS = {"whole": (ACCENT, ACCENT, ""), "straddles": ("white", ACCENT, "/////"), "before": (QUIET, QUIET, "")}


def plot_volume(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None,
                events: pd.DataFrame | None = None) -> Chart:
    """Draw posts per week, fortnight or month; those wholly of the quarter in colour, those before it in grey.

    A week that begins before the quarter and ends in it is hatched: not all of its posts count for
    the quarter.

    Parameters
    ----------
    finding
        Of `measure_volume`.
    ax
        To draw on; None makes a figure of its own.
    events
        Columns `date` and `label`, as `Study.events` reads them: those in the weeks shown are marked.
    """
    check_key(finding, "volume", asked_by="plot_volume")
    wording = open_wording(language)
    data = finding.data.dropna(subset=["week"])
    known = data.dropna(subset=["posts"])
    if known.empty:
        return empty_chart(finding, wording.say("chart.volume.none"), language=language, ax=ax)
    parts = _part_of(data)
    counts = data["posts"].to_numpy(float, na_value=float("nan"))
    markers = place_events(events, list(data["week"]), wording)
    figure, axes = frame(ax, height=2.6)
    with drawing():
        for part, (colour, edge, hatch) in PARTS.items():
            places = [i for i, p in enumerate(parts) if p == part]
            if places:
                axes.bar(places, counts[places], width=0.8, facecolor=colour, edgecolor=edge, hatch=hatch,
                         linewidth=0.8, label=wording.say(f"chart.volume.{part}"))
        draw_spans(axes, data["week"], counts, wording)
        if len(set(parts)) > 1:
            # above the numbers of events, where there are any
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1.09 if markers else 1), ncols=len(PARTS), borderpad=0,
                        handlelength=1.4)
        draw_events(axes, markers)
    lowest, highest = int(known["posts"].min()), int(known["posts"].max())
    top = known["week"].iloc[int(known["posts"].to_numpy(int).argmax())]
    span = span_of(data["week"])
    words = say_spans(span, len(data), wording)
    alt = wording.say("chart.volume.alt", words, count=len(data), low=lowest, high=highest, week=str(top),
                      quarter=wording.period(finding.period))
    return make_chart(finding, figure, language=language, alt=alt + say_events(markers, wording), facts=words,
                      notes=[*hidden_spans(span, len(data) - len(known), wording),
                             *left_out(wording, hidden=len(finding.data) - len(data))])


def _part_of(data: pd.DataFrame) -> list[str]:
    """Return where each week lies."""
    inside, some = (data[c].fillna(False).astype(bool) for c in ("in_quarter", "straddles"))
    return ["whole" if i else "straddles" if s else "before" for i, s in zip(inside, some, strict=True)]


def plot_platforms(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw each platform's and arena kind's share of posts as bars.

    Parameters
    ----------
    finding
        Of `measure_platforms`.
    """
    check_key(finding, "platforms", asked_by="plot_platforms")
    wording = open_wording(language)
    rows = finding.data[finding.data["platform"].ne("all_posts").fillna(True)]
    data = rows.dropna(subset=["platform"]).iloc[::-1]
    is_known = (data["share"].notna() & data["posts"].notna()).to_numpy(bool)
    if not is_known.any():
        return empty_chart(finding, wording.say("chart.platforms.none"), language=language, ax=ax)
    names = [wording.say_value(p) + ("" if is_missing(k) else f", {wording.say_value(k)}")
             for p, k in zip(data["platform"], data["arena_kind"], strict=True)]
    shares = 100 * data["share"].where(is_known).to_numpy(float, na_value=float("nan"))
    labels = [f"{wording.share(float(share))} ({wording.number(int(posts))})" if known
              else wording.say("unit.suppressed")
              for share, posts, known in zip(data["share"], data["posts"], is_known, strict=True)]
    figure, axes = frame(ax, height=0.2 + 0.3 * max(len(data), 2))
    with drawing():
        axes.barh(range(len(data)), shares, color=ACCENT, height=0.62)
        name_bars(axes, names)
        axes.set_xlim(0, 112)
        for i, (share, label, known) in enumerate(zip(shares, labels, is_known, strict=True)):
            axes.annotate(label, (share if known else 0, i), xytext=(5, 0), textcoords="offset points", va="center",
                          color=INK if known else MUTED)
    parts = "; ".join(f"{name}: {label}" for name, label in zip(names[::-1], labels[::-1], strict=True))
    return make_chart(finding, figure, language=language, alt=wording.say("chart.platforms.alt", parts=parts),
                      notes=left_out(wording, hidden=len(rows) - len(data)))
