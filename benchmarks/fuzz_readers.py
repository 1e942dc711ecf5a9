"""Changed records over the sample of every format: python benchmarks/fuzz_readers.py RECORDS [SEED].

Each file holds a sample's good records with changed ones between them, some with bytes changed too. Told: errors that
are not of ours, readers that take longer than a file of that size may, good records that are lost, and files of which
other numbers are counted than read.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.settings import SourceCard
from workbench.sources.readers.counting import count_records
from workbench.sources.readers.detection import known_formats
from workbench.sources.readers.opening import Stream
from workbench.sources.readers.records import Format

SAMPLES = Path(__file__).parents[1] / "tests" / "sources" / "samples"
DAY = date(2025, 1, 1)
CARD = SourceCard("fuzz", Path("x"), "c", "p", "l", "open", "c", "c", DAY, DAY, "none found", "d", DAY)
PER_FILE = 200
# what a stray mark joins is read as other rows, and what stands where a page or a message should is one record
UNEQUAL = {"tgdataset", "x-api", *(path.stem for path in SAMPLES.glob("*.csv"))}
SECONDS = 20
STRANGE: list[Any] = [
    None, True, False, 0, -1, 10**18, 10**30, 2**63, 2**64, 1e300, -1e-300, 0.5, "", " ", "\x00", "a\x00b", "\ud800",
    "a\udfffb", "NaN", "1e999", "-0", "0x1F", "١٢٣", "9" * 400, "@" * 300, "https://[::1", "http://" + "a" * 300,
    "{0}", "a" * 5000, "æ" * 3000, "👍" * 300, "\u202e abc", "\r\n\r\n", "\u2028", '"', "\\", "\\x0C", "a,b;c\td",
    "[deleted]", "REDACTED", "null", "0000-00-00", "9999-12-31T23:59:59Z", "2025-02-30", 1762156800, 1762156800000,
    "1762156800.5", -62135596800, [], {}, [None], [[]], {"": ""}, {"id": None}, [1, "a", {"type": "link"}],
    {"$date": "x"}, "1 " * 2000, ["x"] * 500, {str(i): i for i in range(200)}, float("nan"), float("inf")]


class _Late(Exception):
    """A file takes longer than it may."""


def _late(*_: object) -> None:
    raise _Late


def nested(chance: random.Random) -> Any:
    """Return a value that is nested up to 400 deep."""
    value: Any = "x"
    for level in range(chance.choice([40, 95, 140, 400])):
        value = {"a": value} if level % 2 else [value]
    return value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value within a JSON value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def at(value: Any, path: tuple[Any, ...] | list[Any]) -> Any:
    """Return what stands at a path."""
    for key in path:
        value = value[key]
    return value


def changed(record: Any, chance: random.Random) -> Any:
    """Return a record with some values replaced, left out or put in twice."""
    record = copy.deepcopy(record)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
        found = list(places(record))
        if not found:
            break
        *path, last = chance.choice(found)
        inner, how = at(record, path), chance.random()
        strange = nested(chance) if how < 0.03 else copy.deepcopy(chance.choice(STRANGE))
        if how < 0.75:
            inner[last] = strange
        elif how < 0.9:
            del inner[last]
        else:
            inner[last] = copy.deepcopy(record) if len(found) < 100 else None
    return record if chance.random() > 0.02 else copy.deepcopy(chance.choice(STRANGE))


def records_of(value: Any) -> Any:
    """Return the longest list of records within a JSON value, or record of records."""
    within = [value, *(at(value, path) for path in places(value))]
    lists = [v for v in within if isinstance(v, list) and any(isinstance(one, dict) for one in v)]
    maps = [v for v in within if isinstance(v, dict) and v and all(isinstance(one, dict) for one in v.values())]
    return max(lists or maps, key=len, default=None)


def table_of(text: str, chance: random.Random) -> str:
    """Return a table with changed rows after its own, and its first once more at the end."""
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    header, *good = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    strange = [str(v) if isinstance(v, str | int | float) else json.dumps(v) for v in STRANGE]
    strange = [cell for cell in strange if "\\" not in cell and '"' not in cell] + ["a\nb", "x,y"]
    rows = []
    for _ in range(PER_FILE):
        row = list(chance.choice(good))
        for _ in range(chance.choice([1, 1, 2, 4])):
            place, how = chance.randrange(len(row)), chance.random()
            if how < 0.85:
                row[place] = chance.choice(strange)
            elif how < 0.93 and len(row) > 1:
                del row[place]
            else:
                row.append(chance.choice(strange))
        rows.append(row)
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([header, *good, *rows, good[0]])
    lines = out.getvalue().split("\r\n")
    if chance.random() < 0.3:  # a stray mark in a changed row, with other changed rows after it
        number = chance.randrange(len(good) + 1, len(lines) - 60)
        lines[number] = '"' + lines[number]
    return "\r\n".join(lines)


def file_of(sample: Path, chance: random.Random) -> bytes:
    """Return the bytes of a file with changed records between those of a sample."""
    text = sample.read_text(encoding="utf-8")
    if sample.suffix == ".csv":
        return table_of(text, chance).encode("utf-8", "surrogatepass")
    if sample.suffix == ".txt":
        lines = text.split("\n")
        strange = [v for v in STRANGE if isinstance(v, str)]
        made = [(line := chance.choice(lines))[: (cut := chance.randrange(len(line) + 1))] + chance.choice(strange)
                + line[cut:] for _ in range(PER_FILE)]
        return "\n".join([*lines, *made, lines[1]]).encode("utf-8", "surrogatepass")
    if sample.suffix in (".jsonl", ".ndjson"):
        good = [json.loads(line) for line in text.splitlines() if line.strip()]
        made = [changed(chance.choice(good), chance) for _ in range(PER_FILE)]
        return "\n".join(json.dumps(one) for one in (*good, *made, good[0])).encode()
    value = json.loads(text)
    found = records_of(value)
    if isinstance(found, list):
        good = [one for one in found if isinstance(one, dict)]
        found[1:1] = [changed(chance.choice(good), chance) for _ in range(PER_FILE)]
    elif found is not None:
        good = list(found.values())
        found |= {str(10_000 + i): changed(chance.choice(good), chance) for i in range(PER_FILE)}
    return json.dumps(value, indent=chance.choice([None, 1]), ensure_ascii=chance.random() < 0.5).encode(
        "utf-8", "surrogatepass")


def with_changed_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some of them changed."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 3, 20])):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def read(path: Path, form: Format) -> tuple[Counter[str], int, int | None]:
    """Return the ids of a file's posts, and how many records were read and counted."""
    stream = Stream(path)
    form.names(stream)
    batches = list(form.read(stream, CARD))
    natives = Counter(str(native) for batch in batches for native in batch.posts["native_id"])
    total = sum(len(batch.posts) + batch.covered + len(batch.faults) for batch in batches)
    return natives, total, count_records(stream, form)


def main() -> int:
    """Read changed files until so many records were read, and print what went wrong."""
    wanted, chance = int(sys.argv[1]), random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 7)
    signal.signal(signal.SIGALRM, _late)
    samples = {sample: known_formats()[sample.stem] for sample in sorted(SAMPLES.glob("*.*"))}
    faults: Counter[str] = Counter()
    done, files, begun = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        good = {}
        for sample, form in samples.items():
            path.write_bytes(sample.read_bytes())
            good[sample] = set(read(path, form)[0]) - {"<NA>"}
        while done < wanted:
            for sample, form in samples.items():
                data = file_of(sample, chance)
                is_damaged = chance.random() < 0.12
                path.write_bytes(with_changed_bytes(data, chance) if is_damaged else data)
                done, files = done + PER_FILE, files + 1
                signal.alarm(SECONDS)
                try:
                    natives, total, counted = read(path, form)
                    if not is_damaged and good[sample] - set(natives):
                        faults[f"{form.name}: good records are lost"] += 1
                        Path(tempfile.gettempdir(), f"lost-{form.name}").write_bytes(data)
                    if not is_damaged and form.name not in UNEQUAL and counted not in (None, total):
                        faults[f"{form.name}: counted otherwise than read"] += 1
                        Path(tempfile.gettempdir(), f"counted-{form.name}").write_bytes(path.read_bytes())
                except _Late:
                    faults[f"{form.name}: takes longer than {SECONDS} seconds"] += 1
                except WorkbenchError as error:
                    if not is_damaged:
                        faults[f"{form.name}: refused: {str(error)[-90:]}"] += 1
                except Exception as error:
                    place = traceback.extract_tb(error.__traceback__)[-1]
                    faults[f"{form.name}: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}"] += 1
                    Path(tempfile.gettempdir(), f"error-{form.name}").write_bytes(path.read_bytes())
                finally:
                    signal.alarm(0)
    seconds = time.monotonic() - begun
    print(f"{done:,} changed records in {files:,} files of {len(samples)} formats, {seconds:.0f} s")
    for fault, times in faults.most_common():
        print(f"{times:8,}  {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
