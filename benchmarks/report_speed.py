"""Time and memory of a report of the made-up city: first, unchanged, reworded, in another language, all anew."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Row, in_fresh_process, row

RUN = """
import resource, sys
from workbench.cli import main
try:
    main()
except SystemExit as done:
    if done.code:
        raise
print("kernel", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
PERIOD = "2025Q3"
WORDS = ('"Løbehjul på fortovet"', '"Elløbehjul på fortovet"')  # a topic's name, as a person writes it anew


def measure(folder: Path) -> list[Row]:
    """Time `workbench report` of one quarter of the city, each time in a process of its own."""
    study = folder / "city"
    rows: list[Row] = []

    def run(*words: str) -> tuple[float, float, float]:
        took, outer, printed = in_fresh_process(RUN, *words)
        return took, outer, int(printed.split()[-1]) / 1024

    def report(what: str, *further: str) -> None:
        took, outer, kernel = run("report", "quarterly", "--period", PERIOD, "--study", str(study), *further)
        first = float(str(rows[0]["ours"])) if rows else None
        rows.append(row(f"report, {what}, seconds", took, first, "first time" if rows else "", megabytes=outer,
                        kernel_megabytes=kernel))

    run("init", str(study), "--city")
    run("import", str(study / "data" / "raw"), "--study", str(study))
    report("first time")
    report("nothing changed")
    review = study / "reviews" / f"{PERIOD}.toml"
    said = review.read_text(encoding="utf-8")
    if WORDS[0] not in said:
        raise RuntimeError(f"{review.name} does not call a topic {WORDS[0]}; take another name of it.")
    review.write_text(said.replace(*WORDS), encoding="utf-8")
    report("a topic called otherwise")
    report("other language", "--language", "en")
    report("--fresh", "--fresh")
    peaks = {"its own process": "megabytes", "the notebook's process": "kernel_megabytes"}
    return [*rows, *(row(f"report, peak of {whose}, megabytes", max(float(str(r[name])) for r in rows), None, "")
                     for whose, name in peaks.items())]
