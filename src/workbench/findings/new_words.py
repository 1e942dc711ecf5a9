"""New words of a quarter, for the glossary."""

from __future__ import annotations

import pandas as pd

from workbench.findings.periods import posts_of, quarter_bounds, written_posts
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.words import MINIMUM_WORD_ARENAS, MINIMUM_WORD_AUTHORS

KINDS = {"word": "string", "kind": "string", "status": "string", "first_seen": "string", "posts_before": "Int64",
         "posts": "Int64", "arenas": "Int64", "growth": "Float64", "parts": "string"}


def describe_new_words(words: pd.DataFrame, corpus: Corpus, *, quarter: str, most_words: int = 8) -> Finding:
    """Describe the words, hashtags and emoji that came up or grew in a quarter.

    Parameters
    ----------
    words
        Of `topics.find_new_words`, which leaves out what is written like a name.
    corpus
        In which they were found.
    quarter
        Such as 2025Q3.
    most_words
        The first ones of at least 5 authors in 3 arenas: new ones, then growing ones, by authors.

    Returns
    -------
    finding
        Value: words shown. Data: columns `word`, `kind` (word | hashtag | emoji), `status`
        (``new_word`` | ``growing_word``), `first_seen` (2025-W31), `posts_before` and `posts` (copies
        count once), `arenas`, `growth` (share of posts now / before; missing for new words) and
        `parts` (of a compound, missing for others). What a word means is for a person to say.

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    now = posts_of(corpus, quarter)["post_id"]
    has_before = bool((written_posts(corpus)["posted_at"] < quarter_bounds(quarter)[0]).any())
    enough = words["authors"].ge(MINIMUM_WORD_AUTHORS) & words["arenas"].ge(MINIMUM_WORD_ARENAS)
    data = words[enough].head(most_words).reset_index(drop=True)
    cells = []
    for row, post_ids in enumerate(data["post_ids"]):
        ids = pd.Series(post_ids, dtype="string")
        is_now = ids.isin(now)
        cells += [Cell(row, "posts", hash_posts(ids[is_now]), tuple(c for c in KINDS if c != "posts")),
                  # of few posts before, the first week and the growth would tell
                  Cell(row, "posts_before", hash_posts(ids[~is_now]), ("first_seen", "growth"))]
    is_new = data["status"].eq("new")
    data = data.assign(status=data["status"] + "_word", growth=data["growth"].mask(is_new),
                       parts=data["parts"].map(" + ".join).replace("", pd.NA))
    sentence = "finding.new_words" if len(data) else "finding.new_words_none"
    return Finding(
        key="new_words", metric="M11", sentence=sentence if has_before else "finding.new_words_first", period=quarter,
        frame="all_posts", unit="words", data=data[list(KINDS)].astype(KINDS), value=float(len(data)),
        facts={"count": len(data), "new": int(is_new.sum()), "growing": int((~is_new).sum())},
        caveats=("new_where_collected",), cells=tuple(cells))
