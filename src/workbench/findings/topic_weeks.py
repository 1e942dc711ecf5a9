"""When in the quarter a topic was talked about: topics by weeks (M9)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.findings.periods import posts_of, quarter_bounds, week_name, week_start, whole_weeks, written_posts
from workbench.findings.topics import NO_TOPIC, NOT_TRUSTED, public_labels, trust_of, with_topic
from workbench.tables.finding import Cell, Finding, hash_posts
from workbench.tables.posts import Corpus, author_of
from workbench.tables.topics import TopicSet

NAMED_AUTHORS, NAMED_ARENAS = 5, 3  # of a week that the sentence names
OTHER_DAYS = "other_days"
KINDS = {"topic_id": "Int64", "label": "string", "week": "string", "posts": "Int64", "of_posts": "Int64",
         "share": "Float64", "of_topic": "Int64"}


def measure_topic_weeks(corpus: Corpus, topics: TopicSet, *, quarter: str, most_topics: int = 14) -> Finding:
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

    Returns
    -------
    finding
        Value: the highest share of a week that enough people are behind. Data: one row per topic
        and whole ISO week of the quarter, topics by size, columns `topic_id`, `label`, `week`
        (2025-W27; missing for the days of the quarter that are in no whole week of it), `posts`,
        `of_posts` (all posts of the week, with or without a topic), `share` and `of_topic` (the
        topic's posts in the quarter, which its weeks and other days add up to).

    Raises
    ------
    TableError
        If the quarter holds no posts.
    """
    chosen, weeks = _by_week(corpus, topics, quarter)
    sizes = chosen.groupby("topic_id").size().drop(NO_TOPIC, errors="ignore")
    order = sorted(sizes.index, key=lambda t: (-sizes[t], t))
    labels = public_labels(posts_of(corpus, quarter), topics)
    members = dict(iter(chosen.groupby(["topic_id", "week"])["post_id"]))
    every = {week: hash_posts(part) for week, part in chosen.groupby("week")["post_id"]}
    nobody = chosen["post_id"].iloc[:0]
    rows: list[dict[str, object]] = []
    cells: list[Cell] = []
    totals = []
    for topic in order[:most_topics]:
        of_topic = hash_posts(chosen.loc[chosen["topic_id"] == topic, "post_id"])
        # three cells a row; the last is the topic's sum over all its rows
        totals.append((len(cells) + 2, tuple(range(len(cells), len(cells) + 3 * len(every), 3))))
        for week, of_week in every.items():
            found = hash_posts(members.get((topic, week), nobody))
            cells += [Cell(len(rows), "posts", found, ("share",)), Cell(len(rows), "of_posts", of_week, ("share",)),
                      Cell(len(rows), "of_topic", of_topic, ("topic_id", "label", "posts", "share"))]
            rows.append({"topic_id": topic, "label": labels[topic], "week": None if week == OTHER_DAYS else week,
                         "posts": len(found), "of_posts": len(of_week), "share": len(found) / len(of_week),
                         "of_topic": len(of_topic)})
    data = pd.DataFrame(rows, columns=list(KINDS)).astype(KINDS)
    facts: dict[str, object] = {"topics": len(order), "drawn": min(len(order), most_topics), "weeks": weeks}
    top = _highest(data, chosen, topics) if weeks else None
    sentence = "finding.topic_weeks_none" if not weeks or data.empty else "finding.topic_weeks_scattered"
    if top is not None:
        sentence = "finding.topic_weeks"
        first = data.iloc[top]
        facts |= {"label": first["label"], "week": str(int(first["week"][-2:])), "share": float(first["share"])}
        cells += [Cell(-1, c.column, c.posts) for c in cells[3 * top:3 * top + 3]]
    return Finding(
        key="topic_weeks", metric="M9", sentence=sentence, period=quarter, frame="all_posts", unit="share", data=data,
        facts=facts, value=None if top is None else float(data["share"].iloc[top]),
        numerator=None if top is None else int(data["posts"].iloc[top]),
        denominator=None if top is None else int(data["of_posts"].iloc[top]), cells=tuple(cells), totals=tuple(totals))


def _by_week(corpus: Corpus, topics: TopicSet, quarter: str) -> tuple[pd.DataFrame, int]:
    """Return the quarter's posts with topic and week, and how many whole weeks it has."""
    start, end = quarter_bounds(quarter)
    posts = written_posts(corpus)
    weeks = whole_weeks(posts[posts["posted_at"] < end], quarter)
    names = {week: week_name(week) for week in weeks if week >= start}
    chosen = with_topic(posts_of(corpus, quarter), topics)
    week = week_start(chosen["posted_at"]).map(names).astype("string").fillna(OTHER_DAYS)
    return chosen.assign(week=week), len(names)


def _highest(data: pd.DataFrame, chosen: pd.DataFrame, topics: TopicSet) -> int | None:
    """Return the row with the highest share of a week that may be named; None where there is none."""
    by_week = chosen.assign(author=author_of(chosen)).groupby(["topic_id", "week"])
    behind = by_week.agg(authors=("author", "nunique"), arenas=("arena_id", "nunique"))
    enough = behind.index[behind["authors"].ge(NAMED_AUTHORS) & behind["arenas"].ge(NAMED_ARENAS)]
    is_known = pd.MultiIndex.from_frame(data[["topic_id", "week"]]).isin(enough)
    is_sure = data["topic_id"].astype("int64").map(trust_of(topics)).ne(NOT_TRUSTED)
    may_be_named = (is_sure & is_known & data["week"].notna() & data["label"].ne("")).to_numpy(bool)
    shares = np.where(may_be_named, data["share"].to_numpy(float), -1)
    return int(shares.argmax()) if may_be_named.any() else None
