"""How a word of a name is written: in one spelling for all, and with the endings of the Nordic languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import combinations

from workbench.sources.redaction.ordinary import HONORIFICS, NOBODY, given_names, ordinary_words

WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
MOST_WORDS = 5  # more is a title or a motto
_FEWEST_LETTERS = 4  # of a surname that is looked for alone
_FEWEST_JOINED = 8
_FEWEST_INFLECTED = 3
_LETTERS = str.maketrans({"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "ü": "ue", "ð": "d", "þ": "th",
                          "đ": "d",
                          "ł": "l", "ı": "i", "ħ": "h"})
_PAIRS = re.compile("[aou]e|aa")
_VOWELS = "aeiouyæøåäöáéíóúý"
_WEAK = (("kk", "k"), ("pp", "p"), ("tt", "t"), ("lt", "ll"), ("rt", "rr"), ("nt", "nn"), ("nk", "ng"), ("mp", "mm"),
         ("ht", "hd"), ("rk", "r"), ("lk", "l"))
_WEAK_ALONE = {"t": "d", "p": "v", "k": ""}
# Of Finnish cases; a and ä are one in the common spelling
_CASES = ("n", "lla", "lle", "lta", "ssa", "sta", "ksi", "na")
PARTICLES = frozenset(("af", "al", "av", "bin", "da", "das", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn",
                       "la", "le",
                        "of", "och", "og", "the", "till", "van", "von", "zu", "i", "på", "fra", "från", "y"))
_SURNAME = re.compile(r"(?:[^s]sen|sson|ssen|nsen|dott[ie]r|dóttir|d[ao]tter|ström|strøm|qvist|kvist|gaard|gård|"
                      r"lund|berg|dahl|gren|"
                      r"holm|[kntlrs]inen|onen|änen)$")
_BOT = re.compile(r"^[Bb][Oo][Tt]$|[a-z0-9]Bot$")


@lru_cache(maxsize=100_000)
def common_spelling(word: str) -> str:
    """Return a word without case and accents, with æ, ä and ae as a, ø, ö and oe as o, å and aa as a."""
    word = word.lower()
    if not word.isascii():
        word = unicodedata.normalize("NFC", word.casefold()).translate(_LETTERS)
        if not word.isascii():
            word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return _PAIRS.sub(lambda found: found[0][0], word)


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a display name that is, or may be, a person's.

    Empty for names of one word, of more than five, of bots, and for what stands where nobody's name is known. Signs,
    emoji, titles such as *Dr.* and words of digits are left out.
    """
    words = tuple(word for word in WORD.findall(name) if not word.isdigit() and word.casefold() not in HONORIFICS)
    if not 2 <= len(words) <= MOST_WORDS or " ".join(words).casefold() in NOBODY or _BOT.search(words[-1]):
        return ()
    return words if max(map(len, words)) > 1 else ()


def written_orders(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield how a name of two words or more is written: with fewer middle names, with initials, turned round."""
    given = given_names()
    first, last = words[0], words[-1]
    for count in range(len(words) - 1):
        for middle in combinations(words[1:-1], count):
            yield (first, *middle, last)
            yield (last, first, *middle)
            initials = tuple(word if word.casefold() in PARTICLES else word[0] for word in middle)
            yield (first, *initials, last)
            yield (first[0], *initials, last)
            if middle and middle[-1].casefold() not in given | PARTICLES:  # a surname of two
                yield (first, *middle)


def joined_words(words: tuple[str, ...]) -> Iterator[str]:
    """Yield a name without spaces, as in a hashtag, where it is long enough to be no other word."""
    for written in {words, (words[0], words[-1])}:
        if len(joined := "".join(written)) >= _FEWEST_JOINED:
            yield joined


def is_ordinary(word: str) -> bool:
    """Return whether a word means something else than a person where it stands alone."""
    return common_spelling(word) in _ordinary_spellings()


def is_phrase(words: tuple[str, ...]) -> bool:
    """Return whether a name may be a phrase: none of its words is a name and nothing else."""
    return {common_spelling(word) for word in words} <= _phrase_spellings()


def lone_surname(words: tuple[str, ...]) -> str | None:
    """Return the surname that is redacted where it stands alone: surely one, and no ordinary word."""
    last = words[-1]
    if len(last) < _FEWEST_LETTERS or not last.isalpha() or is_ordinary(last):
        return None
    return last if words[0].casefold() in given_names() or _SURNAME.search(last.casefold()) else None


@cache
def _ordinary_spellings() -> frozenset[str]:
    return _phrase_spellings() | frozenset(map(common_spelling, given_names()))


@cache
def _phrase_spellings() -> frozenset[str]:
    return frozenset(map(common_spelling, ordinary_words() | PARTICLES))


def endings(word: str) -> set[str]:
    """Return the forms of a word of a name, in the common spelling: genitive, cases of Finnish and Icelandic."""
    word = word.casefold()
    if len(word) < _FEWEST_INFLECTED or not word.isalpha() or not common_spelling(word).isascii():
        return {common_spelling(word), common_spelling(word + "s")}
    forms = {word, word + "s", *_finnish(word), *_icelandic(word)}
    return {common_spelling(form) for form in forms}


def _finnish(word: str) -> Iterator[str]:
    stems = [word] if word[-1] in _VOWELS else [word + "i"]
    if word.endswith("nen"):
        stems = [word[:-3] + "se"]
        yield from (word[:-3] + end for end in ("sta", "set", "sten", "sia", "sille"))
    elif word.endswith("s"):
        stems = [word[:-1] + "kse", word + "i"]
    elif word.endswith("i"):
        stems.append(word[:-1] + "e")
    for stem in stems:
        yield from (stem + end for end in ("a", stem[-1] + "n", "hin", "ta"))
        for graded in {stem, _weakened(stem)}:
            yield from (graded + end for end in _CASES)


def _weakened(stem: str) -> str:
    """Return a stem with its last consonants in the weak grade: Virta, Virra-; Mikko, Miko-."""
    body, vowel = stem[:-1], stem[-1]
    for strong, weak in _WEAK:
        if body.endswith(strong):
            return body[: -len(strong)] + weak + vowel
    if len(body) > 1 and body[-2] in _VOWELS and body[-1] in _WEAK_ALONE:
        return body[:-1] + _WEAK_ALONE[body[-1]] + vowel
    return stem


def _icelandic(word: str) -> Iterator[str]:
    if word.endswith(("dóttir", "dottir")):
        yield word[:-2] + "ur"
    elif word.endswith("son"):
        yield from (word + "ar", word[:-3] + "syni")
    elif word.endswith("ur"):
        yield from (word[:-2] + end for end in ("", "i", "s", "ar"))
    elif word.endswith("a"):
        before, _, after = word[:-1].rpartition("a")
        yield from (word[:-1] + "u", f"{before}ö{after}u")
    elif word.endswith("i"):
        yield word[:-1] + "a"
    elif word[-1] not in _VOWELS:
        yield from (word + end for end in ("i", "ar", "u"))
