"""What happened once in the town: a rumour, a crawler that stopped, a person alone in a cell, a name that leaked."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pandas as pd

from workbench.city.lexicon import Lexicon
from workbench.city.people import random_code
from workbench.city.timeline import START

_RUMOUR_AT = pd.Timestamp("2025-09-23 13:40", tz="UTC")  # a Tuesday afternoon, a week before the town ends
_FAULT = "lillehavn_uncut"
_FAULT_DAYS = (pd.Timestamp("2025-09-02", tz="UTC"), pd.Timestamp("2025-09-11", tz="UTC"))  # both without a post
_ZONE_AHEAD = pd.Timedelta(hours=2)  # of Danish summer: a day is empty by its clock too
_ALONE = "maagevej_debat"
_FEW = 4  # posts in a cell that is too small
_PERIOD = "2025Q3"


def add_happenings(posts: pd.DataFrame, planted: pd.DataFrame, arenas: pd.DataFrame, lexicon: Lexicon, *,
                   seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the rumour, put a place beside the name that leaks, and let one person alone write about a topic in an arena.

    All other posts keep their words and their order; what came after the rumour in a chat has later numbers.

    Parameters
    ----------
    posts
        Numbered and with what was planted, in order of time.

    Returns
    -------
    posts
        With `role`: rumour, correction, alone or leaked, empty elsewhere.
    planted
        With `row` as the posts are numbered now.
    """
    posts = _alone(posts.assign(role=""), arenas)
    posts = _leaked(posts, planted, arenas, lexicon.happenings["leaked"])
    told = _rumour(posts, arenas, lexicon, seed=seed)
    joined = pd.concat([posts, told], ignore_index=True)
    order = np.argsort(joined["seconds"].to_numpy(), kind="stable")
    place = np.empty(len(order) + 1, dtype=int)  # the last one is for -1, no post
    place[order], place[-1] = np.arange(len(order)), -1
    sorted_posts = joined.iloc[order].reset_index(drop=True)
    sorted_posts = sorted_posts.assign(**{name: place[sorted_posts[name]] for name in ("reply_to", "copy_of")})
    return _renumbered(sorted_posts, arenas, seed=seed), planted.assign(row=place[planted["row"]])


def _in_period(posts: pd.DataFrame) -> np.ndarray:
    return np.asarray(posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str) == _PERIOD)


def _alone(posts: pd.DataFrame, arenas: pd.DataFrame) -> pd.DataFrame:
    """Let the first who writes of a topic, of which an arena has few posts in the quarter, write all of them."""
    own = posts[posts["arena"] == _row(arenas, _ALONE)]
    busy = own["account"].isin(own["account"].value_counts().loc[lambda count: count > _FEW].index)
    told = own[_in_period(own) & own["topic"].ge(0)]
    found = told.groupby("topic").agg(count=("arena", "size"))
    # whoever loses a post here has others in the arena, so nobody disappears from it
    found["busy"] = busy[told.index].groupby(told["topic"]).mean()
    few = found[found["count"].between(2, _FEW)] if found["count"].between(2, _FEW).any() else found
    topic = few.sort_values(["count", "busy"], ascending=[False, False], kind="stable").index[0]
    rows = told.index[told["topic"] == topic]
    return posts.assign(account=posts["account"].where(~posts.index.isin(rows), posts.at[rows[0], "account"]),
                        role=posts["role"].where(~posts.index.isin(rows), "alone"))


def _leaked(posts: pd.DataFrame, planted: pd.DataFrame, arenas: pd.DataFrame, words: dict[str, str]) -> pd.DataFrame:
    """Write a place that looks like a name after the first name that stands in a Danish post of the quarter."""
    rows = planted.loc[planted["kind"] == "name", "row"].sort_values()
    fits = _in_period(posts) & posts["language"].eq("da") & posts["role"].eq("")
    fits &= posts["arena"].ne(_row(arenas, _FAULT))
    changed = posts.index == rows[rows.isin(posts.index[fits])].iloc[0]
    sentence = words["sentence"].format(place=words["place"])
    return posts.assign(text=posts["text"].mask(changed, posts["text"].str.rstrip(".") + f". {sentence}"),
                        role=posts["role"].mask(changed, "leaked"))


def _row(arenas: pd.DataFrame, handle: str) -> int:
    return int(arenas.index[arenas["handle"] == handle][0])


def _rumour(posts: pd.DataFrame, arenas: pd.DataFrame, lexicon: Lexicon, *, seed: int) -> pd.DataFrame:
    """Return the rows of the rumour, its copies and its correction; the copies point at the first one."""
    words = lexicon.happenings["rumour"]
    rnd = Random(f"rumour-{seed}")
    plan = [line.split("|") for line in words["spread"].split()]
    changes = rnd.sample(words["changed"].strip().splitlines(), len(plan) - 1)
    texts = [words["first"], *(change.format(text=words["first"]) for change in changes), words["correction"]]
    minutes, handles = zip(*plan, words["correction_at"].split("|"), strict=True)
    places = [_row(arenas, handle) for handle in handles]
    seconds = [int((_RUMOUR_AT - START).total_seconds()) + int(m) * 60 + rnd.randrange(60) for m in minutes]
    topic = next(n for n, topic in enumerate(lexicon.topics) if topic.id == words["topic"])
    told = pd.DataFrame({
        "arena": places, "seconds": seconds, "text": texts, "topic": topic, "language": "da", "message": None,
        "role": ["rumour"] * len(plan) + ["correction"], "account": _tellers(posts, arenas, places, rnd),
        "copy_of": [-1, *[len(posts)] * (len(plan) - 1), -1], "reply_to": -1, "ring": -1, "occasion": -1,
        **dict.fromkeys(("is_move", "attack", "hate", "recognition", "is_near_copy"), False),
    })
    told["posted_at"] = (START + pd.to_timedelta(told["seconds"], unit="s")).astype(posts["posted_at"].dtype)
    return told.assign(fan=told["account"].where(told["account"] >= 0, told["account"].iloc[0]))


def _tellers(posts: pd.DataFrame, arenas: pd.DataFrame, places: list[int], rnd: Random) -> list[int]:
    """Choose who tells in each place: members who write there, nobody twice; -1 where the arena speaks."""
    chosen: list[int] = []
    for place in places:
        if arenas.at[place, "kind"] == "channel":
            chosen.append(-1)
            continue
        own = posts.loc[posts["arena"].eq(place) & posts["ring"].lt(0), "account"]
        chosen.append(rnd.choice(sorted(set(own) - set(chosen))))
    return chosen


def _renumbered(posts: pd.DataFrame, arenas: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Give numbers to what was added; a later post keeps its number where there is room for it."""
    rng = np.random.default_rng([seed, 4])
    message, video = posts["message"].tolist(), posts["video"].tolist()
    for arena in posts.loc[posts["message"].isna(), "arena"].unique():
        last = 0
        for row in posts.index[posts["arena"] == arena]:
            if arenas.at[arena, "format"] != "youtube":
                last = max(int(message[row] or 0), last + 1)
                message[row] = str(last)
            elif message[row] is None:
                message[row], video[row] = f"Ug{random_code(rng, 24)}", video[last]
            else:
                last = row
    return posts.assign(message=message, video=pd.Series(video, index=posts.index, dtype=object))


def lose_days(posts: pd.DataFrame, planted: pd.DataFrame, arenas: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame,
                                                                                           int]:
    """Leave out what an arena wrote while its crawler stood still.

    Returns
    -------
    posts
        Replies still name the lost message they answer; a copy of a lost post is a copy no more.
    planted
        Without what was in them.
    lost
        How many posts.
    """
    first, last = _FAULT_DAYS
    is_lost = posts["arena"].eq(_row(arenas, _FAULT)) & posts["posted_at"].ge(first - _ZONE_AHEAD) \
        & posts["posted_at"].lt(last + pd.Timedelta(days=1))
    kept = ~is_lost.to_numpy()
    place = np.append(np.where(kept, kept.cumsum() - 1, -1), -1)
    left = posts[kept].reset_index(drop=True)
    left = left.assign(**{name: place[left[name]] for name in ("reply_to", "copy_of")})
    planted = planted[kept[planted["row"]]].reset_index(drop=True)
    return left, planted.assign(row=place[planted["row"]]), int(is_lost.sum())


def tell_happenings(posts: pd.DataFrame, true: pd.DataFrame, planted: pd.DataFrame, arenas: pd.DataFrame,
                    lexicon: Lexicon, *, lost: int) -> dict[str, dict[str, Any]]:
    """Return what `Truth` says of all this, by the name of its attribute.

    Parameters
    ----------
    posts, true
        Rows as they were made, and as the truth shows them.
    planted
        `kind`, `value` and `row`.
    """
    native = arenas["native_id"].to_numpy()[posts["arena"]]
    keyed = true[["format", "chat", "message"]].astype(str).assign(
        arena=native, at=true["posted_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    at = {role: posts.index[posts["role"] == role] for role in ("rumour", "correction", "alone", "leaked")}
    fault, alone = (arenas.loc[_row(arenas, handle)] for handle in (_FAULT, _ALONE))
    first, last = _FAULT_DAYS
    cell = keyed.loc[at["alone"]]
    leak = at["leaked"][0]
    name = planted[(planted["row"] == leak) & (planted["kind"] == "name")].iloc[0]
    return {
        "rumour": _tell_rumour(keyed.loc[at["rumour"]], keyed.loc[at["correction"][0]], arenas, lexicon),
        "crawler_fault": {"kind": "gap", "arena": fault["native_id"], "format": "4cat-telegram", "chat": fault["chat"],
                          "title": fault["title"], "first_day": str(first.date()), "last_day": str(last.date()),
                          "days": (last - first).days + 1, "posts": lost},
        "small_cell": {**{key: cell.iloc[0][key] for key in ("arena", "format", "chat")}, "title": alone["title"],
                       "topic": str(true.at[at["alone"][0], "topic"]), "period": _PERIOD, "count": len(cell),
                       "authors": int(true.loc[at["alone"], "account"].nunique()), "messages": cell["message"].tolist(),
                       "account": str(true.at[at["alone"][0], "account"])},
        "leaked": {"value": str(name["value"]), **keyed.loc[leak].drop("at").to_dict(),
                   "place": lexicon.happenings["leaked"]["place"]},
    }


def _tell_rumour(told: pd.DataFrame, correction: pd.Series, arenas: pd.DataFrame, lexicon: Lexicon) -> dict[str, Any]:
    words = lexicon.happenings["rumour"]
    reached = told.drop_duplicates("arena").merge(arenas[["native_id", "title", "platform"]], left_on="arena",
                                                  right_on="native_id")
    reached["posts"] = reached["arena"].map(told["arena"].value_counts()).astype(int)
    times = pd.to_datetime([told["at"].iloc[0], told["at"].iloc[-1], correction["at"]])
    return {"topic": words["topic"], "claim": words["claim"], "words": list(words["words"]),
            "first": told.iloc[0].to_dict(),
            "arenas": reached[["native_id", "title", "platform", "format", "chat", "at", "posts"]].to_dict("records"),
            "platforms": sorted(set(reached["platform"])), "copies": len(told) - 1,
            "hours": round((times[1] - times[0]).total_seconds() / 3600, 1),
            "correction": correction.to_dict(), "minutes": int((times[2] - times[0]).total_seconds() // 60)}
