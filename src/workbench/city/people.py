"""The made-up accounts of the town and who is in which arena."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from workbench.city.lexicon import Words

RING = 8  # accounts that act together
_TELEGRAM, _YOUTUBE = 900, 500
_FIRST = 18  # members of a group that are sure to post
_LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"))


def random_code(rng: np.random.Generator, length: int) -> str:
    """Return a code of letters, digits, ``_`` and ``-`` as YouTube gives them."""
    return "".join(rng.choice(_LETTERS, length))


def make_accounts(words: Words, rng: np.random.Generator) -> pd.DataFrame:
    """Make the accounts: `platform`, `native_id`, `name`, `handle`, `in_ring`.

    Family names are invented, so that no account bears the name of a person; a fifth of the
    Telegram accounts go by a nickname of one word.
    """
    pairs = np.array([f"{given} {family}" for given in words["given"] for family in words["family"]])
    names = rng.choice(pairs, _TELEGRAM + _YOUTUBE, replace=False).astype(object)
    numbers = rng.permutation(np.arange(100, 100 + len(names)))
    plain = names.copy()
    nick = rng.random(_TELEGRAM) < 0.2
    nick[:RING] = False
    plain[:_TELEGRAM][nick] = [
        f"{word}{number}" for word, number in zip(rng.choice(words["nicknames"], nick.sum()),
                                                  numbers[:_TELEGRAM][nick], strict=True)]
    handles = [f"{_ascii(name)}{number}" for name, number in zip(plain, numbers, strict=True)]
    ids = rng.choice(np.arange(100_000_000, 999_999_999, 97), _TELEGRAM, replace=False).astype(str)
    channels = [f"UC{random_code(rng, 22)}" for _ in range(_YOUTUBE)]
    return pd.DataFrame({
        "platform": ["telegram"] * _TELEGRAM + ["youtube"] * _YOUTUBE,
        "native_id": [*ids, *channels],
        "name": [*plain[:_TELEGRAM], *(f"@{handle}" for handle in handles[_TELEGRAM:])],
        "handle": handles,
        "in_ring": np.arange(len(names)) < RING,
    })


def _ascii(name: str) -> str:
    plain = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return re.sub(r"[^a-z]+", "_", plain)


def assign_accounts(plan: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame,
                    rng: np.random.Generator) -> np.ndarray:
    """Choose who writes each post: a row of `accounts`, -1 where the arena itself speaks.

    The most active member of an arena writes about a tenth; members that are sure to post
    keep every group at 15 accounts or more.
    """
    chosen = np.full(len(plan), -1)
    pools = {name: rows.to_numpy() for name, rows in accounts.index.to_series().groupby(accounts["platform"])}
    for arena, rows in plan.groupby("arena").indices.items():
        if arenas.at[arena, "kind"] == "channel":
            continue
        size = min(25 + len(rows) // 5, 160)
        members = rng.choice(pools[arenas.at[arena, "platform"]], size, replace=False)
        activity = 1 / np.arange(4, size + 4) ** 0.8
        chosen[rows] = rng.choice(members, len(rows), p=activity / activity.sum())
        sure = rng.choice(rows, min(_FIRST, len(rows)), replace=False)
        chosen[sure] = members[: len(sure)]
    return np.where(plan["ring"] >= 0, plan["ring"], chosen)
