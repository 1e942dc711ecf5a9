"""The group planted in the made-up city is found whole and alone, and copies of the city without one have none.

Two hundred copies of each kind are in benchmarks/coordination_null.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.actors import find_coordination, find_coordination_in_shares, find_shares
from workbench.actors.nulls import bin_times
from workbench.city import read_truth
from workbench.findings import describe_coordination, release_findings
from workbench.sources import pseudonym
from workbench.study import open_study

COPIES = 6
RELATIONS = ("forward", "url", "hashtag", "reply")  # near copies are looked for once only, they take longest


@pytest.fixture(scope="module")
def corpus(city_folder: Path):
    return open_study(city_folder).corpus()


@pytest.fixture(scope="module")
def ring(city_folder: Path) -> set[str]:
    truth = read_truth(city_folder / "data" / "raw")
    key = bytes.fromhex((city_folder.parent / "lillehavn.key").read_text().strip())
    return {pseudonym(key, "telegram:account", str(account)) for account in truth.ring["accounts"]}


@pytest.fixture(scope="module")
def found(corpus):
    return find_coordination(corpus, seed=1)


@pytest.fixture(scope="module")
def shares(corpus) -> dict[str, pd.DataFrame]:
    return {relation: find_shares(corpus, relation=relation) for relation in RELATIONS}


def shuffle(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Exchange accounts among the shares of each bin of time."""
    bins = bin_times(table["shared_at"].to_numpy(dtype="datetime64[us]").astype(np.int64), hours=6)
    return table.assign(actor_id=table["actor_id"].groupby(bins).transform(
        lambda ids: rng.permutation(ids.to_numpy(dtype=object))))


def share_interests(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each share to anyone by activity, 60 % of them to the community the thing belongs to."""
    many = table["actor_id"].value_counts().sort_index()
    of_account = rng.integers(8, size=len(many))
    of_share = rng.integers(8, size=table["object_id"].nunique())[pd.factorize(table["object_id"])[0]]
    drawn, inside = rng.choice(many.index, len(table), p=many / many.sum()), rng.random(len(table)) < 0.6
    for c in range(8):
        chosen, weight = inside & (of_share == c), many.to_numpy() * (of_account == c)
        drawn[chosen] = rng.choice(many.index, int(chosen.sum()), p=weight / weight.sum())
    return table.assign(actor_id=pd.array(drawn, dtype="string"))


@pytest.mark.parametrize("window", [10, 60, 3600, 86400])
def test_the_planted_group_is_found_whole_and_alone_at_every_window(found, ring: set[str], window: int) -> None:
    members = found.members[found.members["window_seconds"] == window]
    both = set(members["actor_id"]) & ring
    assert len(both) / len(members) >= 0.95
    assert len(both) / len(ring) >= 0.95
    assert members["group"].nunique() == 1


def test_the_evidence_is_the_planted_posts(found, corpus, city_folder: Path) -> None:
    truth = read_truth(city_folder / "data" / "raw")
    ties = found.ties[found.ties["is_significant"] & (found.ties["window_seconds"] == 60)]
    posts = {post for ids in ties["posts"] for post in ids}
    planted = truth.posts[truth.posts["kind"] == "ring"]
    assert len(posts) == len(planted)
    assert set(corpus.posts.set_index("post_id").loc[list(posts), "posted_at"]) == set(planted["posted_at"])


@pytest.mark.parametrize("change", [shuffle, share_interests])
def test_copies_of_the_city_in_which_nobody_agreed_on_anything_have_no_group(shares, change) -> None:
    reports = 0
    for copy in range(COPIES):
        rng = np.random.default_rng([copy, 3])
        found = find_coordination_in_shares({name: change(table, rng) for name, table in shares.items()}, seed=1)
        reports += len(found.members) > 0
    assert reports == 0


def test_the_group_is_released_without_a_name(corpus, ring: set[str], tmp_path: Path) -> None:
    quarter = "2025Q2"
    start, end = pd.Timestamp("2025-04-01", tz="UTC"), pd.Timestamp("2025-07-01", tz="UTC")
    inside = corpus.posts["posted_at"].between(start, end, inclusive="left")
    part = type(corpus)(corpus.posts[inside], corpus.links[corpus.links["post_id"].isin(corpus.posts["post_id"][inside])],
                        corpus.arenas)
    finding = describe_coordination(find_coordination(part, seed=1, relations=("url",)), part, quarter=quarter)
    assert finding.known["accounts"] == len(ring)
    released = release_findings([finding], part, ledger=tmp_path / "ledger.parquet", product="p", minimum_authors=5,
                                minimum_arenas=3)["coordination"]
    assert released.value == finding.value > 0
    assert not any(name in released.data.to_csv() + str(released.known) for name in ring)
