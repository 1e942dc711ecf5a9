"""A made-up town without the import: its posts as the files show them, its topics as they were planted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd
import pytest

from tests.city.conftest import read_desktop, read_fourcat, read_youtube
from workbench.actors import (
    find_changes,
    find_communities,
    find_coordination,
    find_matches,
    find_tightness,
    link_forwards,
)
from workbench.city import Truth, build_city
from workbench.tables.actors import ActorNetwork
from workbench.tables.coordination import Coordination
from workbench.tables.finding import Finding
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet

QUARTER, BEFORE = "2025Q3", "2025Q2"
KEY = ["format", "chat", "message"]


@dataclass(frozen=True)
class Town:
    """The corpus of a town, what was planted in it, and the tables that findings are made of."""

    truth: Truth
    corpus: Corpus
    topics: TopicSet
    posts: list[dict[str, Any]] = field(repr=False)  # of the corpus, with `topic`, `quarter`, `week` and `source`

    def part(self, quarter: str) -> Corpus:
        own = self.corpus.posts[self.corpus.posts["post_id"].isin([p["post_id"] for p in self.posts if p["quarter"] == quarter])]
        links = self.corpus.links[self.corpus.links["post_id"].isin(own["post_id"])]
        return replace(self.corpus, posts=own.reset_index(drop=True), links=links)

    def within(self, quarter: str) -> list[dict[str, Any]]:
        return [p for p in self.posts if p["quarter"] == quarter]

    @cached_property
    def seen(self) -> Corpus:
        """The posts with views, none of every seventh, each collected up to twelve days after it was written.

        Each arena was first seen with its first post.
        """
        number = pd.Series(range(len(self.corpus.posts)), index=self.corpus.posts.index)
        posts = self.corpus.posts.assign(
            views=(number % 997).mask(number % 7 == 0).astype("Int64"),
            collected_at=self.corpus.posts["posted_at"] + pd.to_timedelta(number % 13, unit="D"))
        first = self.corpus.arenas["arena_id"].map(posts.groupby("arena_id")["posted_at"].min())
        return replace(self.corpus, posts=posts, arenas=self.corpus.arenas.assign(first_seen=first))

    @cached_property
    def networks(self) -> dict[str, ActorNetwork]:
        return {q: find_communities(link_forwards(self.part(q)), seed=1, runs=10) for q in (BEFORE, QUARTER)}

    @cached_property
    def chance(self) -> pd.DataFrame:
        return find_tightness(self.networks[QUARTER], seed=1, graphs=19)

    @cached_property
    def coordination(self) -> Coordination:
        return find_coordination(self.part(BEFORE), seed=1, relations=("url",))

    @cached_property
    def changes(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        pair = self.networks[BEFORE], self.networks[QUARTER]
        return find_changes(*pair), find_matches(*pair)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town") / "lillehavn"
    truth = build_city(folder, seed=7, posts=10_000)
    raw = pd.DataFrame([*read_desktop(folder / "telegram-desktop"), *read_fourcat(folder / "telegram-4cat"),
                        *read_youtube(folder / "youtube-comments")])
    columns = ["format", "chat", "message", "posted_at", "account", "topic", "forwarded_from"]
    table = truth.posts[columns].astype(dict.fromkeys(KEY, object)).merge(
        raw[[*KEY, "text"]].astype(dict.fromkeys(KEY, object)), on=KEY, validate="one_to_one")
    arenas = truth.arenas.assign(arena_id=[f"{p[0].upper()}-{i:03d}" for i, p in enumerate(truth.arenas["platform"])])
    table = table.merge(arenas[["format", "chat", "arena_id", "platform"]], on=["format", "chat"], validate="many_to_one")
    table["post_id"] = table["arena_id"] + ":" + table["message"].astype(str)
    corpus = Corpus(_posts(table), _links(table), _arenas(arenas))
    topics = _topics(truth, table, corpus)
    return Town(truth, corpus, topics, _plain(corpus, topics, table))


def _posts(table: pd.DataFrame) -> pd.DataFrame:
    posts = table.assign(account_id=table["account"], kind="post", source_id="made", posted_at=table["posted_at"])
    posts = posts.reindex(columns=list(POST_COLUMNS)).astype(POST_COLUMNS)
    return posts.sort_values(["posted_at", "post_id"], ignore_index=True)


def _links(table: pd.DataFrame) -> pd.DataFrame:
    forwards = table.dropna(subset=["forwarded_from"])
    target = forwards["forwarded_from"].astype(str).mask(forwards["forwarded_from"].eq("outside"), "0abc0abc0abc")
    # the town links to its own sites only: these lead to platforms, back to their own, and nobody knows where
    planted = {2: "youtube.com", 3: "youtu.be", 5: "t.me", 7: "x.com", 11: "bit.ly", 13: "twitter.com"}
    rows = [*zip(forwards["post_id"], ["forward"] * len(forwards), target, ["id"] * len(forwards), strict=True)]
    for number, (post, text) in enumerate(zip(table["post_id"], table["text"], strict=True)):
        rows += [(post, "domain", host, "domain") for n, host in planted.items() if number % 23 == n or number % 97 == n]
        for url in re.findall(r"https?://[^\s)\]]+", text or ""):
            host = url.split("/")[2].removeprefix("www.")
            rows += [(post, "url", url.rstrip(".,!?"), "url"), (post, "domain", host, "domain")]
    return pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(LINK_COLUMNS)


def _arenas(arenas: pd.DataFrame) -> pd.DataFrame:
    made = arenas.assign(access="open", native_key=arenas["native_id"], source_id="made",
                         collected_from=pd.Timestamp("2024-07-01", tz="UTC"),
                         # of the arenas that fell silent one is collected no longer, so it is gone
                         collected_to=[pd.Timestamp("2025-06-30" if r == "silent" else "2025-09-30", tz="UTC")
                                       for r in arenas["role"]])
    return made.reindex(columns=list(ARENA_COLUMNS)).astype(ARENA_COLUMNS)


def _topics(truth: Truth, table: pd.DataFrame, corpus: Corpus) -> TopicSet:
    number = {name: i for i, name in enumerate(truth.topics["topic"])}
    topics = pd.DataFrame({
        "topic_id": range(len(number)), "label": truth.topics["label"].to_numpy(), "words": truth.topics["words"].to_numpy(),
        "size": 0, "stability": 0.9, "core": [49 if i == 3 else 50 for i in number.values()],
        "inclusion": [0.79 if i == 2 else 0.8 for i in number.values()]}).reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS)
    topics["stable_id"] = pd.array([f"K-{i:03d}" for i in number.values()], dtype="string")
    of_post = dict(zip(table["post_id"], table["topic"].map(number).fillna(-1).astype(int), strict=True))
    assignments = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": corpus.posts["post_id"].map(of_post),
                                "is_core": ~corpus.posts["post_id"].str.endswith("0")})
    return TopicSet(topics, assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS),
                    {"parameters": {"planted": True}})


def _plain(corpus: Corpus, topics: TopicSet, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the posts as plain dicts: what the oracles count."""
    topic = dict(zip(topics.assignments["post_id"], topics.assignments["topic_id"], strict=True))
    source = dict(zip(table["post_id"], table["forwarded_from"], strict=True))
    arena = dict(zip(corpus.arenas["native_key"], corpus.arenas["arena_id"], strict=True))
    kind = dict(zip(corpus.arenas["arena_id"], corpus.arenas["kind"], strict=True))
    rows = []
    for row in corpus.posts.to_dict("records"):
        at = row["posted_at"].to_pydatetime()
        year, week, _ = at.isocalendar()
        told = source[row["post_id"]]
        rows.append({
            "post_id": row["post_id"], "platform": row["platform"], "arena": row["arena_id"], "kind": kind[row["arena_id"]],
            "account": None if pd.isna(row["account_id"]) else row["account_id"], "at": at, "text": row["text"],
            "topic": int(topic[row["post_id"]]), "quarter": f"{at.year}Q{(at.month + 2) // 3}", "week": f"{year}-W{week:02d}",
            "source": None if pd.isna(told) else arena.get(str(told), "outside")})
    return rows


@pytest.fixture(scope="session")
def measured(town: Town) -> Callable[[str], Finding]:
    """Measure a finding of the town by its key, each once."""
    from tests.oracles.findings import MEASURED

    made: dict[str, Finding] = {}

    def measure(key: str) -> Finding:
        if key not in made:
            made[key] = MEASURED[key](town)
        return made[key]

    return measure
