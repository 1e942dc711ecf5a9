"""How long two real collections take from posts to findings: network, communities, bridges and coordination.

Both run in one process after one another; importing libraries and reading files is not counted. The collections
lie beside the repository on the team's machine only; nothing of them but counts is shown.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import SHARED_DATA, Row, in_fresh_process, row

AIM = 20.0  # seconds for both together
COLLECTIONS = {"tg_activeclubs": "messages.csv", "tg_farright_en_2023q3_2024q2": "messages.csv.gz"}
RELATIONS = ("forward", "url", "hashtag", "copy")
WINDOWS = (10, 60, 3600, 86_400)
CARD = """controller = "benchmark"
purpose = "benchmark"
legal_basis = "§ 10"
access = "open"
collected_by = "benchmark"
collected_with = "telegram-tracker"
collected_from = 2021-01-01
collected_to = 2025-12-31
tdm_reservation = "none found"
tdm_checked = "2025-07-01"
delete_by = 2027-09-30
"""
CODE = "import sys; from pathlib import Path; from benchmarks.networks_real import run; run(Path(sys.argv[1]))"


def measure(folder: Path) -> list[Row]:
    """Import both collections, then time everything up to coordination in one process."""
    absent = [name for name in COLLECTIONS if not (SHARED_DATA / name).is_dir()]
    if absent:
        return [row("networks of real collections: skipped", 0, None, f"not on this machine: {', '.join(absent)}")]
    for name in COLLECTIONS:
        import_collection(folder / name, SHARED_DATA / name / COLLECTIONS[name])
    _, peak, printed = in_fresh_process(CODE, str(folder))
    return [*json.loads(printed), row("both: peak memory with importing libraries, MB", peak, None, "")]


def import_collection(study: Path, export: Path) -> None:
    """Import one collection into a study of its own."""
    from workbench.settings import Settings
    from workbench.sources import import_exports

    raw = study / "data" / "raw" / "telegram"
    raw.mkdir(parents=True)
    (raw / "source.toml").write_text(CARD, encoding="utf-8")
    shutil.copy(export, raw / export.name)
    import_exports([raw / export.name], settings=Settings(
        folder=study, name="Benchmark", language="da", contact="c", minimum_authors=5, minimum_arenas=3,
        key_file=study.with_name(f"{study.name}.key")))


def run(folder: Path) -> None:
    """Print the rows of both collections."""
    from workbench.sources import load_corpus

    corpora = {name: load_corpus(folder / name) for name in COLLECTIONS}
    # a first round on few posts imports what is imported on first use
    _analyse(_first_posts(corpora["tg_activeclubs"]), {})
    rows: list[Row] = []
    totals = {"wall": 0.0, "cpu": 0.0}
    for name, corpus in corpora.items():
        took: dict[str, dict[str, float]] = {}
        facts = _analyse(corpus, took)
        sums = {clock: sum(step[clock] for step in took.values()) for clock in totals}
        totals = {clock: totals[clock] + sums[clock] for clock in totals}
        rows.append(row(f"{name}: network, communities, bridges, coordination, seconds", sums["wall"], None, "",
                        cpu_seconds=sums["cpu"], posts=len(corpus.posts), took=took, **facts))
        rows += [row(f"{name}: {step}, seconds", clocks["wall"], None, "", cpu_seconds=clocks["cpu"])
                 for step, clocks in took.items()]
    rows += [row("both: network, communities, bridges, coordination, seconds", totals["wall"], AIM, "the aim"),
             row("both: the same, processor seconds", totals["cpu"], AIM, "the aim")]
    print(json.dumps(rows))


def _first_posts(corpus: Any) -> Any:
    from workbench.tables.posts import Corpus

    posts = corpus.posts.head(500)
    return Corpus(posts, corpus.links[corpus.links["post_id"].isin(posts["post_id"])], corpus.arenas)


def _analyse(corpus: Any, took: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Do what a study does with a collection, note what each step took, and return what can be told of it."""
    from workbench import actors as room

    network = _timed(took, "link_forwards", lambda: room.link_forwards(corpus))
    found = _timed(took, "find_communities", lambda: room.find_communities(network, seed=1))
    bridges = _timed(took, "find_bridges", lambda: room.find_bridges(found, seed=1))
    coordination = _timed(took, "find_coordination", lambda: room.find_coordination(
        corpus, seed=1, relations=RELATIONS, windows=WINDOWS))
    facts, members = found.provenance, coordination.members
    groups = members.groupby("window_seconds")["group"].agg(["nunique", "size"])
    return {"links": facts["links"], "arenas": facts["arenas"], "outside": facts["outside"], "ties": len(found.ties),
            "communities": facts["communities"], "mean_ami": facts["mean_ami"], "modularity": facts["modularity"],
            "modularity_null_max": facts["modularity_null_max"],
            "bridges": int(((bridges["kind"] == "arena") & (bridges["participation"] >= 0.5)).sum()),
            "groups": {str(w): [int(n) for n in groups.loc[w]] for w in groups.index},
            "layers": json.loads(coordination.layers.to_json(orient="records"))}


def _timed(took: dict[str, dict[str, float]], name: str, work: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    took[name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return found
