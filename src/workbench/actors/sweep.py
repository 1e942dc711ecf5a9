"""Pairs of accounts that share one thing within a window, found by sorting and sweeping.

A slot is one share: an actor, an object, a time. Slots are sorted by object and time, so those
within the window of a slot stand right behind it, and no two slots further apart are ever paired.
Pairs are made and counted by blocks of objects; only the counts of a block stay in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

MICROSECONDS = 1_000_000
BLOCK_PAIRS = 4_000_000


@dataclass(frozen=True)
class Slots:
    """Shares in order of object and time, as numbers.

    Attributes
    ----------
    actor, item, post
        Positions in `actor_ids`, in the objects and in `post_ids`, per slot.
    time
        Microseconds since 1970, per slot.
    actor_ids, post_ids
        What the numbers stand for, in sorted order, so that equal tables give equal numbers.
    objects
        How many there are.
    """

    actor: np.ndarray
    item: np.ndarray
    time: np.ndarray
    post: np.ndarray
    actor_ids: pd.Index
    post_ids: np.ndarray
    objects: int

    def keep(self, chosen: np.ndarray) -> Slots:
        """Return the slots chosen by a mask; the numbers keep their meaning."""
        return Slots(self.actor[chosen], self.item[chosen], self.time[chosen], self.post[chosen],
                     self.actor_ids, self.post_ids, self.objects)


@dataclass(frozen=True)
class Pairs:
    """Pairs of actors a < b (positions in `Slots.actor_ids`) sorted by a and b, with their counts."""

    a: np.ndarray
    b: np.ndarray
    objects: np.ndarray
    posts_a: np.ndarray
    posts_b: np.ndarray


def choose_pairs(pairs: Pairs, chosen: np.ndarray) -> Pairs:
    """Return the pairs chosen by a mask."""
    return Pairs(pairs.a[chosen], pairs.b[chosen], pairs.objects[chosen], pairs.posts_a[chosen], pairs.posts_b[chosen])


def order_slots(shares: pd.DataFrame) -> Slots:
    """Sort shares; a post that shares an object twice counts once.

    Parameters
    ----------
    shares
        Columns `actor_id`, `object_id`, `shared_at` (UTC), `post_id`.
    """
    actor, actor_ids = _numbered(shares["actor_id"])
    item, objects = pd.factorize(shares["object_id"])
    # post ids are numbered as they come: sorting millions of them would say nothing more
    post, post_ids = pd.factorize(shares["post_id"])
    time = shares["shared_at"].dt.as_unit("us").to_numpy(dtype="datetime64[us]").view(np.int64)
    order = np.lexsort((time, item))
    slots = Slots(actor[order], item[order], time[order], post[order], actor_ids, np.asarray(post_ids, dtype=object),
                  len(objects))
    if len(post_ids) == len(post):
        return slots
    again = pd.DataFrame({"post": slots.post, "item": slots.item}).duplicated().to_numpy()
    return slots.keep(~again) if again.any() else slots


def _numbered(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    code, found = pd.factorize(values)
    order = np.argsort(np.asarray(found, dtype=object), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[code], pd.Index(found).take(order)


def count_followers(slots: Slots, window_seconds: float) -> np.ndarray:
    """Return how many later slots of the same object lie within the window of each slot."""
    if not len(slots.time):
        return np.zeros(0, dtype=np.int64)
    reach = round(window_seconds * MICROSECONDS)
    gaps = np.diff(slots.time)
    # gaps are cut just above the window: two slots are within it exactly if all gaps between them sum to it or less
    gaps = np.where(np.diff(slots.item) == 0, np.minimum(gaps, reach + 1), reach + 1)
    place = np.concatenate([[0], np.cumsum(gaps)])
    return np.asarray(np.searchsorted(place, place + reach, side="right") - np.arange(len(place)) - 1)


def set_aside_bursts(slots: Slots, window_seconds: float, most_followers: int) -> tuple[Slots, np.ndarray, Slots]:
    """Leave out objects with a slot that more than `most_followers` other actors follow within the window.

    One actor that repeats itself must not set an object aside for everybody. Where a slot has too many
    followers, repeats of an actor on that object within the window of its last slot that counted do not
    count, for the null as little as for the tie; only an object that is too busy even so is set aside.

    Returns
    -------
    slots, followers, aside
        What is left, its followers, and the slots of the objects that were set aside.
    """
    is_busy = _in_bursts(slots, count_followers(slots, window_seconds), most_followers)
    if is_busy.any():
        chosen = ~is_busy
        chosen[is_busy] = ~_repeats(slots.keep(is_busy), window_seconds)
        slots = slots.keep(chosen)
    followers = count_followers(slots, window_seconds)
    in_burst = _in_bursts(slots, followers, most_followers)
    return slots.keep(~in_burst), followers[~in_burst], slots.keep(in_burst)


def _in_bursts(slots: Slots, followers: np.ndarray, most_followers: int) -> np.ndarray:
    """Return whether each slot is of an object of which some slot has too many followers."""
    in_burst = np.zeros(slots.objects, dtype=bool)
    in_burst[slots.item[followers > most_followers]] = True
    return np.asarray(in_burst[slots.item])


def _repeats(slots: Slots, window_seconds: float) -> np.ndarray:
    """Return whether each slot lies within the window after one of the same actor and object that counts."""
    own = np.lexsort((slots.time, slots.actor, slots.item))
    item, actor, time = slots.item[own], slots.actor[own], slots.time[own]
    reach = round(window_seconds * MICROSECONDS)
    is_close = (np.diff(item) == 0) & (np.diff(actor) == 0) & (np.diff(time) <= reach)
    # what lies further from the one before counts whatever came earlier, so runs are walked side by side
    run = np.cumsum(np.append(True, ~is_close)) - 1
    since = time - time[np.flatnonzero(np.append(True, ~is_close))][run]
    # times within runs laid end to end, with room for a window between them
    place = since + run * (int(since.max(initial=0)) + reach + 1)
    counts = np.zeros(len(own), dtype=bool)
    at = np.flatnonzero(np.append(True, ~is_close))
    while len(at):
        counts[at] = True
        after = np.searchsorted(place, place[at] + reach, side="right")
        inside = after < len(place)
        at = after[inside][run[after[inside]] == run[at[inside]]]
    repeats = np.empty(len(own), dtype=bool)
    repeats[own] = ~counts
    return repeats


def sweep_pairs(slots: Slots, followers: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield positions of the first and the second slot of every pair, whole objects at a time."""
    starts = np.flatnonzero(np.diff(slots.item, prepend=-1))
    done = np.concatenate([[0], np.cumsum(followers)])
    width = _slot_bits(len(slots.actor_ids))
    ends = np.append(starts[1:], len(slots.item))
    first = 0
    while first < len(starts):
        begin = starts[first]
        by_pairs = np.searchsorted(done[ends], done[begin] + BLOCK_PAIRS, side="right")
        by_slots = np.searchsorted(ends, begin + 2**width, side="right")
        last = max(first + 1, int(min(by_pairs, by_slots)))
        end = ends[last - 1]
        many = followers[begin:end]
        left = np.repeat(np.arange(begin, end), many)
        yield left, left + 1 + np.arange(len(left)) - np.repeat(done[begin:end] - done[begin], many)
        first = last


def _slot_bits(actors: int) -> int:
    """Return how many bits are left for a slot beside two actors and a direction in 63."""
    return 62 - 2 * max(1, int(actors - 1).bit_length())


def count_pairs(slots: Slots, blocks: Iterator[tuple[np.ndarray, np.ndarray]]) -> Pairs:
    """Count, for each pair of actors, distinct objects and the distinct slots of either.

    Where a post shares one object only, its slots are its posts.
    """
    actors = len(slots.actor_ids)
    parts = [_count_block(slots, left, right, actors) for left, right in blocks]
    codes = np.concatenate([p[0] for p in parts] or [np.zeros(0, dtype=np.int64)])
    counts = np.concatenate([p[1] for p in parts] or [np.zeros((0, 3), dtype=np.int32)])
    if len(parts) > 1:
        order = np.argsort(codes, kind="stable")
        codes, counts = codes[order], counts[order]
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        codes, counts = codes[begins], np.add.reduceat(counts, begins, axis=0) if len(begins) else counts
    return Pairs(codes // actors if actors else codes, codes % actors if actors else codes,
                 counts[:, 0], counts[:, 1], counts[:, 2])


def _count_block(slots: Slots, left: np.ndarray, right: np.ndarray, actors: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pair codes a * actors + b with objects, slots of a, slots of b."""
    one, two = slots.actor[left], slots.actor[right]
    other = one != two
    left, right, one, two = left[other], right[other], one[other], two[other]
    if not len(left):
        return np.zeros(0, dtype=np.int64), np.zeros((0, 3), dtype=np.int32)
    begin = left[0]
    bits = int(right.max() - begin).bit_length()
    if bits > _slot_bits(actors):
        # one object with very many slots: number the actors of the block alone, which leaves more bits
        present, local = np.unique(np.concatenate([one, two]), return_inverse=True)
        codes, counts = _count_sorted(slots, left, right, local[: len(one)], local[len(one):], len(present), bits)
        return present[codes // len(present)] * actors + present[codes % len(present)], counts
    return _count_sorted(slots, left, right, one, two, actors, bits)


def _count_sorted(slots: Slots, left: np.ndarray, right: np.ndarray, one: np.ndarray, two: np.ndarray, actors: int,
                  bits: int) -> tuple[np.ndarray, np.ndarray]:
    begin = left[0]
    turned = one > two
    code = np.where(turned, two * actors + one, one * actors + two) << 1
    # one sort serves all three counts: rows of a pair stand together, slots of a before slots of b, objects in order
    rows = np.concatenate([((code | turned) << bits) | (left - begin), ((code | ~turned) << bits) | (right - begin)])
    rows.sort()
    rows = rows[np.diff(rows, prepend=-1) != 0]
    half = rows >> bits
    item = slots.item[(rows & ((1 << bits) - 1)) + begin]
    begins = np.flatnonzero(np.diff(half, prepend=-1))
    is_new = np.append(True, np.diff(item) != 0)
    is_new[begins] = True
    posts = np.diff(np.append(begins, len(rows)))
    objects = np.add.reduceat(is_new.astype(np.int32), begins)
    # every pair has both halves, so they alternate
    return half[begins[::2]] >> 1, np.column_stack([objects[::2], posts[::2], posts[1::2]]).astype(np.int32)


def collect_slots(slots: Slots, blocks: Iterator[tuple[np.ndarray, np.ndarray]], pairs: Pairs) -> pd.DataFrame:
    """Return the slot pairs of the chosen pairs of actors.

    Returns
    -------
    found
        Columns `pair` (position in `pairs`), `slot_a`, `slot_b`: positions of a slot of either.
    """
    actors = len(slots.actor_ids)
    wanted = pairs.a * actors + pairs.b
    parts = []
    for left, right in blocks:
        one, two = slots.actor[left], slots.actor[right]
        code = np.minimum(one, two) * actors + np.maximum(one, two)
        place = np.searchsorted(wanted, code)
        hit = np.flatnonzero((one != two) & (np.append(wanted, -1)[place] == code))
        turned = (one > two)[hit]
        parts.append(pd.DataFrame({"pair": place[hit], "slot_a": np.where(turned, right[hit], left[hit]),
                                   "slot_b": np.where(turned, left[hit], right[hit])}))
    return pd.concat(parts or [pd.DataFrame({c: np.zeros(0, dtype=np.int64) for c in ("pair", "slot_a", "slot_b")})],
                     ignore_index=True)
