"""Run tests on a copy of the tree, with one break in it at a time."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mutations.listing import ROOT, Mutation, find_place

NOTICED, UNNOTICED, TOO_SLOW, NOT_APPLICABLE = "noticed", "not noticed", "too slow", "not applicable"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache", ".ipynb_checkpoints")
# what takes longest to import is imported once, and each run of tests begins with it
_PRELOADED = ["pytest", "numpy", "pandas", "pandera.pandas", "pyarrow.parquet", "scipy.optimize", "scipy.stats",
              "sklearn.feature_extraction.text", "networkx", "igraph", "leidenalg", "matplotlib.figure",
              "babel.messages.pofile", "filelock"]


@dataclass(frozen=True)
class Outcome:
    """What became of one break."""

    mutation: Mutation
    verdict: str
    seconds: float
    noticed_by: str = ""


def copy_tree(folder: Path) -> Path:
    """Copy what the tests need into a folder and return its root."""
    root = folder / "tree"
    for name in ("src", "tests", "notebooks", "mutations", "benchmarks", "docs"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=_LEFT_OUT)
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy2(file, root / file.name)
    return root


def run_mutations(mutations: Iterable[Mutation], root: Path, *, time_limit: float) -> Iterator[Outcome]:
    """Put each break into the copied tree, run its tests, and take it out again.

    A break whose tests fail without it, or in which nothing is tested here, is not applicable.
    """
    sound: dict[tuple[str, ...], bool] = {}
    for mutation in mutations:
        if mutation.tests not in sound:
            sound[mutation.tests] = _run_tests(mutation.tests, root, 4 * time_limit)[0] == 0
        if not sound[mutation.tests]:
            yield Outcome(mutation, NOT_APPLICABLE, 0.0)
            continue
        place, begun = find_place(mutation, root), time.monotonic()
        whole = place.read_text(encoding="utf-8")
        place.write_text(whole.replace(mutation.find, mutation.replace), encoding="utf-8")
        try:
            code, failed = _run_tests(mutation.tests, root, time_limit)
        finally:
            place.write_text(whole, encoding="utf-8")
        yield Outcome(mutation, _judge(code), time.monotonic() - begun, failed)


def _judge(code: int | None) -> str:
    if code is None:
        return TOO_SLOW
    # whatever stops the tests is noticed: a spec that contradicts itself is refused while they are collected
    return NOTICED if code else UNNOTICED


def _run_tests(tests: tuple[str, ...], root: Path, time_limit: float) -> tuple[int | None, str]:
    """Return pytest's exit code, None where the time was up, and the first test that failed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    told = root.parent / "told.txt"
    process = context.Process(target=_test_here, args=(tests, str(root), str(told)))
    process.start()
    process.join(time_limit)
    if process.is_alive():
        process.kill()
        process.join()
        return None, ""
    lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = next((line for line in lines if line.startswith(("FAILED", "ERROR"))), "")
    return process.exitcode, failed.split(" - ")[0].partition(" ")[2]


def _test_here(tests: tuple[str, ...], root: str, told: str) -> None:
    """Run tests in this process, on the code of the copied tree."""
    os.chdir(root)
    sys.path[:0] = [f"{root}/src", root]
    os.environ["PYTHONPATH"] = f"{root}/src"
    sys.dont_write_bytecode = True
    with open(told, "w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        import pytest

        code = pytest.main(["-x", "-q", "--no-header", "-p", "no:cacheprovider", "--assert=plain", *tests])
        sys.stdout.flush()
    os._exit(int(code))
