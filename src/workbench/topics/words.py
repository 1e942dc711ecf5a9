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

# links, sites, placeholders of the redaction such as [phone], handles and what HTML leaves behind carry no topic
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+(?:[a-z]{2,}/\S*|(?:com|org|info|dk)\b)"
                        r"|\[[a-z ]{2,20}\]|@\w+|&(?:amp|gt|lt|quot|nbsp|#\d{1,5});")
_ONE_EMOJI = "[\U0001f300-\U0001faff☀-➿⭐⏰⏳]"
_PICTURE = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff☀-➿⭐⏰⏳]")
_LETTERS = r"[\w\u0900-\u0963\u0966-\u0dff]"  # in the scripts of India vowels are marks, which \w leaves out
_WORD = re.compile(rf"{_LETTERS}+(?:['-]{_LETTERS}+)*|[\U0001f1e6-\U0001f1ff]{{2}}"
                   rf"|{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
_LETTER = re.compile(r"[^\W\d_]")
# how an emoji is drawn, skin tones, accents that are no part of a letter, vowel signs of Arabic, and what nobody sees
_DRAWN = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\u0300-\u036f\u0640\u064b-\u0652\u00ad\u200b\u2060\ufeff]")
_BOXED = re.compile("[\U0001f150-\U0001f169\U0001f170-\U0001f189]")  # white letters on black, which NFKC leaves alone
# emoji that set text apart and say nothing: hands, arrows, ticks, marks, pins
_LAYOUT = frozenset("👆👇👈👉👁☝☑✅✔✖❌❎❓❔❕❗➕➖➡⬅⬆⬇▶◀🔗📌📍🔹🔸🔺🔻🆕🆓🔝🔜🔙")


def words_of(text: str) -> list[str]:
    """Return the usable words of a text, in its order.

    Words are case-folded and written in plain letters, however they were drawn (bold, full-width,
    circled); a hashtag is its word; an emoji is a word, without skin tone and
    once where it is repeated. Slang and misspellings stay as they are. Links, sites, placeholders
    such as ``[phone]``, handles, numbers, single letters, emoji that only lay out the text and
    stop words of Danish, Swedish, Norwegian, Finnish and English are left out.
    """
    folded = _fold(text)
    found = _WORD.findall(_NOT_WORDS.sub(" ", folded))
    stop = stop_words()
    kept = [w for w in found if w not in stop and ((len(w) > 1 and (w.isalpha() or _LETTER.search(w))) or is_emoji(w))]
    return kept if not _has_picture(folded) else [w for w, run in groupby(kept)
                                                  for _ in (run if not is_emoji(w) else "1")]


def theme_words(text: str) -> list[str]:
    """Return the words of a text that a theme can be made of: the usable ones without emoji and flags."""
    words = words_of(text)
    return words if not _has_picture(text) else [w for w in words if not is_emoji(w)]


def _has_picture(text: str) -> bool:
    return not text.isascii() and _PICTURE.search(text) is not None


def _fold(text: str) -> str:
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKC", text.replace("™", " ").replace("’", "'")).casefold()
    return _DRAWN.sub("", _BOXED.sub(_unbox, plain))


def _unbox(letter: re.Match[str]) -> str:
    return chr(ord("a") + (ord(letter[0]) - 0x1F150) % 32)  # the two rows of boxes begin 32 apart


def is_emoji(word: str) -> bool:
    """Tell whether a usable word is an emoji."""
    return ord(word[0]) > 0x23EF and not word[0].isalnum()


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Return the stop words of all languages we model, case-folded, and the emoji that only lay out a text."""
    import stopwordsiso

    listed = frozenset(_fold(w) for w in stopwordsiso.stopwords(list(STOP_WORD_LANGUAGES)))
    return (listed | _ALSO_STOP | _LAYOUT) - _NO_STOP


@lru_cache(maxsize=64)
def listed_stop_words(language: str) -> frozenset[str]:
    """Return the stop words listed for any one language, folded as words are; none where there is no list."""
    import stopwordsiso

    listed = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else ()
    return frozenset(_fold(w) for w in listed)
