from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import TableError
from workbench.sources import read_quarantine
from workbench.sources.corpus.quarantine import FOLDER, Quarantine


def set_aside(study: Path, *faults: tuple[int, str, object], sha256: str = "ab" * 32, member: str = "") -> None:
    with Quarantine(study) as quarantine:
        quarantine.add(sha256, member, list(faults))
        quarantine.settle()


def test_rows_set_aside_are_told_by_file_place_and_reason_without_what_they_say(tmp_path: Path) -> None:
    set_aside(tmp_path, (3, "no readable time", {"from": "Birgit Example"}), (9, "not a record", "Birgit\u2028Example"))
    set_aside(tmp_path, (1, "no readable time", None), sha256="cd" * 32, member="a/b.json")
    found = read_quarantine(tmp_path)
    assert found[["file", "place", "reason"]].to_numpy().tolist() == [["abababab", 3, "no readable time"], ["abababab", 9, "not a record"],
                                         ["cdcdcdcd/a/b.json", 1, "no readable time"]]
    assert "Birgit" not in found.to_csv()


def test_a_study_in_which_all_was_read_has_none(tmp_path: Path) -> None:
    assert read_quarantine(tmp_path).empty


@pytest.mark.parametrize("text", ["{", '{"file": "a"}', "[]"])
def test_a_file_in_quarantine_that_somebody_changed_is_told(tmp_path: Path, text: str) -> None:
    set_aside(tmp_path, (3, "no readable time", {}))
    next((tmp_path / FOLDER).iterdir()).write_text(text)
    with pytest.raises(TableError, match="cannot be read"):
        read_quarantine(tmp_path)
