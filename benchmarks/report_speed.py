"""How long a report of the made-up city takes: the first time, unchanged, in the other language, all anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Row, row, seconds


def measure(folder: Path) -> list[Row]:
    """Time `workbench report` of one quarter of the city, each time in a process of its own."""
    study = folder / "city"
    env = {**os.environ, "WORKBENCH_KEY_FILE": str(folder / "city.key")}

    def run(*words: str) -> float:
        command = [str(Path(sys.executable).with_name("workbench")), *words]
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=env))

    run("init", str(study), "--city")
    run("import", str(study / "data" / "raw"), "--study", str(study))
    asked = ("report", "quarterly", "--period", "2025Q3", "--study", str(study))
    first = run(*asked)
    return [row("report, first time, seconds", first, None, ""),
            row("report, nothing changed, seconds", run(*asked), first, "first time"),
            row("report, other language, seconds", run(*asked, "--language", "en"), first, "first time"),
            row("report --fresh, seconds", run(*asked, "--fresh"), first, "first time")]
