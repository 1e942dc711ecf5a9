"""The page of an alert: numbers of the release, steps of the plan, and what is not known said so."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.alerting import change_alert, raise_alert, raise_signals
from workbench.errors import CardError, ReportError
from workbench.findings import list_specs
from workbench.handbook import read_handbook
from workbench.reports import render_alert
from workbench.reports.blocks import Block
from workbench.reports.schema import check_blocks
from workbench.settings import LANGUAGES
from workbench.speech import load_codebook
from workbench.starting import start_study
from workbench.tables.alerts import LEVELS, SIGNAL_COLUMNS, Alert, counts_of
from workbench.tables.release import CANDIDATE_COLUMNS, Release, ReleasedFinding
from workbench.tables.spec import Headline
from workbench.wording import open_wording

NOW = pd.Timestamp("2025-08-20 12:00", tz="UTC")
SINCE = pd.Timestamp("2025-08-20 16:00", tz="UTC")  # 18 by the clocks
MONDAY = pd.Timestamp("2025-08-18", tz="UTC")
HOURS = pd.DataFrame({"date": [pd.Timestamp("2025-08-20", tz="UTC")] * 2, "clock": ["18:00", "18:00"],
                      "posts": pd.array([60, 143], "Int64"), "hours": [3, 6], "expected": [10.0, 20.0],
                      "arenas": [5, 12], "p": [1e-7, 1e-9]})
PEAKS = pd.DataFrame({"week_start": [MONDAY] * 3, "is_alert": pd.array([True, True, False], "boolean"),
                      "posts": pd.array([82, 40, 500], "Int64"), "expected": [16.0, 8.0, 450.0],
                      "arenas": [32, 9, 38], "p": [1e-12, 1e-6, 1e-15]})
SPREAD = pd.DataFrame({"arena": ["T-001", "T-002", "Y-001"], "hours": [0.0, 1.5, 4.9], "arenas": [1, 2, 3]})
TABLES = {"hours": HOURS, "peaks": PEAKS, "spread": SPREAD}


def release(key: str = "", data: pd.DataFrame | None = None, **facts) -> Release:
    found = {}
    if key:
        found = {key: ReleasedFinding(list_specs()[key], "2025Q3", TABLES[key] if data is None else data, Headline("x"),
                                      facts)}
    candidates = pd.DataFrame({n: pd.Series(dtype=k) for n, k in CANDIDATE_COLUMNS.items()})
    return Release(found, "ab12" * 16, "da", candidates)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    start_study(tmp_path, is_city=True)
    return tmp_path


def by_hand(study: Path, **said) -> Alert:
    return raise_alert(study, **{"role": "ssp-konsulent", "level": "red", "harm": "harm.exposure", "now": NOW, **said})


def measured(study: Path, trigger: str, since: pd.Timestamp) -> Alert:
    row = {"trigger": trigger, "since": since, "platforms": ["telegram", "youtube"]}
    [alert] = raise_signals(study, pd.DataFrame([row], columns=list(SIGNAL_COLUMNS)), now=NOW)
    return change_alert(study, alert.id, role="klubleder", said={"harm": "harm.exposure"}, now=NOW)


def page(study: Path, alert: Alert, made: Release, language: str = "da") -> Block:
    section = render_alert(alert, made, plan=read_handbook(study, "plan", language=language, own="da"),
                           lines=read_handbook(study, "help_lines", language=language, own="da"), codebook=load_codebook(study),
                           place="Lillehavn", contact="os", language=language)
    check_blocks(section.blocks, language=language)
    return section.blocks[1]


def field(block: Block, name: str) -> str:
    wanted = open_wording(block.language).say(f"alert.field.{name}")
    return next(f["value"] for f in block.content["fields"] if f["name"] == wanted)


@pytest.mark.parametrize(("trigger", "since", "key", "facts", "said"), [
    ("hours", SINCE, "hours", {}, "143 opslag på 6 timer i 12 arenaer; sædvanligt er 20"),
    ("week", MONDAY, "peaks", {}, "82 opslag på en uge i 32 arenaer; sædvanligt er 16"),
    ("claim", SINCE, "spread", {"posts": 11}, "den samme tekst 11 gange i 3 arenaer på 5 timer"),
])
def test_numbers_are_those_of_the_release_and_of_the_clearest_series(study, trigger, since, key, facts, said) -> None:
    alert = measured(study, trigger, since)
    assert field(page(study, alert, release(key, **facts)), "spread") == said


def test_what_the_gate_hides_or_nobody_measured_is_observed(study) -> None:
    alert = measured(study, "hours", SINCE)
    assert field(page(study, by_hand(study), release()), "spread") == "observeret, ikke målt"
    for made in (release(), release("hours", HOURS.iloc[:0]), release("hours", HOURS.assign(clock="19:00")),
                 release("hours", HOURS.assign(posts=pd.array([None, None], "Int64")))):
        shown = page(study, alert, made)
        assert field(shown, "spread") == shown.content["spread"] == "observeret, ikke målt"
        assert not any(number in shown.content["csv"] for number in ("143", "60"))
    assert counts_of(release("spread"), "claim", SINCE) == {}
    assert counts_of(release("spread", SPREAD.iloc[:0], posts=11), "claim", SINCE) == {}


def test_steps_contacts_and_message_are_those_of_the_plan(study) -> None:
    shown = page(study, by_hand(study), release(), "en").content
    planned = read_handbook(study, "plan", language="en").set_index("code").loc["harm.exposure"]
    assert shown["do"] == planned["do"]
    assert shown["do_not"] == planned["do_not"]
    assert (shown["decides"], shown["message"]) == (planned["decides"], planned["message"])
    assert len(shown["lines"]) == len(planned["contacts"])


def test_a_contact_that_nobody_wrote_down_is_told_and_not_left_out(study) -> None:
    lines = read_handbook(study, "help_lines", language="da")
    plan = read_handbook(study, "plan", language="da")
    plan.loc[plan["code"] == "harm.exposure", "contacts"] = pd.Series([["ghost", "acute"]], index=plan.index[plan["code"] == "harm.exposure"])
    section = render_alert(by_hand(study), release(), plan=plan, lines=lines, codebook=load_codebook(study),
                           place="Lillehavn", contact="os", language="da")
    first, second = section.blocks[1].content["lines"]
    assert (first["name"], first["text"]) == ("ghost", "Nummeret mangler i handbook/help-lines.toml.")
    assert second["phone"] == "112"


def test_without_a_plan_the_page_says_so_and_still_what_nobody_does(study) -> None:
    (study / "handbook" / "beredskabsplan.toml").write_text("")
    shown = page(study, by_hand(study), release()).content
    assert "handbook/beredskabsplan.toml" in shown["do"][0]
    assert len(shown["do_not"]) == 3
    assert shown["lines"][0]["phone"] == "112"


def test_who_looked_and_who_approved_is_told_by_role(study) -> None:
    alert = by_hand(study)
    assert field(page(study, alert, release()), "checked") == "ikke endnu, ubekræftet"
    for verified, said in (("confirmed", "ja, bekræftet af klubleder"), ("refuted", "ja, afkræftet af klubleder"),
                           ("unconfirmed", "ja, af klubleder; stadig ubekræftet")):
        changed = change_alert(study, alert.id, role="klubleder", said={"verified": verified}, now=NOW)
        assert field(page(study, changed, release()), "checked") == said
    assert field(page(study, alert, release()), "confirmed").startswith("ingen endnu")


def test_times_are_told_by_the_clocks_of_the_place(study) -> None:
    shown = page(study, measured(study, "hours", SINCE), release("hours"))
    assert field(shown, "since") == "20. august 2025 kl. 18.00"
    assert field(shown, "until") == "23. august 2025 kl. 14.00"
    assert field(page(study, measured(study, "week", MONDAY), release("peaks")), "since") == "uge 34, 2025"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_a_word_in_every_language(study, level, language) -> None:
    shown = page(study, by_hand(study, level=level), release(), language).content
    assert shown["level"] == level
    assert len(shown["level_word"]) > 6


def test_a_level_without_a_colour_or_a_type_without_a_name_is_refused(study) -> None:
    blocks = render_alert(by_hand(study), release(), plan=read_handbook(study, "plan", language="da"),
                          lines=read_handbook(study, "help_lines", language="da"), codebook=load_codebook(study),
                          place="Lillehavn", contact="os", language="da").blocks
    with pytest.raises(ReportError, match="level must be one of green"):
        check_blocks([blocks[0], Block("alert", {**blocks[1].content, "level": "purple"}, "da")], language="da")
    with pytest.raises(CardError, match=r"codebook\.toml does not know"):
        page(study, by_hand(study, harm="harm.nothing"), release())


def test_the_plan_of_a_new_study_has_steps_for_every_type_of_harm_in_both_languages(study) -> None:
    codes = {code.key for code in load_codebook(study).of("harm")}
    for language in ("da", "en"):
        plan = read_handbook(study, "plan", language=language, own="da")
        assert set(plan["code"]) == codes
        assert len(codes) >= 12
        assert plan["do"].map(len).eq(3).all()
        assert plan["do_not"].map(len).ge(2).all()
        assert plan["message"].map(len).gt(100).all()
