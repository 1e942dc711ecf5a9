from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from workbench.actors import coordination, find_coordination, find_coordination_in_shares, find_shares
from workbench.actors.nulls import bin_times
from workbench.errors import TableError

HOURS = np.array([2, 1, 1, 1, 2, 5, 9, 9, 7, 7, 8, 9, 9, 9, 10, 12, 13, 14, 15, 15, 13, 10, 7, 4], dtype=float)


def draw_town(seed: int, *, accounts: int = 200, shares: int = 6000, objects: int = 1500, own: float = 0.6,
              communities: int = 8) -> pd.DataFrame:
    """Draw shares of accounts with shared interests and nothing agreed: `own` of them within one's community."""
    rng = np.random.default_rng(seed)
    activity = np.minimum(rng.pareto(1.2, accounts) + 0.2, 15)
    popularity = np.minimum(rng.pareto(1.3, objects) + 0.3, 60)
    of_account, of_object = rng.integers(communities, size=accounts), rng.integers(communities, size=objects)
    born = rng.integers(60, size=objects) * 86400 + rng.choice(24, objects, p=HOURS / HOURS.sum()) * 3600.0
    item = rng.choice(objects, shares, p=popularity / popularity.sum())
    account = rng.choice(accounts, shares, p=activity / activity.sum())
    inside = rng.random(shares) < own
    for c in range(communities):
        chosen, weight = inside & (of_object[item] == c), activity * (of_account == c)
        account[chosen] = rng.choice(accounts, chosen.sum(), p=weight / weight.sum())
    seconds = born[item] + rng.uniform(0, 3600, shares) + rng.lognormal(np.log(7200), 1.5, shares)
    return make_shares(account, item, seconds)


def make_shares(account, item, seconds, *, prefix: str = "") -> pd.DataFrame:
    seconds = np.asarray(seconds, dtype=float)
    return pd.DataFrame({"actor_id": [f"a{k:04d}" for k in account], "object_id": [f"{prefix}o{k}" for k in item],
                         "shared_at": pd.to_datetime((1.75e15 + seconds * 1e6).astype("int64"), unit="us", utc=True),
                         "post_id": [f"{prefix}p{k}" for k in range(len(seconds))]})


def plant(town: pd.DataFrame, *, size: int, occasions: int, seed: int = 1, within: float = 30, first: int = 0) -> pd.DataFrame:
    """Add a group of the town's own accounts that shares one new thing on each occasion."""
    rng = np.random.default_rng(seed)
    start = np.repeat(rng.uniform(0, 60 * 86400, occasions), size)
    group = make_shares(np.tile(np.arange(size), occasions), np.repeat(np.arange(first, first + occasions), size),
                        start + rng.uniform(0, within, size * occasions), prefix=f"planted{seed}")
    return pd.concat([town, group], ignore_index=True)


def shuffle(town: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Exchange accounts among the shares of each bin of time, as the null does."""
    rng = np.random.default_rng(seed)
    bins = bin_times(town["shared_at"].to_numpy(dtype="datetime64[us]").astype(np.int64), hours=6)
    return town.assign(actor_id=town["actor_id"].groupby(bins).transform(lambda ids: rng.permutation(ids.to_numpy())))


def found_group(found, window: int) -> set[str]:
    return set(found.members.loc[found.members["window_seconds"] == window, "actor_id"])


@pytest.mark.parametrize("size", [4, 8, 16])
def test_a_planted_group_is_found_whole_and_alone(size: int) -> None:
    found = find_coordination_in_shares({"url": plant(draw_town(1), size=size, occasions=8)}, seed=1)
    expected = {f"a{k:04d}" for k in range(size)}
    assert found_group(found, 60) == expected
    assert found.members.loc[found.members["window_seconds"] == 60, "group"].eq(1).all()


def test_shuffled_copies_and_shared_interests_alone_make_no_group() -> None:
    natural = [find_coordination_in_shares({"url": draw_town(seed)}, seed=1) for seed in range(4)]
    shuffled = [find_coordination_in_shares({"url": shuffle(plant(draw_town(seed), size=8, occasions=14), seed)}, seed=1)
                for seed in range(4)]
    assert sum(len(found.members) > 0 for found in (*natural, *shuffled)) == 0
    # chance made pairs enough to be mistaken
    assert min(found.layers["tied_pairs"].max() for found in natural) > 1000


def test_small_communities_with_shared_interests_make_no_group_in_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    town = draw_town(1, accounts=400, shares=20_000, objects=4000, communities=20)
    assert find_coordination_in_shares({"url": town}, seed=1).members.empty
    # without the test of what both share anyway they would
    monkeypatch.setattr(coordination, "LONG_SECONDS", 10**9)
    assert set(find_coordination_in_shares({"url": town}, seed=1).members["window_seconds"]) == {86_400}


def test_everything_asked_shares_one_false_discovery_rate() -> None:
    town = plant(draw_town(2), size=8, occasions=8)
    one = find_coordination_in_shares({"url": town}, seed=1, windows=(60,))
    four = find_coordination_in_shares({"url": town}, seed=1)
    assert four.provenance["level"] == one.provenance["level"] / 4
    same = four.ties[four.ties["window_seconds"] == 60].reset_index(drop=True)
    pd.testing.assert_series_equal(same["q"], one.ties["q"])
    actors = town["actor_id"].nunique()
    assert (four.layers["pairs"] == actors * (actors - 1) // 2).all()


def test_a_group_spread_over_relations_is_one_group() -> None:
    town = draw_town(3)
    shares = {"url": plant(town, size=8, occasions=6, seed=1), "hashtag": plant(draw_town(4), size=8, occasions=6, seed=2)}
    found = find_coordination_in_shares(shares, seed=1)
    here = found.members[found.members["window_seconds"] == 60]
    assert sorted(here["actor_id"]) == [f"a{k:04d}" for k in range(8)]
    assert here["group"].nunique() == 1
    # 7 others by up to two relations: more than one relation could give
    assert here["ties"].between(12, 14).all()
    assert found.layers.loc[found.layers["window_seconds"] == 60, "half_life_seconds"].notna().all()


def test_ids_that_are_numbers_are_ids_too() -> None:
    town = plant(draw_town(1), size=8, occasions=8)
    numbers = town.assign(actor_id=pd.factorize(town["actor_id"], sort=True)[0],
                          object_id=pd.factorize(town["object_id"], sort=True)[0])
    found, same = (find_coordination_in_shares({"url": t}, seed=1, windows=(60,)) for t in (town, numbers))
    names = town["actor_id"].drop_duplicates().sort_values(ignore_index=True)
    assert len(found.members) == 8
    assert set(names[same.members["actor_id"].astype(int)]) == found_group(found, 60)


def test_two_groups_stay_two() -> None:
    other = plant(draw_town(5), size=8, occasions=8, seed=2)
    is_planted = other["object_id"].str.startswith("planted")
    other.loc[is_planted, "actor_id"] = "a01" + other.loc[is_planted, "actor_id"].str[-2:]
    found = find_coordination_in_shares({"url": plant(other, size=6, occasions=8, seed=1)}, seed=1, windows=(60,))
    groups = {number: set(ids) for number, ids in found.members.groupby("group")["actor_id"]}
    assert groups == {1: {f"a01{k:02d}" for k in range(8)}, 2: {f"a{k:04d}" for k in range(6)}}


def test_one_copied_post_with_many_hashtags_is_one_coincidence() -> None:
    town = draw_town(6)
    bundle = pd.DataFrame([(a, f"tag{k}", pd.Timestamp("2025-08-01T12:00", tz="UTC"), f"bundle-{a}")
                           for a in ("a0001", "a0002") for k in range(12)], columns=town.columns)
    found = find_coordination_in_shares({"hashtag": pd.concat([town, bundle])}, seed=1, windows=(60,))
    tie = found.ties[(found.ties["actor_a"] == "a0001") & (found.ties["actor_b"] == "a0002")].iloc[0]
    assert tie["objects"] >= 12
    assert tie["weight"] <= tie["posts_a"] < 12
    assert not tie["is_significant"]


def test_the_evidence_is_the_posts_that_make_the_tie() -> None:
    town = plant(draw_town(7), size=4, occasions=8)
    found = find_coordination_in_shares({"url": town}, seed=1, windows=(60,))
    ties = found.ties[found.ties["is_significant"]]
    times = town.set_index("post_id")
    for tie in ties.to_dict("records"):
        posts = times.loc[tie["posts"]]
        assert set(posts["actor_id"]) == {tie["actor_a"], tie["actor_b"]}
        assert len(posts) == tie["posts_a"] + tie["posts_b"]
        spread = posts.groupby("object_id")["shared_at"].agg(lambda t: t.max() - t.min())
        assert spread.max() <= pd.Timedelta(seconds=60)
        assert len(spread) == tie["objects"]
    assert found.ties.loc[~found.ties["is_significant"], "posts"].isna().all()
    graph = found.graph(window_seconds=60)
    assert graph.number_of_edges() == len(ties) == 6
    assert all(data["q"] <= 0.05 for *_, data in graph.edges(data=True))


def test_bin_width_is_shown_as_sensitivity() -> None:
    found = find_coordination_in_shares({"url": plant(draw_town(8), size=8, occasions=8)}, seed=1, windows=(60,))
    widths = found.bin_widths.set_index("bin_width")
    assert list(widths.index) == ["6 h", "3 h", "12 h", "24 h", "hour of day"]
    assert (widths["kept"] == 28).all()
    assert widths.loc["3 h", "bins"] >= widths.loc["24 h", "bins"]


@pytest.mark.parametrize("hours", [3.0, 24.0])
def test_the_sensitivity_to_bin_width_is_what_the_test_itself_says_at_that_width(hours: float) -> None:
    town = plant(draw_town(8), size=8, occasions=20, within=3000)
    beside = find_coordination_in_shares({"url": town}, seed=1, windows=(3600,)).bin_widths.set_index("bin_width")
    itself = find_coordination_in_shares({"url": town}, seed=1, windows=(3600,), bin_hours=hours)
    assert beside.loc[f"{hours:g} h", "significant_pairs"] == itself.layers["significant_pairs"].sum() > 0


def test_the_order_of_rows_does_not_change_the_result() -> None:
    town = plant(draw_town(9), size=8, occasions=8)
    one = find_coordination_in_shares({"url": town}, seed=1, windows=(60,))
    two = find_coordination_in_shares({"url": town.sample(frac=1, random_state=3)}, seed=1, windows=(60,))
    pd.testing.assert_frame_equal(one.ties, two.ties)
    pd.testing.assert_frame_equal(one.members, two.members)


def test_nothing_shared_gives_empty_tables_with_their_columns() -> None:
    found = find_coordination_in_shares({"url": draw_town(1).iloc[:0], "copy": draw_town(1).iloc[:1]}, seed=1)
    assert len(found.ties) == len(found.members) == 0
    assert found.layers["significant_pairs"].tolist() == [0] * 8
    assert found.graph(window_seconds=60).number_of_nodes() == 0


def test_bad_tables_and_parameters_are_named_all_at_once() -> None:
    town = draw_town(1).iloc[:5]
    broken = town.drop(columns="post_id").assign(actor_id=[None, *town["actor_id"][1:]])
    with pytest.raises(TableError, match=r"no column post_id.*actor_id: 1 missing.*windows"):
        find_coordination_in_shares({"url": broken}, seed=1, windows=(60, 0.5))


@pytest.fixture
def channels(corpus_of: Callable, key_of: Callable):
    """Ten channels of which four share links and forwards together, and a group of accounts."""
    rng = np.random.default_rng(1)
    arenas = {f"T-{k:03d}": {} for k in range(10)} | {"T-100": {"kind": "group"}}
    posts, links = [], []

    def say(arena: str, seconds: float, account: str | None = None, text: str | None = None) -> str:
        post = f"{arena}:{len(posts)}"
        posts.append({"post_id": post, "arena_id": arena, "account_id": account, "text": text,
                      "posted_at": pd.Timestamp("2025-07-01", tz="UTC") + pd.Timedelta(seconds=seconds)})
        return post

    for k in range(800):
        arena = f"T-{rng.integers(10):03d}" if k % 2 else "T-100"
        post = say(arena, rng.uniform(0, 60 * 86400), None if k % 2 else f"a-{rng.integers(30)}", f"sagt af nummer {k} i dag igen")
        links.append((post, "url", f"https://a.dk/{rng.integers(300)}", "url"))
        links.append((post, "forward", key_of(f"id {k % 9}"), "id"))
    for occasion in range(10):
        at = rng.uniform(0, 60 * 86400)
        for k in range(4):
            post = say(f"T-{k:03d}", at + 3 * k, text=f"samme ord om sag nummer {occasion} her")
            links.append((post, "url", f"https://b.dk/{occasion}", "url"))
            links.append((post, "forward", key_of("id source"), "id"))
    return corpus_of(arenas, posts, links)


def test_channels_are_actors_of_their_own_beside_accounts(channels) -> None:
    found = find_coordination(channels, seed=1, relations=("url", "forward"))
    here = found.members[found.members["window_seconds"] == 60]
    assert here["actor_id"].tolist() == [f"T-{k:03d}" for k in range(4)]
    assert set(here["kind"]) == {"arena"}
    assert set(found.ties.loc[found.ties["is_significant"], "relation"]) == {"url", "forward"}


def test_arenas_can_be_the_actors(channels) -> None:
    shares = find_shares(channels, relation="url", actors="arena")
    assert set(shares["actor_id"]) == set(channels.arenas["arena_id"])
    assert find_shares(channels, relation="url")["actor_id"].nunique() == 40


def test_forwards_are_the_same_when_source_and_text_are(channels) -> None:
    shares = find_shares(channels, relation="forward")
    together = shares[shares["post_id"].isin(channels.posts.loc[channels.posts["text"].str.startswith("samme"), "post_id"])]
    assert together["object_id"].nunique() == 10
    assert shares["object_id"].nunique() == 810
    assert find_shares(channels, relation="copy").empty


def test_posts_that_cannot_be_compared_are_counted(channels) -> None:
    channels.posts.loc[channels.posts["post_id"].isin(channels.links["post_id"].head(40)), "text"] = pd.NA
    gone = int(channels.posts["text"].isna().sum())
    found = find_coordination(channels, seed=1, windows=(60,))
    assert found.provenance["left_out_posts"] == {"forward": gone, "url": 0, "hashtag": 0, "reply": 0, "copy": 0}
    unforwarded = type(channels)(channels.posts, channels.links[channels.links["relation"] != "forward"], channels.arenas)
    assert find_coordination(unforwarded, seed=1, windows=(60,)).provenance["left_out_posts"]["copy"] == gone


def test_an_unknown_relation_is_refused(channels) -> None:
    with pytest.raises(TableError, match="retweet"):
        find_coordination(channels, seed=1, relations=("retweet",))


def test_one_link_shared_by_everyone_at_once_is_set_aside_at_no_cost() -> None:
    many = 200_000
    storm = make_shares(np.arange(many) % 5000, np.zeros(many, dtype=int), np.arange(many) / 1000, prefix="storm")
    town = plant(draw_town(1), size=8, occasions=8)
    found = find_coordination_in_shares({"url": pd.concat([town, storm], ignore_index=True)}, seed=1, windows=(60,))
    layer = found.layers.iloc[0]
    assert (layer["set_aside_objects"], layer["set_aside_shares"]) == (1, many)
    assert layer["actors"] == 5000
    assert found_group(found, 60) == {f"a{k:04d}" for k in range(8)}


@pytest.mark.parametrize("size", [25, 40])
def test_a_ring_larger_than_a_burst_is_found_whole_and_alone(size: int) -> None:
    town = plant(draw_town(1, accounts=400, shares=9000), size=size, occasions=8)
    found = find_coordination_in_shares({"url": town}, seed=1)
    layer = found.layers.set_index("window_seconds").loc[60]
    assert layer["set_aside_objects"] >= 8
    assert found_group(found, 60) == {f"a{k:04d}" for k in range(size)}
    ties = found.ties[found.ties["is_significant"] & (found.ties["window_seconds"] == 60)]
    in_ring = ties[ties["bursts"] == 8]
    assert len(in_ring) > 0.9 * size * (size - 1) / 2
    assert (in_ring["bursts_expected"] < 3).all()
    # the evidence is the posts of the bursts
    assert {p for posts in in_ring["posts"] for p in posts} >= set(
        town.loc[town["post_id"].str.startswith("planted"), "post_id"])
    without = found.without_rule.set_index("window_seconds")
    assert size - 2 <= without.at[60, "accounts"] <= size


def test_accounts_that_are_active_in_everything_meet_in_bursts_and_are_no_ring() -> None:
    town = draw_town(2, accounts=400, shares=9000)
    activity = town["actor_id"].value_counts(normalize=True)
    rng = np.random.default_rng(4)
    crowd = [make_shares([int(a[1:]) for a in rng.choice(activity.index, 60, replace=False, p=activity)], np.full(60, k),
                         rng.uniform(0, 60 * 86400) + rng.uniform(0, 60, 60), prefix=f"event{k}") for k in range(20)]
    found = find_coordination_in_shares({"url": pd.concat([town, *crowd], ignore_index=True)}, seed=1)
    assert found.layers.set_index("window_seconds").at[60, "set_aside_objects"] >= 20
    here = found.ties[found.ties["window_seconds"] == 60]
    assert (here["bursts"] >= 3).sum() > 100
    assert found.members.empty


def test_what_is_found_at_a_window_is_found_at_every_longer_one() -> None:
    # within an hour nearly everything is shared by many, so that the longer windows alone would find nothing
    town = plant(draw_town(3, objects=300), size=8, occasions=8, within=8)
    found = find_coordination_in_shares({"url": town, "hashtag": plant(draw_town(4), size=5, occasions=8, seed=2, within=50)},
                                        seed=1)
    alone = find_coordination_in_shares({"url": town}, seed=1, windows=(86_400,))
    assert alone.members.empty
    tied, members, posts = set(), set(), 0
    for window in coordination.WINDOWS:
        here = found.ties[found.ties["is_significant"] & (found.ties["window_seconds"] == window)]
        assert here["found_seconds"].le(window).all()
        now = set(here[["relation", "actor_a", "actor_b"]].itertuples(index=False, name=None))
        assert tied <= now
        assert len(now) == found.layers.loc[found.layers["window_seconds"] == window, "significant_pairs"].sum()
        assert members <= found_group(found, window)
        evidence = len({p for proof in here["posts"] for p in proof})
        assert posts <= evidence
        tied, members, posts = now, found_group(found, window), evidence
    assert {f"a{k:04d}" for k in range(8)} <= members
    assert found.graph(window_seconds=86_400).number_of_edges() == len(tied)


def test_a_group_of_a_short_window_lies_whole_in_one_of_each_longer_window() -> None:
    tie = pd.DataFrame({"relation": "url", "window_seconds": 60, "objects": 5, "is_significant": True, "found_seconds": 60},
                       index=range(1))

    def layer(window: int, pairs: list[str]) -> coordination.Layer:
        shared = pd.DataFrame([(a, b, 1.0, 1) for a, b in pairs for _ in range(5)],
                              columns=["actor_a", "actor_b", "seconds", "fellows"])
        ties = pd.concat([tie.assign(window_seconds=window, found_seconds=window, actor_a=a, actor_b=b, posts=[[a, b]])
                          for a, b in pairs]).reindex(columns=list(coordination.COSHARE_COLUMNS))
        return coordination.Layer("url", window, ties.astype(coordination.COSHARE_COLUMNS), shared, {}, [])

    # a path of four would be cut in the middle, and then no part of it had three members
    short, long = layer(60, ["ab", "bc"]), layer(3600, ["cd"])
    layers = coordination.carry_ties([long, short])
    assert [one.window_seconds for one in layers] == [3600, 60]
    members, _ = coordination._gather_groups(layers, (3600, 60), 1)
    groups = members.groupby("window_seconds")["actor_id"].agg(list).to_dict()
    assert groups[60] == ["a", "b", "c"]
    assert set("abc") <= set(groups[3600])


def test_one_account_alone_and_shares_all_at_the_same_instant_are_no_ties() -> None:
    alone = make_shares(np.zeros(15, dtype=int), np.zeros(15, dtype=int), np.zeros(15))
    found = find_coordination_in_shares({"url": alone}, seed=1, windows=(60,))
    assert found.ties.empty
    assert found.layers.loc[0, "pairs"] == 0
