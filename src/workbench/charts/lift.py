"""The picture of topics with a larger or smaller part of attacks than the rest (M10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ALARM, MUTED, drawing, frame
from workbench.wording import open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TOPICS = 20
DIFFERENT = ("higher", "lower")
MARKS = (0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 50)


def plot_lift(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw how many times as large the share of attacks is in each topic as in the rest, with its interval.

    The line at 1 is where both are alike; filled where the difference is more than chance can explain. Topics that
    nobody has named are not drawn.

    Parameters
    ----------
    finding
        Of `measure_attack_lift`.
    """
    check_key(finding, "attack_lift", asked_by="plot_lift")
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    wording = open_wording(language)
    told = finding.data.dropna(subset=["lift", "lift_low", "lift_high"])
    named = told.dropna(subset=["label"])
    shown = named.head(MOST_TOPICS).iloc[::-1]
    if shown.empty:
        why = "unnamed" if len(told) else "none"
        return empty_chart(finding, wording.say(f"chart.attack_lift.{why}"), language=language, ax=ax)
    lift, low, high = (shown[c].to_numpy(float) for c in ("lift", "lift_low", "lift_high"))
    is_different = shown["lift_verdict"].isin(DIFFERENT).fillna(False).to_numpy(bool)
    floor = MARKS[0] / 2  # an interval may begin at 0, which has no place on this scale
    figure, axes = frame(ax, height=0.75 + 0.25 * len(shown))
    with drawing():
        axes.axvline(1, color=MUTED, linewidth=1)
        for i, different in enumerate(is_different):
            colour = ALARM if different else MUTED
            axes.plot([max(low[i], floor), high[i]], [i, i], color=colour, linewidth=2)
            axes.plot(lift[i], i, "o", color=colour, markersize=7, markerfacecolor=colour if different else "white")
        axes.set_yticks(range(len(shown)), list(shown["label"]))
        spare = max(2 - len(shown), 0) / 2
        axes.set_ylim(-0.6 - spare, len(shown) - 0.4 + spare)
        axes.set_xscale("log")
        axes.set_xlim(min(0.45, 0.9 * max(float(low.min()), floor)), max(2.2, 1.1 * float(high.max())))
        axes.xaxis.set_major_locator(FixedLocator(MARKS))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value, 1 if value < 1 else 0)))
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(wording.say("axis.attack_lift"))
    stated = [wording.say("chart.attack_lift.part", name=label, lift=float(value), low=float(a), high=float(b))
              for label, value, a, b in zip(shown["label"][::-1], lift[::-1], low[::-1], high[::-1], strict=True)]
    unnamed = len(told) - len(named)
    notes = [wording.say("chart.attack_lift.left_unnamed", count=unnamed)] if unnamed else []
    return make_chart(finding, figure, language=language,
                      alt=wording.say("chart.attack_lift.alt", parts="; ".join(stated)),
                      notes=[*notes, *left_out(wording, smaller=len(named) - len(shown),
                                               hidden=len(finding.data) - len(told))])
