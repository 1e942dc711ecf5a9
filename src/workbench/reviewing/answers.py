"""One review file as a person left it: its text, what it says, and every fault that it has by itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbench.errors import CardError
from workbench.reviewing.flags import is_given_name
from workbench.reviewing.lines import ZERO_WIDTH_JOINER, Place, find_places, find_repeats, without
from workbench.settings import LANGUAGES

SECTIONS = {"topics": "topic", "words": "word", "domains": "domain"}
LOOK_FOR = "look_for"
DESCRIPTIONS = {language: f"description_{language}" for language in LANGUAGES}
NOTE = "description"  # of earlier files; a note that is never shown
_TOP = ("reviewer", "date", *SECTIONS, LOOK_FOR)
_TEXTS = {"topics": ("decision", *LANGUAGES, "into", *DESCRIPTIONS.values(), NOTE), "words": ("decision", *LANGUAGES),
          "domains": ("decision",)}
_ANSWERS = {"topics": ("approve", "hide", "merge", "split"), "words": ("approve", "hide"),
            "domains": ("approve", "hide")}
_MOST_LETTERS = {"topics": 60, "words": 200, "domains": 60, **dict.fromkeys((*DESCRIPTIONS.values(), NOTE), 400)}
_TOPIC = re.compile(r"K-\d{3,6}")
_NAME = re.compile(r"\b[^\W\d_a-zæøåäöþðé][^\W\d_A-ZÆØÅÄÖÞÐÉ]+[\s.]+[^\W\d_a-zæøåäöþðé][^\W\d_A-ZÆØÅÄÖÞÐÉ]+\b")


@dataclass(frozen=True)
class Answers:
    """What a review file says.

    Attributes
    ----------
    path, period
        Of the file.
    text
        As it stands, every line end the same.
    given
        The same as data, without what stands there a second time.
    places
        Where each answer stands.
    faults
        Of the text itself: an answer that stands there twice.
    """

    path: Path
    period: str
    text: str
    given: dict[str, Any]
    places: list[Place]
    faults: list[str]

    def fault(self, section: str, key: str, what: str) -> str:
        """Say where a fault is; words of the corpus are never said, the line is."""
        line = next((p.line for p in self.places if (p.section, p.key) == (section, key)), None)
        # a theme's own name may be a word of the corpus too
        table = f"[{section}.{key}]" if section == "topics" and _TOPIC.fullmatch(key) else f"[{section}]"
        return ", ".join([f"{self.path.parent.name}/{self.path.name}", *([f"line {line}"] if line else []),
                          *([table] if section else [])]) + f": {what}."

    def answers(self, section: str) -> dict[str, Any]:
        """Return the answers of a section by topic, word or domain."""
        found = self.given.get(section, {})
        return found if isinstance(found, dict) else {}

    def sound(self, section: str) -> dict[str, dict[str, Any]]:
        """Return those answers whose fields are of the right kind, so that they can be compared with others."""
        return {key: entry for key, entry in self.answers(section).items() if _is_sound(section, entry)}


def read_answers(path: Path, period: str) -> Answers:
    """Read a review file; nothing in it is judged yet but what stands there twice.

    Raises
    ------
    CardError
        If it cannot be read or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: not in UTF-8. Save it again with the encoding UTF-8.") from error
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}).") from error
    return parse_answers(path, period, text)


def parse_answers(path: Path, period: str, text: str) -> Answers:
    """Read what a review file says, or would say with this text in it.

    Raises
    ------
    CardError
        If it is not TOML.
    """
    places = find_places(text)
    repeats = find_repeats(places)
    try:
        given = tomllib.loads(without(text, [again for again, _ in repeats]))
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{path}: not valid TOML ({say_fault(error)}). Correct the line it names: every text stands in "
                        'straight quotes ("), what contains a dot too, and each answer on a line of its own.') from None
    answers = Answers(path, period, text, given, places, [])
    answers.faults.extend(answers.fault(again.section, again.key, f"answered on line {first.line} and again on line "
                                        f"{again.line}; keep one") for again, first in repeats)
    return answers


def say_fault(error: tomllib.TOMLDecodeError) -> str:
    """Return what is wrong with a file and where, without the keys: they may be words of the corpus."""
    what, _, where = str(error).rpartition(" (at ")
    return f"{what.partition('(')[0].strip()}, at {where.rstrip(')')}"


def find_faults(answers: Answers, *, languages: Sequence[str]) -> list[str]:
    """Return every fault that a file has by itself.

    Parameters
    ----------
    languages
        In which products are made: a name must be given in each.
    """
    faults = list(answers.faults)
    faults += [answers.fault("", key, f"there is no field or table called like this; known are {', '.join(_TOP)}")
               for key in answers.given if key not in _TOP]
    for section in SECTIONS:
        if not isinstance(answers.given.get(section, {}), dict):
            faults.append(answers.fault(section, "", f"write a table, [{section}]"))
        for key, entry in answers.answers(section).items():
            faults += [answers.fault(section, key, what) for what in _entry_faults(section, key, entry, languages)]
    return faults + _signature_faults(answers)


def decision_of(entry: dict[str, Any]) -> str:
    """Return what was decided: approve, hide, merge, split or nothing yet."""
    return str(entry.get("decision", "")).strip().casefold()


def text_of(entry: dict[str, Any], field: str) -> str:
    """Return a field's text without blanks around it."""
    return str(entry.get(field, "")).strip()


def _is_sound(section: str, entry: Any) -> bool:
    return (isinstance(entry, dict) and all(isinstance(entry.get(field, ""), str) for field in _TEXTS[section])
            and isinstance(entry.get("words", []), list) and all(isinstance(w, str) for w in entry.get("words", [])))


def day_of(answers: Answers) -> str:
    """Return the day that a file was signed on, such as 2025-10-02; empty where it was not."""
    day = answers.given.get("date", "")
    return str(day)[:10] if isinstance(day, date) else str(day).strip()


def _entry_faults(section: str, key: str, entry: Any, languages: Sequence[str]) -> list[str]:
    if section == "topics" and not _TOPIC.fullmatch(key):
        return ["a topic's table is called by its id, such as [topics.K-003]"]
    if not isinstance(entry, dict):
        return ['write { decision = "approve" } or { decision = "hide" }']
    texts = _TEXTS[section]
    known = (*texts, "words") if section == "topics" else texts
    if section == "topics" and isinstance(entry.get(NOTE), dict):
        return ["write a field for each language, such as description_da, on a line of its own"]
    if any(isinstance(value, dict) for value in entry.values()):
        return ["put what contains a dot in quotes"]
    faults = [f"there is no field called like this; known are {', '.join(known)}"
              for field in entry if field not in known]
    faults += [f'{field} is not a text in quotes; leave it as ""' for field in texts
               if not isinstance(entry.get(field, ""), str)]
    if section == "topics" and not _is_sound(section, {"words": entry.get("words", [])}):
        faults.append('words is a list of texts, such as ["havn", "bad"]')
    return faults or [*_text_faults(section, entry), *_decision_faults(section, key, entry, languages)]


def _text_faults(section: str, entry: dict[str, Any]) -> list[str]:
    faults = []
    for field in (*LANGUAGES, *DESCRIPTIONS.values(), NOTE):
        most = _MOST_LETTERS.get(field, _MOST_LETTERS[section])
        if not is_line(text_of(entry, field), most):
            faults.append(f"{field} must be one line of at most {most} letters")
    return faults


def is_line(text: str, most: int) -> bool:
    """Tell whether a text is one line that can be seen, and not too long."""
    seen = text.replace(ZERO_WIDTH_JOINER, "")
    return len(seen) <= most and (seen.isprintable() or not seen)


def _decision_faults(section: str, key: str, entry: dict[str, Any], languages: Sequence[str]) -> list[str]:
    decision, into = decision_of(entry), text_of(entry, "into")
    if decision and decision not in _ANSWERS[section]:
        return [f"decision is not one of {', '.join(_ANSWERS[section])}"]
    faults = []
    if decision == "merge" and not _TOPIC.fullmatch(into):
        faults.append('merge needs into, the id of the topic it is counted with, such as "K-001"')
    if into and decision not in ("merge", ""):
        faults.append(f"two answers: into is given, but decision is {decision}; empty one of them")
    if decision == "merge" and into == key:
        faults.append("a topic cannot be merged into itself")
    if decision == "approve":
        given = [language for language in LANGUAGES if text_of(entry, language)]
        faults += half_given(entry, {language: language for language in LANGUAGES}, languages)
        faults += half_given(entry, DESCRIPTIONS, languages)
        if section == "topics" and not given and not any(w.strip() for w in entry.get("words", [])):
            faults.append(f"no word is left to call it by: give {' and '.join(languages)}, leave a word, or decide "
                          "hide")
    return faults


def half_given(entry: dict[str, Any], fields: dict[str, str], languages: Sequence[str]) -> list[str]:
    """Return the fault of a text that is given in one language and missing in one that products are made in."""
    given = [field for field in fields.values() if text_of(entry, field)]
    missing = [fields[language] for language in languages if fields[language] not in given]
    if not given or not missing:
        return []
    return [f"{' and '.join(given)} is given, {' and '.join(missing)} is missing: write it too, or empty both"]


def _signature_faults(answers: Answers) -> list[str]:
    """Check role and day; they are needed as soon as something is let through."""
    faults = []
    reviewer, day = answers.given.get("reviewer", ""), answers.given.get("date", "")
    is_used = any(decision_of(entry) in ("approve", "merge", "split")
                  for section in SECTIONS for entry in answers.sound(section).values())
    if not isinstance(reviewer, str):
        faults.append(answers.fault("", "reviewer", 'write your role in quotes, such as "SSP-konsulent"'))
    elif is_used and not reviewer.strip():
        faults.append(answers.fault("", "reviewer", 'missing: write your role at the top, reviewer = "SSP-konsulent"'))
    elif looks_like_person(reviewer):
        faults.append(answers.fault("", "reviewer", "this looks like a person's name or address; write a role in small "
                                                    'letters, such as "SSP-konsulent" or "analytiker"'))
    if (is_used or day != "") and not is_day(day):
        faults.append(answers.fault("", "date", 'missing or no day: write the day at the top, date = "2025-10-02"'))
    return faults


def looks_like_person(reviewer: str) -> bool:
    """Tell whether what should be a role looks like a person's name or address."""
    names = re.findall(r"[^\W\d_]+", reviewer)
    return "@" in reviewer or bool(_NAME.search(reviewer)) or any(is_given_name(name) for name in names)


def is_day(day: Any) -> bool:
    """Tell whether a value of a file is a day, as a date or written like 2025-10-02."""
    if isinstance(day, str):
        try:
            return bool(date.fromisoformat(day.strip()))
        except ValueError:
            return False
    return isinstance(day, date)
