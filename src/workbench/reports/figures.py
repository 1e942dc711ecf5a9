"""Charts as figures of a report."""

from __future__ import annotations

from workbench.charts import Chart
from workbench.errors import ReleaseError, ReportError
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.reports.pictures import tidy_picture
from workbench.spreadsheets import write_csv
from workbench.wording import open_wording


def render_figure(chart: Chart, *, language: str, height: float | None = None) -> Block:
    """Show a chart under its finding as title, with what is counted below it.

    A chart with nothing to draw is left out of the report.

    Parameters
    ----------
    height
        Inches, at the width that charts are drawn in; None: as it was drawn. Letters keep their size: on a slide, where
        a low chart is shown broad, they are large.

    Raises
    ------
    ReleaseError
        If the chart was made from a finding that was not released.
    ReportError
        If its picture holds anything but plain shapes, such as scripts, links or references to
        the outside.
    """
    if not isinstance(chart, Chart):
        raise ReleaseError(f"render_figure takes a Chart, and got {type(chart).__name__}. Make one with plot_…(…) "
                           "from a released finding.")
    if not chart.is_released:
        raise ReleaseError(f"render_figure: the chart {chart.key} was made from a finding that was not released. Plot "
                           f"release[\"{chart.key}\"] instead.")
    if chart.is_empty:
        return leave_out("report.nothing_drawn", language=language)
    drawn = chart.figure.get_figheight()
    chart.figure.set_figheight(height or drawn)
    try:
        picture = tidy_picture(chart.svg())
    except ReportError as error:
        raise ReportError(f"render_figure: the chart {chart.key}: {error}. Draw it with a plot_ function.") from error
    finally:
        chart.figure.set_figheight(drawn)
    content = {"title": chart.title, "subtitle": chart.subtitle, "alt": chart.alt, "svg": picture,
               "source": open_wording(language).say("report.own_source"), "key": chart.key, "finding": chart.finding,
               "csv": write_csv(chart.table, language=language), "name": chart.name or chart.title}
    return make_block("figure", content, language=language)
