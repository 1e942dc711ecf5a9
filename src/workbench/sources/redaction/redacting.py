"""What could identify a person in the text of a post, replaced by words in square brackets."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

import numpy as np
import pandas as pd

from workbench.sources.redaction.accounts import (
    ACCOUNT_HINT,
    CARD_HINT,
    IBAN_HINT,
    find_accounts,
    find_cards,
    find_ibans,
)
from workbench.sources.redaction.distinct import Texts, change_distinct, changed_where, hits_of, put
from workbench.sources.redaction.distinct import hits as hits
from workbench.sources.redaction.folding import FOREIGN_HINT, Span, apart, blank, fold
from workbench.sources.redaction.handles import (
    DISCORD_HINT,
    EMAIL_HINT,
    FEDERATED_HINT,
    HANDLE_HINT,
    NETWORK_HINT,
    SPELLED_HINT,
    find_emails,
    find_federated,
    find_handles,
    find_networked,
    find_numbered,
    find_spelled_emails,
)
from workbench.sources.redaction.name_search import without_names
from workbench.sources.redaction.named_accounts import NAMED_HINT, find_named
from workbench.sources.redaction.names import NameBook, keyed_names
from workbench.sources.redaction.person_numbers import PERSON_NUMBER_HINT, find_person_numbers
from workbench.sources.redaction.phones import ADDRESS, PHONE_HINT, find_phones
from workbench.sources.redaction.plates import PLATE_HINT, find_plates
from workbench.sources.redaction.spoken import SPOKEN_HINT, find_spoken_phones
from workbench.sources.redaction.urls import PROFILE_HINT, TRACKING, TRACKING_HINT, find_profiles

Finder = Callable[[str], Iterator[Span]]

# Characters that show nothing, so that what they hide between reads on: soft hyphen, zero width, direction, fillers
_HIDING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]|(?<=[\\w@.])\u200d(?=[\\w@.])")
# Control, line and paragraph separator, private-use characters and halves of pairs
_UNWANTED_HINT = (r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\x{fffe}\x{ffff}\x{34f}\x{115f}\x{1160}\x{180b}-\x{180f}"
                  r"\x{2800}\x{3164}\x{ffa0}\x{20e3}]")
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff"
                      "\ud800-\udfff]")
# Digits in keycaps, several in a row
_KEYCAPS = re.compile("(?:[0-9]\ufe0f?\u20e3){2,}")
# In this order: what is found first is not looked at again. A finder is asked about a text only where its RE2 pattern
# occurs in the plain form of the text.
_NUMBERS = (
    (IBAN_HINT, find_ibans, "[iban]"), (ACCOUNT_HINT, find_accounts, "[account]"), (CARD_HINT, find_cards, "[card]"),
    (PERSON_NUMBER_HINT, find_person_numbers, "[person number]"), (PHONE_HINT, find_phones, "[phone]"),
    (SPOKEN_HINT, find_spoken_phones, "[phone]"), (PLATE_HINT, find_plates, "[plate]"),
)
_STEPS: tuple[tuple[tuple[str, Finder, str], ...], ...] = (
    ((FEDERATED_HINT, find_federated, "[handle]"),),
    ((SPELLED_HINT, find_spelled_emails, "[email]"),),
    ((EMAIL_HINT, find_emails, "[email]"),),
    ((PROFILE_HINT, find_profiles, "[link]"),),
    ((HANDLE_HINT, find_handles, "[handle]"), (NETWORK_HINT, find_networked, "[handle]"),
     (DISCORD_HINT, find_numbered, "[handle]"), (NAMED_HINT, find_named, "[handle]")),
    _NUMBERS,
)
PLACEHOLDERS = ("[handle]", "[link]", "[email]", "[name]", *dict.fromkeys(word for _, _, word in _NUMBERS))
_FEW = 20
_SEVEN_DIGITS = "[0-9](?:[^A-Za-z0-9]{0,4}[0-9]){6}"


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

    texts = _encodable(texts)
    found = hits(texts, _UNWANTED_HINT)
    if found.any():
        texts = texts.copy()
        texts[found] = [change(text) for text in texts[found]]
    texts = texts.str.strip()
    return texts.mask(texts == ""), replaced


def _encodable(texts: pd.Series) -> pd.Series:
    """Return texts with a space for half a character pair, which no file can hold."""
    try:
        return texts.astype("string")
    except UnicodeEncodeError:
        whole = [re.sub("[\ud800-\udfff]", " ", text) if isinstance(text, str) else text for text in texts]
        return pd.Series(whole, index=texts.index, dtype="string")


def redact(texts: pd.Series, *, names: Collection[str] | NameBook = (), own_titles: Collection[str] = ()) -> pd.Series:
    """Redact what could identify a person.

    Handles become [handle], links to profiles and invitations [link], e-mail addresses [email],
    person numbers of the Nordic countries [person number], telephone numbers [phone], account
    numbers [iban] and [account], payment cards [card], licence plates named as such [plate], and the names
    given [name]. Parameters that track who shared a link are cut from it. What is redacted holds nothing more to
    redact.

    Parameters
    ----------
    names
        The name book of the study, see `redact_names`; or display names, which are keyed for this call.
    own_titles
        Of arenas: no names of persons.

    Returns
    -------
    texts
        Same index; missing stays missing.
    """
    book = names if isinstance(names, NameBook) else _passing_book(frozenset(names))

    def change(distinct: Texts) -> Texts:
        redacted = _redact_once(distinct, book, own_titles)
        changed = _differ(redacted, distinct)
        while changed.any():  # what was replaced may have hidden something beside it
            some = redacted.filter(changed)
            again = _redact_once(some, book, own_titles)
            redacted = put(redacted, changed, again)
            changed[changed] = _differ(again, some)
        return redacted

    return change_distinct(texts, change)


@lru_cache(maxsize=4)
def _passing_book(names: frozenset[str]) -> NameBook:
    key = secrets.token_bytes(32)
    return NameBook(keyed_names(names, key=key), key)


def _differ(ones: Texts, others: Texts) -> np.ndarray:
    import pyarrow.compute as pc

    return np.array(pc.not_equal(ones, others).to_numpy(zero_copy_only=False), dtype=bool)


def _redact_once(texts: Texts, book: NameBook, own_titles: Collection[str]) -> Texts:
    texts = changed_where(texts, _hinted(texts, TRACKING_HINT), lambda text: TRACKING.sub(r"\1", text))
    plain = changed_where(texts, _hinted(texts, FOREIGN_HINT), fold)
    for finders in _STEPS:
        texts, plain = _replaced(texts, plain, finders)
    return without_names(texts, book, own_titles)


def _replaced(texts: Texts, plain: Texts, finders: tuple[tuple[str, Finder, str], ...]) -> tuple[Texts, Texts]:
    """Return texts and their plain form with what each of the finders finds replaced by its word."""
    import pyarrow as pa

    asked = np.column_stack([_hinted(plain, hint) for hint, _, _ in finders])
    found = np.asarray(asked.any(axis=1))
    if not found.any():
        return texts, plain
    rows = zip(texts.filter(found).to_pylist(), plain.filter(found).to_pylist(), asked[found].tolist(), strict=True)
    done = [_replaced_in(text, folded, [finder[1:] for finder, ask in zip(finders, asks, strict=True) if ask])
            for text, folded, asks in rows]
    new_texts, new_plain = (pa.array(column, type=pa.large_string()) for column in zip(*done, strict=True))
    return put(texts, found, new_texts), put(plain, found, new_plain)


def _hinted(plain: Texts, hint: str) -> np.ndarray:
    """Return in which texts a finder may find something; all, of few texts: patterns are made ready slowly."""
    import pyarrow.compute as pc

    if len(plain) <= _FEW:
        return np.ones(len(plain), dtype=bool)
    if hint != PHONE_HINT:
        return hits_of(plain, hint)
    found = hits_of(plain, _SEVEN_DIGITS)
    if found.any():  # digits within an address are no telephone number
        found[np.flatnonzero(found)] = hits_of(pc.replace_substring_regex(plain.filter(found), ADDRESS, " "), hint)
    return found


def _replaced_in(text: str, plain: str, finders: list[tuple[Finder, str]]) -> tuple[str, str]:
    looked_at, found = plain, []
    for find, word in finders:
        spans = apart(find(looked_at))
        found += [(*span, word) for span in spans]
        looked_at = blank(looked_at, spans)
    for start, end, word in sorted(found, reverse=True):
        text = text[:start] + word + text[end:]
        plain = plain[:start] + word + plain[end:]
    return text, plain
