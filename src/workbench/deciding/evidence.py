"""The posts that a decision rests on, and the events around a week: what a person looks at before deciding."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.deciding.questions import Question
from workbench.tables.editorial import ALL_POSTS
from workbench.tables.posts import Corpus
from workbench.topics.snapshots import read_numbers

SHOWN = 5  # posts
NEAR = 7  # days before and after a week
_PER_ARENA = 2  # posts, so that one arena does not speak for all
_SHARED = ("forwards", "reactions", "replies", "views")


class Evidence:
    """What lies behind the questions of a period.

    Parameters
    ----------
    folder
        Of the study.
    corpus
        Of the period.
    events
        Of `Study.events`.
    """

    def __init__(self, folder: Path, corpus: Corpus, period: str, events: pd.DataFrame) -> None:
        self.corpus, self.events = corpus, events
        self.posts = corpus.posts[corpus.posts["text"].notna()].reset_index(drop=True)
        self._plain = self.posts["text"].str.casefold()
        self._topic = _read_topics(folder, period, self.posts["post_id"])
        self._found: dict[str, list[dict[str, Any]]] = {}

    def find_posts(self, question: Question) -> list[dict[str, Any]]:
        """Return the posts that a question is about, the most telling first: five, of several arenas where there are.

        Of a topic and of a word those with most of its words, of a domain those that link to it, of a week that stood
        out those that were shared most.
        """
        if question.id not in self._found:
            chosen = self._choose(question)
            rows = self.posts.loc[chosen].to_dict("records")
            self._found[question.id] = [{str(name): value for name, value in row.items()} for row in rows]
        return self._found[question.id]

    def find_events(self, week: str) -> list[tuple[date, str]]:
        """Return the events of a week and the days around it."""
        year, number = week.split("-W")
        first = date.fromisocalendar(int(year), int(number), 1)
        day = self.events["date"].dt.date
        near = self.events[day.ge(first - timedelta(NEAR)) & day.le(first + timedelta(6 + NEAR))]
        return [(when.date(), str(label)) for when, label in zip(near["date"], near["label"], strict=True)]

    def _choose(self, question: Question) -> list[int]:
        if question.kind == "topic":
            return self._best(self._of_topic(question.key), self._count(question.words))
        if question.kind == "word":
            return self._best(pd.Series(True, index=self.posts.index), self._count((question.key,)))
        if question.kind == "domain":
            links = self.corpus.links
            told = links[links["target_kind"].eq("domain") & links["target"].eq(question.key)]
            return self._best(self.posts["post_id"].isin(told["post_id"]), pd.Series(1, index=self.posts.index))
        if question.kind == "peaks":
            topic, week = question.values["topic"], question.values["week"]
            iso = self.posts["posted_at"].dt.isocalendar()
            is_then = (iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)).eq(week)
            is_of = self._of_topic(topic) if topic.startswith("K-") else pd.Series(True, index=self.posts.index)
            shared = self.posts[list(_SHARED)].astype("Float64").fillna(0)
            return self._best(is_then.fillna(False) & is_of, shared["forwards"] * 1e6 + shared["reactions"] * 1e3
                              + shared["replies"] * 1e3 + shared["views"] / 1e3, at_least=None)
        return []

    def knows(self, topic: str) -> bool:
        """Tell whether the posts of a topic are known, so that those of a week can be told apart."""
        return (not topic.startswith("K-") and topic == ALL_POSTS) or self._topic is not None

    def _of_topic(self, key: str) -> pd.Series:
        if self._topic is None:
            return pd.Series(True, index=self.posts.index)
        return self._topic.eq(int(key[2:]))

    def _count(self, words: tuple[str, ...]) -> pd.Series:
        """Return how many of the words each post has."""
        found = pd.Series(0, index=self.posts.index)
        for word in words:
            plain = word.casefold()
            edge = r"(?<!\w){}(?!\w)" if re.match(r"[\w#]", plain) else "{}"
            could = self._plain.str.contains(plain, regex=False)
            found[could] += self._plain[could].str.contains(edge.format(re.escape(plain)), regex=True).astype(int)
        return found

    def _best(self, asked: pd.Series, worth: pd.Series, *, at_least: int | None = 1) -> list[int]:
        rows = self.posts[["arena_id", "posted_at", "post_id", "text"]].assign(worth=worth.astype(float))[asked]
        rows = rows if at_least is None else rows[rows["worth"].ge(at_least)]
        rows = rows.sort_values(["worth", "posted_at", "post_id"], ascending=[False, True, True])
        rows = rows.drop_duplicates("text")
        spread = rows[rows.groupby("arena_id").cumcount().lt(_PER_ARENA)]
        return [int(at) for at in [*spread.index, *rows.index.difference(spread.index, sort=False)][:SHOWN]]


def _read_topics(folder: Path, period: str, posts: pd.Series) -> pd.Series | None:
    """Return the number of each post's topic as the last run saw it; None where that is not known."""
    path = folder / "data" / "processed" / "findings" / f"topics-{period}.parquet"
    if not path.is_file():
        return None
    numbers = read_numbers(path)
    hashed = pd.util.hash_pandas_object(posts.astype(object), index=False).to_numpy(np.uint64)
    return pd.Series(numbers.reindex(hashed, fill_value=-1).to_numpy(), index=posts.index)
