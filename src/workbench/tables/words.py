"""Which words of posts look like names."""

from __future__ import annotations

import re

import pandas as pd


def is_name(texts: pd.Series, word: str) -> bool:
    """Tell whether a word is mostly written with a capital inside sentences, the way names are.

    Such words are never proposed: they may name a person, and no list of names is complete.
    """
    spellings = "|".join(re.escape(w) for w in (word, word.title()))
    inside = texts.str.findall(rf"(?<=[a-zæøåäö,] )(?:{spellings})(?!\w)").explode().dropna()
    return len(inside) > 0 and bool(inside.str.istitle().mean() > 0.5)
