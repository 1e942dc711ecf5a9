"""What is said in the town, as if two people had read a sample of it: planted by the post, scored by a noisy model."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pandas as pd

from tests.oracles.conftest import QUARTER, Town
from tests.speech_worlds import audit_world
from workbench.tables.speech import SpeechCodes

CODES = ("attack", "hate", "hate_strict", "offensive", "recognition")
DOUBLE = 7  # every seventh post of the sample is read by a second person
LIMITS = {"attack": 0.12, "hate": 0.07, "hate_strict": 0.05, "offensive": 0.2}
DRAWN = (40, 300, 900)


def chance(post_id: str, salt: str) -> float:
    """Return a number from 0 to 1 that is always the same for a post."""
    return zlib.crc32(f"{salt}{post_id}".encode()) / 2**32


def has(post_id: str, code: str) -> bool:
    """Tell what is true of a post: attacks are three times as many on YouTube; hate is attack, strict hate is hate."""
    if code == "recognition":
        return chance(post_id, "r") < 0.2
    return chance(post_id, "a") < LIMITS[code] * (1 if post_id.startswith("Y") else 1 / 3)


_MADE: dict[tuple[int, str], SpeechCodes] = {}


def spoken(town: Town, quarter: str = QUARTER) -> SpeechCodes:
    """Return the audit of a quarter of the town, made once."""
    key = id(town), quarter
    if key not in _MADE:
        _MADE[key] = _make(town, quarter)
    return _MADE[key]


def _make(town: Town, quarter: str) -> SpeechCodes:
    corpus = town.part(quarter)
    ids = corpus.posts.loc[corpus.posts["text"].notna(), "post_id"]
    truth = pd.DataFrame({"post_id": ids, **{code: [has(p, code) for p in ids] for code in CODES}})
    speech = audit_world(corpus, truth, period=quarter, drawn=DRAWN, noise=0.25)
    again = speech.codes[speech.codes["post_id"].isin(sorted(speech.sample["post_id"])[::DOUBLE])]
    wrong = np.array([chance(p, c) < 0.03 for p, c in zip(again["post_id"], again["code"], strict=True)])
    second = again.assign(coder="coder 2", value=again["value"] ^ wrong)
    scores = speech.scores.drop(columns="hate_strict")  # worked out from the grounds, never scored
    return replace(speech, codes=pd.concat([speech.codes, second], ignore_index=True), scores=scores)
