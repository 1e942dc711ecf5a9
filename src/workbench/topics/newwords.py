"""New words of a quarter or month, for the glossary."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus, author_of, empty_frame, is_written
from workbench.tables.topics import NEW_WORD_COLUMNS
from workbench.tables.words import is_name
from workbench.topics.inflections import split_compound
from workbench.topics.words import is_emoji, words_of

GROWTH = 3.0
LEAST_ARENAS = 3  # a word of fewer is one of these arenas, not of the city; the gate asks for more before it is told


def find_new_words(corpus: Corpus, *, quarter: str, most_words: int = 50) -> pd.DataFrame:
    """Find words, hashtags and emoji that came up or grew in a quarter or month.

    A word counts once per post and text, so that copies say nothing. Left out are words used
    in fewer than 3 arenas in it, and words written like names.

    Parameters
    ----------
    corpus
        The quarter and what there is of the time before it, to compare with.
    quarter
        Such as 2025Q3; or a month such as 2025-08.
    most_words
        The ones with most authors; new ones first.

    Returns
    -------
    words
        Columns `NEW_WORD_COLUMNS`; growing words have at least three times the share of posts.
        No rows where there are no posts from before: then everything is new.

    Raises
    ------
    TableError
        If the corpus holds no posts in the quarter.
    """
    posts = _distinct_posts(corpus, quarter)
    now = posts["now"].to_numpy()
    if not now.any():
        raise TableError(f"The corpus holds no posts in {quarter}. Choose a time that was collected.")
    if now.all():
        return empty_frame(NEW_WORD_COLUMNS)
    used = _list_uses(posts["text"])
    is_now = now[used.post]
    found = pd.DataFrame({"word": pd.Series(used.words, dtype="string"), "code": range(len(used.words)),
                          "posts": np.bincount(used.word[is_now], minlength=len(used.words)),
                          "posts_before": np.bincount(used.word[~is_now], minlength=len(used.words))})
    for name, column in (("authors", "author"), ("arenas", "arena_id")):
        of = pd.factorize(posts[column])[0][used.post[is_now]]
        found[name] = _count_distinct(used.word[is_now], of, len(used.words))
    found["growth"] = (((found["posts"] + 0.5) / np.count_nonzero(now))
                       / ((found["posts_before"] + 0.5) / np.count_nonzero(~now)))
    found["status"] = np.where(found["posts_before"] == 0, "new", "growing")
    found = found[found["arenas"].ge(LEAST_ARENAS) & ((found["status"] == "new") | (found["growth"] >= GROWTH))]
    found = found.sort_values(["status", "authors", "posts", "word"], ascending=[False, False, False, True])
    return _describe(found, used, posts, most_words=most_words)


def _distinct_posts(corpus: Corpus, quarter: str) -> pd.DataFrame:
    """Return the first post with each text, in order of time, and whether it is of the quarter or month."""
    every, (start, end) = corpus.posts, period_bounds(quarter)
    asked = is_written(every) & every["text"].notna() & every["posted_at"].lt(end)
    posts = every.loc[asked, ["post_id", "posted_at", "account_id", "arena_id", "text"]]
    posts = posts.sort_values(["posted_at", "post_id"]).drop_duplicates("text")
    first: pd.DataFrame = posts.assign(now=posts["posted_at"].ge(start), author=author_of(posts))
    return first


@dataclass(frozen=True)
class _Uses:
    """Each word of each post once, as the numbers of the post and of the word: of a million posts words fill gigabytes.

    In order of the posts.
    """

    post: np.ndarray
    word: np.ndarray
    words: list[str]


def _list_uses(texts: pd.Series) -> _Uses:
    codes: dict[str, int] = {}
    post, word = array("i"), array("i")
    for place, text in enumerate(texts):
        own = {codes.setdefault(w, len(codes)) for w in words_of(text)}
        word.extend(own)
        post.extend([place] * len(own))
    return _Uses(np.frombuffer(post, dtype=np.int32) if post else np.zeros(0, dtype=np.int32),
                 np.frombuffer(word, dtype=np.int32) if word else np.zeros(0, dtype=np.int32), list(codes))


def _count_distinct(word: np.ndarray, other: np.ndarray, words: int) -> np.ndarray:
    """Count for each word how many others it stands with; -1 is none."""
    width = int(other.max(initial=0)) + 1
    pairs = np.unique(word[other >= 0].astype(np.int64) * width + other[other >= 0])
    counts: np.ndarray = np.bincount(pairs // width, minlength=words)
    return counts


def _describe(found: pd.DataFrame, used: _Uses, posts: pd.DataFrame, *, most_words: int) -> pd.DataFrame:
    """Leave out names, from the top, and say of the rest what it is and when it was first seen."""
    now, texts = posts["now"].to_numpy(), posts["text"]
    members = _group(used, found["code"].to_numpy())
    rows: list[int] = []
    kinds: list[str] = []
    every: list[np.ndarray] = []
    for row, word, code in zip(range(len(found)), found["word"], found["code"], strict=True):
        if len(rows) == most_words:
            break
        said = texts.iloc[members[code][now[members[code]]]]
        if not is_name(said, word):
            rows.append(row)
            kinds.append(_kind(said, word))
            every.append(members[code])
    found = found.iloc[rows].reset_index(drop=True)
    calendar = posts["posted_at"].iloc[[own[0] for own in every]].dt.isocalendar()
    weeks = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    known = dict(zip(used.words, np.bincount(used.word, minlength=len(used.words)).tolist(), strict=True))
    parts = [split_compound(word, known) for word in found["word"]]
    lists = {"post_ids": [posts["post_id"].iloc[own].tolist() for own in every],
             "parts": [list(p) if len(p) > 1 else [] for p in parts]}
    found = found.assign(kind=kinds, first_seen=weeks.to_numpy(),
                         **{name: pd.Series(own, dtype=object, index=found.index) for name, own in lists.items()})
    return found[list(NEW_WORD_COLUMNS)].astype(NEW_WORD_COLUMNS)


def _group(used: _Uses, codes: np.ndarray) -> dict[int, np.ndarray]:
    """Return the posts of each of the words, in their order."""
    asked = np.isin(used.word, codes)
    post, word = used.post[asked], used.word[asked]
    order = np.argsort(word, kind="stable")
    names, begun = np.unique(word[order], return_index=True)
    return dict(zip(names.tolist(), np.split(post[order], begun[1:]), strict=True)) if len(names) else {}


def _kind(texts: pd.Series, word: str) -> str:
    if is_emoji(word):
        return "emoji"
    folded = texts.str.casefold()
    return "hashtag" if folded.str.contains(f"#{word}", regex=False).mean() > 0.5 else "word"
