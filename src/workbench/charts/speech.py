"""Pictures of what part of the posts is attack, hate and recognition, and where there are more attacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, left_out, make_chart
from workbench.charts.style import ACCENT, ALARM, INK, MUTED, drawing, frame
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOM = 1.75  # of the axis beyond the largest number, for the numbers in words
CHECKED, RAW = "checked", "raw"  # ids of the marks, by which they are found in a picture


def plot_speech(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the checked share of each code as a dot on its interval, and what the model counts alone as a hollow ring.

    A share whose interval begins at 0 has no dot: its line runs to the upper end, and the words give that end alone.

    Parameters
    ----------
    finding
        Of `measure_speech`.
    """
    check_key(finding, "speech", asked_by="plot_speech")
    wording = open_wording(language)
    rows = finding.data[finding.data["row"].ne("part").fillna(True)]
    data = rows.dropna(subset=["row", "code"])
    names = [wording.say_value(str(code)) for code in data["code"]]
    return _plot(finding, data, names, hidden=len(rows) - len(data), wording=wording, ax=ax)


def plot_speech_parts(finding: AnyFinding, *, language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw the checked share of attacks of each platform, kind and category of arena, as `plot_speech` draws codes.

    Diamonds stand for parts that differ from the rest by more than chance can explain.

    Parameters
    ----------
    finding
        Of `measure_speech_parts`.
    """
    check_key(finding, "speech_parts", asked_by="plot_speech_parts")
    wording = open_wording(language)
    data = finding.data.dropna(subset=["platform", "category"], how="all")
    names = [_name_part(row, wording) for row in data.to_dict("records")]
    return _plot(finding, data, names, hidden=len(finding.data) - len(data), wording=wording, ax=ax)


def _name_part(row: Mapping[Any, Any], wording: Wording) -> str:
    if is_missing(row["platform"]):
        return wording.say_value(str(row["category"]))
    kind = row["arena_kind"]
    return wording.say_value(str(row["platform"])) + ("" if is_missing(kind) else f", {wording.say_value(str(kind))}")


def _plot(finding: AnyFinding, data: pd.DataFrame, names: Sequence[str], *, hidden: int, wording: Wording,
          ax: Axes | None) -> Chart:
    numbers = data[["share", "low", "high", "raw"]].to_numpy(float, na_value=float("nan"))
    shown = [not any(v != v for v in row[:3]) for row in numbers]
    language = wording.language
    if not any(shown):
        return empty_chart(finding, wording.say(f"chart.{finding.key}.none"), language=language, ax=ax)
    differs = data["verdict"].isin(["more", "less"]).fillna(False) if "verdict" in data else [False] * len(data)
    labels, parts = [], []
    for name, (share, low, high, _), is_shown, state in zip(names, numbers, shown, _states(data), strict=True):
        told = {"name": name, "share": share, "low": low, "high": high}
        way = "_under" if is_under(low) else ""
        unsaid = wording.say_value(state) if state else wording.say("unit.suppressed")
        labels.append(wording.say(f"chart.speech.label{way}", told) if is_shown else unsaid)
        parts.append(wording.say(f"chart.speech.part{way}", told) if is_shown else f"{name}: {unsaid}")
    figure, axes = frame(ax, height=0.95 + 0.32 * max(len(data), 2))
    with drawing():
        for place, (row, is_shown, label, differing) in enumerate(zip(numbers, shown, labels, differs, strict=True)):
            _draw_row(axes, place, 100 * row, is_shown=is_shown, marker="D" if differing else "o")
            end = 100 * max([row[2], *([row[3]] if row[3] == row[3] else [])]) if is_shown else 0
            axes.annotate(label, (end, place), xytext=(9, 0), textcoords="offset points", va="center",
                          color=INK if is_shown else MUTED)
        _finish(axes, names, numbers, shown, wording)
    return make_chart(finding, figure, language=language, alt=wording.say("chart.speech.alt", parts="; ".join(parts)),
                      notes=left_out(wording, hidden=hidden))


def is_under(low: float) -> bool:
    """Tell whether an interval begins so near 0 that only its upper end is told."""
    return low < 0.0005


def _states(data: pd.DataFrame) -> list[str]:
    """Return why a row has no share though nobody hid it; empty where it has one, or was hidden."""
    told = data["state"] if "state" in data else data["verdict"]
    return [str(s) if s in ("coders_differ", "few_coded", "not_audited") else "" for s in told.fillna("")]


def _draw_row(axes: Axes, place: int, row: np.ndarray, *, is_shown: bool, marker: str) -> None:
    share, low, high, raw = row
    colour = ALARM if marker == "D" else ACCENT
    if is_shown:
        axes.plot([low, high], [place, place], color=colour, linewidth=2.4, solid_capstyle="butt", gid=CHECKED)
        if not is_under(low / 100):
            axes.plot([share], [place], marker=marker, color=colour, markersize=7, linestyle="", gid=CHECKED)
        if raw == raw:
            axes.plot([raw], [place], marker="o", markerfacecolor="none", markeredgecolor=MUTED, markersize=6,
                      linestyle="", gid=RAW, zorder=1.5)


def _finish(axes: Axes, names: Sequence[str], numbers: np.ndarray, shown: Sequence[bool],
            wording: Wording) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ends = [100 * v for row, is_shown in zip(numbers, shown, strict=True) if is_shown for v in row[2:] if v == v]
    axes.set_yticks(range(len(names)), list(names))
    spare = max(2 - len(names), 0) / 2
    axes.set_ylim(len(names) - 0.5 + spare, -0.5 - spare)
    axes.set_xlim(0, ROOM * max(ends))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    digits = 1 if max(ends) < 3 else 0
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value, digits)))
    axes.set_xlabel(wording.say("axis.part_of_posts"))
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    signs = [Line2D([], [], color=ACCENT, linewidth=2.4, marker="o", markersize=7)]
    words = [wording.say("chart.speech.audited")]
    if any(is_shown and row[3] == row[3] for row, is_shown in zip(numbers, shown, strict=True)):
        signs.append(Line2D([], [], color=MUTED, linestyle="", marker="o", markerfacecolor="none", markersize=6))
        words.append(wording.say("chart.speech.raw"))
    axes.legend(signs, words, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, handlelength=1.6)
