"""Everything a finding declares has its words, in both languages, and nothing else is said."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from workbench import findings
from workbench.errors import ReleaseError
from workbench.findings import list_specs
from workbench.settings import LANGUAGES as EVERY_LANGUAGE
from workbench.tables.spec import Column, Fact, Headline, Spec
from workbench.wording import open_wording

SPECS = list_specs()
LANGUAGES = ("da", "en")
FINDINGS = Path(findings.__file__).parent


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def forms(sentence: str, messages) -> list[str]:
    return [messages[name] for name in (sentence, f"{sentence}.one") if name in messages]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SPECS)
def test_every_sentence_has_its_words_and_names_only_declared_facts(key: str, language: str) -> None:
    messages = open_wording(language).messages
    for sentence, facts in SPECS[key].sentences.items():
        found = forms(sentence, messages)
        assert found, sentence
        for text in found:
            assert placeholders(text) <= {*facts, "period"}, sentence
        # and what is declared is said, in one of the forms
        assert set(facts) - {"count"} <= set().union(*map(placeholders, found)), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SPECS)
def test_every_column_title_caveat_frame_and_tile_has_its_words(key: str, language: str) -> None:
    spec, wording = SPECS[key], open_wording(language)
    wanted = [f"report.title.{key}", f"report.frame.{spec.frame}", *(f"column.{c}" for c in spec.shown()),
              *(f"caveat.{c}" for c in spec.caveats), *([f"tile.{key}"] if spec.is_tile else [])]
    assert [name for name in wanted if not wording.knows(name)] == []


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_every_test_that_a_finding_names_has_its_words(language: str) -> None:
    trees = [ast.parse(p.read_text(encoding="utf-8")) for p in FINDINGS.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = [k.value for k in nodes if isinstance(k, ast.keyword) and k.arg == "test"]
    named += [value for d in nodes if isinstance(d, ast.Dict) for name, value in zip(d.keys, d.values, strict=True)
              if isinstance(name, ast.Constant) and name.value == "test"]
    tests = {part.value for value in named for part in ast.walk(value) if isinstance(part, ast.Constant) and part.value}
    assert {"audit", "student_t", "arena_permutation"} <= tests
    assert [t for t in sorted(tests) if not open_wording(language).knows(f"report.test.{t}")] == []


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_share_of_all_posts_is_told_without_a_number_that_no_table_holds(language: str) -> None:
    messages = open_wording(language).messages
    told = [messages[s] for s in (*SPECS["speech"].sentences, "tile.speech")]
    assert [text for text in told if any(letter.isdigit() for letter in text)] == []


def test_no_two_tables_of_topics_give_one_name_to_two_numbers() -> None:
    known = {"row", "topic_id", "stable_id", "label", "named_by"}
    for other in ("topics", "topic_change"):
        assert set(SPECS["attack_lift"].columns) & set(SPECS[other].columns) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_why_nothing_can_be_told_has_its_words_and_no_other_has(language: str) -> None:
    messages = open_wording(language).messages
    declared = {f"unsaid.{reason}": spec for spec in SPECS.values() for reason in spec.reasons}
    assert set(declared) == {name for name in messages if name.startswith("unsaid.")}
    for name, spec in declared.items():
        assert placeholders(messages[name]) <= {*spec.facts, "period"}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_no_sentences_and_tiles_that_nobody_says(language: str) -> None:
    messages = open_wording(language).messages
    said = {s for spec in SPECS.values() for s in spec.sentences} | {f"tile.{k}" for k, s in SPECS.items() if s.is_tile}
    written = {name.removesuffix(".one") for name in messages if name.startswith(("finding.", "tile."))}
    assert written - said == set()


def headline(data, facts) -> Headline:
    return Headline("finding.volume")


def spec_of(**changes) -> Spec:
    given = {"key": "made", "metric": "M1", "unit": "posts", "frame": "all_posts", "headline": headline,
             "sentences": {"finding.volume": ()}, "columns": {"posts": Column("Int64", unit="posts")},
             "facts": {"posts": Fact("posts")}}
    return Spec(**(given | changes))


@pytest.mark.parametrize(("changes", "said"), [
    ({"unit": "people"}, "the unit 'people'"),
    ({"columns": {"n": Column("Int64")}}, "n is a number and does not say what of"),
    ({"columns": {"n": Column("int")}}, "n is of the kind 'int'"),
    ({"columns": {"n": Column("string", shown="loud")}}, "n is shown as 'loud'"),
    ({"columns": {"n": Column("string", words="name")}}, "n holds the words 'name'"),
    ({"columns": {"n": Column("string", words="topic")}}, "there must be its stable_id"),
    ({"columns": {"n": Column("Float64", unit="posts")}}, "n counts posts"),
    ({"columns": {"posts": Column("Int64", unit="posts"), "s": Column("Float64", unit="share")}}, "s is a share and does not say of what"),
    ({"columns": {"n": Column("string", follows=("others",))}}, "n follows others, which is neither a column nor a fact"),
    ({"columns": {"n": Column("string", follows=("whole:others",))}}, "n follows whole:others"),
    ({"facts": {"n": Fact("share", follows=("m",))}}, "the fact n follows m"),
    ({"facts": {"n": Fact("arenas")}, "rests_on": ("n",)}, "rests_on names n"),
    ({"identity": ("week",)}, "identity names week"),
    ({"ranks_by": "size"}, "ranks_by names size"),
    ({"drops_hidden": "size"}, "drops_hidden names size"),
])
def test_a_spec_that_contradicts_itself_is_refused_with_its_place(changes, said: str) -> None:
    with pytest.raises(ReleaseError, match="The spec of the finding made") as caught:
        spec_of(**changes)
    assert said in str(caught.value)
