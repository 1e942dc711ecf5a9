from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.charts.small import small_finding
from workbench.errors import ReleaseError, ReportError, WorkbenchError
from workbench.publishing import RUNS
from workbench.reviewing.told import read_told
from workbench.staging import (
    FINDINGS,
    LEDGER,
    REGISTER,
    RUN_VARIABLE,
    SCRATCH,
    current_run,
    fingerprint_state,
    make_private,
    open_scratch,
    read_outcome,
    renew_findings,
    stage_run,
    write_outcome,
)
from workbench.tables.release import CANDIDATE_COLUMNS, Release

ASKED = {"product": "quarterly", "period": "2025Q3", "language": "da", "entry": "quarterly-2025Q3"}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for folder in (FINDINGS, REGISTER):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / LEDGER).write_text("released")
    (tmp_path / FINDINGS / "ledger.parquet.lock").write_text("")
    (tmp_path / REGISTER / "2025Q2.parquet").write_text("snapshot")
    return tmp_path


def make_release(*open_words: bool) -> Release:
    rows = [{"kind": "word", "key": f"w{i}", "text": f"w{i}", "posts": 7, "words": [], "finding": "f", "is_open": o}
            for i, o in enumerate(open_words)]
    candidates = pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS)).astype(CANDIDATE_COLUMNS)
    return Release({}, "abc", "da", candidates)


def test_a_run_writes_on_copies_that_nobody_else_may_read(study: Path) -> None:
    with stage_run(study, **ASKED) as run:
        assert (run.state / LEDGER).read_text() == "released"
        assert (run.state / REGISTER / "2025Q2.parquet").read_text() == "snapshot"
        assert not (run.state / FINDINGS / "ledger.parquet.lock").exists()
        (run.state / LEDGER).write_text("more")
        assert (study / LEDGER).read_text() == "released"
        assert {p.stat().st_mode & 0o777 for p in (study / RUNS, run.folder)} == {0o700}
        assert current_run(study) == run
    assert not run.folder.exists()
    assert RUN_VARIABLE not in os.environ
    assert current_run(study) is None


def test_another_study_opened_in_a_run_is_not_of_the_run(study: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with stage_run(study, **ASKED):
        assert current_run(tmp_path_factory.mktemp("other")) is None


def test_a_run_that_is_over_is_named(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUN_VARIABLE, str(study / "run.json"))
    with pytest.raises(WorkbenchError, match="unset it"):
        current_run(study)


def test_what_killed_runs_left_goes_with_the_next(study: Path) -> None:
    (study / RUNS / "killed").mkdir(parents=True)
    with stage_run(study, **ASKED):
        assert not (study / RUNS / "killed").exists()


@pytest.mark.parametrize(("words", "is_open"), [((), False), ((False, False), False), ((False, True), True)])
def test_the_run_learns_what_waits_for_a_person(study: Path, words: tuple[bool, ...], is_open: bool) -> None:
    with stage_run(study, **ASKED) as run:
        write_outcome(run, make_release(*words))
        assert read_outcome(run)[:2] == ("abc", is_open)
        assert len(read_outcome(run)[2]) == len(words)
        assert run.candidates.name == "candidates-2025Q3.parquet"


def test_words_that_another_product_of_the_period_asks_for_are_still_asked_for(study: Path) -> None:
    def ask(product: str, key: str, finding: str) -> tuple[int, list[str]]:
        with stage_run(study, **{**ASKED, "product": product, "entry": f"{product}-2025Q3"}) as run:
            release = make_release(True)
            words = release.candidates.assign(key=key, text=key, finding=finding)
            write_outcome(run, replace(release, candidates=words, findings={finding: small_finding(finding)}))
            make_private(study / FINDINGS)
            for path in (run.candidates, run.told):
                shutil.copyfile(path, study / FINDINGS / path.name)
            return len(read_outcome(run)[2]), sorted(pd.read_parquet(run.candidates)["key"])

    assert ask("quarterly", "tanghoved", "volume") == (1, ["tanghoved"])
    assert ask("digest", "K-003", "topics") == (1, ["K-003", "tanghoved"])
    assert set(read_told(study, "2025Q3")) == {"volume", "topics"}
    # asked for by the same finding, the last run alone counts
    assert ask("quarterly", "broklip", "volume") == (1, ["K-003", "broklip"])


def test_which_post_is_in_which_topic_is_kept_for_the_review_of_a_draft(study: Path) -> None:
    with stage_run(study, **ASKED) as run:
        snapshot = run.state / "data" / "processed" / "topics" / "register" / "2025Q3.parquet"
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        snapshot.write_bytes(b"numbers")
        write_outcome(run, make_release(True))
        assert (run.topics.name, run.topics.read_bytes()) == ("topics-2025Q3.parquet", b"numbers")


def test_a_run_releases_once_and_not_never(study: Path) -> None:
    with stage_run(study, **ASKED) as run:
        with pytest.raises(ReportError, match="released nothing"):
            read_outcome(run)
        write_outcome(run, make_release())
        with pytest.raises(ReleaseError, match="releases once"):
            write_outcome(run, make_release())


def test_every_part_of_the_state_shows_in_its_fingerprint(study: Path) -> None:
    found = [fingerprint_state(study)]
    for path in (LEDGER, REGISTER / "2025Q3.parquet", Path("data/processed/corpus/manifest.json")):
        (study / path).parent.mkdir(exist_ok=True)
        (study / path).write_text("changed")
        found.append(fingerprint_state(study))
    assert len({json.dumps(f, sort_keys=True) for f in found}) == 4


def test_exploring_has_a_copy_of_its_own_that_goes_with_the_process(study: Path) -> None:
    code = ("import sys, pathlib; from workbench.staging import open_scratch; p = open_scratch(pathlib.Path(sys.argv[1]))\n"
            "(p / 'data/processed/findings/ledger.parquet').write_text('mine'); print(p, open_scratch(pathlib.Path(sys.argv[1])))")
    done = subprocess.run([sys.executable, "-c", code, str(study)], capture_output=True, text=True, check=True)
    first, second = done.stdout.split()
    assert first == second
    assert Path(first).is_relative_to(study / SCRATCH)
    assert not Path(first).exists()
    assert (study / LEDGER).read_text() == "released"


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_stays(study: Path) -> None:
    code = ("import os, sys, pathlib; from workbench.staging import open_scratch\n"
            "print(open_scratch(pathlib.Path(sys.argv[1])), flush=True); input(); os._exit(1)")
    with subprocess.Popen([sys.executable, "-c", code, str(study)], stdout=subprocess.PIPE, stdin=subprocess.PIPE,
                          text=True) as other:
        left = Path(other.stdout.readline().strip())
        mine = subprocess.run([sys.executable, "-c", code, str(study)], capture_output=True, text=True, input="\n")
        assert left.exists()
        other.communicate("\n")
    assert left.exists()
    killed = Path(mine.stdout.strip())
    assert killed.exists()
    subprocess.run([sys.executable, "-c", code, str(study)], capture_output=True, text=True, input="\n")
    assert not left.exists()
    assert not killed.exists()


def test_a_draft_is_judged_against_what_was_published_not_against_drafts(study: Path, monkeypatch) -> None:
    scratch = open_scratch(study)
    (scratch / LEDGER).write_text("released and a draft")
    renew_findings(study, scratch)
    assert (scratch / LEDGER).read_text() == "released"
