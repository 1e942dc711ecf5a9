"""Whom attacks in the town hit, which harm is met, and what the town asks for itself, as if people had read a sample."""

from __future__ import annotations

import pandas as pd

from tests.oracles.conftest import QUARTER, Town
from tests.oracles.speaking import chance
from tests.speech_worlds import audit_world
from workbench.tables.speech import SpeechCodes

SHARES = {"harm.weapons": 0.04, "harm.fraud": 0.02, "harm.grooming": 0.0, "theme.scooters": 0.2, "theme.litter": 0.0}
PARTS = {"target.nogen": ("attack", 0.6), "target.badebroen": ("attack", 0.3), "target.zzz": ("attack", 0.0),
         "ground.religion": ("hate", 0.7), "ground.class": ("hate", 0.4)}
OFTEN = 4  # the topic in which attacks are frequent
DRAWN = (20, 180, 900)
_MADE: dict[int, SpeechCodes] = {}


def has(post: dict, code: str) -> bool:
    """Tell what is true of a post; what belongs to an attack or to hate is true only with it."""
    mark = chance(post["post_id"], code)
    if code in PARTS:
        whole, limit = PARTS[code]
        return mark < limit and has(post, whole)
    if code == "hate":
        return mark < 0.5 and has(post, "attack")
    if code == "recognition":
        return mark < (0.3 if post["kind"] == "group" else 0.0)
    return mark < (SHARES[code] if code in SHARES else 0.45 if post["topic"] == OFTEN else 0.12)


def coded(town: Town) -> SpeechCodes:
    """Return the audit of the town's quarter, made once."""
    if id(town) not in _MADE:
        posts = [p for p in town.within(QUARTER) if isinstance(p["text"], str)]
        truth = pd.DataFrame([{"post_id": p["post_id"], **{code: has(p, code) for code in (
            "attack", "hate", "recognition", *PARTS, *SHARES)}} for p in posts])
        _MADE[id(town)] = audit_world(town.part(QUARTER), truth, period=QUARTER, drawn=DRAWN, noise=0.25)
    return _MADE[id(town)]
