"""When, where, about what and in which language the town posts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from workbench.city.lexicon import LANGUAGES, PEAK, RISER, Lexicon
from workbench.city.people import RING, random_code

START = pd.Timestamp("2024-07-01", tz="UTC")
DAYS = 65 * 7
CLOSED, REOPENED = date(2025, 5, 14), date(2025, 5, 22)
RENAMED = date(2025, 8, 6)
EARLY_EXPORT = date(2025, 6, 30)  # last day in it
OCCASIONS = 14  # on which the ring shares one link
NO_TOPIC = -1

_SPOKEN = {"closed": (None, CLOSED), "reopened": (REOPENED, None), "silent": (None, date(2025, 6, 18))}
_NEW = (date(2025, 7, 9), date(2025, 7, 21))
_PEAK_DAY = 59 * 7  # Monday of 2025-W34
_SURE = 28  # posts of each fixed arena in each quarter
_SMALLTALK = 0.12
_MAIN = 0.7  # of the posts of a Swedish or English arena are in that language
_TARGET = {"sv": 0.08, "en": 0.07}
_HOURS = np.array([2, 1, 1, 1, 2, 5, 9, 9, 7, 7, 8, 9, 9, 9, 10, 12, 13, 14, 15, 15, 13, 10, 7, 4], dtype=float)
_WEEKDAYS = np.array([1.0, 1.0, 1.0, 1.02, 1.08, 0.97, 0.93])


def make_arenas(lexicon: Lexicon, rng: np.random.Generator) -> pd.DataFrame:
    """Make the arenas; `first_day` and `last_day` count from the start, both included."""
    columns = ["format", "title", "handle", "kind", "weight", "community", "language", "role"]
    arenas = pd.DataFrame(lexicon.arenas, columns=columns).astype({"weight": float, "community": int})
    arenas["platform"] = np.where(arenas["format"] == "youtube", "youtube", "telegram")
    ids = rng.choice(np.arange(1_900_000_000, 1_999_999_999, 101), len(arenas), replace=False)
    arenas["native_id"] = [f"UC{random_code(rng, 22)}" if platform == "youtube" else str(number)
                           for platform, number in zip(arenas["platform"], ids, strict=True)]
    arenas["chat"] = arenas["native_id"].where(arenas["format"] != "fourcat", arenas["handle"])
    spans = arenas["role"].map(_SPOKEN.get).tolist()
    for row, day in zip(arenas.index[arenas["role"] == "new"], _NEW, strict=True):
        spans[row] = (day, None)
    arenas["first_day"] = [_day(span[0]) if span and span[0] else 0 for span in spans]
    arenas["last_day"] = [_day(span[1]) - 1 if span and span[1] else DAYS - 1 for span in spans]
    return arenas


def _day(day: date) -> int:
    return (day - START.date()).days


def _quarters() -> np.ndarray:
    days = pd.date_range(START, periods=DAYS)
    return np.asarray(days.year * 4 + days.quarter - (2024 * 4 + 3))


def _intensity(arenas: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return the relative volume of each arena (rows) on each day: trend, season, noise by week."""
    day = np.arange(DAYS)
    weeks = rng.gamma(200, 1 / 200, 65)[day // 7]
    own = rng.gamma(16, 1 / 16, (len(arenas), 65))[:, day // 7]
    season = (1 + 0.1 * day / DAYS) * (1 + 0.06 * np.cos(2 * np.pi * (day - 190) / 365)) * _WEEKDAYS[day % 7]
    first, last = (arenas[c].to_numpy()[:, None] for c in ("first_day", "last_day"))
    return np.asarray(arenas["weight"].to_numpy()[:, None] * own * season * weeks * ((first <= day) & (day <= last)))


def _ordinary(arenas: pd.DataFrame, number: int, rng: np.random.Generator) -> pd.DataFrame:
    cells = _intensity(arenas, rng)
    quarters = _quarters()
    counts = np.zeros_like(cells, dtype=np.int64)
    for arena in arenas.index[arenas["role"].isin(["", "hub", "bridge"])]:
        for quarter in range(5):
            chance = cells[arena] * (quarters == quarter)
            counts[arena] += rng.multinomial(_SURE, chance / chance.sum())
    rest = rng.multinomial(number - counts.sum(), (cells / cells.sum()).ravel())
    arena, day = np.divmod(np.repeat(np.arange(cells.size), rest + counts.ravel()), DAYS)
    seconds = rng.choice(24, number, p=_HOURS / _HOURS.sum()) * 3600 + rng.integers(0, 3600, number)
    return pd.DataFrame({"arena": arena, "seconds": day * 86400 + seconds})


def _burst(arenas: pd.DataFrame, number: int, topic: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the posts that make the peak: three days, over many arenas."""
    spoken = (arenas["first_day"] < _PEAK_DAY - 7) & (arenas["last_day"] > _PEAK_DAY)
    chance = np.sqrt(arenas["weight"].to_numpy()) * spoken
    day = rng.choice(7, number, p=[0.05, 0.1, 0.3, 0.3, 0.15, 0.06, 0.04])
    seconds = rng.integers(7 * 3600, 22 * 3600, number)
    return pd.DataFrame({"arena": rng.choice(len(arenas), number, p=chance / chance.sum()),
                         "seconds": (_PEAK_DAY + day) * 86400 + seconds, "topic": topic})


def _ring(arenas: pd.DataFrame, topics: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the posts of the ring: on each occasion all its accounts share one link within 28 s."""
    groups = arenas.index[(arenas["format"] == "desktop") & (arenas["kind"] == "group") & (arenas["role"] == "")]
    places = rng.choice(groups, 5, replace=False)
    days = np.sort(rng.choice(np.arange(150, 400), OCCASIONS, replace=False))
    start = np.repeat(days * 86400 + rng.integers(8 * 3600, 20 * 3600, OCCASIONS), RING)
    occasion = np.repeat(np.arange(OCCASIONS), RING)
    return pd.DataFrame({"arena": rng.choice(places, OCCASIONS * RING), "ring": np.tile(np.arange(RING), OCCASIONS),
                         "seconds": start + rng.integers(0, 28, OCCASIONS * RING),
                         "occasion": occasion, "topic": occasion % topics, "language": "da"})


def _languages(plan: pd.DataFrame, arenas: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    main = arenas["language"].to_numpy()[plan["arena"]]
    chance = {}
    for code, target in _TARGET.items():
        own = (main == code).mean()
        others = max((target - _MAIN * own) / (1 - own), 0.005)
        chance[code] = np.where(main == code, _MAIN, others)
    draw = rng.random(len(plan))
    return np.select([draw < chance["sv"], draw < chance["sv"] + chance["en"]], ["sv", "en"], "da")


def _topics(plan: pd.DataFrame, lexicon: Lexicon, arenas: int, rng: np.random.Generator) -> np.ndarray:
    """Draw topics: each arena has its own mix of all but the planted two, constant but for noise by week."""
    share = np.array([t.share for t in lexicon.topics])
    share = share / share.sum()
    names = [t.id for t in lexicon.topics]
    planted = np.array([t.id in (PEAK, RISER) for t in lexicon.topics])
    mix = 0.5 * share + 0.5 * rng.dirichlet(15 * share, arenas)
    mix[:, ~planted] *= share[~planted].sum() / mix[:, ~planted].sum(axis=1, keepdims=True)
    mix[:, planted] = share[planted]
    # noise by week that cancels out over each quarter
    noise = np.clip(rng.gamma(45, 1 / 45, (5, 13, len(share))), 0.75, 1.3)
    weeks = (noise / noise.mean(axis=1, keepdims=True)).reshape(65, len(share))
    day = plan["seconds"].to_numpy() // 86400
    quarter = _quarters()[day]
    chance = mix[plan["arena"]] * weeks[day // 7]
    chance[:, names.index(RISER)] *= np.where(quarter == 4, 2.2, 1.0)
    # the burst comes on top, so the topic is quieter in the other weeks and its share stays
    chance[:, names.index(PEAK)] *= np.where(quarter == 4, 0.7, 1.0)
    known = np.array([[language in t.words for t in lexicon.topics] for language in LANGUAGES])
    chance *= known[[LANGUAGES.index(language) for language in plan["language"]]]
    chance *= (1 - _SMALLTALK) / chance.sum(axis=1, keepdims=True)
    draw = _even_draws(plan, quarter, rng)
    topic = (chance.cumsum(axis=1) < draw[:, None]).sum(axis=1)
    return np.where(topic < len(share), topic, NO_TOPIC)


def _even_draws(plan: pd.DataFrame, quarter: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw from 0 to 1 evenly within each arena, language and quarter, so that shares do not move by chance."""
    order = np.lexsort((rng.random(len(plan)), quarter, plan["language"].astype(str), plan["arena"]))
    draws = np.empty(len(plan))
    draws[order] = (rng.random() + np.arange(len(plan)) * (np.sqrt(5) - 1) / 2) % 1
    return draws


def _labels(plan: pd.DataFrame, lexicon: Lexicon, rng: np.random.Generator) -> pd.DataFrame:
    heat = np.array([*(t.heat for t in lexicon.topics), 0.6])[plan["topic"]]
    free = ((plan["ring"] < 0) & ~plan["is_move"]).to_numpy()
    attack = (rng.random(len(plan)) < 0.041 * heat / heat.mean()) & free
    hate = attack & (rng.random(len(plan)) < 0.25)
    recognition = ~attack & (rng.random(len(plan)) < 0.2 / 0.95) & free
    return plan.assign(attack=attack, hate=hate, recognition=recognition)


def plan_posts(lexicon: Lexicon, arenas: pd.DataFrame, *, posts: int, rng: np.random.Generator) -> pd.DataFrame:
    """Plan every post: `arena`, `seconds` (from the start), `language`, `topic`, labels and roles.

    Returns
    -------
    plan
        Exactly `posts` rows in order of time. `ring` is the member of the ring that writes,
        -1 elsewhere; `topic` is a position in the lexicon, -1 for small talk.
    """
    names = [t.id for t in lexicon.topics]
    ring = _ring(arenas, len(names), rng)
    peak = names.index(PEAK)
    extra = round(6.6 * posts / 65 * (1 - _SMALLTALK) * lexicon.topics[peak].share)
    burst = _burst(arenas, extra, peak, rng)
    old, new = (int(arenas.index[arenas["role"] == role][0]) for role in ("closed", "reopened"))
    hours = [_day(CLOSED) * 24 + 16, _day(REOPENED) * 24 + 9]
    move = pd.DataFrame({"arena": [old, new], "seconds": np.array(hours) * 3600, "is_move": [True, False],
                         "topic": [NO_TOPIC, None], "language": ["da", None]})
    usual = _ordinary(arenas, posts - len(ring) - len(burst) - len(move), rng)
    plan = pd.concat([usual, burst, ring, move], ignore_index=True)
    plan = plan.assign(ring=plan["ring"].fillna(-1).astype(int), occasion=plan["occasion"].fillna(-1).astype(int),
                       is_move=plan["is_move"].eq(True))
    plan = plan.sort_values(["seconds", "arena", "ring"], kind="stable", ignore_index=True)
    language = plan["language"].astype(object)
    plan["language"] = language.where(language.notna(), _languages(plan, arenas, rng))
    drawn = _topics(plan, lexicon, len(arenas), rng)
    plan["topic"] = plan["topic"].fillna(pd.Series(drawn, index=plan.index)).astype(int)
    return _labels(plan, lexicon, rng)
