"""A slide of a talk: its blocks, what the speaker says to them, and where its claims come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.reports.blocks import LEFT_OUT, Block, Section, check_released, make_block, render_section
from workbench.reports.numbers import describe_numbers
from workbench.reports.texts import known_facts, render_heading, render_list, render_notes
from workbench.tables.release import ReleasedFinding
from workbench.wording import Wording, open_wording

_SAID = ("notes", "lesson")  # to a room of parents, and what a class can do with the slide


def render_slide(name: str, *blocks: Block, language: str, findings: Sequence[ReleasedFinding] = (),
                 sources: Sequence[str] = (), **facts: Any) -> Section:
    """Show a slide of the talk: its heading, its blocks or what stands in their place, notes and source.

    The words are the messages ``slide.<name>`` (heading), ``slide.<name>.1``, ``.2`` … (points above the blocks),
    ``slide.<name>.instead.1``, ``.2`` … (points where every block is left out, so that a slide stays where a collection
    cannot carry it; ``.instead.lead`` stands above them), ``slide.<name>.notes`` and ``.lesson`` (what the speaker
    says), ``slide.<name>.source`` and, where every block is left out, ``.instead.source``. What lies behind a number,
    its caveats, and what a help line is for, are for the speaker.

    Parameters
    ----------
    findings
        Those that the blocks show: the quarterly report is named as their source.
    sources
        Further sources, as they stand.
    facts
        Of the messages.

    Raises
    ------
    ReleaseError
        If a finding was not released.
    ReportError
        If a message or one of its facts is not known.
    """
    wording = open_wording(language)
    told = [f for f in findings if not check_released(f, asked_by="render_slide").reason]
    is_empty = bool(blocks) and all(block.kind == LEFT_OUT for block in blocks)
    listed = _points(f"slide.{name}", wording, facts)
    if is_empty:
        told, listed = [], [*listed, *_points(f"slide.{name}.instead", wording, facts)]
    notes = [wording.say(f"slide.{name}.{part}", facts) for part in _SAID]
    notes += [f"{_title(f, wording)}: {' '.join(describe_numbers(f, wording))}" for f in told]
    notes += [f"{line['name']}: {line['text']}" for b in blocks if b.kind == "contacts" for line in b.content["lines"]]
    own = [f"slide.{name}.source", *([f"slide.{name}.instead.source"] if is_empty else [])]
    given = [wording.say(message, facts) for message in own if wording.knows(message)]
    return render_section(
        render_heading(f"slide.{name}", level=1, language=language), *listed, *([] if is_empty else blocks),
        render_notes(notes, sources=[*_reports(told, wording), *given, *sources], language=language))


def _points(name: str, wording: Wording, facts: dict[str, Any]) -> list[Block]:
    """Return the messages ``<name>.1``, ``<name>.2`` and on, as many as there are, below ``<name>.lead`` if it is."""
    said: list[str] = []
    while wording.knows(message := f"{name}.{len(said) + 1}"):
        said.append(wording.say(message, facts))
    if said and wording.knows(lead := f"{name}.lead"):
        content = {"lead": wording.say(lead, facts), "points": said}
        return [make_block("points", content, language=wording.language)]
    return [render_list(said, language=wording.language)] if said else []


def _title(finding: ReleasedFinding, wording: Wording) -> str:
    return wording.say(f"report.title.{finding.key}", known_facts(finding, wording))


def _reports(findings: Sequence[ReleasedFinding], wording: Wording) -> list[str]:
    if not findings:
        return []
    titles = wording.words(list(dict.fromkeys(_title(f, wording) for f in findings)))
    return [wording.say("slide.numbers", titles=titles, period=wording.quarter(findings[0].period))]
