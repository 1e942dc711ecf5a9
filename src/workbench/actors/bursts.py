"""Test large rings among bursts: who takes part in the same bursts more often than one's activity explains (§0a)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.actors.nulls import tail_p
from workbench.actors.sweep import Pairs, Slots, count_followers

LEAST_BURSTS = 3  # two accounts meet once or twice in whatever everybody talks about
MOST_PAIRS = 20_000_000  # of members; the largest bursts, which tell least, are left out beyond that


@dataclass(frozen=True)
class Bursts:
    """Who took part in which burst.

    Attributes
    ----------
    members
        One row per burst and actor, columns `burst` (0, 1, …), `actor` and `slot` (its first share there), positions
        in the slots that were set aside.
    sizes
        Actors of each burst.
    """

    members: pd.DataFrame
    sizes: np.ndarray


def collect_bursts(aside: Slots, window_seconds: float) -> Bursts:
    """Return the largest burst of each object that was set aside: the shares within a window of its densest moment."""
    followers = count_followers(aside, window_seconds)
    order = np.lexsort((-followers, aside.item))
    first = order[np.flatnonzero(np.diff(aside.item[order], prepend=-1))]
    many = followers[first] + 1
    slot = np.repeat(first, many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    members = pd.DataFrame({"burst": np.repeat(np.arange(len(first)), many), "actor": aside.actor[slot], "slot": slot})
    members = members.drop_duplicates(["burst", "actor"], ignore_index=True)
    return Bursts(members, np.bincount(members["burst"], minlength=len(first)))


def rate_members(bursts: Bursts, other_shares: np.ndarray) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Return the pairs that met in three bursts or more, how many chance would make, and p.

    With m actors in a burst, and r an account's part of all shares outside bursts, λ is the sum over the bursts
    of min(m·r_i, 1)·min(m·r_j, 1): nobody takes part in a burst more than once.

    Parameters
    ----------
    other_shares
        Shares of each actor that are in no burst.

    Returns
    -------
    pairs, expected, p
        `pairs.objects` are the bursts that both took part in.
    """
    from scipy import sparse

    members, used = _few_enough(bursts.members)
    size = len(other_shares)
    took = sparse.csr_matrix((np.ones(len(members), dtype=np.int32), (members["actor"], members["burst"])),
                             shape=(size, len(bursts.sizes)))
    met = sparse.triu(took @ took.T, 1).tocoo()
    often = met.data >= LEAST_BURSTS
    by = np.lexsort((met.col[often], met.row[often]))
    one, two, weight = (side[often][by].astype(np.int64) for side in (met.row, met.col, met.data))
    part = (other_shares + 1.0) / (other_shares + 1.0).sum()
    expected = np.zeros(len(weight))
    for many, times in zip(*np.unique(bursts.sizes[used], return_counts=True), strict=True):
        expected += times * np.minimum(many * part[one], 1) * np.minimum(many * part[two], 1)
    none = np.zeros(len(weight), dtype=np.int32)
    return Pairs(one, two, weight, none, none), expected, tail_p(weight, expected)


def _few_enough(members: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the members that can meet often enough, in bursts small enough to compare them, and those bursts."""
    members = members[members.groupby("actor")["burst"].transform("size") >= LEAST_BURSTS]
    many = members["burst"].value_counts().sort_index().sort_values(kind="stable")
    used = many.index[np.cumsum(many.to_numpy(np.int64) ** 2) <= MOST_PAIRS].to_numpy(np.int64)
    return members[members["burst"].isin(used)], used


def collect_burst_slots(bursts: Bursts, pairs: Pairs, chosen: np.ndarray) -> pd.DataFrame:
    """Return the shares with which the chosen pairs of actors met in bursts.

    Returns
    -------
    found
        Columns `pair` (position in `pairs`), `slot_a`, `slot_b`: positions in the slots that were set aside.
    """
    wanted = pd.DataFrame({"pair": np.flatnonzero(chosen), "a": pairs.a[chosen], "b": pairs.b[chosen]})
    found = wanted.merge(bursts.members.rename(columns={"actor": "a", "slot": "slot_a"}), on="a")
    found = found.merge(bursts.members.rename(columns={"actor": "b", "slot": "slot_b"}), on=["b", "burst"])
    return found[["pair", "slot_a", "slot_b"]].sort_values(["pair", "slot_a"], ignore_index=True)
