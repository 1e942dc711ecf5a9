"""A chart: figure, the words around it, and its numbers as a table."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.charts.style import drawing, frame
from workbench.tables.finding import Finding
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording

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
        Of the finding; also the name of the exported file.
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
    """

    key: str
    title: str
    subtitle: str
    alt: str
    table: pd.DataFrame
    figure: Figure
    is_released: bool

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


def make_chart(finding: AnyFinding, figure: Figure, *, language: str, alt: str,
               table: pd.DataFrame | None = None) -> Chart:
    """Return the chart of a finding, its title and subtitle from the catalogs.

    The title is the message `finding.sentence`, the subtitle ``chart.<key>.subtitle``.
    """
    wording = open_wording(language)
    facts = {**finding.facts, "period": wording.quarter(finding.period)}
    return Chart(
        key=finding.key,
        title=wording.say(finding.sentence, facts),
        # a withheld finding has lost its facts, and the cells it may still show stand without them
        subtitle=wording.say(f"chart.{finding.key}.subtitle" if finding.facts else "chart.withheld", facts),
        alt=alt,
        table=finding.data if table is None else table,
        figure=figure,
        is_released=isinstance(finding, ReleasedFinding),
    )


def empty_chart(finding: AnyFinding, words: str, *, language: str, ax: Axes | None = None) -> Chart:
    """Return a chart that has nothing to draw and says so in words, in the picture and for its alt text."""
    figure, axes = frame(ax, height=0.9)
    with drawing():
        axes.set_axis_off()
        axes.annotate(words, (0.5, 0.5), xycoords="axes fraction", ha="center", va="center")
    return make_chart(finding, figure, language=language, alt=words)
