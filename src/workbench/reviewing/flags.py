"""Which words of the corpus look like names or insults: a hint for the person who decides, never a filter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import pandas as pd

REASONS = ("address", "handle", "given_name", "surname", "insult")
_PARTS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S+@\S+\.\w+")
# @someone, first.last, first_last, first_last92
_HANDLE = re.compile(r"@\w[\w.]*|[^\W\d_]+_[^\W\d_]\w*")
_REACHED = re.compile(r"\S+@\S+|@\w|https?://|www\.|\bt\.me/|[^\W\d_]+_\w+|\d(?:[ .-]?\d){7,}")
_CAPITALISED = re.compile(r"\b[^\W\d_a-zæøåäöþðé][^\W\d_]+(?:-[^\W\d_]+)*")
_MONTHS = frozenset(["april", "may", "june", "august"])  # names too, and written with a capital in English
_SURNAME_ENDS = ("sson", "ssons", "dottir", "dóttir", "dóttur", "dottur", "gaard", "gaards", "quist", "quists", "qvist",
                 "qvists")
_GENITIVE = ("s", "'s", "’s", "'", "’")
_FINNISH = ("n", "in", "a", "ä", "aa", "ää", "lla", "llä", "lle", "lta", "ltä", "ssa", "ssä", "sta", "stä", "sen",
            "ksi", "an", "än", "on", "en", "iin", "hin")
_FINNISH_NEN = ("sen", "selle", "sella", "sellä", "selta", "seltä", "sesta", "sestä", "sta", "stä", "set", "seen",
                "sia")
_ICELANDIC = {"ur": ("i", "s", "ar", ""), "a": ("u",), "i": ("a",), "n": ("s", "i"), "ir": ("i", "is"), "l": ("i", "s"),
              "": ("ar", "i", "s", "u", "jar")}


def flag_words(words: Iterable[str]) -> pd.Series:
    """Say which words look like a person's name or an insult.

    Found are the given names and surnames of `names.toml`, with the endings of the Nordic languages, patronymics,
    farm names, addresses, handles, and insults (`rough_words.toml`), alone or as parts of a domain, hashtag or
    compound with a hyphen. No list is complete and some names are ordinary words: this helps a person to
    decide, who looks at every word all the same.

    Parameters
    ----------
    words
        Words, hashtags, emoji or domains, in any case.

    Returns
    -------
    reasons
        By place in `words`: one of `REASONS`; missing where nothing was noticed.
    """
    return pd.Series([_reason(str(word)) for word in words], dtype="string")


def points_to_person(text: str) -> bool:
    """Tell whether a text written with capitals seems to name a person, or to hold what leads to one.

    Found are given names and surnames as `flag_words`, where they begin with a capital, handles, addresses of mail
    and web, and numbers of eight digits or more. A name that no list knows is not: who writes such a text looks too.
    """
    if _REACHED.search(text):
        return True
    names = [word for word in _CAPITALISED.findall(text) if word.casefold() not in _MONTHS]
    return bool(flag_words(names).isin(["given_name", "surname"]).any())


def _reason(word: str) -> str | None:
    folded = word.casefold().strip().removeprefix("#")
    if _ADDRESS.fullmatch(folded):
        return "address"
    parts = [folded, *_PARTS.findall(folded), *re.findall(r"[^\W\d_]+['’]s?", folded)]
    found = next((reason for reason in map(_reason_of_part, parts) if reason), None)
    return found or ("handle" if _HANDLE.fullmatch(folded) else None)


def _reason_of_part(part: str) -> str | None:
    given, surnames = _given_names(), _surnames()
    if part in given:
        return "given_name"
    if part in surnames or _is_patronymic(part) or (len(part) > 6 and part.endswith(_SURNAME_ENDS)):
        return "surname"
    if part in _rough("whole") or part.startswith(tuple(_rough("stems"))):
        return "insult"
    # mettehansen
    joined = range(3, len(part) - 3)
    return "surname" if any(part[:at] in given and part[at:] in surnames for at in joined) else None


def _is_patronymic(part: str) -> bool:
    """Tell whether a word is a father's name and -sen, as in Jensen; most Danish words in -sen are none."""
    bare = part.removesuffix("s")
    return bare.endswith("sen") and bool({bare[:-3], bare[:-2]} & _plain("given"))


@lru_cache
def _lists(name: str) -> dict[str, frozenset[str]]:
    text = (files("workbench.reviewing") / f"{name}.toml").read_text(encoding="utf-8")
    return {key: frozenset(words.split()) for key, words in tomllib.loads(text).items()}


def _rough(key: str) -> frozenset[str]:
    return _lists("rough_words")[key]


def _plain(key: str) -> frozenset[str]:
    return _lists("names")[key]


@lru_cache
def _given_names() -> frozenset[str]:
    nordic = _plain("given") | _plain("finnish") | _plain("icelandic")
    forms = nordic | {name + end for name in nordic for end in _GENITIVE}
    forms |= {form for name in _plain("finnish") for form in _finnish_forms(name)}
    forms |= {form for name in _plain("icelandic") for form in _icelandic_forms(name)}
    return frozenset(forms - _plain("ordinary"))


@lru_cache
def _surnames() -> frozenset[str]:
    every = _plain("surnames") | _plain("finnish_surnames")
    forms = every | {name + end for name in every for end in _GENITIVE}
    forms |= {name[:-3] + end for name in _plain("finnish_surnames") if name.endswith("nen") for end in _FINNISH_NEN}
    forms |= {form for name in _plain("finnish_surnames") for form in _finnish_forms(name)}
    return frozenset(forms - _plain("ordinary"))


def _finnish_forms(name: str) -> set[str]:
    """Return a name's cases, also with the weaker consonant: Matti, Matin; Pekka, Pekan; Antti, Antilla."""
    weak = re.sub(r"(kk|pp|tt)([aeiouyäö])$", lambda m: m[1][0] + m[2], name)
    weak = re.sub(r"nt([aeiouyäö])$", r"nn\1", weak)
    tuomas = {name[:-1] + "k" + end for end in ("sen", "selle", "sella", "sta")} if name.endswith("s") else set()
    return {stem + end for stem in (name, weak) for end in _FINNISH} | tuomas


def _icelandic_forms(name: str) -> set[str]:
    """Return a name's cases: Ólafur, Ólafs; Sigrún, Sigrúnar; Anna, Önnu."""
    forms = {name.removesuffix(tail) + end for tail, ends in _ICELANDIC.items() if name.endswith(tail) for end in ends}
    rounded = {re.sub(r"^a", "ö", form) for form in forms if form.endswith("u")}
    return forms | rounded


def is_given_name(word: str) -> bool:
    """Tell whether a word is on the list of given names, in any case of letters."""
    return word.casefold() in _given_names()
