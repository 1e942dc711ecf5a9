"""What a month shows of a handbook: by the harm that stands out, else in turn, and never what comes later."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.handbook import (
    choose_activity,
    choose_changes,
    choose_episodes,
    choose_harms,
    choose_questions,
    choose_rule,
    choose_words,
)

MONTHS = [f"2025-{m:02d}" for m in range(1, 13)]
BULLY, FRAUD = "harm.bullying", "harm.fraud"


def entries(*rows: tuple[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame([{"id": name, "harms": harms, "where": "club", "minutes": 15, "text": name} for name, harms in rows],
                        columns=["id", "harms", "where", "minutes", "text"])


QUESTIONS = entries(*[(f"any{i}", []) for i in range(6)], *[(f"bully{i}", [BULLY]) for i in range(3)],
                    *[(f"fraud{i}", [FRAUD, "harm.grooming"]) for i in range(2)])


def met(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame([{"id": str(i), "month": month, "tone": tone, "harm": harm if harm else pd.NA, "text": str(i)}
                         for i, (month, tone, harm) in enumerate(rows)], columns=["id", "month", "tone", "harm", "text"])


def test_released_shares_go_before_what_the_network_met_and_hidden_ones_count_for_nothing() -> None:
    harms = pd.DataFrame({"code": ["harm.drugs", "harm.violence", FRAUD], "share": [0.01, 0.03, None]})
    episodes = met(("2025-08", "negative", BULLY), ("2025-07", "negative", FRAUD), ("2025-08", "positive", None))
    assert choose_harms(harms, episodes, month="2025-08") == ["harm.violence", "harm.drugs", BULLY]
    assert choose_harms(harms.iloc[:0], met(), month="2025-08") == []


def test_questions_are_about_what_stands_out_and_one_always_fits() -> None:
    chosen = choose_questions(QUESTIONS, [BULLY], month="2025-08")["id"].tolist()
    assert len(chosen) == len(set(chosen)) == 3
    assert [name[:-1] for name in chosen] == ["bully", "bully", "any"]
    assert choose_questions(QUESTIONS, ["harm.violence"], month="2025-08")["harms"].map(len).sum() == 0


@pytest.mark.parametrize("harms", [[], [BULLY], [FRAUD]])
def test_each_month_asks_other_questions_than_the_one_before(harms: list[str]) -> None:
    asked = [set(choose_questions(QUESTIONS, harms, month=month)["id"]) for month in MONTHS]
    assert all(now != before for now, before in zip(asked[1:], asked, strict=False))
    assert choose_questions(QUESTIONS, harms, month="2025-08").equals(choose_questions(QUESTIONS, harms, month="2025-08"))


def test_few_questions_are_all_asked_and_none_is_made_up() -> None:
    assert choose_questions(QUESTIONS.iloc[6:8], [], month="2025-08")["id"].tolist() in (["bully0", "bully1"],
                                                                                        ["bully1", "bully0"])
    assert choose_questions(QUESTIONS.iloc[:0], [BULLY], month="2025-08").empty


def test_the_activity_is_for_the_place_short_and_about_what_stands_out() -> None:
    some = entries(("long", [FRAUD]), ("class", [FRAUD]), ("a", []), ("b", []), ("fits", [FRAUD]))
    some.loc[0, "minutes"], some.loc[1, "where"] = 45, "class"
    assert {choose_activity(some, [FRAUD], month=month)["id"][0] for month in MONTHS} == {"fits"}
    turns = [choose_activity(some, [], month=month)["id"][0] for month in MONTHS]
    assert set(turns) == {"a", "b", "fits"}
    assert all(now != before for now, before in zip(turns[1:], turns, strict=False))
    assert choose_activity(some.iloc[:1], [], month="2025-08")["id"].tolist() == ["long"]
    assert choose_activity(some, [], month="2025-08", where="home").empty


def test_the_rule_of_the_first_harm_goes_before_those_of_others() -> None:
    rules = entries(("fraud", [FRAUD]), ("bully", [BULLY]), ("any", []))
    assert choose_rule(rules, [BULLY, FRAUD], month="2025-08")["id"].tolist() == ["bully"]
    assert choose_rule(rules, ["harm.weapons", FRAUD], month="2025-08")["id"].tolist() == ["fraud"]
    assert {choose_rule(rules, [], month=month)["id"][0] for month in MONTHS} == {"fraud", "bully", "any"}
    assert choose_rule(rules.iloc[:0], [FRAUD], month="2025-08").empty


def test_words_of_the_month_come_first_those_before_fill_up_and_later_ones_wait() -> None:
    seen = ["2025-06", "2025-08", "2025-09", "2024-09", "2024-08", "2025-07", "2025-08"]
    words = pd.DataFrame({"word": list("abcdefg"), "first_seen": seen, "meaning": "x" * 100, "innocent": "y" * 100})
    assert choose_words(words, month="2025-08")["word"].tolist() == ["b", "g", "f", "a", "d"]
    assert choose_words(words, month="2025-08", most=3)["word"].tolist() == ["b", "g", "f"]
    assert choose_words(words.iloc[:0], month="2025-08").empty
    assert choose_words(words.assign(meaning="x" * 300), month="2025-08")["word"].tolist() == ["b", "g", "f"]


@pytest.mark.parametrize(("month", "told"), [("2025-08", ["b"]), ("2025-07", ["a"]), ("2025-11", ["b"]), ("2026-01", []),
                                             ("2025-01", [])])
def test_a_change_of_a_platform_is_told_in_its_month_and_for_three_after_it(month: str, told: list[str]) -> None:
    changes = pd.DataFrame({"month": ["2025-06", "2025-08"], "text": ["a", "b"]})
    assert choose_changes(changes, month=month)["text"].tolist() == told


def test_good_and_bad_episodes_take_turns_and_other_months_stay_out() -> None:
    episodes = met(*[("2025-08", "negative", None)] * 5, ("2025-08", "positive", None), ("2025-07", "positive", None))
    chosen = choose_episodes(episodes, month="2025-08")
    assert chosen["tone"].tolist() == ["positive", "negative", "negative", "negative"]
    assert set(chosen["month"]) == {"2025-08"}
    assert len(choose_episodes(episodes.assign(text="x" * 240), month="2025-08")) == 2
    assert choose_episodes(episodes, month="2025-01").empty
