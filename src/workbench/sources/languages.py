"""The language of texts, told by character sequences."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = ("da", "sv", "no", "fi", "en", "de", "pl", "ar", "so", "tr", "uk", "ru", "fr", "es", "it", "lt")
MINIMUM_LETTERS = 20
_READ_LETTERS = 600  # more changes nothing and costs time
_NO_WORDS = r"https?://\S+|\[(?:handle|link|email|cpr|phone|name)\]|[#@]\w+"


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier


def detect_languages(texts: pd.Series) -> pd.Series:
    """Detect the language of each text, among Nordic and other languages common in Nordic cities.

    Returns
    -------
    languages
        ISO 639 codes (Norwegian is nb); missing for texts of fewer than 20 letters, counted
        without links, handles and hashtags.
    """
    words = texts.astype("string").str.replace(_NO_WORDS, " ", regex=True)
    letters = words.str.count(r"[^\W\d_]").fillna(0)
    codes, distinct = pd.factorize(words.where(letters >= MINIMUM_LETTERS))
    identifier = _identifier()
    found = [identifier.classify(text[:_READ_LETTERS])[0] for text in distinct]
    table = pd.array([{"no": "nb"}.get(code, code) for code in found] + [None], dtype="string")
    return pd.Series(table[codes], index=texts.index, name="language")  # -1 picks the missing one at the end
