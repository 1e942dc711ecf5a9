"""Time plan and assessment sheet of a course, as pages that need nothing else."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.training.source import ASSESS, Step
from workbench.wording import open_wording

# colours of the system, so that contrast, dark mode and print are the reader's
_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45 }
body { margin: 0; background: Canvas; color: CanvasText }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: start; padding-block-end: .5rem }
th, td { border-block-end: 1px solid GrayText; padding: .5rem; text-align: start; vertical-align: top }
"""
_START = "09:00"


@dataclass(frozen=True)
class Sheet:
    """A table that the teacher holds in hand.

    Attributes
    ----------
    title
        Of the course.
    caption
        What the table is.
    heads, rows
        Of the table.
    notes
        Below it.
    """

    title: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def make_time_plan(title: str, steps: Sequence[Step], *, language: str) -> Sheet:
    """Make the time plan: when each step begins, if the course begins at nine."""
    say = open_wording(language).say
    at, rows = datetime.strptime(_START, "%H:%M"), []
    for number, step in enumerate(steps, start=1):
        rows.append((str(number), step.title, say("training.minutes", minutes=step.minutes), f"{at:%H:%M}"))
        at += timedelta(minutes=step.minutes)
    total = say("training.total", minutes=sum(step.minutes for step in steps), end=f"{at:%H:%M}")
    heads = tuple(say(f"training.column_{name}") for name in ("number", "step", "time", "at"))
    return Sheet(title, say("training.time_plan"), heads, tuple(rows), (total,))


def make_assessment(title: str, steps: Sequence[Step], *, language: str) -> Sheet:
    """Make the assessment sheet: what is to be seen at each step, the same rules that hold for a report."""
    say = open_wording(language).say
    rows = tuple((str(number), step.title, " ".join(cell.source for cell in step.of(ASSESS)), "☐", "☐", "☐")
                 for number, step in enumerate(steps, start=1))
    heads = tuple(say(f"training.column_{name}") for name in ("number", "step", "seen", "yes", "partly", "no"))
    return Sheet(title, say("training.assessment"), heads, rows,
                 tuple(say(f"training.{name}") for name in ("passed", "nameless")))


def write_sheet(sheet: Sheet, *, language: str) -> str:
    """Write a sheet as a page."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in sheet.heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(value)}</td>" for value in row) + "</tr>" for row in sheet.rows)
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in sheet.notes)
    return (f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html.escape(sheet.title)}</title><style>{_STYLE}</style></head><body>\n"
            f"<main><h1>{html.escape(sheet.title)}</h1><table><caption>{html.escape(sheet.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}</main>\n</body></html>\n")
