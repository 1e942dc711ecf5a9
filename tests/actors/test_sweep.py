from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from workbench.actors import sweep
from workbench.actors.sweep import (
    collect_slots,
    count_followers,
    count_pairs,
    order_slots,
    set_aside_bursts,
    sweep_pairs,
)


def draw_shares(seed: int, *, shares: int = 300, actors: int = 12, objects: int = 20, posts: int | None = None) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 2000, shares) + rng.choice([0.0, 0.25, 0.5], shares)
    post = np.arange(shares) if posts is None else rng.integers(0, posts, shares)
    return pd.DataFrame({
        "actor_id": [f"a{k:03d}" for k in (rng.integers(0, actors, shares) if posts is None else post % actors)],
        "object_id": [f"o{k}" for k in rng.integers(0, objects, shares)],
        "shared_at": pd.to_datetime((seconds * 1e6).astype("int64"), unit="us", utc=True),
        "post_id": [f"p{k}" for k in post]}).astype(dict.fromkeys(("actor_id", "object_id", "post_id"), "string"))


def count_slowly(shares: pd.DataFrame, window: float) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Count pairs the plain way: every share beside every other."""
    objects, posts = defaultdict(set), defaultdict(set)
    plain = shares.assign(shared_at=shares["shared_at"].dt.tz_localize(None).astype("int64"))
    rows = list(plain.drop_duplicates(["post_id", "object_id"]).itertuples(index=False))
    for one in rows:
        for two in rows:
            near = abs(one.shared_at - two.shared_at) <= window * 1e6
            if one.object_id == two.object_id and near and one.actor_id != two.actor_id:
                objects[one.actor_id, two.actor_id].add(one.object_id)
                posts[one.actor_id, two.actor_id].add((one.post_id, one.object_id))
    return {(a, b): (len(objects[a, b]), len(posts[a, b]), len(posts[b, a])) for a, b in objects if a < b}


def count_quickly(shares: pd.DataFrame, window: float) -> dict[tuple[str, str], tuple[int, int, int]]:
    slots = order_slots(shares)
    pairs = count_pairs(slots, sweep_pairs(slots, count_followers(slots, window)))
    names = slots.actor_ids
    return {(names[a], names[b]): (int(o), int(x), int(y)) for a, b, o, x, y in
            zip(pairs.a, pairs.b, pairs.objects, pairs.posts_a, pairs.posts_b, strict=True)}


@pytest.mark.parametrize("window", [0.25, 10, 60, 1e5])
@pytest.mark.parametrize("seed", [1, 2])
def test_sweeping_finds_the_same_pairs_as_comparing_all(seed: int, window: float) -> None:
    shares = draw_shares(seed)
    assert count_quickly(shares, window) == count_slowly(shares, window)


def test_a_pair_exactly_as_far_apart_as_the_window_counts() -> None:
    shares = draw_shares(1, shares=2, objects=1).assign(
        actor_id=["a", "b"], shared_at=pd.to_datetime(["2025-07-01T10:00:00Z", "2025-07-01T10:01:00Z"]))
    assert count_quickly(shares, 60) == {("a", "b"): (1, 1, 1)}
    assert count_quickly(shares, 59.999) == {}


def test_blocks_of_any_size_give_the_same_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = draw_shares(3)
    whole = count_quickly(shares, 100)
    monkeypatch.setattr(sweep, "BLOCK_PAIRS", 1)
    assert count_quickly(shares, 100) == whole


def test_an_object_with_more_shares_than_a_number_has_room_for_is_counted_right(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = draw_shares(4)
    expected = count_quickly(shares, 100)
    monkeypatch.setattr(sweep, "_slot_bits", lambda actors: 2)
    assert count_quickly(shares, 100) == expected


def test_the_order_of_rows_does_not_matter() -> None:
    shares = draw_shares(5)
    assert count_quickly(shares.sample(frac=1, random_state=1), 60) == count_quickly(shares, 60)


def test_one_busy_account_does_not_inflate_both_sides() -> None:
    times = [*pd.date_range("2025-07-01T10:00", periods=100, freq="100ms", tz="UTC"),
             pd.Timestamp("2025-07-01T10:00:05", tz="UTC")]
    shares = pd.DataFrame({"actor_id": ["a"] * 100 + ["b"], "object_id": "o", "shared_at": times,
                           "post_id": [f"p{k}" for k in range(101)]})
    assert count_quickly(shares, 10) == {("a", "b"): (1, 100, 1)}


def test_objects_shared_in_a_burst_are_set_aside_whole_and_counted() -> None:
    quiet, burst = draw_shares(6, shares=40, objects=4), draw_shares(7, shares=30, objects=1)
    burst = burst.assign(object_id="viral", post_id="v" + burst["post_id"], actor_id="v" + burst["post_id"],
                         shared_at=pd.Timestamp("2025-07-01", tz="UTC"))
    slots = order_slots(pd.concat([quiet, burst], ignore_index=True))
    kept, followers, aside = set_aside_bursts(slots, 60, 20)
    assert np.unique(aside.item).tolist() == [slots.item.max()]
    assert len(aside.time) == 30
    assert len(kept.time) == 40
    assert followers.tolist() == count_followers(kept, 60).tolist()


def test_evidence_is_exactly_the_close_slots_of_a_pair() -> None:
    shares = draw_shares(8)
    slots = order_slots(shares)
    blocks = list(sweep_pairs(slots, count_followers(slots, 60)))
    pairs = count_pairs(slots, iter(blocks))
    found = collect_slots(slots, iter(blocks), pairs)
    for side, actor, posts in (("slot_a", pairs.a, pairs.posts_a), ("slot_b", pairs.b, pairs.posts_b)):
        assert (slots.actor[found[side]] == actor[found["pair"]]).all()
        assert found.groupby("pair")[side].nunique().tolist() == posts.tolist()


def test_no_shares_make_no_pairs() -> None:
    assert count_quickly(draw_shares(1).iloc[:0], 60) == {}


def share_at(seconds: dict[str, list[float]], thing: str = "o") -> pd.DataFrame:
    rows = [(actor, thing, s, f"{thing}{actor}{s}") for actor, times in seconds.items() for s in times]
    frame = pd.DataFrame(rows, columns=["actor_id", "object_id", "shared_at", "post_id"])
    return frame.assign(shared_at=pd.to_datetime((frame["shared_at"] * 1e6).astype("int64"), unit="us", utc=True))


def test_one_account_that_repeats_itself_sets_nothing_aside() -> None:
    shares = share_at({"loud": list(range(0, 3000, 2)), "a": [100], "b": [130]})
    kept, followers, aside = set_aside_bursts(order_slots(shares), 60, 20)
    assert not len(aside.time)
    assert followers.max() <= 3
    pairs = count_pairs(kept, sweep_pairs(kept, followers))
    assert (int(pairs.objects.sum()), len(pairs.a)) == (3, 3)


def test_repeats_count_again_once_the_window_has_passed() -> None:
    times = [0, 10, 59, 60, 61, 100, 121, 122, 400, 401]
    shares = pd.concat([share_at({"loud": times, "x": [1000]}), share_at({"loud": [5, 6]}, "other")])
    kept, _, _ = set_aside_bursts(order_slots(shares), 60, 2)
    names = kept.actor_ids.take(kept.actor)
    first = (kept.item == 0) & (names == "loud")
    assert ((kept.time[first]) // 1_000_000).tolist() == [0, 61, 122, 400]
    # the other thing is in no burst, so nothing of it is taken away
    assert int((kept.item == 1).sum()) == 2


def test_many_accounts_at_once_are_a_burst_however_often_one_of_them_speaks() -> None:
    shares = share_at({"loud": [0, 1, 2, 3], **{f"a{k}": [k] for k in range(22)}})
    kept, _, aside = set_aside_bursts(order_slots(shares), 60, 20)
    assert (len(kept.time), len(np.unique(aside.item))) == (0, 1)
