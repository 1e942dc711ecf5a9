"""New words of a quarter or month, for the glossary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import bounds_of, posts_of, written_posts
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.review import Review
from workbench.tables.spec import Column, Fact, Headline, Spec


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["has_before"]:
        return Headline("finding.new_words_first", reason="no_words_before")
    if data.empty:
        return Headline("finding.new_words_none", value=0.0)
    new = int(data["status"].eq("new_word").sum())
    told = {"count": len(data), "new": new, "growing": len(data) - new}
    if explained := int(data["meaning"].notna().sum()):
        return Headline("finding.new_words_explained", {**told, "explained": explained}, value=float(len(data)))
    return Headline("finding.new_words", told, value=float(len(data)))


NEW_WORDS = Spec(
    key="new_words", metric="M11", unit="words", frame="all_posts", headline=_say, identity=("word",),
    drops_hidden="posts", caveats=("new_where_collected",), reasons=("no_words_before",),
    columns={
        "word": Column("string", shown="text", words="word"),
        "meaning": Column("string", shown="text", follows=("posts",)),
        "kind": Column("string", shown="code"),
        "status": Column("string", shown="code"),
        # of few posts before, the first week and the growth would tell
        "first_seen": Column("string", shown="week", follows=("posts_before",)),
        "posts_before": Column("Int64", unit="posts"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "growth": Column("Float64", unit="ratio", shown="decimal", follows=("posts", "posts_before"), step=0.1),
        "parts": Column("object", shown="words", words="words"),
    },
    facts={"has_before": Fact()},
    sentences={"finding.new_words": ("count", "new", "growing"),
               "finding.new_words_explained": ("count", "explained", "new", "growing"),
               "finding.new_words_none": (), "finding.new_words_first": ()})


def describe_new_words(words: pd.DataFrame, corpus: Corpus, *, quarter: str, review: Review | None = None,
                       most_words: int = 30) -> Finding:
    """Describe the words, hashtags and emoji that came up or grew in a quarter.

    Parameters
    ----------
    words
        Of `topics.find_new_words`, which leaves out what is written like a name.
    corpus
        In which they were found.
    quarter
        Such as 2025Q3; or a month such as 2025-08.
    review
        Of `Study.review`: what people wrote that words mean; None: nothing yet.
    most_words
        Candidates, new ones first, then growing ones, by authors. The gate leaves those that enough people in
        enough arenas use, and a person decides which of them are told.

    Returns
    -------
    finding
        Value: words. Data: words that a person explained first, columns `word`, `meaning` (missing where nobody wrote
        one), `kind` (word | hashtag | emoji), `status`
        (``new_word`` | ``growing_word``), `first_seen` (2025-W31), `posts_before` and `posts` (copies
        count once), `arenas`, `growth` (share of posts now / before; missing for new words) and
        `parts` (a list, of a compound).

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    now = posts_of(corpus, quarter, months=True)["post_id"]
    has_before = bool((written_posts(corpus)["posted_at"] < bounds_of(quarter, months=True)[0]).any())
    data = words.head(most_words)
    data = data.assign(meaning=data["word"].map(_meanings(review)).astype("string"))
    data = data.sort_values("meaning", key=lambda told: told.isna(), kind="stable", ignore_index=True)
    cells = []
    for row, post_ids in enumerate(data["post_ids"]):
        ids = pd.Series(post_ids, dtype="string")
        is_now = ids.isin(now)
        cells += [Cell(row, "posts", hash_posts(ids[is_now])), Cell(row, "posts_before", hash_posts(ids[~is_now]))]
    data = data.assign(status=data["status"] + "_word", growth=data["growth"].mask(data["status"].eq("new")))
    return Finding(NEW_WORDS, quarter, data[list(NEW_WORDS.columns)], facts={"has_before": has_before},
                   cells=tuple(cells), caveats=NEW_WORDS.caveats)


def _meanings(review: Review | None) -> dict[str, str]:
    """Return what people wrote about the words that may be shown."""
    if review is None:
        return {}
    known = review.entries[review.entries["kind"].eq("word") & review.entries["decision"].isin(["approve", "rename"])]
    return {str(k): str(v) for k, v in known.dropna(subset=["description"]).set_index("key")["description"].items()}
