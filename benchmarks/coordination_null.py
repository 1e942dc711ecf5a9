"""What the coordination test finds where something was planted, and where nothing was.

The planted group of the made-up city; 200 copies of the city with accounts shuffled and 200 in which nobody agreed
on anything but 60 % of shares stay within one's own community of interest; the same in a made town where chance
makes a hundred times more pairs; the power for groups of 4, 8 and 16. `COORDINATION_COPIES` gives another number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, row, seconds

COPIES = int(os.environ.get("COORDINATION_COPIES", "200"))
LIMIT = 15  # of 200: the 95 % binomial limit of 5 %
OWN = 0.6  # of shares within one's own community
WINDOWS = (10, 60, 3600, 86_400)
HOURS = np.array([2, 1, 1, 1, 2, 5, 9, 9, 7, 7, 8, 9, 9, 9, 10, 12, 13, 14, 15, 15, 13, 10, 7, 4], dtype=float)

Shares = Mapping[str, pd.DataFrame]


def shuffle(shares: Shares, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Exchange accounts among the shares of each bin of time."""
    from workbench.actors.nulls import bin_times

    mixed = {}
    for relation, table in shares.items():
        bins = bin_times(table["shared_at"].to_numpy(dtype="datetime64[us]").astype(np.int64), hours=6)
        mixed[relation] = table.assign(actor_id=table["actor_id"].groupby(bins).transform(
            lambda ids: rng.permutation(ids.to_numpy(dtype=object))))
    return mixed


def share_interests(shares: Shares, rng: np.random.Generator, *, communities: int = 8) -> dict[str, pd.DataFrame]:
    """Keep what was shared when, and give each share to an account that may be interested in it, by its activity."""
    names = sorted({name for table in shares.values() for name in table["actor_id"]})
    community = pd.Series(rng.integers(communities, size=len(names)), index=names)
    given = {}
    for relation, table in shares.items():
        many = table["actor_id"].value_counts().sort_index()
        of_object = pd.Series(rng.integers(communities, size=table["object_id"].nunique()),
                              index=sorted(table["object_id"].unique()))
        drawn = rng.choice(many.index, len(table), p=many / many.sum())
        inside = rng.random(len(table)) < OWN
        for c in range(communities):
            chosen = inside & (of_object.reindex(table["object_id"]).to_numpy() == c)
            weight = many.to_numpy() * (community.reindex(many.index).to_numpy() == c)
            if weight.sum():
                drawn[chosen] = rng.choice(many.index, int(chosen.sum()), p=weight / weight.sum())
        given[relation] = table.assign(actor_id=pd.array(drawn, dtype="string"))
    return given


def make_town(rng: np.random.Generator, *, accounts: int = 400, shares: int = 20_000, objects: int = 4000,
              communities: int = 8, days: int = 90) -> dict[str, pd.DataFrame]:
    """Make a busy town: activity and popularity heavy-tailed, news spreading over hours, nobody agreed on anything."""
    activity = np.minimum(rng.pareto(1.2, accounts) + 0.2, 15)
    popularity = np.minimum(rng.pareto(1.3, objects) + 0.3, 60)
    born = rng.integers(days, size=objects) * 86_400 + rng.choice(24, objects, p=HOURS / HOURS.sum()) * 3600.0
    item = rng.choice(objects, shares, p=popularity / popularity.sum())
    of_account, of_object = rng.integers(communities, size=accounts), rng.integers(communities, size=objects)
    account = rng.choice(accounts, shares, p=activity / activity.sum())
    inside = rng.random(shares) < OWN
    for c in range(communities):
        chosen, weight = inside & (of_object[item] == c), activity * (of_account == c)
        account[chosen] = rng.choice(accounts, int(chosen.sum()), p=weight / weight.sum())
    when = born[item] + rng.uniform(0, 3600, shares) + rng.lognormal(np.log(7200), 1.5, shares)
    return {"url": _table(account, [f"o{k}" for k in item], when, "p")}


def _table(account: np.ndarray, item: list[str], when: np.ndarray, post: str) -> pd.DataFrame:
    return pd.DataFrame({"actor_id": [f"a{k:04d}" for k in account], "object_id": item,
                         "shared_at": pd.to_datetime((1.75e15 + when * 1e6).astype("int64"), unit="us", utc=True),
                         "post_id": [f"{post}{k}" for k in range(len(when))]})


def plant(town: Shares, rng: np.random.Generator, *, size: int,
          occasions: int) -> tuple[dict[str, pd.DataFrame], set[str]]:
    """Let `size` of the town's accounts share one new thing within 30 s on each occasion."""
    table = town["url"]
    members = rng.choice(np.unique(table["actor_id"].to_numpy(dtype=object)), size, replace=False)
    when = np.repeat(rng.uniform(0, 80 * 86_400, occasions), size) + rng.uniform(0, 30, size * occasions)
    things = [f"new{k}" for k in np.repeat(np.arange(occasions), size)]
    group = _table(np.zeros(len(when), dtype=int), things, when, "g")
    group["actor_id"] = np.tile(members, occasions)
    return {"url": pd.concat([table, group], ignore_index=True)}, set(members)


def _find(shares: Shares) -> tuple[set[int], set[int]]:
    """Return the windows at which a group was found, and those with any significant tie."""
    from workbench.actors import find_coordination_in_shares

    found = find_coordination_in_shares(shares, seed=1, windows=WINDOWS)
    tied = found.layers[found.layers["significant_pairs"] > 0]
    return set(found.members["window_seconds"]), set(tied["window_seconds"])


def _false_alarms(name: str, make: Callable[[np.random.Generator], Shares]) -> list[Row]:
    groups, ties = [], []
    for copy in range(COPIES):
        group, tie = _find(make(np.random.default_rng([copy, 11])))
        groups.append(group)
        ties.append(tie)
    limit = f"at most {LIMIT} of 200"
    rows = [row(f"{name}: of {COPIES} copies, report a group at any window", sum(map(bool, groups)),
                LIMIT * COPIES / 200, limit)]
    rows += [row(f"{name}: at {w} s: report a group", sum(w in g for g in groups), LIMIT * COPIES / 200, limit,
                 any_tie=sum(w in t for t in ties)) for w in WINDOWS]
    return rows


def _power(occasions: int, size: int, copies: int) -> Row:
    """Return how often a group is found whole and alone (precision and recall at least .95) at 60 s."""
    from workbench.actors import find_coordination_in_shares

    whole, recalls = [], []
    for copy in range(copies):
        rng = np.random.default_rng([copy, size, occasions])
        shares, members = plant(make_town(rng), rng, size=size, occasions=occasions)
        found = find_coordination_in_shares(shares, seed=1, windows=WINDOWS)
        here = found.members[found.members["window_seconds"] == 60]
        best = max((set(ids) for _, ids in here.groupby("group")["actor_id"]), key=lambda ids: len(ids & members),
                   default=set())
        precision, recall = len(best & members) / max(len(best), 1), len(best & members) / size
        whole.append(precision >= 0.95 and recall >= 0.95)
        recalls.append(recall)
    return row(f"busy town: group of {size} sharing {occasions} times: found whole, of {copies}", sum(whole), None, "",
               mean_recall=float(np.mean(recalls)))


def _city(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Row]]:
    from workbench.actors import find_coordination, find_shares
    from workbench.actors.shares import RELATIONS
    from workbench.city import build_city
    from workbench.settings import read_settings
    from workbench.sources import import_exports, load_corpus, pseudonym
    from workbench.starting import start_study

    start_study(folder / "city")
    truth = build_city(folder / "city" / "data" / "raw", seed=1)
    import_exports([folder / "city" / "data" / "raw"], settings=read_settings(folder / "city"))
    corpus = load_corpus(folder / "city")
    key = bytes.fromhex(Path(os.environ["WORKBENCH_KEY_FILE"]).read_text().strip())
    ring = {pseudonym(key, "telegram:account", str(account)) for account in truth.ring["accounts"]}
    results = []
    took = seconds(lambda: results.append(find_coordination(corpus, seed=1)))
    members = results[0].members
    rows = [row("city: find_coordination, five relations and four windows, seconds", took, None, "",
                posts=len(corpus.posts))]
    for window in WINDOWS:
        found = set(members.loc[members["window_seconds"] == window, "actor_id"])
        precision = len(found & ring) / max(len(found), 1)
        rows.append(row(f"city: precision at {window} s", precision, 0.95, "asked at least"))
        rows.append(row(f"city: recall at {window} s", len(found & ring) / len(ring), 0.95, "asked at least"))
    return {relation: find_shares(corpus, relation=relation) for relation in RELATIONS}, rows


def measure(folder: Path) -> list[Row]:
    """Measure recall, false alarms and power."""
    city, rows = _city(folder)
    rows += _false_alarms("city, accounts shuffled", lambda rng: shuffle(city, rng))
    rows += _false_alarms("city, shared interests only", lambda rng: share_interests(city, rng))
    rows += _false_alarms("busy town, accounts shuffled", lambda rng: shuffle(make_town(rng), rng))
    rows += _false_alarms("busy town, shared interests only, 8 communities", make_town)
    rows += _false_alarms("busy town, shared interests only, 20 small communities",
                          lambda rng: make_town(rng, communities=20))
    rows += [_power(occasions, size, max(COPIES // 4, 1)) for size in (4, 8, 16) for occasions in (3, 4, 6, 10)]
    return rows
