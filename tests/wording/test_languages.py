"""Every language says everything, as its editors would print it: nothing is missing, doubled or left in code."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from importlib.resources import files

import pytest

from workbench.reports.fragments import fixed_messages
from workbench.settings import ALL_LANGUAGES, LANGUAGES, PARTIAL
from workbench.wording import Wording, end_sentence, open_wording

NB = "\N{NO-BREAK SPACE}"
MODEL = "da"  # others are held against it
NUMBERED = re.compile(r"\{\w+(?::number)?\} ([^\W\d_]+)")
PROSE = ("finding", "text", "caveat", "section", "unsaid", "report.title", "axis")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def printed(language: str) -> Iterator[tuple[str, str]]:
    """Messages that are printed; files that a person fills in are TOML, with its own quotes and columns."""
    return ((name, text) for name, text in open_wording(language).messages.items()
            if not name.startswith(("review.", "editor.")))


def plural_of(wording: Wording) -> dict[str, str]:
    """The nouns that have a form for one and another for many, by the form for many."""
    pairs = [(wording.counted(unit, 2).split()[-1], wording.counted(unit, 1).split()[-1])
             for unit in ("arenas", "weeks", "topics", "groups")]
    return {many: one for many, one in pairs if many != one}


def test_a_language_is_a_folder_of_catalogs_and_nothing_else() -> None:
    folders = (files("workbench.wording") / "catalogs").iterdir()
    assert set(ALL_LANGUAGES) == {folder.name for folder in folders if folder.is_dir()}
    assert set(LANGUAGES) >= {"da", "en", "no", "sv"}
    assert set(PARTIAL) == {"ar", "so", "tr", "uk"}
    assert not set(PARTIAL) & set(LANGUAGES)


@pytest.mark.parametrize("language", PARTIAL)
def test_a_language_of_single_products_says_what_they_need_and_nothing_besides(language: str) -> None:
    said, model = open_wording(language).messages, open_wording(MODEL).messages
    needed = {name for name in model if name.startswith(tuple(f"{product}." for product in PARTIAL[language]))}
    assert set(said) == needed | set(fixed_messages())
    assert [name for name in said if fields(said[name]) != fields(model[name])] == []
    assert [name for name, text in said.items() if re.search(r"  |\.\.|[\"']|^ | $|\d %", text) or not text] == []


@pytest.mark.parametrize(("language", "direction", "tag", "is_lix", "share"), [
    ("da", "ltr", "da", True, f"12,3{NB}pct."), ("ar", "rtl", "ar", False, "12.3%"), ("so", "ltr", "so", False, "12.3%"),
    ("tr", "ltr", "tr", False, "%12,3"), ("uk", "ltr", "uk", False, "12,3%")])
def test_a_language_says_which_way_its_lines_run_and_whether_lix_measures_it(
        language: str, direction: str, tag: str, is_lix: bool, share: str) -> None:
    wording = open_wording(language)
    assert (wording.direction, wording.tag, wording.is_measured_by_lix) == (direction, tag, is_lix)
    assert wording.share(0.123) == share


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing_in_any_language(language: str) -> None:
    said, model = open_wording(language).messages, open_wording(MODEL).messages
    assert sorted(set(model) - set(said)) == [], f"to be translated into {language}"
    assert sorted(set(said) - set(model)) == [], f"said in {language} only"
    assert [name for name, text in said.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_names_the_same_facts_in_every_language(language: str) -> None:
    said, model = open_wording(language).messages, open_wording(MODEL).messages
    assert [name for name in set(said) & set(model) if fields(said[name]) != fields(model[name])] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("fault", "found"), [
    ("two blanks", r"  "), ("two full stops", r"\.\."), ("a straight quotation mark", r"[\"']"),
    ("a blank at an end", r"^ | $"), ("a blank that can break before per cent", r"\d %|\d pct"),
    ("a blank that can break in a number", r"\d \d{3}\b"), ("a code of a week", r"\d-W\d"),
    ("a week in code", r"(?<!\d )\{week:plain\}, \d")])
def test_no_message_has_a_fault_of_print(language: str, fault: str, found: str) -> None:
    assert [name for name, text in printed(language) if re.search(found, text)] == [], fault


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_begins_with_a_capital_or_a_fact_and_a_finding_ends_without_a_full_stop(language: str) -> None:
    begun = [name for name, text in printed(language) if name.startswith(PROSE) and not re.match(r"[{\d×”“«A-ZÆØÅÄÖÉ]", text)]
    assert begun == []
    assert [name for name, text in printed(language) if name.startswith("finding.") and text.endswith(".")] == []
    assert [name for name, text in printed(language) if name.startswith(("caveat.", "text.")) and text[-1] not in ".}"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_before_a_noun_has_a_form_for_one(language: str) -> None:
    wording = open_wording(language)
    many, faults = plural_of(wording), []
    assert len(many) >= 3
    for name, text in printed(language):
        has_one = f"{name}.one" in wording.messages and re.search(r"\{(?:count|number)\} ", text)
        bare = {noun for noun in NUMBERED.findall(text) if noun in many}
        if bare and not has_one and not name.startswith(("unit.", "chart.network.alt_bridges_many", "chart.network.most_tied")):
            faults.append(name)
    # never fewer than three arenas
    assert set(faults) <= {"text.reading"}


@pytest.mark.parametrize(("language", "thousands", "share", "day", "quarter", "week", "words"), [
    ("da", "1.234,5", f"12,3{NB}pct.", "1. juli 2025", "3. kvartal 2025", "uge 4", "a, b og c"),
    ("en", "1,234.5", "12.3%", "1 July 2025", "quarter 3 of 2025", "week 4", "a, b and c"),
    ("no", f"1{NB}234,5", f"12,3{NB}%", "1. juli 2025", "3. kvartal 2025", "uke 4", "a, b og c"),
    ("sv", f"1{NB}234,5", f"12,3{NB}%", "1 juli 2025", "kvartal 3 2025", "vecka 4", "a, b och c")])
def test_numbers_days_and_weeks_are_written_the_way_of_the_language(
        language: str, thousands: str, share: str, day: str, quarter: str, week: str, words: str) -> None:
    from datetime import date

    wording = open_wording(language)
    assert (wording.number(1234.5, 1), wording.share(0.1234)) == (thousands, share)
    assert (wording.day(date(2025, 7, 1)), wording.quarter("2025Q3")) == (day, quarter)
    assert (wording.when("2025-W04"), wording.when("2025-W04", with_year=True)) == (week, f"{week}, 2025")
    assert wording.words(["a", "b", "c"]) == words


@pytest.mark.parametrize(("language", "forms"), [
    ("da", ["0 emner", "1 emne", "2 emner", "21 emner"]), ("en", ["0 topics", "1 topic", "2 topics", "21 topics"]),
    ("no", ["0 emner", "1 emne", "2 emner", "21 emner"]), ("sv", ["0 ämnen", "1 ämne", "2 ämnen", "21 ämnen"])])
def test_none_one_and_many_have_their_forms(language: str, forms: list[str]) -> None:
    made = Wording(language, {**open_wording(language).messages, "made": "{n:topics}"})
    assert [made.say("made", n=n) for n in (0, 1, 2, 21)] == forms


def test_a_unit_that_ends_with_a_full_stop_ends_the_sentence() -> None:
    messages = {**open_wording("da").messages, "made.end": "I alt {a:share}.", "made.amid": "Fra {a:share} til {a:share}"}
    made = Wording("da", messages)
    assert made.say("made.end", a=0.5) == f"I alt 50,0{NB}pct."
    assert end_sentence(made.say("made.amid", a=0.5)) == f"Fra 50,0{NB}pct. til 50,0{NB}pct."
    assert end_sentence("Nok") == "Nok."


def test_a_finding_that_begins_with_a_name_begins_with_a_capital_and_an_address_stays() -> None:
    made = Wording("en", {"finding.made": "{label} grew", "chart.made": "{label}: 3"})
    assert made.say("finding.made", label="snow · ice") == "Snow · ice grew"
    assert made.say("finding.made", label="example.org") == "example.org grew"
    assert made.say("chart.made", label="snow") == "snow: 3"


@pytest.mark.parametrize(("language", "tag", "name"), [("da", "da", "dansk"), ("en", "en", "engelsk"), ("no", "nb", "norsk"),
                                                       ("sv", "sv", "svensk")])
def test_a_language_has_the_code_by_which_it_is_hyphenated_and_a_name_in_the_others(language: str, tag: str, name: str) -> None:
    from workbench.reports.blocks import Block
    from workbench.reports.document import make_document

    assert open_wording(language).tag == tag
    assert make_document([Block("cover", {}, language)], language=language, draft=True)["language"] == tag
    assert open_wording("da").language_name(language) == name
