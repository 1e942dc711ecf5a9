from __future__ import annotations

import errno
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from workbench import cli
from workbench.refusals import explain_error, keep_details
from workbench.sources.corpus.removing import remove_derived
from workbench.starting import start_study

SYSTEM = {
    "right": (PermissionError(errno.EACCES, "Permission denied", "raw/result.json"), "raw/result.json: .* right"),
    "read only": (OSError(errno.EROFS, "Read-only file system", "corpus"), "corpus: .* name another place"),
    "full disk": (OSError(errno.ENOSPC, "No space left on device"), "The disk: .* Free some space"),
    "full disk at a file": (OSError(errno.ENOSPC, "No space left", "part.parquet"), "part.parquet: .* Free some space"),
    "absent": (FileNotFoundError(errno.ENOENT, "No such file or directory", "a", None, "b"), "a and b: .* Check the path"),
    "many files": (OSError(errno.EMFILE, "Too many open files", "a"), "a: too many files"),
    "broken drive": (OSError(errno.EIO, "Input/output error", "a"), "a: the system refused it .* Check the disk"),
    "memory": (MemoryError(), "memory .* take fewer quarters"),
}


@pytest.fixture
def fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `workbench status` in a study, where opening it fails with an error."""
    start_study(tmp_path / "by")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBENCH_STUDY", raising=False)

    def run(error: BaseException, *words: str) -> tuple[object, str, str]:
        def refuse(folder: object) -> None:
            raise error

        monkeypatch.setattr("workbench.study.open_study", refuse)
        monkeypatch.setattr(sys, "argv", ["workbench", "status", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("name", SYSTEM)
def test_what_the_system_refuses_is_told_in_one_paragraph_with_what_to_do(fail, name: str) -> None:
    error, words = SYSTEM[name]
    code, out, err = fail(error)
    assert (code, out) == (2, "")
    assert err.startswith("Refused: ")
    assert err.count("\n") == 1
    code, out, err = fail(error, "--json")
    assert (code, err) == (2, "")
    [(kind, said)] = json.loads(out).items()
    assert kind == "refused"
    assert re.search(words, said)


def test_a_stopped_command_says_what_was_kept_and_ends_with_130(fail) -> None:
    code, out, err = fail(KeyboardInterrupt())
    assert (code, out) == (130, "")
    assert err.startswith("Stopped: What was there before stands")
    assert err.count("\n") == 1
    code, out, _ = fail(KeyboardInterrupt(), "--json")
    assert code == 130
    assert json.loads(out)["stopped"]


def test_a_fault_of_our_own_is_told_by_its_kind_and_kept_in_a_file_for_this_account(fail, tmp_path: Path) -> None:
    code, out, err = fail(ZeroDivisionError("secret words of a post"), "--study", "by")
    assert (code, out) == (1, "")
    assert err.startswith("Fault: The workbench failed with ZeroDivisionError")
    assert err.count("\n") == 1
    assert "secret" not in err
    [kept] = (tmp_path / "by" / "data" / "processed" / "faults").iterdir()
    assert str(kept) in err
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    text = kept.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "secret words of a post" in text
    code, out, _ = fail(ZeroDivisionError("secret"), "--json", "--study=by")
    assert code == 1
    assert "ZeroDivisionError" in json.loads(out)["fault"]
    assert len(list(kept.parent.iterdir())) == 2


def test_without_a_study_the_details_lie_with_the_temporary_files(fail, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    _, _, err = fail(RecursionError("secret"))
    [kept] = (tmp_path / "temporary").iterdir()
    assert str(kept) in err


def test_where_nothing_can_be_written_the_fault_is_told_all_the_same(fail, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "by" / "study.toml"))
    code, _, err = fail(ValueError("secret"))
    assert code == 1
    assert "could not be written" in err


def test_what_is_told_of_faults_goes_with_all_that_was_made_of_posts(tmp_path: Path) -> None:
    start_study(tmp_path / "by")
    path = keep_details("words", folder=str(tmp_path / "by"))
    assert path is not None
    assert "data/processed/faults" in remove_derived(tmp_path / "by")
    assert not path.exists()


def test_only_errors_that_a_person_can_mend_are_explained() -> None:
    assert explain_error(KeyError("post")) == ""
    assert explain_error(OSError("post")) == ""


def test_names_of_files_cannot_command_the_terminal(fail) -> None:
    _, _, err = fail(PermissionError(errno.EACCES, "Permission denied", "a\x1b[2Jb\nRefused: c\u202ed"))
    assert err.count("\n") == 1
    assert err.rstrip("\n").isprintable()


@pytest.fixture
def workbench(tmp_path: Path):
    def call(*words: str, stdout: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if k != "WORKBENCH_STUDY"}
        return subprocess.run([Path(sys.executable).with_name("workbench"), *words], cwd=tmp_path / "by", text=True,
                              stdout=stdout, stderr=subprocess.PIPE, env={**clean, "WORKBENCH_KEY_FILE": str(tmp_path / "made.key")})

    start_study(tmp_path / "by")
    return call


@pytest.mark.parametrize(("words", "said"), [
    (("report", "quarterly"), "quarterly is made for a quarter. Say which: workbench report quarterly --period 2025Q3."),
    (("statsu",), "statsu"), (("status", "--sutdy", "by"), "--study"),
    (("init", "x", "--posts", "many"), "--posts"),
])
def test_what_was_typed_wrong_is_refused_in_one_paragraph_too(workbench, words: tuple[str, ...], said: str) -> None:
    done = workbench(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("Refused: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert said in json.loads(workbench(*words, "--json").stdout)["refused"]


@pytest.mark.parametrize("words", [(), ("key",)])
def test_where_no_command_is_named_the_commands_are_shown(workbench, words: tuple[str, ...]) -> None:
    done = workbench(*words)
    assert "--help" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_is_told_without_a_traceback(workbench) -> None:
    with open("/dev/full", "w") as full:
        done = workbench("formats", "--json", stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith("Refused: The disk: there is no space left")
    assert done.stderr.count("\n") == 1


def test_a_broken_notebook_of_the_study_is_refused_by_file_and_line(workbench, tmp_path: Path) -> None:
    path = tmp_path / "by" / "notebooks" / "quarterly_report.ipynb"
    path.write_text('{\n"cells": [\n', encoding="utf-8")
    done = workbench("report", "quarterly", "--period", "2025Q3")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Refused: {path}, line 3: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("content", "said"), [
    (b"name = \n", "line 1"), (b"name = \xff", "byte 7 is not UTF-8. Save the file as UTF-8"),
    (b"\xff\xfen\x00", "byte 0 is not UTF-8"),
])
def test_a_study_file_that_cannot_be_read_is_refused(workbench, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "by" / "study.toml"
    path.write_bytes(content)
    done = workbench("status")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Refused: {path}: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_study_file_saved_by_an_editor_on_windows_is_read(workbench, tmp_path: Path) -> None:
    path = tmp_path / "by" / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert workbench("status").returncode == 0
