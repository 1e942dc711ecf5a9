"""Where a text holds numbers of bank accounts and payment cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.sources.redaction.folding import Span

_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_LABELLED_IBAN = re.compile(
    r"(?<![^\W_])iban[\s.:;,=(-]{1,4}(?:(?:nr|no|er|är|is|on)[\s.:]{1,3})?([A-Z]{2}\d\d(?: ?\d{2,4}){3,8})",
    re.IGNORECASE)
_SHORTEST_IBAN = 15
_ACCOUNT = re.compile(
    r"(?<![^\W_])(?:(?:bank|løn|lön|spar|giro)?konto(?:en|n)?|(?:bank)?konto[-. ]?(?:nr|nummer\w*)|"
    r"reg[-. ]{0,2}(?:nr|nummer\w*)|reg(?= \d{4} )|"
    r"registreringsnummer|clearing(?:[-. ]?(?:nr|nummer\w*))?|bank\s?giro(?:t|nr)?|plus\s?giro(?:t|nr)?|bg|pg|"
    r"(?:bank )?account|acct|tili(?:numero\w*|lle|n)?|reikningur|reikningsnr)"
    r"[\s.:;,=(-]{0,4}(?:(?:nr|no|nummer\w*|number|er|är|is|on|konto|kontonr)[\s.:;,=(-]{1,3}){0,2}"
    r"(\d(?:(?:[ /-]{0,3}|\.)"
    r"(?:(?:og |och |and )?(?:konto|kto|account)[-. ]?(?:nr|nummer|number|no)?[. :]{1,3})?\d){5,19})"
    r"(?!\d)", re.IGNORECASE)
_CARD = re.compile(
    r"(?<![\w.,+-])(?:\d{4}(?P<four>[ .-]{1,2})\d{4}(?P=four)\d{4}(?P=four)\d{4}(?P<tail>(?P=four)\d{3})?"
    r"|\d{4}(?P<six>[ .-]{1,2})\d{6}(?P=six)\d{4,5}|\d(?: \d){12,18}|\d{13,19})(?!\d)")
# Visa, Mastercard, Maestro and Dankort, American Express, Diners, JCB, Discover, UnionPay
_ISSUERS = ("4", *map(str, range(50, 59)), *map(str, range(22, 28)), "34", "37", "30", "36", "38", "35", "6")

# RE2 patterns of texts in their plain form that may hold what the finder of that name finds
IBAN_HINT = r"(?i)[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11}|iban[^0-9]{0,12}[0-9]{2}"
ACCOUNT_HINT = (r"(?i)(?:konto|reg[-. ]?[-. ]?(?:nr|num|[0-9])|registreringsn|clearing|giro|(?:^|"
                r"[^a-z0-9])[bp]g[^a-z]|account|acct|"
                r"tili|reikning)[^0-9]*[0-9](?:[^0-9]*[0-9]){5}")
CARD_HINT = "[0-9](?:[ .-]{0,2}[0-9]){12}"


def find_ibans(text: str) -> Iterator[Span]:
    """Find international account numbers that pass their check rule, or are named so."""
    from stdnum import iban

    for found in _IBAN.finditer(text):
        ends = [i for i in range(found.start(), found.end()) if text[i].isalnum()][_SHORTEST_IBAN - 1:]
        for end in reversed(ends):  # words after the number may look as if they were part of it
            if not text[end + 1:end + 2].isalnum() and iban.is_valid(text[found.start():end + 1]):
                yield found.start(), end + 1
                break
    yield from (m.span(1) for m in _LABELLED_IBAN.finditer(text))


def find_accounts(text: str) -> Iterator[Span]:
    """Find domestic account numbers, where a word before them says so."""
    yield from (m.span(1) for m in _ACCOUNT.finditer(text))


def find_cards(text: str) -> Iterator[Span]:
    """Find card numbers: 13 to 19 digits in the usual groups, of a known issuer, that pass the Luhn check."""
    from stdnum import luhn

    for found in _CARD.finditer(text):
        ends = (found.end(), found.start("tail")) if found["tail"] else (found.end(),)
        for end in ends:
            digits = re.sub(r"\D", "", text[found.start():end])
            if digits.startswith(_ISSUERS) and luhn.is_valid(digits):
                yield found.start(), end
                break
