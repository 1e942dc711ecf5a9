"""What could identify a person in the text of a post, replaced by words in square brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache, partial

import numpy as np
import pandas as pd

from workbench.sources.redaction.accounts import find_accounts, find_cards, find_ibans
from workbench.sources.redaction.folding import Span, apart, blank, fold
from workbench.sources.redaction.handles import (
    HANDLE_HINT,
    SPELLED_HINT,
    find_emails,
    find_federated,
    find_handles,
    find_spelled_emails,
)
from workbench.sources.redaction.person_numbers import find_person_numbers
from workbench.sources.redaction.phones import find_phones
from workbench.sources.redaction.urls import TRACKING, URL_HINT, find_profiles

Finder = Callable[[str], Iterator[Span]]

# Characters that show nothing, so that what they hide between reads on: soft hyphen, zero width, direction, fillers
_HIDING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]|(?<=[\\w@.])\u200d(?=[\\w@.])")
# Control, line and paragraph separator, private-use characters and halves of pairs
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff"
                      "\ud800-\udfff]")
# Digits in keycaps, several in a row
_KEYCAPS = re.compile("(?:[0-9]\ufe0f?\u20e3){2,}")
_WORD = re.compile(r"\w+")
# Seven digits near each other, a henkilötunnus, or any digit of another script
_NUMBERS_HINT = r"[0-9](?:[^A-Za-z0-9]{0,4}[0-9]){6}|[0-9]{6} ?[A-FU-Ya-fu-y] ?[0-9]{2}|[^\P{Nd}0-9]"
# In this order: what is found first is not looked at again
_NUMBERS: tuple[tuple[Finder, str], ...] = (
    (find_ibans, "[iban]"), (find_accounts, "[account]"), (find_cards, "[card]"),
    (find_person_numbers, "[person number]"), (find_phones, "[phone]"),
)
_STEPS: tuple[tuple[str, tuple[tuple[Finder, str], ...]], ...] = (
    ("[@＠]", ((find_federated, "[handle]"),)),
    (SPELLED_HINT, ((find_spelled_emails, "[email]"),)),
    ("[@＠]|%40", ((find_emails, "[email]"),)),
    (URL_HINT, ((find_profiles, "[link]"),)),
    (HANDLE_HINT, ((find_handles, "[handle]"),)),
    (_NUMBERS_HINT, _NUMBERS),
)
PLACEHOLDERS = ("[handle]", "[link]", "[email]", "[name]", *(word for _, word in _NUMBERS))


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
    """Take out what shows nothing, and put spaces for control and private-use characters.

    What shows nothing (zero-width and direction characters, soft hyphens) is taken out, for an
    identifier may be split by it; the joiner that emoji need stays between them. Numbers written
    in keycap emoji become digits.

    Returns
    -------
    texts, replaced
        The texts, missing where nothing but space is left, and the number of characters replaced.
    """
    replaced = 0

    def change(text: str) -> str:
        nonlocal replaced
        text, hidden = _HIDING.subn("", text.replace("\r\n", "\n"))
        text, count = UNWANTED.subn(" ", text)
        text, keycaps = _KEYCAPS.subn(lambda found: re.sub("[^0-9]", "", found[0]), text)
        replaced += hidden + count + keycaps
        return text

    safe = [UNWANTED.sub(" ", t) if isinstance(t, str) and not t.isascii() and _has_surrogate(t) else t for t in texts]
    texts = pd.Series(safe, index=texts.index, dtype="string")
    texts = _on_hits(texts, r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\x{fffe}\x{ffff}\x{34f}\x{115f}\x{1160}\x{180b}-\x{180f}"
                            r"\x{2800}\x{3164}\x{ffa0}\x{20e3}]", change).str.strip()
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
    person numbers of the Nordic countries [person number], telephone numbers [phone], account
    numbers [iban] and [account], payment cards [card], and the full names given [name]. Parameters
    that track who shared a link are cut from it. What is redacted holds nothing more to redact.

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
    known = frozenset(names)
    redacted = _redact_once(texts, known)
    changed = redacted.ne(texts).fillna(False).to_numpy(dtype=bool)
    while changed.any():  # what was replaced may have hidden something beside it
        again = _redact_once(redacted[changed], known)
        still = again.ne(redacted[changed]).fillna(False).to_numpy(dtype=bool)
        redacted[changed] = again
        changed[changed] = still
    return redacted


def _redact_once(texts: pd.Series, names: frozenset[str]) -> pd.Series:
    texts = _on_hits(texts, "[?&]", lambda text: TRACKING.sub(r"\1", text))
    for hint, finders in _STEPS:
        texts = _on_hits(texts, hint, partial(_replaced, finders=finders))
    return _without_names(texts, names)


def _replaced(text: str, finders: tuple[tuple[Finder, str], ...]) -> str:
    """Return a text with what each of the finders finds replaced by its word."""
    plain, found = fold(text), []
    for find, word in finders:
        spans = apart(find(plain))
        found += [(*span, word) for span in spans]
        plain = blank(plain, spans)
    for start, end, word in sorted(found, reverse=True):
        text = text[:start] + word + text[end:]
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

    first_words = patterns.keys()

    def change(text: str) -> str:
        if first_words.isdisjoint(_WORD.findall(text.casefold())):
            return text
        done, kept = 0, []
        for word in _WORD.finditer(text):
            pattern = patterns.get(word[0].casefold())
            if pattern and word.start() >= done and (found := pattern.match(text, word.start())):
                kept += [text[done : word.start()], "[name]"]
                done = found.end()
        return "".join((*kept, text[done:])) if kept else text

    return _on_hits(texts, r"\pL[^\pL]+\pL", change)
