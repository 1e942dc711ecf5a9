"""Imports killed at random points: what is lost, what is doubled once they are run again."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

from benchmarks.measuring import Row, row

KILLS = 100
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


def make_export(folder: Path, name: str, first: int, posts: int) -> Path:
    """Write a chat of made-up posts; ids count from `first`."""
    source = folder / "data" / "raw" / name
    source.mkdir(parents=True)
    (source / "source.toml").write_text(CARD, encoding="utf-8")
    messages = [{"id": i, "type": "message", "date_unixtime": str(1_736_000_000 + 3000 * i), "from": f"Person {i % 50}",
                 "from_id": f"user{i % 50}", "text": f"Vi ses ved molen klokken {i % 24}, siger @bruger{i % 50}, se "
                                                     f"https://avis.invalid/{i % 90}"}
                for i in range(first, first + posts)]
    path = source / "result.json"
    chat = {"name": "Molen", "type": "public_supergroup", "id": 1_900_000_001, "messages": messages}
    path.write_text(json.dumps(chat), encoding="utf-8")
    return path


def measure(folder: Path, kills: int = KILLS) -> list[Row]:
    """Kill an import that changes half of a corpus and adds to it, then run it again and compare."""
    from workbench.settings import read_settings
    from workbench.sources import import_exports, load_corpus
    from workbench.starting import start_study

    start_study(folder / "base")
    before = make_export(folder / "base", "a", 1, 2_000)
    after = make_export(folder / "base", "b", 1_001, 2_000)
    settings = read_settings(folder / "base")
    import_exports([before], settings=settings)
    shutil.copytree(folder / "base", folder / "whole")
    begun = time.perf_counter()
    import_exports([folder / "whole" / after.relative_to(folder / "base")], settings=read_settings(folder / "whole"))
    whole_seconds = time.perf_counter() - begun
    wanted = load_corpus(folder / "whole").posts
    chance = random.Random(1)
    hit = lost = doubled = torn = 0
    for _ in range(kills):
        study = folder / "killed"
        shutil.rmtree(study, ignore_errors=True)
        shutil.copytree(folder / "base", study)
        path = study / after.relative_to(folder / "base")
        child = os.fork()
        if child == 0:
            import_exports([path], settings=read_settings(study))
            os._exit(0)
        time.sleep(chance.uniform(0, 1.1 * whole_seconds))
        os.kill(child, signal.SIGKILL)
        hit += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        left = len(load_corpus(study).posts)
        torn += left not in (2_000, 3_000)
        import_exports([path], settings=read_settings(study))
        found = load_corpus(study).posts
        lost += len(set(wanted["post_id"]) - set(found["post_id"]))
        doubled += int(found["post_id"].duplicated().sum())
        torn += not found.drop(columns="source_id").equals(wanted.drop(columns="source_id"))
    return [row(f"imports killed before they were done, of {kills}", hit, None, "no peer: a promise to check"),
            row("posts lost", lost, None, ""), row("posts doubled", doubled, None, ""),
            row("corpora neither old nor new after a kill", torn, None, "")]
