"""Measure the workbench beside its peers: `python -m benchmarks [NAME …]`, all of them without a name.

Every module of this folder with a `measure()` is a benchmark of that name; it returns rows and asserts nothing.
The table is printed, the figures are written to `results/NAME.json`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Row

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the benchmarks there are."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if "\ndef measure(" in p.read_text(encoding="utf-8"))


def show(rows: list[Row]) -> None:
    """Print rows as a table."""
    for row in rows:
        ours, peer = (f"{v:12,.3f}" if isinstance(v, int | float) else f"{'':12}" for v in (row["ours"], row["peer"]))
        print(f"{row['measure']!s:76} {ours} {peer}  {row['peer_is']}", flush=True)


def main() -> None:
    """Run the benchmarks named, or all."""
    unknown = set(sys.argv[1:]) - set(names())
    if unknown:
        sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. There are {', '.join(names())}.")
    (FOLDER / "results").mkdir(exist_ok=True)
    for name in sys.argv[1:] or names():
        print(f"\n{name:76} {'ours':>12} {'peer':>12}  who the peer is")
        with tempfile.TemporaryDirectory() as folder:
            os.environ["WORKBENCH_KEY_FILE"] = str(Path(folder) / "bench.key")
            rows = importlib.import_module(f"benchmarks.{name}").measure(Path(folder))
        show(rows)
        (FOLDER / "results" / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
