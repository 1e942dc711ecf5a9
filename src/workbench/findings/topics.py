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
from workbench.tables.topics import TopicSet, is_trusted

NO_TOPIC = -1
TRUSTED, NOT_TRUSTED = "trusted", "not_trusted"
# posts in no topic: what says nothing of its own, what has too few words to say anything, and the rest
OUTSIDE = {"everyday": "everyday_talk", "wordless": "without_words", "none": "no_topic"}
WORDLESS = ("few_words", "only_emoji", "no_text")
MOST_WORDS = 8
CORE_STEP = 0.05  # of all quarters' posts, so coarse that nobody could tell how many are not core
UNLISTED_SHARE = 0.01  # of posts with text


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["topics"]:
        return Headline("finding.no_topics", reason="no_topics")
    shown = data[data["row"].eq("topic") & data["posts"].notna()]
    trusted = shown[shown["trust"].ne(NOT_TRUSTED).fillna(True)]
    if trusted.empty:
        return Headline("finding.topics_shaky" if len(shown) else "finding.topics_counted")
    first = trusted.iloc[int(trusted["posts"].to_numpy(int).argmax())]
    said = {"share": first["share"], "label": first["label"]}
    if pd.isna(first["share"]) or "posts" not in facts:
        return Headline("finding.topics_counted")
    # "the largest" only where no bar of the picture is longer, and none is hidden
    is_largest = (int(first["posts"]) == int(shown["posts"].astype(int).max())
                  and not data.loc[data["row"].eq("topic"), "posts"].isna().any())
    sentence = "finding.topics" if is_largest else "finding.topics_trusted"
    return Headline(sentence if pd.notna(first["label"]) else f"{sentence}_unnamed", said, value=float(first["share"]),
                    numerator=int(first["posts"]), denominator=int(facts["posts"]))


TOPICS = Spec(
    key="topics", metric="M9", unit="share", frame="all_posts", headline=_say, is_tile=True,
    identity=("row", "topic_id"), ranks_by="posts",
    caveats=("counted_by_model", "labels_by_machine", "labels_drifted", "languages_unlisted"), reasons=("no_topics",),
    columns={
        "row": Column("string"),  # topic | everyday | wordless | none (in no topic for another reason) | all
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string", follows=("posts",)),
        "label": Column("string", shown="code", follows=("posts",), words="topic"),
        "named_by": Column("string", follows=("posts",)),
        "words": Column("object", shown="words", follows=("posts",), words="words"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "whole:posts")),
        "core_share": Column("Float64", unit="share", shown="share", follows=("posts",), step=CORE_STEP),
        "arenas": Column("Int64", unit="arenas", shown="number", follows=("posts",)),
        "stability": Column("Float64", unit="number", follows=("posts",), step=0.01),
        "inclusion": Column("Float64", unit="number", follows=("posts",), step=0.01),
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

    Everyday talk, posts without words, and posts in no topic for another reason (invitations, lists of links, far
    from every topic) are rows of their own: the shares are of *all* posts.

    Returns
    -------
    finding
        Value: share of the largest topic that is found again. Data: one row per topic by size (`row` is topic), then
        those of posts in no topic (everyday, wordless, none) and one of all (all), columns `row`, `topic_id` (-1
        for no topic, missing in the total), `stable_id` (of the register), `label` (a person's, else the topic's
        words; or ``everyday_talk``, ``without_words``, ``no_topic``, ``all_posts``), `named_by` (``person``,
        ``words``, or ``words_after_drift`` where the topic is no longer what a person named), `words` (a list, of
        which the gate leaves those that enough authors and arenas use), `posts`, `share`, `core_share` (of the
        topic's posts of all quarters, those that two of three refits put there too, to the next twentieth), `arenas`,
        `stability` and `inclusion` (0 to 1; missing where not measured) and `trust` (``trusted`` with 50 core posts,
        of which held-out refits put four fifths there again, else ``not_trusted``: M12).

    Raises
    ------
    TableError
        If the quarter holds no posts, or the topics are of other posts.
    """
    posts = posts_of(corpus, quarter)
    check_topics_of(topics, posts, asked_by="measure_topics")
    chosen = with_topic(posts, topics)
    core = topics.assignments.groupby("topic_id")["is_core"].mean()
    known, names, trust = topics.topics.set_index("topic_id"), name_topics(topics), trust_of(topics)
    sizes = chosen.groupby("topic_id").size()
    order = sorted((t for t in sizes.index if t != NO_TOPIC), key=lambda t: (-sizes[t], t))
    rows: list[dict[str, Any]] = []
    cells = []
    parts = [("topic", topic, chosen[chosen["topic_id"] == topic]) for topic in order]
    parts += [(row, NO_TOPIC, part) for row in OUTSIDE if len(part := chosen[chosen["outside"].eq(row).fillna(False)])]
    for row, topic, part in parts:
        rows.append({"row": row, "topic_id": topic, "posts": len(part), "share": len(part) / len(chosen),
                     "arenas": part["arena_id"].nunique()})
        if topic == NO_TOPIC:
            rows[-1] |= {"label": OUTSIDE[row], "words": []}
        else:
            rows[-1] |= {**names.loc[topic].to_dict(), "words": known["words"].loc[topic][:MOST_WORDS],
                         **{name: known[name].get(topic, np.nan) for name in ("stability", "inclusion")},
                         "trust": trust.get(topic, pd.NA), "core_share": core.get(topic, np.nan)}
        cells.append(Cell(len(rows) - 1, "posts", hash_posts(part["post_id"])))
    rows.append({"row": "all", "topic_id": pd.NA, "label": "all_posts", "words": [], "posts": len(chosen), "share": 1.0,
                 "arenas": chosen["arena_id"].nunique()})
    every, inside = hash_posts(chosen["post_id"]), chosen[chosen["topic_id"] != NO_TOPIC]
    cells += [Cell(len(rows) - 1, "posts", every), Cell(WHOLE_FINDING, "posts", every),
              Cell(WHOLE_FINDING, "inside", hash_posts(inside["post_id"]))]
    data = pd.DataFrame(rows).reindex(columns=list(TOPICS.columns))
    return Finding(
        TOPICS, quarter, data, cells=tuple(cells),
        caveats=("counted_by_model", *_name_caveats(data["named_by"]), *_language_caveats(topics)),
        facts={"topics": len(order), "posts": len(chosen), "inside": len(inside),
               "in_topic": len(inside) / len(chosen)},
        provenance={"topics": topics.provenance})


def with_topic(posts: pd.DataFrame, topics: TopicSet) -> pd.DataFrame:
    """Return posts with their `topic_id`, -1 for none, and `outside`: which kind of post in no topic they are."""
    table = posts[["post_id", "arena_id", "account_id", "posted_at", "text"]].merge(
        topics.assignments[["post_id", "topic_id", "set_aside"]], on="post_id", how="left")
    reason = table["set_aside"].mask(table["topic_id"].isna(), "no_text")
    outside = pd.Series("none", index=table.index, dtype="string")
    outside = outside.mask(reason.eq("everyday_talk").fillna(False), "everyday").mask(reason.isin(WORDLESS), "wordless")
    topic = table["topic_id"].fillna(NO_TOPIC).astype("int64")
    return table.drop(columns="set_aside").assign(topic_id=topic, outside=outside.mask(topic.ne(NO_TOPIC)))


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


def _language_caveats(topics: TopicSet) -> tuple[str, ...]:
    """Say so where a hundredth of the posts or more is in languages that there is no list of common words for."""
    unlisted = topics.provenance.get("unsupported_languages", {})
    posts = sum(number for code, number in unlisted.items() if code != "und")
    return ("languages_unlisted",) if posts >= UNLISTED_SHARE * max(len(topics.assignments), 1) and posts else ()


def trust_of(topics: TopicSet) -> dict[int, str]:
    """Return whether each topic that refits were made for is to be trusted (M12)."""
    trusted = is_trusted(topics.topics.set_index("topic_id")).dropna()
    return {int(topic): TRUSTED if good else NOT_TRUSTED for topic, good in trusted.items()}  # type: ignore[call-overload]
