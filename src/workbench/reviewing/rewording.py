"""Whether an editor's sentence says what a finding knows, and nothing else."""

from __future__ import annotations

import re
import string
from numbers import Real
from typing import Any

from workbench.reviewing.claims import claims_change, claims_fall, claims_number, claims_rise
from workbench.reviewing.told import Told
from workbench.wording import Wording

_NAME = re.compile(r"[a-z_]+")
_WHOLE = ("", "number", "plain")  # ways of writing that are one and the same for a whole number


def shape_faults(text: str, language: str) -> list[str]:
    """Return what is wrong with a sentence whatever the finding knows: braces, and numbers written by hand."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return ["a brace { or } is left over: a placeholder is written like {posts} or {share:share}"]
    faults = []
    for _, name, way, turned in parts:
        if name is not None and (not _NAME.fullmatch(name) or turned or not re.fullmatch(r"[a-z0-9]*", way or "")):
            faults.append("a placeholder is a name and how it is written, like {posts} or {share:share}")
    if "{{" in text or "}}" in text:
        faults.append("braces stand around placeholders only")
    if claims_number("".join(before for before, *_ in parts), language):
        faults.append("a number is written by hand, in digits or in a word; numbers stand as placeholders only, so "
                      "that they are those of the report")
    return list(dict.fromkeys(faults))


def fit_text(text: str, told: Told, wording: Wording, *, is_finding: bool) -> tuple[str, list[str]]:
    """Check a sentence against what a finding knows.

    Parameters
    ----------
    is_finding
        Whether the sentence stands for the finding's own, so that it must name the main number.

    Returns
    -------
    text
        With every placeholder written as in the finding's own sentence, where the editor did not say how.
    faults
        Each as a sentence without its end.
    """
    if faults := shape_faults(text, wording.language):
        return text, [*faults, f"there are {list_placeholders(told, wording)}"]
    if told.reason:
        return text, [f"the finding {told.key} has nothing to tell in this period, so there is nothing to reword"]
    known, used, parts = placeholders_of(told, wording), set(), []
    for before, name, way, _ in string.Formatter().parse(text):
        parts.append(before)
        if name is None:
            continue
        used.add(name)
        if name not in known:
            faults.append(f"there is no placeholder {{{name}}}; there are {list_placeholders(told, wording)}")
        elif way and way != known[name] and not (way in _WHOLE and known[name] in (*_WHOLE, "arenas")):
            faults.append(f"{{{name}:{way}}} would write the number wrongly; write {_written(name, known[name])}")
        parts.append(_written(name, way or known.get(name, "")))
    if is_finding and not faults:
        faults += _main_faults(told, used, wording)
    own = " ".join(before for before, *_ in string.Formatter().parse(text))
    return "".join(parts), faults + _claim_faults(own, told, wording.language)


def placeholders_of(told: Told, wording: Wording) -> dict[str, str]:
    """Return the placeholders that a finding's sentence may hold, and how each is written."""
    own = _own_formats(told, wording)
    return {name: own.get(name, _usual(name, value, told)) for name, value in told.facts.items()
            if not isinstance(value, bool)}


def list_placeholders(told: Told, wording: Wording) -> str:
    """Write the placeholders of a finding one after the other."""
    return ", ".join(_written(name, way) for name, way in placeholders_of(told, wording).items()) or "none"


def facts_of(told: Told, wording: Wording) -> dict[str, Any]:
    """Return the facts that a sentence is filled with, the period in words."""
    period = str(told.facts.get("period", ""))
    return {**told.facts, "period": wording.period(period) if re.fullmatch(r"\d{4}(Q[1-4]|-\d{2})", period) else period}


def _written(name: str, way: str) -> str:
    return f"{{{name}:{way}}}" if way else f"{{{name}}}"


def _own_formats(told: Told, wording: Wording) -> dict[str, str]:
    texts = [wording.messages[m] for m in (told.sentence, f"{told.sentence}.one") if m in wording.messages]
    return {name: way or "" for text in texts for _, name, way, _ in string.Formatter().parse(text) if name}


def _usual(name: str, value: Any, told: Told) -> str:
    """Return how a fact is written that the finding's own sentence does not name."""
    if isinstance(value, list):
        return "words"
    if name != "period" and re.fullmatch(r"\d{4}Q[1-4]", str(value)):
        return "quarter"
    if isinstance(value, str) or not isinstance(value, Real) or float(value).is_integer():
        return ""
    if told.unit == "percentage points" and name in ("change", "low", "high"):
        return "points"
    return "share" if abs(float(value)) < 1 else "decimal"


def _main_faults(told: Told, used: set[str], wording: Wording) -> list[str]:
    """Return the fault of a sentence without the main number.

    The main number is a fact with the value of the finding; all numbers of the finding's own sentence do as well.
    """
    numbers = {n: float(v) for n, v in told.facts.items() if isinstance(v, Real) and not isinstance(v, bool)}
    main = {n for n, v in numbers.items() if told.value is not None and abs(v - told.value) < 1e-9}
    own = {n for n in _own_formats(told, wording) if n in numbers}
    main = main & own or main  # another fact may have the same value by chance
    if not (main or own) or used & main or (own and own <= used):
        return []
    known = placeholders_of(told, wording)
    ways = [" or ".join(_written(n, known[n]) for n in sorted(main)),
            " and ".join(_written(n, known[n]) for n in sorted(own))]
    return [f"the main number is missing: write {', or '.join(dict.fromkeys(way for way in ways if way))}"]


def _claim_faults(text: str, told: Told, language: str) -> list[str]:
    if not told.is_change:
        return (["it speaks of a rise, a fall or a change, and the finding has tested none"]
                if claims_change(text, language) else [])
    if told.unit != "percentage points" or told.value is None:
        return []
    rises, falls = claims_rise(text, language), claims_fall(text, language)
    if told.value > 0 and falls and not rises:
        return ["it speaks of a fall, and the finding is a rise"]
    if told.value < 0 and rises and not falls:
        return ["it speaks of a rise, and the finding is a fall"]
    return []
