"""How narrowly known counts enclose hidden ones: linear programming over atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.findings.atoms import name_rows
from workbench.findings.equations import nested

MINIMUM_WIDTH = 5
_TOLERANCE = 1e-6
_MOST_ROUNDS = 12  # of points found for many hidden sets at once, before each left over is judged by itself


@dataclass(frozen=True)
class _Puzzle:
    """What an attacker can write down: x >= 0, rows @ x = counts, floors @ x >= 1; `goals` are what they look for.

    Columns are classes of atoms that no row, floor or goal tells apart; `parts` numbers the classes that hang
    together, and what holds of one part says nothing of another.
    """

    rows: Any
    counts: np.ndarray
    floors: Any
    goals: Any
    truth: np.ndarray
    parts: np.ndarray


def find_narrow(rows: Any, hidden: Any, sizes: np.ndarray, *, is_new_row: np.ndarray, is_new_hidden: np.ndarray,
                goals: np.ndarray) -> dict[int, Any]:
    """Find the hidden sets that known counts enclose in an interval narrower than 5.

    The attacker knows which atoms there are, the count of every row of `rows`, and that a hidden set is not empty.
    What they can find out about a hidden set is the least and the largest number of posts that is possible.

    A point that fits all they know is a possible world; where two possible worlds differ by 5 in a hidden set, it is
    safe. One world, chosen so that many sets differ from the truth, settles many of them; those left over are
    settled one by one, exactly.

    Parameters
    ----------
    rows
        Known sets, a sparse 0/1 matrix over atoms, none inside another.
    hidden
        Hidden sets, a matrix of the same columns.
    sizes
        Posts of each atom.
    is_new_row, is_new_hidden
        Which known and hidden sets are new; where nothing is new, nothing is looked for.
    goals
        Rows of `hidden` that are asked about.

    Returns
    -------
    narrow
        Of each goal that is not safe the proofs: one or two weighted sums of `rows` that enclose it, a sparse matrix.
    """
    from scipy import sparse

    lengths = np.diff(rows.indptr)
    single, many = np.flatnonzero(lengths == 1), np.flatnonzero(lengths > 1)
    is_free = np.bincount(rows.indices, minlength=len(sizes)) == 0
    is_fixed = np.isin(np.arange(len(sizes)), rows[single].indices)
    is_open = ~is_free & ~is_fixed
    # a set with an atom that no known count holds has no upper end
    goals = goals[(hidden[goals] @ is_free.astype(np.int64)) == 0]
    if not len(goals):
        return {}
    needed = _needed_floors(rows, hidden, is_free | is_fixed)
    is_new = np.concatenate([is_new_row[many], is_new_hidden[needed]])
    # a goal part of which became known is asked about even where the rest of it is as before
    is_told = hidden[goals] @ rows[single[is_new_row[single]]].sum(axis=0) > 0
    puzzle, asked = _collapse(rows[many], hidden[needed], hidden[goals], sizes, is_open, is_new, is_told)
    narrow = {}
    for goal, weights in _solve(puzzle).items():
        proofs = np.zeros((len(weights), rows.shape[0]))
        proofs[:, many] = weights
        # what is left when the known atoms of the goal are taken away was enclosed; they are part of the proof
        proofs[:, single] = (hidden[[goals[asked[goal]]]] @ rows[single].T).toarray()
        narrow[int(goals[asked[goal]])] = sparse.csr_array(proofs)
    return narrow


def _needed_floors(rows: Any, hidden: Any, is_settled: np.ndarray) -> np.ndarray:
    """Return the hidden sets of which it says something that they are not empty: no other knowledge implies it."""
    floors = np.flatnonzero((hidden @ is_settled.astype(np.int64)) == 0)
    for known in (rows, hidden[floors]):
        floors = np.setdiff1d(floors, floors[nested(known, hidden[floors])[1]])
    return floors


def _collapse(rows: Any, floors: Any, goals: Any, sizes: np.ndarray, is_open: np.ndarray, is_new: np.ndarray,
              is_told: np.ndarray) -> tuple[_Puzzle, np.ndarray]:
    """Return the puzzle of the goals that something new bears on, and which goals these are."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    links = sparse.vstack([rows, floors], format="csr")
    every = sparse.vstack([links, goals], format="csr")[:, np.flatnonzero(is_open)]
    _, first, same = np.unique(name_rows(every.T.tocsr()), return_index=True, return_inverse=True)
    truth = np.bincount(same, weights=sizes[is_open])
    classes = np.flatnonzero(is_open)[first]
    rows, floors, goals, links = (m[:, classes].tocsr() for m in (rows, floors, goals, links))
    number, parts = connected_components(links.T @ links, directed=False)
    part_of = sparse.csr_array((np.ones(len(parts), dtype=np.int64), (np.arange(len(parts)), parts)),
                               shape=(len(parts), number))
    is_moved = (links[np.flatnonzero(is_new)] @ part_of).sum(axis=0) > 0
    touches = goals @ part_of
    asked = np.flatnonzero(is_told | (touches @ is_moved.astype(np.int64) > 0))
    kept = np.flatnonzero((touches[asked].sum(axis=0) > 0)[parts])
    rows, floors = rows[:, kept], floors[:, kept]
    floors = floors[np.flatnonzero(np.diff(floors.indptr))]
    return _Puzzle(rows, rows @ truth[kept], floors, goals[asked][:, kept], truth[kept], parts[kept]), asked


def _solve(puzzle: _Puzzle) -> dict[int, np.ndarray]:
    """Return the goals that are narrow, and how the rows are weighted in the sums that enclose each."""
    low = puzzle.goals @ puzzle.truth
    high = low.copy()
    stalled = 0
    for turn in range(_MOST_ROUNDS):
        # up or down by the digits of a goal's number: in some turn any two of 4,096 goals go apart
        signs = 1.0 - 2.0 * ((np.arange(len(low)) >> turn) & 1)
        left = np.flatnonzero((high - low < MINIMUM_WIDTH - _TOLERANCE) & (np.diff(puzzle.goals.indptr) > 0))
        if len(left) < 3 or stalled == 2:
            break
        before = (high - low)[left].clip(max=MINIMUM_WIDTH).sum()
        for sign in (1, -1):
            _see(puzzle, _spread(puzzle, left, sign * signs[left], low, high), low, high)
        stalled = stalled + 1 if (high - low)[left].clip(max=MINIMUM_WIDTH).sum() < before + 1 else 0
    narrow: dict[int, np.ndarray] = {}
    for goal in np.argsort(puzzle.goals @ puzzle.truth, kind="stable"):
        if high[goal] - low[goal] < MINIMUM_WIDTH - _TOLERANCE:
            enclosing = _enclose(puzzle, int(goal), low, high)
            if high[goal] - low[goal] < MINIMUM_WIDTH - _TOLERANCE:
                narrow[int(goal)] = enclosing
    return narrow


def _see(puzzle: _Puzzle, point: np.ndarray | None, low: np.ndarray, high: np.ndarray) -> None:
    """Note what a possible world says of every goal."""
    if point is not None:
        values = puzzle.goals @ point
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)


def _spread(puzzle: _Puzzle, left: np.ndarray, signs: np.ndarray, low: np.ndarray,
            high: np.ndarray) -> np.ndarray | None:
    """Return a possible world in which many goals lie far from what was seen so far, up (sign 1) or down (-1).

    Maximises the sum of the distances from the far end of what was seen, each counted up to 5 only, so that one goal
    does not take all.
    """
    from scipy import optimize, sparse

    goals, many = puzzle.goals[left], len(left)
    wanted = sparse.diags_array(-signs) @ goals
    filled = np.flatnonzero(np.diff(puzzle.rows.indptr))
    rows = sparse.hstack([puzzle.rows[filled], sparse.csr_array((len(filled), many))])
    limits = sparse.vstack([sparse.hstack([wanted, sparse.eye_array(many)]),
                            sparse.hstack([-puzzle.floors, sparse.csr_array((puzzle.floors.shape[0], many))])])
    bounds = np.array([(0.0, np.inf)] * len(puzzle.truth) + [(-np.inf, MINIMUM_WIDTH + 1e-3)] * many)
    found = optimize.linprog(
        np.concatenate([np.zeros(len(puzzle.truth)), -np.ones(many)]), A_eq=rows, b_eq=puzzle.counts[filled],
        A_ub=limits,
        b_ub=np.concatenate([-signs * np.where(signs > 0, low[left], high[left]), -np.ones(puzzle.floors.shape[0])]),
        bounds=bounds, method="highs")
    return found.x[: len(puzzle.truth)] if found.status == 0 else None


def _enclose(puzzle: _Puzzle, goal: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Widen a goal as far as the attacker's knowledge lets; return how the rows are weighted in what stops it."""
    from scipy import optimize

    aim = puzzle.goals[[goal]].toarray().ravel()
    near = np.flatnonzero(np.isin(puzzle.parts, puzzle.parts[aim > 0]))
    rows, floors = puzzle.rows[:, near], puzzle.floors[:, near]
    here, needed = np.flatnonzero(np.diff(rows.indptr)), np.flatnonzero(np.diff(floors.indptr))
    weights = np.zeros((2, puzzle.rows.shape[0]))
    for end, sign in enumerate((-1, 1) if len(near) else ()):  # nothing of it is open: it is known
        found = optimize.linprog(sign * aim[near], A_eq=rows[here], b_eq=puzzle.counts[here], A_ub=-floors[needed],
                                 b_ub=-np.ones(len(needed)), bounds=(0, None), method="highs")
        if found.status == 0:
            point = puzzle.truth.copy()
            point[near] = found.x
            _see(puzzle, point, low, high)
            weights[end, here] = found.eqlin.marginals
        else:  # the solver gave up: every row that touches the goal may enclose it
            weights[end] = puzzle.rows @ aim
        if high[goal] - low[goal] >= MINIMUM_WIDTH - _TOLERANCE:
            break
    return weights
