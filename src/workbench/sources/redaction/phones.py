"""Where a text holds telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from workbench.sources.redaction.folding import Span

_DAY = r"(?:[0-3]?\d)"
_MONTH = r"(?:[01]?\d)"
_YEAR = r"(?:19|20)\d\d"
_CURRENCY = (r"(?:kr\b\.?|kroner|kronor|kronur|dkk|sek|nok|isk|eur\b|euroa?\b|usd|gbp|pct|procent|prosent\w*|mio|mia|"
             r"mkr|[€$£%])")
_AMOUNT = r"(?:\d{1,3}(?:[ .,]\d{3})+|\d+)(?:[.,]\d{1,2})?"
_GAP = r"[\s.:;,=(-]"
# Numbers that look like telephone numbers and are none: in addresses, numbers of things, amounts ...
_WORDS = (
    r"(?:https?://|www\.|(?<![\w.])(?:[\w-]+\.)+[a-z]{2,}/)(?:\[person number\]|\]{9,}|[^\s<>\"\]])+",
    rf"(?<!\w)(?<!\d )(?:kr\.?|dkk|sek|nok|isk|eur|usd|gbp|[€$£])\s?{_AMOUNT}(?!\d|[ -]\d)",
    rf"(?<![^\W_])(?:cvr|se|org|isbn|issn|ean|gtin|doi|y-tunnus|vare\w*|vara|arti(?:kel|kkel|cle)\w*|produkt\w*|product|item|"
    rf"model\w*|tuote\w*|ordre\w*|order\w*|sag\w*|mål\w*|j(?:ournal)?|id|art|part|ref|sku|serie\w*|serial|tracking)"
    rf"{_GAP}{{0,3}}(?:(?:nr|no|nummer\w*|numret|number|numero){_GAP}{{1,3}})?\d[\d -]*",
)
# ... and dates, times and amounts
_DIGITS = (
    rf"{_YEAR}[-./]{_MONTH}[-./]{_DAY}(?!\d|[-./]\d)(?:[T ]\d\d[:.]\d\d(?:[:.]\d\d)?)?",
    rf"(?<!\d[-./]){_DAY}[-./]{_MONTH}[-./](?:\d\d)?\d\d(?!\d|[./]\d|-\d\d(?!\d|[-./]))"
    rf"(?:\s*-\s*{_DAY}[-./]{_MONTH}[-./](?:\d\d)?\d\d)?(?!\d)",
    rf"{_DAY}[./]{_MONTH}\.?\s*-\s*{_DAY}[./]{_MONTH}[./](?:\d\d)?\d\d(?!\d)",
    rf"{_DAY} {_MONTH} {_YEAR}(?!\d)",
    r"[0-2]?\d[.:][0-5]\d(?:\s*-\s*|\s)[0-2]?\d[.:][0-5]\d(?![.\d])",
    r"(?<!\d[ .-])\d{1,3}(?:[.,]\d{3})+(?:,\d\d?)?(?!\d|[.,]\d)",
    rf"(?<!\d[ .-])(?:\d{{1,4}}[ -])?{_AMOUNT}\s?{_CURRENCY}",
)
_NOT_A_PHONE = (
    re.compile("|".join(_WORDS), re.IGNORECASE),
    re.compile(rf"(?=\d)(?<![\d+])(?:{'|'.join(_DIGITS)})", re.IGNORECASE),
)
_LABEL = re.compile(
    rf"(?<![^\W_])(?:tlf|tel|telef|telefon\w*|phone\w*|mob|mobil\w*|mobiili\w*|cell\w*|fon|gsm|ring|ringe|ringa|rings|call|text|"
    rf"sms\w*|whats\s?app|signal|viber|swish\w*|vipps\w*|mobile\s?pay|puh\w*|soita\w*|soitta\w*|nummer\w*|number|numero\w*|"
    rf"s[ií]m[ia]\w*|kontakt\w*|contact|hotline)"
    rf"{_GAP}{{0,4}}(?:(?:nr|no|nummer\w*|number|numero\w*|til|till|på|to|at|on|me|mig|meg|mej|os|oss|us|er|är|is|numeroon)"
    rf"{_GAP}{{1,3}}){{0,3}}\+?\(?$", re.IGNORECASE)
_RUN = re.compile(
    r"(?:(?<![\w#])|(?<=tlf)|(?<=tel)|(?<=mob))(?<!\d,)"
    r"\(?\+?\(?\d(?:(?:[ \t/()]{0,3}-?[ \t/()]{0,3}|\.)\d){6,}(?!\w)(?!,\d)", re.IGNORECASE)
# RE2 patterns: of addresses, and of texts in their plain form that may hold a number beside those
ADDRESS = r"(?i)(?:https?://|www\.)[^\s<>\"\]]+"
PHONE_HINT = r"(?i)(?:^|[^0-9a-z_#]|tlf|tel|mob)\(?\+?\(?[0-9](?:(?:[ \t/()]{0,3}-?[ \t/()]{0,3}|\.)[0-9]){6}"
_GROUP = re.compile(r"\d+")
_SEPARATORS = str.maketrans("\t", " ", ")")
_LABEL_REACH = 40
_FEWEST, _MOST, _LONGEST_NATIONAL = 7, 15, 12
_CODES = ("45", "46", "47", "354", "358")
# Groups in which eight digits are written in Denmark and Norway
_EIGHT = frozenset((
    (8,), (2, 2, 2, 2), (4, 4), (3, 2, 3), (4, 2, 2), (2, 2, 4), (1,) * 8,
))
_EIGHT_BY_HYPHEN = frozenset(((2, 3, 3), (2, 6)))
_SEVEN = frozenset(((7,), (3, 4)))  # in Iceland
_ICELANDIC = re.compile("[ðþýúíá]", re.IGNORECASE)  # letters that no other language has here
_OF_DATES = ((8,), (4, 2, 2))
_SOLID_DATE = re.compile(r"(?:19|20)[0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEARS_OR_SUMS = re.compile(_YEAR * 2 + r"|(?:\d\d00){2}")


class _Run(NamedTuple):
    """A run of digits: its groups, what stands between them, and whether a plus or a word says what it is."""

    groups: tuple[str, ...]
    between: tuple[str, ...]
    plus: bool
    labelled: bool
    icelandic: bool
    alike: tuple[int, ...]


def find_phones(text: str) -> Iterator[Span]:
    """Find telephone numbers of Denmark, Sweden, Norway, Finland and Iceland, and international ones.

    A number is told by ``+``, ``00`` or a country's code before it, by the groups in which it is
    written, or by a word before it, such as *tlf*; then any groups will do. Seven digits alone are a number in
    Icelandic texts only. Numbers that begin with 0
    must be in use in Sweden, Finland, Germany or Britain.

    Parameters
    ----------
    text
        In its plain form (`fold`).
    """
    if not _RUN.search(text):
        return
    for pattern in _NOT_A_PHONE:
        text = pattern.sub(lambda m: "x" * len(m[0]), text)
    icelandic = bool(_ICELANDIC.search(text))
    for found in _RUN.finditer(text):
        groups = list(_GROUP.finditer(text, found.start(), found.end()))
        digits = tuple(g[0] for g in groups)
        between = tuple(text[a.end():b.start()].translate(_SEPARATORS) or " " for a, b in pairwise(groups))
        run = _Run(
            digits,
            between,
            "+" in found[0][:2],
            is_named_phone(text, found.start()),
            icelandic,
            _alike(digits, between),
        )
        for first, last in _numbers(run):
            end = groups[last].end()
            start = groups[first].start() if first else found.start()
            if text[start] == "(" and ")" not in text[start:end]:
                start += 1
            yield start, end


def is_named_phone(text: str, start: int) -> bool:
    """Return whether a word before a number says that it is a telephone number."""
    return bool(_LABEL.search(text, max(0, start - _LABEL_REACH), start))


def _numbers(run: _Run) -> Iterator[tuple[int, int]]:
    """Yield the first and the last group of each number in a run, longest first."""
    first = taken = 0
    while first < len(run.groups):
        lasts, digits = [], 0
        for last in range(first, len(run.groups)):
            digits += len(run.groups[last])
            if digits > _MOST + 2:
                break
            if digits >= _FEWEST:
                lasts.append(last)
        if len(run.groups[first]) >= _FEWEST:  # digits in one before a longer number
            lasts.append(first)
        found = next((last for last in reversed(lasts) if _is_number(run, first, last, first == taken)), None)
        if found is None and first == 0 and run.labelled:
            found = lasts[-1] if lasts else None
        if found is None:
            first += 1
        else:
            yield first, found
            first = taken = found + 1


def _is_number(run: _Run, first: int, last: int, follows: bool) -> bool:
    groups, between = run.groups[first:last + 1], run.between[first:last]
    digits = "".join(groups)
    if first == 0 and run.plus:
        return _is_international(digits)
    if digits.startswith("00"):
        return _is_international(digits[2:])
    if first == 0 and run.labelled and _is_national(digits, ("DK", "NO", "IS", "SE", "FI")):
        return True
    if any("(" in b for b in between) or not _stands_alone(run, first, last, follows):
        return False
    lengths = tuple(map(len, groups))
    if digits[0] == "0":
        return len(digits) <= _LONGEST_NATIONAL and _is_written_with_zero(lengths, between) and _is_national(
            digits, ("SE", "FI", "GB", "DE"))
    if digits.startswith(_CODES) and len(digits) > 9 and len(set(between[1:])) <= 1:
        return (len(groups) == 1 or groups[0] in _CODES) and _is_international(digits)
    if digits[0] == "1":
        return False
    if run.icelandic and lengths in _SEVEN and len(set(between) - {"-", " "}) == 0:
        return _is_national(digits, ("IS",))
    if lengths == (3, 3, 4) and between[1].strip() != "/":  # North America
        return groups[1][0] not in "01"
    if len(set(between)) > 1:
        return False
    if len(digits) != 8 or (lengths in _OF_DATES and _SOLID_DATE.fullmatch(digits)) or (
            lengths == (4, 4) and _YEARS_OR_SUMS.fullmatch(digits)):
        return False
    return lengths in _EIGHT or (lengths in _EIGHT_BY_HYPHEN and between[0].strip() == "-")


def _stands_alone(run: _Run, first: int, last: int, follows: bool) -> bool:
    """Return whether equal groups are a whole number of such numbers: a longer row of them is a table."""
    size = len(run.groups[first])
    if any(len(g) != size for g in run.groups[first:last + 1]) or len(set(run.between[first:last])) != 1:
        return True
    if not follows and len(run.groups[first - 1]) == size and run.between[first - 1] == run.between[first]:
        return False
    return run.alike[first] % (last - first + 1) == 0


def _alike(groups: tuple[str, ...], between: tuple[str, ...]) -> tuple[int, ...]:
    """Return how many groups from each on are of its size, with the same between them all."""
    rows = [1] * len(groups)
    for i in range(len(groups) - 2, -1, -1):
        if len(groups[i]) == len(groups[i + 1]):
            rows[i] = 1 + rows[i + 1] if rows[i + 1] > 1 and between[i] == between[i + 1] else 2
    return tuple(rows)


def _is_written_with_zero(lengths: tuple[int, ...], between: tuple[str, ...]) -> bool:
    if len(lengths) == 1 or lengths[0] > 2:
        return len(set(between[1:])) <= 1
    return len(set(between[1:])) <= 1 and (between[0].strip() in ("-", "/") or max(lengths) > 2)


@lru_cache(maxsize=4096)
def _is_international(digits: str) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    nordic = str(number.country_code) in _CODES
    return phonenumbers.is_valid_number(number) or (
        nordic and phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE)


@lru_cache(maxsize=4096)
def _is_national(digits: str, regions: tuple[str, ...]) -> bool:
    import phonenumbers

    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, region):
            return True
    return False
