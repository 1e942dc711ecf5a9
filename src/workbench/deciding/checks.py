"""What is wrong with what somebody typed at the desk, field by field, in the language of the desk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.deciding.questions import Question
from workbench.errors import ReportError
from workbench.gates import QUOTE_WORDS, refuse_identifiers, refuse_quotes
from workbench.reviewing import flag_words
from workbench.reviewing.answers import is_line, looks_like_person
from workbench.reviewing.report_fields import TABLES, field_name
from workbench.tables.posts import Corpus
from workbench.wording import Wording

Faults = dict[str, str]
MOST = {"topic": 60, "word": 200, "description": 400, "role": 60}  # letters
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"})
_OWN = ("topic", "week", "id")  # given by the question or made, not typed


def find_faults(question: Question, decision: str, values: Mapping[str, Any], *, others: Sequence[Question],
                languages: Sequence[str], asked: Sequence[str], corpus: Corpus, wording: Wording) -> Faults:
    """Return what is wrong with an answer, by field; an empty name stands for the answer as a whole.

    Parameters
    ----------
    decision
        ``approve``, ``hide``, ``merge`` or ``split``; ``save`` of what has no decision.
    others
        All questions: a merge may not lead into a topic that is hidden, nor round in a circle.
    languages
        In which products are made: a text that is given must be given in each.
    asked
        In which the desk asks for texts.
    corpus
        That no text may quote.
    """
    check: dict[str, Callable[[], Faults]] = {
        "reviewer": lambda: _role_faults(values, "reviewer", wording),
        "editor": lambda: _role_faults(values, "editor", wording),
        "topic": lambda: _topic_faults(question, decision, values, others, languages, asked, wording),
        "word": lambda: _spoken_faults({"": MOST["word"]}, values, languages, asked, wording, is_needed=False),
        "domain": dict,
    }
    is_hidden = decision in ("hide", "split")
    found = {} if is_hidden else check.get(question.kind, lambda: _entry_faults(
        question.kind, values, languages, asked, wording))()
    texts = {name: text for name, text in values.items()
             if isinstance(text, str) and text and name not in (*_OWN, "into", "decision") and name not in found}
    return found or _said_faults(texts, question.kind, corpus, wording)


def name_entry(text: str, taken: Sequence[str]) -> str:
    """Return a short id for a recommendation, by which the next report follows it up: its first words, once each."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    made = "-".join(re.findall("[a-z0-9]+", plain)[:4])[:32].strip("-") or "r"
    return next(name for name in (made, *(f"{made}-{n}" for n in range(2, 99))) if name not in taken)


def _role_faults(values: Mapping[str, Any], name: str, wording: Wording) -> Faults:
    role = str(values.get(name, ""))
    if not role:
        return {name: wording.say("decide.fault.role_missing")}
    if not is_line(role, MOST["role"]):
        return {name: wording.say("decide.fault.long", most=MOST["role"])}
    return {name: wording.say("decide.fault.role_person")} if looks_like_person(role) else {}


def _topic_faults(question: Question, decision: str, values: Mapping[str, Any], others: Sequence[Question],
                  languages: Sequence[str], asked: Sequence[str], wording: Wording) -> Faults:
    if decision == "merge":
        return _merge_faults(question.key, str(values.get("into", "")), others, wording)
    found = _spoken_faults({"": MOST["topic"], "description": MOST["description"]}, values, languages, asked, wording,
                           is_needed=False)
    if not found and not values.get("words") and not any(values.get(code) for code in asked):
        found["words"] = wording.say("decide.fault.no_words")
    return found


def _merge_faults(key: str, into: str, others: Sequence[Question], wording: Wording) -> Faults:
    topics = {other.key: other.values for other in others if other.kind == "topic"}
    if into not in topics or into == key:
        return {"into": wording.say("decide.fault.into_missing")}
    seen, at = {key}, into
    while topics.get(at, {}).get("decision") == "merge":
        if at in seen:
            break
        seen.add(at)
        at = topics[at]["into"]
    if at in seen:
        return {"into": wording.say("decide.fault.into_circle")}
    if topics.get(at, {}).get("decision") == "hide":
        return {"into": wording.say("decide.fault.into_hidden", topic=at)}
    return {}


def _spoken_faults(fields: Mapping[str, int], values: Mapping[str, Any], languages: Sequence[str],
                   asked: Sequence[str], wording: Wording, *, is_needed: bool) -> Faults:
    """Return the faults of texts that are given by language: too long, or missing where another one is given."""
    found: Faults = {}
    for base, most in fields.items():
        names = {field_name(base, code): code for code in asked}
        given = [name for name in names if values.get(name)]
        for name, code in names.items():
            text = str(values.get(name, ""))
            if text and not is_line(text, most):
                found[name] = wording.say("decide.fault.long", most=most)
            elif not text and code in languages and (given or is_needed):
                message = "decide.fault.half" if given else "decide.fault.missing"
                found[name] = wording.say(message, language=wording.language_name(code))
    return found


def _entry_faults(table: str, values: Mapping[str, Any], languages: Sequence[str], asked: Sequence[str],
                  wording: Wording) -> Faults:
    """Return the faults of an entry of the editor's file, by what its table may hold."""
    found: Faults = {}
    for base, field in TABLES[table].items():
        if base in _OWN:
            continue
        if field.is_spoken:
            found |= _spoken_faults({base: field.most}, values, languages, asked, wording, is_needed=field.is_needed)
            found |= {name: wording.say("decide.fault.role_person") for code in asked if field.is_role
                      and looks_like_person(str(values.get(name := field_name(base, code), "")))}
        elif not values.get(base) and (field.is_needed or table == "follow_up"):
            found[base] = wording.say("decide.fault.choose")
    return found


def _said_faults(texts: Mapping[str, str], kind: str, corpus: Corpus, wording: Wording) -> Faults:
    """Return the faults of what texts say: names, what tells a person, five words in a row from a post."""
    found: Faults = {}
    for name, text in texts.items():
        reasons = set(flag_words(text.split()).dropna()) if kind == "topic" else set()
        if _is_refused(lambda row: refuse_identifiers(row), text):
            found[name] = wording.say("decide.fault.identifier")
        elif reasons & {"given_name", "surname"} and len(text.split()) > 1:
            found[name] = wording.say("decide.fault.name")
    long = {name: text for name, text in texts.items() if name not in found and len(text.split()) >= QUOTE_WORDS}
    # one look at all posts; a second one only where it has to be told which text it is
    if long and _is_refused(lambda row: refuse_quotes(row, corpus), *long.values()):
        found |= {name: wording.say("decide.fault.quote", words=QUOTE_WORDS) for name, text in long.items()
                  if len(long) == 1 or _is_refused(lambda row: refuse_quotes(row, corpus), text)}
    return found


def _is_refused(gate: Callable[[pd.Series], None], *texts: str) -> bool:
    try:
        gate(pd.Series(list(texts), dtype="string"))
    except ReportError:
        return True
    return False
