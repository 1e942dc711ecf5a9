"""From posts to the different texts that are modelled."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.tables.posts import is_written
from workbench.topics.boilerplate import cut_signatures, find_invitations, find_link_farms
from workbench.topics.languages import UNKNOWN, find_stop_words, has_list_of_ours
from workbench.topics.words import is_emoji, listed_stop_words, theme_words, words_of

MINIMUM_WORDS = 2


@dataclass(frozen=True)
class Texts:
    """Different texts of a corpus.

    Attributes
    ----------
    table
        One row per different text, sorted by its words: `words` (joined by spaces, without emoji and
        without the stop words of its language), `text` (of
        the first post that has it, without signature), `first` (row of that post), `copies`
        (posts that have it), `language` (of the first).
    text_of
        Row in `table` of each post, -1 where the post is not modelled.
    set_aside
        Why each post is not modelled (``few_words``, ``only_emoji``, ``invitation``, ``link_farm``),
        missing where it is.
    signatures
        Posts a signature was cut from.
    stop_words
        By language outside Danish, Swedish, Norwegian, Finnish and English: what was dropped from its texts
        (`find_stop_words`); ``und`` has what may be dropped from a text of unknown language.
    unsupported
        Posts by language that nobody has listed the stop words of; ``und`` counts those whose
        language cannot be told.
    """

    table: pd.DataFrame
    text_of: np.ndarray
    set_aside: pd.Series
    signatures: int
    stop_words: dict[str, frozenset[str]] = field(default_factory=dict)
    unsupported: dict[str, int] = field(default_factory=dict)

    def spread(self, values: np.ndarray, fill: float) -> np.ndarray:
        """Return the values of texts at the posts that have them."""
        padded = np.concatenate([values, np.full((1, *values.shape[1:]), fill, dtype=values.dtype)])
        return np.asarray(padded[self.text_of])


def written_texts(posts: pd.DataFrame) -> pd.DataFrame:
    """Return id, arena, text and language of written posts that have text, sorted by `post_id`."""
    has_text = posts["text"].str.strip().fillna("").ne("")
    chosen = posts.loc[has_text & is_written(posts), ["post_id", "arena_id", "text", "language"]]
    return chosen.sort_values("post_id", ignore_index=True)


def prepare_texts(posts: pd.DataFrame) -> Texts:
    """Cut signatures, set boilerplate aside and put posts of the same words together.

    Parameters
    ----------
    posts
        As `written_texts` gives them.
    """
    cut = cut_signatures(posts["text"], posts["arena_id"])
    language = posts["language"].astype("string")
    usable = _theme_words(cut)
    stop_words = find_stop_words(usable["words"], language)
    usable = _drop_stop_words(usable, language, stop_words)
    joined, number = usable["words"], usable["number"]
    set_aside = pd.Series(pd.NA, index=posts.index, dtype="string")
    set_aside[number < MINIMUM_WORDS] = "few_words"
    set_aside[usable["is_only_emoji"]] = "only_emoji"
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
                          "language": language.iloc[first].array})
    return Texts(table, text_of, set_aside, signatures=int((cut != posts["text"]).sum()), stop_words=stop_words,
                 unsupported=_count_unsupported(language))


def _theme_words(texts: pd.Series) -> pd.DataFrame:
    joined, number, only_emoji = [], [], []
    for text in texts:
        words = theme_words(text)
        joined.append(" ".join(words))
        number.append(len(set(words)))
        only_emoji.append(not words and not text.isascii() and any(map(is_emoji, words_of(text))))
    return pd.DataFrame({"words": pd.Series(joined, dtype="string"), "number": np.array(number, dtype=np.int64),
                         "is_only_emoji": np.array(only_emoji, dtype=bool)}).set_axis(texts.index)


def _drop_stop_words(usable: pd.DataFrame, language: pd.Series, stop_words: dict[str, frozenset[str]]) -> pd.DataFrame:
    words, number = usable["words"].to_numpy(dtype=object, copy=True), usable["number"].to_numpy(copy=True)
    spoken = language.fillna(UNKNOWN).to_numpy(dtype=object)
    for code, stop in stop_words.items():
        for i in np.flatnonzero((spoken == code) & (number > 0)):
            left = [word for word in words[i].split(" ") if word not in stop]
            words[i], number[i] = " ".join(left), len(set(left))
    return usable.assign(words=pd.Series(words, index=usable.index, dtype="string"), number=number)


def _count_unsupported(language: pd.Series) -> dict[str, int]:
    counted = language.fillna(UNKNOWN).value_counts()
    return {str(code): int(posts) for code, posts in counted.items()
            if not has_list_of_ours(str(code)) and not listed_stop_words(str(code))}
