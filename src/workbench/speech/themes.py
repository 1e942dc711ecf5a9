"""Score the themes of a codebook by what posts are about: the words of a theme, or the topic that it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.tables.codebook import Codebook, find_words
from workbench.tables.topics import TopicRegister, TopicSet

_MEMBER = 0.5  # the least score of a post in the topic: the rest is how sure its place there is


def score_themes(texts: pd.Series, codebook: Codebook, *, topics: TopicSet | None = None,
                 register: TopicRegister | None = None) -> pd.DataFrame:
    """Score posts by each theme of a codebook that has words, or a topic.

    Parameters
    ----------
    texts
        By `post_id`.
    topics, register
        Of the period, for themes that are topics; without them those are scored by their words alone.

    Returns
    -------
    scores
        `post_id` and one column of Float32 per theme, 0 to 1, in the order of `texts`. A post with one of the words
        has 1; one in the topic from .5 (it lies at the edge) to 1; any other 0, so that .5 says yes. A theme with
        neither words nor a topic of the register has no column: a model may know it.
    """
    scores = pd.DataFrame({"post_id": texts.index.astype("string")})
    for theme in codebook.of("theme"):
        known = []
        if theme.words:
            known.append(find_words(texts, theme.words).astype("float32"))
        if theme.topic and topics is not None and register is not None:
            member = _score_topic(texts.index, theme.topic, topics, register)
            known += [] if member is None else [member]
        if known:
            scores[theme.key] = pd.array(np.max(known, axis=0), dtype="Float32")
    return scores


def _score_topic(posts: pd.Index, stable_id: str, topics: TopicSet, register: TopicRegister) -> np.ndarray | None:
    """Return the scores by a topic; None where this period has none of that id."""
    own = register.entries.loc[register.entries["stable_id"].eq(stable_id), "topic_id"].dropna()
    if own.empty:
        return None
    placed = topics.assignments[topics.assignments["topic_id"].isin(own)].set_index("post_id")["confidence"]
    sure = placed.fillna(1.0).clip(0, 1).astype(float).reindex(posts).to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(sure), 0, _MEMBER + (1 - _MEMBER) * sure).astype("float32")
