from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from workbench.errors import CardError, InputError
from workbench.reviewing import read_review
from workbench.reviewing.merging import save_merge

PERIOD = "2025Q3"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "reviews").mkdir()
    shutil.copy(Path(str(files("workbench") / "starter" / "city-review.toml")), tmp_path / "reviews" / f"{PERIOD}.toml")
    return tmp_path


def decided(study: Path, topic: str) -> tuple:
    entries = read_review(study, PERIOD, language="da").entries
    return tuple(entries.loc[entries["key"].eq(topic), ["decision", "into"]].iloc[0])


def test_a_merge_is_what_a_person_would_have_written(study: Path) -> None:
    path = study / "reviews" / f"{PERIOD}.toml"
    before = path.read_text(encoding="utf-8").splitlines()
    assert decided(study, "K-004")[0] != "merge"
    assert save_merge(study, PERIOD, "K-004", into="K-001") == path
    assert decided(study, "K-004") == ("merge", "K-001")
    after = path.read_text(encoding="utf-8").splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ('decision = "approve"', 'decision = "merge"'), ('into = ""', 'into = "K-001"')]


def test_comments_behind_an_answer_stay(study: Path) -> None:
    path = study / "reviews" / f"{PERIOD}.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index("[topics.K-004]")
    path.write_text(text[:start] + text[start:].replace('decision = "approve"', 'decision = "approve"  # seen twice', 1),
                    encoding="utf-8")
    save_merge(study, PERIOD, "K-004", into="K-001")
    assert 'decision = "merge"  # seen twice' in path.read_text(encoding="utf-8")


def test_a_topic_that_the_file_does_not_ask_about_gets_a_table_of_its_own(study: Path) -> None:
    before = (study / "reviews" / f"{PERIOD}.toml").read_text(encoding="utf-8")
    save_merge(study, PERIOD, "K-077", into="K-001")
    assert decided(study, "K-077") == ("merge", "K-001")
    assert (study / "reviews" / f"{PERIOD}.toml").read_text(encoding="utf-8").startswith(before.rstrip())


def test_what_does_not_fit_is_refused_and_the_file_stays(study: Path) -> None:
    before = (study / "reviews" / f"{PERIOD}.toml").read_bytes()
    for topic, into, said in (("K-004", "K-004", "into itself"), ("K-004", "nonsense", "K-004")):
        with pytest.raises(CardError, match=said):
            save_merge(study, PERIOD, topic, into=into)
    assert (study / "reviews" / f"{PERIOD}.toml").read_bytes() == before


def test_a_period_that_has_no_review_yet_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="workbench review 2025Q3"):
        save_merge(tmp_path, PERIOD, "K-004", into="K-001")
