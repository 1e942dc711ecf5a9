"""Cover, headings and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from workbench.errors import ReleaseError, TableError
from workbench.reports.blocks import Block, leave_out, make_block
from workbench.tables.periods import period_kind
from workbench.tables.release import Release, ReleasedFinding
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    import pandas as pd

_CHANGE, _UNCHANGED = "percentage points", "title.unchanged"
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def render_cover(release: Release, *, title: str | Sequence[str], place: str, period: str, contact: str,
                 language: str) -> Block:
    """Show the cover of a report; it must be the first block.

    Parameters
    ----------
    title
        Keys of findings, of which the first that speaks of change gives its sentence. Where a test found no change,
        the title says so and names the largest topic; else the first gives its sentence that counts something. Or
        the title itself, or the message of it. An editor's headline goes before all of them, but for the last.
    period
        A quarter such as 2025Q3, written out with its days; anything else as it stands.
    contact
        Who answers questions.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    check_release(release, asked_by="render_cover")
    sources = release.provenance.get("sources", [])
    controllers = list(dict.fromkeys(str(s["controller"]) for s in sources if s.get("controller")))
    wording = open_wording(language)
    content = {
        "title": _say_own(title, wording) if isinstance(title, str) else _say_title(release, title, wording),
        "place": place,
        "period": name_period(period, wording),
        "days": _days(period, wording),
        "contact": contact,
        "author": wording.words(controllers) or contact,
        "digest": release.digest[:12],
    }
    return make_block("cover", content, language=language, release=release.digest)


def _say_own(text: str, wording: Wording, **facts: Any) -> str:
    """Return a message, where the text is the id of one, or else the text."""
    return wording.say(text, facts) if wording.knows(text) else text


def _say_title(release: Release, keys: Sequence[str], wording: Wording) -> str:
    told = release.headline
    if told is not None and wording.language == release.language:
        return wording.fill(told.text, known_facts(release[told.finding], wording))
    telling = [release[k] for k in keys if not release[k].reason]
    changed = [f for f in telling if f.is_change]
    if not changed and any(f.unit == _CHANGE and f.test for f in telling):
        known: dict[str, Any] = {}
        for finding in telling:
            known |= {k: v for k, v in known_facts(finding, wording).items() if k not in known}
        if wording.can_say(_UNCHANGED, known):
            return wording.say(_UNCHANGED, known)
    counted = [f for f in telling if not f.test]
    return say_finding((changed or counted or telling or [release[keys[-1]]])[0], wording)


def render_heading(text: str, *, level: int, language: str) -> Block:
    """Show a heading.

    Parameters
    ----------
    text
        A message id such as ``section.volume``, or the heading itself.
    level
        1 to 3; a level is never skipped on the way down.
    """
    said = _say_own(text, open_wording(language))
    return make_block("heading", {"text": said, "level": level}, language=language)


def render_text(message: str, *, language: str, **facts: Any) -> Block:
    """Show a paragraph from the catalogs, filled with facts.

    Raises
    ------
    ReportError
        If the message or one of its facts is not known.
    """
    return make_block("text", {"text": open_wording(language).say(message, facts)}, language=language)


def render_limits(release: Release, *, language: str) -> Block:
    """Show what the report cannot see; where nobody checked any share of attacks, that none was measured.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    check_release(release, asked_by="render_limits")
    wording = open_wording(language)
    speech = release.findings.get("speech")
    is_unaudited = speech is None or not speech.data["state"].ne("not_audited").any()
    messages = ["text.limits", *(["text.limits_unaudited"] if is_unaudited else [])]
    return make_block("text", {"text": " ".join(wording.say(m) for m in messages)}, language=language)


def render_list(items: Sequence[str], *, language: str) -> Block:
    """Show texts as a list with bullets; nothing where there are none.

    Parameters
    ----------
    items
        Each a message id that needs no facts, or the words themselves.
    """
    if not len(items):
        return leave_out("report.nothing_written", language=language)
    wording = open_wording(language)
    said = [_say_own(item, wording) for item in items]
    return make_block("list", {"items": said}, language=language)


def render_contacts(lines: pd.DataFrame, *, language: str) -> Block:
    """Show where help is; nothing where nobody wrote any help line down.

    Parameters
    ----------
    lines
        Of `Study.handbook("help_lines")`, in the order in which they are shown: columns `name`, `phone`, `web`,
        `hours` and `text`.
    """
    if lines.empty:
        return leave_out("report.no_contacts", language=language)
    columns = ["name", "phone", "web", "hours", "text"]
    return make_block("contacts", {"lines": lines[columns].fillna("").to_dict("records")}, language=language)


def render_notes(notes: str | Sequence[str], *, sources: str | Sequence[str], language: str, **facts: Any) -> Block:
    """Say what the speaker says to a slide, and where its claims come from; every slide has these once.

    Parameters
    ----------
    notes, sources
        Message ids, filled with facts, or the words themselves. Notes are paragraphs; sources stand at the foot.
    """
    wording = open_wording(language)
    said, told = ([_say_own(text, wording, **facts) for text in _listed(texts)] for texts in (notes, sources))
    return make_block("notes", {"text": said, "source": " ".join(dict.fromkeys(told))}, language=language)


def _listed(texts: str | Sequence[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def name_period(period: str, wording: Wording) -> str:
    """Write a quarter, month, week or day in words, and anything else as it stands."""
    try:
        kind = period_kind(period)
    except TableError:
        return period
    if kind == "day":
        return wording.day(date.fromisoformat(period))
    return wording.period(period)


def check_release(release: object, *, asked_by: str) -> None:
    """Refuse anything that is not a release.

    Raises
    ------
    ReleaseError
        If it is not a `Release`.
    """
    if not isinstance(release, Release):
        raise ReleaseError(f"{asked_by} takes a Release, and got {type(release).__name__}. Make one with "
                           "release_findings(…).")


def _days(period: str, wording: Wording) -> str:
    found = _QUARTER.fullmatch(period)
    if found is None:
        return ""
    year, quarter = int(found[1]), int(found[2])
    after = date(year + quarter // 4, 1 + 3 * (quarter % 4), 1)
    return wording.say("report.days", first=date(year, 3 * quarter - 2, 1), last=after - timedelta(days=1))


def say_finding(finding: ReleasedFinding, wording: Wording) -> str:
    """Return the sentence of a finding, in an editor's words where there are, filled with its facts."""
    known = known_facts(finding, wording)
    worded = finding.worded.get(wording.language)
    return wording.fill(worded, known) if worded else wording.say(finding.sentence, known)


def known_facts(finding: ReleasedFinding, wording: Wording) -> dict[str, Any]:
    """Return the facts of a finding and its headline, with its period in words."""
    return {**finding.known, "period": wording.period(finding.period)}
