from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import make_codebook
from workbench.errors import TableError
from workbench.findings.audited import audit_code
from workbench.speech import (
    check_outside_sample,
    code_post,
    code_posts,
    draw_learning_sample,
    draw_more,
    draw_sample,
    load_learning_sample,
    load_sample,
    load_speech,
    save_learning_sample,
    save_sample,
)
from workbench.speech.answering import Answer
from workbench.speech.sampling import choose_posts
from workbench.tables.posts import POST_COLUMNS

PERIOD = "2025Q3"
BOOK = make_codebook(["attack"])


@pytest.fixture
def corpus(make_corpus):
    """3,000 posts of the quarter in 20 arenas on two platforms, and 100 of the next one."""
    rows = [(f"T-{n % 20:03d}", f"a-{n % 200}", "2025-08-01", f"et opslag med nummer {n:05d}") for n in range(3_000)]
    rows += [("T-000", "a-1", "2025-10-01", f"senere nummer {n}") for n in range(100)]
    made = make_corpus(rows)
    platform = np.where(made.posts["arena_id"].str[-1].eq("0"), "discord", "telegram")
    return replace(made, posts=made.posts.assign(platform=platform).astype(POST_COLUMNS),
                   arenas=made.arenas.assign(category=np.where(made.arenas["arena_id"] < "T-010", "gaming", "lokal")))


@pytest.fixture
def scores(corpus):
    values = np.random.default_rng(1).beta(0.5, 8, len(corpus.posts))
    return pd.DataFrame({"post_id": corpus.posts["post_id"], "attack": values})


def draw(corpus, scores=None, **options):
    return draw_sample(corpus, period=PERIOD, codebook=BOOK, scores=scores, **{"seed": 1, **options})


def without(corpus, ids):
    return replace(corpus, posts=corpus.posts[~corpus.posts["post_id"].isin(ids)].reset_index(drop=True))


def test_the_frame_is_the_posts_of_the_period_with_text(corpus):
    posts = corpus.posts.copy()
    posts.loc[0, "text"], posts.loc[1, "text"] = pd.NA, " \n "
    posts.loc[2, "kind"], posts.loc[3, "kind"], posts.loc[4, "kind"] = "service", "field note", "comment"
    frame = draw(replace(corpus, posts=posts)).frame["post_id"]
    assert len(frame) == 3_000 - 4
    assert posts.loc[4, "post_id"] in set(frame)
    assert not set(posts.loc[:3, "post_id"]) & set(frame)


def test_without_scores_every_post_has_the_same_chance(corpus):
    drawn = draw(corpus, size=300)
    assert drawn.frame["stratum"].eq(1).all()
    assert drawn.sample["probability"].eq(0.1).all()
    assert drawn.sample["post_id"].is_unique
    assert sorted(drawn.sample["position"]) == list(range(1, 301))


def test_with_scores_more_is_drawn_where_they_are_high_and_the_chance_is_recorded(corpus, scores):
    drawn = draw(corpus, scores, size=300)
    assert drawn.frame["stratum"].value_counts().to_dict() == {1: 30, 2: 270, 3: 2_700}
    by_score = drawn.frame.merge(scores).groupby("stratum")["attack"]
    assert by_score.min()[1] >= by_score.max()[2] >= by_score.min()[2] >= by_score.max()[3]
    chance = drawn.sample.groupby("stratum")["probability"].first()
    assert chance[1] > chance[2] > chance[3]
    for stratum, rows in drawn.sample.groupby("stratum"):
        posts = int(drawn.frame["stratum"].eq(stratum).sum())
        assert rows["stratum_posts"].eq(posts).all()
        assert rows["probability"].to_numpy(dtype=float) == pytest.approx(len(rows) / posts)


def test_posts_of_a_stratum_are_drawn_with_the_chance_that_is_recorded(corpus, scores):
    small = replace(corpus, posts=corpus.posts.iloc[:400])
    times = pd.Series(0, index=choose_posts(small, PERIOD)["post_id"])
    for seed in range(60):
        drawn = draw(small, scores, size=60, seed=seed)
        times[drawn.sample["post_id"]] += 1
    expected = drawn.frame["stratum"].map(drawn.sample.groupby("stratum")["probability"].first()).to_numpy(dtype=float)
    found = times.reindex(drawn.frame["post_id"]).to_numpy() / 60
    assert np.abs(found - expected).max() < 0.32  # five standard deviations of the largest
    assert found[drawn.frame["stratum"].eq(3)].std() == pytest.approx(np.sqrt(expected[-1] * (1 - expected[-1]) / 60), rel=0.25)


def test_the_same_seed_draws_the_same_and_another_one_others(corpus, scores):
    pd.testing.assert_frame_equal(draw(corpus, scores).sample, draw(corpus, scores).sample)
    assert set(draw(corpus, scores).sample["post_id"]) != set(draw(corpus, scores, seed=2).sample["post_id"])


def test_the_order_of_coding_has_nothing_to_do_with_strata(corpus, scores):
    sample = draw(corpus, scores, size=300).sample
    early = sample.sort_values("position").head(150)["stratum"].value_counts()
    late = sample.sort_values("position").tail(150)["stratum"].value_counts()
    assert (early - late).abs().max() < 40


def test_two_code_at_least_200_and_more_of_those_with_high_scores(corpus, scores):
    sample = draw(corpus, scores, size=400).sample
    assert sample["is_double"].sum() == 200
    part = sample.groupby("stratum")["is_double"].mean()
    assert part[1] > part[3]
    assert sample["double_probability"].to_numpy(dtype=float) == pytest.approx(sample["stratum"].map(part).to_numpy(dtype=float))
    assert draw(corpus, scores, size=50).sample["is_double"].all()
    assert draw(corpus, scores, size=600, double=10).sample["is_double"].sum() == 60


def test_further_posts_join_the_sample_with_chances_told_anew_and_strata_as_they_were(corpus, scores):
    first = draw(corpus, scores, size=300)
    other_scores = scores.assign(attack=scores["attack"].to_numpy()[::-1])
    more = draw_more(corpus, first, period=PERIOD, codebook=BOOK, seed=1, scores=other_scores, size=50)
    pd.testing.assert_frame_equal(more.frame, first.frame)
    assert set(first.sample["post_id"]) < set(more.sample["post_id"])
    assert len(more.sample) == 350
    assert more.sample["sample"].value_counts().to_dict() == {f"{PERIOD}-1": 300, f"{PERIOD}-2": 50}
    assert more.sample.loc[more.sample["sample"].eq(f"{PERIOD}-2"), "position"].min() == 301
    for stratum, rows in more.sample.groupby("stratum"):
        posts = int(more.frame["stratum"].eq(stratum).sum())
        assert rows["probability"].to_numpy(dtype=float) == pytest.approx(len(rows) / posts)


def test_first_and_further_posts_together_are_a_random_sample_of_each_stratum(corpus, scores):
    small = replace(corpus, posts=corpus.posts.iloc[:300])
    times = pd.Series(0, index=choose_posts(small, PERIOD)["post_id"])
    for seed in range(50):
        drawn = draw_more(small, draw(small, size=40, seed=seed), period=PERIOD, codebook=BOOK, seed=seed, size=20)
        times[drawn.sample["post_id"]] += 1
    assert times.std() == pytest.approx(np.sqrt(50 * 0.2 * 0.8), rel=0.2)
    assert times.mean() == pytest.approx(10)


def test_posts_that_came_after_the_draw_become_strata_of_their_own(corpus, scores):
    late_ids = set(corpus.posts["post_id"].iloc[::5])
    first = draw(without(corpus, late_ids), scores, size=300)
    more = draw_more(corpus, first, period=PERIOD, codebook=BOOK, seed=1, scores=scores, size=100)
    assert len(more.frame) == 3_000
    is_late = more.frame["post_id"].isin(late_ids)
    assert (more.frame["stratum"].ge(1_000) == is_late).all()
    assert set(more.frame.loc[is_late, "stratum"]) == {1_001, 1_002, 1_003}
    assert more.sample["post_id"].isin(late_ids).sum() >= 30
    assert set(first.sample["post_id"]) < set(more.sample["post_id"])


def test_posts_that_are_gone_leave_a_sample_of_what_is_left(corpus, scores):
    first = draw(corpus, scores, size=300)
    gone = set(first.frame["post_id"].iloc[::3])
    more = draw_more(without(corpus, gone), first, period=PERIOD, codebook=BOOK, seed=1, scores=scores, size=50)
    assert not gone & ({*more.frame["post_id"], *more.sample["post_id"]})
    assert more.sample["stratum_posts"].max() == more.frame["stratum"].value_counts().max()


def test_strata_crossed_by_platform_let_further_posts_come_from_one_of_them(corpus, scores):
    first = draw(corpus, scores, size=300, by="platform")
    more = draw_more(corpus, first, period=PERIOD, codebook=BOOK, seed=1, size=60, only="discord")
    new = more.sample[more.sample["sample"].eq(f"{PERIOD}-2")]
    platform = corpus.posts.set_index("post_id")["platform"]
    assert set(platform[new["post_id"]]) == {"discord"}
    assert {row["group"] for row in more.how["strata"]} == {"discord", "telegram"}
    with pytest.raises(TableError, match="Its groups are discord, telegram"):
        draw_more(corpus, first, period=PERIOD, codebook=BOOK, seed=1, only="facebook")
    with pytest.raises(TableError, match="from the start"):
        draw_more(corpus, draw(corpus, scores), period=PERIOD, codebook=BOOK, seed=1, only="discord")


def test_strata_crossed_by_category_give_the_share_of_all(corpus, scores):
    drawn = draw(corpus, scores, size=600, by="category")
    assert drawn.sample["stratum"].nunique() == 6
    yes = set(corpus.posts["post_id"].iloc[::10])
    settled = pd.DataFrame({"post_id": drawn.sample["post_id"], "code": "attack", "how": "one coder",
                            "value": drawn.sample["post_id"].isin(yes)})
    from workbench.tables.speech import SpeechCodes

    found = audit_code(SpeechCodes(PERIOD, BOOK, drawn.frame, drawn.sample, settled=settled), "attack").estimate
    assert found.low < 0.1 < found.high


def test_a_sample_of_whole_arenas_is_refused_with_the_reason(corpus, scores):
    with pytest.raises(TableError, match="46 to 88 of 100"):
        draw(corpus, scores, by="arena")
    posts = choose_posts(corpus, PERIOD)
    whole = posts.loc[posts["arena_id"].isin(["T-001", "T-002"]), "post_id"]
    with pytest.raises(TableError, match="drawn by arena"):
        check_outside_sample(corpus, whole, period=PERIOD, seed=1)
    check_outside_sample(corpus, posts["post_id"].sample(300, random_state=1), period=PERIOD, seed=1)
    with pytest.raises(TableError, match="2 posts stand in the sample more than once"):
        check_outside_sample(corpus, pd.concat([whole, whole.head(2)]), period=PERIOD, seed=1)
    with pytest.raises(TableError, match="1 posts of the sample are no posts"):
        check_outside_sample(corpus, pd.Series(["T-001:999999"]), period=PERIOD, seed=1)


def test_posts_without_a_score_are_told_before_anything_is_drawn(corpus, scores):
    with pytest.raises(TableError, match="10 posts with text have no score"):
        draw(corpus, scores[scores["post_id"].isin(choose_posts(corpus, PERIOD)["post_id"])].iloc[10:])
    with pytest.raises(TableError, match="no scores of attack"):
        draw(corpus, scores.rename(columns={"attack": "hate"}))
    with pytest.raises(TableError, match="no posts with text"):
        draw_sample(corpus, period="2019Q1", codebook=BOOK, seed=1)


def test_more_strata_than_the_sample_can_fill_are_refused(corpus, scores):
    with pytest.raises(TableError, match="too few for 6 strata"):
        draw(corpus, scores, size=40, by="category")


# samples for learning


def test_a_learning_sample_has_the_posts_of_which_the_model_is_least_sure(corpus, scores):
    drawn = draw(corpus, scores, size=300).sample
    learnt = draw_learning_sample(corpus, period=PERIOD, codebook=BOOK, seed=1, scores=scores, threshold=0.4, size=20, drawn=drawn)
    assert learnt["purpose"].eq("learning").all()
    assert learnt[["stratum", "probability", "double_probability"]].isna().all(axis=None)
    assert not set(learnt["post_id"]) & set(drawn["post_id"])
    unsure = scores.set_index("post_id")["attack"].sub(0.4).abs()
    assert unsure[learnt["post_id"]].median() < unsure.quantile(0.05)


def test_a_learning_sample_has_no_two_posts_alike(make_corpus):
    rows = [("T-001", "a-1", "2025-08-01", f"helt den samme tekst her igen {n % 3}") for n in range(50)]
    rows += [("T-001", "a-1", "2025-08-01", text) for text in ("bilerne kører stærkt", "hunden gøede hele natten", "æbler og pærer")]
    made = make_corpus(rows)
    flat = pd.DataFrame({"post_id": made.posts["post_id"], "attack": 0.5})
    learnt = draw_learning_sample(made, period=PERIOD, codebook=BOOK, seed=1, scores=flat, size=4)
    texts = made.posts.set_index("post_id")["text"][learnt["post_id"]]
    assert texts.str.contains("samme").sum() == 1


def test_codes_of_a_learning_sample_change_no_share(corpus, scores, tmp_path):
    drawn = draw(corpus, scores, size=200)
    save_sample(tmp_path, PERIOD, drawn)
    said = [Answer(post, {"attack": n % 4 == 0}) for n, post in enumerate(drawn.sample["post_id"])]
    code_posts(tmp_path, said, period=PERIOD, coder="coder 1", codebook=BOOK)
    before = load_speech(tmp_path, corpus, PERIOD, BOOK)
    learnt = draw_learning_sample(corpus, period=PERIOD, codebook=BOOK, seed=1, scores=scores, size=50, drawn=drawn.sample)
    save_learning_sample(tmp_path, PERIOD, learnt)
    for coder in ("coder 1", "coder 2"):
        code_posts(tmp_path, [Answer(p, {"attack": True}) for p in learnt["post_id"]], period=PERIOD, coder=coder, codebook=BOOK)
    after = load_speech(tmp_path, corpus, PERIOD, BOOK)
    assert len(after.codes) == len(before.codes) + 100
    assert audit_code(after, "attack").estimate == audit_code(before, "attack").estimate
    pd.testing.assert_frame_equal(after.settled, before.settled)
    pd.testing.assert_frame_equal(after.agreement, before.agreement)
    assert len(load_learning_sample(tmp_path, PERIOD)) == 50


# what was saved is what is loaded, and what changed since is told


def test_a_sample_is_loaded_as_it_was_drawn(corpus, scores, tmp_path):
    drawn = draw(corpus, scores)
    save_sample(tmp_path, PERIOD, drawn)
    again = load_sample(tmp_path, PERIOD)
    pd.testing.assert_frame_equal(again.frame, drawn.frame)
    pd.testing.assert_frame_equal(again.sample, drawn.sample)
    assert again.how == drawn.how


def test_where_nothing_was_drawn_speech_is_empty(corpus, tmp_path):
    speech = load_speech(tmp_path, corpus, PERIOD, BOOK)
    assert speech.frame.empty
    assert speech.settled.empty
    assert speech.agreement.empty
    assert list(speech.scores.columns) == ["post_id"]
    assert not (tmp_path / "coding").exists()


@pytest.mark.parametrize(("late", "is_outdated"), [(100, False), (600, True)])
def test_posts_that_came_since_are_counted_and_too_many_leave_nothing_to_report(corpus, tmp_path, late, is_outdated):
    late_ids = set(choose_posts(corpus, PERIOD)["post_id"].iloc[:late])
    early = without(corpus, late_ids)
    drawn = draw(early, size=120)
    save_sample(tmp_path, PERIOD, drawn)
    code_posts(tmp_path, [Answer(p, {"attack": False}) for p in drawn.sample["post_id"]], period=PERIOD, coder="coder 1", codebook=BOOK)
    speech = load_speech(tmp_path, corpus, PERIOD, BOOK)
    assert (speech.provenance["posts_since"], speech.provenance["is_outdated"]) == (late, is_outdated)
    assert speech.settled.empty == is_outdated
    more = draw_more(corpus, drawn, period=PERIOD, codebook=BOOK, seed=1, size=50)
    save_sample(tmp_path, PERIOD, more)
    assert load_speech(tmp_path, corpus, PERIOD, BOOK).provenance["is_outdated"] is False


def test_posts_that_are_gone_leave_frame_sample_and_codes(corpus, tmp_path):
    drawn = draw(corpus, size=120)
    save_sample(tmp_path, PERIOD, drawn)
    gone = set(drawn.sample["post_id"].head(30))
    for post in drawn.sample["post_id"].head(40):
        code_post(tmp_path, period=PERIOD, coder="coder 1", post_id=post, values={"attack": True}, codebook=BOOK)
    speech = load_speech(tmp_path, without(corpus, gone), PERIOD, BOOK)
    assert speech.provenance["posts_gone"] == 30
    assert (len(speech.frame), len(speech.sample), len(speech.codes)) == (2_970, 90, 10)
    assert speech.sample["stratum_posts"].eq(2_970).all()
    assert speech.sample["probability"].to_numpy(dtype=float) == pytest.approx(90 / 2_970)
