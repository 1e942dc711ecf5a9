"""Where a text holds the person numbers of the Nordic countries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from workbench.sources.redaction.folding import Span
from workbench.sources.redaction.phones import is_named_phone

_START = r"(?<![\d+])(?<!\d[.,])"
_END = r"(?!\d)(?![.,]\d)"
_DATE = r"(\d\d)([ ./-]?)(\d\d)\2(\d\d)"
# Denmark and Iceland ddmmyy-nnnn, Sweden yymmdd-nnnn
_TEN = re.compile(rf"{_START}{_DATE}( ?[-+/]? ?)(\d{{4}}){_END}")
_TWELVE = re.compile(rf"{_START}(?:18|19|20){_DATE}( ?[-+]? ?)(\d{{4}}){_END}")
_NORWEGIAN = re.compile(rf"{_START}{_DATE}[ -]{{0,3}}(\d{{3}}) ?(\d\d){_END}")
_FINNISH = re.compile(r"(?<!\w)(\d{6}) ?([-+A-FU-Y]) ?(\d{3}[0-9A-FHJ-NPR-Y])(?!\w)", re.IGNORECASE)
# Where the text itself says what it is, neither date nor check rule is asked for
_LABELLED = re.compile(
    r"(?<![^\W_])(?:cpr|pers(?:on)?[-. ]?(?:nr|nummer\w*)|samordnings?(?:nr|nummer\w*)|f[øo]dsels(?:nr|nummer\w*)|fnr|"
    r"[dh]-(?:nr|nummer\w*)|hetu\w*|henkil[öo]tunnu\w*|sotu\w*|kennit[aö]l\w*|kt|ssn|social security|personal identity)"
    r"[\s.:;,=(-]{0,4}(?:(?:nr|no|nummer\w*|number|code|er|är|is|on)[\s.:;,=(-]{1,3}){0,2}"
    r"(\d(?:[ ./+-]{0,2}\d){8,11}(?!\d)|\d{6} ?[-+A-Z]? ?\d{0,3}[A-Z\d]{1,4}(?!\w))", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_MOBILE = re.compile(r"0(?:4\d|50|7[02369])\d{7}")  # Finland and Sweden
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_LEAST_DIGITS = 7
# An RE2 pattern of texts in their plain form that may hold one
PERSON_NUMBER_HINT = (
    r"(?i)(?:^|[^0-9])(?:18|19|20)?[0-9]{2}[ ./-]?[0-9]{2}[ ./-]?[0-9]{2}[ +/-]{0,3}[0-9]{3} ?[0-9]{1,2}(?:[^0-9]|$)"
    r"|[0-9]{6} ?[-+A-FU-Y] ?[0-9]{3}"
    r"|(?:^|[^a-z0-9])(?:cpr|pers|samordn|f[øo]dsels|fnr|[dh]-n|hetu|henkil|sotu|kennit|kt|ssn|social sec)"
    r"[^0-9]*[0-9](?:[ ./+-]?[ ./+-]?[0-9]){5}")


def find_person_numbers(text: str) -> Iterator[Span]:
    """Find CPR numbers, personnummer, samordningsnummer, fødselsnummer, D-numbers, henkilötunnus and kennitala.

    CPR numbers and kennitala need a valid date alone: since 2007 and 2026 they are given out without
    a check digit. The others need their check digits too. Where a word before the number says what
    it is, nothing more is asked for.

    Parameters
    ----------
    text
        In its plain form (`fold`).
    """
    for found in _LABELLED.finditer(text):
        if sum(c.isdigit() for c in found[1]) >= _LEAST_DIGITS:
            yield found.span(1)
    addresses = [m.span() for m in _ADDRESS.finditer(text)]
    for start, end in _unlabelled(text):
        # ten digits in an address are more often the number of an article
        if not text[start:end].isdigit() or not any(a <= start < b for a, b in addresses):
            yield start, end


def _unlabelled(text: str) -> Iterator[Span]:
    yield from (m.span() for m in _TWELVE.finditer(text) if _is_written(m) and _is_swedish(m))
    yield from (m.span() for m in _NORWEGIAN.finditer(text) if _is_norwegian(m[1] + m[3] + m[4] + m[5] + m[6]))
    yield from (m.span() for m in _TEN.finditer(text)
                if _is_written(m) and (_is_swedish(m) or _is_danish(m)) and not _is_rather_a_mobile(m, text))
    yield from (m.span() for m in _FINNISH.finditer(text) if _is_finnish(m[1] + m[2] + m[3]))


def has_date(day: int, month: int, year: int) -> bool:
    """Return whether a date of two-digit year exists, in either century."""
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _is_written(match: re.Match[str]) -> bool:
    """Return whether separators stand as in a person number: a date and a time have a space between."""
    return not match[2] or match[5] == "-" or match[2] == match[5] == " "


def _is_danish(match: re.Match[str]) -> bool:
    return has_date(int(match[1]), int(match[3]), int(match[4]))


def _is_swedish(match: re.Match[str]) -> bool:
    from stdnum import luhn

    day = int(match[4])
    # a samordningsnummer has 60 added to the day
    return has_date(day - 60 if day > 60 else day, int(match[3]), int(match[1])) and luhn.is_valid(
        match[1] + match[3] + match[4] + match[6])


def _is_norwegian(number: str) -> bool:
    from stdnum.no import fodselsnummer

    day, month = int(number[:2]), int(number[2:4])
    # a D-number has 40 added to the day, a help number 40 to the month, a made-up one 80
    known = has_date(day - 40 if day > 40 else day, month % 40, int(number[4:6]))
    return known and number[9:] == fodselsnummer.calc_check_digit1(number) + fodselsnummer.calc_check_digit2(number)


def _is_finnish(number: str) -> bool:
    from stdnum.fi import hetu

    return bool(hetu.is_valid(number, allow_temporary=True))


def _is_rather_a_mobile(match: re.Match[str], text: str) -> bool:
    """Return whether ten digits in one may be a mobile number, and are named so or fail the old check of the CPR."""
    if not _MOBILE.fullmatch(match[0]):
        return False
    check = sum(int(d) * w for d, w in zip(match[0], _CPR_WEIGHTS, strict=True))
    return check % 11 != 0 or is_named_phone(text, match.start())
