"""Coordination beside `coordination-network-toolkit`: same pairs and weights, time and memory at three sizes.

The peer needs an interpreter of its own that has it: `COORDINATION_PEER=/path/to/python python -m benchmarks
coordination`. Without one its columns stay empty. `COORDINATION_SIZES` (such as `35000,1000000`) chooses sizes.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from benchmarks.measuring import SHARED_DATA, Row, in_fresh_process, row

WINDOW, LEAST_WEIGHT = 60, 2
PEER_SECONDS = 1200  # what the peer is given at one size
REAL = SHARED_DATA / "ru_coord_tweets" / "russian_coord_tweets.csv"

MAKE = """
import sys
import numpy as np, pyarrow as pa, pyarrow.csv as pc
path, n = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(7)
def heavy(size, power, most):
    return np.minimum(rng.pareto(power, size) + 0.3, most)
def draw(weights, size):
    return np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(size)).astype(np.int32)
item = draw(heavy(n // 5, 1.3, 200), n)
born = rng.uniform(0, 200 * 86400, n // 5)
seconds = (1_600_000_000 + born[item] + rng.lognormal(np.log(7200), 1.8, n)).astype(np.int64)
account = draw(heavy(n // 4, 1.5, 300), n)
# one share in fifty comes from groups of eight that share one thing within half a minute
for block in range(n // 50 // 8):
    at = slice(8 * block, 8 * block + 8)
    item[at], seconds[at] = item[8 * block], seconds[8 * block] + np.arange(8) * 4
    account[at] = 8 * (block % max(n // 4000, 1)) + np.arange(8)
table = pa.table({"object_id": item, "account_id": account, "content_id": np.arange(n), "timestamp_share": seconds})
pc.write_csv(table, path)
"""

OURS = """
import sys, time, json
import pandas as pd
from workbench.actors.sweep import count_followers, count_pairs, order_slots, sweep_pairs
begun = time.perf_counter()
given = pd.read_csv(sys.argv[1], engine="pyarrow", dtype_backend="pyarrow").drop_duplicates("content_id")
shares = pd.DataFrame({"actor_id": given["account_id"], "object_id": given["object_id"], "post_id": given["content_id"],
                       "shared_at": pd.to_datetime(given["timestamp_share"].to_numpy("int64"), unit="s", utc=True)})
read = time.perf_counter()
slots = order_slots(shares)
pairs = count_pairs(slots, sweep_pairs(slots, count_followers(slots, float(sys.argv[2]))))
done = time.perf_counter()
import numpy as np
least = int(sys.argv[3])
own = np.bincount(slots.actor)
weights = np.concatenate([pairs.posts_a, pairs.posts_b])
print(json.dumps({"read": read - begun, "count": done - read, "ties": int((weights >= least).sum()),
                  "weight": int(weights[weights >= least].sum()), "own": int((own >= least).sum()),
                  "own_weight": int(own[own >= least].sum())}))
if len(sys.argv) > 4:
    import pyarrow as pa, pyarrow.csv as pc
    names = slots.actor_ids.to_numpy(dtype=object)
    both = [(names[a], names[b], w) for one, two, many in ((pairs.a, pairs.b, pairs.posts_a),
            (pairs.b, pairs.a, pairs.posts_b)) for a, b, w in zip(one, two, many) if w >= least]
    json.dump(sorted([str(a), str(b), int(w)] for a, b, w in both), open(sys.argv[4], "w"))
"""

TESTED = """
import sys, time, json
import pandas as pd
from workbench.actors.coordination import find_coordination_in_shares
given = pd.read_csv(sys.argv[1], engine="pyarrow", dtype_backend="pyarrow").drop_duplicates("content_id")
shares = pd.DataFrame({"actor_id": given["account_id"], "object_id": given["object_id"], "post_id": given["content_id"],
                       "shared_at": pd.to_datetime(given["timestamp_share"].to_numpy("int64"), unit="s", utc=True)})
begun = time.perf_counter()
found = find_coordination_in_shares({"forward": shares}, seed=1, windows=(int(sys.argv[2]),))
print(json.dumps({"seconds": time.perf_counter() - begun, **found.layers.iloc[0].dropna().to_dict(),
                  "members": len(found.members)}, default=str))
"""

PEER = """
import csv, json, resource, sqlite3, sys, time
from coordination_network_toolkit.compute_networks import compute_co_retweet_parallel
from coordination_network_toolkit.preprocess import preprocess_data
if __name__ == "__main__":
    path, database, window, least = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    begun = time.perf_counter()
    with open(path) as stream:
        preprocess_data(database, ((r["content_id"], r["account_id"], "", r["object_id"], None, "",
                                    int(float(r["timestamp_share"])), []) for r in csv.DictReader(stream)))
    read = time.perf_counter()
    compute_co_retweet_parallel(database, window, n_threads=2, min_edge_weight=least)
    done = time.perf_counter()
    ties = list(sqlite3.connect(database).execute("select user_1, user_2, weight from co_retweet_network"))
    between = sorted([str(a), str(b), w] for a, b, w in ties if a != b)
    peak = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    json.dump({"read": read - begun, "count": done - read, "all": len(ties), "all_weight": sum(t[2] for t in ties),
               "between": between, "megabytes": max(peak)}, open(sys.argv[5], "w"))
"""


def _peer(path: Path, folder: Path) -> dict[str, object] | None:
    """Run the peer in its own interpreter; None where it is not there or not done in time."""
    python = os.environ.get("COORDINATION_PEER")
    if not python:
        return None
    script, answer, database = folder / "peer.py", folder / "peer.json", folder / "peer.db"
    script.write_text(PEER)
    for left in folder.glob("peer.db*"):
        left.unlink()
    begun = time.perf_counter()
    try:
        subprocess.run([python, script, path, database, str(WINDOW), str(LEAST_WEIGHT), answer], check=True,
                       capture_output=True, timeout=PEER_SECONDS)
    except subprocess.TimeoutExpired:
        return {"wall": None}
    return {"wall": time.perf_counter() - begun, **json.loads(answer.read_text())}


def _size(path: Path, name: str, folder: Path) -> list[Row]:
    pairs_file = folder / "ours.json"
    wall, megabytes, printed = in_fresh_process(OURS, str(path), str(WINDOW), str(LEAST_WEIGHT), str(pairs_file))
    ours, peer = json.loads(printed), _peer(path, folder)
    tested_wall, tested_megabytes, printed = in_fresh_process(TESTED, str(path), str(WINDOW))
    tested = json.loads(printed)
    who = "coordination-network-toolkit" if peer else "coordination-network-toolkit (not installed)"
    if peer and peer["wall"] is None:
        who = f"coordination-network-toolkit, stopped after {PEER_SECONDS} s"
    known = peer if peer and peer["wall"] else {}
    between = known.get("between")
    rows = [
        row(f"{name}: seconds from file to pairs and weights, with start-up", wall, known.get("wall"), who,
            reading=ours["read"], counting=ours["count"], peer_reading=known.get("read"),
            peer_counting=known.get("count")),
        row(f"{name}: peak memory, MB", megabytes, known.get("megabytes"), who),
        row(f"{name}: directed ties of weight 2 or more between two accounts", ours["ties"],
            len(between) if between is not None else None, who),
        row(f"{name}: with every account's tie to itself, as the peer counts", ours["ties"] + ours["own"],
            known.get("all"), who),
        row(f"{name}: total weight, ties to itself too", ours["weight"] + ours["own_weight"], known.get("all_weight"),
            who),
        row(f"{name}: seconds for pairs, null model, q, evidence and groups", tested["seconds"], None,
            "none has a test", **{k: v for k, v in tested.items() if k != "seconds"}),
        row(f"{name}: peak memory of that, MB", tested_megabytes, None, "none has a test", wall=tested_wall),
    ]
    if between is not None:
        same = json.loads(pairs_file.read_text()) == between
        rows.append(row(f"{name}: pairs and weights are the same, one by one (1 = yes)", float(same), 1.0, who))
    return rows


def measure(folder: Path) -> list[Row]:
    """Count co-shares within 60 s in real retweets, and in made ones of three sizes."""
    rows = _size(REAL, "ru_coord_tweets", folder) if REAL.exists() else []
    sizes = os.environ.get("COORDINATION_SIZES", "35000,1000000,10000000")
    for size in [int(s) for s in sizes.split(",") if s]:
        path = folder / f"made-{size}.csv"
        in_fresh_process(MAKE, str(path), str(size))
        rows += _size(path, f"made, {size:,} shares", folder)
        path.unlink()
    return rows
