"""How hard a text is to read: LIX, after Björnsson (1968)."""

from __future__ import annotations

import re

LONG = 6  # letters; a word with more is long
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
# an address or a decimal ends no sentence; a line does, for headings and lists have no full stop
_END = re.compile(r"[.!?:;]+(?=\s|$|[\"'»”’)*_])|\n+")
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
    plain = _MARKUP.sub(" ", text)
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(part)) for part in _END.split(plain))
    return len(words) / sentences + 100 * sum(len(word) > LONG for word in words) / len(words)
