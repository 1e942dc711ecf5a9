"""Imports beside the bare parse of the same files, and the memory that a big file takes."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

from benchmarks.killing import CARD
from benchmarks.measuring import Row, in_fresh_process, row

POSTS = 60_000
BIG_BYTES = 2_000_000_000
IMPORT = """
import sys, time
from pathlib import Path
from workbench.settings import read_settings
from workbench.sources import import_exports
begun = time.process_time()
ledger = import_exports([Path(sys.argv[2])], settings=read_settings(Path(sys.argv[1])))
print(int(ledger.files['kept'].sum()), time.process_time() - begun)
"""
PARSE = {
    ".json": "import orjson, sys, time; begun = time.process_time(); "
             "orjson.loads(open(sys.argv[1], 'rb').read()); print(time.process_time() - begun)",
    ".csv": "import pyarrow.csv as c, sys, time; begun = time.process_time(); c.read_csv(sys.argv[1], "
            "parse_options=c.ParseOptions(newlines_in_values=True)); print(time.process_time() - begun)",
}


def _messages(raw: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(raw.glob("telegram-desktop/*/result.json")):
        # the invalid escapes of Telegram Desktop would stop a bare parser
        found += json.loads(path.read_bytes().replace(b"\\x", b"\\u00"))["messages"]
    return found


def write_desktop(path: Path, messages: list[dict[str, Any]], *, posts: int = 0, size: int = 0) -> int:
    """Write a chat of the city's messages over and over, up to a number of posts or bytes."""
    path.parent.mkdir(parents=True)
    (path.parent / "source.toml").write_text(CARD, encoding="utf-8")
    written = count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"name": "Byen", "type": "public_supergroup", "id": 1900000009, "messages": [\n')
        while count < posts or written < size:
            message = messages[count % len(messages)]
            count += 1
            text = json.dumps({**message, "id": count}, ensure_ascii=False, indent=1)
            written += file.write(f"{',' if count > 1 else ''}{text}\n")
        file.write("]}")
    return count


def _write_4cat(path: Path, raw: Path) -> None:
    path.parent.mkdir(parents=True)
    (path.parent / "source.toml").write_text(CARD, encoding="utf-8")
    rows = [r for p in sorted(raw.glob("telegram-4cat/*.csv")) for r in csv.DictReader(p.open(encoding="utf-8"))]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**rows[i % len(rows)], "id": f"byen-{i}"} for i in range(1, POSTS + 1))


def measure(folder: Path) -> list[Row]:
    """Time imports of the city's posts by processor seconds, and import one file of 2 GB."""
    from workbench.city import build_city
    from workbench.starting import start_study

    raw = folder / "city" / "data" / "raw"
    build_city(raw, seed=1)
    messages, rows = _messages(raw), []
    write_desktop(folder / "telegram-desktop" / "data" / "raw" / "x" / "result.json", messages, posts=POSTS)
    _write_4cat(folder / "4cat-telegram" / "data" / "raw" / "x" / "export.csv", raw)
    for name, file in (("telegram-desktop", "result.json"), ("4cat-telegram", "export.csv")):
        study = folder / name
        start_study(study)
        path = study / "data" / "raw" / "x" / file
        bare = min(float(in_fresh_process(PARSE[path.suffix], str(path))[2]) for _ in range(3))
        _, _, said = in_fresh_process(IMPORT, str(study), str(path))
        posts, ours = said.split()
        rows.append(row(f"{name}: posts per processor second", float(posts) / float(ours), float(posts) / bare,
                        "bare parse (orjson, pyarrow.csv)", ratio=bare / float(ours)))
    start_study(folder / "big")
    big = folder / "big" / "data" / "raw" / "x" / "result.json"
    count = write_desktop(big, messages, size=BIG_BYTES)
    begun = time.perf_counter()
    _, memory, said = in_fresh_process(IMPORT, str(folder / "big"), str(big))
    took = time.perf_counter() - begun
    return [*rows,
            row(f"2 GB, {count:,} posts: peak memory, MB", memory, None, "kept " + said.split()[0]),
            row(f"2 GB, {count:,} posts: seconds", took, None, "")]
