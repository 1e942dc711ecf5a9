from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench import publishing
from workbench.errors import WorkbenchError
from workbench.publishing import JOURNAL, digest_files, exchange, finish_interrupted, one_run_at_a_time, put_in_place

TARGETS = ("data/processed/findings", "data/processed/topics/register", "reports/by/2025Q3/quarterly")


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


@pytest.fixture(params=["at once", "by two renames"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "by two renames":
        monkeypatch.setattr(publishing, "_exchange_at_once", lambda one, other: False)
    elif not hasattr(publishing.ctypes.CDLL(None), "renameat2"):
        pytest.skip("this system cannot exchange at once")
    return request.param


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study with an old state, except for the register, which is new."""
    for target in (TARGETS[0], TARGETS[2]):
        fill(tmp_path / target, "old")
    fill(tmp_path / "reports/by/2025Q3/quarterly-draft", "draft")
    return tmp_path


def fill(folder: Path, what: str) -> None:
    (folder / "sub").mkdir(parents=True)
    (folder / "one").write_text(what)
    (folder / "sub" / "two").write_text(what)


def stage(study: Path) -> list[tuple[Path, Path]]:
    changes = [(study / publishing.RUNS / "run" / str(i), study / target) for i, target in enumerate(TARGETS)]
    for staged, _ in changes:
        fill(staged, "new")
    return changes


def publish(study: Path) -> None:
    put_in_place(study, stage(study), gone=[study / "reports/by/2025Q3/quarterly-draft"])


def state(study: Path) -> list[set[str]]:
    """What each target holds: nothing, old or new, and both where it is mixed."""
    return [{f.read_text() for f in (study / target).rglob("*") if f.is_file()} for target in TARGETS]


OLD, NEW = [{"old"}, set(), {"old"}], [{"new"}, {"new"}, {"new"}]


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let every step on the file system count, and the one of that number kill."""
    taken = 0

    def counted(original: Callable) -> Callable:
        def call(*args, **kwargs):
            nonlocal taken
            taken += 1
            if taken == step:
                raise Killed
            return original(*args, **kwargs)

        return call

    monkeypatch.setattr(publishing.os, "rename", counted(os.rename))
    monkeypatch.setattr(publishing.os, "replace", counted(os.replace))
    monkeypatch.setattr(publishing, "_exchange_at_once", counted(publishing._exchange_at_once))
    monkeypatch.setattr(publishing, "remove", counted(publishing.remove))
    return lambda: taken


def steps_of(study: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        count = kill_at(0, patch)
        publish(study)
    return count()


def test_all_of_it_is_put_in_place_and_what_goes_with_it_is_gone(study: Path, system: str) -> None:
    publish(study)
    assert state(study) == NEW
    assert not (study / "reports/by/2025Q3/quarterly-draft").exists()
    assert not (study / JOURNAL).exists()


def killed_studies(study: Path) -> Iterator[tuple[int, Path]]:
    whole = study.parent / "whole"
    shutil.copytree(study, whole)
    for step in range(1, steps_of(whole) + 1):
        copy = study.parent / f"killed-{step}"
        shutil.copytree(study, copy)
        with pytest.MonkeyPatch.context() as patch:
            kill_at(step, patch)
            with pytest.raises(Killed):
                publish(copy)
        yield step, copy


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    study = tmp_path / "study"
    for target in (TARGETS[0], TARGETS[2]):
        fill(study / target, "old")
    fill(study / "reports/by/2025Q3/quarterly-draft", "draft")
    return study


def test_killed_before_any_step_the_next_command_finds_all_old_or_makes_all_new(nested: Path, system: str) -> None:
    seen = []
    for step, study in killed_studies(nested):
        had_journal = (study / JOURNAL).exists()
        finish_interrupted(study)
        assert state(study) == (NEW if had_journal else state(study)), step
        assert state(study) in (OLD, NEW), step
        assert not (study / JOURNAL).exists()
        assert not list(study.rglob("*.old"))
        seen.append(state(study) == NEW)
    assert not seen[0]  # before the journal everything stays old
    assert any(seen)


def test_at_every_moment_the_report_can_be_found(nested: Path, system: str) -> None:
    for step, study in killed_studies(nested):
        places = (study / TARGETS[2], study / (TARGETS[2] + ".old"))[:1 if system == "at once" else 2]
        assert any(digest_files(place) for place in places), step
        for place in places:
            assert len({f.read_text() for f in place.rglob("*") if f.is_file()}) < 2, step


def test_killed_while_it_is_finished_it_is_finished_by_the_one_after(nested: Path, system: str) -> None:
    for _, study in killed_studies(nested):
        if not (study / JOURNAL).exists():
            continue
        for step in range(1, 6):
            with pytest.MonkeyPatch.context() as patch:
                kill_at(step, patch)
                try:
                    finish_interrupted(study)
                except Killed:
                    continue
        finish_interrupted(study)
        assert state(study) == NEW


def test_a_copy_of_a_killed_study_is_finished_too(nested: Path) -> None:
    for step, study in killed_studies(nested):
        had_journal = (study / JOURNAL).exists()
        copy = study.with_name(f"copy-{step}")
        shutil.copytree(study, copy)
        finish_interrupted(copy)
        assert state(copy) == (NEW if had_journal else state(study))


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_where_one_step_fails_everything_stays_as_it_was(study: Path, monkeypatch: pytest.MonkeyPatch, system: str,
                                                         failing: int) -> None:
    take = publishing._take

    def full_disk(study: Path, step: dict) -> None:
        if step["target"] == TARGETS[failing]:
            raise OSError(28, "No space left on device")
        take(study, step)

    monkeypatch.setattr(publishing, "_take", full_disk)
    with pytest.raises(WorkbenchError, match=r"No space left.*Everything is as it was before"):
        publish(study)
    assert state(study) == OLD
    assert (study / "reports/by/2025Q3/quarterly-draft").exists()
    assert not (study / JOURNAL).exists()


def test_new_files_that_were_lost_are_named_and_nothing_more_is_changed(nested: Path) -> None:
    study = next(study for _, study in killed_studies(nested) if (study / JOURNAL).exists())
    shutil.rmtree(study / publishing.RUNS / "run")
    with pytest.raises(WorkbenchError, match=r"journal\.json"):
        finish_interrupted(study)
    assert state(study) == OLD


def test_two_folders_change_places(tmp_path: Path, system: str) -> None:
    fill(tmp_path / "a", "first")
    fill(tmp_path / "b", "second")
    exchange(tmp_path / "a", tmp_path / "b")
    assert ((tmp_path / "a" / "one").read_text(), (tmp_path / "b" / "one").read_text()) == ("second", "first")
    assert {p.name for p in tmp_path.iterdir()} == {"a", "b"}


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second disk")
def test_what_cannot_change_places_stays_where_it_is(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        fill(tmp_path / "a", "first")
        fill(Path(other) / "b", "second")
        with pytest.raises(OSError, match="cross-device"):
            exchange(tmp_path / "a", Path(other) / "b")
        assert (Path(other) / "b" / "one").read_text() == "second"


@pytest.mark.parametrize("failing", range(1, 8))
def test_where_a_rename_fails_everything_stays_as_it_was(study: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    monkeypatch.setattr(publishing, "_exchange_at_once", lambda one, other: False)
    rename, count = os.rename, 0

    def full_disk(one: Path, other: Path) -> None:
        nonlocal count
        count += 1
        if count == failing:
            raise OSError(28, "No space left on device")
        rename(one, other)

    monkeypatch.setattr(publishing.os, "rename", full_disk)
    with pytest.raises(WorkbenchError, match="Everything is as it was before"):
        publish(study)
    assert state(study) == OLD
    assert not list(study.rglob("*.old"))


def test_a_second_run_waits_and_says_so(tmp_path: Path) -> None:
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with one_run_at_a_time(tmp_path, order.append):
            inside.set()
            go_on.wait(10)
            order.append("first done")

    def second() -> None:
        with one_run_at_a_time(tmp_path, lambda words: (order.append(words), go_on.set())):
            order.append("second in")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join(10)
    assert order == ["Another report is being made in this study. Waiting until it is done.", "first done", "second in"]


def test_a_run_first_finishes_what_the_last_one_left(nested: Path) -> None:
    study = next(study for _, study in killed_studies(nested) if (study / JOURNAL).exists())
    with one_run_at_a_time(study, print):
        assert state(study) == NEW


def test_a_journal_of_a_run_that_is_alive_is_left_to_it(nested: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = next(study for _, study in killed_studies(nested) if (study / JOURNAL).exists())
    monkeypatch.setattr(publishing, "LOCK_SECONDS", 0.1)
    from filelock import FileLock

    with FileLock(study / publishing.LOCK):
        finish_interrupted(study)
        assert state(study) == OLD
