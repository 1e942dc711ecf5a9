"""What follows from known counts by plain subtraction: known sets, less the known sets inside them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.findings.atoms import name_rows


@dataclass(frozen=True)
class Equations:
    """Sets whose counts are known, each as small as subtraction makes it.

    Attributes
    ----------
    rows
        Sparse 0/1 matrix, one row a known set, one column an atom.
    origins
        Sparse matrix, one row a row of `rows`, one column a count as it was given: what it was worked out from.
    """

    rows: Any
    origins: Any


def given(rows: Any) -> Equations:
    """Return known sets as they were given."""
    from scipy import sparse

    return Equations(rows, sparse.eye_array(rows.shape[0], dtype=np.int64, format="csr"))


def subtract(equations: Equations) -> Iterator[Equations]:
    """Subtract known sets from those around them until no known set lies inside another; yield every step.

    From each set the largest known sets inside it that do not overlap are taken away, all sets at once. Each step
    is a change of rows that can be undone, so the equations say neither more nor less than before; rows that became
    empty or equal to an earlier one said nothing of their own.
    """
    from scipy import sparse

    while True:
        equations = _drop_repeats(equations)
        yield equations
        rows = equations.rows
        chosen = _choose_inside(rows)
        if not len(chosen[0]):
            return
        taken = sparse.csr_array((np.ones(len(chosen[0]), dtype=np.int64), chosen), shape=(rows.shape[0],) * 2)
        rest, origins = rows - taken @ rows, equations.origins - taken @ equations.origins
        rest.eliminate_zeros()
        origins.eliminate_zeros()
        equations = Equations(rest.tocsr(), origins.tocsr())


def _drop_repeats(equations: Equations) -> Equations:
    names = name_rows(equations.rows)
    found, first = np.unique(names, return_index=True)
    kept = np.sort(first[found != 0])
    return Equations(equations.rows[kept], equations.origins[kept])


def _choose_inside(rows: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs (set, a set inside it); the sets inside one do not overlap."""
    inside, around = nested(rows, rows)
    sizes = np.diff(rows.indptr)
    order = np.lexsort((inside, -sizes[inside], around))
    inside, around = inside[order], around[order]
    is_taken = np.zeros(rows.shape[1], dtype=bool)
    pairs: list[tuple[int, int]] = []
    edges = np.append(np.flatnonzero(np.diff(around, prepend=-1)), len(around))
    for start, end in itertools.pairwise(edges):
        left = sizes[around[start]]
        touched = []
        for small in inside[start:end]:
            if sizes[small] > left:
                continue
            atoms = rows.indices[rows.indptr[small] : rows.indptr[small + 1]]
            if not is_taken[atoms].any():
                is_taken[atoms] = True
                touched.append(atoms)
                left -= len(atoms)
                pairs.append((around[start], small))
                if left == 0:
                    break
        for atoms in touched:
            is_taken[atoms] = False
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def nested(some: Any, others: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return (row of `some`, row of `others`) of all pairs of which the first lies inside the second and is smaller."""
    shared = (some @ others.T).tocoo()
    small, large = np.diff(some.indptr), np.diff(others.indptr)
    is_inside = (shared.data == small[shared.row]) & (large[shared.col] > small[shared.row])
    return shared.row[is_inside], shared.col[is_inside]
