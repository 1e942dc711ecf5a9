"""What the tables of an editor's file may hold, and what is wrong with what they do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.reviewing.answers import is_line, looks_like_person
from workbench.reviewing.flags import points_to_person
from workbench.reviewing.rewording import shape_faults
from workbench.settings import LANGUAGES
from workbench.tables.editorial import ADDRESSEES, EFFORTS, STATUSES

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Field:
    """One field of a table.

    Attributes
    ----------
    most
        Letters.
    is_needed
        Whether an entry must have it.
    is_spoken
        Whether it is given by language: ``da``, ``en``, or ``owner_da``, ``owner_en``.
    items
        Of a list of texts: how many it may hold; 0 for one text.
    choices
        One of these.
    form, example
        What it must look like, and one that does.
    is_role
        Names a role, never a person.
    is_sentence
        Numbers stand in it as placeholders only.
    is_number
        A whole number, not a text.
    is_person_free
        Nobody may be named in it or reached by it.
    """

    most: int = 60
    is_needed: bool = True
    is_spoken: bool = False
    items: int = 0
    choices: tuple[str, ...] = ()
    form: re.Pattern[str] | None = None
    example: str = ""
    is_role: bool = False
    is_sentence: bool = False
    is_number: bool = False
    is_person_free: bool = False


_TOPIC = Field(form=re.compile(r"K-\d{3,6}"), example="K-003")
_FINDING = Field(form=_KEY, example="topic_change")
_ID = Field(most=40, form=re.compile(r"[a-z0-9][a-z0-9-]*"), example="lys-paa-stien")
# the text of an entry is its field without a name: da, en
TABLES: dict[str, dict[str, Field]] = {
    "headline": {"finding": _FINDING, "": Field(140, is_spoken=True, is_sentence=True)},
    "findings": {"": Field(260, is_spoken=True, is_sentence=True)},
    "peaks": {"topic": Field(form=re.compile(r"K-\d{3,6}|all_posts|attack|hate|recognition"), example="K-003"),
              "week": Field(form=re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])"), example="2025-W34"),
              "": Field(300, is_spoken=True), "source": Field(200, is_spoken=True),
              "response": Field(300, False, is_spoken=True)},
    "recommendations": {"id": _ID, "addressee": Field(choices=ADDRESSEES), "": Field(300, is_spoken=True),
                        "finding": _FINDING, "owner": Field(80, is_spoken=True, is_role=True),
                        "effort": Field(choices=EFFORTS), "indicator": Field(200, is_spoken=True)},
    "follow_up": {"id": _ID, "": Field(300, False, is_spoken=True), "status": Field(is_needed=False, choices=STATUSES),
                  "note": Field(300, False, is_spoken=True)},
    "unknown": {"": Field(260, False, is_spoken=True, items=8)},
    "focus": {"title": Field(90, is_spoken=True), "lead": Field(400, is_spoken=True),
              "paragraphs": Field(900, is_spoken=True, items=7), "findings": Field(40, False, items=6, form=_KEY),
              "figures": Field(40, False, items=2, form=_KEY)},
    "vignettes": {"topic": _TOPIC, "": Field(600, is_spoken=True)},
}
MOST = {"peaks": 30, "recommendations": 9, "follow_up": 30, "vignettes": 4}  # entries of a list of tables


def field_name(name: str, language: str) -> str:
    """Return what a field of a language is called in the file."""
    return f"{name}_{language}" if name else language


def entry_faults(fields: Mapping[str, Field], entry: Any, languages: Sequence[str], *,
                 may: Sequence[str] = LANGUAGES) -> list[tuple[str, str]]:
    """Return every fault of an entry by itself, each with its field, empty for the entry as a whole.

    What is told by language must be there in those that products are made in (`languages`), and may be in others.
    """
    if not isinstance(entry, dict):
        return [("", "write a table, each field on a line of its own")]
    known = [n for name, field in fields.items()
             for n in ([field_name(name, code) for code in may] if field.is_spoken else [name])]
    # a name that is not known may be anything that somebody pasted
    faults = [("", f"there is no field called like this; known are {', '.join(known)}")] * any(
        name not in known for name in entry)
    for name, field in fields.items():
        spoken = {field_name(name, code): code for code in may} if field.is_spoken else {name: ""}
        found = [(n, what) for n, code in spoken.items() for what in _value_faults(n, entry.get(n), field, code)]
        faults += found or _missing(entry, field, spoken, languages)
    return faults


def _value_faults(name: str, value: Any, field: Field, language: str) -> list[str]:
    if value is None:
        return []
    if field.items:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            return [f"{name} is a list of texts in quotes"]
        if len(value) > field.items:
            return [f"{name} holds more than {field.items}"]
        return list(dict.fromkeys(what for text in value for what in _text_faults(name, text, field, language)))
    if field.is_number:
        return [] if type(value) is int and 0 <= value < 10 ** field.most else [f"{name} is not a whole number"]
    if not isinstance(value, str):
        return [f"{name} is not a text in quotes"]
    return _text_faults(name, value, field, language) if value.strip() else []


def _text_faults(name: str, text: str, field: Field, language: str) -> list[str]:
    text = text.strip()
    if not is_line(text, field.most) or not text:
        return [f"{name} must be one line of at most {field.most} letters"]
    if field.choices and text not in field.choices:
        return [f"{name} is not one of {', '.join(field.choices)}"]
    if field.form and not field.form.fullmatch(text):
        return [f"{name} is not written as it should be" + (f', such as "{field.example}"' if field.example else "")]
    if field.is_role and looks_like_person(text):
        return [f"{name} looks like a person's name or address; write a role in small letters"]
    if field.is_person_free and points_to_person(text):
        return [f"{name} seems to hold a name, a handle, an address or a number; tell it so that nobody can be found"]
    return [f"{name}: {what}" for what in shape_faults(text, language)] if field.is_sentence else []


def _missing(entry: dict[str, Any], field: Field, spoken: dict[str, str],
             languages: Sequence[str]) -> list[tuple[str, str]]:
    """Return the fault of a field that is not there, or not in every language that products are made in."""
    if not field.is_spoken:
        name = next(iter(spoken))
        return [(name, f"{name} is missing")] if field.is_needed and not _filled(entry.get(name)) else []
    given = [name for name in spoken if _filled(entry.get(name))]
    lacking = [name for name, code in spoken.items() if code in languages and name not in given]
    if lacking and (given or field.is_needed):
        told = f"{' and '.join(given)} is given, " if given else ""
        return [(given[0] if given else "", f"{told}{' and '.join(lacking)} is missing")]
    if field.items and len({len(entry[name]) for name in given}) > 1:
        return [(given[0], f"{' and '.join(given)} differ in length: write the same in each language")]
    return []


def _filled(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, list) else type(value) is int
