"""When in the quarter a topic was talked about: topics by weeks, fortnights or months (M9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.periods import check_topics_of, posts_of, quarter_bounds, written_posts
from workbench.findings.spans import check_span, span_name, span_start, whole_spans
from workbench.findings.topics import NO_TOPIC, NOT_TRUSTED, name_topics, trust_of, with_topic
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.tables.topics import TopicSet

OTHER_DAYS = "other_days"


def _say(data: pd.DataFrame, facts: Mapping[str, Any]) -> Headline:
    if not facts["weeks"] or data.empty:
        return Headline("finding.topic_weeks_none")
    shown = data[data["week"].notna() & data["share"].notna()]
    sure = shown[shown["trust"].ne(NOT_TRUSTED).fillna(True) & shown["posts"].gt(0)]
    if sure.empty:
        return Headline("finding.topic_weeks_scattered")
    top = sure.iloc[int(sure["share"].to_numpy(float).argmax())]
    # the highest of a topic that is found again; the picture may hold a higher one that is not
    sentence = "finding.topic_weeks" if top["share"] >= shown["share"].max() else "finding.topic_weeks_trusted"
    sentence = sentence if pd.notna(top["label"]) else "finding.topic_weeks_unnamed"
    return Headline(sentence, {"label": top["label"], "week": str(top["week"]), "share": float(top["share"])},
                    value=float(top["share"]), numerator=int(top["posts"]), denominator=int(top["of_posts"]))


_NAME = ("of_topic",)
TOPIC_WEEKS = Spec(
    key="topic_weeks", metric="M9", unit="share", frame="all_posts", headline=_say, identity=("topic_id", "week"),
    ranks_by="of_topic",
    columns={
        "topic_id": Column("Int64", unit="class"),
        "stable_id": Column("string", follows=_NAME),
        "label": Column("string", shown="text", follows=_NAME, words="topic"),
        "trust": Column("string", follows=_NAME),
        "week": Column("string", shown="week"),
        "posts": Column("Int64", unit="posts", shown="number"),
        "of_posts": Column("Int64", unit="posts", shown="number"),
        "share": Column("Float64", unit="share", shown="share", share_of=("posts", "of_posts"), follows=_NAME),
        "of_topic": Column("Int64", unit="posts"),
    },
    facts={"topics": Fact("topics", "topics"), "drawn": Fact("topics"), "weeks": Fact("number")},
    sentences={"finding.topic_weeks": ("label", "week", "share"),
               "finding.topic_weeks_trusted": ("label", "week", "share"),
               "finding.topic_weeks_unnamed": ("week", "share"),
               "finding.topic_weeks_scattered": (), "finding.topic_weeks_none": ()})


def measure_topic_weeks(corpus: Corpus, topics: TopicSet, *, quarter: str, most_topics: int = 14,
                        span: str = "week") -> Finding:
    """Measure what part of each week's posts belongs to each of the largest topics (M9).

    Parameters
    ----------
    corpus
        The quarter.
    topics
        Of the same corpus.
    quarter
        Such as 2025Q3.
    most_topics
        The largest ones; smaller ones have too few posts a week to be shown.
    span
        week, fortnight (two ISO weeks) or month: what the quarter is told by (`choose_span`).

    Returns
    -------
    finding
        Value: the highest share of a week that is named. Data: one row per topic
        and whole span of the quarter, topics by size, columns `topic_id`, `stable_id`, `label`, `trust`, `week`
        (2025-W27, 2025-W27-W28 or 2025-07; missing for the days of the quarter that are in no whole span of it),
        `posts`, `of_posts` (all posts of that time, with or without a topic), `share` and `of_topic` (the
        topic's posts in the quarter, which its weeks and other days add up to).

    Raises
    ------
    TableError
        If the quarter holds no posts, the topics are of other posts, or there is no such span.
    """
    check_span(span, asked_by="measure_topic_weeks")
    chosen, weeks = _by_span(corpus, topics, quarter, span)
    sizes = chosen.groupby("topic_id").size().drop(NO_TOPIC, errors="ignore")
    order = sorted(sizes.index, key=lambda t: (-sizes[t], t))
    names, trust = name_topics(topics), trust_of(topics)
    members = dict(iter(chosen.groupby(["topic_id", "week"])["post_id"]))
    every = {week: hash_posts(part) for week, part in chosen.groupby("week")["post_id"]}
    nobody = chosen["post_id"].iloc[:0]
    rows: list[dict[str, Any]] = []
    cells: list[Cell] = []
    for topic in order[:most_topics]:
        of_topic = hash_posts(chosen.loc[chosen["topic_id"] == topic, "post_id"])
        for week, of_week in every.items():
            found = hash_posts(members.get((topic, week), nobody))
            cells += [Cell(len(rows), "posts", found), Cell(len(rows), "of_posts", of_week),
                      Cell(len(rows), "of_topic", of_topic)]
            rows.append({"topic_id": topic, **names.loc[topic, ["stable_id", "label"]].to_dict(),
                         "trust": trust.get(topic, pd.NA), "week": None if week == OTHER_DAYS else week,
                         "posts": len(found), "of_posts": len(of_week), "share": len(found) / len(of_week),
                         "of_topic": len(of_topic)})
    return Finding(
        TOPIC_WEEKS, quarter, pd.DataFrame(rows, columns=list(TOPIC_WEEKS.columns)), cells=tuple(cells),
        facts={"topics": len(order), "drawn": min(len(order), most_topics), "weeks": weeks},
        provenance={"topics": topics.provenance})


def _by_span(corpus: Corpus, topics: TopicSet, quarter: str, span: str) -> tuple[pd.DataFrame, int]:
    """Return the quarter's posts with topic and span, and how many whole spans it has."""
    start, _ = quarter_bounds(quarter)
    posts, own = written_posts(corpus), posts_of(corpus, quarter)
    check_topics_of(topics, own, asked_by="measure_topic_weeks")
    names = {begun: span_name(begun, span) for begun in whole_spans(posts, quarter, span) if begun >= start}
    chosen = with_topic(own, topics)
    week = span_start(chosen["posted_at"], span).map(names).astype("string").fillna(OTHER_DAYS)
    return chosen.assign(week=week), len(names)
