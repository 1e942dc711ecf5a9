"""Usable words of a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

STOP_WORD_LANGUAGES = ("da", "sv", "no", "fi", "en")

# links, placeholders of the redaction such as [phone], and handles carry no topic
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*|\[[a-z ]{2,20}\]|@\w+")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LETTER = re.compile(r"[^\W\d_]")


def words_of(text: str) -> list[str]:
    """Return the usable words of a text, in its order.

    Words are case-folded; a hashtag is its word. Links, placeholders such as ``[phone]``,
    handles, numbers, single letters and stop words of Danish, Swedish, Norwegian, Finnish
    and English are left out.
    """
    folded = _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text).casefold())
    stop = stop_words()
    return [w for w in _WORD.findall(folded) if len(w) > 1 and w not in stop and _LETTER.search(w)]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Return the stop words of all languages we model, case-folded."""
    import stopwordsiso

    return frozenset(w.casefold() for w in stopwordsiso.stopwords(list(STOP_WORD_LANGUAGES)))
