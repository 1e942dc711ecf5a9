"""Weeks of marked posts, and how few write the attacks: planted truths, worlds without effects, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import audit_world
from workbench.errors import TableError
from workbench.findings import flag_peaks, measure_attack_concentration, measure_peaks, measure_speech_peaks
from workbench.findings.editing import explain_peaks
from workbench.reviewing.told import tell
from workbench.tables.editorial import Editorial, Explanation
from workbench.tables.release import ReleasedFinding
from workbench.wording import open_wording

QUARTER = "2025Q3"


@pytest.fixture
def world(make_corpus):
    """Make fifteen months of six arenas and what is true of each post; in week 34 attacks may be more, or all may be."""
    def make(*, attacks: float = 1.0, posts: float = 1.0, arenas: int = 6, seed: int = 5, usual: float = 0.08):
        rng, rows = np.random.default_rng(seed), []
        for week in pd.date_range("2024-07-01", "2025-09-22", freq="7D"):
            is_busy = f"{week:%G-W%V}" == "2025-W34"
            for a in range(6):
                many = int(rng.poisson(45 * (posts if is_busy else 1)))
                share = usual * (attacks if is_busy and a < arenas else 1)
                said = np.where(rng.random(many) < share, "boo", "hej")
                rows += [(f"T-{a:03d}", f"a-{a}-{min(int(rng.geometric(0.1)), 30)}", f"{week + pd.Timedelta(days=i % 7):%Y-%m-%d}",
                          str(text)) for i, text in enumerate(said)]
        corpus = make_corpus(rows)
        truth = pd.DataFrame({"post_id": corpus.posts["post_id"], "attack": corpus.posts["text"].eq("boo")})
        truth["recognition"] = truth["post_id"].str[-1].eq("7")
        now = truth[(corpus.posts["posted_at"] >= pd.Timestamp("2025-07-01", tz="UTC")).to_numpy()]
        speech = audit_world(corpus, now.reset_index(drop=True), period=QUARTER, drawn=(40, 150, 400), noise=0.0)
        return corpus, speech, audit_world(corpus, truth, period=QUARTER, noise=0.0).scores
    return make


def peaks_of(made, **more):
    return measure_speech_peaks(*made, quarter=QUARTER, **more)


def test_a_planted_week_is_found_and_the_audit_stands_beside_it(world) -> None:
    corpus, speech, scores = world(attacks=5)
    finding = peaks_of((corpus, speech, scores))
    [row] = finding.data[finding.data["is_peak"]].to_dict("records")
    in_week = corpus.posts[corpus.posts["posted_at"].dt.strftime("%G-W%V").eq("2025-W34")]
    is_attack = in_week["text"].eq("boo")
    assert (row["code"], row["week"], row["posts"], row["arenas"]) == ("attack", "2025-W34", is_attack.sum(), 6)
    coded = in_week["post_id"].isin(speech.sample["post_id"])
    assert row["coded"] == coded.sum() >= 30
    assert row["low"] <= is_attack.mean() <= row["high"]
    assert row["explanation"] == "unexplained"
    assert finding.caveats == ("not_audited", "marked_by_model", "peaks_unexplained")
    assert "as “attack en”" in open_wording("en").say(finding.sentence, finding.known)
    # the year is there, whether or not it peaks
    assert finding.data.groupby("code").size().to_dict() == {"attack": 53, "recognition": 53}


@pytest.mark.parametrize("made", [{}, {"posts": 4}, {"attacks": 5, "arenas": 1, "usual": 0.01}])
def test_a_calm_year_a_larger_collection_and_one_arena_alone_are_no_peak(world, made) -> None:
    finding = peaks_of(world(**made))
    assert (finding.sentence, finding.value) == ("finding.no_speech_peaks", 0)
    assert finding.caveats == ("not_audited", "marked_by_model")


def test_years_without_an_event_raise_hardly_any_week(world) -> None:
    assert sum(peaks_of(world(seed=seed)).value for seed in range(6)) <= 1


def test_few_coded_posts_of_the_week_tell_no_share_and_coders_who_differ_none_at_all(world) -> None:
    corpus, speech, scores = world(attacks=5)
    few = replace(speech, settled=speech.settled.groupby("code").head(110))
    differ = replace(speech, agreement=speech.agreement.assign(verdict="low"))
    for made in (few, differ):
        peaks = peaks_of((corpus, made, scores)).data.query("is_peak")
        assert len(peaks) == 1
        assert peaks[["coded", "audited"]].isna().all(axis=None)


def test_series_tested_besides_make_the_level_stricter() -> None:
    counts = pd.DataFrame(np.random.default_rng(5).poisson(40, (80, 2)))
    counts.iloc[79, 0] = 68
    totals = pd.Series(1000, index=counts.index)
    alone, among = (flag_peaks(counts, tested=1, totals=totals, beside=n).iloc[0] for n in (0, 1000))
    assert alone["p"] == among["p"]
    assert 0.1 / (52 * 1002) < alone["p"] < 0.1 / (52 * 2)
    assert (alone["is_peak"], among["is_peak"]) == (True, False)


def test_the_weeks_of_topics_share_the_level_too(world, make_topics) -> None:
    corpus, _, _ = world(attacks=3)
    topics = make_topics(corpus, corpus.posts["text"].map({"boo": 0, "hej": 1}))
    found = [measure_peaks(corpus, topics, quarter=QUARTER, beside=beside).value for beside in (0, 10**14)]
    assert found[0] > found[1]


def test_scores_of_the_quarter_alone_are_too_short_a_history(world) -> None:
    corpus, speech, _ = world()
    finding = peaks_of((corpus, speech, speech.scores))
    assert finding.reason == "marks_short_history"
    assert "the model has read posts of 0 weeks before the period. It takes at least 26." in open_wording("en").say(
        f"unsaid.{finding.reason}", finding.known)


def test_without_a_model_nothing_is_told_and_it_says_what_it_takes(world) -> None:
    corpus, speech, scores = world()
    mute = replace(speech, scores=scores[["post_id"]], thresholds={})
    for finding in (peaks_of((corpus, mute, scores[["post_id"]])), peaks_of((corpus, mute, scores)),
                    measure_attack_concentration(corpus, mute, quarter=QUARTER)):
        assert finding.reason == "posts_unscored"
        assert finding.data.empty
        assert "no model has read the posts" in open_wording("en").say(f"unsaid.{finding.reason}", finding.known)


def test_scores_of_other_posts_and_codes_of_another_quarter_are_refused(world) -> None:
    corpus, speech, scores = world()
    other = scores.assign(post_id=scores["post_id"] + "x")
    with pytest.raises(TableError, match="none of the posts of 2025Q3 is among the"):
        peaks_of((corpus, speech, other))
    with pytest.raises(TableError, match="the codes are of 2025Q2"):
        peaks_of((corpus, replace(speech, period="2025Q2"), scores))


def test_a_post_that_was_not_scored_is_no_post_without_attack(world) -> None:
    corpus, speech, scores = world(attacks=5)
    kept = scores[scores["post_id"].isin(corpus.posts.loc[corpus.posts["arena_id"].isin(["T-000", "T-001"]), "post_id"])]
    whole, part = (peaks_of((corpus, speech, s)).data.query("is_peak").iloc[0] for s in (scores, kept))
    # a third of the posts, and of what is expected of them
    assert part["expected"] == pytest.approx(whole["expected"] / 3, rel=0.25)


def test_the_slices_are_those_of_the_marked_attacks_and_people_who_found_them_agree(world) -> None:
    corpus, speech, _ = world(usual=0.3)
    finding = measure_attack_concentration(corpus, speech, quarter=QUARTER)
    now = corpus.posts[corpus.posts["posted_at"] >= pd.Timestamp("2025-07-01", tz="UTC")]
    attacks = now[now["text"].eq("boo")]
    sizes = attacks["account_id"].value_counts()
    top = finding.data[finding.data["row"].eq("authors") & finding.data["members"].eq(10)].iloc[0]
    assert (top["posts"], top["of_posts"], top["of_all"]) == (sizes.head(10).sum(), len(attacks), len(sizes))
    # the model is right, so what people found is a sample of the same
    assert top["low"] <= top["share"] <= top["high"]
    assert top["of_found"] >= 30
    assert finding.data.loc[finding.data["members"].eq(finding.data["of_all"]), "audited"].isna().all()
    assert not {"account_id", "arena_id", "ids"} & set(finding.data)


def test_few_found_attacks_tell_no_part_and_few_accounts_no_slices(world, make_corpus) -> None:
    corpus, speech, _ = world(usual=0.3)
    few = replace(speech, settled=speech.settled.assign(value=speech.settled["value"] & speech.settled["post_id"].str[-1].eq("3")))
    assert measure_attack_concentration(corpus, few, quarter=QUARTER).data["audited"].isna().all()
    rows = [(f"T-{i % 5:03d}", f"a-{i % 19}", "2025-08-05", "boo") for i in range(190)]
    small = make_corpus(rows)
    truth = pd.DataFrame({"post_id": small.posts["post_id"], "attack": True})
    finding = measure_attack_concentration(small, audit_world(small, truth, period=QUARTER, noise=0.0), quarter=QUARTER)
    assert finding.reason == "attack_concentration_few"


def test_people_explain_a_week_by_its_code_and_the_editor_is_told_of_it(world) -> None:
    finding = peaks_of(world(attacks=5))
    assert tell(finding).peaks == (("attack", "2025-W34"),)
    released = ReleasedFinding(finding.spec, QUARTER, finding.data, finding.headline, finding.facts, caveats=finding.caveats)
    told = Editorial("f", "en", peaks=(Explanation("attack", "2025-W34", "A match.", "the club"),
                                       Explanation("attack", "2025-W33", "Nothing.", "nobody")))
    found = explain_peaks(released, told)
    assert found.data.loc[found.data["is_peak"], "explanation"].tolist() == ["A match. (the club)"]
    assert found.data["explanation"].notna().sum() == 1
    assert found.caveats == ("not_audited", "marked_by_model")
