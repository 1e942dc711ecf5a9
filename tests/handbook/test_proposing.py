"""Words proposed for the glossary: comments until a person writes what they mean, and nothing is touched or doubled."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import CardError
from workbench.handbook import read_handbook, write_candidates

WORDS = pd.DataFrame({"word": ["fyrtårn", "🦆", None, 'så"dan', "fyrtårn"], "kind": ["word", "emoji", "word", "hashtag", "word"]})
OWN = """[[word]]
word = "🦆"
kind = "emoji"
first_seen = "2025-07"
meaning_da = "Sludder."
innocent_da = "En and."
writer = "klubmedarbejder"
date = "2025-07-30"
"""


def propose(folder: Path, **more) -> list[str]:
    return write_candidates(folder, WORDS, month="2025-08", language="da", **more)


def test_candidates_are_comments_until_somebody_explains_them(tmp_path) -> None:
    assert propose(tmp_path) == ["fyrtårn", "🦆", 'så"dan']
    assert read_handbook(tmp_path, "glossary", language="da").empty
    path = tmp_path / "handbook" / "glossary.toml"
    bare = tomllib.loads("\n".join(line.removeprefix("# ") for line in path.read_text(encoding="utf-8").splitlines()))
    assert [(w["word"], w["kind"], w["first_seen"], w["meaning_da"], w["innocent_da"]) for w in bare["word"]] == [
        ("fyrtårn", "word", "2025-08", "", ""), ("🦆", "emoji", "2025-08", "", ""), ('så"dan', "word", "2025-08", "", "")]


def test_what_is_in_the_file_stays_and_is_not_proposed_again(tmp_path) -> None:
    (tmp_path / "handbook").mkdir()
    path = tmp_path / "handbook" / "glossary.toml"
    path.write_text(OWN, encoding="utf-8")
    assert propose(tmp_path, most=1) == ["fyrtårn"]
    assert path.read_text(encoding="utf-8").startswith(OWN)
    assert propose(tmp_path) == ['så"dan']
    now = path.read_text(encoding="utf-8")
    assert propose(tmp_path) == []
    assert path.read_text(encoding="utf-8") == now
    assert read_handbook(tmp_path, "glossary", language="da")["word"].tolist() == ["🦆"]


def test_a_glossary_with_faults_is_told_and_left_as_it_is(tmp_path) -> None:
    (tmp_path / "handbook").mkdir()
    path = tmp_path / "handbook" / "glossary.toml"
    path.write_text(OWN.replace("emoji", "smiley"), encoding="utf-8")
    with pytest.raises(CardError, match=r"glossary.toml, line 3: kind is not one of"):
        propose(tmp_path)
    assert "fyrtårn" not in path.read_text(encoding="utf-8")
