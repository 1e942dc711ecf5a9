"""Events of the town on a time line: a number above the week, and below the picture what it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.charts.style import INK, MUTED, TEXT
from workbench.wording import Wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LETTERS = 84  # of a line below the picture


@dataclass(frozen=True)
class Marker:
    """An event at its place on the axis: position of its week, running number, and the words of its line."""

    place: int
    number: int
    words: str


def place_events(events: pd.DataFrame | None, weeks: Sequence[str], wording: Wording) -> list[Marker]:
    """Return the events that lie in the weeks of a picture, numbered in order of time.

    Parameters
    ----------
    events
        Columns `date` and `label`; None: there are none.
    weeks
        Or fortnights or months, as 2025-W34, 2025-W33-W34 or 2025-08, in the order of the axis.
    """
    if events is None or events.empty:
        return []
    places = {inside: place for place, name in enumerate(weeks) for inside in _parts_of(str(name))}
    days = events.sort_values("date", kind="stable")
    shown = [(places[name], day, str(label)) for day, label in zip(days["date"], days["label"], strict=True)
             if (name := next((n for n in _names_of(day) if n in places), None)) is not None]
    return [Marker(place, number, wording.say("chart.event", number=str(number), label=label, date=day.date()))
            for number, (place, day, label) in enumerate(shown, start=1)]


def draw_events(axes: Axes, markers: Sequence[Marker], *, shift: float = 0.0) -> None:
    """Mark each event's week with its number above, and write a legend of the numbers below the axis.

    Parameters
    ----------
    shift
        From the position of a week to the middle of its place.
    """
    if not markers:
        return
    numbers: dict[int, list[str]] = {}
    for marker in markers:
        numbers.setdefault(marker.place, []).append(str(marker.number))
    if not axes.yaxis_inverted():
        axes.set_ylim(top=1.12 * axes.get_ylim()[1])  # bars and their numbers end below the marks
    for place, found in numbers.items():
        axes.axvline(place + shift, ymin=0.94, color=MUTED, linewidth=1.2, zorder=0)
        axes.annotate(" ".join(found), (place + shift, 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
                      textcoords="offset points", ha="center", va="bottom", color=INK, fontsize=TEXT,
                      weight="semibold", gid="event")
    figure = axes.get_figure(root=True)
    assert figure is not None
    lines = [marker.words if len(marker.words) <= MOST_LETTERS else f"{marker.words[:MOST_LETTERS - 1]}…"
             for marker in markers]
    style: dict[str, Any] = {"fontsize": TEXT, "color": INK, "x": 0.01, "ha": "left", "fontweight": "normal"}
    figure.supxlabel("\n".join(lines), **style)
    # each line makes the picture taller, so that the bars keep their room
    figure.set_figheight(figure.get_figheight() + 0.24 * len(lines) + 0.1)


def say_events(markers: Sequence[Marker], wording: Wording) -> str:
    """Return the events as a sentence with a blank before it, for those who do not see the picture."""
    return f" {wording.say('chart.events', parts='; '.join(m.words for m in markers))}" if markers else ""


def _parts_of(name: str) -> list[str]:
    """Return the weeks of a week or fortnight, and a month as it is; a fortnight may end in the next year."""
    year, *weeks = name.split("-W")
    return [f"{int(year) + (week < weeks[0])}-W{week}" for week in weeks] or [name]


def _names_of(day: pd.Timestamp) -> tuple[str, str]:
    """Return the week and the month that a day lies in."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}", f"{day:%Y-%m}"
