"""A chart: figure, the words around it, and its numbers as a table."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.charts.style import ALARM, drawing, frame
from workbench.errors import TableError
from workbench.files import write_atomically
from workbench.spreadsheets import write_csv
from workbench.tables.finding import Finding
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, end_sentence, is_missing, open_wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AnyFinding = Finding | ReleasedFinding
_DOTS_SHOWN = 192  # per inch, in a notebook: twice the size it is shown in, sharp on a dense screen


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
    language
        Of its words.
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
    language: str = "en"

    def svg(self) -> str:
        """Return the picture as SVG: text as outlines, no date, the same bytes each time."""
        import matplotlib as mpl

        stream = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": f"workbench-{self.key}", "svg.fonttype": "path"}):
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return stream.getvalue()

    def save(self, folder: str | Path, *, name: str = "", dots: int = 200) -> list[Path]:
        """Save the picture as SVG and PNG, and its numbers as CSV beside, each named after the chart.

        What was not released is a draft: the name of each file and both pictures say so. Files of these names are
        replaced.

        Parameters
        ----------
        folder
            Where to; one that is there.
        name
            Of the files, without ending; empty: the chart's key.
        dots
            Per inch, of the PNG.

        Returns
        -------
        paths
            Of SVG, PNG and CSV.

        Raises
        ------
        TableError
            If there is no such folder, or the name is a path.
        """
        folder, name = Path(folder), name or self.key
        if not folder.is_dir():
            raise TableError(f"There is no folder {folder} to save the chart {self.key} in. Make it first, or choose "
                             "another.")
        if Path(name).name != name:
            raise TableError("The name of a chart's files is a name alone, without a folder or a slash.")
        base = name if self.is_released else f"{name}-draft"
        with self._marked():
            files: dict[str, bytes | str] = {
                ".svg": self._named_svg(), ".png": self._png(dots),
                ".csv": write_csv(self.table, language=self.language)}
        paths = [folder / f"{base}{ending}" for ending in files]
        for path, content in zip(paths, files.values(), strict=True):
            write_atomically(path, content)
        return paths

    def _named_svg(self) -> str:
        """Return the picture with its title and alt text, for those who do not see it."""
        svg = self.svg()
        start = svg.index("<svg")
        end = svg.index(">", start)
        words = f"<title>{html.escape(self.title)}</title><desc>{html.escape(self.alt)}</desc>"
        return f'{svg[:end]} role="img">{words}{svg[end + 1:]}'

    @contextmanager
    def _marked(self) -> Iterator[None]:
        """Write in the corner of a figure that it is a draft while it is saved, unless it was released."""
        if self.is_released:
            yield
            return
        with drawing():
            mark = self.figure.text(0.995, 0.995, open_wording(self.language).say("report.draft"), ha="right", va="top",
                                    color=ALARM, gid="draft")
        try:
            yield
        finally:
            mark.remove()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what a notebook shows: words and picture as HTML, and the picture alone as PNG and SVG.

        The HTML holds the picture as PNG, with its alt text: drawings are taken out of the HTML of a notebook that is
        not trusted, and a picture without words says nothing to who does not see it.
        """
        png = base64.b64encode(self._png(_DOTS_SHOWN)).decode()
        width = round(96 * self.figure.get_size_inches()[0])
        page = (f"<p><b>{html.escape(self.title)}</b><br>{html.escape(self.subtitle)}</p>"
                f'<img alt="{html.escape(self.alt, quote=True)}" width="{width}" src="data:image/png;base64,{png}">')
        return {"text/html": page, "image/png": png, "image/svg+xml": self.svg(), "text/plain": self.alt}

    def _png(self, dots: int) -> bytes:
        """Return the picture as PNG, with its title and alt text; the same bytes each time."""
        image = io.BytesIO()
        self.figure.savefig(image, format="png", dpi=dots, metadata={
            "Title": self.title, "Description": self.alt, "Software": None})
        return image.getvalue()


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
    known = {**finding.known, "period": wording.period(finding.period)}
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
        language=language,
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
