"""A chart: figure, the words around it, and its numbers as a table."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.charts.style import drawing, frame
from workbench.errors import TableError
from workbench.tables.finding import Finding
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, end_sentence, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AnyFinding = Finding | ReleasedFinding


@dataclass(frozen=True)
class Chart:
    """A picture of one finding.

    Attributes
    ----------
    key
        Name of the exported file: the finding's, where it has one picture.
    finding
        Key of the finding.
    title
        The finding as a sentence.
    subtitle
        What is counted, the denominator and the period.
    alt
        What the picture shows, for those who do not see it.
    table
        The numbers that are drawn.
    figure
        matplotlib; neither shown nor saved.
    is_released
        True where the finding passed the gate; only such charts can be published.
    name
        What the picture is of, in a few words: its title where the sentence stands above it already.
    is_empty
        True where there is nothing to draw and the picture says so in words; a report leaves it out.
    """

    key: str
    finding: str
    title: str
    subtitle: str
    alt: str
    table: pd.DataFrame
    figure: Figure
    is_released: bool
    is_empty: bool = False
    name: str = ""

    def svg(self) -> str:
        """Return the picture as SVG: text as outlines, no date, the same bytes each time."""
        import matplotlib as mpl

        stream = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": f"workbench-{self.key}", "svg.fonttype": "path"}):
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return stream.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        import html

        words = f"<p><b>{html.escape(self.title)}</b><br>{html.escape(self.subtitle)}</p>"
        picture = self.svg()
        return {"text/html": words + picture[picture.index("<svg"):], "text/plain": self.alt}


def check_key(finding: AnyFinding, *keys: str, asked_by: str) -> None:
    """Refuse a finding that a picture is not made for.

    Raises
    ------
    TableError
        Naming the finding that is taken and the one that was given.
    """
    key = getattr(finding, "key", type(finding).__name__)
    if key not in keys:
        raise TableError(f"{asked_by} takes the finding {' or '.join(keys)}, and got {key}. Measure that one, or plot "
                         "this one with the function of its name.")


def known_fact(finding: AnyFinding, name: str, default: Any) -> Any:
    """Return a fact of the finding or its headline, `default` where there is none or the gate took it."""
    value = finding.known.get(name)
    return default if is_missing(value) else value


def make_chart(finding: AnyFinding, figure: Figure, *, language: str, alt: str, key: str | None = None,
               facts: Mapping[str, Any] | None = None, notes: Sequence[str] = ()) -> Chart:
    """Return the chart of a finding, its title and subtitle from the catalogs.

    The title is the message `finding.sentence`, the subtitle ``chart.<key>.subtitle``. Where the gate
    took a fact they need, the title is ``report.title.<key of the finding>`` and the subtitle
    ``chart.<key>.subtitle_safe``.

    Parameters
    ----------
    key
        Of the chart, where it is not the finding's own.
    facts
        Of what is drawn, for the subtitle.
    notes
        What the reader must know of what is hidden or not drawn; ends subtitle and alt text.
    """
    wording = open_wording(language)
    known = {**finding.known, "period": wording.quarter(finding.period)}
    title = finding.sentence if wording.can_say(finding.sentence, known) else f"report.title.{finding.key}"
    key, drawn = key or finding.key, {**known, **(facts or {})}
    subtitle = f"chart.{key}.subtitle"
    subtitle = subtitle if wording.can_say(subtitle, drawn) else f"{subtitle}_safe"
    own = f"chart.{key}.name"
    worded = finding.worded.get(language) if isinstance(finding, ReleasedFinding) else None
    said = [wording.say(subtitle, drawn), *notes]
    return Chart(
        key=key,
        finding=finding.key,
        title=wording.fill(worded, known) if worded else wording.say(title, known),
        subtitle=" ".join([*map(end_sentence, said[:-1]), said[-1]]),
        alt=" ".join([alt, *map(end_sentence, notes)]),
        table=finding.data,
        figure=figure,
        is_released=isinstance(finding, ReleasedFinding),
        name=wording.say(own if wording.can_say(own, known) else f"report.title.{finding.key}", known),
    )


def left_out(wording: Wording, **counts: int) -> list[str]:
    """Return the note on what is not drawn, by why: ``smaller``, ``untested`` or ``hidden``; none where all is."""
    parts = [wording.say(f"chart.left_out.{why}", count=count) for why, count in counts.items() if count]
    return [wording.say("chart.left_out", parts=wording.words(parts))] if parts else []


def empty_chart(finding: AnyFinding, words: str, *, language: str, ax: Axes | None = None,
                key: str | None = None) -> Chart:
    """Return a chart that has nothing to draw and says so in words, in the picture and for its alt text."""
    figure, axes = frame(ax, height=0.9)
    with drawing():
        axes.set_axis_off()
        axes.annotate(words, (0.5, 0.5), xycoords="axes fraction", ha="center", va="center")
    return replace(make_chart(finding, figure, language=language, alt=words, key=key), is_empty=True)
