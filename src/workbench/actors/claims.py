"""Find what goes round nearly word for word: each such text is a claim that somebody may have to answer.

A claim is known by an id that tells nothing of its text: a digest of the words of one of its copies. The id of a
claim that is in a log already is kept as long as one copy has those words, whichever copies come or go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import pandas as pd

from workbench.actors.copies import plain_words
from workbench.actors.spread import shared_content, trace_spread
from workbench.tables.actors import CLAIMS_COLUMNS
from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus


def find_claims(corpus: Corpus, *, month: str, known: Collection[str] = (), least_arenas: int = 3) -> pd.DataFrame:
    """Find the texts that stood nearly word for word in several arenas in a month.

    Whether a text claims anything, and whether that is true, only a person can say: greetings and advertisements are
    copied too.

    Parameters
    ----------
    corpus
        The month, and what came before it as far back as `first_at` is to reach.
    month
        Such as 2025-08.
    known
        Ids that claims were given before; a claim that has such a text keeps its id.
    least_arenas
        In which it stood in the month.

    Returns
    -------
    claims
        One row per claim, columns `CLAIMS_COLUMNS`, by falling arenas, then posts. It holds no text.

    Raises
    ------
    TableError
        If the corpus is not well formed, or there is no such month.
    """
    start, end = period_bounds(month)
    posts = shared_content(corpus, "text")
    posts = posts[posts["posted_at"].lt(end)]
    now = posts[posts["posted_at"].ge(start)]
    wide = now.groupby("content")["arena_id"].nunique()
    now = now[now["content"].isin(wide.index[wide.ge(least_arenas)])]
    if now.empty:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in CLAIMS_COLUMNS.items()})
    by = now.groupby("content")
    found = by.agg(first_post=("post_id", "first"), posts=("post_id", "size"), arenas=("arena_id", "nunique"),
                   platforms=("platform", "nunique"), begun_at=("posted_at", "first"), last_at=("posted_at", "last"),
                   post_ids=("post_id", list), hourly=("posted_at", _per_hour))
    copies = posts[posts["content"].isin(found.index)]
    found["first_at"] = copies.groupby("content")["posted_at"].first()
    found["hours"] = (found["last_at"] - found["begun_at"]).dt.total_seconds() / 3600
    found["claim"] = _name(copies, corpus, known)
    return found[list(CLAIMS_COLUMNS)].astype(CLAIMS_COLUMNS).sort_values(
        ["arenas", "posts", "claim"], ascending=[False, False, True], ignore_index=True)


def find_claim(corpus: Corpus, claim: str, *, month: str) -> pd.DataFrame:
    """Find the way of one claim through the arenas in a month.

    To read what it says: ``wb.reading.show_posts(wb.actors.find_claim(corpus, "c-…", month="2025-08"),
    within=corpus)``.

    Parameters
    ----------
    claim
        Its id, as `find_claims` or the log of claims tells it.

    Returns
    -------
    spread
        One row per post of the month, columns `SPREAD_COLUMNS`, by time; empty where no text has this id.

    Raises
    ------
    TableError
        If the corpus is not well formed, or there is no such month.
    """
    start, end = period_bounds(month)
    posts = shared_content(corpus, "text")
    posts = posts[posts["posted_at"].lt(end)]
    wanted = posts.loc[_digests(posts, corpus).eq(claim).to_numpy(), "content"]
    return trace_spread(posts[posts["content"].isin(wanted) & posts["posted_at"].ge(start)], corpus)


def _per_hour(times: pd.Series) -> list[int]:
    """Count the posts of each hour since the first of them."""
    hours = (times - times.iloc[0]) // pd.Timedelta(hours=1)
    counts = hours.value_counts().reindex(range(int(hours.iloc[-1]) + 1), fill_value=0)
    return [int(count) for count in counts]


def _name(copies: pd.DataFrame, corpus: Corpus, known: Collection[str]) -> pd.Series:
    """Return the id of each piece of content: one that is known, else that of its first copy."""
    digests = copies.assign(claim=_digests(copies, corpus).to_numpy())
    first: pd.Series = digests.groupby("content")["claim"].first()
    given = digests[digests["claim"].isin(set(known))].groupby("content")["claim"].first()
    first.update(given)
    return first


def _digests(posts: pd.DataFrame, corpus: Corpus) -> pd.Series:
    texts = corpus.posts.set_index("post_id")["text"].reindex(posts["post_id"])
    words = pd.Series(plain_words(texts).to_pylist(), dtype="string")
    # no key: a log that is kept for years holds on when the study is given a new one
    return words.map(lambda text: f"c-{hashlib.sha256(text.encode()).hexdigest()[:12]}", na_action="ignore")
