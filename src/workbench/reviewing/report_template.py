"""The editor's file as it starts: what may be written, with examples, and what there is to write about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.reviewing.lines import quote, say
from workbench.reviewing.report_fields import field_name
from workbench.reviewing.rewording import facts_of, placeholders_of
from workbench.reviewing.told import Told
from workbench.settings import LANGUAGES
from workbench.tables.editorial import ADDRESSEES, EFFORTS, STATUSES, Recommendation
from workbench.wording import Wording

_MOST_LETTERS = 60  # of a fact shown beside its placeholder


def write_template(period: str, told: Mapping[str, Told], before: Sequence[Recommendation], wording: Wording) -> str:
    """Return the text of a new editor's file.

    Everything in it is a comment but role, day and the recommendations of the last report, which ask what became of
    them.

    Parameters
    ----------
    told
        What the last run told, by finding.
    before
        What the last report recommended.
    """
    parts = [_comment(wording, "editor.head", period=period),
             f'editor = ""  # {wording.say("editor.role")}\ndate = ""  # {wording.say("review.date")}\n'
             f'without = []  # {wording.say("editor.without")}\n']
    for part in ("headline", "findings", "peaks", "recommendations", "follow_up", "unknown", "focus", "vignettes"):
        parts.append(_comment(wording, f"editor.{part}", language=wording.language, addressees=_words(
            wording, "addressee", ADDRESSEES), efforts=_words(wording, "effort", EFFORTS), statuses=_words(
            wording, "status", STATUSES)))
        if part == "findings":
            parts.append("".join(f"# {say(line)}".rstrip() + "\n" for line in _sayings(told, wording)))
        if part == "peaks":
            parts.append("".join(f'# topic = {quote(topic)}, week = {quote(week)}\n'
                                 for one in told.values() for topic, week in one.peaks))
        if part == "follow_up":
            parts.append("\n".join(_follow_up(r) for r in before))
    return "\n".join(part for part in parts if part)


def _words(wording: Wording, kind: str, codes: Sequence[str]) -> str:
    return " · ".join(f'"{code}" {wording.say(f"{kind}.{code}")}' for code in codes)


def _sayings(told: Mapping[str, Told], wording: Wording) -> list[str]:
    """Return for each finding its key, its own sentence and its placeholders with what they stand for."""
    lines = []
    for key, one in told.items():
        if one.reason or not wording.can_say(one.sentence, facts := facts_of(one, wording)):
            continue
        known = placeholders_of(one, wording)
        shown = {f"{{{name}:{way}}}" if way else f"{{{name}}}": wording.fill(f"{{{name}:{way}}}", facts)[:_MOST_LETTERS]
                 for name, way in known.items()}
        lines += [f"{key} – {wording.say(one.sentence, facts)}.",
                  f"    {' · '.join(f'{name} = {value}' for name, value in shown.items())}"]
    return lines


def _follow_up(recommendation: Recommendation) -> str:
    notes = [f'{field_name("note", language)} = ""' for language in LANGUAGES]
    return "\n".join(["[[follow_up]]", f"id = {quote(recommendation.id)}  # {say(recommendation.text)}", 'status = ""',
                      *notes, ""])


def _comment(wording: Wording, message: str, **facts: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in wording.say(message, facts).split("\n"))
