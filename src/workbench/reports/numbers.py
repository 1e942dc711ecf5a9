"""Findings in words: sentences and big numbers."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import ReleaseError
from workbench.reports.blocks import Block, check_released, leave_out, make_block
from workbench.reports.standing import judge_confidence, point_arrow
from workbench.reports.texts import check_release, known_facts, say_finding
from workbench.tables.release import Release, ReleasedFinding
from workbench.wording import Wording, end_sentence, open_wording

NOT_AUDITED = "not_audited"  # caveat of a share that people have not looked into

def render_numbers(release: Release, findings: Sequence[ReleasedFinding], *, language: str) -> Block:
    """Show findings as big numbers, each with its label and its interval or denominator.

    The label is the message ``tile.<key>``. A finding whose number is hidden has no tile.

    Raises
    ------
    ReleaseError
        If a finding is not of this release, is not declared as a tile, or carries the caveat ``not_audited``: a
        number that was not audited is never shown large.
    """
    check_release(release, asked_by="render_numbers")
    tiles = show_tiles(release, findings, language=language, asked_by="render_numbers")
    return make_block("numbers", {"tiles": tiles}, language=language, release=release.digest)


def render_finding(finding: ReleasedFinding, *, language: str) -> Block:
    """Show one finding: its sentence, the numbers behind it, its caveats and how sure it is (`judge_confidence`).

    One that has nothing to tell is left out of the report: `render_unsaid` lists why.

    Raises
    ------
    ReleaseError
        If the finding was not released.
    """
    check_released(finding, asked_by="render_finding")
    wording = open_wording(language)
    if finding.reason:
        return leave_out("report.nothing_told", language=language)
    level = judge_confidence(finding)
    content = {
        "key": finding.key,
        "sentence": say_finding(finding, wording),
        "facts": _facts(finding, wording),
        "caveats": _caveats(finding, wording),
        "confidence": wording.say(f"confidence.{level}"),
        "level": level,
    }
    return make_block("finding", content, language=language)


def describe_numbers(finding: ReleasedFinding, wording: Wording) -> list[str]:
    """Return what lies behind a finding, as sentences: its numbers, its caveats and how sure it is."""
    sure = f"{wording.say('report.confidence')}: {wording.say(f'confidence.{judge_confidence(finding)}')}"
    return [end_sentence(part) for part in (*_facts(finding, wording), *_caveats(finding, wording), sure)]


def _caveats(finding: ReleasedFinding, wording: Wording) -> list[str]:
    return [wording.say(f"caveat.{c}", known_facts(finding, wording)) for c in finding.caveats]


def say_p(value: float | None, wording: Wording) -> str:
    """Write a p-value with three decimals, and "< 0.001" below that."""
    if value is not None and value < 0.001:
        return f"< {wording.number(0.001, 3)}"
    return wording.number(value, 3)


def say_value(value: float | None, unit: str, wording: Wording) -> str:
    """Write the value of a finding the way its unit is written."""
    match unit:
        case "share":
            return wording.share(value)
        case "ratio":
            return wording.number(value, 1)
        case "percentage points":
            return wording.points(value)
    return wording.number(value)


def _interval(finding: ReleasedFinding, wording: Wording) -> str:
    if finding.low is None or finding.high is None:
        return ""
    low, high = (say_value(v, finding.unit, wording) for v in (finding.low, finding.high))
    points = f" {wording.say('unit_label.points')}" if finding.unit == "percentage points" else ""
    return wording.say("report.interval", low=low, high=f"{high}{points}")


def _fraction(finding: ReleasedFinding, wording: Wording) -> str:
    if finding.numerator is None or finding.denominator is None:
        return ""
    return wording.say("report.fraction", numerator=finding.numerator, denominator=finding.denominator,
                       unit=wording.say(f"unit_label.{finding.headline.of}"))


def _facts(finding: ReleasedFinding, wording: Wording) -> list[str]:
    test = f"report.test.{finding.test}"
    frame = f"report.frame.{finding.frame}"
    facts = [
        _fraction(finding, wording),
        _interval(finding, wording),
        (wording.say(test) if wording.knows(test) else finding.test) if finding.test else "",
        f"p {'' if finding.p < 0.001 else '= '}{say_p(finding.p, wording)}" if finding.p is not None else "",
        wording.say(frame) if wording.knows(frame) else "",
    ]
    return [f for f in facts if f]


def show_tiles(release: Release, findings: Sequence[ReleasedFinding], *, language: str,
               asked_by: str) -> list[dict[str, str]]:
    """Return the big numbers of findings; one whose number is hidden, or whose label lacks a fact, has none.

    Raises
    ------
    ReleaseError
        See `render_numbers`.
    """
    wording = open_wording(language)
    for finding in findings:
        check_released(finding, asked_by=asked_by)
        if release.findings.get(finding.key) is not finding:
            raise ReleaseError(f"{asked_by}: the finding {finding.key} is not of the release given. Take it from "
                               f"there: release[\"{finding.key}\"].")
        if not finding.spec.is_tile:
            raise ReleaseError(f"{asked_by}: the finding {finding.key} is not declared as a tile. Show it with "
                               "render_finding.")
        if NOT_AUDITED in finding.caveats:
            raise ReleaseError(f"{asked_by}: the finding {finding.key} was not audited, and such a number is never "
                               "shown large. Show it with render_finding, or audit a sample of the quarter.")
    return [
        {
            "key": f.key,
            "value": say_value(f.value, f.unit, wording),
            "label": wording.say(f"tile.{f.key}", known_facts(f, wording)),
            "note": _interval(f, wording) or _fraction(f, wording),
            "arrow": point_arrow(f),
        }
        for f in findings
        if f.value is not None and not f.reason and wording.can_say(f"tile.{f.key}", known_facts(f, wording))
    ]
