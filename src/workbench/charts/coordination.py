"""The picture of how many accounts shared the same things together, by span of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, INK, MUTED, QUIET, drawing, frame, name_bars
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTER = 0.0155  # of the picture's width that a letter of a label takes


def plot_coordination(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw how many accounts were in groups that shared the same things together, for each window.

    The window that the sentence is about is dark, the others are pale and hatched. Where no window has a
    group, there is nothing to draw.

    Parameters
    ----------
    finding
        Of `describe_coordination`: its rows whose `row` is window, columns `window_seconds`,
        `groups` and `accounts`; hidden numbers are drawn as hidden.
    """
    check_key(finding, "coordination", asked_by="plot_coordination")
    wording = open_wording(language)
    windows = finding.data[finding.data["row"].ne("group").fillna(True)]
    rows = windows.dropna(subset=["row", "window_seconds"]).sort_values("window_seconds", ignore_index=True)
    accounts = rows["accounts"].astype("Float64").to_numpy(float, na_value=float("nan"))
    if not accounts.any():
        return empty_chart(finding, wording.say("chart.coordination.none"), language=language, ax=ax)
    names = [wording.within(int(s)) for s in rows["window_seconds"]]
    labels = [_bar_label(a, g, wording) for a, g in zip(accounts.tolist(), rows["groups"], strict=True)]
    main = finding.known.get("seconds")
    figure, axes = frame(ax, height=0.2 + 0.32 * max(len(rows), 2))
    with drawing():
        bars = axes.barh(range(len(rows)), accounts, height=0.62)
        for bar, seconds in zip(bars, rows["window_seconds"], strict=True):
            is_main = not is_missing(main) and seconds == main
            bar.set(facecolor=ACCENT if is_main else QUIET, hatch="" if is_main else "///", edgecolor="white")
        name_bars(axes, names)
        # the shortest window on top
        axes.invert_yaxis()
        # the longest bar leaves room for the longest label
        room = 1 / (1 - min(LETTER * max(map(len, labels)), 0.75))
        axes.set_xlim(0, room * max([float(a) for a in accounts if a == a], default=0.0) or 1.0)
        for i, label in enumerate(labels):
            value = accounts[i]
            axes.annotate(label, (0 if value != value else value, i), xytext=(5, 0), textcoords="offset points",
                          va="center", color=MUTED if value != value else INK)
    parts = "; ".join(f"{name}: {label}" for name, label in zip(names, labels, strict=True))
    return make_chart(finding, figure, language=language, alt=wording.say("chart.coordination.alt", parts=parts),
                      notes=left_out(wording, hidden=len(windows) - len(rows)))


def _bar_label(accounts: float, groups: object, wording: Wording) -> str:
    if accounts != accounts:
        return wording.say("unit.suppressed")
    if accounts == 0:
        return wording.say("chart.coordination.no_group")
    if is_missing(groups):
        return wording.number(accounts)
    return wording.say("chart.coordination.bar", accounts=int(accounts), count=groups)
