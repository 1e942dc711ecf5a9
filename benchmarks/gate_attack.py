"""The release gate against an attacker who keeps everything: cells hidden, worked out and narrowed, and its time.

Made-up towns publish two products a quarter into one ledger. The attacker has every count that was shown, knows which
combinations of week, topic and platform there are, and that what is hidden is not empty; linear programming tells how
well each hidden count can be worked out. `GATE_QUARTERS` and `GATE_POSTS` (such as `20` and `2000,20000`) choose sizes.
"""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import Row, peak_memory, row
from workbench.findings.audit import decide_hidden
from workbench.findings.counting_rule import PostIndex, Rule, passing
from workbench.findings.ledger import Ledger, add_release, locked, read_ledger, write_ledger

RULE = Rule()
TOWNS, TOWN_QUARTERS = 6, 4
START = pd.Timestamp("2020-07-01")
Sets = dict[str, np.ndarray]  # what a cell shows, and the rows of the frame it counts


def draw_town(rng: np.random.Generator, *, quarters: int, posts: int, topics: int, authors: int = 160) -> pd.DataFrame:
    """Draw posts: author, arena, platform, topic (-1 for none), day; a fifth of the arenas are open channels."""
    arenas = 40 if posts > 5000 else 16
    often = rng.lognormal(0, 1.2, authors)
    homes = np.array([rng.choice(arenas, 3, replace=False) for _ in range(authors)])
    weights = np.sort(rng.dirichlet(np.full(topics, 0.7)))[::-1] * 0.92
    ends = [START + pd.DateOffset(months=3 * q) for q in range(quarters + 1)]
    days = np.concatenate([rng.integers((a - START).days, (b - START).days, posts)
                           for a, b in itertools.pairwise(ends)])
    author = rng.choice(authors, len(days), p=often / often.sum())
    arena = homes[author, rng.integers(0, 3, len(days))]
    topic = rng.choice(topics + 1, len(days), p=np.r_[weights, 1 - weights.sum()])
    frame = pd.DataFrame({"author": np.where(arena % 5 == 4, -1, author), "arena": arena,
                          "platform": np.where(arena % 7 == 0, "youtube", "telegram"),
                          "topic": np.where(topic == topics, -1, topic), "day": np.sort(days)})
    frame.loc[rng.random(len(frame)) < 0.01, ["author", "topic"]] = [0, topics - 1]  # one author's own topic
    times = START + pd.to_timedelta(pd.Series(frame["day"].unique()), unit="D")
    names = pd.DataFrame({"day": frame["day"].unique(), "quarter": times.dt.to_period("Q").astype(str),
                          "month": times.dt.strftime("%Y-%m"), "week": times.dt.strftime("%G-W%V")})
    return frame.merge(names, on="day", how="left")


def cells_of(frame: pd.DataFrame, quarter: str, product: str) -> Sets:
    """Return the cells of one product: what each shows, and its rows."""
    now = frame[frame["quarter"] == quarter]
    quarters = sorted(frame["quarter"].unique())
    before = frame[frame["quarter"] == quarters[max(quarters.index(quarter) - 1, 0)]]
    upto = frame[(frame["quarter"] <= quarter) & frame["week"].isin(now["week"])]
    found: Sets = {}

    def enter(name: str, part: pd.DataFrame, by: list[str]) -> None:
        for key, rows in part.groupby(by).indices.items():
            found[f"{name} {key}"] = part.index.to_numpy()[rows]

    if product == "report":
        found["all"] = now.index.to_numpy()
        enter("volume", upto, ["week"])
        enter("topic_weeks", now, ["topic", "week"])
        enter("platform", now, ["platform"])
        enter("topic_platform", now, ["topic", "platform"])
    else:
        enter("months", now, ["month"])
        enter("topic_months", now, ["topic", "month"])
        enter("peaks", upto[upto["topic"].between(0, 3)], ["topic", "week"])
    enter("topics", now, ["topic"])
    enter("topics_before", before, ["topic"])
    return found


class Town:
    """A town, its ledger, and what the attacker has read so far."""

    def __init__(self, frame: pd.DataFrame, folder: Path) -> None:
        self.frame, self.path = frame, folder / f"{time.time_ns()}.parquet"
        # a hash that keeps the order of the rows, so that a cell's rows in order are a sorted set
        self.keys = np.arange(1, len(frame) + 1, dtype=np.uint64) * np.uint64(2**40)
        self.index = PostIndex(self.keys, frame["author"].to_numpy(), frame["arena"].to_numpy())
        self.shown: dict[bytes, np.ndarray] = {}
        self.hidden: dict[bytes, np.ndarray] = {}
        self.cells = 0

    def publish(self, quarter: str, product: str) -> tuple[float, float, float]:
        """Release one product; return the gate's seconds, its processor seconds, and seconds with the ledger's file."""
        cells = cells_of(self.frame, quarter, product)
        names = {rows.tobytes(): rows for rows in cells.values()}
        sets = [self.keys[rows] for rows in names.values()]
        begun = time.perf_counter()
        with locked(self.path):
            ledger: Ledger = read_ledger(self.path)
            read, busy = time.perf_counter(), time.process_time()
            hidden = decide_hidden(sets, self.index, ledger, RULE)
            decided, busy = time.perf_counter() - read, time.process_time() - busy
            labels = [[(product, str(i))] for i in range(len(sets))]
            write_ledger(self.path, add_release(ledger, sets, hidden, labels, f"{product} {quarter}"))
        self.cells += len(sets)
        for i, (name, rows) in enumerate(names.items()):
            (self.hidden if i in hidden else self.shown)[name] = rows
        return decided, busy, time.perf_counter() - begun


def attack(town: Town) -> np.ndarray:
    """Return the width of the interval in which the attacker knows each hidden count that does not pass the rule."""
    from scipy import optimize, sparse

    classes = town.frame.groupby(["quarter", "month", "week", "topic", "platform"]).ngroup().to_numpy()
    every = [*town.shown.values(), *(h for name, h in town.hidden.items() if name not in town.shown)]
    matrix = sparse.csr_array((np.ones(sum(map(len, every))), (np.repeat(range(len(every)), [len(e) for e in every]),
                              classes[np.concatenate(every)])), shape=(len(every), classes.max() + 1))
    sizes = np.bincount(classes)
    matrix.data = (matrix.data > 0).astype(float)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    known, unknown = matrix[: len(town.shown)], matrix[len(town.shown):]
    failing = np.flatnonzero(~passing(town.index, [town.keys[h] for h in every[len(town.shown):]], RULE))
    widths = []
    for goal in failing:
        low, high = (optimize.linprog(sign * unknown[[goal]].toarray().ravel(), A_eq=known, b_eq=known @ sizes,
                                      A_ub=-unknown, b_ub=-np.ones(unknown.shape[0]), method="highs")
                     for sign in (1, -1))
        widths.append(-high.fun - low.fun if high.status == 0 else np.inf)
    return np.array(widths)


def measure(folder: Path) -> list[Row]:
    """Measure what the attacker finds in small towns, and the gate's time over many quarters."""
    rows, totals, begun = [], np.zeros(4), time.perf_counter()
    for seed in range(TOWNS):
        rng = np.random.default_rng(seed)
        town = Town(draw_town(rng, quarters=TOWN_QUARTERS, posts=1500, topics=int(rng.integers(5, 9))), folder)
        for quarter in sorted(town.frame["quarter"].unique()):
            for product in ("report", "brief"):
                town.publish(quarter, product)
        widths = attack(town)
        totals += [town.cells, len(widths), (widths < 0.5).sum(), (widths < 5 - 1e-6).sum()]
        counts = len(town.shown) + len(town.hidden)
        rows.append(row(f"town {seed}: hidden of {counts} counts", len(town.hidden), None, "", failing=len(widths),
                        seconds=time.perf_counter() - begun))
    names = ("cells", "hidden that fail the rule", "of these worked out exactly", "of these narrower than 5")
    rows += [row(f"{TOWNS} towns, {TOWN_QUARTERS} quarters, 2 products: {name}", float(value), None, "")
             for name, value in zip(names, totals, strict=True)]
    quarters = int(os.environ.get("GATE_QUARTERS", "20"))
    for posts in map(int, os.environ.get("GATE_POSTS", "2000,20000").split(",")):
        rng = np.random.default_rng(1)
        town = Town(draw_town(rng, quarters=quarters, posts=posts, topics=50, authors=posts // 6), folder)
        for number, quarter in enumerate(sorted(town.frame["quarter"].unique()), 1):
            took = [town.publish(quarter, product) for product in ("report", "brief")]
            if number in (1, quarters // 2, quarters):
                rows.append(row(f"{posts} posts a quarter, quarter {number}: seconds of the gate, slower product",
                                max(t[0] for t in took), None, "", processor=max(t[1] for t in took),
                                with_ledger=max(t[2] for t in took), cells=town.cells, hidden=len(town.hidden),
                                ledger_megabytes=town.path.stat().st_size / 1e6))
    return [*rows, row("peak memory, megabytes", peak_memory(), None, "")]
