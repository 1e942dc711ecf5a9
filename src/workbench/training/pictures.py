"""The pictures that answer a guess, some with sliders: of the made-up city, or of a calculation to play with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.training.drawing import draw_bars, draw_dots, draw_feed, draw_messages, draw_post, draw_table
from workbench.training.questions import FALSE, FOUND, Span
from workbench.training.town import Town
from workbench.training.toys import (
    SCHOOL,
    count_alarms,
    draw_classes,
    rank_feed,
    read_points,
    score_message,
    spread_rumour,
)
from workbench.training.youth import find_group, find_rumour, list_small_counts, list_youth_topics

DOTS = 100
MESSAGES = tuple(f"m{n}" for n in range(1, 9))
MEAN = ("m1", "m4", "m8")  # as people read them: plain, ironic, without a single bad word
# of the feed: reactions, closeness, newness, each 0 to 10; the heated ones bring reactions, not truth
FEED = {"argue": (10, 1, 4), "rumour": (9, 2, 3), "angry": (7, 1, 6), "friend": (2, 10, 5), "team": (3, 8, 8),
        "homework": (1, 6, 10), "cat": (5, 4, 2)}
HEATED = ("argue", "rumour", "angry")
_TOP = 3
_STEPS = 4  # of the post whose surroundings are shown bit by bit


@dataclass(frozen=True)
class Slider(Span):
    """A slider beside a picture.

    Attributes
    ----------
    name
        Its label is in the words of the control under it.
    """

    name: str = ""


@dataclass(frozen=True)
class Shown:
    """What is shown: HTML, and facts for the sentence under it."""

    html: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """How a picture is drawn from the town, the words of its control and where its sliders stand."""

    draw: Callable[[Town, Mapping[str, str], Mapping[str, int]], Shown]
    sliders: tuple[Slider, ...] = ()
    is_drawn_again: bool = False


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


def _slider(name: str, low: int, high: int, start: int, step: int = 1) -> Slider:
    return Slider(low=low, high=high, step=step, start=start, name=name)


def _draw_youth(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    told = list_youth_topics(town)
    rows = [(said[row.topic], row.posts, said["row"].format(posts=row.posts, arenas=row.arenas), False)
            for row in _rows(told)]
    share = round(100 * told["posts"].sum() / len(town.quarter.posts))
    return Shown(draw_bars(said["caption"], rows), {"percent": share, "posts": len(town.quarter.posts)})


def _draw_cell(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    told = list_small_counts(town)
    rows = [((row.label, row.posts, row.authors), row.authors == 1) for row in _rows(told)]
    return Shown(draw_table(said["caption"], (said["topic"], said["posts"], said["authors"]), rows),
                 {"one": int(told["authors"].eq(1).sum())})


def _draw_rumour(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    told = find_rumour(town)
    names = {arena: said["place"].format(number=n) for n, arena in enumerate(told.told["arena_id"].unique(), start=1)}
    rows = [((f"{row.at:%H:%M}", names.get(row.arena_id, said["elsewhere"]), said[row.platform],
              said["correction" if row.is_correction else "claim"]), row.is_correction)
            for row in _rows(told.posts)]
    heads = (said["time"], said["arena"], said["platform"], said["what"])
    return Shown(draw_table(said["caption"], heads, rows), {"places": len(names), "minutes": told.minutes,
                                                            "posts": len(told.told)})


def _draw_group(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    told = find_group(town).count_within(values["seconds"])
    rows = [(said["account"].format(number=n), row.times, said["times"].format(times=row.times), False)
            for n, row in enumerate(_rows(told), start=1)]
    return Shown(draw_bars(said["caption"].format(seconds=values["seconds"]), rows),
                 {"accounts": int(told["times"].gt(0).sum()), "seconds": values["seconds"]})


def _draw_meaning(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    step = values["around"]
    return Shown("".join(draw_post(said[f"post{n}"]) for n in range(1, step + 1)), {"guess": said[f"reads{step}"]})


def _draw_spread(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    days = spread_rumour(values["tells"], values["checks"], values["days"])
    heard = round(days[-1])
    on = round(DOTS * days[-1] / SCHOOL) or 1
    facts = {"heard": heard, "of": SCHOOL, "days": values["days"]}
    return Shown(draw_dots(said["dots"].format(**facts), on, 0, DOTS), facts)


def _draw_filter(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    points, limit, rows = read_points(said["points"]), values["limit"], []
    wrong = 0
    for name in MESSAGES:
        score, found = score_message(said[name], points)
        is_stopped, is_mean = score >= limit, name in MEAN
        wrong += is_stopped != is_mean
        machine = said["stopped" if is_stopped else "passed"].format(points=score)
        rows.append((said[name], found, machine, said["mean" if is_mean else "fine"], is_stopped != is_mean))
    return Shown(draw_messages((said["message"], said["machine"], said["people"]), rows), {"wrong": wrong})


def _draw_feed(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    order = rank_feed(FEED, [values[name] for name in ("reactions", "friends", "new")])
    posts = [(said[name], said["line"].format(reactions=FEED[name][0] * 12), name in HEATED) for name in order]
    return Shown(draw_feed(posts[:_TOP + 2]), {"heated": sum(name in HEATED for name in order[:_TOP]), "top": _TOP})


def _draw_alarms(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    right, wrong = count_alarms(values["attacks"], FOUND, values["false"])
    both = right + wrong
    of_ten = round(10 * wrong / both) if both else 0
    facts = {"right": right, "wrong": wrong, "both": both, "of_ten": of_ten}
    rows = [(said["right"], right, str(right), False), (said["wrong"], wrong, str(wrong), True)]
    return Shown(draw_bars(said["caption"], rows), facts)


def _draw_classes(town: Town, said: Mapping[str, str], values: Mapping[str, int]) -> Shown:
    told = draw_classes(values["size"], seed=values["round"])
    rows = [(said["class"].format(number=n), share, said["share"].format(share=share), False)
            for n, share in enumerate(told, start=1)]
    return Shown(draw_bars(said["caption"], rows, whole=100),
                 {"low": min(told), "high": max(told), "size": values["size"]})


PICTURES: dict[str, Picture] = {
    "youth": Picture(_draw_youth),
    "cell": Picture(_draw_cell),
    "rumour": Picture(_draw_rumour),
    "group": Picture(_draw_group, (_slider("seconds", 10, 600, 10, 10),)),
    "meaning": Picture(_draw_meaning, (_slider("around", 1, _STEPS, 1),)),
    "spread": Picture(_draw_spread, (
        _slider("tells", 1, 6, 3), _slider("checks", 0, 10, 0), _slider("days", 1, 10, 10))),
    "filter": Picture(_draw_filter, (_slider("limit", 1, 7, 1),)),
    "feed": Picture(_draw_feed, tuple(_slider(name, 0, 5, start) for name, start in (
        ("reactions", 5), ("friends", 1), ("new", 1)))),
    "alarms": Picture(_draw_alarms, (_slider("attacks", 0, 500, 40, 10), _slider("false", 0, 30, FALSE))),
    "classes": Picture(_draw_classes, (_slider("size", 2, 500, 4, 2),), is_drawn_again=True),
}
