"""From posts to the different texts that are modelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.topics.boilerplate import cut_signatures, find_invitations, find_link_farms
from workbench.topics.words import words_of

MINIMUM_WORDS = 2


@dataclass(frozen=True)
class Texts:
    """Different texts of a corpus.

    Attributes
    ----------
    table
        One row per different text, sorted by its words: `words` (joined by spaces), `text` (of
        the first post that has it, without signature), `first` (row of that post), `copies`
        (posts that have it), `language` (of the first).
    text_of
        Row in `table` of each post, -1 where the post is not modelled.
    set_aside
        Why each post is not modelled (``few_words``, ``invitation``, ``link_farm``), missing
        where it is.
    signatures
        Posts a signature was cut from.
    """

    table: pd.DataFrame
    text_of: np.ndarray
    set_aside: pd.Series
    signatures: int

    def spread(self, values: np.ndarray, fill: float) -> np.ndarray:
        """Return the values of texts at the posts that have them."""
        padded = np.concatenate([values, np.full((1, *values.shape[1:]), fill, dtype=values.dtype)])
        return np.asarray(padded[self.text_of])


def written_texts(posts: pd.DataFrame) -> pd.DataFrame:
    """Return id, arena, text and language of written posts that have text, sorted by `post_id`."""
    has_text = posts["text"].str.strip().fillna("").ne("")
    chosen = posts.loc[has_text & posts["kind"].ne("service"), ["post_id", "arena_id", "text", "language"]]
    return chosen.sort_values("post_id", ignore_index=True)


def prepare_texts(posts: pd.DataFrame) -> Texts:
    """Cut signatures, set boilerplate aside and put posts of the same words together.

    Parameters
    ----------
    posts
        As `written_texts` gives them.
    """
    cut = cut_signatures(posts["text"], posts["arena_id"])
    joined, number = _usable_words(cut)
    set_aside = pd.Series(pd.NA, index=posts.index, dtype="string")
    set_aside[number < MINIMUM_WORDS] = "few_words"
    set_aside[find_link_farms(posts["text"])] = "link_farm"
    set_aside[find_invitations(posts["text"], number)] = "invitation"
    kept = np.flatnonzero(set_aside.isna())
    codes, words = pd.factorize(joined.iloc[kept], sort=True)
    text_of = np.full(len(posts), -1)
    text_of[kept] = codes
    first = np.full(len(words), -1)
    first[codes[::-1]] = kept[::-1]
    table = pd.DataFrame({"words": pd.Series(words, dtype="string"), "text": cut.iloc[first].array, "first": first,
                          "copies": np.bincount(codes, minlength=len(words)),
                          "language": posts["language"].astype("string").iloc[first].array})
    return Texts(table, text_of, set_aside, signatures=int((cut != posts["text"]).sum()))


def _usable_words(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    joined, number = [], []
    for text in texts:
        words = words_of(text)
        joined.append(" ".join(words))
        number.append(len(set(words)))
    return pd.Series(joined, index=texts.index, dtype="string"), pd.Series(number, index=texts.index, dtype="int64")
