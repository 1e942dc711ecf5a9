"""A part of a corpus that measures like the whole, and words where they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus

Names = str | Collection[str] | None
_OF_ARENAS = ("arena_id", "platform", "category")
_MOST_NAMED = 12
KEYWORD_COLUMNS = ("left", "word", "right", "arena_id", "posted_at", "language", "post_id")


def choose_posts(corpus: Corpus, named: Mapping[str, Names], *, period: str | tuple[str, str] | None,
                 text: str | re.Pattern[str] | None, posts: Collection[str] | None) -> Corpus:
    """Return the part of a corpus that `Corpus.where` asks for."""
    chosen = pd.Series(True, index=corpus.posts.index)
    category = corpus.posts["arena_id"].map(corpus.arenas.set_index("arena_id")["category"])
    known = corpus.posts.assign(category=category)
    for column, asked in named.items():
        if asked is not None:
            chosen &= known[column].isin(_check_names(column, asked, known[column], corpus))
    if period is not None:
        first, last = (period, period) if isinstance(period, str) else period
        start, end = period_bounds(first)[0], period_bounds(last)[1]
        if start >= end:
            raise TableError(f"where: the period runs from {first} to {last}, which is before. Swap the two.")
        chosen &= corpus.posts["posted_at"].ge(start) & corpus.posts["posted_at"].lt(end)
    if text is not None:
        chosen &= corpus.posts["text"].str.contains(_pattern(text)).fillna(False)
    if posts is not None:
        chosen &= corpus.posts["post_id"].isin(posts)
    kept = corpus.posts[chosen.astype(bool)].reset_index(drop=True)
    about_arenas = any(named.get(column) is not None for column in _OF_ARENAS)
    return _narrow(corpus, kept, about_arenas=about_arenas, said={
        **{k: sorted(_listed(v)) for k, v in named.items() if v is not None}, "period": period,
        "text": None if text is None else "some", "posts": None if posts is None else len(set(posts))})


def find_keyword(corpus: Corpus, word: str | re.Pattern[str], *, width: int) -> pd.DataFrame:
    """Return every place where a word stands, for `Corpus.keyword`."""
    pattern = _pattern(word)
    rows = []
    holding = corpus.posts[corpus.posts["text"].str.contains(pattern).fillna(False)]
    for post in holding[["text", "arena_id", "posted_at", "language", "post_id"]].itertuples(index=False):
        text = " ".join(str(post.text).split())
        rows += [(text[max(0, m.start() - width):m.start()], m.group(), text[m.end():m.end() + width],
                  post.arena_id, post.posted_at, post.language, post.post_id) for m in pattern.finditer(text)]
    found = pd.DataFrame(rows, columns=list(KEYWORD_COLUMNS))
    return found.sort_values(["right", "left"], key=lambda s: s.str.casefold(), ignore_index=True)


def _pattern(text: str | re.Pattern[str]) -> re.Pattern[str]:
    """Return what looks for a text as it is written, in upper or lower case; a pattern is taken as it is."""
    if isinstance(text, str):
        if not text.strip():
            raise TableError("The text to look for is empty. Give a word, or a pattern of re.compile.")
        return re.compile(re.escape(text), re.IGNORECASE)
    return text


def _check_names(column: str, asked: Names, values: pd.Series, corpus: Corpus) -> list[str]:
    """Refuse what is nowhere in the corpus: a misspelled arena would give a part without posts."""
    there = set(corpus.arenas["arena_id"]) if column == "arena_id" else set(values.dropna())
    missing = [name for name in _listed(asked) if name not in there]
    if missing:
        some = sorted(map(str, there))
        more = len(some) - _MOST_NAMED
        told = ", ".join(some[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        raise TableError(f"where: there is no {column} {', '.join(map(str, missing))} in this corpus. There is "
                         f"{told or 'none'}.")
    return _listed(asked)


def _listed(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


def _narrow(corpus: Corpus, posts: pd.DataFrame, *, about_arenas: bool, said: Mapping[str, Any]) -> Corpus:
    """Return a corpus of these posts; arenas go only where it was arenas that were asked for."""
    ids = set(posts["post_id"])
    arenas = corpus.arenas[corpus.arenas["arena_id"].isin(set(posts["arena_id"]))] if about_arenas else corpus.arenas
    codes = set(arenas["arena_id"])
    by_post = {name: _of(getattr(corpus, name), "post_id", ids) for name in ("links", "versions", "post_sources")}
    return replace(
        corpus, posts=posts, arenas=arenas.reset_index(drop=True), sightings=_of(corpus.sightings, "arena_id", codes),
        joins=_of(corpus.joins, "same_as", codes), **by_post,
        provenance={**corpus.provenance, "chosen": {name: value for name, value in said.items() if value is not None}})


def _of(table: pd.DataFrame, column: str, kept: set[str]) -> pd.DataFrame:
    return table[table[column].isin(kept)].reset_index(drop=True)
