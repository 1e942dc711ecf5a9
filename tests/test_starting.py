from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.reviewing import read_events, read_review
from workbench.settings import read_settings
from workbench.starting import INSTALLED, start_study
from workbench.tables.editorial import ADDRESSEES, STATUSES


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_study_that_breaks_off_holds_whole_files_only_and_the_same_call_completes_it(tmp_path, monkeypatch) -> None:
    start_study(tmp_path / "whole")
    whole = files_in(tmp_path / "whole")
    replace = os.replace

    def full(part: Path, path: Path) -> None:
        if "3_actors" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(part, path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(WorkbenchError, match=r"No space left on device.* Free some space and give the same"):
            start_study(tmp_path / "by")
    begun = files_in(tmp_path / "by")
    assert 0 < len(begun) < len(whole)
    assert begun.items() <= whole.items()
    assert {what for _, what in start_study(tmp_path / "by")} == {"made", "kept"}
    assert files_in(tmp_path / "by") == whole


def test_a_stop_in_the_middle_of_a_file_leaves_the_old_version_beside_and_no_remains(tmp_path, monkeypatch) -> None:
    start_study(tmp_path)
    readme = tmp_path / "reports" / "README.md"
    readme.write_text("mine", encoding="utf-8")
    (tmp_path / INSTALLED / "reports" / "README.md").write_text("as it was", encoding="utf-8")
    start_study(tmp_path)
    before = files_in(tmp_path)
    assert "reports/README.md.new" in before

    def stopped(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        start_study(tmp_path)
    assert files_in(tmp_path) == before


def test_the_sources_of_courses_hold_solutions_and_stay_with_the_package(tmp_path) -> None:
    from workbench.training import find_courses

    start_study(tmp_path, is_city=True)
    assert find_courses()
    assert (tmp_path / "notebooks" / "explore").is_dir()
    assert not [name for name in files_in(tmp_path) if "training" in name]


def test_where_a_study_cannot_be_made_the_file_is_named_and_what_to_do(tmp_path) -> None:
    (tmp_path / "by").write_text("", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"by.*cannot be made there \(.*\). Choose a folder that you may write to"):
        start_study(tmp_path / "by")
    (tmp_path / "gade" / "data" / "raw" / "README.md").mkdir(parents=True)
    with pytest.raises(WorkbenchError, match=r"README\.md: .*Is a directory"):
        start_study(tmp_path / "gade")


@pytest.mark.parametrize("name", ["", "  ", "Ny\nby", "By\x1b[2J", "By\udcff"])
def test_a_name_that_cannot_stand_on_a_cover_is_refused_and_nothing_is_made(tmp_path, name: str) -> None:
    with pytest.raises(WorkbenchError, match="name of the study"):
        start_study(tmp_path / "by", name=name)
    assert not (tmp_path / "by").exists()


@pytest.mark.parametrize("name", ['Ny "By"', "C:\\by", "Ærøskøbing – by", "'by'"])
def test_any_other_name_is_read_back_as_it_was_given(tmp_path, name: str) -> None:
    start_study(tmp_path, name=name)
    assert read_settings(tmp_path).name == name


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_made_up_city_has_an_editor_who_left_no_part_open(tmp_path, language) -> None:
    start_study(tmp_path, with_review=True)
    editorial = read_review(tmp_path, "2025Q3", language=language, languages=("da", "en")).editorial
    assert editorial.open_parts(has_peaks=False) == []
    assert {r.addressee for r in editorial.recommendations} == set(ADDRESSEES)
    assert {f.status for f in editorial.follow_up} == set(STATUSES)
    assert ("K-014", "2025-W34") in {(e.topic, e.week) for e in editorial.peaks}
    events = read_events(tmp_path, language=language, languages=("da", "en"))
    assert any(day.isocalendar()[:2] == (2025, 34) for day in events["date"])
    (tmp_path / "events.csv").write_text("mine", encoding="utf-8")
    start_study(tmp_path, with_review=True)
    assert (tmp_path / "events.csv").read_text(encoding="utf-8") == "mine"
