"""What stands around posts: what they answer and what answers them, their links, older texts and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.tables.posts import Corpus

MOST_BEFORE = 10  # posts up a thread
MOST_AFTER = 20  # answers to one post
_SHOWN = ["post_id", "posted_at", "language", "text", "media"]


@dataclass(frozen=True)
class Around:
    """What stands around some posts, by their id.

    Attributes
    ----------
    parent
        What each post answers; of the posts themselves and all above them.
    children
        What answers each post, the first `MOST_AFTER` by time.
    counts
        How many answers each has.
    posts
        Rows of those that are in the corpus.
    found
        Links (relation, target), older texts (text, why) and sources of each post, by name.
    """

    parent: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, list[str]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    posts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    found: Mapping[str, Mapping[str, list[Any]]] = field(default_factory=dict)

    def before(self, post_id: str) -> list[dict[str, Any]]:
        """Return what a post answers, what that answers, and so on; the first of the thread first."""
        up: list[str] = []
        while (post_id := self.parent.get(post_id, "")) and post_id not in up and len(up) < MOST_BEFORE:
            up.append(post_id)
        return [self._row(p) for p in reversed(up)]

    def after(self, post_id: str) -> list[dict[str, Any]]:
        """Return the answers to a post, by time."""
        return [self._row(p) for p in self.children.get(post_id, [])]

    def more(self, post_id: str) -> int:
        """Return how many answers there are besides those of `after`."""
        return self.counts.get(post_id, 0) - len(self.children.get(post_id, []))

    def links(self, post_id: str) -> list[tuple[str, str]]:
        """Return the links a post makes: relation and target."""
        return self.found.get("links", {}).get(post_id, [])

    def versions(self, post_id: str) -> list[tuple[str, str]]:
        """Return the older or other texts of a post, and why they differ."""
        return self.found.get("versions", {}).get(post_id, [])

    def sources(self, post_id: str) -> list[str]:
        """Return the sources that hold a post."""
        return self.found.get("sources", {}).get(post_id, [])

    def _row(self, post_id: str) -> dict[str, Any]:
        return self.posts.get(post_id, {"post_id": post_id})


def look_around(ids: pd.Series, corpus: Corpus | None) -> Around:
    """Return what stands around these posts in a corpus; nothing without one."""
    if corpus is None:
        return Around()
    links = corpus.links
    replies = links[links["relation"].eq("reply") & links["target_kind"].eq("post")]
    parent = _climb(ids, replies)
    answers = replies[replies["target"].isin(ids)].merge(corpus.posts[["post_id", "posted_at"]], on="post_id")
    answers = answers.sort_values(["posted_at", "post_id"])
    counts = answers["target"].value_counts()
    children: dict[str, list[str]] = {}
    for post, answer in zip(answers["target"], answers["post_id"], strict=True):
        if len(some := children.setdefault(post, [])) < MOST_AFTER:
            some.append(answer)
    wanted = {*parent.values(), *(p for some in children.values() for p in some)}
    rows = corpus.posts.loc[corpus.posts["post_id"].isin(wanted), _SHOWN].to_dict("records")
    return Around(parent=parent, children=children, counts={str(k): int(v) for k, v in counts.items()},
                  posts={row["post_id"]: {str(k): v for k, v in row.items()} for row in rows},
                  found={"links": _by_post(links, ids, "relation", "target"),
                         "versions": _by_post(corpus.versions, ids, "text", "why"),
                         "sources": {post: [s for s, in some] for post, some in
                                     _by_post(corpus.post_sources, ids, "source_id").items()}})


def _climb(ids: pd.Series, replies: pd.DataFrame) -> dict[str, str]:
    """Return what each post answers, for the posts and all above them."""
    parent: dict[str, str] = {}
    asked = set(ids)
    for _ in range(MOST_BEFORE):
        step = replies[replies["post_id"].isin(asked)]
        fresh = {a: b for a, b in zip(step["post_id"], step["target"], strict=True) if a not in parent}
        parent |= fresh
        asked = set(fresh.values()) - set(parent)
        if not asked:
            break
    return parent


def _by_post(table: pd.DataFrame, ids: pd.Series, *columns: str) -> dict[str, list[tuple[Any, ...]]]:
    chosen = table[table["post_id"].isin(ids)].dropna(subset=list(columns))
    found: dict[str, list[tuple[Any, ...]]] = {}
    for post, *values in zip(chosen["post_id"], *(chosen[c] for c in columns), strict=True):
        found.setdefault(post, []).append(tuple(values))
    return found
