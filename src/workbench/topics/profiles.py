"""What each arena talks about, beside what is talked about elsewhere."""

from __future__ import annotations

import pandas as pd

from workbench.errors import TableError
from workbench.tables.looking import PROFILE_COLUMNS
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet


def measure_profiles(corpus: Corpus, topics: TopicSet, *, fewest: int = 30) -> pd.DataFrame:
    """Measure which topics each arena is about, and how much more so than the others.

    For exploring, and no test.

    Parameters
    ----------
    corpus
        The posts to look at: all that the topics were modelled on, or a part of them.
    fewest
        Posts in topics that an arena must have.

    Returns
    -------
    profiles
        One row per arena and topic with posts in it, columns `PROFILE_COLUMNS`; arenas with most posts first, their
        largest topic first.

    Raises
    ------
    TableError
        If `fewest` is below 1.
    """
    if fewest < 1:
        raise TableError(f"measure_profiles: fewest is {fewest}. Give a number of posts, 1 or more.")
    placed = corpus.posts[["post_id", "arena_id"]].merge(
        topics.assignments.loc[topics.assignments["topic_id"].ge(0).fillna(False), ["post_id", "topic_id"]],
        on="post_id")
    counts = placed.groupby(["arena_id", "topic_id"]).size().rename("posts").reset_index()
    own = counts.groupby("arena_id")["posts"].transform("sum")
    rest = counts["posts"].sum() - own
    others = counts.groupby("topic_id")["posts"].transform("sum") - counts["posts"]
    share, elsewhere = counts["posts"] / own, (others / rest).where(rest > 0)
    named = topics.topics.set_index("topic_id")
    labels = named["given_label"].fillna(named["label"]) if "given_label" in named else named["label"]
    table = counts.assign(label=counts["topic_id"].map(labels), share=share, elsewhere=elsewhere,
                          times=(share / elsewhere).where(elsewhere > 0), own=own)[own >= fewest]
    table = table.sort_values(["own", "arena_id", "posts", "topic_id"], ascending=[False, True, False, True])
    return table[list(PROFILE_COLUMNS)].astype(PROFILE_COLUMNS).reset_index(drop=True)
