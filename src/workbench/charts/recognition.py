"""The picture of recognition and attacks side by side in each type of arena."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, ALARM, INK, MUTED, drawing, frame
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# colour, form and filling, and place above or below the middle of the row
SIGNS = {"recognition": (ACCENT, "o", ACCENT, 0.16), "attack": (ALARM, "s", "white", -0.16)}
ROOM = 2  # of the longest interval, so that the words beside it fit


def plot_recognition(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the shares of recognition and of attacks in each type of arena, with their intervals.

    The types stand by name: no order is meant, for whether they differ is not tested.

    Parameters
    ----------
    finding
        Of `measure_recognition_arenas`.
    """
    check_key(finding, "recognition_arenas", asked_by="plot_recognition")
    wording = open_wording(language)
    rows = finding.data.dropna(subset=["part"])
    shown = rows.iloc[::-1]
    ends = shown[[f"{code}_high" for code in SIGNS]]
    if ends.isna().all(axis=None):
        return empty_chart(finding, wording.say("chart.recognition_arenas.none"), language=language, ax=ax)
    names = [wording.say_value(part) for part in shown["part"]]
    figure, axes = frame(ax, height=0.6 + 0.5 * max(len(shown), 2))
    said: dict[str, list[str]] = {}
    with drawing():
        for code, (colour, form, filling, off) in SIGNS.items():
            value, low, high = (100 * shown[f"{code}{end}"].to_numpy(float, na_value=np.nan)
                                for end in ("", "_low", "_high"))
            said[code] = [_say(wording, *told) for told in zip(value, low, high, strict=True)]
            for i, words in enumerate(said[code]):
                if not np.isnan(high[i]):
                    axes.plot([0 if np.isnan(low[i]) else low[i], high[i]], [i + off] * 2, color=colour, linewidth=1.6)
                axes.annotate(words, (0 if np.isnan(high[i]) else high[i], i + off), xytext=(6, 0), va="center",
                              textcoords="offset points", color=MUTED if np.isnan(high[i]) else INK)
            axes.plot(value, np.arange(len(shown)) + off, form, color=colour, markerfacecolor=filling, markersize=6,
                      label=wording.say(f"chart.recognition_arenas.{code}"))
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, handlelength=1.4)
        axes.set_yticks(range(len(shown)), names)
        axes.set_ylim(-0.5, max(len(shown), 2) - 0.5)
        axes.set_xlim(0, ROOM * 100 * float(np.nanmax(ends.to_numpy(float, na_value=np.nan))) or 1)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(lambda value, _: wording.share(value / 100))
    parts = [wording.say("chart.recognition_arenas.part", name=name, recognition=one, attack=other)
             for name, one, other in zip(names[::-1], said["recognition"][::-1], said["attack"][::-1], strict=True)]
    return make_chart(finding, figure, language=language,
                      alt=wording.say("chart.recognition_arenas.alt", parts="; ".join(parts)),
                      notes=left_out(wording, hidden=len(finding.data) - len(rows)))


def _say(wording: Wording, value: float, low: float, high: float) -> str:
    if np.isnan(high):
        return wording.say("unit.suppressed")
    if np.isnan(value) or np.isnan(low):
        return wording.say("chart.coded.under", high=wording.share(high / 100))
    return wording.say("chart.coded.value", **{name: wording.share(n / 100) for name, n in (
        ("value", value), ("low", low), ("high", high))})
