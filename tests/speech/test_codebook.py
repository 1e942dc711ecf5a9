from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import CardError
from workbench.speech import load_codebook, read_codebook
from workbench.starting import start_study

SMALL = '''
name = "By"
version = "1"
main = "attack"

[codes.attack]
[codes.attack.da]
name = "Angreb"
definition = "Går efter nogen."
rules = ["Kritik er ikke et angreb."]

[codes.hate]
[codes.hate.da]
name = "Had"
definition = "Et angreb på grund af det, nogen er."

[codes."ground.class"]
is_strict = false
[codes."ground.class".da]
name = "Stilling"
definition = "Arbejde."

[codes."theme.scooters"]
words = ["løbehjul*", "el-løbehjul"]
topic = "K-003"
[codes."theme.scooters".da]
name = "Løbehjul"
definition = "Om løbehjul."
'''


def book(folder: Path, text: str = SMALL):
    path = folder / "codebook.toml"
    path.write_text(text, encoding="utf-8")
    return read_codebook(path)


def faults(folder: Path, text: str) -> str:
    with pytest.raises(CardError) as caught:
        book(folder, text)
    return str(caught.value)


def test_a_codebook_is_read_as_it_is_written(tmp_path) -> None:
    read = book(tmp_path)
    assert (read.name, read.version, read.main) == ("By", "1", "attack")
    assert list(read.codes) == ["attack", "hate", "ground.class", "theme.scooters"]
    assert [code.parent for code in read.codes.values()] == ["", "attack", "hate", ""]
    assert [code.is_strict for code in read.codes.values()] == [True, True, False, True]
    assert read.codes["theme.scooters"].words == ("løbehjul*", "el-løbehjul")
    assert read.codes["theme.scooters"].topic == "K-003"
    assert read.codes["attack"].text("da").rules == ("Kritik er ikke et angreb.",)
    assert read.codes["attack"].text("sv").name == "Angreb"  # nobody wrote it in Swedish


def test_the_codebook_that_comes_with_the_package_is_whole_in_danish_and_english() -> None:
    read = load_codebook(Path("nowhere"))
    sizes = {family: len(read.of(family)) for family in ("marker", "ground", "form", "harm")}
    assert sizes == {"marker": 9, "ground": 10, "form": 8, "harm": 12}
    assert {c.key for c in read.of("ground") if not c.is_strict} == {"ground.politics", "ground.class"}
    for code in read.codes.values():
        for language in ("da", "en"):
            text = code.texts[language]
            assert text.rules, code.key
            assert text.examples, code.key
            assert text.counterexamples, code.key
        assert code.source or code.family == "target", code.key
    assert [c.key for c in read.of("target") if not c.words] == ["target.thread", "target.other"]


def test_a_new_study_has_the_codebook_and_the_citys_has_its_theme(tmp_path) -> None:
    start_study(tmp_path / "by")
    assert load_codebook(tmp_path / "by") == load_codebook(Path("nowhere"))
    start_study(tmp_path / "city", is_city=True)
    assert [c.key for c in load_codebook(tmp_path / "city").of("theme")] == ["theme.scooters"]


def test_a_study_that_changed_its_codebook_keeps_it_and_gets_a_new_one_beside(tmp_path) -> None:
    start_study(tmp_path)
    book(tmp_path)
    told = dict(start_study(tmp_path))
    assert told[tmp_path / "codebook.toml"] == "beside"
    assert load_codebook(tmp_path).name == "By"


@pytest.mark.parametrize(("old", "new"), [
    ("Går efter nogen.", "Går efter nogle."), ("Kritik er ikke et angreb.", "Kritik er et angreb."),
    ("is_strict = false", "is_strict = true"), ('"theme.scooters"', '"theme.skates"')])
def test_what_decides_a_code_changes_the_digest(tmp_path, old: str, new: str) -> None:
    assert book(tmp_path).digest != book(tmp_path, SMALL.replace(old, new)).digest


@pytest.mark.parametrize(("old", "new"), [
    ('name = "Angreb"', 'name = "Et angreb"'), ('"løbehjul*"', '"scooter*"'), ('version = "1"', 'version = "2"'),
    ("[codes.hate]\n", "\n# a comment\n[codes.hate]\n")])
def test_what_does_not_decide_a_code_leaves_the_digest(tmp_path, old: str, new: str) -> None:
    assert book(tmp_path).digest == book(tmp_path, SMALL.replace(old, new)).digest


def test_every_fault_is_told_at_once_with_its_line(tmp_path) -> None:
    wrong = (SMALL.replace('version = "1"', "version = 1").replace("is_strict = false", 'is_strict = "no"')
             .replace('"løbehjul*"', '"Løbe hjul*", "lø*"').replace('topic = "K-003"', 'topic = "scooters"')
             .replace("rules =", "rule ="))
    told = faults(tmp_path, wrong)
    for line, what in ((3, "version is missing"), (10, "no field called like this"), (18, "true or false"),
                       (24, "'Løbe hjul*' is no word"), (24, "'lø*' is no word"), (25, "id of a topic")):
        assert f"line {line}, " in told
        assert what in told


@pytest.mark.parametrize(("old", "new", "what"), [
    ('main = "attack"', 'main = "theft"', "main: must be a code of this file that is asked of every post"),
    ('main = "attack"', 'main = "hate"', "main: must be a code of this file that is asked of every post"),
    ("[codes.attack]\n[codes.attack.da]", "[codes.offensive]\n[codes.offensive.da]", "there is no \\[codes.attack\\]"),
    ('[codes."theme.scooters"]\n', "[codes.theme.scooters]\n", "what has a dot stands in quotes"),
    ('"ground.class"', '"floor.class"', "a code is called attack, hate"),
    ('"theme.scooters"', '"theme.Løbehjul"', "small letters a to z"),
    ('"theme.scooters"', '"theme"', "a code is called attack, hate"),
    ('"theme.scooters"', '"hate_strict"', "worked out from the grounds"),
    ("is_strict = false", "is_strict = false\nwords = []", "no field called like this"),
    ("[codes.hate.da]", "[codes.hate.xx]", "no field called like this"),
    ('[codes.hate.da]\nname = "Had"\ndefinition = "Et angreb på grund af det, nogen er."', "", "written in no language"),
    ('definition = "Arbejde."', "", "definition is missing"),
    ('definition = "Arbejde."', 'definition = "Ar\\nbejde."', "definition is missing, or not one line"),
    ('"løbehjul*", "el-løbehjul"', '"a*b"', "'a\\*b' is no word"),
    ('"løbehjul*", "el-løbehjul"', '"hjul", "hjul"', "stands there 2 times"),
    ('"løbehjul*", "el-løbehjul"', "1", "list of words in quotes"),
    ('rules = ["Kritik er ikke et angreb."]', 'rules = "Kritik"', "list of texts in quotes"),
    ('name = "Had"', 'name = "Had"\nname = "Had"', "not valid TOML.*line 15"),
])
def test_what_is_not_as_it_should_be_is_refused(tmp_path, old: str, new: str, what: str) -> None:
    assert old in SMALL
    with pytest.raises(CardError, match=what):
        book(tmp_path, SMALL.replace(old, new))


def test_two_codes_of_a_family_with_one_name_are_refused(tmp_path) -> None:
    twin = '\n[codes."theme.rides"]\n[codes."theme.rides".da]\nname = "løbehjul"\ndefinition = "Ture."\n'
    assert 'line 32, codes."theme.rides".da.name: has the same name as theme.scooters' in faults(tmp_path, SMALL + twin)


def test_a_file_that_is_no_text_or_not_there_is_told_in_one_line(tmp_path) -> None:
    (tmp_path / "codebook.toml").write_bytes(b"name = '\xe6'")
    with pytest.raises(CardError, match="not in UTF-8"):
        read_codebook(tmp_path / "codebook.toml")
    with pytest.raises(CardError, match="cannot be read"):
        read_codebook(tmp_path / "other.toml")
