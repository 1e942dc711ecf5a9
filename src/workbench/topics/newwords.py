"""New words of a quarter, for the glossary."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus, author_of, empty_frame
from workbench.tables.words import is_name
from workbench.topics.inflections import split_compound
from workbench.topics.words import is_emoji, words_of

GROWTH = 3.0
LEAST_ARENAS = 3  # a word of fewer is one of these arenas, not of the city; the gate asks for more before it is told

NEW_WORD_COLUMNS: dict[str, str] = {
    "word": "string",  # case-folded
    "kind": "string",  # word | hashtag (mostly written as one) | emoji
    "status": "string",  # new (not seen before) | growing
    "first_seen": "string",  # ISO week, such as 2025-W31, of its first post in the corpus
    "posts_before": "Int64",  # in all quarters before
    "posts": "Int64",  # in this quarter
    "growth": "Float64",  # share of posts now / share before, half a post added to both
    "authors": "Int64",  # in this quarter
    "arenas": "Int64",
    "parts": "object",  # list: the known words a compound is made of, else empty
    "post_ids": "object",  # list: the posts with it, before and in this quarter
}


def find_new_words(corpus: Corpus, *, quarter: str, most_words: int = 50) -> pd.DataFrame:
    """Find words, hashtags and emoji that came up or grew in a quarter.

    A word counts once per post and text, so that copies say nothing. Left out are words used
    in fewer than 3 arenas in the quarter, and words written like names.

    Parameters
    ----------
    corpus
        The quarter and what there is of the time before it, to compare with.
    quarter
        Such as 2025Q3.
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
    posts = corpus.posts[corpus.posts["kind"].ne("service") & corpus.posts["text"].notna()]
    period = posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str)
    posts = posts.assign(now=period == quarter, author=author_of(posts))[period <= quarter]
    posts = posts.sort_values(["posted_at", "post_id"]).drop_duplicates("text")
    totals = posts["now"].value_counts()
    if True not in totals.index:
        raise TableError(f"The corpus holds no posts in {quarter}. Choose a quarter that was collected.")
    if len(totals) < 2:
        return empty_frame(NEW_WORD_COLUMNS)
    columns = ["post_id", "posted_at", "now", "author", "arena_id"]
    used = posts[columns].assign(word=[sorted(set(words_of(text))) for text in posts["text"]]).explode("word")
    used = used.dropna(subset=["word"])
    now = used[used["now"]].groupby("word").agg(posts=("post_id", "size"), authors=("author", "nunique"),
                                                arenas=("arena_id", "nunique"))
    before = used[~used["now"]].groupby("word").size()
    found = now[now["arenas"].ge(LEAST_ARENAS)].copy()
    found["posts_before"] = before.reindex(found.index).fillna(0).astype("int64")
    found["growth"] = ((found["posts"] + 0.5) / totals[True]) / ((found["posts_before"] + 0.5) / totals[False])
    found["status"] = np.where(found["posts_before"] == 0, "new", "growing")
    found = found[(found["status"] == "new") | (found["growth"] >= GROWTH)]
    found = found.reset_index().sort_values(["status", "authors", "posts", "word"],
                                            ascending=[False, False, False, True])
    return _describe(found, used, posts[posts["now"]], most_words=most_words)


def _describe(found: pd.DataFrame, used: pd.DataFrame, posts: pd.DataFrame, *, most_words: int) -> pd.DataFrame:
    """Leave out names, from the top, and say of the rest what it is and when it was first seen."""
    members = used[used["word"].isin(found["word"]) & used["now"]].groupby("word")["post_id"].agg(list)
    texts = posts.set_index("post_id")["text"]
    shown: list[str] = []
    for word in found["word"]:
        if len(shown) < most_words and not is_name(texts[members[word]], word):
            shown.append(word)
    found = found.set_index("word").loc[shown].reset_index()
    calendar = used[used["word"].isin(shown)].groupby("word")["posted_at"].min().dt.isocalendar()
    weeks = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    known = {str(w): int(n) for w, n in used["word"].value_counts().items()}
    parts = [split_compound(word, known) for word in shown]
    every = used[used["word"].isin(shown)].groupby("word")["post_id"].agg(list)
    found = found.assign(
        kind=[_kind(texts[members[word]], word) for word in shown], first_seen=weeks.reindex(shown).to_numpy(),
        post_ids=every.reindex(shown).to_numpy(),
        parts=pd.Series([list(p) if len(p) > 1 else [] for p in parts], dtype=object, index=found.index))
    return found[list(NEW_WORD_COLUMNS)].astype(NEW_WORD_COLUMNS)


def _kind(texts: pd.Series, word: str) -> str:
    if is_emoji(word):
        return "emoji"
    folded = texts.str.casefold()
    return "hashtag" if folded.str.contains(f"#{word}", regex=False).mean() > 0.5 else "word"
