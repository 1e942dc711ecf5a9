"""How hard a text is to read: LIX, after Björnsson (1968)."""

from __future__ import annotations

import re

LONG = 6  # letters; a word with more is long
_LETTERS = r"(?:[^\W_]|[\u0610-\u061a\u064b-\u065f\u0670])+"  # and the marks of Arabic
_WORD = re.compile(rf"{_LETTERS}(?:[-'’]{_LETTERS})*")
# an address or a decimal ends no sentence; a line does, for headings and lists have no full stop
_END = re.compile(r"[.!?:;؟؛]+(?=\s|$|[\"'»”’)*_])|\n+")
_MARKUP = re.compile(r"`[a-z_]+`:|[*_#`|]|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)


def measure_lix(text: str) -> float:
    """Measure LIX: words per sentence, plus the percentage of words with more than six letters.

    Up to 24 is as easy as a book for children, 25 to 34 as fiction, 35 to 44 as a newspaper, 55 and more as a law.

    Parameters
    ----------
    text
        Plain or Markdown. A sentence ends with a full stop, colon, semicolon, question or exclamation mark, or with
        its line.

    Returns
    -------
    lix
        0 for a text without words.
    """
    words, long = count_words(text)
    return measure_length(text) + 100 * long / words if words else 0.0


def measure_length(text: str) -> float:
    """Measure how many words a sentence has on average, as LIX counts both; 0 for a text without words.

    Vowel signs and other marks within a word, as of Arabic, belong to it.
    """
    sentences = list_sentences(text)
    return count_words(text)[0] / len(sentences) if sentences else 0.0


def count_words(text: str) -> tuple[int, int]:
    """Count the words of a text, and those of them with more than six letters."""
    words = _WORD.findall(_MARKUP.sub(" ", text))
    return len(words), sum(len(word) > LONG for word in words)


def list_sentences(text: str) -> list[str]:
    """Return the sentences of a text, without what ends them and without its markup."""
    parts = (part.strip() for part in _END.split(_MARKUP.sub(" ", text)))
    return [part for part in parts if _WORD.search(part)]
