"""Words that are one word: inflections of it, and the parts of a compound."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

SNOWBALL = {"da": "danish", "sv": "swedish", "nb": "norwegian", "nn": "norwegian", "no": "norwegian", "fi": "finnish",
            "en": "english"}
LINKS = ("", "s", "e")  # between the parts of a Nordic compound: by-rådet, ungdom-s-klub, hest-e-vogn
SHORTEST_PART = 3
LONGEST_ENDING = 6  # letters that an inflection adds to a stem: -erne, -heten, -ssaan


@lru_cache(maxsize=len(SNOWBALL))
def _stemmer(algorithm: str) -> BaseStemmer:
    import snowballstemmer

    return snowballstemmer.stemmer(algorithm)


@lru_cache(maxsize=200_000)
def stem_of(word: str, language: str) -> str:
    """Return a word's stem (Snowball) in a language, the word itself where the language has no stemmer."""
    if language not in SNOWBALL:
        return word
    return str(_stemmer(SNOWBALL[language]).stemWord(word))


def find_forms(words: Sequence[str], places: Sequence[int], languages: Sequence[str]) -> list[list[int]]:
    """Return, for each word at these places, the places of all words that have its stem in one of the languages.

    Parameters
    ----------
    words
        Case-folded, in the order of the alphabet.
    languages
        Codes; those without a stemmer join nothing.
    """
    stemmed = [language for language in languages if language in SNOWBALL]
    found = []
    for place in places:
        forms = {place}
        for language in stemmed:
            stem = stem_of(words[place], language)
            start = bisect_left(words, stem)
            end = bisect_left(words, stem + chr(0x10FFFF), start)
            forms |= {other for other in range(start, end) if len(words[other]) <= len(stem) + LONGEST_ENDING
                      and stem_of(words[other], language) == stem}
        found.append(sorted(forms))
    return found


def split_compound(word: str, known: Mapping[str, int]) -> tuple[str, ...]:
    """Split a compound into words of the corpus, or return the word alone.

    Of the ways to write it as two known words, with a linking letter or without, the one with
    the highest geometric mean of posts is taken, if that is above the posts of the word itself
    (Koehn & Knight 2003).

    Parameters
    ----------
    word
        Case-folded.
    known
        Posts by word of the corpus.
    """
    best: tuple[str, ...] = (word,)
    best_mean = float(known.get(word, 0))
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        last = known.get(word[cut:], 0)
        if not last:
            continue
        for link in LINKS:
            first = word[:cut].removesuffix(link) if link else word[:cut]
            mean = (known.get(first, 0) * last) ** 0.5 if len(first) >= SHORTEST_PART else 0.0
            if mean > best_mean:
                best, best_mean = (first, word[cut:]), mean
    return best
