"""Whom attacks hit, harmful content, themes, topics and types of arena: what is planted is found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.speech_parts_world import speak, trusted
from tests.speech_worlds import audit_world
from workbench.errors import TableError
from workbench.findings import (
    measure_attack_lift,
    measure_grounds,
    measure_harm_platforms,
    measure_harms,
    measure_recognition_arenas,
    measure_targets,
    measure_themes,
)
from workbench.tables.finding import Finding, check_finding
from workbench.tables.posts import Corpus
from workbench.tables.speech import SpeechCodes

Quarter = tuple[Corpus, pd.Series, SpeechCodes, pd.DataFrame]
QUARTER = "2025Q3"
MEASURES: tuple[Callable[..., Finding], ...] = (measure_targets, measure_grounds, measure_harms, measure_harm_platforms,
                                                measure_themes, measure_recognition_arenas)


@pytest.fixture(scope="module")
def make_quarter() -> Callable[..., Quarter]:
    from tests.conftest import make_corpus

    return lambda **how: speak(make_corpus.__wrapped__(), **how)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def quarter(make_quarter: Callable[..., Quarter]) -> Quarter:
    return make_quarter()


def by_code(finding: Finding) -> pd.DataFrame:
    return check_finding(finding).data.set_index("code")


def with_agreement(speech: SpeechCodes, verdict: str, *codes: str) -> SpeechCodes:
    told = speech.agreement
    return replace(speech, agreement=told.assign(verdict=told["verdict"].mask(told["code"].isin(codes), verdict)))


def test_the_part_of_the_hate_that_hits_each_group_is_found_and_may_sum_to_more_than_all(quarter: Quarter) -> None:
    corpus, _, speech, truth = quarter
    finding = measure_targets(corpus, speech, quarter=QUARTER)
    data, hate = by_code(finding), truth[truth["hate"]]
    for code in ("target.mayor", "target.newcomers"):
        assert data.loc[code, "low"] <= hate[code].mean() <= data.loc[code, "high"]
    assert finding.facts["of"] == "hate"
    assert finding.facts["cases"] == int(hate["post_id"].isin(speech.sample["post_id"]).sum())
    assert "several_labels" in finding.caveats
    assert finding.known["name"]["da"] == "target.mayor da"


def test_below_thirty_cases_of_hate_the_parts_are_of_attacks_and_below_thirty_of_these_nothing_is_told(quarter: Quarter) -> None:
    corpus, _, speech, truth = quarter
    hate = truth.loc[truth["hate"], "post_id"]
    few = truth["post_id"].isin(hate[hate.isin(speech.sample["post_id"])].head(29))
    little = audit_world(corpus, truth.assign(hate=few), period=QUARTER, drawn=(60, 400, 700))
    of_attacks = measure_targets(corpus, little, quarter=QUARTER)
    assert (of_attacks.facts["of"], of_attacks.sentence) == ("attack", "finding.targets_attack")
    assert by_code(of_attacks).loc["target.mayor", "low"] <= truth.loc[truth["attack"], "target.mayor"].mean() <= by_code(
        of_attacks).loc["target.mayor", "high"]
    assert measure_grounds(corpus, little, quarter=QUARTER).reason == "few_cases"
    none = audit_world(corpus, truth.assign(hate=False, attack=few), period=QUARTER, drawn=(60, 400, 700))
    assert measure_targets(corpus, none, quarter=QUARTER).reason == "few_cases"


def test_attacks_per_thousand_mentions_are_those_on_the_group_in_posts_that_hold_its_words(quarter: Quarter) -> None:
    corpus, _, speech, truth = quarter
    data = by_code(measure_targets(corpus, speech, quarter=QUARTER))
    for word in ("mayor", "newcomers"):
        holds = corpus.posts["text"].str.contains(rf"(?i)\b{word}\b")
        row = data.loc[f"target.{word}"]
        assert row["mentions"] == holds.sum()
        true = 1000 * truth.loc[holds.to_numpy(), f"target.{word}"].mean()
        assert row["per_low"] <= true <= row["per_high"]
        assert row["counted"] == "by_audit"
    # many speak of the mayor, so that attacks on the mayor are many and rare at once
    assert data.loc["target.mayor", "share"] > data.loc["target.newcomers", "share"]
    assert data.loc["target.mayor", "per_thousand"] < data.loc["target.newcomers", "per_thousand"]


def test_a_word_counts_as_a_whole_and_with_a_star_in_every_ending(quarter: Quarter) -> None:
    corpus, _, speech, _ = quarter
    texts = ["Borgmesteren!", "borgmester", "vores borgmesterkæde", "aborgmester", "å-borgmester", "vejene"]
    posts = corpus.posts.assign(text=pd.Series((texts * len(corpus.posts))[:len(corpus.posts)], dtype="string"))
    code = replace(speech.codebook.codes["target.mayor"], words=("borgmester",))

    def mentions(*words: str) -> int:
        book = replace(speech.codebook, codes={**speech.codebook.codes, code.key: replace(code, words=words)})
        made = measure_targets(replace(corpus, posts=posts), replace(speech, codebook=book), quarter=QUARTER)
        return by_code(made).loc[code.key, "mentions"] if words else pd.NA

    assert mentions("borgmester") == 2 * len(posts) // 6
    assert mentions("borgmester*") == 4 * len(posts) // 6
    assert mentions("Vejene", "borgmester") == 3 * len(posts) // 6


def test_with_few_coded_mentions_the_model_counts_and_it_is_said(quarter: Quarter) -> None:
    corpus, _, speech, _ = quarter
    ids = corpus.posts["post_id"]
    coded = ids.isin(speech.sample["post_id"])
    # a word that stands in 29 coded posts and many others
    says = coded & (coded.cumsum() <= 29) | ~coded & (np.arange(len(ids)) % 7 == 0)
    text = pd.Series(np.where(says, "newcomers", "ord"), dtype="string")
    told = replace(corpus, posts=corpus.posts.assign(text=text))
    finding = measure_targets(told, speech, quarter=QUARTER)
    row = by_code(finding).loc["target.newcomers"]
    flagged = speech.scores.set_index("post_id")["target.newcomers"].reindex(ids[says]) >= 0.5
    assert (row["counted"], row["mentions"], row["mention_found"]) == ("by_model", says.sum(), flagged.sum())
    assert row["per_thousand"] == pytest.approx(1000 * flagged.mean())
    assert pd.isna(row["per_high"])
    assert "mentions_by_model" in finding.caveats
    unscored = by_code(measure_targets(told, replace(speech, thresholds={}), quarter=QUARTER)).loc["target.newcomers"]
    assert unscored[["per_thousand", "mention_found", "counted"]].isna().all()


def test_shares_of_harm_and_themes_hold_what_is_true_and_none_found_is_told_by_the_upper_end(quarter: Quarter) -> None:
    corpus, _, speech, truth = quarter
    for measure in (measure_harms, measure_themes):
        finding = measure(corpus, speech, quarter=QUARTER)
        for code, row in by_code(finding).iterrows():
            assert row["low"] <= truth[code].mean() <= row["high"]
    none = by_code(measure_harms(corpus, speech, quarter=QUARTER)).loc["harm.grooming"]
    assert pd.isna(none["share"])
    assert pd.isna(none["rate"])
    assert (none["found"], none["low"]) == (0, 0)
    assert 0 < none["high"] < 0.01
    assert "upper_end_alone" in measure_harms(corpus, speech, quarter=QUARTER).caveats
    assert "upper_end_alone" not in measure_themes(corpus, speech, quarter=QUARTER).caveats
    assert measure_themes(corpus, speech, quarter=QUARTER).known["rate"] == 5


def test_a_share_of_arenas_takes_three_with_thirty_coded_posts_each(quarter: Quarter) -> None:
    corpus, _, speech, _ = quarter
    finding = measure_harms(corpus, speech, quarter=QUARTER)
    data = by_code(finding)
    arena = corpus.posts.set_index("post_id")["arena_id"]
    found = speech.settled[speech.settled["code"].eq("harm.weapons") & speech.settled["value"]]
    assert finding.facts["checked"] == 12
    assert data.loc["harm.weapons", "arenas_share"] == arena.reindex(found["post_id"]).nunique() / 12
    assert pd.isna(data.loc["harm.grooming", "arenas_share"])  # not seen is not the same as in no arena
    little = audit_world(corpus, quarter[3], period=QUARTER, drawn=(40, 100, 150))
    few = measure_harms(corpus, little, quarter=QUARTER)
    assert few.facts["checked"] < 3
    assert few.data["arenas_share"].isna().all()


def test_harm_stands_by_platform_where_thirty_posts_of_it_were_coded(quarter: Quarter) -> None:
    corpus, _, speech, truth = quarter
    finding = check_finding(measure_harm_platforms(corpus, speech, quarter=QUARTER))
    assert set(finding.data["platform"]) == {"telegram", "discord"}
    assert "harm.grooming" not in set(finding.data["code"])
    for row in finding.data.to_dict("records"):
        own = corpus.posts["platform"].eq(row["platform"]).to_numpy()
        assert row["low"] <= truth.loc[own, row["code"]].mean() <= row["high"]
    coded = corpus.posts["post_id"].isin(speech.sample["post_id"])
    rare = corpus.posts["platform"].mask(coded & (coded.cumsum() <= 29), "reddit")
    shown = measure_harm_platforms(replace(corpus, posts=corpus.posts.assign(platform=rare)), speech, quarter=QUARTER).data
    assert set(shown["platform"]) == {"telegram", "discord"}
    clean = audit_world(corpus, truth.assign(**{c: False for c in truth if c.startswith("harm.")}), period=QUARTER)
    assert measure_harm_platforms(corpus, clean, quarter=QUARTER).reason == "no_harm_found"


def test_types_of_arena_are_described_and_their_difference_is_not_claimed(quarter: Quarter) -> None:
    corpus, _, speech, truth = quarter
    finding = check_finding(measure_recognition_arenas(corpus, speech, quarter=QUARTER))
    assert finding.data["part"].tolist() == ["games", "town"]
    assert finding.data["arenas"].tolist() == [4, 8]
    category = corpus.posts["arena_id"].map(corpus.arenas.set_index("arena_id")["category"])
    for row in finding.data.to_dict("records"):
        own = truth[category.eq(row["part"]).to_numpy()]
        for code in ("recognition", "attack"):
            assert row[f"{code}_low"] <= own[code].mean() <= row[f"{code}_high"]
    assert (finding.is_change, finding.p) == (False, None)
    assert "types_not_tested" in finding.caveats
    one = replace(corpus, arenas=corpus.arenas.assign(category=pd.array([pd.NA] * 12, dtype="string")))
    assert measure_recognition_arenas(one, speech, quarter=QUARTER).reason == "one_type_of_arena"


def lift(made: Quarter, make_topics: Callable[..., Any], **how: Any) -> Finding:
    corpus, topic, speech, _ = made
    return check_finding(measure_attack_lift(corpus, speech, trusted(make_topics(corpus, topic), **how), quarter=QUARTER))


def test_a_planted_lift_is_found_and_topics_that_are_not_trusted_are_not_asked_about(make_quarter: Callable[..., Quarter],
                                                                                    make_topics: Callable[..., Any]) -> None:
    made = make_quarter(attack_in=(0.24, *(0.06,) * 5))
    finding = lift(made, make_topics)
    first = finding.data.iloc[0]
    assert (first["topic_id"], first["lift_verdict"], finding.facts["asked"]) == (0, "higher", 6)
    truth, inside = made[3], made[1].eq(0).to_numpy()
    assert first["lift_low"] <= truth.loc[inside, "attack"].mean() / truth.loc[~inside, "attack"].mean() <= first["lift_high"]
    assert finding.known["label"] == "word0"
    shaky = lift(made, make_topics, core=49)
    assert (shaky.facts["asked"], shaky.reason) == (0, "no_trusted_topics")


def test_where_topics_do_not_differ_almost_no_quarter_says_that_one_does(make_quarter: Callable[..., Quarter],
                                                                        make_topics: Callable[..., Any]) -> None:
    raised = 0
    for seed in range(12):
        finding = lift(make_quarter(seed=100 + seed, drawn=(60, 150, 300)), make_topics)
        raised += int(finding.data["lift_verdict"].ne("not_different").any())
    assert raised <= 2


def test_topics_with_too_few_attacks_for_an_answer_count_as_tests(quarter: Quarter, make_topics: Callable[..., Any]) -> None:
    corpus, topic, _, truth = quarter
    # two topics with ten attacks, which differ little from the rest; the others were asked about and gave no answer
    number, place = topic.to_numpy(), np.arange(len(topic))
    is_attack = np.select([np.isin(number, [0, 1]), number == -1], [truth["attack"], place % 5 < 2], truth["attack"] & (place % 8 == 0))
    quiet = truth.assign(attack=is_attack.astype(bool), hate=False)
    sparse = audit_world(corpus, quiet, period=QUARTER, drawn=(60, 400, 700))
    finding = measure_attack_lift(corpus, sparse, trusted(make_topics(corpus, topic)), quarter=QUARTER)
    assert (finding.facts["asked"], len(finding.data)) == (6, 2)
    assert (finding.data["attack_found"] >= 10).all()
    p = finding.data["lift_p"].to_numpy(float)
    assert p.max() > 0.001
    order = np.sort(p)
    assert np.sort(finding.data["lift_q"].to_numpy(float)) == pytest.approx(
        np.minimum([min(order[0] * 6, order[1] * 3), order[1] * 3], 1))


@pytest.mark.parametrize("measure", MEASURES)
def test_codes_of_another_quarter_are_refused(quarter: Quarter, measure: Callable[..., Finding]) -> None:
    corpus, _, speech, _ = quarter
    with pytest.raises(TableError, match="2025Q2"):
        measure(corpus, replace(speech, period="2025Q2"), quarter=QUARTER)


@pytest.mark.parametrize("measure", MEASURES)
def test_without_an_audit_it_is_said_that_there_is_none(quarter: Quarter, measure: Callable[..., Finding]) -> None:
    corpus, _, speech, _ = quarter
    finding = measure(corpus, SpeechCodes(QUARTER, speech.codebook), quarter=QUARTER)
    assert (finding.reason, len(finding.data), finding.caveats) == ("not_audited", 0, ())
    few = replace(speech, settled=speech.settled.groupby("code").head(99))
    assert measure(corpus, few, quarter=QUARTER).reason == "few_coded"


def test_a_code_on_which_coders_differ_is_left_out_and_it_is_said(quarter: Quarter) -> None:
    corpus, _, speech, _ = quarter
    finding = measure_harms(corpus, with_agreement(speech, "low", "harm.fraud"), quarter=QUARTER)
    assert set(finding.data["code"]) == {"harm.weapons", "harm.grooming"}
    assert "codes_left_out" in finding.caveats
    every = with_agreement(speech, "low", *speech.codebook.codes)
    assert {m(corpus, every, quarter=QUARTER).reason for m in MEASURES} == {"coders_differ"}
    unknown = measure_themes(corpus, with_agreement(speech, "undecided", "theme.litter"), quarter=QUARTER)
    assert unknown.caveats == ("agreement_unknown",)


def test_a_town_without_themes_is_told_what_it_takes(quarter: Quarter) -> None:
    corpus, _, speech, _ = quarter
    book = replace(speech.codebook, codes={k: c for k, c in speech.codebook.codes.items() if "." not in k})
    bare = replace(speech, codebook=book)
    assert measure_themes(corpus, bare, quarter=QUARTER).reason == "no_themes"
    assert measure_harms(corpus, bare, quarter=QUARTER).reason == "not_in_codebook"


@pytest.mark.parametrize("measure", MEASURES)
def test_what_few_people_or_arenas_are_behind_is_hidden_and_never_named(quarter: Quarter, measure: Callable[..., Finding],
                                                                       release: Callable[..., Any]) -> None:
    corpus, _, speech, _ = quarter
    alone = replace(corpus, posts=corpus.posts.assign(account_id=pd.array(["a-1"] * len(corpus.posts), dtype="string")))
    finding = measure(alone, speech, quarter=QUARTER)
    shown = release(finding, alone)[finding.key]
    assert shown.reason == "speech_hidden" or shown.data[["found"] if "found" in shown.data else ["attacks"]].dropna().eq(
        0).all(axis=None)
    assert shown.value is None


def test_a_group_that_is_mentioned_and_was_not_seen_attacked_has_no_rate_but_its_upper_end(quarter: Quarter) -> None:
    corpus, _, speech, _ = quarter
    text = corpus.posts["text"].mask(np.arange(len(corpus.posts)) % 5 == 0, "nobody")
    told = replace(corpus, posts=corpus.posts.assign(text=text))
    row = by_code(measure_targets(told, speech, quarter=QUARTER)).loc["target.nobody"]
    assert (row["mentions"], row["mention_found"], row["per_low"]) == (1200, 0, 0)
    assert pd.isna(row["per_thousand"])
    assert 0 < row["per_high"] < 100
