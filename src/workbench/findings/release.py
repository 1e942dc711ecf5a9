"""The gate to publication: small cells, nested counts and sums that give hidden cells away."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.tables.finding import Cell, Finding
from workbench.tables.posts import Corpus, author_of
from workbench.tables.release import Release, ReleasedFinding

MINIMUM_WIDTH = 5
_LEDGER_COLUMNS = {"product": "string", "finding": "string", "cell": "string", "posts": "object"}


@dataclass(frozen=True)
class _Rule:
    authors: int
    arenas: int


@dataclass(frozen=True)
class _Lookup:
    """Author and arena of every post, by hash; lineage counts once."""

    keys: np.ndarray
    authors: np.ndarray
    arenas: np.ndarray

    def passes(self, posts: np.ndarray, rule: _Rule) -> bool:
        """Tell whether a set of posts may be published as a count."""
        if len(posts) == 0:
            return True
        at = np.searchsorted(self.keys, posts)
        at = at[at < len(self.keys)]
        at = at[np.isin(self.keys[at], posts)]
        # posts that are not in the corpus cannot vouch for anything
        if len(at) < len(posts):
            return False
        by_author = np.bincount(np.unique(self.authors[at], return_inverse=True)[1])
        return (len(by_author) >= rule.authors and len(np.unique(self.arenas[at])) >= rule.arenas
                and by_author.max() <= len(posts) / 2)


def release_findings(findings: Iterable[Finding], corpus: Corpus, *, ledger: Path, product: str, minimum_authors: int,
                     minimum_arenas: int, provenance: Mapping[str, Any] | None = None) -> Release:
    """Suppress what must not be published and write down what is.

    A count passes if its posts come from enough authors, none with more than half of them,
    and enough arenas. Of two published counts, one inside the other, the difference must
    pass too, over all products in the ledger. Where a sum is published, cells are hidden
    until linear programming leaves each hidden one an interval at least 5 wide; where that
    is impossible, the sum is withheld.

    Parameters
    ----------
    findings
        What the product wants to show.
    corpus
        The posts that the findings count.
    ledger
        Parquet file of every count released so far, as sets of post hashes.
    product
        Name under which this release is entered; an earlier entry of that name is replaced.
    minimum_authors, minimum_arenas
        Of a published count.
    provenance
        What the method appendix shows besides the gate's own numbers.

    Returns
    -------
    release
        The findings with hidden cells missing. A finding whose own value or sentence rests
        on a hidden count is withheld: it keeps its key and says so.

    Notes
    -----
    Blueprint §0a, small cells.
    """
    chosen = list(findings)
    rule = _Rule(minimum_authors, minimum_arenas)
    lookup = _look_up(corpus)
    earlier = _read_ledger(ledger)
    earlier = earlier[earlier["product"] != product]
    names, sets = _unique_sets(chosen)
    hidden = {i for i, posts in enumerate(sets) if not lookup.passes(posts, rule)}
    hidden |= _nested(sets, hidden, earlier, lookup, rule)
    hidden = _protect_sums(chosen, names, sets, hidden)
    released = {f.key: _blank(f, [names[_name(c)] in hidden for c in f.cells]) for f in chosen}
    _write_ledger(ledger, earlier, chosen, names, hidden, product)
    facts: dict[str, Any] = dict(provenance or {})
    facts["gate"] = {"minimum_authors": minimum_authors, "minimum_arenas": minimum_arenas, "product": product,
                     "cells": sum(len(f.cells) for f in chosen), "hidden": sum(r.suppressed for r in released.values())}
    return Release(findings=released, digest=_digest(released), provenance=facts)


def _look_up(corpus: Corpus) -> _Lookup:
    posts = corpus.posts
    arenas = corpus.arenas.set_index("arena_id")["successor_of"]
    roots = {str(a): str(old) for a, old in arenas.dropna().items()}
    # authors that are arenas, and arenas themselves, count once along a line of successors
    root = posts["arena_id"].map({a: _root(str(a), roots) for a in arenas.index}).astype("string")
    author = author_of(posts.assign(arena_id=root))
    keys = pd.util.hash_pandas_object(posts["post_id"].astype(object), index=False).to_numpy(np.uint64)
    order = np.argsort(keys)
    return _Lookup(keys[order], pd.factorize(author)[0][order], pd.factorize(root)[0][order])


def _root(arena: str, roots: Mapping[str, str]) -> str:
    seen = set()
    while arena not in seen and roots.get(arena, arena) != arena:
        seen.add(arena)
        arena = roots[arena]
    return arena


def _name(cell: Cell) -> bytes:
    return hashlib.blake2b(cell.posts.tobytes(), digest_size=16).digest()


def _unique_sets(findings: Sequence[Finding]) -> tuple[dict[bytes, int], list[np.ndarray]]:
    names: dict[bytes, int] = {}
    sets: list[np.ndarray] = []
    for finding in findings:
        for cell in finding.cells:
            if (name := _name(cell)) not in names:
                names[name] = len(sets)
                sets.append(cell.posts)
    return names, sets


def _nested(sets: Sequence[np.ndarray], hidden: set[int], earlier: pd.DataFrame, lookup: _Lookup,
            rule: _Rule) -> set[int]:
    """Return the cells to hide because a published pair, one inside the other, would give a small rest."""
    from scipy import sparse

    old = [np.asarray(p, dtype=np.uint64) for p in earlier["posts"]]
    every = [*sets, *old]
    if not every:
        return set()
    keys, columns = np.unique(np.concatenate(every), return_inverse=True)
    sizes = np.array([len(s) for s in every])
    rows = np.repeat(np.arange(len(every)), sizes)
    matrix = sparse.csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=(len(every), len(keys)))
    shared = (matrix[: len(sets)] @ matrix.T).tocoo()
    new, other, both = shared.row, shared.col, shared.data
    inside = (both == sizes[new]) & (sizes[other] > sizes[new])
    around = (other >= len(sets)) & (both == sizes[other]) & (sizes[new] > sizes[other])
    found = set(hidden)
    # smaller sets first, so that the cell that goes is the one that shows least
    pairs = {(int(n), int(o), bool(i)) for n, o, i, k in zip(new, other, inside, inside | around, strict=True) if k}
    for a, b, is_inside in sorted(pairs, key=lambda pair: (sizes[pair[0]], pair)):
        if a in found or b in found:
            continue
        small, large = (a, b) if is_inside else (b, a)
        if not lookup.passes(np.setdiff1d(every[large], every[small]), rule):
            found.add(a)
    return found - hidden


def _protect_sums(findings: Sequence[Finding], names: Mapping[bytes, int], sets: Sequence[np.ndarray],
                  hidden: set[int]) -> set[int]:
    hidden = set(hidden)
    sums = [(names[_name(f.cells[total])], sorted({names[_name(f.cells[p])] for p in parts}))
            for f in findings for total, parts in f.totals]
    while True:
        open_sums = [(t, [p for p in parts if p in hidden], parts) for t, parts in sums if t not in hidden]
        exposed = next(((t, parts) for t, unknown, parts in open_sums
                        if unknown and _narrow(t, unknown, open_sums, sets)), None)
        if exposed is None:
            return hidden
        total, parts = exposed
        visible = [p for p in parts if p not in hidden and len(sets[p])]
        hidden.add(min(visible, key=lambda p: (len(sets[p]), p)) if visible else total)


def _narrow(total: int, unknown: Sequence[int], sums: Sequence[tuple[int, list[int], list[int]]],
            sets: Sequence[np.ndarray]) -> bool:
    """Tell whether the published sums pin some hidden cell of a sum to an interval narrower than 5."""
    from scipy.optimize import linprog

    variables = sorted({p for _, hidden, _ in sums for p in hidden})
    index = {p: i for i, p in enumerate(variables)}
    left = np.zeros((len(sums), len(variables)))
    right = np.zeros(len(sums))
    for row, (t, hidden, parts) in enumerate(sums):
        left[row, [index[p] for p in hidden]] = 1
        right[row] = len(sets[t]) - sum(len(sets[p]) for p in parts if p not in hidden)
    for cell in unknown:
        goal = np.zeros(len(variables))
        goal[index[cell]] = 1
        low, high = (linprog(sign * goal, A_eq=left, b_eq=right, bounds=(0, None)) for sign in (1, -1))
        if low.status == 0 and high.status == 0 and -high.fun - low.fun < MINIMUM_WIDTH:
            return True
    return False


def _blank(finding: Finding, hidden: Sequence[bool]) -> ReleasedFinding:
    data = finding.data.copy()
    kept = {f.name: getattr(finding, f.name) for f in fields(ReleasedFinding) if f.name not in ("data", "suppressed")}
    for cell, is_hidden in zip(finding.cells, hidden, strict=True):
        if is_hidden and cell.row >= 0:
            for column in (cell.column, *cell.blanks):
                data.loc[data.index[cell.row], column] = pd.NA
    if any(h for c, h in zip(finding.cells, hidden, strict=True) if c.row < 0):
        kept |= {"sentence": "finding.withheld", "facts": {}, "value": None, "low": None, "high": None,
                 "numerator": None, "denominator": None, "p": None, "is_change": False}
    return ReleasedFinding(**kept, data=data, suppressed=sum(hidden))


def _digest(released: Mapping[str, ReleasedFinding]) -> str:
    parts = []
    for key in sorted(released):
        finding = released[key]
        values = [str(getattr(finding, f.name)) for f in fields(finding) if f.name != "data"]
        parts.append(json.dumps([*values, finding.data.to_csv(index=False, lineterminator="\n")], ensure_ascii=False))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _read_ledger(path: Path) -> pd.DataFrame:
    if path.is_file():
        return pd.read_parquet(path)
    return pd.DataFrame({k: pd.Series(dtype=v) for k, v in _LEDGER_COLUMNS.items()})


def _write_ledger(path: Path, earlier: pd.DataFrame, findings: Sequence[Finding], names: Mapping[bytes, int],
                  hidden: set[int], product: str) -> None:
    rows = [{"product": product, "finding": f.key, "cell": f"{c.column}[{c.row}]", "posts": c.posts}
            for f in findings for c in f.cells if names[_name(c)] not in hidden and len(c.posts)]
    frame = pd.concat([earlier, pd.DataFrame(rows, columns=list(_LEDGER_COLUMNS))], ignore_index=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    frame.to_parquet(part, index=False)
    part.replace(path)
