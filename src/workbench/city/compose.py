"""The text of every planned post, with what it answers and what it copies."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import pandas as pd

from workbench.city.grammar import Grammar, pick
from workbench.city.lexicon import Lexicon, Topic
from workbench.city.rows import Row, list_rows

_EXACT, _NEAR = 0.35, 0.035  # of forwards, of other posts: text of an earlier post
_ECHO, _MEMORY = 14 * 86400, 30 * 86400  # seconds an earlier post is remembered for
_TALKED = 3 * 86400
TOLD = ("target", "ground", "markers", "form")
_MEDIA = (("photo", 0.055), ("video_file", 0.075), ("voice_message", 0.08))


@dataclass
class _Memory:
    """What was posted last, by place and topic."""

    by_arena: dict[tuple[Any, ...], int] = field(default_factory=dict)
    by_topic: dict[tuple[Any, ...], int] = field(default_factory=dict)
    threads: dict[tuple[Any, ...], int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


class _Composer:
    def __init__(self, lexicon: Lexicon, plan: pd.DataFrame, arenas: pd.DataFrame, rnd: Random):
        self.lexicon, self.arenas, self.rnd = lexicon, list_rows(arenas), rnd
        self.grammar, self.memory = Grammar(lexicon, rnd), _Memory()
        self.rows = list_rows(plan)
        self.tags = [f"{link}-{number}" for number in range(1, 8) for link in ("nyt", "info", "opslag")]

    def run(self) -> pd.DataFrame:
        for number, row in enumerate(self.rows):
            row |= {"text": "", "url": None, "reply_to": -1, "copy_of": -1, "is_near_copy": False, "media": None,
                    **dict.fromkeys(TOLD)}
            arena = self.arenas[row["arena"]]
            topic = self.lexicon.topics[row["topic"]] if row["topic"] >= 0 else None
            if row["is_move"]:
                row["text"] = self._farewell()
            elif not self._copied(row):
                self._written(row, arena, topic)
            self._answered(number, row, arena)
            self._remember(number, row)
        return pd.DataFrame(self.rows)

    def _written(self, row: Row, arena: Row, topic: Topic | None) -> None:
        rnd, memory = self.rnd, self.memory
        labelled = row["attack"] or row["recognition"]
        if arena["platform"] == "telegram":
            draw = rnd.random()
            row["media"] = next((kind for kind, limit in _MEDIA if draw < limit), None)
            if row["media"] and not topic and not labelled and rnd.random() < 0.8:
                return
        can_be_short = not labelled and arena["kind"] != "channel" and row["occasion"] < 0
        is_short = can_be_short and rnd.random() < (0.11 if topic else 0.35)
        for _ in range(6):
            row["url"] = None
            row["text"] = self.grammar.short(row["language"], topic) if is_short else self._long(row, topic)
            if row["text"] not in memory.seen:
                break
        row |= self.grammar.told
        memory.seen.add(row["text"])

    def _long(self, row: Row, topic: Topic | None) -> str:
        first = [kind for kind in ("hate", "attack", "recognition") if row[kind]][:1]
        if row["occasion"] >= 0 or (topic and self.rnd.random() < 0.08):
            assert topic is not None
            row["url"] = self._url(row, topic)
            first.append("link")
        text = self.grammar.text(row["language"], topic, first=first)
        return f"{text} {row['url']}" if row["url"] else text

    def _url(self, row: Row, topic: Topic) -> str:
        domains = self.lexicon.people["domains"]
        if row["occasion"] >= 0:
            number = row["occasion"]
            return f"https://{domains[number % len(domains)]}/{topic.links[0]}/aktion-{number + 1}"
        page = f"{pick(self.rnd, topic.links)}/{pick(self.rnd, self.tags)}"
        query = "?utm_source=tg" if self.rnd.random() < 0.15 else ""
        return f"https://{domains[len(page) % len(domains)]}/{page}{query}"

    def _farewell(self) -> str:
        new = next(arena for arena in self.arenas if arena["role"] == "reopened")
        return self.lexicon.common["da"]["moved"][0].format(
            title=new["title"], handle=f"@{new['handle']}", name=new["handle"])

    def _copied(self, row: Row) -> bool:
        """Take the text of an earlier post: a forward as it is, another post with a small change."""
        if row["topic"] < 0 or row["occasion"] >= 0:
            return False
        key = (row["topic"], row["language"])
        if row["source"] is None:
            is_near, earlier = True, self.memory.by_topic.get(key) if self.rnd.random() < _NEAR else None
        else:
            is_near = False
            earlier = self.memory.by_arena.get((row["source"], *key)) if self.rnd.random() < _EXACT else None
        if earlier is None:
            return False
        old = self.rows[earlier]
        age = row["seconds"] - old["seconds"]
        if not 60 < age < (_MEMORY if is_near else _ECHO) or (is_near and len(old["text"]) < 40):
            return False
        text = self.grammar.near_copy(old["text"]) if is_near and not old["url"] else old["text"]
        if is_near and text in self.memory.seen:
            return False
        row |= {name: old[name] for name in ("attack", "hate", "recognition", "url", *TOLD)}
        row |= {"text": text, "copy_of": earlier, "is_near_copy": is_near}
        self.memory.seen.add(text)
        return True

    def _answered(self, number: int, row: Row, arena: Row) -> None:
        if arena["kind"] == "channel" or row["source"] is not None or row["occasion"] >= 0:
            return
        key = (row["arena"], row["topic"])
        earlier = self.memory.threads.get(key)
        is_thread = arena["kind"] == "page"
        if earlier is not None and row["seconds"] - self.rows[earlier]["seconds"] < _TALKED * (4 if is_thread else 1) \
                and self.rnd.random() < (0.5 if is_thread else 0.35):
            row["reply_to"] = earlier
        if row["reply_to"] < 0 or not is_thread:
            self.memory.threads[key] = number

    def _remember(self, number: int, row: Row) -> None:
        if row["text"] and row["copy_of"] < 0 and row["occasion"] < 0 and row["source"] is None:
            key = (row["topic"], row["language"])
            self.memory.by_arena[(row["arena"], *key)] = number
            self.memory.by_topic[key] = number


def compose_posts(plan: pd.DataFrame, arenas: pd.DataFrame, lexicon: Lexicon, *, seed: int) -> pd.DataFrame:
    """Write every post of the plan.

    Returns
    -------
    posts
        The plan with `text` (empty where a picture stands alone), `url`, `reply_to` and
        `copy_of` (rows, -1 for none), `is_near_copy`, `media` and `TOLD`. A copy has the labels of
        what it copies. Most forwards have a text of their own: what they forward is no longer
        in its source, so that nearly all messages stay distinct.
    """
    posts = _Composer(lexicon, plan, arenas, Random(f"compose-{seed}")).run()
    return posts.assign(source=posts["source"].astype("Int64"))
