"""A made-up quarter in which it is known whom attacks hit, which harm is met, and in which topics attacks are frequent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from tests.speech_worlds import audit_world
from workbench.tables.posts import Corpus
from workbench.tables.speech import SpeechCodes
from workbench.tables.topics import TopicSet

POSTS = 6000
TOPICS = 6


def draw_truth(posts: pd.Series, *, seed: int, attack: np.ndarray | float = 0.08) -> pd.DataFrame:
    """Return what is true of posts: a column of truth values per code, children only where their parent is true."""
    rng = np.random.default_rng(seed)

    def chance(share: np.ndarray | float) -> np.ndarray:
        return rng.random(len(posts)) < share

    is_attack = chance(attack)
    is_hate, is_kind = is_attack & chance(0.5), chance(0.15)
    return pd.DataFrame({
        "post_id": posts.to_numpy(), "attack": is_attack, "hate": is_hate, "recognition": is_kind,
        "target.mayor": is_attack & chance(0.6), "target.newcomers": is_attack & chance(0.3),
        "target.nobody": np.zeros(len(posts), dtype=bool),
        "ground.religion": is_hate & chance(0.7), "ground.class": is_hate & chance(0.2),
        "harm.weapons": chance(0.03), "harm.fraud": chance(0.06), "harm.grooming": np.zeros(len(posts), dtype=bool),
        "theme.scooters": chance(0.2), "theme.litter": chance(0.05)})


def speak(make_corpus: Callable[..., Corpus], *, seed: int = 1, drawn: Sequence[int] = (60, 400, 700),
          attack_in: Sequence[float] = (0.08,) * TOPICS) -> tuple[Corpus, pd.Series, SpeechCodes, pd.DataFrame]:
    """Return a corpus, the topic of each post (-1: none), its audit, and what is true of it."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2025-07-01", "2025-09-29", freq="D")
    topic = rng.integers(-1, TOPICS, POSTS)
    rows = [(f"T-{i % 12:03d}", f"a-{i % 240}", f"{days[i % len(days)]:%Y-%m-%d}", f"ord {i}") for i in range(POSTS)]
    corpus = make_corpus(rows)
    order = pd.Series(range(POSTS), index=[f"{r[0]}:{i // 12}" for i, r in enumerate(rows)]).reindex(corpus.posts["post_id"])
    of_post = topic[order.to_numpy()]
    shares = np.array([*attack_in, 0.08])[of_post]
    truth = draw_truth(corpus.posts["post_id"], seed=seed, attack=shares)
    # who is attacked is mostly named; many name the mayor without attacking
    says = {word: truth[f"target.{word}"].to_numpy() & (rng.random(POSTS) < 0.9) | (rng.random(POSTS) < share)
            for word, share in (("mayor", 0.2), ("newcomers", 0.004))}
    text = corpus.posts["text"].astype(str)
    for word, is_said in says.items():
        text = text.mask(is_said, text + f" The {word.title()}!")
    parts = {"T-000": "discord", "T-001": "discord", "T-002": "discord", "T-003": "discord"}
    platform = corpus.posts["arena_id"].map(parts).fillna("telegram")
    arenas = corpus.arenas.assign(category=np.where(corpus.arenas["arena_id"].isin(parts), "games", "town"))
    corpus = replace(corpus, posts=corpus.posts.assign(text=text.astype("string"), platform=platform.astype("string")),
                     arenas=arenas.astype({"category": "string"}))
    return corpus, pd.Series(of_post, index=corpus.posts["post_id"]), audit_world(corpus, truth, period="2025Q3", drawn=drawn), truth


def trusted(topics: TopicSet, *, core: int = 60) -> TopicSet:
    """Return topics that refits find again, under ids that stay."""
    table = topics.topics.assign(core=core, inclusion=0.9, stable_id=[f"K-{t:03d}" for t in topics.topics["topic_id"]])
    return replace(topics, topics=table.astype({"core": "Int64", "inclusion": "Float64", "stable_id": "string"}))
