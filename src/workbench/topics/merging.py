"""Count the posts of topics that people merged as one topic."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from workbench.errors import TableError
from workbench.tables.review import Review
from workbench.tables.topics import TopicSet


def merge_topics(topics: TopicSet, review: Review) -> TopicSet:
    """Count the posts of each merged topic with the topic that a person merged it into.

    Give the result to what measures, and the topics as they were found to `register_topics`: the register compares
    models, not decisions.

    Parameters
    ----------
    topics
        Of `name_topics`.
    review
        Of `reviewing.hold_review`, so that decisions about topics that are other ones by now are left out.

    Returns
    -------
    topics
        Without the merged topics. Each topic they went into keeps its id, label and words, has their posts and
        parts, and the sum of their sizes; its stability and confidence are the lowest of its parts, so that a merge
        makes nothing sure. Ids are not numbered anew. A topic whose target is none of these topics stays as it
        is. `bertopic` stays the model that was fitted: what it draws knows nothing of merges.

    Raises
    ------
    TableError
        If the topics have no `stable_id`.
    """
    if "stable_id" not in topics.topics:
        raise TableError("merge_topics needs the ids of the register. Call name_topics(topics, register) first.")
    table = topics.topics
    number = dict(zip(table["stable_id"], table["topic_id"].astype(int), strict=True))
    merged = review.entries[review.entries["kind"].eq("topic") & review.entries["decision"].eq("merge").fillna(False)]
    into = {number[key]: number[end] for key, end in zip(merged["key"], merged["into"], strict=True)
            if key in number and end in number}
    if not into:
        return topics

    def follow(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(topic_id=frame["topic_id"].replace(into).astype("Int64"))

    parts = follow(table).groupby("topic_id")
    of_parts = {"size": parts["size"].sum()} | {name: parts[name].min() for name in ("stability", "confidence")
                                                if name in table}
    kept = table[~table["topic_id"].isin(list(into))]
    kept = kept.assign(**{name: kept["topic_id"].map(values).astype(table[name].dtype)
                          for name, values in of_parts.items()})
    return replace(topics, topics=kept.reset_index(drop=True), assignments=follow(topics.assignments),
                   subtopics=follow(topics.subtopics), provenance={**topics.provenance, "merged": len(into)})
