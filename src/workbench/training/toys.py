"""Small calculations to play with: a rumour, a filter of words, a feed, alarms that are wrong, small samples."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

SCHOOL = 400  # pupils to whom the rumour can come
_WORD_POINTS = re.compile(r"(.+?)\s+(\d+)\s*(?:,|$)")


def spread_rumour(tells: int, checks: int, days: int) -> list[float]:
    """Spread a rumour in a school: who hears it tells it on the day after, once, to others at random.

    Parameters
    ----------
    tells
        How many each tells.
    checks
        How many of ten look first whether it is true, and then tell nobody.
    days
        After the first.

    Returns
    -------
    heard
        How many have heard it on each day, the first included; what is to be expected (Reed and Frost).
    """
    heard, new = [1.0], 1.0
    for _ in range(days):
        telling = new * tells * (1 - checks / 10)
        new = (SCHOOL - heard[-1]) * (1 - math.exp(-telling / SCHOOL))
        heard.append(heard[-1] + new)
    return heard


def read_points(text: str) -> dict[str, int]:
    """Read words and their points, such as ``hate 2, stupid 1``."""
    return {word.strip(): int(points) for word, points in _WORD_POINTS.findall(text)}


def score_message(text: str, points: Mapping[str, int]) -> tuple[int, list[str]]:
    """Score a message as a filter of words does: the points of the words in it, and these words."""
    found = [word for word in points if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]
    return sum(points[word] for word in found), found


def rank_feed(posts: Mapping[str, tuple[int, int, int]], weights: Sequence[int]) -> list[str]:
    """Rank posts: reactions, closeness and newness, each times its weight; alike ones keep their order."""
    return sorted(posts, key=lambda name: -sum(w * v for w, v in zip(weights, posts[name], strict=True)))


def count_alarms(attacks: int, found: int, false: int) -> tuple[int, int]:
    """Count right and wrong alarms in a thousand messages.

    Parameters
    ----------
    attacks
        In the thousand.
    found
        Of a hundred attacks, how many the machine finds.
    false
        Of a hundred ordinary messages, how many it takes for an attack.
    """
    return round(attacks * found / 100), round((1000 - attacks) * false / 100)


def draw_classes(size: int, *, seed: int, classes: int = 8) -> list[int]:
    """Ask classes in which everybody says yes or no by the throw of a coin, and return the percentages of yes."""
    drawn = np.random.default_rng(seed).binomial(size, 0.5, classes)
    return [round(100 * int(yes) / size) for yes in drawn]
