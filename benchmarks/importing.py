"""Imports beside the bare parse of the same files."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Row, row, seconds


def _parse(path: Path) -> None:
    import orjson
    import pyarrow.csv as pacsv

    if path.suffix == ".json":
        # the invalid escapes of Telegram Desktop would stop a bare parser
        orjson.loads(path.read_bytes().replace(b"\\x", b"\\u00"))
    else:
        pacsv.read_csv(path, parse_options=pacsv.ParseOptions(newlines_in_values=True))


def measure(folder: Path) -> list[Row]:
    """Time the import of the made-up city, by format."""
    from workbench.city import build_city
    from workbench.settings import read_settings
    from workbench.sources import import_exports, load_corpus
    from workbench.starting import start_study

    raw = folder / "city" / "data" / "raw"
    start_study(folder / "city")
    build_city(raw, seed=1)
    rows = []
    exports = {"telegram-desktop": "telegram-desktop/*/result.json", "4cat-telegram": "telegram-4cat/*.csv"}
    for name, pattern in exports.items():
        paths, target = sorted(raw.glob(pattern)), folder / name
        start_study(target)
        bare = min(seconds(lambda paths=paths: [_parse(p) for p in paths]) for _ in range(3))
        ours = seconds(lambda paths=paths, target=target: import_exports(paths, settings=read_settings(target)))
        posts = len(load_corpus(target).posts)
        rows.append(row(f"{name}: posts per second", posts / ours, posts / bare, "bare parse (orjson, pyarrow.csv)"))
    return rows
