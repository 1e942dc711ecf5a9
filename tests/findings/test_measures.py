"""What the collection is made of, how much is left of it, who writes how much, what is seen, and how long arenas last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.findings import (
    measure_composition,
    measure_concentration,
    measure_reach,
    measure_selection,
    measure_survival,
)
from workbench.wording import open_wording

QUARTER = "2025Q3"
NO_LINEAGE = pd.DataFrame({"arena_id": [], "successor": []})


def said(finding, language: str = "en") -> str:
    """Return the sentence of a finding, whatever the language puts before its per cent."""
    return open_wording(language).say(finding.sentence, {**finding.known, "period": "X"}).replace(" %", "%")


def posts_in(counts: dict[str, int], *, accounts: int | None = None, month: str = "08") -> list[tuple]:
    return [(arena, None if accounts is None else f"a-{(n + i) % accounts}", f"2025-{month}-{1 + i % 28:02d}", "hej")
            for n, (arena, count) in enumerate(counts.items()) for i in range(count)]


@pytest.fixture
def kinds(make_corpus):
    """Three channels with 60 posts, three groups with 30 and one page with 10, all on one platform."""
    corpus = make_corpus(posts_in({"T-0": 20, "T-1": 20, "T-2": 20, "T-3": 10, "T-4": 10, "T-5": 10, "T-6": 10}))
    corpus.arenas["kind"] = pd.array(["channel"] * 3 + ["group"] * 3 + ["page"], dtype="string")
    return corpus


def test_a_collection_is_told_apart_by_category_else_by_platform_else_by_kind(kinds) -> None:
    # one category for all tells nothing apart
    kinds.arenas["category"] = "town"
    by_kind = measure_composition(kinds, quarter=QUARTER)
    assert by_kind.data[["by", "part", "posts"]].to_numpy().tolist() == [
        ["kind", "channel", 60], ["kind", "group", 30], ["kind", "page", 10]]
    assert said(by_kind) == "60.0% of the posts are in channels, which make up 3 of 7 arenas"
    kinds.arenas["platform"] = pd.array(["telegram"] * 3 + ["reddit"] * 4, dtype="string")
    kinds.posts["platform"] = kinds.posts["arena_id"].map(kinds.arenas.set_index("arena_id")["platform"])
    by_platform = measure_composition(kinds, quarter=QUARTER)
    assert by_platform.data[["part", "arenas_share", "channels_share", "groups_share"]].to_numpy().tolist() == [
        ["telegram", 3 / 7, 3 / 4, 0.0], ["reddit", 4 / 7, 1 / 4, 1.0]]
    assert said(by_platform) == "60.0% of the posts are on Telegram, which has 3 of 7 arenas"
    kinds.arenas["category"] = pd.array(["news"] + [pd.NA] * 6, dtype="string")
    by_category = measure_composition(kinds, quarter=QUARTER)
    assert by_category.data[["part", "posts"]].to_numpy().tolist() == [["no_category", 80], ["news", 20]]


def test_more_than_eight_parts_are_seven_and_the_others(make_corpus) -> None:
    corpus = make_corpus(posts_in({f"T-{i:02d}": 20 - i for i in range(11)}))
    corpus.arenas["category"] = pd.array([f"c{i}" for i in range(11)], dtype="string")
    data = measure_composition(corpus, quarter=QUARTER).data
    assert data["part"].tolist() == [*(f"c{i}" for i in range(7)), "other_parts"]
    assert data["posts"].iloc[-1] == sum(20 - i for i in range(7, 11))
    assert data["share"].sum() == pytest.approx(1)


def test_arenas_of_one_kind_make_no_composition_and_the_reason_is_told(make_corpus) -> None:
    finding = measure_composition(make_corpus(posts_in({"T-0": 5, "T-1": 5})), quarter=QUARTER)
    assert finding.reason == "composition_one"
    assert "all arenas are of one kind" in open_wording("en").say("unsaid.composition_one", finding.known)


def test_of_a_part_with_too_few_arenas_the_posts_are_hidden_and_the_others_still_tell(kinds, release) -> None:
    shown = release(measure_composition(kinds, quarter=QUARTER), kinds)["composition"]
    assert shown.data.set_index("part").loc["page", ["posts", "share"]].isna().all()
    assert shown.value is None or shown.value == 0.6


def test_each_step_keeps_part_of_the_one_before(make_corpus, make_topics) -> None:
    rows = [("T-0", "a-1", "2025-05-01", "hej"), *posts_in({"T-0": 6, "T-1": 4}, accounts=3), ("T-2", "a-1", "2025-04-02", "hej")]
    corpus = make_corpus(rows, collected_to={"T-2": "2025-06-30"})
    corpus.posts.loc[corpus.posts.index[-1], "text"] = pd.NA
    topics = make_topics(corpus, pd.Series([0, 0, 0, 0, -1, *[0] * 7], index=corpus.posts.index))
    told = replace(corpus, provenance={"sources": [{"rows_read": 101, "kept": 90}, {"rows_read": 12, "kept": None}]})
    finding = measure_selection(told, topics, quarter=QUARTER)
    steps = finding.data.set_index("step")
    number = steps["posts"].fillna(steps["rows_read"]).fillna(steps["arenas"])
    assert number.to_dict() == {"step_read": 200, "step_kept": 100, "step_quarter": 10, "step_text": 9, "step_topic": 8,
                                "step_listed": 3, "step_collected": 2, "step_active": 2, "step_panel": 1}
    assert finding.caveats == ("rows_rounded",)
    assert said(finding) == "Of 3 arenas that were collected from, 2 wrote in X; 80.0% of their posts have a topic"
    unknown = measure_selection(corpus, topics, quarter=QUARTER)
    assert "step_read" not in unknown.data["step"].tolist()
    assert unknown.caveats == ()


def test_an_arena_that_was_first_seen_after_the_quarter_is_not_among_those_collected_from(make_corpus, make_topics) -> None:
    corpus = make_corpus([*posts_in({"T-0": 6}), ("T-1", None, "2025-10-02", "hej")])
    corpus.arenas["first_seen"] = pd.to_datetime(["2025-08-01", "2025-10-02"], utc=True).as_unit("us")
    finding = measure_selection(corpus, make_topics(corpus, pd.Series(0, index=corpus.posts.index)), quarter=QUARTER)
    assert finding.known["listed"] == 1


def test_no_slice_and_no_difference_of_two_is_of_fewer_than_three_arenas_or_ten_accounts(make_corpus) -> None:
    for arenas, accounts in ((6, 20), (7, 33), (15, 100), (40, 500), (200, 2000)):
        corpus = make_corpus([(f"T-{i % arenas:03d}", f"a-{i % accounts}", "2025-08-01", "hej") for i in range(max(arenas, accounts))])
        data = measure_concentration(corpus, quarter=QUARTER).data
        for row, least in (("arenas", 3), ("authors", 5 if accounts >= 500 else 10)):
            members = data.loc[data["row"].eq(row), "members"].to_numpy(int)
            assert members[-1] == (arenas if row == "arenas" else accounts)
            assert np.diff(np.r_[0, members]).min() >= least, (arenas, accounts)
    assert 20 in members  # the most active per cent of 2,000


def test_with_fewer_than_twenty_accounts_only_arenas_are_told_and_with_few_arenas_nothing(make_corpus) -> None:
    many = {f"T-{i}": 40 if i < 3 else 4 for i in range(8)}
    nineteen = measure_concentration(make_corpus(posts_in(many, accounts=19)), quarter=QUARTER)
    assert set(nineteen.data["row"]) == {"arenas"}
    assert nineteen.caveats == ()
    assert said(nineteen) == "The 3 most active of 8 arenas hold 85.7% of the posts"
    twenty = measure_concentration(make_corpus(posts_in(many, accounts=20)), quarter=QUARTER)
    assert set(twenty.data["row"]) == {"arenas", "authors"}
    assert said(twenty).startswith("The 10 most active accounts wrote ")
    few = measure_concentration(make_corpus(posts_in({f"T-{i}": 9 for i in range(5)})), quarter=QUARTER)
    assert (few.reason, len(few.data)) == ("concentration_few", 0)


def test_the_gini_coefficient_is_nought_of_equals_and_near_one_where_one_wrote_almost_all(make_corpus) -> None:
    equal = measure_concentration(make_corpus(posts_in({f"T-{i}": 5 for i in range(10)})), quarter=QUARTER)
    assert equal.data["gini"].iloc[0] == pytest.approx(0)
    one = measure_concentration(make_corpus(posts_in({f"T-{i:02d}": 400 if i == 0 else 1 for i in range(40)})), quarter=QUARTER)
    assert one.data["gini"].iloc[0] == pytest.approx((39 * 400 + sum(2 * i - 41 for i in range(1, 40))) / (40 * 439))


def test_where_one_arena_writes_almost_all_the_reason_is_told_instead(make_corpus, release) -> None:
    corpus = make_corpus(posts_in({f"T-{i}": 200 if i == 0 else 3 for i in range(8)}), kind="channel")
    shown = release(measure_concentration(corpus, quarter=QUARTER), corpus)["concentration"]
    assert shown.reason == "concentration_hidden"
    assert shown.data["share"].isna().all()


@pytest.fixture
def seen(make_corpus):
    """Twelve posts in four channels: views 100, 200, …; the last two collected six days after they were written."""
    corpus = make_corpus([(f"T-{i % 4}", None, f"2025-08-{1 + i:02d}", "hej") for i in range(12)], kind="channel")
    age = pd.to_timedelta([7] * 10 + [6] * 2, unit="D")
    posts = corpus.posts.assign(views=pd.array([100 * (i + 1) for i in range(12)], dtype="Int64"),
                                collected_at=corpus.posts["posted_at"] + age)
    return replace(corpus, posts=posts)


def test_views_count_only_of_posts_that_were_seven_days_old_when_collected(seen) -> None:
    finding = measure_reach(seen, quarter=QUARTER)
    assert finding.data[["posts", "of_posts", "views", "median_views"]].to_numpy().tolist() == [[10, 12, 5500, 550]] * 2
    assert said(finding) == "A post was typically shown 550 times; 10 posts have 5,500 views in all, which are not the same as people"
    seen.posts.loc[0, "views"] = pd.NA
    assert measure_reach(seen, quarter=QUARTER).data["views"].iloc[-1] == 5400


@pytest.mark.parametrize("column", ["views", "collected_at"])
def test_without_views_or_without_the_time_of_collection_the_reason_is_told(seen, column: str) -> None:
    seen.posts[column] = pd.array([pd.NaT if column == "collected_at" else pd.NA] * 12, dtype=seen.posts[column].dtype)
    finding = measure_reach(seen, quarter=QUARTER)
    assert (finding.reason, len(finding.data)) == ("no_views", 0)


def test_views_of_too_few_channels_are_hidden_with_their_posts(make_corpus, seen, release) -> None:
    shown = release(measure_reach(seen, quarter=QUARTER), seen, minimum_arenas=5)["reach"]
    assert shown.reason == "reach_hidden"
    assert shown.data[["posts", "views", "median_views"]].isna().all(axis=None)


def arenas_that(make_corpus, lives: list[tuple[str, str]], **more):
    """Make arenas from the day they were first seen and the day to which they were collected."""
    codes = [f"T-{i:02d}" for i in range(len(lives))]
    corpus = make_corpus([(code, None, "2025-08-01", "hej") for code in codes], **more)
    times = {name: pd.to_datetime([life[i] for life in lives], utc=True).as_unit("us")
             for i, name in enumerate(("first_seen", "collected_to"))}
    return replace(corpus, arenas=corpus.arenas.assign(**times, source_id="made"))


# Freireich et al. (1963), remission under 6-MP in weeks, as in every textbook of survival: + is censored
SIX_MP = [(6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0), (19, 0), (20, 0),
          (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]


def test_the_curve_and_its_interval_are_those_of_the_textbook(make_corpus) -> None:
    from workbench.findings.survival import _estimate

    data = _estimate(np.array([t for t, _ in SIX_MP]), np.array([bool(d) for _, d in SIX_MP]))
    curve = data[data["gone"] > 0].set_index("day")
    assert curve["share"].round(4).to_dict() == {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert curve["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    # log-log limits as R's survfit(conf.type = "log-log") gives them
    assert curve.loc[6, ["low", "high"]].astype(float).round(4).tolist() == [0.6197, 0.9516]
    assert curve.loc[23, ["low", "high"]].astype(float).round(4).tolist() == [0.1881, 0.6801]


LAST = ("2025-01-01", "2025-09-30")


def test_an_arena_is_gone_only_where_others_of_its_source_were_collected_longer(make_corpus) -> None:
    corpus = arenas_that(make_corpus, [*[LAST] * 10, ("2025-01-01", "2025-03-02"), ("2025-01-01", "2025-06-30")])
    finding = measure_survival(corpus, NO_LINEAGE, quarter=QUARTER)
    assert (finding.known["arenas"], finding.known["gone"]) == (12, 2)
    assert said(finding).startswith("Of 12 arenas, 2 disappeared; after 182 days 83.3% were still there (uncertainty: ")
    # a source of its own, of which nothing was collected later
    corpus.arenas.loc[corpus.arenas.index[-1], "source_id"] = "other"
    assert measure_survival(corpus, NO_LINEAGE, quarter=QUARTER).known["gone"] == 1


def test_an_arena_that_reopened_is_one_with_its_successor(make_corpus) -> None:
    lives = [*[LAST] * 10, ("2025-01-01", "2025-06-30"), ("2025-07-01", "2025-09-30")]
    pair = pd.DataFrame({"arena_id": ["T-10"], "successor": ["T-11"]})
    by_signs = measure_survival(arenas_that(make_corpus, lives), pair, quarter=QUARTER)
    by_person = measure_survival(arenas_that(make_corpus, lives, successors={"T-11": "T-10"}), NO_LINEAGE, quarter=QUARTER)
    for finding in (by_signs, by_person):
        assert (finding.known["arenas"], finding.known["gone"]) == (11, 0)
        assert said(finding) == "None of the 11 arenas disappeared while they were followed"


def test_what_came_after_the_quarter_is_not_looked_at(make_corpus) -> None:
    later = [(start, "2025-12-31") for start, _ in [LAST] * 11]
    corpus = arenas_that(make_corpus, [*later, ("2025-01-01", "2025-11-01"), ("2025-10-05", "2025-12-31")])
    finding = measure_survival(corpus, NO_LINEAGE, quarter=QUARTER)
    assert (finding.known["arenas"], finding.known["gone"]) == (12, 0)


def test_half_gone_a_year_and_too_few_each_have_their_sentence(make_corpus) -> None:
    short = [("2025-01-01", f"2025-0{1 + i}-15") for i in range(6)]
    half = measure_survival(arenas_that(make_corpus, [*short, *[LAST] * 5]), NO_LINEAGE, quarter=QUARTER)
    assert said(half) == "Of 11 arenas, 6 disappeared; half were gone after 165 days"
    old = ("2024-01-01", "2025-09-30")
    year = measure_survival(arenas_that(make_corpus, [*[old] * 11, ("2024-01-01", "2024-06-01")]), NO_LINEAGE, quarter=QUARTER)
    assert said(year).startswith("Of 12 arenas, 1 disappeared; after a year 91.7% were still there")
    few = measure_survival(arenas_that(make_corpus, [LAST] * 9), NO_LINEAGE, quarter=QUARTER)
    assert (few.reason, len(few.data)) == ("survival_few", 0)
