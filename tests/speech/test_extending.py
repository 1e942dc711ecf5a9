from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from workbench.errors import CardError
from workbench.speech import add_code, load_codebook

BRIDGE = {"name": "Badebroen", "definition": "Opslaget handler om badebroen.", "version": "1.1"}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    shutil.copy(Path(str(files("workbench") / "starter" / "codebook.toml")), tmp_path)
    return tmp_path


def test_a_code_of_ones_own_is_asked_from_then_on(study: Path) -> None:
    before = load_codebook(study)
    made = add_code(study, "theme.bathing_jetty", words=["badebro*"], rules=['Også "broen" alene tæller.'], **BRIDGE)
    book = load_codebook(study)
    assert book == made
    assert set(book.codes) - set(before.codes) == {"theme.bathing_jetty"}
    code = book.codes["theme.bathing_jetty"]
    assert (code.words, code.text("da").name, code.text("da").rules) == (
        ("badebro*",), "Badebroen", ('Også "broen" alene tæller.',))
    assert (before.version, book.version) == ("1.0", "1.1")
    assert book.digest != before.digest


def test_no_other_line_of_the_file_changes(study: Path) -> None:
    before = (study / "codebook.toml").read_text(encoding="utf-8").splitlines()
    add_code(study, "harm.jetty", **BRIDGE)
    after = (study / "codebook.toml").read_text(encoding="utf-8").splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=False) if a != b]
    assert changed == [('version = "1.0"', 'version = "1.1"')]


@pytest.mark.parametrize(("key", "changed", "said"), [
    ("attack", {}, "there is a code attack already"), ("theme.jetty", {"version": "1.0"}, "give another one"),
    ("theme.jetty", {"language": "xx"}, "no language 'xx'"), ("jetty", {}, "a code is called"),
    ("theme.jetty", {"name": ""}, "name is missing"), ("theme.jetty", {"words": ["Broen"]}, "is no word"),
    ("theme.jetty", {"definition": "a\nb"}, "not one line")])
def test_what_is_wrong_is_told_and_nothing_is_written(study: Path, key: str, changed: dict, said: str) -> None:
    before = (study / "codebook.toml").read_bytes()
    with pytest.raises(CardError, match=said):
        add_code(study, key, **(BRIDGE | changed))
    assert (study / "codebook.toml").read_bytes() == before


def test_a_study_without_a_codebook_is_told_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="workbench upgrade"):
        add_code(tmp_path, "theme.jetty", **BRIDGE)
