"""Which words of posts may be named in public."""

from __future__ import annotations

import re

import pandas as pd

from workbench.tables.posts import author_of

MINIMUM_WORD_AUTHORS = 5
MINIMUM_WORD_ARENAS = 3


def is_name(texts: pd.Series, word: str) -> bool:
    """Tell whether a word is mostly written with a capital inside sentences, the way names are.

    Such words are never published: they may name a person, and no list of names is complete.
    """
    spellings = "|".join(re.escape(w) for w in (word, word.title()))
    inside = texts.str.findall(rf"(?<=[a-zæøåäö,] )(?:{spellings})(?!\w)").explode().dropna()
    return len(inside) > 0 and bool(inside.str.istitle().mean() > 0.5)


def is_public(posts: pd.DataFrame, word: str) -> bool:
    """Tell whether enough authors in enough arenas use a word, and it is not written like a name.

    Parameters
    ----------
    posts
        With `text`, `arena_id` and `account_id`.
    word
        Case-folded.
    """
    found = posts[posts["text"].str.casefold().str.contains(rf"(?<!\w){re.escape(word)}", regex=True, na=False)]
    enough = (author_of(found).nunique() >= MINIMUM_WORD_AUTHORS
              and found["arena_id"].nunique() >= MINIMUM_WORD_ARENAS)
    return enough and not is_name(found["text"], word)
