"""How long it takes until something can be done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Row, row, seconds


def measure(folder: Path) -> list[Row]:
    """Time a fresh interpreter with and without the package, and the command's help."""
    def best(*command: str) -> float:
        return min(seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5))

    bare = best(sys.executable, "-c", "pass")
    return [row("import workbench, seconds", best(sys.executable, "-c", "import workbench"), bare, "bare interpreter"),
            row("workbench --help, seconds", best(str(Path(sys.executable).with_name("workbench")), "--help"), bare,
                "bare interpreter")]
