from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.reviews import SIGNED, propose, put, refusal, topic, word
from workbench.reviewing import read_review, write_review
from workbench.tables.review import LookedFor

THEME = """[look_for.loebehjul]
da = "Løbehjul"
en = "E-scooters"
words = ["løbehjul", " elløbehjul ", "løbehjul", ""]
posts = ["T-014:123"]
"""


def themes(folder: Path, period: str = "2025Q3", **more) -> dict[str, LookedFor]:
    return dict(read_review(folder, period, language="da", **more).look_for)


def test_a_theme_is_read_with_its_words_posts_and_names(tmp_path: Path) -> None:
    put(tmp_path, THEME + '[look_for."vape-røg"]\nwords = ["vape"]\n')
    assert themes(tmp_path) == {
        "loebehjul": LookedFor(("løbehjul", "elløbehjul"), ("T-014:123",), {"da": "Løbehjul", "en": "E-scooters"}, "2025Q3"),
        "vape-røg": LookedFor(("vape",), (), {}, "2025Q3")}


def test_examples_alone_are_enough_and_neither_role_nor_day_is_needed(tmp_path: Path) -> None:
    put(tmp_path, '[look_for.x]\nposts = ["T-014:123"]\n')
    assert themes(tmp_path)["x"] == LookedFor((), ("T-014:123",), {}, "2025Q3")


def test_a_theme_is_looked_for_in_later_periods_too(tmp_path: Path) -> None:
    put(tmp_path, THEME, "2025Q2")
    put(tmp_path, '[look_for.vape]\nwords = ["vape"]\n', "2025Q3")
    put(tmp_path, '[look_for.later]\nwords = ["x"]\n', "2025Q4")
    found = themes(tmp_path)
    assert set(found) == {"loebehjul", "vape"}
    assert found["loebehjul"].period == "2025Q2"
    assert set(themes(tmp_path, "2025Q1")) == set()


def test_the_later_file_says_what_to_look_for_and_may_end_it(tmp_path: Path) -> None:
    put(tmp_path, THEME, "2025Q2")
    put(tmp_path, '[look_for.loebehjul]\nwords = ["hjelm"]\n', "2025Q3")
    put(tmp_path, "[look_for.loebehjul]\nwords = []\n", "2025Q4")
    assert themes(tmp_path)["loebehjul"] == LookedFor(("hjelm",), (), {}, "2025Q3")
    assert themes(tmp_path, "2025Q4") == {}


def test_without_themes_nothing_is_looked_for(tmp_path: Path) -> None:
    put(tmp_path, "[look_for]\n")
    assert themes(tmp_path) == {}
    assert themes(tmp_path, "2024Q1") == {}


@pytest.mark.parametrize(("body", "line", "what"), [
    ("[look_for.x]\n", 3, "nothing to look for"),
    ('[look_for.x]\nda = "A"\nen = "B"\nwords = [" "]\nposts = []\n', 3, "nothing to look for"),
    ('[look_for.x]\nwords = ["a"]\nfr = "secret"\n', 3, "no field called like this; known are da, en, no, sv, words, posts"),
    ('[look_for.x]\nwords = "secret"\n', 3, "words is a list of texts"),
    ('[look_for.x]\nwords = [3]\n', 3, "words is a list of texts"),
    ('[look_for.x]\nposts = "secret"\n', 3, "posts is a list of ids"),
    ('[look_for.x]\nwords = ["a"]\nda = 3\n', 3, "da is not a text"),
    ('[look_for.x]\nwords = ["a"]\nda = "secret"\n', 3, "da is given, en is missing"),
    (f'[look_for.x]\nwords = ["a"]\nda = "{"secret" * 11}"\nen = "b"\n', 3, "da must be one line of at most 60 letters"),
    (f'[look_for.x]\nwords = ["{"secret" * 11}"]\n', 3, "words holds one that is no line of at most 60 letters"),
    ('[look_for.x]\nwords = ["secret\\nsecret"]\n', 3, "words holds one that is no line"),
    ('[look_for.x]\nposts = ["secret"]\n', 3, "posts holds one that is no id of a post"),
    (f'[look_for.x]\nwords = {[f"secret{i}" for i in range(51)]}\n', 3, "words holds more than 50"),
    ('[look_for."secret secret"]\nwords = ["a"]\n', 3, "a theme's own name is one word"),
    (f'[look_for.{"secret" * 7}]\nwords = ["a"]\n', 3, "a theme's own name is one word of at most 40"),
    ('[look_for]\nsecret = "a"\n', 4, "write a table for each theme"),
    ('look_for = "secret"\n', 3, "write a table for each theme"),
    ('[look_for.x]\nwords = ["a"]\n[look_for.x]\nwords = ["secret"]\n', 3, "answered on line 3 and again on line 5"),
])
def test_a_fault_in_a_theme_is_refused_with_its_line_and_never_with_a_word(tmp_path: Path, body: str, line: int,
                                                                          what: str) -> None:
    put(tmp_path, SIGNED + body)
    said = refusal(tmp_path, languages=("da", "en"))
    told = next(row for row in said.split("\n") if what in row).strip()
    assert told.startswith(f"reviews/2025Q3.toml, line {line}")
    assert "secret" not in said


def test_faults_of_themes_are_told_with_all_others(tmp_path: Path) -> None:
    put(tmp_path, '[look_for.x]\nwords = 3\n', "2025Q2")
    put(tmp_path, '[look_for.y]\nposts = ["x"]\n[words]\n"a" = {decision="x"}\n')
    said = refusal(tmp_path)
    assert "3 to correct" in said
    assert said.count("reviews/2025Q2.toml") == 1


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_new_file_has_the_section_with_an_example_that_can_be_used(tmp_path: Path, language: str) -> None:
    propose(tmp_path, topic("K-001", "havn"), word("dr.dk", kind="domain"))
    path = write_review(tmp_path, "2025Q3", language=language).path
    head, _, example = path.read_text(encoding="utf-8").partition("[look_for]\n")
    assert head.split("\n")[-2].startswith("# ")
    assert themes(tmp_path) == {}
    lines = example.rstrip("\n").split("\n")
    path.write_text(head + "[look_for]\n" + "".join(line.removeprefix("# ") + "\n" for line in lines[1:]), encoding="utf-8")
    assert set(themes(tmp_path, languages=("da", "en"))) == {"loebehjul"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_section_is_added_once_to_a_file_that_has_none(tmp_path: Path, end: str) -> None:
    propose(tmp_path, topic("K-001", "havn"))
    path = put(tmp_path, ('[topics.K-001]\nwords = ["havn"]\ndecision = "hide"').replace("\n", end))
    write_review(tmp_path, "2025Q3", language="da")
    after = path.read_bytes()
    assert after.count(b"[look_for]" + end.encode()) == 1
    assert after.count(b"\n") == after.count(end.encode())
    write_review(tmp_path, "2025Q3", language="da")
    assert path.read_bytes() == after


@pytest.mark.parametrize("body", [THEME, 'look_for = { x = { words = ["a"] } }\n'])
def test_a_file_that_has_themes_stays_as_it_is(tmp_path: Path, body: str) -> None:
    propose(tmp_path, topic("K-001", "havn"))
    path = put(tmp_path, body + '[topics.K-001]\nwords = ["havn"]\ndecision = "hide"\n')
    write_review(tmp_path, "2025Q3", language="da")
    assert path.read_text(encoding="utf-8").count("look_for") == 1
    assert tomllib.loads(path.read_text(encoding="utf-8"))["look_for"]
