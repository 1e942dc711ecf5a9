"""What stands around a post: what it answers, what was written beside it, what answers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from workbench.tables.posts import Corpus

NEIGHBOURS = 2  # posts shown on each side


class Surroundings:
    """The threads of some posts, from the corpus: redacted like everything in it.

    Parameters
    ----------
    corpus
        That holds the posts.
    post_ids
        Of which the surroundings will be asked for.
    """

    def __init__(self, corpus: Corpus, post_ids: Iterable[str]) -> None:
        posts = corpus.posts
        told = posts["text"].fillna("").str.strip().ne("") & posts["kind"].isin(["post", "comment"])
        self._posts = posts[told].sort_values(["posted_at", "post_id"], ignore_index=True)
        self._place = pd.Index(self._posts["post_id"])
        self._arena = pd.factorize(self._posts["arena_id"])[0]
        wanted = pd.Index(list(post_ids), dtype="string")
        links = corpus.links
        links = links[links["relation"].eq("reply") & links["target_kind"].eq("post")]
        self._answered = links[links["post_id"].isin(wanted)].drop_duplicates("post_id").set_index("post_id")["target"]
        near = links[links["target"].isin([*wanted, *self._answered])]
        self._answers = {target: list(ids) for target, ids in near.groupby("target")["post_id"]}

    def has(self, post_id: str) -> bool:
        """Tell whether the corpus holds a post, with text."""
        return post_id in self._place

    def post(self, post_id: str) -> dict[str, Any]:
        """Return text, language, arena, platform, time and kind of a post."""
        return self._row(int(self._place.get_loc(post_id)), "")

    def of(self, post_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return what stands before a post and after it, each as `post` gives it, with its `relation`.

        Of an answer that is the post it answers, other answers to that before it, and answers to it; else what was
        written in the arena just before, and answers to it. Where the answered post was not collected, its place is
        there without a text.
        """
        here = int(self._place.get_loc(post_id))
        answers = self._rows(self._answers.get(post_id, []))
        after = [self._row(row, "answer") for row in answers[:NEIGHBOURS]]
        if post_id not in self._answered.index:
            same = np.flatnonzero(self._arena[:here] == self._arena[here])[-NEIGHBOURS:]
            return [self._row(int(row), "earlier") for row in same], after
        above = str(self._answered[post_id])
        first = [self._row(int(self._place.get_loc(above)), "answered") if self.has(above) else
                 {"relation": "answered_missing", "text": ""}]
        beside = [row for row in self._rows(self._answers.get(above, [])) if row != here]
        before = [row for row in beside if row < here][-NEIGHBOURS:]
        later = [row for row in beside if row > here][:NEIGHBOURS - len(after)]
        return ([*first, *(self._row(row, "beside") for row in before)],
                [*after, *(self._row(row, "beside") for row in later)])

    def _rows(self, post_ids: list[str]) -> list[int]:
        found = self._place.get_indexer(pd.Index(post_ids, dtype=self._place.dtype))
        return sorted(int(row) for row in found if row >= 0)

    def _row(self, row: int, relation: str) -> dict[str, Any]:
        columns = ("text", "language", "arena_id", "platform", "posted_at", "kind")
        return {"relation": relation, **{name: self._posts.at[row, name] for name in columns}}
