"""What may be said of an alert: choices, roles, and short texts without a person in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.errors import CardError
from workbench.reviewing.answers import is_line, looks_like_person
from workbench.tables.alerts import LEVELS, LOCAL, VERIFIED

MOST_LETTERS = 240
_HARM = re.compile(r"harm\.[a-z_]{2,40}")
_LONG_NUMBER = re.compile(r"\d[\d -]{6,}\d")
_CHOICES = {"level": LEVELS, "local": LOCAL, "verified": VERIFIED}


def check_choices(said: Mapping[str, str]) -> None:
    """Check values that people give, by name; `harm` is the code of a type of harm.

    Raises
    ------
    CardError
        Naming all that is not one of what there is.
    """
    faults = [f"{name} is one of {', '.join(_CHOICES[name])}" for name, value in said.items()
              if name in _CHOICES and value not in _CHOICES[name]]
    if "harm" in said and not _HARM.fullmatch(said["harm"]):
        faults.append("harm is the code of a type of harm, such as harm.exposure (codebook.toml lists them)")
    if faults:
        raise CardError("; ".join(faults) + ".")


def check_role(role: str) -> None:
    """Refuse what is no role.

    Raises
    ------
    CardError
        If it is empty, longer than a line, or looks like a person.
    """
    if not role.strip() or not is_line(role.strip(), 60) or looks_like_person(role):
        raise CardError("Say who by a role of at most 60 letters, in small letters, such as ssp-konsulent: no name and "
                        "no address.")


def check_text(name: str, text: str) -> str:
    """Return a short text that people wrote, without the spaces around it.

    Raises
    ------
    CardError
        If it is empty, too long, or holds an address or a number such as a phone's.
    """
    told = text.strip()
    if not told or not is_line(told, MOST_LETTERS):
        raise CardError(f"{name} is one line of 1 to {MOST_LETTERS} letters. Write it again.")
    if "@" in told or _LONG_NUMBER.search(told):
        raise CardError(f"{name} holds an address or a number of a person. Tell what happened without: it is read by "
                        "many.")
    return told
