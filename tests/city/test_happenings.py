"""What happened once in the town is in its files, as its truth says, and nowhere else."""

from __future__ import annotations

import csv
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path

import pandas as pd
import pytest

from tests.city.conftest import KEY
from workbench.city import Truth, build_city, build_exercises, read_truth
from workbench.errors import InputError

YOUTH = {"school_start", "football", "gaming", "music_festival", "exam_stress", "youth_club"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """The truth of the smallest town, of another seed."""
    return build_city(tmp_path_factory.mktemp("small") / "town", seed=3, posts=10_000)


@pytest.fixture(scope="module")
def told(truth: Truth, labelled: pd.DataFrame) -> pd.DataFrame:
    """The posts of the rumour, in order of time."""
    return labelled[labelled["role"] == "rumour"].sort_values("posted_at")


def _at(rows: pd.DataFrame) -> list[str]:
    return rows["posted_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").tolist()


def _one(rows: pd.DataFrame, key: dict[str, str]) -> pd.Series:
    found = rows[(rows["format"] == key["format"]) & (rows["chat"] == key["chat"]) & (rows["message"] == key["message"])]
    assert len(found) == 1
    return found.iloc[0]


def test_six_topics_are_those_of_the_young(truth: Truth) -> None:
    assert set(truth.topics.loc[truth.topics["youth"], "topic"]) == YOUTH


def test_the_rumour_begins_in_one_arena_and_reaches_others_on_two_platforms_within_hours(truth: Truth, told) -> None:
    rumour = truth.rumour
    first = _one(told, rumour["first"])
    assert first["posted_at"] == told["posted_at"].min()
    assert first["arena"] == rumour["first"]["arena"]
    reached = told.drop_duplicates("arena")
    assert [a["native_id"] for a in rumour["arenas"]] == reached["arena"].tolist()
    assert [a["at"] for a in rumour["arenas"]] == _at(reached)
    assert {a["native_id"]: a["posts"] for a in rumour["arenas"]} == told["arena"].value_counts().to_dict()
    assert len(rumour["arenas"]) >= 3
    assert {a["platform"] for a in rumour["arenas"]} == set(rumour["platforms"]) == {"telegram", "youtube"}
    span = told["posted_at"].max() - told["posted_at"].min()
    assert rumour["hours"] == pytest.approx(span.total_seconds() / 3600, abs=0.06)
    assert rumour["hours"] < 12
    assert len(told) == rumour["copies"] + 1


def test_the_copies_of_the_rumour_are_near_and_by_different_people(truth: Truth, told) -> None:
    first = _one(told, truth.rumour["first"])
    copies = told.drop(index=first.name)
    assert (copies["copy_of"] == first["message"]).all()
    near = copies["text"].map(lambda text: SequenceMatcher(None, first["text"], text, autojunk=False).ratio())
    assert near.min() > 0.85
    assert told["text"].is_unique
    assert told["account"].is_unique


def test_the_words_of_the_rumour_find_it_and_its_correction_and_nothing_else(truth: Truth, labelled, told) -> None:
    correction = _one(labelled, truth.rumour["correction"])
    for word in truth.rumour["words"][1:]:
        found = labelled[labelled["text"].str.casefold().str.contains(word)]
        assert set(found.index) <= {*told.index, correction.name}
        assert set(found.index) >= set(told.index)
    assert all(word in truth.rumour["claim"].casefold() for word in truth.rumour["words"])


def test_the_correction_comes_later_and_the_rumour_outlives_it(truth: Truth, labelled, told) -> None:
    correction, first = (_one(labelled, truth.rumour[name]) for name in ("correction", "first"))
    assert correction["role"] == "correction"
    assert "ingen får grønt hår" in correction["text"]
    waited = (correction["posted_at"] - first["posted_at"]).total_seconds() / 60
    assert truth.rumour["minutes"] == int(waited) > 60
    assert (told["posted_at"] > correction["posted_at"]).any()


def test_the_rumour_lies_at_the_end_of_the_last_quarter(told) -> None:
    assert set(told["quarter"]) == {"2025Q3"}
    assert told["posted_at"].min() > pd.Timestamp("2025-09-16", tz="UTC")


def test_numbers_of_messages_rise_with_time_where_the_rumour_went(truth: Truth, raw: pd.DataFrame) -> None:
    for arena in truth.rumour["arenas"]:
        if arena["platform"] == "telegram":
            own = raw[raw["arena"] == arena["native_id"]].sort_values("unix", kind="stable")
            assert own["message"].astype(int).is_monotonic_increasing
            assert own["message"].is_unique


def test_one_arena_lacks_days_in_which_all_others_of_its_platform_go_on(truth: Truth, raw: pd.DataFrame) -> None:
    fault = truth.crawler_fault
    days = pd.date_range(fault["first_day"], fault["last_day"])
    assert len(days) == fault["days"] == 10
    by_day = raw.groupby(["arena", raw["posted_at"].dt.tz_convert("Europe/Copenhagen").dt.date]).size().unstack(fill_value=0)
    by_day = by_day.reindex(columns=pd.date_range("2025-07-01", "2025-09-30").date, fill_value=0)
    own = by_day.loc[fault["arena"]]
    usual = own.drop(days.date).mean()
    assert (own[days.date] == 0).all()
    assert usual > 1.5
    assert fault["posts"] == pytest.approx(usual * fault["days"], rel=0.5)
    always = truth.arenas.loc[truth.arenas["role"].isin(["", "hub", "bridge"]), "native_id"]  # there all quarter
    busy = by_day.loc[sorted(always)].loc[lambda rows: rows.drop(columns=days.date).mean(axis=1) > usual * 0.6]
    longest = {arena: _longest_silence(row) for arena, row in busy.iterrows()}
    assert max(longest, key=lambda arena: longest[arena]) == fault["arena"]
    assert longest[fault["arena"]] >= fault["days"]
    assert sorted(longest.values())[-2] < 6
    telegram = set(truth.arenas.loc[truth.arenas["platform"] == "telegram", "native_id"]) - {fault["arena"]}
    before = by_day[pd.date_range("2025-08-25", "2025-09-01").date].loc[sorted(telegram)].to_numpy().sum() / 8
    assert by_day[days.date].loc[sorted(telegram)].to_numpy().sum() / 10 == pytest.approx(before, rel=0.25)


def _longest_silence(row: pd.Series) -> int:
    silent = row.eq(0)
    return int(silent.groupby((~silent).cumsum()).sum().max())


def test_the_numbers_of_messages_jump_over_what_the_crawler_missed(truth: Truth, raw: pd.DataFrame) -> None:
    fault = truth.crawler_fault
    own = raw[raw["arena"] == fault["arena"]].sort_values("unix", kind="stable")
    after = own["posted_at"] > pd.Timestamp(fault["last_day"], tz="UTC")
    last, first = own.loc[~after, "message"].astype(int).iloc[-1], own.loc[after, "message"].astype(int).iloc[0]
    assert first - last > fault["posts"]


def test_the_crawler_fault_is_in_no_card(folder: Path, truth: Truth) -> None:
    card = (folder / "telegram-4cat" / "source.toml").read_text(encoding="utf-8")
    assert truth.crawler_fault["first_day"] not in card
    assert truth.crawler_fault["last_day"] not in card


@pytest.mark.parametrize("size", ["whole", "smallest"])
def test_one_person_alone_writes_of_a_topic_in_an_arena(truth: Truth, small: Truth, size: str) -> None:
    town = truth if size == "whole" else small
    cell = town.small_cell
    quarter = town.posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str)
    own = town.posts[(town.posts["format"] == cell["format"]) & (town.posts["chat"] == cell["chat"])
                     & (quarter == cell["period"])]
    inside = own[own["topic"] == cell["topic"]]
    assert inside["message"].tolist() == cell["messages"]
    assert len(inside) == cell["count"]
    assert 2 <= cell["count"] < 5
    assert inside["account"].nunique() == cell["authors"] == 1
    assert inside["account"].iloc[0] == cell["account"]
    assert own["account"].nunique() >= 15  # the arena itself is no small one
    assert town.arenas.set_index("native_id").at[cell["arena"], "title"] == cell["title"]


def test_the_files_name_the_one_author_of_the_small_cell(truth: Truth, raw: pd.DataFrame) -> None:
    own = raw[(raw["chat"] == truth.small_cell["chat"]) & raw["message"].isin(truth.small_cell["messages"])]
    assert set(own["account"]) == {truth.small_cell["account"]}


def test_the_leaked_name_stands_in_its_post_with_a_place_that_looks_like_one(truth: Truth, labelled) -> None:
    leaked = truth.leaked
    post = _one(labelled, leaked)
    assert leaked["value"] in post["text"]
    assert leaked["place"] in post["text"]
    assert post["quarter"] == "2025Q3"
    key = [leaked["format"], leaked["chat"], leaked["message"], leaked["value"], "name"]
    assert key in truth.planted[[*KEY, "value", "kind"]].to_numpy().tolist()
    given = leaked["place"].split()[0].removesuffix("s")
    assert truth.accounts["name"].str.split().str[0].eq(given).any()  # a given name of the town
    assert labelled["text"].str.contains(leaked["place"]).sum() == 1


def test_what_happened_leaves_every_other_word_of_the_town_as_it_was(monkeypatch, tmp_path: Path, small: Truth) -> None:
    import workbench.city.build as building

    def no_happenings(posts, planted, *_, **__):
        return posts.assign(role=""), planted

    monkeypatch.setattr(building, "add_happenings", no_happenings)
    monkeypatch.setattr(building, "lose_days", lambda posts, planted, _: (posts, planted, 0))
    monkeypatch.setattr(building, "tell_happenings", lambda *_, **__: {
        name: {} for name in ("rumour", "crawler_fault", "small_cell", "leaked")})
    bare = build_city(tmp_path / "bare", seed=3, posts=10_000)
    assert len(bare.posts) == 10_000
    fields = ["chat", "posted_at", "topic", "language", "attack"]
    both = bare.posts[fields].merge(small.posts[fields].assign(there=True), on=fields, how="left")
    assert both["there"].isna().sum() == small.crawler_fault["posts"]
    assert bare.peak == small.peak
    assert bare.ring == small.ring


@pytest.fixture(scope="module")
def drifted(folder: Path, truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Path:
    exercises = tmp_path_factory.mktemp("exercises")
    assert exercises / truth.drifted_export["file"] in build_exercises(exercises, town=folder)
    return exercises / truth.drifted_export["file"]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_drifted_export_has_the_columns_and_dates_that_its_truth_tells(folder, truth: Truth, drifted: Path) -> None:
    drift = truth.drifted_export
    before, after = (set(_table(path)[0]) for path in (folder / "telegram-4cat" / "telegram-lillehavn.csv", drifted))
    assert before - after == {*drift["renamed"], *drift["missing"]}
    assert after - before == set(drift["renamed"].values())
    rows = _table(drifted)
    assert len(rows) == drift["posts"]
    then = [datetime.strptime(row["date"], drift["dates"]["after"]) for row in rows]
    assert then == sorted(then)
    assert {(d.year, d.month) for d in then} == {(2025, 10)}


def test_an_import_of_the_drifted_export_says_which_columns_are_missing(truth: Truth, drifted: Path, city_study) -> None:
    study = city_study(drifted)
    with pytest.raises(InputError) as refused:
        study.take()
    assert all(said in str(refused.value) for said in truth.drifted_export["says"])
    texts = [row["message"] for row in _table(drifted)]
    assert not any(text in str(refused.value) for text in texts if len(text) > 15)


def test_the_drifted_export_is_read_once_its_card_says_what_the_columns_are(truth: Truth, drifted, city_study) -> None:
    mapping = truth.drifted_export["mapping"]
    study = city_study(drifted)
    lines = ["", "[mapping]", *(f'{k} = "{v}"' for k, v in mapping.items() if k != "columns"), "[mapping.columns]",
             *(f'{k} = "{v}"' for k, v in mapping["columns"].items())]
    with (study.raw / "source.toml").open("a", encoding="utf-8") as card:
        card.write("\n".join(lines))
    posts = study.take().posts
    assert len(posts) == truth.drifted_export["posts"]
    assert posts["posted_at"].dt.month.eq(10).mean() > 0.95  # the first hours of a month lie in the one before, in UTC


class _Study:
    def __init__(self, folder: Path, export: Path) -> None:
        from workbench.starting import start_study

        self.folder, self.raw = folder, folder / "data" / "raw" / "later"
        start_study(folder, is_city=True)
        self.raw.mkdir(parents=True)
        for file in export.parent.iterdir():
            (self.raw / file.name).write_bytes(file.read_bytes())

    def take(self):
        from workbench.settings import read_settings
        from workbench.sources import import_exports
        from workbench.study import open_study

        import_exports([self.folder / "data" / "raw"], settings=read_settings(self.folder))
        return open_study(self.folder).corpus()


@pytest.fixture
def city_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(tmp_path / "key"))
    return lambda export: _Study(tmp_path / "study", export)


def test_exercises_need_a_town(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no made-up town"):
        build_exercises(tmp_path / "exercises", town=tmp_path)
    assert not (tmp_path / "exercises").exists()


def test_a_town_of_the_command_has_its_exercises_outside_its_exports(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from workbench.cli import app

    done = CliRunner().invoke(app, ["init", str(tmp_path / "s"), "--city", "--posts", "10000"])
    assert done.exit_code == 0
    truth = read_truth(tmp_path / "s" / "data" / "raw")
    drifted = tmp_path / "s" / "data" / "exercises" / truth.drifted_export["file"]
    assert len(_table(drifted)) == truth.drifted_export["posts"]
    assert drifted.with_name("source.toml").is_file()
