"""Measure the workbench beside the bare tools it stands on; print a table and write JSON.

Nothing here asserts: the figures go into closing notes and the README.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workbench.city import build_city
from workbench.settings import read_settings
from workbench.sources import import_exports, load_corpus
from workbench.starting import start_study
from workbench.topics import model_topics


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def start_up() -> list[dict[str, object]]:
    """Time a fresh interpreter with and without the package, and the command's help."""
    bare = min(seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(5))
    ours = min(seconds(lambda: subprocess.run([sys.executable, "-c", "import workbench"], check=True))
               for _ in range(5))
    command = Path(sys.executable).with_name("workbench")
    shown = min(seconds(lambda: subprocess.run([command, "--help"], check=True, capture_output=True))
                for _ in range(5))
    return [{"measure": "import workbench, seconds beyond a bare interpreter", "ours": ours - bare, "peer": bare,
             "peer_is": "bare interpreter"},
            {"measure": "workbench --help, seconds", "ours": shown, "peer": bare, "peer_is": "bare interpreter"}]


def importing(folder: Path) -> list[dict[str, object]]:
    """Time the import of the made-up city against the bare parse of the same files."""
    import orjson
    import pyarrow.csv as pacsv

    raw = folder / "data" / "raw"
    files = {"telegram-desktop": sorted(raw.glob("telegram-desktop/*/result.json")),
             "telegram-4cat": sorted(raw.glob("telegram-4cat/*.csv"))}
    rows: list[dict[str, object]] = []
    for name, paths in files.items():
        def parse(paths: list[Path] = paths) -> None:
            for path in paths:
                if path.suffix == ".json":
                    # the invalid escapes of Telegram Desktop would stop a bare parser
                    orjson.loads(path.read_bytes().replace(b"\\x", b"\\u00"))
                else:
                    options = pacsv.ParseOptions(newlines_in_values=True)
                    pacsv.read_csv(path, parse_options=options)

        bare = min(seconds(parse) for _ in range(3))
        target = folder.parent / name
        start_study(target)
        ours = seconds(lambda paths=paths, target=target: import_exports(paths, settings=read_settings(target)))
        posts = len(load_corpus(target).posts)
        rows.append({"measure": f"{name}: posts per second", "ours": posts / ours, "peer": posts / bare,
                     "peer_is": "bare parse (orjson, pyarrow.csv)"})
    return rows


def topics(folder: Path) -> list[dict[str, object]]:
    """Time the topic model on the made-up city, the second of two runs."""
    import_exports([folder / "data" / "raw"], settings=read_settings(folder))
    corpus = load_corpus(folder)
    cold = seconds(lambda: model_topics(corpus, seed=1))
    warm = seconds(lambda: model_topics(corpus, seed=1))
    return [{"measure": f"model_topics, {len(corpus.posts):,} posts, seconds (warm)", "ours": warm, "peer": cold,
             "peer_is": "the first run of the process"}]


def main() -> None:
    """Run every measure."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["WORKBENCH_KEY_FILE"] = str(Path(name) / "bench.key")
        folder = Path(name) / "city"
        start_study(folder)
        build_city(folder / "data" / "raw", seed=1)
        rows = [*start_up(), *importing(folder), *topics(folder)]
    for row in rows:
        print(f"{row['measure']:60} {row['ours']:12,.3f}   {row['peer']:12,.3f}  ({row['peer_is']})")
    target = Path(__file__).with_name("results.json")
    target.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {target.name}.")


if __name__ == "__main__":
    main()
