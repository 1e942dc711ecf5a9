"""A finding as a researcher reads it: its sentence, how sure it is, what to know of it, and its table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.reading.help import FINDING
from workbench.reading.page import escape, read_style
from workbench.reading.tables import ShownTable, lay_out
from workbench.tables.finding import Finding
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, is_missing, open_wording


@dataclass(frozen=True)
class ShownFinding:
    """A finding as a notebook shows it.

    Attributes
    ----------
    html
        The page; it needs no network.
    sentence
        What the finding says, or why it has nothing to tell.
    shown
        Its table; `shown.save` keeps it.
    """

    html: str
    sentence: str
    shown: ShownTable = field(repr=False)

    def _repr_html_(self) -> str:
        return self.html


def show_finding(finding: Finding | ReleasedFinding, *, language: str = "en") -> ShownFinding:
    """Show a finding: its sentence with its interval, whether it was released, its caveats, and its table.

    Parameters
    ----------
    finding
        Of a `measure_`, `compare_` or `describe_` function, or of a release.
    language
        Of the words, one of `LANGUAGES`.

    Raises
    ------
    TableError
        If it is no finding.
    """
    if not isinstance(finding, Finding | ReleasedFinding):
        raise TableError(f"show_finding takes a finding, and got {type(finding).__name__}. Of a release, take one: "
                         "release[\"volume\"].")
    wording = open_wording(language)
    known = {**finding.known, "period": wording.period(finding.period)}
    sentence = wording.say(f"unsaid.{finding.reason}" if finding.reason else finding.sentence, known)
    notes = [_interval(finding, wording), *(wording.say(f"caveat.{c}", known) for c in finding.caveats)]
    mark = wording.say("explore.hidden", hidden=finding.suppressed) if isinstance(finding, ReleasedFinding) \
        else wording.say("explore.not_released")
    shown = lay_out(_worded(finding, wording), FINDING, language=language)
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes if note)
    page = (f'<div class="wb-reading" lang="{wording.tag}">{read_style()}<p><b>{escape(sentence)}</b></p>'
            f"<p><em>{escape(mark)}</em></p>{f'<ul>{listed}</ul>' if listed else ''}</div>")
    return ShownFinding(page + (shown.html if len(finding.data) else ""), sentence, shown)


def _interval(finding: Finding | ReleasedFinding, wording: Wording) -> str:
    if finding.reason or finding.low is None or finding.high is None:
        return ""
    write = wording.share if finding.unit == "share" else (
        wording.points if finding.unit == "percentage points" else lambda v: wording.number(v, 1))
    return wording.say("report.interval", low=write(finding.low), high=write(finding.high))


def _worded(finding: Finding | ReleasedFinding, wording: Wording) -> pd.DataFrame:
    """Return the columns that a report shows, codes and names in words; where it shows none, all of them."""
    table = finding.data[list(finding.spec.shown()) or finding.data.columns.tolist()].copy()
    for name, column in finding.spec.columns.items():
        if name in table and column.shown in ("code", "named"):
            table[name] = pd.Series([_word(v, column.shown, wording) for v in table[name]], index=table.index,
                                    dtype="object")
    return table


def _word(value: Any, shown: str, wording: Wording) -> Any:
    if is_missing(value):
        return pd.NA
    return wording.named(value) if shown == "named" else wording.say_value(str(value))
