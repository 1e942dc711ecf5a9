"""What changed in the arenas of the list; size and tone only where a test says so, which rarely errs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.tables.actors import LINEAGE_COLUMNS
from workbench.tables.posts import empty_frame
from workbench.watching import compare_watch, count_watch_changes
from workbench.watching.rules import adjust, judge_size, judge_tone

NONE = empty_frame(LINEAGE_COLUMNS)
UNCHANGED = pd.DataFrame({"arena_id": [], "change": [], "since": pd.to_datetime([], utc=True),
                          "until": pd.to_datetime([], utc=True), "happened": []})
START = pd.Timestamp("2025-08-01", tz="UTC")


@pytest.fixture
def weekly(make_corpus):
    """Make arenas from the posts of each week up to the first of August, and those of August."""
    def make(posts: dict[str, tuple[list[int], int]], **given: object):
        rows = []
        for arena, (weeks, now) in posts.items():
            for back, count in enumerate(reversed(weeks), start=1):
                first = START - pd.Timedelta(weeks=back)
                rows += [(arena, f"a-{i % 7}", str(first + pd.Timedelta(hours=i % 160)), "hej") for i in range(count)]
            rows += [(arena, f"a-{i % 7}", str(START + pd.Timedelta(hours=i % 700)), "hej") for i in range(now)]
        return make_corpus(rows, **given)

    return make


def changes_of(corpus, watched, lineage=NONE, changes=UNCHANGED, **given: object) -> dict[str, str]:
    found = compare_watch(corpus, watched, lineage, changes, period="2025-08", **given).table
    return dict(zip(found["arena"], found["change"], strict=True))


STEADY = [10, 12, 9, 11, 10, 8, 12, 10, 11, 9, 10, 12]


def test_an_arena_is_larger_smaller_or_silent_only_where_the_test_says_so(weekly, listed) -> None:
    corpus = weekly({"T-001": (STEADY, 45), "T-002": (STEADY, 120), "T-003": (STEADY, 12), "T-004": (STEADY, 0),
                     "T-005": ([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], 0), "T-006": (STEADY[:5], 120)})
    every = listed(*sorted(corpus.arenas["arena_id"]))
    assert changes_of(corpus, every) == {"T-002": "larger", "T-003": "smaller", "T-004": "silent"}
    assert compare_watch(corpus, every, NONE, UNCHANGED, period="2025-08").tested == 4
    assert changes_of(corpus, listed("T-001", "T-004")) == {"T-004": "silent"}
    assert changes_of(corpus, listed("T-002", "T-004", status="removed")) == {}


def test_a_change_that_is_certain_and_small_is_not_told(weekly, listed) -> None:
    corpus = weekly({"T-001": ([400] * 25, round(400 * 31 / 7 * 1.3)), "T-002": ([400] * 25, round(400 * 31 / 7 * 1.7))})
    assert judge_size(np.array([400] * 25), round(400 * 31 / 7 * 1.3), weeks=31 / 7) < 0.001
    assert changes_of(corpus, listed("T-001", "T-002")) == {"T-002": "larger"}


def test_new_newly_collected_and_gone_are_told_apart(weekly, listed) -> None:
    corpus = weekly({"T-001": (STEADY, 40), "T-002": ([], 30), "T-003": ([], 30), "T-004": (STEADY, 0)},
                    collected_to={"T-004": "2025-08-02"})
    begun = pd.to_datetime(["2020-01-01", "2020-01-01", "2025-08-10", "2020-01-01"], utc=True)
    corpus = replace(corpus, arenas=corpus.arenas.assign(collected_from=begun).astype(corpus.arenas.dtypes.to_dict()))
    assert changes_of(corpus, listed("T-001", "T-002", "T-003", "T-004")) == {
        "T-002": "new", "T-003": "newly_collected", "T-004": "gone"}


def test_an_arena_that_moved_is_neither_new_nor_gone_and_its_proof_is_there(weekly, listed) -> None:
    corpus = weekly({"T-001": (STEADY, 0), "T-002": ([], 30)}, collected_to={"T-001": "2025-08-02"})
    pair = {"arena_id": "T-001", "successor": "T-002", "title_similarity": 0.9, "gap_days": 3.0, "declared_move": True,
            "shared_forwards": 0, "copied_texts": 0, "evidence": 2, "move_posts": ["T-001:3"], "forward_posts": [], "copy_posts": []}
    lineage = pd.DataFrame([pair]).astype(LINEAGE_COLUMNS)
    found = compare_watch(corpus, listed("T-001", "T-002"), lineage, UNCHANGED, period="2025-08").table
    assert found[["arena", "change", "successor", "evidence"]].values.tolist() == [["T-001", "moved", "T-002", ["T-001:3"]]]
    assert "moved" not in changes_of(corpus, listed("T-003"), lineage).values()
    still = weekly({"T-001": (STEADY, 0), "T-002": ([], 30)})
    assert changes_of(still, listed("T-001", "T-002"), lineage) == {"T-001": "moved"}
    assert changes_of(still, listed("T-001", "T-002"))["T-001"] == "silent"
    later = compare_watch(corpus, listed("T-001", "T-002"), lineage, UNCHANGED, period="2025-09").table
    assert "moved" not in set(later["change"])


def test_renamed_and_gone_private_are_told_in_the_period_in_which_they_were_seen(weekly, listed) -> None:
    corpus = weekly({"T-001": (STEADY, 45), "T-002": (STEADY, 45), "T-003": (STEADY, 45)})
    told = pd.DataFrame({"arena_id": ["T-001", "T-002", "T-002", "T-003"], "change": ["renamed", "went_private", "renamed", "renamed"],
                         "since": pd.NaT, "until": pd.to_datetime(["2025-08-05", "2025-08-31", "2025-07-31", "2025-08-06"], utc=True),
                         "happened": [True, True, True, False]})
    assert changes_of(corpus, listed("T-001", "T-002", "T-003"), changes=told) == {"T-001": "renamed", "T-002": "went_private"}


def test_tone_is_told_by_marks_alone(weekly, listed) -> None:
    corpus = weekly({"T-001": ([40] * 12, 150), "T-002": ([40] * 12, 150)})
    number = corpus.posts.groupby("arena_id").cumcount()
    is_late = (corpus.posts["posted_at"] >= START) & corpus.posts["arena_id"].eq("T-002")
    marks = pd.DataFrame({"post_id": corpus.posts["post_id"], "is_marked": (number % 10 == 0) | (is_late & (number % 3 == 0))})
    every = listed("T-001", "T-002")
    assert changes_of(corpus, every) == {}
    assert changes_of(corpus, every, marks=marks) == {"T-002": "harsher"}
    assert compare_watch(corpus, every, NONE, UNCHANGED, period="2025-08", marks=marks).toned == 2


def test_field_notes_and_service_messages_are_no_posts_of_an_arena(weekly, listed) -> None:
    corpus = weekly({"T-001": (STEADY, 120)})
    is_now = corpus.posts["posted_at"] >= START
    for kind in ("field note", "service"):
        posts = corpus.posts.assign(kind=corpus.posts["kind"].mask(is_now, kind)).astype(corpus.posts.dtypes.to_dict())
        assert changes_of(replace(corpus, posts=posts), listed("T-001")) == {"T-001": "silent"}


def test_an_arena_is_known_again_by_the_code_that_it_had_as_a_candidate(weekly, listed) -> None:
    corpus = weekly({"T-001": (STEADY, 120)})
    arenas = corpus.arenas.assign(handle_key="a-0123abcd01234567").astype(corpus.arenas.dtypes.to_dict())
    assert changes_of(replace(corpus, arenas=arenas), listed("x-0123abcd")) == {"x-0123abcd": "larger"}
    counts = count_watch_changes(compare_watch(replace(corpus, arenas=arenas), listed("x-0123abcd"), NONE, UNCHANGED, period="2025-08"))
    assert counts.values.tolist() == [["larger", 1]]


def draw(kind: str, generator: np.random.Generator, mean: float, weeks: int) -> np.ndarray:
    if kind == "poisson":
        return generator.poisson(mean, weeks)
    if kind == "bursts":  # three times the variance
        return generator.negative_binomial(mean / 2, 1 / 3, weeks)
    steps = generator.normal(0, 0.25, weeks + 20)  # a busy week follows a busy week
    level = np.zeros(weeks + 20)
    for week in range(1, weeks + 20):
        level[week] = 0.5 * level[week - 1] + steps[week]
    return generator.poisson(mean * np.exp(level[20:]))


@pytest.mark.parametrize("kind", ["poisson", "bursts", "memory"])
@pytest.mark.parametrize("weeks", [1, 4])
def test_a_size_that_did_not_change_is_called_changed_in_five_of_a_hundred_at_most(kind: str, weeks: int) -> None:
    generator = np.random.default_rng(7)
    for mean in (3.0, 30.0):
        drawn = [draw(kind, generator, mean, 26 + weeks) for _ in range(1500)]
        p = np.array([judge_size(d[:26], int(d[26:].sum()), weeks=weeks) for d in drawn])
        assert np.isfinite(p).all()
        assert (p <= 0.05).mean() <= 0.075, (mean, (p <= 0.05).mean())


def test_a_size_that_doubled_for_a_month_is_found_nine_times_in_ten() -> None:
    generator = np.random.default_rng(8)
    drawn = [(generator.poisson(10, 26), int(generator.poisson(80))) for _ in range(400)]
    assert np.mean([judge_size(before, now, weeks=4) <= 0.01 for before, now in drawn]) >= 0.9


def test_a_tone_that_did_not_change_is_called_changed_in_five_of_a_hundred_at_most() -> None:
    generator = np.random.default_rng(9)
    p = []
    for _ in range(1500):
        shares = generator.beta(4, 36, 27)  # weeks differ by themselves
        posts = generator.poisson(40, 27) + 1
        marked = generator.binomial(posts, shares)
        p.append(judge_tone(marked[:26], posts[:26], int(marked[26]), int(posts[26])))
    assert np.isfinite(p).all()
    assert np.mean(np.array(p) <= 0.05) <= 0.075


def test_too_short_or_too_quiet_a_past_is_not_tested() -> None:
    assert np.isnan(judge_size(np.array([10] * 7), 100, weeks=1))
    assert np.isnan(judge_size(np.array([1] + [0] * 11), 5, weeks=1))
    assert np.isnan(judge_tone(np.array([1] * 7), np.array([30] * 7), 20, 30))
    assert adjust(np.array([0.01, np.nan, 0.04])).tolist()[:1] == [0.02]
