"""How charts name weeks, fortnights and months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from workbench.charts.style import MUTED, number_axis
from workbench.wording import Wording

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes


def span_of(names: Iterable[str]) -> str:
    """Return what the names of times are of: week (2025-W27), fortnight (2025-W27-W28) or month (2025-07)."""
    first = next(iter(names), "-W")
    return "month" if "-W" not in first else "week" if first.count("-W") == 1 else "fortnight"


def span_label(name: str, wording: Wording) -> str:
    """Return the short name of a time within its year: 27, 27–28 or Jul."""
    from babel.dates import format_date

    if "-W" not in name:
        return format_date(date(int(name[:4]), int(name[-2:]), 1), format="LLL", locale=wording.locale).rstrip(".")
    return "–".join(str(int(week)) for week in name.split("-W")[1:])


def span_middle(name: str) -> pd.Timestamp:
    """Return the middle of a week, fortnight or month by its name."""
    import pandas as pd

    year, *weeks = name.split("-W")
    if not weeks:
        month = pd.Period(name, "M")
        return month.start_time + pd.Timedelta(days=month.days_in_month / 2)
    return pd.Timestamp.fromisocalendar(int(year), int(weeks[0]), 1) + pd.Timedelta(days=3.5 * len(weeks))


def say_spans(span: str, count: int, wording: Wording) -> dict[str, str]:
    """Return the words for a span, as facts of a message: `each` of them, and `spans`, so many of them."""
    return {"each": wording.say(f"span.each_{span}"), "spans": wording.say(f"span.{span}", count=count)}


def hidden_spans(span: str, count: int, wording: Wording) -> list[str]:
    """Return the note on weeks, fortnights or months that are hidden, none where all are shown."""
    return [wording.say("chart.hidden_weeks", say_spans(span, count, wording), count=count)] if count else []


def draw_spans(axes: Axes, names: pd.Series, counts: np.ndarray, wording: Wording) -> None:
    """Label a chart of posts over time: some of the times, whole numbers, and a cross where one is hidden."""
    span = span_of(names)
    places = list(range(0, len(names), max(len(names) // (5 if span == "fortnight" else 8), 1)))
    axes.set_xticks(places, [f"{span_label(name, wording)}/{name[2:4]}" for name in names.iloc[places]])
    axes.set_ylim(bottom=0)
    # a week alone is no broader than one of eight
    spare = max(8 - len(names), 0) / 2
    axes.set_xlim(-0.6 - spare, len(names) - 0.4 + spare)
    axes.set_ylabel(wording.say(f"axis.posts_per_{span}"))
    number_axis(axes, wording)
    for place, count in enumerate(counts):
        if count != count:
            axes.annotate("×", (place, 0), ha="center", va="bottom", color=MUTED)
