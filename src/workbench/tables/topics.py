"""Topics, and which posts belong to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from bertopic import BERTopic

TOPIC_COLUMNS: dict[str, str] = {
    "topic_id": "Int64",  # 0, 1, ... by size; -1 is "no topic"
    "label": "string",  # three or four top words
    "words": "object",  # list of the ten top words
    "size": "Int64",  # posts
    "stability": "Float64",  # mean best Jaccard over refits, 0 to 1; missing where not measured
}

ASSIGNMENT_COLUMNS: dict[str, str] = {
    "post_id": "string",
    "topic_id": "Int64",  # -1 where the post is in no topic
    "confidence": "Float64",  # 0 to 1; missing where the post is in no topic
}


@dataclass(frozen=True)
class TopicSet:
    """Topics of a corpus.

    Attributes
    ----------
    topics
        One row per topic, columns `TOPIC_COLUMNS`, without the row for no topic.
    assignments
        One row per post of the corpus that has text, columns `ASSIGNMENT_COLUMNS`.
    provenance
        Parameters, seed, versions, posts in, posts set aside and why.
    bertopic
        The fitted BERTopic, for everything it can do; None after loading from disk.
    """

    topics: pd.DataFrame
    assignments: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)
    bertopic: BERTopic | None = None
