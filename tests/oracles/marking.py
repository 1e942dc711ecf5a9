"""What a model marks in the town, and what people found: planted by the post, with a week of attacks and a busy evening."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pandas as pd

from tests.oracles.conftest import QUARTER, Town
from tests.speech_worlds import audit_world
from workbench.tables.posts import Corpus
from workbench.tables.speech import SpeechCodes

BUSY = "2025-W34"  # of attacks, and of the evening
CODES = ("attack", "hate", "recognition")
EVENING = pd.Timestamp("2025-08-20 17:10", tz="UTC")


def chance(post_id: str, salt: str) -> float:
    """Return a number from 0 to 1 that is always the same for a post."""
    return zlib.crc32(f"{salt}{post_id}".encode()) / 2**32


def has(post_id: str, week: str, code: str) -> bool:
    """Tell what a post is: attacks are six times as many in the busy week, and a third of them is hate."""
    if code == "recognition":
        return chance(post_id, "r") < 0.15
    is_attack = chance(post_id, "a") < (0.6 if week == BUSY else 0.1)
    return is_attack and (code == "attack" or chance(post_id, "h") < 0.33)


def marks_of(town: Town) -> pd.DataFrame:
    """Return what is true of every post with text, and what the model makes of it."""
    posts = [p for p in town.posts if isinstance(p["text"], str)]
    return pd.DataFrame({"post_id": [p["post_id"] for p in posts],
                         **{code: [has(p["post_id"], p["week"], code) for p in posts] for code in CODES}})


def scores_of(town: Town) -> pd.DataFrame:
    """Return scores of all posts: the model is right but for one attack in ten, which it misses."""
    marks = marks_of(town)
    missed = marks["post_id"].map(lambda p: chance(p, "m") < 0.1)
    return pd.DataFrame({"post_id": marks["post_id"].astype("string")} | {
        code: (0.1 + 0.8 * (marks[code] & ~missed)).astype("float32") for code in CODES})


def is_marked(post: dict, code: str) -> bool:
    """Tell whether the model marks a post, as an oracle knows it."""
    return (isinstance(post["text"], str) and has(post["post_id"], post["week"], code)
            and not chance(post["post_id"], "m") < 0.1)


_MADE: dict[int, SpeechCodes] = {}


def audited(town: Town) -> SpeechCodes:
    """Return the audit of the quarter, made once."""
    if id(town) not in _MADE:
        now = {p["post_id"] for p in town.within(QUARTER)}
        truth, scores = (table[table["post_id"].isin(now)].reset_index(drop=True)
                         for table in (marks_of(town), scores_of(town)))
        _MADE[id(town)] = replace(audit_world(town.corpus, truth, period=QUARTER, drawn=(40, 300, 900)), scores=scores)
    return _MADE[id(town)]


def moved(post_id: str, week: str) -> bool:
    """Tell whether a post of the busy week was written on the busy evening."""
    return week == BUSY and chance(post_id, "e") < 0.5


def busy_evening(town: Town) -> Corpus:
    """Return the corpus, half of the posts of the busy week written on one evening, within three hours."""
    posts = town.corpus.posts
    week = dict(zip((p["post_id"] for p in town.posts), (p["week"] for p in town.posts), strict=True))
    at = [EVENING + pd.Timedelta(minutes=int(170 * chance(p, "t"))) if moved(p, week[p]) else t
          for p, t in zip(posts["post_id"], posts["posted_at"], strict=True)]
    return replace(town.corpus, posts=posts.assign(posted_at=pd.Series(at, index=posts.index).astype(posts["posted_at"].dtype)))
