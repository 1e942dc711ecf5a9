"""The commands of the watch list, on a small study of two sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workbench.cli import app
from workbench.errors import CardError, InputError

BY = ["--role", "ssp-koordinator", "--reason", "mange unge"]
AS = ["--category", "lokal", "--access"]


@pytest.fixture
def run(city_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command on the made-up city, its watch list in a folder of its own."""
    import shutil

    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(city_folder.parent / "lillehavn.key"))
    folder = tmp_path / "city"
    shutil.copytree(city_folder, folder, ignore=shutil.ignore_patterns("reports", "cache", "notebooks"))

    def call(*words: str) -> str:
        done = CliRunner().invoke(app, ["watch", *words, "--study", str(folder)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return call


def test_the_list_is_begun_shown_and_decided_about(run) -> None:
    assert "Nothing is followed yet" in run()
    assert "40 arenas are followed" in run("start", *BY[:2])
    state = json.loads(run("--json"))
    assert (state["followed"], state["undecided"], state["unfounded"], state["due"]) == (40, [], [], [])
    assert "title" not in state["arenas"][0]
    run("remove", "T-005", *BY)
    assert "need" not in run("accept", "T-005", *BY, *AS, "open")
    assert "Nothing of it was collected yet" in run("accept", "x-0123abcd", *BY, *AS, "open")
    assert "2031-01-05" in run("review", "T-005", *BY, "--again", "2031-01-05")
    assert json.loads(run("--json"))["decisions"] == 44


def test_the_planted_changes_are_told_in_their_month(run) -> None:
    run("start", *BY[:2])
    told = {month: {row["change"]: row for row in json.loads(run("--month", month, "--json"))["changes"]}
            for month in ("2025-05", "2025-06", "2025-08", "2025-09")}
    assert told["2025-05"]["moved"]["successor"] == "T-032"
    assert told["2025-05"]["moved"]["evidence"] >= 3
    assert "smaller" not in told["2025-05"]
    assert "moved" not in told["2025-06"]
    assert "renamed" in told["2025-08"]
    assert "went_private" in told["2025-09"]
    assert "no change is known" in run("--week", "2025-W34")


def test_what_cannot_be_is_refused(run) -> None:
    run("start", *BY[:2])
    with pytest.raises(CardError, match="closed_basis"):
        run("accept", "x-0123abcd", *BY, *AS, "closed")
    with pytest.raises(CardError, match="none of the 0 candidates"):
        run("decline", "x-0123abcd", *BY)
    with pytest.raises(InputError, match="not both"):
        run("--week", "2025-W34", "--month", "2025-08")
    with pytest.raises(InputError, match="no day"):
        run("review", "T-005", *BY, "--again", "soon")
