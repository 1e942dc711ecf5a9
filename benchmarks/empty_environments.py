"""The made-up city's report in empty environments: the lock with the wheel, and the wheel with what it asks for alone.

Every Python of `PYTHONS` (paths, parted by colons; else 3.11, 3.12 and 3.13 of the PATH) gets both, and a study outside
the checkout.
`KEPT=FOLDER` keeps the environments, which are taken up again where they are whole.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.measuring import Row, row

ROOT = Path(__file__).parents[1]
VERSIONS = ("3.11", "3.12", "3.13")
QUARTER = "2025Q3"
REFUSED = 2
# all that needs no topics; a folder of the study is the argument
REST = f"""
import sys
from pathlib import Path
import workbench as wb
study = wb.open_study(sys.argv[1])
corpus, out = study.corpus("{QUARTER}"), Path(sys.argv[1])
release = study.release([wb.findings.measure_volume(study.corpus(None, "{QUARTER}"), quarter="{QUARTER}")], corpus)
wb.charts.plot_volume(release["volume"]).save(out)
network = wb.actors.link_forwards(corpus)
wb.actors.save_graph(network, out / "network.gexf")
wb.actors.find_communities(network, seed=1)
wb.reading.save_table(corpus.posts, out / "posts.xlsx")
assert "<" in wb.reading.show_posts(corpus)._repr_html_()
wb.charts.plot_speech(wb.findings.measure_speech(corpus, study.speech("{QUARTER}"), quarter="{QUARTER}"))
"""
TOPICS = f"""
import sys
import workbench as wb
wb.topics.model_topics(wb.open_study(sys.argv[1]).corpus("{QUARTER}"), seed=1)
"""


def measure(folder: Path) -> list[Row]:
    """Install, import, audit and report in every environment; what does not go as it should stands in the row."""
    kept = Path(os.environ.get("KEPT", folder))
    kept.mkdir(parents=True, exist_ok=True)
    wheel = build_wheel(folder)
    rows: list[Row] = []
    for version, python in find_pythons():
        for kind in ("wheel", "lock"):
            place = kept / f"{version}-{kind}"
            name = f"{version}, {kind}"
            rows.append(_timed(f"{name}: install", partial(_install, place, python, kind, wheel)))
            rows += _walk(name, place, folder / f"study-{version}-{kind}", has_topics=kind == "lock")
    return rows


def find_pythons() -> Iterator[tuple[str, str]]:
    """Give version and path of each Python there is."""
    named = [p for p in os.environ.get("PYTHONS", "").split(os.pathsep) if p]
    for path in named or [p for v in VERSIONS if (p := shutil.which(f"python{v}"))]:
        told = subprocess.run([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True,
                              text=True, check=False)
        if not told.returncode:
            yield told.stdout.strip(), path


def build_wheel(folder: Path, root: Path = ROOT) -> Path:
    """Build the wheel of a checkout."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=root, check=True,
                   capture_output=True)
    return next(folder.glob("*.whl"))


def _install(place: Path, python: str, kind: str, wheel: Path) -> str:
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    whole = place / "whole"
    commands = [[python, "-m", "venv", str(place)]] if not whole.exists() else []
    if not whole.exists() and kind == "lock":
        commands.append([*pip, "--no-deps", "--require-hashes", "-r", str(ROOT / "requirements.lock")])
    # a wheel of the same version may be another one
    deps = ["--no-deps", "--force-reinstall"] if whole.exists() or kind == "lock" else []
    for command in [*commands, [*pip, *deps, str(wheel)]]:
        if told := _run(command, place.parent):
            return told
    whole.touch()
    return ""


def _walk(name: str, place: Path, study: Path, *, has_topics: bool) -> Iterator[Row]:
    """Go from `init` to the report, as somebody who has this environment and nothing else."""
    command, python = str(place / "bin" / "workbench"), str(place / "bin" / "python")
    at = ["--study", str(study)]
    steps: list[tuple[str, list[str], int]] = [
        ("init", [command, "init", str(study), "--city"], 0),
        ("import", [command, "import", str(study / "data" / "raw"), *at], 0),
        ("rehearse", [command, "speech", "rehearse", QUARTER, *at], 0),
        ("status", [command, "status", *at], 0),
        ("everything but topics", [python, "-c", REST, str(study)], 0),
        ("networks.ipynb", [python, "-m", "papermill", "--log-level", "ERROR",
                            str(study / "notebooks" / "explore" / "networks.ipynb"), str(study / "out.ipynb"),
                            "-p", "study_folder", str(study)], 0),
        ("report", [command, "report", "quarterly", "--period", QUARTER, *at], 0 if has_topics else REFUSED),
        *([] if has_topics else [("topics", [python, "-c", TOPICS, str(study)], 1)]),
    ]
    for step, line, code in steps:
        yield _timed(f"{name}: {step}", partial(_run, line, study.parent, expected=code))


def _timed(what: str, work: Callable[[], str]) -> Row:
    begun = time.perf_counter()
    told = work()
    made = row(f"{what}, seconds", time.perf_counter() - begun, None, told.splitlines()[-1][:300] if told else "",
               told=told)
    print(f"{what}: {made['ours']:.0f} s {told[-1500:]}", flush=True)
    return made


def _run(command: list[str], folder: Path, *, expected: int = 0) -> str:
    """Return what a command said where it did not end as expected, or was to refuse; else nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "WORKBENCH_STUDY")}
    named |= {"PATH": os.pathsep.join([str(Path(command[0]).parent), "/usr/local/bin", "/usr/bin", "/bin"])}
    done = subprocess.run(command, cwd=folder, env=named, capture_output=True, text=True, check=False)
    if done.returncode != expected:
        return f"ENDED WITH {done.returncode}: {done.stdout[-1000:]}{done.stderr[-3000:]}"
    return done.stderr.strip() if expected else ""
