"""What is talked about in a quarter (M9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.periods import check_topics_of, posts_of
from workbench.tables.finding import WHOLE_FINDING, Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import TopicSet

NO_TOPIC = -1
STABLE, DOUBTFUL = 0.75, 0.60
NOT_TRUSTED = "not_trusted"
MOST_WORDS = 8


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    main: dict[str, Any] = {}
    if "in_topic" in facts:
        main = {"value": float(facts["in_topic"]), "numerator": int(facts["inside"]),
                "denominator": int(facts["posts"])}
    if not facts["topics"]:
        return Headline("finding.no_topics", **main)
    shown = data[data["row"].eq("topic") & data["posts"].notna()]
    trusted = shown[shown["trust"].ne(NOT_TRUSTED).fillna(True)]
    if trusted.empty:
        return Headline("finding.topics_shaky" if len(shown) else "finding.topics_counted", **main)
    first = trusted.iloc[int(trusted["posts"].to_numpy(int).argmax())]
    said = {"share": first["share"], "label": first["label"]}
    if pd.isna(first["share"]):
        return Headline("finding.topics_counted", **main)
    # "the largest" only where no bar of the picture is longer, and none is hidden
    is_largest = (int(first["posts"]) == int(shown["posts"].astype(int).max())
                  and not data.loc[data["row"].eq("topic"), "posts"].isna().any())
    sentence = "finding.topics" if is_largest else "finding.topics_trusted"
    return Headline(sentence if pd.notna(first["label"]) else f"{sentence}_unnamed", said, **main)


TOPICS = Spec(
    key="topics", metric="M9", unit="share", frame="all_posts", headline=_say, is_tile=True,
    identity=("row", "topic_id"), ranks_by="posts", caveats=("labels_by_machine", "labels_drifted"),
    columns={
        "row": Column("string"),  # topic | none (posts in no topic, or without words) | all
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string", shown="text", follows=("posts",)),
        "label": Column("string", shown="code", follows=("posts",), words="topic"),
        "named_by": Column("string", follows=("posts",)),
        "words": Column("object", shown="words", follows=("posts",), words="words"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:posts")),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "stability": Column("Float64", unit="number", follows=("posts",), step=0.01),
        "trust": Column("string", shown="code", follows=("posts",)),
    },
    facts={"topics": Fact("topics", "topics"), "posts": Fact("posts", "posts"), "inside": Fact("posts"),
           "in_topic": Fact("share", share_of=("inside", "posts"))},
    sentences={
        "finding.topics": ("topics", "label", "share"), "finding.topics_unnamed": ("topics", "share"),
        "finding.topics_trusted": ("topics", "label", "share"), "finding.topics_trusted_unnamed": ("topics", "share"),
        "finding.topics_shaky": ("topics",), "finding.topics_counted": ("topics",), "finding.no_topics": ()})


def measure_topics(corpus: Corpus, topics: TopicSet, *, quarter: str) -> Finding:
    """Measure each topic's share of all posts of a quarter (M9).

    Posts in no topic, and posts without words, are a row of their own: the shares are of
    *all* posts.

    Returns
    -------
    finding
        Value: share of posts that belong to some topic. Data: one row per topic by size (`row` is topic),
        then one of posts in no topic (none) and one of all (all), columns `row`, `topic_id` (-1 for no topic,
        missing in the total), `stable_id` (of the register), `label` (a person's, else the topic's words; or
        ``no_topic``, ``all_posts``), `named_by` (``person``, ``words``, or ``words_after_drift``
        where the topic is no longer what a person named), `words` (a list, of which the gate leaves those that
        enough authors and arenas use), `posts`, `share`, `arenas`, `stability` (0 to 1; missing where it was not
        measured) and `trust` (``stable`` from .75, ``doubtful`` from .60, ``not_trusted`` below: M12).

    Raises
    ------
    TableError
        If the quarter holds no posts, or the topics are of other posts.
    """
    posts = posts_of(corpus, quarter)
    check_topics_of(topics, posts, asked_by="measure_topics")
    chosen = with_topic(posts, topics)
    known, names, trust = topics.topics.set_index("topic_id"), name_topics(topics), trust_of(topics)
    sizes = chosen.groupby("topic_id").size()
    order = sorted((t for t in sizes.index if t != NO_TOPIC), key=lambda t: (-sizes[t], t))
    rows: list[dict[str, Any]] = []
    cells = []
    for topic in [*order, NO_TOPIC] if NO_TOPIC in sizes.index else order:
        part = chosen[chosen["topic_id"] == topic]
        rows.append({"topic_id": topic, "posts": len(part), "share": len(part) / len(chosen),
                     "arenas": part["arena_id"].nunique()})
        if topic == NO_TOPIC:
            rows[-1] |= {"row": "none", "label": "no_topic", "words": []}
        else:
            rows[-1] |= {"row": "topic", **names.loc[topic].to_dict(), "words": known["words"].loc[topic][:MOST_WORDS],
                         "stability": known["stability"].get(topic, np.nan), "trust": trust.get(topic, pd.NA)}
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(part["post_id"])))
    rows.append({"row": "all", "topic_id": pd.NA, "label": "all_posts", "words": [], "posts": len(chosen), "share": 1.0,
                 "arenas": chosen["arena_id"].nunique()})
    every, inside = hash_posts(chosen["post_id"]), chosen[chosen["topic_id"] != NO_TOPIC]
    cells += [Cell(len(rows) - 1, "posts", every), Cell(WHOLE_FINDING, "posts", every),
              Cell(WHOLE_FINDING, "inside", hash_posts(inside["post_id"]))]
    data = pd.DataFrame(rows).reindex(columns=list(TOPICS.columns))
    return Finding(
        TOPICS, quarter, data, cells=tuple(cells), caveats=_name_caveats(data["named_by"]),
        facts={"topics": len(order), "posts": len(chosen), "inside": len(inside),
               "in_topic": len(inside) / len(chosen)},
        provenance={"topics": topics.provenance})


def with_topic(posts: pd.DataFrame, topics: TopicSet) -> pd.DataFrame:
    """Return posts with their `topic_id`, -1 for none."""
    table = posts[["post_id", "arena_id", "account_id", "posted_at", "text"]].merge(
        topics.assignments[["post_id", "topic_id"]], on="post_id", how="left")
    return table.assign(topic_id=table["topic_id"].fillna(NO_TOPIC).astype("int64"))


def name_topics(topics: TopicSet) -> pd.DataFrame:
    """Return what each topic is called, and who called it that.

    Returns
    -------
    names
        By topic id: `stable_id` (of the register; missing without one), `label` (a person's, if the topic is
        still the one it was given to, else the topic's words) and `named_by`.
    """
    table = topics.topics.set_index(topics.topics["topic_id"].astype("int64"))
    nothing = pd.Series(pd.NA, index=table.index, dtype="string")
    given = table.get("given_label", nothing)
    drifted = table.get("is_drifted", nothing).eq(True).fillna(False).astype(bool)
    by_words = drifted.map({True: "words_after_drift", False: "words"})
    return pd.DataFrame({"stable_id": table.get("stable_id", nothing), "label": given.fillna(table["label"]),
                         "named_by": by_words.mask(given.notna(), "person")})


def _name_caveats(named_by: pd.Series) -> tuple[str, ...]:
    found = set(named_by.dropna())
    return (("labels_by_machine",) if found - {"person"} else ()) + (
        ("labels_drifted",) if "words_after_drift" in found else ())


def trust_of(topics: TopicSet) -> dict[int, str]:
    """Return what the stability of each topic that was measured allows to say of it (Hennig 2007; M12)."""
    measured = topics.topics.dropna(subset=["stability"])
    words = np.select([measured["stability"] >= STABLE, measured["stability"] >= DOUBTFUL], ["stable", "doubtful"],
                      NOT_TRUSTED)
    return dict(zip(measured["topic_id"].astype(int), map(str, words), strict=True))
