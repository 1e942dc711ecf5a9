"""A picture that children can read: of a hundred posts so many, with few numbers and big words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.charts.chart import AnyFinding, Chart, check_key, empty_chart, make_chart
from workbench.charts.style import ACCENT, ALARM, GRID, INK, QUIET, drawing, frame
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEY = "for_children"
NUMBER, WORDS = 30, 17  # points: who stands before a poster reads both
SIDE = 10  # signs in a row, and rows
ROOM = 13.0  # of one square of signs and what lies beside it
LETTERS = 26  # of a line of words
FULL, EMPTY = "counted", "rest"  # ids of the signs, by which they are found in a picture


@dataclass(frozen=True)
class _Square:
    """A hundred signs: what they count, its share of the posts, and how the counted ones look."""

    label: str
    share: float
    marker: str
    colour: str

    @property
    def count(self) -> int:
        return round(100 * self.share)


def plot_for_children(topics: AnyFinding, harms: AnyFinding, speech: AnyFinding, *, row: str = "",
                      language: str = "en", ax: Axes | None = None) -> Chart:
    """Draw how many of a hundred posts a theme is about, and beside them how many are kind.

    A hundred signs stand for a hundred posts; those that count differ in shape and colour from the rest, and the two
    squares from each other. Numbers are whole; below one half it is said that there are fewer than one.

    Parameters
    ----------
    topics, harms, speech
        Of `measure_topics`, `measure_harms` and `measure_speech`, of the same quarter.
    row
        What the first square counts: the stable id of a topic or the code of a harm; without a number in the findings
        only the second is drawn. The second is the checked share of recognition, where people checked it.
    """
    check_key(topics, "topics", asked_by="plot_for_children")
    check_key(harms, "harms", asked_by="plot_for_children")
    check_key(speech, "speech", asked_by="plot_for_children")
    wording = open_wording(language)
    found, square = _theme(topics, harms, row, wording)
    squares = [s for s in (square, _kind(speech, wording)) if s]
    base = found if square else speech
    is_released = all(isinstance(finding, ReleasedFinding) for finding in (topics, harms, speech))
    table = pd.DataFrame([{"what": s.label, "share": s.share, "of_100": s.count} for s in squares],
                         columns=["what", "share", "of_100"])
    if not squares:
        nothing = empty_chart(base, wording.say("chart.for_children.none"), language=language, ax=ax, key=KEY)
        return replace(nothing, table=table, is_released=is_released)
    figure, axes = frame(ax, height=4.9)
    with drawing():
        for place, each in enumerate(squares):
            _draw(axes, each, left=place * ROOM, wording=wording)
        _finish(axes, len(squares))
    said = [wording.say("chart.for_children.part", {"name": s.label, "count": _say_count(s, wording)}) for s in squares]
    chart = make_chart(base, figure, language=language, key=KEY,
                       alt=wording.say("chart.for_children.alt", parts="; ".join(said)))
    title = wording.say("chart.for_children.title")
    return replace(chart, title=title, name=title, table=table, is_released=is_released)


def _theme(topics: AnyFinding, harms: AnyFinding, row: str | None,
           wording: Wording) -> tuple[AnyFinding, _Square | None]:
    """Return the finding that holds a row, and its square; none where it has no number."""
    for finding, column, name in ((topics, "stable_id", "label"), (harms, "code", "name")):
        data = finding.data
        if is_missing(row) or not row or column not in data:
            continue
        own = data[data[column].eq(row).fillna(False)].dropna(subset=[name, "share"])
        if len(own):
            first: dict[Any, Any] = own.iloc[0].to_dict()
            label = wording.say("chart.for_children.about", {"name": wording.named(first[name])})
            return finding, _Square(label, float(first["share"]), "s", ALARM)
    return topics, None


def _kind(speech: AnyFinding, wording: Wording) -> _Square | None:
    data = speech.data
    own = data[data["code"].eq("recognition").fillna(False) & data["row"].eq("share").fillna(False)]
    own = own.dropna(subset=["share"])
    if own.empty:
        return None
    return _Square(wording.say("chart.for_children.kind"), float(own["share"].iloc[0]), "o", ACCENT)


def _draw(axes: Axes, square: _Square, *, left: float, wording: Wording) -> None:
    # from the top left, as one reads
    spots = [(left + number % SIDE + 0.5, SIDE - number // SIDE - 0.5) for number in range(SIDE * SIDE)]
    full, rest = spots[:square.count], spots[square.count:]
    _scatter(axes, full, gid=FULL, marker=square.marker, s=165, color=square.colour, edgecolor=INK, linewidth=0.8)
    _scatter(axes, rest, gid=EMPTY, marker=square.marker, s=70, color=GRID, edgecolor=QUIET, linewidth=0.5)
    axes.annotate(_say_count(square, wording), (left + SIDE / 2, SIDE + 0.55), ha="center", va="bottom",
                  fontsize=NUMBER if square.count else NUMBER * 0.75, fontweight=700, color=square.colour)
    axes.annotate("\n".join(textwrap.wrap(square.label, LETTERS)), (left + SIDE / 2, -0.5), ha="center", va="top",
                  fontsize=WORDS, color=INK)


def _scatter(axes: Axes, spots: Sequence[tuple[float, float]], *, gid: str, **look: Any) -> None:
    if spots:
        axes.scatter([x for x, _ in spots], [y for _, y in spots], gid=gid, **look)


def _say_count(square: _Square, wording: Wording) -> str:
    if square.count or not square.share:
        return wording.say("chart.for_children.count", {"number": square.count})
    return wording.say("chart.for_children.under_one")


def _finish(axes: Axes, count: int) -> None:
    spare = 0.0 if count > 1 else ROOM / 2
    axes.set_xlim(-0.75 - spare, (count - 1) * ROOM + SIDE + 0.75 + spare)
    axes.set_ylim(-3.6, SIDE + 2.4)
    axes.set_aspect("equal")
    axes.set_axis_off()
