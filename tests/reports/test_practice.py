"""What a municipality wrote, as blocks: all of it, and a line where nobody wrote anything; the few things to know."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.reports.conftest import made
from workbench.errors import ReleaseError
from workbench.handbook import choose_activity, choose_episodes, choose_rule, choose_words, read_handbook
from workbench.reports import (
    render_activity,
    render_changes,
    render_cover,
    render_episodes,
    render_headlines,
    render_open_questions,
    render_rule,
    render_words,
)
from workbench.starting import start_study
from workbench.tables.spec import Headline

MONTH = "2025-08"


@pytest.fixture(scope="module")
def handbook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    start_study(folder, is_city=True)
    return lambda name, language="da": read_handbook(folder, name, language=language, own="da")


@pytest.fixture
def month_release(release):
    data = pd.DataFrame({"code": pd.Series(dtype="string"), "week": pd.Series(dtype="string")})
    peak = Headline("finding.speech_peaks", {"count": 1, "code": "attack", "name": {"da": "Angreb", "en": "Attack"}, "week": "2025-W34",
                                             "posts": 60, "expected": 20.0}, value=1.0, p=1e-6, test="negative_binomial",
                    is_change=True)
    none = Headline("finding.no_hours", value=0.0, test="student_t")
    findings = {"volume": release["volume"],
                "hours": made("hours", data, none),
                "speech_peaks": made("speech_peaks", data, peak, caveats=("not_audited", "marked_by_model"))}
    return replace(release, findings=findings)


def test_what_was_tested_goes_before_what_was_counted_each_with_arrow_and_confidence(month_release) -> None:
    content = render_headlines(month_release, ["volume", "hours", "speech_peaks"], heading="brief.things",
                               language="en").content
    assert content["heading"] == "Three things to know"
    assert [(i["key"], i["arrow"], i["confidence"]) for i in content["items"]] == [
        ("speech_peaks", "up", "low"), ("hours", "same", "medium"), ("volume", "", "counted")]
    assert "in week 34" in content["items"][0]["sentence"]
    two = render_headlines(month_release, ["volume", "hours", "speech_peaks"], heading="brief.things", language="en", most=2)
    assert [i["key"] for i in two.content["items"]] == ["speech_peaks", "hours"]


def test_where_nothing_can_be_told_the_brief_says_so(month_release) -> None:
    silent = replace(month_release["hours"], headline=Headline("finding.hours_unmeasured", reason="hours_short_history"))
    alone = replace(month_release, findings={"hours": replace(silent, facts={"weeks_before": 1, "weeks_needed": 8})})
    content = render_headlines(alone, ["hours"], heading="brief.things", language="en").content
    assert content["items"] == []
    assert content["unknown"][0].startswith("In which hours far more was written than usual")
    assert content["note"] == "This month nothing can be told in numbers. The rest of the brief holds."
    with pytest.raises(ReleaseError, match="holds no finding wind"):
        render_headlines(alone, ["wind"], heading="brief.things", language="en")


def test_words_stand_with_both_meanings_and_the_month(handbook) -> None:
    block = render_words(choose_words(handbook("glossary", "en"), month=MONTH), language="en")
    lines = block.content["lines"]
    assert lines[1] == {"name": "🦆", "phone": "", "web": "", "hours": "August 2025 (emoji)",
                        "text": "This is nonsense: used of a rumour that the sender does not believe. Innocently: A duck. "
                                "There are many in the harbour."}
    assert len(lines) == 6


def test_an_activity_has_its_steps_what_it_takes_and_its_marker(handbook) -> None:
    block = render_activity(choose_activity(handbook("activities"), ["harm.bullying"], month=MONTH), language="da")
    assert block.content["lead"] == "Red tråden på ét minut (15 minutter, 13–15 år)"
    assert block.content["points"][-1] == "Tegn på, at det lykkedes: Kan skrive et svar, der dæmper."
    assert len(block.content["points"]) == 6


def test_law_episodes_and_changes_tell_paragraph_tone_month_and_source(handbook) -> None:
    rule = render_rule(choose_rule(handbook("law"), ["harm.fraud"], month=MONTH), language="da").content
    assert "(straffeloven § " in rule["vignettes"][0]["title"]
    assert "ikke juridisk rådgivning" in rule["note"]
    told = render_episodes(choose_episodes(handbook("episodes"), month=MONTH), language="da").content["items"]
    assert [item.partition(":")[0] for item in told] == ["Godt", "Svært", "Svært"]
    [change] = render_changes(handbook("platforms"), language="da").content["items"]
    assert change.startswith("Mågen, august 2025: ")
    assert change.endswith("Kilde: Mågen, 12.8.2025.")


@pytest.mark.parametrize(("render", "name"), [
    (render_words, "glossary"), (render_open_questions, "questions"), (render_changes, "platforms"),
    (render_activity, "activities"), (render_rule, "law"), (render_episodes, "episodes")])
@pytest.mark.parametrize("language", ["da", "en", "no", "sv"])
def test_what_nobody_wrote_is_said_in_a_line(handbook, render, name: str, language: str) -> None:
    block = render(handbook(name).iloc[:0], language=language)
    assert block.kind == "text"
    assert block.content["text"].endswith(".")



def test_the_title_of_a_cover_may_be_a_message(release) -> None:
    cover = render_cover(release, title="brief.title", place="Lillehavn", period=MONTH, contact="x", language="da")
    assert (cover.content["title"], cover.content["period"]) == ("Månedsbrev til dem, der møder de unge", "august 2025")
    assert render_cover(release, title="Havnen", place="x", period=MONTH, contact="x", language="da").content["title"] == "Havnen"
