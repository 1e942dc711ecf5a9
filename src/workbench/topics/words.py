"""Usable words of a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

STOP_WORD_LANGUAGES = ("da", "sv", "no", "fi", "en")

# what people write in chats and the lists of stop words lack
_ALSO_STOP = frozenset(("altså", "gør", "går", "gå", "hele", "hela", "iik", "ikk", "lissom", "liksom", "ngl", "nok",
                        "også", "rigtig", "siger", "skriver", "sku", "typ"))
# what the lists hold and chats are about; words that are stop words of another language stay out ("by", "men", "dog")
_NO_STOP = frozenset(["bill", "computer", "free", "hell", "home", "room", "state", "work", "world", "young"])

# links, placeholders of the redaction such as [phone], and handles carry no topic
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*|\[[a-z ]{2,20}\]|@\w+")
_ONE_EMOJI = "[\U0001f300-\U0001faff☀-➿⭐⏰⏳]"
_WORD = re.compile(rf"\w+(?:['’-]\w+)*|[\U0001f1e6-\U0001f1ff]{{2}}|{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
_LETTER = re.compile(r"[^\W\d_]")
_VARIANTS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # how an emoji is drawn, and skin tones
# emoji that set text apart and say nothing: hands, arrows, ticks, marks, pins
_LAYOUT = frozenset("👆👇👈👉👁☝☑✅✔✖❌❎❓❔❕❗➕➖➡⬅⬆⬇▶◀🔗📌📍🔹🔸🔺🔻🆕🆓🔝🔜🔙")


def words_of(text: str) -> list[str]:
    """Return the usable words of a text, in its order.

    Words are case-folded; a hashtag is its word; an emoji is a word, without skin tone and
    once where it is repeated. Slang and misspellings stay as they are. Links, placeholders
    such as ``[phone]``, handles, numbers, single letters, emoji that only lay out the text and
    stop words of Danish, Swedish, Norwegian, Finnish and English are left out.
    """
    folded = _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text).casefold())
    found = _WORD.findall(folded if folded.isascii() else _VARIANTS.sub("", folded))
    stop = stop_words()
    kept = [w for w in found if w not in stop and ((len(w) > 1 and _LETTER.search(w)) or is_emoji(w))]
    return kept if folded.isascii() else [w for w, run in groupby(kept) for _ in (run if not is_emoji(w) else "1")]


def is_emoji(word: str) -> bool:
    """Tell whether a usable word is an emoji."""
    return ord(word[0]) > 0x23EF and not word[0].isalnum()


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Return the stop words of all languages we model, case-folded, and the emoji that only lay out a text."""
    import stopwordsiso

    listed = frozenset(w.casefold() for w in stopwordsiso.stopwords(list(STOP_WORD_LANGUAGES)))
    return (listed | _ALSO_STOP | _LAYOUT) - _NO_STOP
