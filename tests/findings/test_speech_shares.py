"""Shares of attack, hate and recognition: what is told, what is not told and why, and that no rule can be left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.speech_worlds import audit_world
from workbench.errors import TableError
from workbench.findings import (
    compare_speech,
    describe_agreement,
    describe_audit,
    measure_recognition_ratio,
    measure_speech,
    measure_speech_model,
    measure_speech_parts,
    measure_speech_weeks,
    release_findings,
)
from workbench.findings.speech_parts import exchange_arenas
from workbench.findings.speech_shares import say_every
from workbench.tables.finding import Finding, check_finding
from workbench.tables.posts import Corpus
from workbench.tables.speech import SpeechCodes

QUARTER, BEFORE = "2025Q3", "2025Q2"
CODES = ("attack", "hate", "recognition")
RATES = {"attack": 0.1, "hate": 0.04, "recognition": 0.2}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return {}


@pytest.fixture
def world(make_corpus: Callable[..., Corpus], made: dict[str, Any]) -> Corpus:
    """Two quarters of 24 arenas, 125 posts in each of a quarter."""
    if "corpus" not in made:
        rows = [(f"T-{i % 24:03d}", f"a-{i % 97}", f"2025-{4 + i // 24 % 6:02d}-{1 + i // 144 % 28:02d}", f"ord nummer {i} er her nu")
                for i in range(6000)]
        made["corpus"] = make_corpus(rows)
    return made["corpus"]


def hear(corpus: Corpus, quarter: str = QUARTER, rates: dict[str, float] = RATES, *, where: dict[str, float] | None = None,
         **world: Any) -> SpeechCodes:
    """Return an audit of a quarter in which each post has a code by chance; `where` multiplies in some arenas."""
    months = (7, 8, 9) if quarter == QUARTER else (4, 5, 6)
    posts = corpus.posts[corpus.posts["posted_at"].dt.month.isin(months)]
    chance = np.random.default_rng(len(quarter) + months[0]).random((len(posts), 2))
    times = posts["arena_id"].map(where or {}).fillna(1).to_numpy(float)
    truth = pd.DataFrame({"post_id": posts["post_id"], **{
        code: chance[:, int(code == "recognition")] < rates[code] * (1 if code == "recognition" else times) for code in rates}})
    return audit_world(corpus, truth, period=quarter, **{"drawn": (30, 270, 900), **world})


def row_of(finding: Finding, code: str) -> dict[str, Any]:
    return next(r for r in finding.data.to_dict("records") if r["code"] == code)


def agree(speech: SpeechCodes, **verdicts: str) -> SpeechCodes:
    """Return the audit with other verdicts on how far its coders agree."""
    told = speech.agreement["code"].map(verdicts).fillna(speech.agreement["verdict"])
    return replace(speech, agreement=speech.agreement.assign(verdict=told.astype("string")))


def silent(speech: SpeechCodes) -> SpeechCodes:
    """Return the scores without any audit."""
    return replace(speech, frame=speech.frame.iloc[:0], sample=speech.sample.iloc[:0], settled=speech.settled.iloc[:0],
                   codes=speech.codes.iloc[:0], agreement=speech.agreement.iloc[:0])


EVERY: dict[str, Callable[[Corpus, SpeechCodes], Finding]] = {
    "speech": lambda c, s: measure_speech(c, s, quarter=QUARTER),
    "recognition_ratio": lambda c, s: measure_recognition_ratio(c, s, quarter=QUARTER),
    "speech_parts": lambda c, s: measure_speech_parts(c, s, quarter=QUARTER, seed=1),
    "speech_weeks": lambda c, s: measure_speech_weeks(c, s, quarter=QUARTER),
    "speech_model": lambda c, s: measure_speech_model(c, s, quarter=QUARTER),
    "audit_design": lambda c, s: describe_audit(c, s, quarter=QUARTER),
    "speech_change": lambda c, s: compare_speech(c, s, hear(c, BEFORE), quarter=QUARTER, seed=1),
}


@pytest.mark.parametrize("key", EVERY)
def test_without_an_audit_each_finding_gives_one_and_the_same_reason(world: Corpus, key: str) -> None:
    nothing = replace(silent(hear(world)), scores=pd.DataFrame({"post_id": pd.Series(dtype="string")}), thresholds={})
    finding = check_finding(EVERY[key](world, nothing))
    assert finding.reason == "not_audited"
    assert finding.caveats == ()
    assert describe_agreement(nothing, quarter=QUARTER).reason == "not_audited"


@pytest.mark.parametrize("key", EVERY)
def test_codes_of_another_quarter_are_refused(world: Corpus, key: str) -> None:
    if key == "speech_change":
        with pytest.raises(TableError, match="the codes are of 2025Q3, and 2025Q2 is asked for"):
            compare_speech(world, hear(world), hear(world), quarter=QUARTER, seed=1)
    else:
        with pytest.raises(TableError, match="the codes are of 2025Q2, and 2025Q3 is asked for"):
            EVERY[key](world, hear(world, BEFORE))


def test_with_scores_alone_the_share_is_marked_and_is_no_number_that_could_stand_large(world: Corpus) -> None:
    speech = silent(hear(world))
    finding = check_finding(EVERY["speech"](world, speech))
    row = row_of(finding, "attack")
    assert (finding.sentence, finding.value, finding.test, finding.caveats) == ("finding.speech_raw", None, None, ("not_audited",))
    assert finding.known["raw"] == row["raw"] == row["flagged"] / row["posts"] > 0
    assert row["state"] == "not_audited"
    assert pd.isna(row["share"])


def test_few_coded_posts_give_no_share(world: Corpus) -> None:
    finding = check_finding(EVERY["speech"](world, hear(world, drawn=(9, 30, 60))))
    assert row_of(finding, "attack")["state"] == "few_coded"
    assert finding.data["share"].isna().all()
    # what the model counts stands in its place, marked
    assert finding.sentence == "finding.speech_raw"
    assert "not_audited" in finding.caveats


def test_a_code_on_which_coders_differ_is_not_told_and_the_table_says_which(world: Corpus) -> None:
    finding = check_finding(EVERY["speech"](world, agree(hear(world), hate="low")))
    row = row_of(finding, "hate")
    assert row["state"] == "coders_differ"
    assert all(pd.isna(row[c]) for c in ("found", "share", "raw", "flagged"))
    assert "hate_of_attacks" not in set(finding.data["code"])
    assert "coders_differ" in finding.caveats
    assert finding.sentence == "finding.speech"  # without the hate


def test_where_coders_differ_on_attacks_another_code_is_told_and_none_stands_large(world: Corpus) -> None:
    finding = check_finding(EVERY["speech"](world, agree(hear(world), attack="low")))
    assert (finding.sentence, finding.known["code"], finding.value) == ("finding.speech_other", "hate", None)
    every = agree(hear(world), **dict.fromkeys(CODES, "low"))
    assert EVERY["speech"](world, every).reason == "coders_differ"
    for key in ("recognition_ratio", "speech_parts", "speech_weeks", "speech_change", "speech_model"):
        assert EVERY[key](world, every).reason == "coders_differ", key


@pytest.mark.parametrize("verdict", ["undecided", "single"])
def test_where_agreement_cannot_be_told_a_caveat_says_so(world: Corpus, verdict: str) -> None:
    finding = EVERY["speech"](world, agree(hear(world), attack=verdict))
    assert "agreement_unknown" in finding.caveats
    assert row_of(finding, "attack")["state"] == "agreement_unknown"
    assert finding.value is not None


def test_a_share_that_may_be_nothing_is_told_by_its_upper_end_and_is_no_tile(world: Corpus) -> None:
    finding = check_finding(EVERY["speech"](world, hear(world, rates={**RATES, "attack": 0.0, "hate": 0.0})))
    row = row_of(finding, "attack")
    assert (finding.sentence, finding.value) == ("finding.speech_under", None)
    assert finding.known["high"] == row["high"] > 0
    assert pd.isna(row["rate"])
    assert EVERY["recognition_ratio"](world, hear(world, rates={**RATES, "attack": 0.0})).reason == "few_attacks"


def test_what_is_true_of_all_posts_lies_in_the_interval(world: Corpus) -> None:
    truth = hear(world, noise=0.001).scores.set_index("post_id") > 0.5
    speech = hear(world, noise=0.3, drawn=(30, 150, 300))
    finding = EVERY["speech"](world, speech)
    true = {**truth.mean().to_dict(), "hate_of_attacks": truth["hate"].sum() / truth["attack"].sum()}
    for code, share in true.items():
        row = row_of(finding, code)
        assert row["low"] - 0.0005 <= share <= row["high"] + 0.0005, code
        assert row["low"] < row["share"] < row["high"], code
    assert row_of(finding, "attack")["powered_low"] < true["attack"] < row_of(finding, "attack")["powered_high"]
    ratio = EVERY["recognition_ratio"](world, speech)
    assert ratio.low <= true["recognition"] / true["attack"] <= ratio.high


@pytest.mark.parametrize(("share", "low", "rate"), [
    (0.051, 0.04, 20), (0.05, 0.0005, 20), (0.05, 0.00049, None), (0.0023, 0.001, 400), (0.22, 0.2, 5), (0.6, 0.5, 2), (0.7, 0.6, None),
    (0.034, 0.03, 30), (0.0125, 0.01, 80), (0.36, 0.3, 3)])
def test_about_one_in_so_many_is_a_round_number(share: float, low: float, rate: int | None) -> None:
    assert say_every(share, low) == rate


def test_posts_that_came_after_the_sample_was_drawn_are_not_described(world: Corpus) -> None:
    speech = hear(world)
    later = replace(speech, frame=speech.frame.iloc[:-100])
    assert EVERY["speech"](world, later).facts["posts"] == len(speech.frame) - 100


def test_the_few_posts_on_which_nobody_knows_one_code_hide_no_other(world: Corpus, tmp_path: Path) -> None:
    speech = hear(world)
    unsure = speech.settled["code"].eq("recognition") & speech.settled["post_id"].isin(speech.sample["post_id"].head(3))
    settled = speech.settled.assign(value=speech.settled["value"].mask(unsure))
    finding = EVERY["speech"](world, replace(speech, settled=settled))
    assert row_of(finding, "recognition")["coded"] == row_of(finding, "attack")["coded"] == len(speech.sample)
    released = release_findings([finding], world, ledger=tmp_path / "ledger.parquet", product="made", minimum_authors=5,
                                minimum_arenas=3)
    assert released["speech"].suppressed == 0


def test_where_not_every_post_was_scored_the_model_counts_nothing(world: Corpus) -> None:
    speech = hear(world)
    finding = EVERY["speech"](world, replace(speech, scores=speech.scores.iloc[1:]))
    assert finding.data["raw"].isna().all()
    assert EVERY["speech_model"](world, replace(speech, scores=speech.scores.iloc[1:])).reason == "not_scored"


def test_shares_that_a_report_is_made_for_stay_where_finer_ones_would_give_them_away(world: Corpus, tmp_path: Path) -> None:
    few = hear(world, where={"T-000": 4.0}, rates={**RATES, "attack": 0.02, "hate": 0.008})
    findings = [EVERY[k](world, few) for k in ("speech", "recognition_ratio", "speech_parts", "speech_weeks", "speech_model",
                                               "audit_design")]
    released = release_findings(findings, world, ledger=tmp_path / "ledger.parquet", product="made", minimum_authors=5,
                                minimum_arenas=3)
    assert sum(f.suppressed for f in released.findings.values()) > 0
    assert released["speech"].value == pytest.approx(findings[0].value)
    assert released["speech"].suppressed == 0


def part_world(make_corpus: Callable[..., Corpus], times: float) -> tuple[Corpus, SpeechCodes]:
    """Half of 24 arenas on another platform, with so many times the attacks."""
    rows = [(f"T-{i % 24:03d}", f"a-{i % 97}", f"2025-{7 + i // 24 % 3:02d}-{1 + i // 72 % 28:02d}", "ord") for i in range(4000)]
    corpus = make_corpus(rows)
    other = [f"T-{i:03d}" for i in range(12)]
    there = corpus.posts["arena_id"].isin(other)
    corpus = replace(corpus, posts=corpus.posts.assign(platform=corpus.posts["platform"].mask(there, "youtube")))
    return corpus, hear(corpus, where=dict.fromkeys(other, times))


def test_platforms_that_differ_are_told_apart_and_those_that_do_not_are_not(make_corpus: Callable[..., Corpus]) -> None:
    finding = check_finding(EVERY["speech_parts"](*part_world(make_corpus, 3.0)))
    assert finding.sentence == "finding.speech_parts_platform"
    assert finding.is_change
    told = {r["platform"]: r["verdict"] for r in finding.data.to_dict("records") if r["row"] == "platform"}
    assert sorted(told.values()) == ["less", "more"]
    assert told["youtube"] == "more"
    calm = EVERY["speech_parts"](*part_world(make_corpus, 1.0))
    assert (calm.sentence, calm.is_change) == ("finding.speech_parts_same", False)


def test_one_loud_arena_is_no_difference_between_platforms(make_corpus: Callable[..., Corpus]) -> None:
    corpus, _ = part_world(make_corpus, 1.0)
    finding = EVERY["speech_parts"](corpus, hear(corpus, where={"T-003": 9.0}))
    known = finding.data.set_index("platform")
    # the intervals lie apart: of the posts it is true
    assert known.at["youtube", "low"] > known.loc[known.index.difference(["youtube", "all_posts"]), "high"].iloc[0]
    assert finding.sentence == "finding.speech_parts_same"


def test_few_arenas_are_not_compared_and_few_coded_posts_give_no_share(world: Corpus, make_corpus: Callable[..., Corpus]) -> None:
    assert EVERY["speech_parts"](world, hear(world)).reason == "one_part"
    corpus, speech = part_world(make_corpus, 1.0)
    near = replace(corpus, posts=corpus.posts.assign(platform=corpus.posts["platform"].where(
        corpus.posts["arena_id"].isin(["T-000", "T-001", "T-002", "T-003"]), "telegram")))
    assert EVERY["speech_parts"](near, speech).sentence == "finding.speech_parts_untested"
    one = replace(corpus, posts=corpus.posts.assign(platform=corpus.posts["platform"].mask(
        corpus.posts.index.isin(corpus.posts.index[:40]), "reddit")))
    row = EVERY["speech_parts"](one, speech).data.set_index("platform").loc["reddit"]
    assert row["verdict"] == "few_coded"
    assert pd.isna(row["share"])


def test_arenas_that_are_exchanged_reject_one_time_in_twenty_where_nothing_differs() -> None:
    rng = np.random.default_rng(1)
    low = []
    for _ in range(300):
        posts = rng.integers(20, 400, 30).astype(float)
        found = rng.binomial(posts.astype(int), rng.beta(2, 30, 30)).astype(float)
        weighed = pd.DataFrame({"posts": posts, "found": found})
        low.append(exchange_arenas(weighed, rng.permutation(30) < 10, seed=1) < 0.05)
    assert 0.01 <= np.mean(low) <= 0.09


def test_each_month_has_its_share_and_months_alike_are_said_to_be(world: Corpus) -> None:
    speech = hear(world, drawn=(30, 60, 100))
    finding = check_finding(EVERY["speech_weeks"](world, speech))
    months = finding.data[finding.data["row"].eq("audited") & finding.data["code"].eq("attack")]
    assert list(months["week"]) == ["2025-07", "2025-08", "2025-09"]
    assert months["posts"].sum() == len(speech.frame)
    assert finding.sentence == "finding.speech_weeks_same"
    speech = hear(world)
    truth = speech.settled.assign(month=speech.settled["post_id"].map(world.posts.set_index("post_id")["posted_at"]).dt.month)
    calm = truth["code"].eq("attack") & truth["month"].ne(8)
    apart = replace(speech, settled=speech.settled.assign(value=speech.settled["value"].mask(calm, False)))
    assert EVERY["speech_weeks"](world, apart).sentence == "finding.speech_weeks"


def test_what_the_model_missed_lowers_what_it_found_and_none_missed_gives_the_lower_end_alone(world: Corpus) -> None:
    good = row_of(EVERY["speech_model"](world, hear(world, noise=0.01)), "attack")
    assert pd.isna(good["recall"])
    assert good["recall_low"] >= 0.9
    assert good["precision"] == 1
    bad = EVERY["speech_model"](world, hear(world, noise=0.35))
    row = row_of(bad, "attack")
    assert row["recall"] < 1
    assert row["precision"] < 0.9
    assert row["recall_low"] <= row["recall"] <= row["recall_high"]
    assert bad.sentence == "finding.speech_model"


def test_how_many_the_model_got_wrong_is_told_too_roughly_to_count_them(world: Corpus) -> None:
    table = EVERY["speech_model"](world, hear(world, noise=0.3)).data
    for row in table.to_dict("records"):
        behind = min(row["marked"], row["found"])
        size = 0.05 if behind >= 100 else 0.1
        assert behind * size >= 5
        for name in ("precision", "recall"):
            assert abs(row[name] / size - round(row[name] / size)) < 1e-9
    few = EVERY["speech_model"](world, hear(world, rates={**RATES, "hate": 0.01}))
    assert pd.isna(row_of(few, "hate")["precision"])


def test_a_change_needs_both_the_audit_and_the_arenas(world: Corpus) -> None:
    before = hear(world, BEFORE)
    more = hear(world, rates={**RATES, "attack": 0.2, "hate": 0.08})
    finding = check_finding(compare_speech(world, more, before, quarter=QUARTER, seed=1))
    assert (finding.sentence, finding.is_change, finding.test) == ("finding.speech_rose", True, "sign_flip")
    assert row_of(finding, "attack")["verdict"] == "rose"
    assert finding.known["size"] == pytest.approx(100 * finding.value, abs=0.06)
    # swapped, it falls
    fell = compare_speech(world, hear(world), replace(hear(world, BEFORE, rates={**RATES, "attack": 0.2})), quarter=QUARTER, seed=1)
    assert fell.sentence == "finding.speech_fell"
    # what the model marks alone is no change
    calm = hear(world, drawn=(30, 60, 100))
    marks = replace(calm, scores=more.scores)
    assert row_of(compare_speech(world, marks, before, quarter=QUARTER, seed=1), "attack")["verdict"] == "unclear"
    # and what people found alone, in arenas that did not move, is none either
    found = replace(more, scores=hear(world).scores)
    apart = row_of(compare_speech(world, found, before, quarter=QUARTER, seed=1), "attack")
    assert apart["low"] > 0
    assert apart["verdict"] == "unclear"


def test_one_arena_alone_makes_no_change(world: Corpus) -> None:
    loud = hear(world, where={"T-004": 9.0})
    finding = compare_speech(world, loud, hear(world, BEFORE), quarter=QUARTER, seed=1)
    assert not finding.is_change
    assert finding.sentence == "finding.speech_unchanged"
    assert finding.known["seen"] > 0


def test_without_an_audit_before_or_one_model_or_twelve_arenas_there_is_no_comparison(world: Corpus) -> None:
    now, before = hear(world), hear(world, BEFORE)
    assert compare_speech(world, now, silent(before), quarter=QUARTER, seed=1).reason == "speech_not_audited_before"
    other = replace(before, model={"name": "another", "kind": "baseline"})
    assert compare_speech(world, now, other, quarter=QUARTER, seed=1).reason == "speech_other_model"
    limit = replace(before, thresholds={**before.thresholds, "attack": 0.6})
    assert compare_speech(world, now, limit, quarter=QUARTER, seed=1).reason == "speech_other_model"
    few = replace(world, posts=world.posts[world.posts["arena_id"].isin([f"T-{i:03d}" for i in range(10)])].reset_index(drop=True))
    told = compare_speech(few, hear(few), hear(few, BEFORE), quarter=QUARTER, seed=1)
    assert (told.reason, told.facts["arenas"]) == ("speech_change_few_arenas", 10)


def test_agreement_counts_codes_and_says_how_many_are_left_out(world: Corpus) -> None:
    speech = hear(world)
    second = speech.codes.assign(coder="coder 2")
    twice = replace(speech, codes=pd.concat([speech.codes, second], ignore_index=True))
    finding = check_finding(describe_agreement(twice, quarter=QUARTER))
    assert (finding.sentence, finding.known["good"]) == ("finding.agreement", 3)
    assert finding.facts["posts"] == len(speech.sample)
    low = describe_agreement(agree(twice, hate="low"), quarter=QUARTER)
    assert (low.sentence, low.known["good"], low.known["low"]) == ("finding.agreement_low", 2, 1)
    assert describe_agreement(agree(twice, **dict.fromkeys(CODES, "undecided")), quarter=QUARTER).sentence == "finding.agreement_unknown"
    # what neither of the two found tells nothing of how far they agree
    none = twice.codes["value"].mask(twice.codes["code"].eq("hate"), False)
    unfound = check_finding(describe_agreement(replace(twice, codes=twice.codes.assign(value=none)), quarter=QUARTER))
    assert (set(finding.data["code"]) - set(unfound.data["code"]), unfound.facts["unseen"]) == ({"hate"}, 1)
    assert (finding.caveats, unfound.caveats) == ((), ("codes_unseen",))
    # one who decides between two is no second coder
    judged = replace(speech, codes=pd.concat([speech.codes, speech.codes.assign(coder="adjudicator")], ignore_index=True))
    assert describe_agreement(judged, quarter=QUARTER).reason == "single_coder"


def test_posts_that_attack_and_recognise_make_both_shares_rise_together(world: Corpus) -> None:
    posts = world.posts[world.posts["posted_at"].dt.month.isin((7, 8, 9))]
    both = np.random.default_rng(5).random(len(posts)) < 0.1
    same = pd.DataFrame({"post_id": posts["post_id"], "attack": both, "hate": False, "recognition": both})
    ratio = measure_recognition_ratio(world, audit_world(world, same, period=QUARTER, drawn=(30, 270, 900)), quarter=QUARTER)
    apart = measure_recognition_ratio(world, hear(world, rates=RATES | {"recognition": 0.1}), quarter=QUARTER)
    width, wide = (f.data["high"].iloc[0] - f.data["low"].iloc[0] for f in (ratio, apart))
    assert ratio.value == pytest.approx(1, abs=0.1)
    # whoever counts each post once for both knows the ratio nearly exactly
    assert width < wide / 3


def test_the_counts_a_report_is_made_for_are_hidden_after_all_others(world: Corpus) -> None:
    kept = {name for name, column in measure_speech(world, hear(world), quarter=QUARTER).spec.columns.items() if column.is_kept}
    assert kept == {"posts", "coded", "found"}
