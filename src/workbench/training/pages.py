"""Slides, time plan and assessment sheet of a course as single HTML pages that need nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from workbench.training.source import ASSESS, SLIDE, Step
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
_SLIDES = """
html { scroll-snap-type: y proximity; font-size: clamp(1.2rem, 2.2vw, 2.2rem) }
section { min-height: 100vh; box-sizing: border-box; padding: 8vh 10vw; scroll-snap-align: start;
 display: flex; flex-direction: column; justify-content: center }
section > * { max-width: 34em; margin-block: .4em }
h1, h2 { line-height: 1.15 }
footer { font-size: .6em; margin-block-start: auto }
@media print { section { break-after: page } }
"""
# without it the slides scroll
_KEYS = """
const slides = [...document.querySelectorAll("section")];
document.addEventListener("keydown", event => {
 const step = {ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1}[event.key];
 if (!step) return;
 event.preventDefault();
 const here = slides.findIndex(s => s.getBoundingClientRect().bottom > innerHeight / 2);
 slides[Math.min(Math.max(here + step, 0), slides.length - 1)].scrollIntoView();
});
"""
_START = "09:00"


def write_slides(title: str, steps: Sequence[Step], *, language: str) -> str:
    """Write the slides: one for the beginning, one a step; arrow keys turn them."""
    say = open_wording(language).say
    first = f"<section><h1>{html.escape(title)}</h1><p>{html.escape(say('training.made_up'))}</p></section>"
    told = [f'<section><div>{_render(cell.source)}</div><footer>{number} / {len(steps)} · '
            f"{html.escape(say('training.minutes', minutes=step.minutes))}</footer></section>"
            for number, step in enumerate(steps, start=1) for cell in step.of(SLIDE)]
    return _page(title, [first, *told], language=language, style=_SLIDES, script=_KEYS)


def write_time_plan(title: str, steps: Sequence[Step], *, language: str) -> str:
    """Write the time plan: when each step begins, if the course begins at nine."""
    say = open_wording(language).say
    at, rows = datetime.strptime(_START, "%H:%M"), []
    for number, step in enumerate(steps, start=1):
        rows.append((number, step.title, say("training.minutes", minutes=step.minutes), f"{at:%H:%M}"))
        at += timedelta(minutes=step.minutes)
    total = say("training.total", minutes=sum(step.minutes for step in steps), end=f"{at:%H:%M}")
    table = _table(say("training.time_plan"), [say(f"training.column_{c}") for c in ("number", "step", "time", "at")],
                   rows)
    return _page(title, [f"<main><h1>{html.escape(title)}</h1>{table}<p>{html.escape(total)}</p></main>"],
                 language=language)


def write_assessment(title: str, steps: Sequence[Step], *, language: str) -> str:
    """Write the assessment sheet: what is to be seen at each step, the same rules that hold for a report."""
    say = open_wording(language).say
    rows = [(number, step.title, " ".join(cell.source for cell in step.of(ASSESS)), "☐", "☐", "☐")
            for number, step in enumerate(steps, start=1)]
    columns = ("number", "step", "seen", "yes", "partly", "no")
    table = _table(say("training.assessment"), [say(f"training.column_{c}") for c in columns], rows)
    words = "".join(f"<p>{html.escape(say(f'training.{name}'))}</p>" for name in ("passed", "nameless"))
    return _page(title, [f"<main><h1>{html.escape(title)}</h1>{table}{words}</main>"], language=language)


def _render(text: str) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(text))


def _table(caption: str, heads: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(v))}</td>" for v in row) + "</tr>" for row in rows)
    return (f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>")


def _page(title: str, parts: Iterable[str], *, language: str, style: str = "", script: str = "") -> str:
    return (f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html.escape(title)}</title><style>{_STYLE}{style}</style></head><body>\n"
            + "\n".join(parts) + (f"\n<script>{script}</script>" if script else "") + "\n</body></html>\n")
