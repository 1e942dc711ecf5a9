"""How far coders are, and what to do where nobody has coded yet."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.errors import TableError
from workbench.reading.page import escape, read_style
from workbench.reading.tables import ShownTable, show_table
from workbench.wording import open_wording


@dataclass(frozen=True)
class ShownProgress:
    """How far coders are, as a notebook shows it.

    Attributes
    ----------
    html
        The page.
    todo
        What is to be done; empty where all is coded.
    shown
        The table.
    """

    html: str
    todo: str
    shown: ShownTable = field(repr=False)

    def _repr_html_(self) -> str:
        return self.html


def show_progress(progress: pd.DataFrame, *, period: str, language: str = "en") -> ShownProgress:
    """Show how far coders are, and in a box what is to be done before anything can be said of speech.

    Parameters
    ----------
    progress
        Of `speech.measure_progress`.
    period
        Such as 2025Q3.
    language
        Of the words, one of `LANGUAGES`.

    Raises
    ------
    TableError
        If the table is another one.
    """
    if not {"coder", "asked", "coded", "left"} <= set(progress) or progress.empty:
        raise TableError("show_progress takes the table of speech.measure_progress.")
    wording = open_wording(language)
    first = {name: int(progress[name].iloc[0]) for name in ("asked", "coded", "left")}
    facts = {**first, "count": first["asked"], "quarter": period, "period": period}
    said = wording.say("lab.speech.drawn" if first["asked"] else "lab.speech.none", facts)
    todo = wording.say("lab.step.sample", facts) if not first["asked"] else "" if not first["left"] else \
        wording.say("lab.step.code", {**facts, "count": first["left"]})
    box = f'<div class="wb-warning" role="note"><p>{escape(todo)}</p></div>' if todo else ""
    shown = show_table(progress, language=language)
    page = f'<div class="wb-reading" lang="{wording.tag}">{read_style()}<p><b>{escape(said)}</b></p>{box}</div>'
    return ShownProgress(page + (shown.html if first["asked"] else ""), todo, shown)
