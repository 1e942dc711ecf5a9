"""What could identify a person in the text of a post, replaced by words in square brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.sources.urls import PROFILE_HOSTS, TRACKING, names_person

# Control, direction-override, zero-width (but for the joiner that emoji need), private-use and tag characters
_UNWANTED = ("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
             "\ufff9-\ufffb\ufffe\uffff\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff\ud800-\udfff]")
UNWANTED = re.compile(_UNWANTED)
_EMAIL = re.compile(r"(?:mailto:)?[\w.%+'-]{1,64}@[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w(?:[\w.·-]{0,40}\w)?|(?<![\w/])/?u/[\w-]{3,30}|(?<!\w)[\w.]{2,32}#\d{4}(?!\d)")
URL = re.compile(r"(?:https?://|tg://|(?<![\w@.])(?:www\.|(?:" + "|".join(map(re.escape, PROFILE_HOSTS)) + r")/))"
                  r"[^\s<>\"\]]+", re.IGNORECASE)
_CPR = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)[- –]?(\d{4})(?!\d)")
_WORD = re.compile(r"\w+")

_DAY = r"(?:[0-3]?\d)"
_MONTH = r"(?:[01]?\d)"
_YEAR = r"(?:19|20)\d\d"
_CURRENCY = r"(?:kr\b\.?|kroner|dkk|sek|nok|eur|euro|usd|pct|procent|mio|mia|[€$£%])"
# Numbers that look like telephone numbers and are none: dates, times, spans of years, amounts, URLs
_NOT_A_PHONE = re.compile(
    "|".join((
        URL.pattern,
        rf"(?<!\d){_YEAR}[-./]{_MONTH}[-./]{_DAY}(?!\d)(?:[T ]\d\d[:.]\d\d(?:[:.]\d\d)?)?",
        rf"(?<!\d){_DAY}[-./]{_MONTH}[-./](?:\d\d)?\d\d(?!\d)(?:\s*[-–]\s*{_DAY}[-./]{_MONTH}[-./](?:\d\d)?\d\d)?",
        rf"(?<!\d){_DAY}[./]{_MONTH}\.?\s*[-–]\s*{_DAY}[./]{_MONTH}[./](?:\d\d)?\d\d(?!\d)",
        rf"(?<!\d){_YEAR}(?:\s*[-–/,]\s*|\s+){_YEAR}(?!\d)",
        r"(?<!\d)(?:19|20)[0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?<!\d)[0-2]?\d[.:][0-5]\d\s*[-–]\s*[0-2]?\d[.:][0-5]\d(?!\d)",
        r"(?<![\d+])\d{1,3}(?:[.,]\d{3})+(?:,\d\d)?(?!\d)",
        rf"(?<![\d+])\d[\d., ]{{0,20}}\s?{_CURRENCY}",
        r"(?:kr\.?|dkk|sek|nok|eur|usd|[€$£])\s?\d[\d.,]{0,20}(?: \d{3}){0,5}(?!\d)",
    )),
    re.IGNORECASE,
)
_REGIONS = ("DK", "SE", "NO", "FI")


def hits(texts: pd.Series, pattern: str) -> np.ndarray:
    """Return where an RE2 pattern occurs; False where a text is missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.match_substring_regex(pa.array(texts, type=pa.large_string()), pattern)
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=bool)


def _on_hits(texts: pd.Series, pattern: str, change: Callable[[str], str]) -> pd.Series:
    found = hits(texts, pattern)
    if not found.any():
        return texts
    changed = texts.copy()
    changed[found] = [change(text) for text in texts[found]]
    return changed


def clean(texts: pd.Series) -> tuple[pd.Series, int]:
    """Replace control, direction-override and private-use characters by spaces.

    Returns
    -------
    texts, replaced
        The texts, missing where nothing but space is left, and the number of characters replaced.
    """
    replaced = 0

    def change(text: str) -> str:
        nonlocal replaced
        text, count = UNWANTED.subn(" ", text.replace("\r\n", "\n"))
        replaced += count
        return text

    safe = [UNWANTED.sub(" ", t) if isinstance(t, str) and not t.isascii() and _has_surrogate(t) else t for t in texts]
    texts = pd.Series(safe, index=texts.index, dtype="string")
    texts = _on_hits(texts, r"[\p{Cc}\p{Cf}\p{Co}\x{fffe}\x{ffff}]", change).str.strip()
    return texts.mask(texts == ""), replaced


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def redact(texts: pd.Series, *, names: Collection[str] = ()) -> pd.Series:
    """Redact what could identify a person.

    Handles become [handle], links to profiles and invitations [link], e-mail addresses [email],
    Danish person numbers (a valid date and four digits) [cpr], telephone numbers (Denmark, Sweden,
    Norway, Finland and international) [phone], and the full names given [name]. Parameters
    that track who shared a link are cut from it.

    Parameters
    ----------
    names
        Display names; only those of two words or more are redacted, as whole words and in any case.

    Returns
    -------
    texts
        Same index; missing stays missing.
    """
    texts = texts.astype("string")
    texts = _on_hits(texts, "[?&]", lambda text: TRACKING.sub(r"\1", text))
    texts = _on_hits(texts, "@", lambda text: _EMAIL.sub("[email]", text))
    texts = _on_hits(texts, "/", lambda text: URL.sub(_without_profile, text))
    texts = _on_hits(texts, r"@|u/|#\d{4}", lambda text: _HANDLE.sub("[handle]", text))
    texts = _on_hits(texts, r"\p{Nd}{6}[- –]?\p{Nd}{4}", lambda text: _CPR.sub(_without_cpr, text))
    texts = _on_hits(texts, r"\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd}){7}", _without_phones)
    return _without_names(texts, frozenset(names))


def _without_profile(match: re.Match[str]) -> str:
    return "[link]" if names_person(match[0]) else match[0]


def _without_cpr(match: re.Match[str]) -> str:
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return "[cpr]"
    return match[0]


def _without_phones(text: str) -> str:
    import phonenumbers

    masked = _NOT_A_PHONE.sub(lambda m: "x" * len(m[0]), text)
    if sum(c.isdigit() for c in masked) < 8:
        return text
    spans = {
        (m.start, m.end)
        for region in _REGIONS
        for m in phonenumbers.PhoneNumberMatcher(masked, region, leniency=phonenumbers.Leniency.VALID)
        if sum(c.isdigit() for c in m.raw_string) >= 8
    }
    last = len(text)
    for start, end in sorted(spans, key=lambda span: (-span[1], span[0])):
        if end <= last:
            text, last = text[:start] + "[phone]" + text[end:], start
    return text


@lru_cache(maxsize=4)
def _name_patterns(names: frozenset[str]) -> dict[str, re.Pattern[str]]:
    """Return one pattern per first word, so that a text is searched once however many names there are."""
    by_first: dict[str, set[str]] = defaultdict(set)
    for name in names:
        words = _WORD.findall(name)
        if len(words) >= 2:
            by_first[words[0].casefold()].add(r"\W{1,3}".join(map(re.escape, words)))
    return {first: re.compile("(?:" + "|".join(sorted(rest, key=lambda r: (-len(r), r))) + r")(?!\w)", re.IGNORECASE)
            for first, rest in by_first.items()}


def _without_names(texts: pd.Series, names: frozenset[str]) -> pd.Series:
    patterns = _name_patterns(names)
    if not patterns:
        return texts

    def change(text: str) -> str:
        done, kept = 0, []
        for word in _WORD.finditer(text):
            pattern = patterns.get(word[0].casefold())
            if pattern and word.start() >= done and (found := pattern.match(text, word.start())):
                kept += [text[done : word.start()], "[name]"]
                done = found.end()
        return "".join((*kept, text[done:])) if kept else text

    return _on_hits(texts, r"\pL[^\pL]+\pL", change)
