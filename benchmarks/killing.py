"""Import, purge, forget and rotate killed before every step they take on the disk: what a second command finds."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.measuring import Row, row

ON = date(2026, 11, 21)
POSTS = 120
CARD = """controller = "Lillehavn Kommune"
purpose = "measure"
legal_basis = "databeskyttelsesloven § 10"
access = "open"
collected_by = "analyst"
collected_with = "made"
collected_from = 2025-01-01
collected_to = 2025-12-31
tdm_reservation = "none found"
tdm_checked = "2025-07-01"
delete_by = 2027-09-30
"""


_STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.truncate", "os.link"}
_LEFT = (".part", ".old", ".unfinished", ".next")


def make_export(folder: Path, name: str, chat: int, first: int, *, due: str = "2027-09-30") -> Path:
    """Write a chat of made-up posts; ids count from `first`, and one row cannot be read."""
    source = folder / "data" / "raw" / name
    source.mkdir(parents=True)
    (source / "source.toml").write_text(CARD.replace("2027-09-30", due), encoding="utf-8")
    messages: list[object] = [
        {"id": i, "type": "message", "date_unixtime": str(1_736_000_000 + 30_000 * i), "from": f"Person {i % 17}",
         "from_id": f"user{1000 + i % 17}", "text": f"Vi ses ved molen klokken {i % 24}, siger @bruger{i % 17}, se "
                                                     f"https://avis.invalid/{i % 9}"}
        for i in range(first, first + POSTS)]
    path = source / "result.json"
    path.write_text(json.dumps({"name": f"Molen {chat}", "type": "public_supergroup", "id": 1_900_000_000 + chat,
                                "messages": [*messages, {"views": f"@bruger{chat}"}]}), encoding="utf-8")
    return path


def make_study(folder: Path) -> Path:
    """Make a study with two sources imported, one of them due, a third that waits, and things made of the corpus."""
    from workbench.settings import read_settings
    from workbench.sources import import_exports
    from workbench.starting import start_study

    start_study(folder)
    (folder / "study.toml").write_text((folder / "study.toml").read_text(encoding="utf-8")
                                       + f'\nkey_file = "../keys-{folder.name}/k.key"\n', encoding="utf-8")
    paths = [make_export(folder, "a", 1, 1), make_export(folder, "b", 2, 1, due="2026-01-01")]
    make_export(folder, "c", 1, POSTS // 2)
    import_exports(paths, settings=read_settings(folder))
    derived = folder / "data" / "processed" / "topics" / "2025Q4"
    derived.mkdir(parents=True)
    (derived / "words.json").write_text("{}", encoding="utf-8")
    shown = {"cell_type": "code", "source": "study.corpus()", "metadata": {}, "execution_count": 1,
             "outputs": [{"output_type": "stream", "name": "stdout", "text": "T-001:1"}]}
    (folder / "notebooks" / "own.ipynb").write_text(json.dumps({"cells": [shown], "metadata": {}, "nbformat": 4,
                                                                "nbformat_minor": 5}), encoding="utf-8")
    return folder


def copy_study(source: Path, target: Path) -> Path:
    """Copy a study with its key."""
    for old, new in ((source, target), (_keys(source), _keys(target))):
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(old, new)
    said = (target / "study.toml").read_text(encoding="utf-8")
    (target / "study.toml").write_text(said.replace(f"keys-{source.name}", f"keys-{target.name}"), encoding="utf-8")
    return target


def _keys(study: Path) -> Path:
    return study.with_name(f"keys-{study.name}")


def _import(study: Path) -> None:
    from workbench.settings import read_settings
    from workbench.sources import import_exports

    import_exports([study / "data" / "raw" / "c" / "result.json"], settings=read_settings(study))


def _purge(study: Path) -> None:
    from workbench.settings import read_settings
    from workbench.sources import purge_sources

    purge_sources(read_settings(study), on=ON)


def _forget(study: Path) -> None:
    from workbench.settings import read_settings
    from workbench.sources import forget_accounts

    forget_accounts(["user1003"], settings=read_settings(study), on=ON)


def _rotate(study: Path) -> None:
    from workbench.settings import read_settings
    from workbench.sources import rotate_key

    rotate_key(read_settings(study))


DEEDS: dict[str, Callable[[Path], None]] = {"import": _import, "purge": _purge, "forget": _forget, "rotate": _rotate}


def run(deed: Callable[[Path], None], study: Path, kill_at: int = 0) -> tuple[bool, list[str], str]:
    """Do something in a process of its own that dies before its step number `kill_at`.

    Returns
    -------
    was_killed, steps, fault
        The steps it took, where it lived, and the error it ended with.
    """
    said = study.with_name(f"{study.name}.steps")
    said.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        steps: list[str] = []

        def note(event: str, args: tuple[object, ...]) -> None:
            writes = event == "open" and ((isinstance(args[1], str) and bool(set(args[1]) & set("wax+")))
                                          or (isinstance(args[2], int) and bool(args[2] & os.O_CREAT)))
            path = str(args[0]) if args else ""
            if (event in _STEPS or writes) and path != str(said) and "__pycache__" not in path and "/proc/" not in path:
                steps.append(f"{event} {path}")
                if len(steps) == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(note)
        fault = ""
        try:
            deed(study)
        except BaseException as error:
            fault = f"{type(error).__name__}: {error}"
        taken = [*steps]
        said.write_text(json.dumps([taken, fault]), encoding="utf-8")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    taken, fault = json.loads(said.read_text(encoding="utf-8")) if said.exists() else ([], "")
    return os.WIFSIGNALED(status), taken, fault


def look(study: Path) -> tuple[str, ...]:
    """Return what a reader of a study sees: the ids of its posts, or why there are none."""
    from workbench.sources import load_corpus

    try:
        return tuple(sorted(load_corpus(study).posts["post_id"]))
    except Exception as error:  # whatever it is, it counts as a fault
        return ("unreadable", f"{type(error).__name__}: {error}")


def check(study: Path, expected: set[tuple[str, ...]], fault: str) -> list[str]:
    """Return what is wrong with a study after a kill and one more command."""
    from workbench.settings import read_settings
    from workbench.sources import load_key

    found = look(study)
    faults = [] if found in expected else [f"posts are not as they should be: {found[:2]}"]
    if fault and not fault.startswith("InputError"):
        faults.append(fault)
    try:
        load_key(read_settings(study))
    except Exception as error:  # whatever it is, it counts as a fault
        faults.append(f"the key does not fit: {error}")
    left = [p.name for folder in (study, _keys(study)) for p in folder.rglob("*") if p.name.endswith(_LEFT[:3])
            or p.name in (".work", "journal.json", "journal.parquet")]
    return faults + ([f"left behind: {left}"] if left else [])


def check_purged(study: Path) -> list[str]:
    """Return what of the source that was due is still there, once a purge has begun and another command has run."""
    raw = study / "data" / "raw"
    left = [raw / "b" / "result.json"] if (raw / "b" / "result.json").exists() else []
    left += [p for p in (raw / "quarantine").glob("*") if "@bruger2" in p.read_text(encoding="utf-8")]
    notebook = study / "notebooks" / "own.ipynb"
    left += [notebook] if "T-001" in notebook.read_text(encoding="utf-8") else []
    certificates = list((study / "data" / "processed" / "certificates").glob("purge-*.json"))
    return [f"still there: {[p.name for p in left]}"] * bool(left) + ["no certificate"] * (not certificates)


def kill_everywhere(folder: Path, base: Path, name: str) -> tuple[int, Counter[str]]:
    """Kill one deed before each of its steps, do every deed after it, and count what is wrong."""
    whole = copy_study(base, folder / "whole")
    before = look(whole)
    _, steps, fault = run(DEEDS[name], whole)
    after = look(whole)
    faults: Counter[str] = Counter({f"undisturbed: {fault}": 1} if fault else {})
    expected: dict[str, set[tuple[str, ...]]] = {}
    for other, deed in DEEDS.items():
        ends = set()
        for start in (base, whole):
            study = copy_study(start, folder / "expected")
            run(deed, study)
            ends.add(look(study))
        expected[other] = {after} if other == name else ends
    for number in range(1, len(steps) + 1):
        killed = copy_study(base, folder / "killed")
        if not run(DEEDS[name], killed, number)[0]:
            continue
        now, has_begun = look(killed), (killed / "data" / "processed" / "corpus" / "journal.json").exists()
        if now not in (before, after) or (has_begun and now != after):
            faults[f"{name}, killed: a reader sees {len(now)} posts"] += 1
        for other, deed in DEEDS.items():
            study = copy_study(killed, folder / "then")
            _, _, fault = run(deed, study)
            wrong = check(study, expected[other], fault)
            wrong += check_purged(study) if name == "purge" and (has_begun or other == name) else []
            faults.update(f"{name}, then {other}: {one} (step {number}: {steps[number - 1]})" for one in wrong)
    return len(steps), faults


def measure(folder: Path, deeds: tuple[str, ...] = tuple(DEEDS)) -> list[Row]:
    """Kill every deed before each of its steps; a violation is whatever a second command, of any kind, finds wrong."""
    base = make_study(folder / "base")
    rows = []
    for name in deeds:
        kills, faults = kill_everywhere(folder, base, name)
        for fault, times in faults.most_common(20):
            print(f"  {times} times: {fault}", flush=True)
        rows += [row(f"{name}: steps on the disk, killed before each", kills, None, "no peer: a promise to check"),
                 row(f"{name}: violations after one more command of each kind", sum(faults.values()), None, "")]
    return rows


if __name__ == "__main__":
    measure(Path(sys.argv[1]), tuple(sys.argv[2:]) or tuple(DEEDS))
