from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

import pytest

from workbench.files import make_private, replace_whole, slug, write_atomically

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of files are of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_text_is_written_as_it_is_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", "æ\r\nø\n")
    write_atomically(tmp_path / "b.bin", b"\x00")
    assert (tmp_path / "a.txt").read_bytes() == "æ\r\nø\n".encode()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b.bin"]


def test_writing_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, "old")
    with contextlib.suppress(RuntimeError), replace_whole(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_new_content_is_on_the_disk_before_it_takes_the_files_place(tmp_path: Path, monkeypatch) -> None:
    steps: list[str] = []
    replace, sync = os.replace, os.fsync
    monkeypatch.setattr(os, "replace", lambda a, b: (steps.append("replace"), replace(a, b))[1])
    monkeypatch.setattr(os, "fsync", lambda d: (steps.append("sync"), sync(d))[1])
    write_atomically(tmp_path / "a.txt", "x")
    assert steps[:2] == ["sync", "replace"]


@posix
def test_a_private_file_is_for_its_owner_and_another_keeps_its_rights(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "own", "x")
        write_atomically(tmp_path / "form", "x", is_private=False)
        assert (mode(tmp_path / "own"), mode(tmp_path / "form")) == (0o600, 0o644)
        (tmp_path / "form").chmod(0o664)
        write_atomically(tmp_path / "form", "y", is_private=False)
        assert mode(tmp_path / "form") == 0o664
        (tmp_path / "open").mkdir()
        assert mode(make_private(tmp_path / "open")) == 0o700
    finally:
        os.umask(before)


@pytest.mark.parametrize(("name", "expected"), [("Odense", "odense"), ("Ny \"By\"/..", "ny-by"), ("!?", "study"),
                                                ("Ærø Kommune", "ærø-kommune")])
def test_a_name_is_made_fit_for_a_file(name: str, expected: str) -> None:
    assert slug(name) == expected
