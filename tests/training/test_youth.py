"""What was planted in the city is found by what the courses without code look up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.city import read_truth
from workbench.rehearsing import find_arenas
from workbench.study import open_study
from workbench.training.youth import YOUTH, find_group, find_rumour, list_small_counts, list_youth_topics


@pytest.fixture(scope="module")
def truth(city_folder: Path):
    return read_truth(city_folder / "data" / "raw")


@pytest.fixture(scope="module")
def codes(city_folder: Path, truth) -> dict[str, str | None]:
    """By native id, the code that the study knows an arena by."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY_FILE", str(city_folder.parent / "lillehavn.key"))
        study = open_study(city_folder)
        by_chat = find_arenas(study, study.corpus(None, "2025Q3"), truth.arenas)
    return {str(row.native_id): by_chat[row.chat] for row in truth.arenas.itertuples()}


def test_the_six_topics_are_those_of_the_town_and_as_large_as_they_are(town, truth) -> None:
    planted = truth.topics.loc[truth.topics["youth"].astype(bool), "topic"]
    assert set(planted) == set(YOUTH)
    told = list_youth_topics(town)
    assert told["topic_id"].is_unique
    when = truth.posts["posted_at"]
    quarter = truth.posts[when.ge(pd.Timestamp("2025-07-01", tz="UTC")) & when.lt(pd.Timestamp("2025-10-01", tz="UTC"))]
    true = quarter["topic"].value_counts()
    ratio = told.set_index("topic")["posts"] / true[list(YOUTH)]
    assert ratio.between(0.6, 1.4).all(), ratio.to_dict()


def test_the_rumour_is_found_post_by_post_with_its_correction(town, truth, codes) -> None:
    told = find_rumour(town)
    assert len(told.told) == truth.rumour["copies"] + 1
    assert told.told["arena_id"].drop_duplicates().tolist() == [codes[a["native_id"]] for a in truth.rumour["arenas"]]
    assert told.minutes == truth.rumour["minutes"]
    assert told.posts.loc[told.posts["is_correction"], "arena_id"].tolist() == [
        codes[truth.rumour["correction"]["arena"]]]
    assert set(told.told["platform"]) == set(truth.rumour["platforms"])
    # what the courses say of it: late, and in a place where the rumour never was
    assert told.before == len(told.told) - 1
    assert codes[truth.rumour["correction"]["arena"]] not in set(told.told["arena_id"])


def test_the_group_is_the_ring_of_the_town(town, truth) -> None:
    told = find_group(town)
    assert len(told.members) == len(truth.ring["accounts"])
    within = told.count_within(60)
    # its long bars are its members, and nobody else shares two links so closely
    assert set(within.loc[within["times"].gt(1), "is_member"]) == {True}
    assert int(within["times"].gt(1).sum()) == len(told.members)
    assert told.count_within(10)["times"].sum() <= told.count_within(600)["times"].sum()


def test_the_small_group_holds_the_person_who_is_alone(town, truth, codes) -> None:
    cells = list_small_counts(town)
    assert set(cells["arena_id"]) == {codes[truth.small_cell["arena"]]}
    alone = cells[cells["authors"].eq(1)]
    assert truth.small_cell["count"] in set(alone["posts"])
    assert cells["authors"].ge(5).any()
    assert cells["posts"].ge(2).all()


def test_what_a_slider_asks_for_at_each_move_is_worked_out_once(town) -> None:
    assert find_group(town) is find_group(town)
    assert find_rumour(town) is find_rumour(town)
