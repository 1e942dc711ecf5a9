from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from benchmarks.killing import make_export
from workbench.errors import InputError
from workbench.settings import read_settings
from workbench.sources import import_exports, load_corpus
from workbench.starting import start_study

IMPORT = """
import sys
from pathlib import Path
from workbench.settings import read_settings
from workbench.sources import import_exports
print("go", flush=True)
import_exports([Path(sys.argv[2])], settings=read_settings(Path(sys.argv[1])))
print("done", flush=True)
"""


@pytest.fixture
def two_exports(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(tmp_path / "made.key"))
    study = tmp_path / "by"
    start_study(study)
    monkeypatch.setattr("benchmarks.killing.POSTS", 1_000)
    first, second = make_export(study, "a", 1, 1), make_export(study, "b", 1, 501)
    import_exports([first], settings=read_settings(study))
    return study, second


def start(study, path):
    child = subprocess.Popen([sys.executable, "-c", IMPORT, study, path], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "go\n"
    return child


@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.6])
def test_a_killed_import_run_again_loses_and_doubles_nothing(two_exports, seconds):
    study, second = two_exports
    child = start(study, second)
    time.sleep(seconds)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(load_corpus(study).posts) in (1_000, 1_500)
    import_exports([second], settings=read_settings(study))
    ids = load_corpus(study).posts["post_id"]
    assert ids.is_unique
    assert set(ids) == {f"T-001:{i}" for i in range(1, 1_501)}


def test_of_two_imports_at_once_one_waits_or_is_refused_and_the_corpus_is_whole(two_exports):
    study, second = two_exports
    outcomes = []

    def run():
        try:
            import_exports([second], settings=read_settings(study))
            outcomes.append("done")
        except InputError as error:
            outcomes.append("refused" if "another import" in str(error) else str(error))

    workers = [threading.Thread(target=run) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert "done" in outcomes
    assert set(outcomes) <= {"done", "refused"}
    assert load_corpus(study).posts["post_id"].is_unique
    assert len(load_corpus(study).posts) == 1_500
