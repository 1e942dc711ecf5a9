"""Two parts of a corpus side by side, for exploring: two quarters, two groups of arenas."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.errors import TableError
from workbench.reading.tables import ShownTable, show_table
from workbench.tables.posts import Corpus, author_of, is_written
from workbench.tables.topics import TopicSet
from workbench.wording import Wording, open_wording

COLUMNS = {"what": "string", "name": "string", "first": "Int64", "second": "Int64", "share_first": "Float64",
           "share_second": "Float64", "difference": "Float64"}
UNKNOWN = "?"


def compare_parts(first: Corpus, second: Corpus, *, topics: TopicSet | None = None,
                  language: str = "en") -> ShownTable:
    """Set two parts of a corpus side by side: posts, arenas, authors, and what they are made of.

    For exploring, and no test: arenas differ by chance, and a post is not independent of those beside it. Whether a
    topic has changed is for `findings.compare_topics`, which asks the arenas.

    Parameters
    ----------
    first, second
        Such as ``corpus.where(period="2025Q2")`` and ``corpus.where(period="2025Q3")``, or two groups of arenas.
    topics
        Of a corpus that holds both; adds a row per topic.
    language
        Of the words around the table, one of `LANGUAGES`.

    Returns
    -------
    shown
        In a notebook a table to search and sort; `table` is pandas, `save` keeps it. One row per thing compared,
        columns `what` (posts, arenas, authors, kind, language, platform, topic), `name` (which kind, language,
        platform or topic), `first` and `second` (posts, but for arenas and authors), `share_first` and `share_second`
        (of the part's posts; of topics, of its posts that topics were found in), `difference` (second less first, in
        percentage points). What differs most comes first. Service messages are left out; authors are counted by
        platform, for a person has another pseudonym on each; those of a broadcast channel are the channel.

    Raises
    ------
    TableError
        If a part holds no posts, or the topics know none of its posts.
    """
    parts = [_written(part, name) for part, name in ((first, "first"), (second, "second"))]
    wording = open_wording(language)
    rows = [_row("posts", "", [len(part) for part in parts]),
            _row("arenas", "", [part["arena_id"].nunique() for part in parts])]
    authors = [author_of(part).groupby(part["platform"]).nunique() for part in parts]
    rows += [_row("authors", name, [int(found.get(name, 0)) for found in authors])
             for name in sorted({*authors[0].index, *authors[1].index})]
    for column in ("kind", "language", "platform"):
        rows += _shares(column, [part[column].fillna(UNKNOWN) for part in parts])
    notes = [wording.say("reading.caution")]
    shared = len(set(parts[0]["post_id"]) & set(parts[1]["post_id"]))
    if shared:
        notes.append(wording.say("reading.caution_shared", shared=shared))
    if topics is not None:
        known = [_topics_of(part, topics, name) for part, name in zip(parts, ("first", "second"), strict=True)]
        rows += _shares("topic", known, _names(topics, wording))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return show_table(table, note=" ".join(notes), language=language, most=len(table))


def _written(part: Corpus, name: str) -> pd.DataFrame:
    posts = part.posts[is_written(part.posts)]
    if posts.empty:
        raise TableError(f"compare_parts: the {name} part holds no posts. Choose a period or arenas with posts.")
    return posts


def _row(what: str, name: str, counts: Sequence[int], wholes: Sequence[int] | None = None) -> tuple[object, ...]:
    if wholes is None:
        return (what, name, *counts, None, None, None)
    shares = [count / whole for count, whole in zip(counts, wholes, strict=True)]
    return (what, name, *counts, *shares, 100 * (shares[1] - shares[0]))


def _shares(what: str, parts: Sequence[pd.Series], names: dict[int, str] | None = None) -> list[tuple[object, ...]]:
    """Return a row per value, those that differ most first."""
    counts = pd.concat([part.value_counts() for part in parts], axis=1, keys=["first", "second"]).fillna(0).astype(int)
    wholes = [len(part) for part in parts]
    apart = (counts["second"] / wholes[1] - counts["first"] / wholes[0]).abs().rename("apart")
    ranked = counts.assign(apart=apart, order=[str(v) for v in counts.index]).sort_values(
        ["apart", "order"], ascending=[False, True])
    return [_row(what, names[int(value)] if names else str(value), [int(a), int(b)], wholes)
            for value, a, b in zip(ranked.index, ranked["first"], ranked["second"], strict=True)]


def _topics_of(part: pd.DataFrame, topics: TopicSet, name: str) -> pd.Series:
    found = part[["post_id"]].merge(topics.assignments[["post_id", "topic_id"]], on="post_id")["topic_id"].dropna()
    if found.empty:
        raise TableError(f"compare_parts: the topics know none of the posts of the {name} part. Give topics that were "
                         "modelled on a corpus that holds both parts.")
    return found.astype("int64")


def _names(topics: TopicSet, wording: Wording) -> dict[int, str]:
    """Return a name per topic: a person's where there is one, else its words, with its number."""
    given = topics.topics.get("given_label", pd.Series(pd.NA, index=topics.topics.index, dtype="string"))
    labels = given.fillna(topics.topics["label"])
    return {-1: wording.say("reading.no_topic")} | {
        int(number): f"{number} · {label}" for number, label in zip(topics.topics["topic_id"], labels, strict=True)}
